"""An index by which is read how the deals stood that have changed since.

Revision ID: 0027
Revises: 0026
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

CLOSED = sa.text("until IS NOT NULL")
FACTS = [
    "id", "opportunity_id", "since", "owner_id", "team_id", "customer_id", "product", "stage", "amount_minor",
    "amount_currency", "expected_close", "closed_on", "deleted_at",
]  # fmt: skip


def upgrade() -> None:
    op.create_index(
        "ix_opportunity_history_until", "opportunity_history", ["until"],
        sqlite_where=CLOSED, postgresql_where=CLOSED, postgresql_include=FACTS,
    )  # fmt: skip
