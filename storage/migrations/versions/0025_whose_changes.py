"""Indexes by which the changes of a team's or a person's deals are found.

Revision ID: 0025
Revises: 0024
"""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for whose in ("team", "owner"):
        columns = [f"{whose}_id", "since", "until", "opportunity_id"]
        op.create_index(f"ix_opportunity_history_{whose}", "opportunity_history", columns)
