"""What is still open about a customer is found without reading all that ever was.

Revision ID: 0028
Revises: 0027
"""

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_reminders_about", "reminders")
    op.create_index("ix_reminders_about", "reminders", ["about_id", "about_kind", "status", "user_id"])
