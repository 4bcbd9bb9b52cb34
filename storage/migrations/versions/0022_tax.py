"""What is said of tax, on quotes, contracts, orders and invoices.

Revision ID: 0022
Revises: 0021
"""

import sqlalchemy as sa
from alembic import op

from storage.types import ExactDecimal

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("contracts") as contracts:
        contracts.alter_column("tax_included", existing_type=sa.Boolean(), nullable=True)
        contracts.add_column(sa.Column("tax_rate", ExactDecimal()))
    for name in ("quotes", "orders", "invoices"):
        with op.batch_alter_table(name) as papers:
            papers.add_column(sa.Column("tax_included", sa.Boolean()))
            papers.add_column(sa.Column("tax_rate", ExactDecimal()))
