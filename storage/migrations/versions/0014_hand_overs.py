"""Books of customers that go from one colleague to another.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
PEOPLE = ("from_user_id", "to_user_id")
REFERENCES = (("created_by_id", "users"), ("owner_id", "users"), ("team_id", "teams"))


def upgrade() -> None:
    op.create_table(
        "hand_overs",
        sa.Column("id", KEY, primary_key=True, autoincrement=True),
        *(
            sa.Column(name, KEY, sa.ForeignKey("users.id", name=f"fk_hand_overs_{name}"), nullable=False)
            for name in PEOPLE
        ),
        sa.Column("trial_until", sa.Date(), nullable=True),
        sa.Column("returned_at", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("custom", sa.JSON(), nullable=False),
        *(
            sa.Column(column, KEY, sa.ForeignKey(f"{table}.id", name=f"fk_hand_overs_{column}"), nullable=True)
            for column, table in REFERENCES
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("deleted_at", INSTANT, nullable=True),
    )
    for name in (*PEOPLE, "owner_id", "team_id"):
        op.create_index(f"ix_hand_overs_{name}", "hand_overs", [name])
