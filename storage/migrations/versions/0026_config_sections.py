"""Lists, stages and stage needs as an administrator changed them in chat.

Revision ID: 0026
Revises: 0025
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
ALIVE = sa.text("deleted_at IS NULL")


def upgrade() -> None:
    references = (("created_by_id", "users"), ("owner_id", "users"), ("team_id", "teams"))
    op.create_table(
        "config_sections",
        sa.Column("id", KEY, primary_key=True, autoincrement=True),
        sa.Column("section", sa.String(40), nullable=False),
        sa.Column("label", sa.String(60), nullable=False),
        sa.Column("setting", sa.JSON(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("custom", sa.JSON(), nullable=False),
        *(
            sa.Column(column, KEY, sa.ForeignKey(f"{table}.id", name=f"fk_config_sections_{column}"), nullable=True)
            for column, table in references
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("deleted_at", INSTANT, nullable=True),
    )
    op.create_index("ix_config_sections_owner_id", "config_sections", ["owner_id"])
    op.create_index("ix_config_sections_team_id", "config_sections", ["team_id"])
    op.create_index(
        "uq_config_sections_section", "config_sections", ["section"], unique=True,
        sqlite_where=ALIVE, postgresql_where=ALIVE,
    )  # fmt: skip
