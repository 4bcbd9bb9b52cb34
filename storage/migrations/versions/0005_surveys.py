"""Customers who write themselves, and surveys.

Revision ID: 0005
Revises: 0004
"""

from typing import Literal

import sqlalchemy as sa
from alembic import op

from storage.types import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ALONE = {"resolve_fks": False}  # the copied table is read without those it refers to


def upgrade() -> None:
    _events()
    copied: Literal["always", "never"] = "always" if op.get_context().dialect.name == "sqlite" else "never"
    with op.batch_alter_table("contacts", recreate=copied, reflect_kwargs=ALONE) as contacts:
        contacts.add_column(sa.Column("language", sa.String(8), nullable=True))
        contacts.add_column(sa.Column("no_surveys_at", UtcDateTime(), nullable=True))
    with op.batch_alter_table("surveys", recreate=copied, reflect_kwargs=ALONE) as surveys:
        surveys.add_column(sa.Column("occasion", sa.String(40), server_default="service", nullable=False))
        surveys.add_column(sa.Column("wave", sa.Integer(), server_default="1", nullable=False))
        surveys.add_column(sa.Column("due_at", UtcDateTime(), nullable=True))
        surveys.add_column(sa.Column("handler_id", KEY, nullable=True))
        surveys.add_column(sa.Column("opportunity_id", KEY, nullable=True))
        surveys.add_column(sa.Column("asked_in", sa.String(500), nullable=True))
        surveys.create_foreign_key("fk_surveys_handler_id", "users", ["handler_id"], ["id"])
        surveys.create_foreign_key("fk_surveys_opportunity_id", "opportunities", ["opportunity_id"], ["id"])
    op.create_index("ix_surveys_handler_id", "surveys", ["handler_id"])
    op.create_index("ix_surveys_opportunity_id", "surveys", ["opportunity_id"])
    op.create_index("ix_surveys_due", "surveys", ["status", "due_at"])


def _events() -> None:
    op.create_table(
        "service_events",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("service_request_id", KEY, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("what", sa.String(20), nullable=False),
        sa.Column("user_id", KEY, nullable=True),
        sa.Column("contact_id", KEY, nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("deleted_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_service_events"),
        sa.ForeignKeyConstraint(
            ["service_request_id"], ["service_requests.id"], name="fk_service_events_service_request_id"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_service_events_user_id"),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name="fk_service_events_contact_id"),
    )
    op.create_index("ix_service_events_service_request_id", "service_events", ["service_request_id"])
