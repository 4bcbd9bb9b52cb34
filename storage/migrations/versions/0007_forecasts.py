"""How large the market is that a target is a share of; deals that need a look.

Revision ID: 0007
Revises: 0006
"""

from typing import Literal

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    copied: Literal["always", "never"] = "always" if op.get_context().dialect.name == "sqlite" else "never"
    with op.batch_alter_table("sales_targets", recreate=copied) as targets:
        targets.add_column(sa.Column("market_size", sa.String(40), nullable=True))
        targets.add_column(sa.Column("market_source", sa.String(200), nullable=True))
    at = sa.DateTime(timezone=True)
    op.create_table(
        "deal_reviews",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("opportunity_id", KEY, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("verdict", sa.String(20), nullable=False),
        sa.Column("at", at, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("deleted_at", at, nullable=True),
        sa.ForeignKeyConstraint(["opportunity_id"], ["opportunities.id"], name="fk_deal_reviews_opportunity_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_deal_reviews_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_deal_reviews"),
    )
    op.create_index("ix_deal_reviews_opportunity_id", "deal_reviews", ["opportunity_id"])
    op.create_index("ix_deal_reviews_user", "deal_reviews", ["user_id", "at"])
    op.create_table(
        "alarms_told",
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("told_at", at, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_alarms_told"),
    )
    op.create_table(
        "alarm_rounds",
        sa.Column("user_id", KEY, autoincrement=False, nullable=False),
        sa.Column("looked_at", at, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_alarm_rounds_user_id"),
        sa.PrimaryKeyConstraint("user_id", name="pk_alarm_rounds"),
    )
