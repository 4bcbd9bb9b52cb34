"""Deals by their product, as reports are asked about one.

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_opportunities_product", "opportunities", [sa.text("lower(product)")])
