"""Reminders that are sent, and digests.

Revision ID: 0004
Revises: 0003
"""

from typing import Literal

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    copied: Literal["always", "never"] = "always" if op.get_context().dialect.name == "sqlite" else "never"
    with op.batch_alter_table("reminders", recreate=copied) as reminders:
        reminders.add_column(sa.Column("is_exact", sa.Boolean(), nullable=False, server_default=sa.true()))
        reminders.add_column(sa.Column("fired_at", sa.DateTime(timezone=True), nullable=True))
        reminders.add_column(sa.Column("follow_up_id", KEY, nullable=True))
    with op.batch_alter_table("users", recreate=copied) as users:
        users.add_column(sa.Column("attention", sa.JSON(), nullable=True))
