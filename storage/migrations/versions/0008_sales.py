"""What is sold: products, instalments, running numbers, what a payment is for, and files that go with a message.

Revision ID: 0008
Revises: 0007
"""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "counters",
        sa.Column("name", sa.String(200), primary_key=True),
        sa.Column("value", KEY, nullable=False),
    )
    _products()
    _instalments()
    copied: Literal["always", "never"] = "always" if op.get_context().dialect.name == "sqlite" else "never"
    with op.batch_alter_table("payments", recreate=copied, reflect_kwargs={"resolve_fks": False}) as payments:
        for column, table in (("order_id", "orders"), ("instalment_id", "instalments")):
            payments.add_column(sa.Column(column, KEY, nullable=True))
            payments.create_foreign_key(f"fk_payments_{column}", table, [column], ["id"])
    op.create_index("ix_payments_order_id", "payments", ["order_id"])
    op.create_index("ix_payments_instalment_id", "payments", ["instalment_id"])
    with op.batch_alter_table("outbox", recreate=copied) as outbox:
        outbox.add_column(sa.Column("file", sa.LargeBinary(), nullable=True))


def _products() -> None:
    op.create_table(
        "products",
        sa.Column("id", KEY, primary_key=True, autoincrement=True),
        sa.Column("name", sa.String(500), nullable=False),
        sa.Column("name_key", sa.String(500), nullable=False),
        sa.Column("unit", sa.String(40), nullable=True),
        sa.Column("unit_price_minor", sa.BigInteger(), nullable=True),
        sa.Column("unit_price_currency", sa.String(3), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("custom", sa.JSON(), nullable=False),
        *(
            sa.Column(column, KEY, sa.ForeignKey(f"{table}.id", name=f"fk_products_{column}"), nullable=True)
            for column, table in (("created_by_id", "users"), ("owner_id", "users"), ("team_id", "teams"))
        ),
        *_tracked(),
    )
    op.create_index("ix_products_owner_id", "products", ["owner_id"])
    op.create_index("ix_products_team_id", "products", ["team_id"])
    alive = sa.text("deleted_at IS NULL")
    op.create_index(
        "uq_products_name_key", "products", ["name_key"], unique=True, sqlite_where=alive, postgresql_where=alive
    )


def _instalments() -> None:
    op.create_table(
        "instalments",
        sa.Column("id", KEY, primary_key=True, autoincrement=True),
        sa.Column("contract_id", KEY, sa.ForeignKey("contracts.id", name="fk_instalments_contract_id"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("share", sa.String(40), nullable=False),
        sa.Column("milestone", sa.String(40), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("amount_currency", sa.String(3), nullable=True),
        *_tracked(),
    )
    op.create_index("ix_instalments_contract_id", "instalments", ["contract_id"])
    op.create_index("ix_instalments_due_on", "instalments", ["due_on"])


def _tracked() -> tuple[Any, ...]:
    return (
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("deleted_at", INSTANT, nullable=True),
    )
