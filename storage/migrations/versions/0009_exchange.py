"""Custom fields, imports, tokens and webhooks.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

from storage.migrations.record_table import INSTANT, KEY, record_table

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


ALIVE = sa.text("deleted_at IS NULL")
WAITING = sa.text("status = 'waiting'")


def upgrade() -> None:
    record_table(
        "custom_fields",
        sa.Column("for_kind", sa.String(40), nullable=False),
        sa.Column("label", sa.String(100), nullable=False),
        sa.Column("field_type", sa.String(20), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
    )
    op.create_index(
        "uq_custom_fields_for_kind_label",
        "custom_fields",
        ["for_kind", "label"],
        unique=True,
        sqlite_where=ALIVE,
        postgresql_where=ALIVE,
    )
    record_table(
        "access_tokens",
        sa.Column("user_id", KEY, sa.ForeignKey("users.id", name="fk_access_tokens_user_id"), nullable=False),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("token_sha256", sa.String(64), nullable=False),
        sa.UniqueConstraint("token_sha256", name="uq_access_tokens_token_sha256"),
    )
    op.create_index("ix_access_tokens_user_id", "access_tokens", ["user_id"])
    record_table(
        "webhooks",
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("secret", sa.String(100), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
    )
    _deliveries()


def _deliveries() -> None:
    op.create_table(
        "webhook_deliveries",
        sa.Column("id", KEY, primary_key=True, autoincrement=True),
        sa.Column(
            "webhook_id", KEY, sa.ForeignKey("webhooks.id", name="fk_webhook_deliveries_webhook_id"), nullable=False
        ),
        sa.Column("audit_id", KEY, nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("try_at", INSTANT, nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
    )
    op.create_index(
        "uq_webhook_deliveries_webhook_id_audit_id", "webhook_deliveries", ["webhook_id", "audit_id"], unique=True
    )
    op.create_index(
        "ix_webhook_deliveries_open",
        "webhook_deliveries",
        ["try_at"],
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )
