"""Tables that people send in a chat to be imported.

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

from storage.types import BigKey, UtcDateTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_OPEN = sa.text("status IN ('wanted', 'here', 'agreed')")


def upgrade() -> None:
    op.create_table(
        "incoming_files",
        sa.Column("id", BigKey, primary_key=True, autoincrement=True),
        sa.Column("user_id", BigKey, sa.ForeignKey("users.id"), nullable=False, index=True),
        sa.Column("address", sa.JSON, nullable=False),
        sa.Column("file_id", sa.Text, nullable=False),
        sa.Column("name", sa.String(500), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("wish", sa.JSON, nullable=False),
        sa.Column("seen", sa.JSON, nullable=False),
        sa.Column("done", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("counts", sa.JSON, nullable=False),
        sa.Column("step_id", BigKey),
        sa.Column("content", sa.LargeBinary),
        sa.Column("attempts", sa.SmallInteger, nullable=False, server_default=sa.text("0")),
        sa.Column("try_at", UtcDateTime, nullable=False),
        sa.Column("claimed_by", sa.String(200)),
        sa.Column("created_at", UtcDateTime, nullable=False),
    )
    op.create_index("ix_incoming_files_open", "incoming_files", ["try_at"], sqlite_where=_OPEN, postgresql_where=_OPEN)
    op.create_table(
        "refused_rows",
        sa.Column("id", BigKey, primary_key=True, autoincrement=True),
        sa.Column("file_id", BigKey, sa.ForeignKey("incoming_files.id"), nullable=False, index=True),
        sa.Column("row", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("cells", sa.JSON, nullable=False),
    )
