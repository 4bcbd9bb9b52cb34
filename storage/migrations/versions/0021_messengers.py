"""The names of customers and their people in messengers.

Revision ID: 0021
Revises: 0020
"""

from typing import Literal

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

ALONE = {"resolve_fks": False}  # the copied table is read without those it refers to
NAMES = "uq_customers_name_in_scope"


def upgrade() -> None:
    copied: Literal["always", "never"] = "always" if op.get_context().dialect.name == "sqlite" else "never"
    op.drop_index(NAMES, "customers")  # an index of an expression is not copied along
    for table in ("customers", "contacts"):
        with op.batch_alter_table(table, recreate=copied, reflect_kwargs=ALONE) as changed:
            changed.add_column(sa.Column("im", sa.JSON(), nullable=True))
    alive = sa.text("deleted_at IS NULL")
    scope = sa.text("coalesce(team_id, -owner_id)")
    op.create_index(NAMES, "customers", [scope, "name_key"], unique=True, sqlite_where=alive, postgresql_where=alive)
