"""People from outside the company who were seen in a group.

Revision ID: 0022
Revises: 0021
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "outsiders",
        sa.Column("platform", sa.String(20), primary_key=True),
        sa.Column("chat_id", sa.String(200), primary_key=True),
        sa.Column("sender_id", sa.String(200), primary_key=True),
        sa.Column("account", sa.String(200), nullable=False),
    )
