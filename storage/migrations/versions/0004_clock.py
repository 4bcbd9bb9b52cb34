"""Reminders that are sent, and digests.

Revision ID: 0004
Revises: 0003
"""

from typing import Literal

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    copied: Literal["always", "never"] = "always" if op.get_context().dialect.name == "sqlite" else "never"
    with op.batch_alter_table("reminders", recreate=copied) as reminders:
        reminders.add_column(sa.Column("is_exact", sa.Boolean(), nullable=False, server_default=sa.true()))
        reminders.add_column(sa.Column("fired_at", sa.DateTime(timezone=True), nullable=True))
        reminders.add_column(sa.Column("follow_up_id", KEY, nullable=True))
    with op.batch_alter_table("users", recreate=copied) as users:
        users.add_column(sa.Column("attention", sa.JSON(), nullable=True))
    _digests()


def _digests() -> None:
    instant, links = sa.DateTime(timezone=True), {}
    for column, table in (
        ("user_id", "users"),
        ("binding_id", "channel_bindings"),
        ("created_by_id", "users"),
        ("owner_id", "users"),
        ("team_id", "teams"),
    ):
        links[column] = sa.Column(column, KEY, sa.ForeignKey(f"{table}.id", name=f"fk_digests_{column}"))
    op.create_table(
        "digests",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(20), nullable=False),
        links["user_id"],
        links["binding_id"],
        sa.Column("rule", sa.String(200), nullable=False),
        sa.Column("wall_time", sa.String(32), nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("next_at", instant, nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("last_at", instant),
        sa.Column("last_seen", sa.String(64)),
        sa.Column("created_at", instant, nullable=False),
        sa.Column("updated_at", instant, nullable=False),
        sa.Column("custom", sa.JSON(), nullable=False),
        links["created_by_id"],
        links["owner_id"],
        links["team_id"],
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("deleted_at", instant),
        sa.PrimaryKeyConstraint("id", name="pk_digests"),
    )
    for column in ("user_id", "owner_id", "team_id"):
        op.create_index(f"ix_digests_{column}", "digests", [column])
    active = sa.text("status = 'active' AND deleted_at IS NULL")
    op.create_index("ix_digests_due", "digests", ["next_at"], sqlite_where=active, postgresql_where=active)
