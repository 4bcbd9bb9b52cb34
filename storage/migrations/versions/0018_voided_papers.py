"""Why a paper was voided.

Revision ID: 0018
Revises: 0017
"""

from typing import Literal

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    copied: Literal["always", "never"] = "always" if op.get_context().dialect.name == "sqlite" else "never"
    for name in ("quotes", "contracts", "orders", "invoices", "payments"):
        with op.batch_alter_table(name, recreate=copied, reflect_kwargs={"resolve_fks": False}) as table:
            table.add_column(sa.Column("void_reason", sa.Text(), nullable=True))
