"""An older database with deals: the upgrade tells from the trail how each of them stood, and sums them up."""

import json
from datetime import date, datetime
from typing import Any

from sqlalchemy import text

from storage import schema
from storage.database import Database, Tx

# When, and what became of which deal: old and new, as the trail writes it.
TRAIL = [
    ("2026-09-01T02:00:00+00:00", 1, "create", {"stage": [None, "proposal"], "amount_minor": [None, 5000],
     "amount_currency": [None, "CNY"], "expected_close": [None, "2026-10-31"], "customer_id": [None, 1]}),
    ("2026-09-02T02:00:00+00:00", 2, "create", {"stage": [None, "proposal"], "customer_id": [None, 1]}),
    ("2026-09-10T02:00:00+00:00", 1, "update", {"amount_minor": [5000, 7000]}),
    ("2026-09-10T02:00:00+00:00", 1, "update", {"expected_close": ["2026-10-31", "2026-11-30"]}),
    ("2026-09-12T02:00:00+00:00", 1, "update", {"next_step": [None, "call"]}),
    ("2026-10-20T02:00:00+00:00", 1, "update", {"stage": ["proposal", "won"], "closed_on": [None, "2026-10-20"]}),
    ("2026-10-21T02:00:00+00:00", 2, "delete", {"deleted_at": [None, "2026-10-21T02:00:00+00:00"]}),
]  # fmt: skip
AT = "2026-09-01T02:00:00+00:00"
DEALS = [
    {
        "id": 1,
        "stage": "won",
        "expected": "2026-11-30",
        "closed": "2026-10-20",
        "minor": 7000,
        "code": "CNY",
        "bin": None,
    },
    {"id": 2, "stage": "proposal", "expected": None, "closed": None, "minor": None, "code": None, "bin": TRAIL[-1][0]},
]


def older(tx: Tx) -> None:
    """What stood in the database before there was a history."""

    def put(statement: str, **values: Any) -> None:
        tx.connection.execute(text(statement), values)

    empty = "'[]', '[]', '[]'"
    put(
        "INSERT INTO customers (id, name, name_key, customer_type, aliases, phones, emails, created_at, updated_at, "
        f"custom, version) VALUES (1, '蓝海', '蓝海', 'company', {empty}, :at, :at, '{{}}', 1)",
        at=AT,
    )
    for deal in DEALS:
        put(
            "INSERT INTO opportunities (id, name, customer_id, stage, expected_close, closed_on, amount_minor, "
            "amount_currency, created_at, updated_at, custom, version, deleted_at) VALUES (:id, 'x', 1, :stage, "
            ":expected, :closed, :minor, :code, :at, :at, '{}', 1, :bin)",
            at=AT,
            **deal,
        )
    put("INSERT INTO steps (id, what, at) VALUES (1, '{}', :at)", at=AT)
    for at, record_id, action, changes in TRAIL:
        put(
            "INSERT INTO audit (step_id, kind, record_id, action, changes, at) "
            "VALUES (1, 'opportunity', :id, :action, :changes, :at)",
            id=record_id,
            action=action,
            changes=json.dumps(changes),
            at=at,
        )


def test_the_history_and_the_sums_are_told_from_the_trail(empty_database: Database) -> None:
    schema.migrate(empty_database, "0005")
    empty_database.write(older)
    schema.upgrade(empty_database)
    with empty_database.read() as tx:
        rows = tx.connection.execute(
            text(
                "SELECT opportunity_id, stage, amount_minor, expected_close, closed_on, deleted_at IS NULL AS alive, "
                "until IS NULL AS stands, since FROM opportunity_history ORDER BY opportunity_id, since"
            )
        ).all()
        told = [
            tuple(str(value)[:10] if isinstance(value, date | datetime) else value for value in row) for row in rows
        ]
        kept = tx.connection.execute(
            text("SELECT month, stage, currency, count, amount_minor FROM pipeline_totals WHERE count <> 0")
        ).all()
    assert [(row[:5], bool(row[5]), bool(row[6]), str(row[7])[:10]) for row in told] == [
        ((1, "proposal", 5000, "2026-10-31", None), True, False, "2026-09-01"),
        # what was changed at one moment is one state, and what a summary does not know makes none
        ((1, "proposal", 7000, "2026-11-30", None), True, False, "2026-09-10"),
        ((1, "won", 7000, "2026-11-30", "2026-10-20"), True, True, "2026-10-20"),
        ((2, "proposal", None, None, None), True, False, "2026-09-02"),
        ((2, "proposal", None, None, None), False, True, "2026-10-21"),
    ]
    assert [(str(row[0])[:10], *row[1:]) for row in kept] == [("2026-10-01", "won", "CNY", 1, 7000)]
