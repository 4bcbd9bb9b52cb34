"""Several processes on one database: who holds what, and who is sending which message.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "leases",
        sa.Column("name", sa.String(200), primary_key=True),
        sa.Column("holder", sa.String(200), nullable=False),
        sa.Column("fence", KEY, nullable=False),
        sa.Column("expires_ms", KEY, nullable=False),
    )
    is_sqlite = op.get_context().dialect.name == "sqlite"
    with op.batch_alter_table("outbox", recreate="always" if is_sqlite else "never") as outbox:
        outbox.add_column(sa.Column("claimed_by", sa.String(200), nullable=True))
