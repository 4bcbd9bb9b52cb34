"""Indexes by which the changes of a team's or a person's deals are found.

Revision ID: 0023
Revises: 0022
"""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for whose in ("team", "owner"):
        columns = [f"{whose}_id", "since", "until", "opportunity_id"]
        op.create_index(f"ix_opportunity_history_{whose}", "opportunity_history", columns)
