"""Summaries that are kept, and how it stood on a day.

Revision ID: 0006
Revises: 0005
"""

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)
FACTS = (
    "owner_id", "team_id", "customer_id", "product", "stage", "amount_minor", "amount_currency", "expected_close",
    "closed_on", "deleted_at",
)  # fmt: skip


def upgrade() -> None:
    history = _history()
    op.create_table(
        "pipeline_totals",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("team_id", KEY, autoincrement=False, nullable=False),
        sa.Column("stage", sa.String(40), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("shard", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("month", "team_id", "stage", "currency", "shard", name="pk_pipeline_totals"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "stage_probabilities",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("since", AT, nullable=False),
        sa.Column("stage", sa.String(40), nullable=False),
        sa.Column("probability", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_stage_probabilities"),
    )
    for first in ("team", "owner"):
        closes = sa.text("coalesce(closed_on, expected_close)")
        columns = (f"{first}_id", closes, "deleted_at", "stage", "amount_currency", "amount_minor")
        op.create_index(f"ix_opportunities_{first}_closes", "opportunities", list(columns))
    connection = op.get_bind()
    for row in _replayed(connection):
        connection.execute(history.insert(), row)
    _sum_up(connection)


def _history() -> sa.Table:
    table = op.create_table(
        "opportunity_history",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("opportunity_id", KEY, nullable=False),
        sa.Column("since", AT, nullable=False),
        sa.Column("until", AT),
        sa.Column("owner_id", KEY),
        sa.Column("team_id", KEY),
        sa.Column("customer_id", KEY),
        sa.Column("product", sa.String(500)),
        sa.Column("stage", sa.String(40), nullable=False),
        sa.Column("amount_minor", sa.BigInteger()),
        sa.Column("amount_currency", sa.String(3)),
        sa.Column("expected_close", sa.Date()),
        sa.Column("closed_on", sa.Date()),
        sa.Column("deleted_at", AT),
        sa.PrimaryKeyConstraint("id", name="pk_opportunity_history"),
    )
    op.create_index("ix_opportunity_history_since", "opportunity_history", ["since"])
    op.create_index("ix_opportunity_history_one", "opportunity_history", ["opportunity_id", "since"])
    return table


def _replayed(connection: sa.Connection) -> Iterator[dict[str, Any]]:
    """The rows of the history that the audit trail tells, opportunity by opportunity."""
    audit = sa.table("audit", *map(sa.column, ("id", "kind", "record_id")), sa.column("at", AT), sa.column("changes"))
    trail = sa.select(audit.c.record_id, audit.c.at, audit.c.changes).where(audit.c.kind == "opportunity")
    row: dict[str, Any] = {}
    for record_id, at, given in connection.execute(trail.order_by(audit.c.record_id, audit.c.id)).all():
        changes = json.loads(given) if isinstance(given, str) else given
        new = {name: _value(name, changes[name][1]) for name in FACTS if name in changes}
        if row and row["opportunity_id"] != record_id:
            yield row
            row = {}
        if not row:
            row = {"opportunity_id": record_id, "since": at, "until": None, **dict.fromkeys(FACTS), **new}
        elif at <= row["since"]:
            row |= new
        elif new:
            yield row | {"until": at}
            row = row | new | {"since": at}
    if row:
        yield row


def _value(name: str, value: Any) -> Any:
    if value is None or not isinstance(value, str):
        return value
    if name in ("expected_close", "closed_on"):
        return date.fromisoformat(value)
    return datetime.fromisoformat(value) if name == "deleted_at" else value


def _sum_up(connection: sa.Connection) -> None:
    is_sqlite = connection.dialect.name == "sqlite"
    closes = "coalesce(closed_on, expected_close, '1900-01-01')"
    month = f"date({closes}, 'start of month')" if is_sqlite else f"date_trunc('month', {closes})::date"
    connection.execute(
        sa.text(
            "INSERT INTO pipeline_totals (month, team_id, stage, currency, shard, count, amount_minor) "  # noqa: S608
            f"SELECT {month}, coalesce(team_id, 0), stage, coalesce(amount_currency, ''), 0, count(*), "
            "coalesce(sum(amount_minor), 0) FROM opportunities WHERE deleted_at IS NULL GROUP BY 1, 2, 3, 4"
        )
    )
