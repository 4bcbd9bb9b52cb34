"""Customers and opportunities that are shared with a colleague or a team.

Revision ID: 0024
Revises: 0023
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
OWN = (
    ("customer_id", "customers"),
    ("opportunity_id", "opportunities"),
    ("with_user_id", "users"),
    ("with_team_id", "teams"),
)
COMMON = (("created_by_id", "users"), ("owner_id", "users"), ("team_id", "teams"))


def _key(column: str, table: str) -> "sa.Column[int]":
    return sa.Column(column, KEY, sa.ForeignKey(f"{table}.id", name=f"fk_shares_{column}"), nullable=True)


def upgrade() -> None:
    op.create_table(
        "shares",
        sa.Column("id", KEY, primary_key=True, autoincrement=True),
        *(_key(*pair) for pair in OWN),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("custom", sa.JSON(), nullable=False),
        *(_key(*pair) for pair in COMMON),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("deleted_at", INSTANT, nullable=True),
        sa.CheckConstraint("(customer_id IS NULL) <> (opportunity_id IS NULL)", name="is_of_one"),
        sa.CheckConstraint("(with_user_id IS NULL) <> (with_team_id IS NULL)", name="is_with_one"),
    )
    for column, _table in (*OWN, *COMMON[1:]):
        op.create_index(f"ix_shares_{column}", "shares", [column])
