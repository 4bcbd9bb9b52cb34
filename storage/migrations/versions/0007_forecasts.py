"""How large the market is that a target is a share of.

Revision ID: 0007
Revises: 0006
"""

from typing import Literal

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    copied: Literal["always", "never"] = "always" if op.get_context().dialect.name == "sqlite" else "never"
    with op.batch_alter_table("sales_targets", recreate=copied) as targets:
        targets.add_column(sa.Column("market_size", sa.String(40), nullable=True))
        targets.add_column(sa.Column("market_source", sa.String(200), nullable=True))
