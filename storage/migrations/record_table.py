"""The table of a new kind of record, for a migration: with the columns and indexes that all records have.

A column that all of them get later is added to the tables by a migration of its own; from then on new ones have it
here.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def record_table(name: str, *own: Any) -> None:
    """Make the table of this name, with columns of its own."""
    references = (("created_by_id", "users"), ("owner_id", "users"), ("team_id", "teams"))
    op.create_table(
        name,
        sa.Column("id", KEY, primary_key=True, autoincrement=True),
        *own,
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("custom", sa.JSON(), nullable=False),
        *(
            sa.Column(column, KEY, sa.ForeignKey(f"{table}.id", name=f"fk_{name}_{column}"), nullable=True)
            for column, table in references
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("deleted_at", INSTANT, nullable=True),
    )
    op.create_index(f"ix_{name}_owner_id", name, ["owner_id"])
    op.create_index(f"ix_{name}_team_id", name, ["team_id"])
