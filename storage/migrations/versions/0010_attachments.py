"""Files that belong to a note, and where customers are.

Revision ID: 0010
Revises: 0009
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.types import UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _table(name: str, *own: sa.Column[Any]) -> None:
    """A table of rows that are tracked: see ``storage.records.base.Tracked``."""
    op.create_table(
        name,
        sa.Column("id", KEY, primary_key=True, autoincrement=True),
        *own,
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("deleted_at", UtcDateTime(), nullable=True),
    )


def upgrade() -> None:
    _table(
        "enclosures",
        sa.Column("follow_up_id", KEY, sa.ForeignKey("follow_ups.id"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(20), nullable=False),
        sa.Column("account", sa.String(100), nullable=False),
        sa.Column("media", sa.String(10), nullable=False),
        sa.Column("file_id", sa.String(500), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
    )
    op.create_index("ix_enclosures_follow_up_id", "enclosures", ["follow_up_id"])
    _table(
        "places",
        sa.Column("customer_id", KEY, sa.ForeignKey("customers.id"), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=False),
    )
    op.create_index("ix_places_customer_id", "places", ["customer_id"])
    op.create_index("ix_places_where", "places", ["latitude", "longitude"])
