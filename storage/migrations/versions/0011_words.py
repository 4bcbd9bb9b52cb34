"""Words that an organisation taught the bot.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    references = (("created_by_id", "users"), ("owner_id", "users"), ("team_id", "teams"))
    op.create_table(
        "taught_words",
        sa.Column("id", KEY, primary_key=True, autoincrement=True),
        sa.Column("word", sa.String(60), nullable=False),
        sa.Column("meaning", sa.String(200), nullable=False),
        sa.Column("section", sa.String(20), nullable=False),
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("custom", sa.JSON(), nullable=False),
        *(
            sa.Column(column, KEY, sa.ForeignKey(f"{table}.id", name=f"fk_taught_words_{column}"), nullable=True)
            for column, table in references
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("deleted_at", INSTANT, nullable=True),
    )
    op.create_index("ix_taught_words_owner_id", "taught_words", ["owner_id"])
    op.create_index("ix_taught_words_team_id", "taught_words", ["team_id"])
