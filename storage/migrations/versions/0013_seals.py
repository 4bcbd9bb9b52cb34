"""Seals tell the content of their rows; accesses are found by their moment.

Revision ID: 0013
Revises: 0012
"""

from typing import Literal

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DELETE FROM trail_seals")  # without their content they cannot be renewed: all is sealed anew
    copied: Literal["always", "never"] = "always" if op.get_context().dialect.name == "sqlite" else "never"
    with op.batch_alter_table("trail_seals", recreate=copied) as table:
        table.add_column(sa.Column("content", sa.String(64), nullable=False))
    op.create_index("ix_access_log_at", "access_log", ["at"])
