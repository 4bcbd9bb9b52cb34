"""Feedback of users, counts of use, seals over the trails.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _feedback()
    op.create_table(
        "usage_counts",
        sa.Column("day", sa.Date(), primary_key=True, nullable=False),
        sa.Column("flow", sa.String(40), primary_key=True, nullable=False),
        sa.Column("field", sa.String(60), primary_key=True, nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "trail_seals",
        sa.Column("id", KEY, primary_key=True, autoincrement=True),
        sa.Column("trail", sa.String(20), nullable=False),
        sa.Column("last_id", KEY, nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
    )
    op.create_index("uq_trail_seals_trail_last_id", "trail_seals", ["trail", "last_id"], unique=True)


def _feedback() -> None:
    references = (("created_by_id", "users"), ("owner_id", "users"), ("team_id", "teams"))
    op.create_table(
        "feedback",
        sa.Column("id", KEY, primary_key=True, autoincrement=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("custom", sa.JSON(), nullable=False),
        *(
            sa.Column(column, KEY, sa.ForeignKey(f"{table}.id", name=f"fk_feedback_{column}"), nullable=True)
            for column, table in references
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("deleted_at", INSTANT, nullable=True),
    )
    op.create_index("ix_feedback_owner_id", "feedback", ["owner_id"])
    op.create_index("ix_feedback_team_id", "feedback", ["team_id"])
