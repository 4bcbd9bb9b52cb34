"""Who promised what a reminder is about.

Revision ID: 0016
Revises: 0015
"""

from typing import Literal

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    copied: Literal["always", "never"] = "always" if op.get_context().dialect.name == "sqlite" else "never"
    with op.batch_alter_table("reminders", recreate=copied) as reminders:
        reminders.add_column(sa.Column("promised_by", sa.String(8), nullable=True))


def downgrade() -> None:
    copied: Literal["always", "never"] = "always" if op.get_context().dialect.name == "sqlite" else "never"
    with op.batch_alter_table("reminders", recreate=copied) as reminders:
        reminders.drop_column("promised_by")
