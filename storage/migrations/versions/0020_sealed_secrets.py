"""Room for secrets of webhooks as they are stored under a key.

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("webhooks") as webhooks:
        webhooks.alter_column("secret", existing_type=sa.String(100), type_=sa.String(300), existing_nullable=False)
