"""When a token was last used.

Revision ID: 0015
Revises: 0014
"""

from typing import Literal

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    copied: Literal["always", "never"] = "always" if op.get_context().dialect.name == "sqlite" else "never"
    with op.batch_alter_table("access_tokens", recreate=copied) as table:
        table.add_column(sa.Column("last_used_on", sa.Date(), nullable=True))
