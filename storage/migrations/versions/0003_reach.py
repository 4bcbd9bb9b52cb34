"""Whose private chat a conversation is, and pictures that go with a message.

Revision ID: 0003
Revises: 0002
"""

from typing import Literal

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    copied: Literal["always", "never"] = "always" if op.get_context().dialect.name == "sqlite" else "never"
    with op.batch_alter_table("conversations", recreate=copied) as conversations:
        conversations.add_column(sa.Column("user_id", KEY, nullable=True))
        conversations.add_column(sa.Column("contact_id", KEY, nullable=True))
    op.create_index("ix_conversations_user_id", "conversations", ["user_id"])
    op.create_index("ix_conversations_contact_id", "conversations", ["contact_id"])
    with op.batch_alter_table("outbox", recreate=copied) as outbox:
        outbox.add_column(sa.Column("picture", sa.LargeBinary(), nullable=True))
