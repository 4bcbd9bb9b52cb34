"""What is said of tax, on quotes, contracts, orders and invoices.

Revision ID: 0023
Revises: 0022
"""

from typing import Literal

import sqlalchemy as sa
from alembic import op

from storage.types import ExactDecimal

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    copied: Literal["always", "never"] = "always" if op.get_context().dialect.name == "sqlite" else "never"
    for name in ("quotes", "contracts", "orders", "invoices"):
        with op.batch_alter_table(name, recreate=copied, reflect_kwargs={"resolve_fks": False}) as table:
            if name != "contracts":
                table.add_column(sa.Column("tax_included", sa.Boolean(), nullable=True))
            table.add_column(sa.Column("tax_rate", ExactDecimal(), nullable=True))
