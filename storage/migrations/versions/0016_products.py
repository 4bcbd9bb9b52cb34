"""Deals by their product, as reports are asked about one.

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_opportunities_product", "opportunities", [sa.text("lower(product)")])
