"""The names of customers and their people in messengers.

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("customers", "contacts"):
        op.add_column(table, sa.Column("im", sa.JSON(), nullable=True))
