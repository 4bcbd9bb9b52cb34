"""How each opportunity stood at any time, and kept sums of how they stand now.

Both follow the audit trail, in the same transaction: whatever is audited is in them, so nobody can forget them. A row
of the history holds from ``since`` until ``until`` (None: still). The sums are kept per month of closing, so that a
summary of a million opportunities reads a few hundred rows.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, text, update

from storage.change import Change
from storage.prepared import Prepared, always, insert_for
from storage.tables import opportunity_history as history
from storage.tables import pipeline_totals as totals
from storage.veil import WHOLE

FACTS = (
    "owner_id", "team_id", "customer_id", "product", "stage", "amount_minor", "amount_currency", "expected_close",
    "closed_on", "deleted_at",
)  # fmt: skip
AT_ONCE = 500  # records that one statement names
NEVER = date(1900, 1, 1)  # the month of what has no date of closing
NO_TEAM = 0
SHARDS = 64
Facts = Mapping[str, Any]


def follow(connection: Connection, changes: Iterable[Change], at: datetime) -> None:
    """Note what became of opportunities, in the history and in the sums."""
    deltas: dict[tuple[Any, ...], list[int]] = {}
    new = []
    for change in changes:
        if change.kind != "opportunity":
            continue
        told = {name: _read(name, pair[1]) for name, pair in change.changes.items() if name in FACTS}
        if not told:
            continue
        if change.action == "create":
            after = dict.fromkeys(FACTS) | told
            new.append({"opportunity_id": change.record_id, "since": at, "until": None, **after})
            _count(deltas, after, 1)
            continue
        before = _before(connection, change)
        _remember(connection, change.record_id, {**before, **told}, at)
        _count(deltas, before, -1)
        _count(deltas, {**before, **told}, 1)
    if new:
        _ADD.many(connection, new)
    _add(connection, {key: delta for key, delta in deltas.items() if any(delta)})


def expected_days(connection: Connection, ids: Iterable[int]) -> dict[int, list[date]]:
    """For each opportunity the days on which it was expected to close, in the order in which they were said."""
    found: dict[int, list[date]] = {}
    wanted = sorted(ids)
    for start in range(0, len(wanted), AT_ONCE):
        some = history.c.opportunity_id.in_(wanted[start : start + AT_ONCE])
        rows = select(history.c.opportunity_id, history.c.expected_close).where(
            some, history.c.expected_close.is_not(None)
        )
        for one, day in connection.execute(rows.order_by(history.c.opportunity_id, history.c.since)):
            found.setdefault(one, []).append(day)
    return found


def _count(deltas: dict[tuple[Any, ...], list[int]], facts: Facts, sign: int) -> None:
    if facts["deleted_at"] is None:
        delta = deltas.setdefault(_key(facts), [0, 0])
        delta[0] += sign
        delta[1] += sign * (facts["amount_minor"] or 0)


def rebuild(connection: Connection) -> None:
    """Make the sums anew from the opportunities, e.g. after a million of them were written past the listeners."""
    from storage.records import Opportunity

    item = Opportunity
    month = func.coalesce(item.closed_on, item.expected_close)
    columns = (item.team_id, item.stage, func.coalesce(item.amount_currency, ""), month)
    found = select(*columns, func.count(), func.coalesce(func.sum(item.amount_minor), 0))
    rows: dict[tuple[Any, ...], list[int]] = {}
    for team, stage, currency, closes, count, amount in connection.execute(
        found.where(item.deleted_at.is_(None)).group_by(*columns)
    ):
        total = rows.setdefault((team or NO_TEAM, stage, currency, _month(closes)), [0, 0])
        total[0] += count
        total[1] += int(amount or 0)
    connection.execute(totals.delete())
    _add(connection, rows)


def backdate(connection: Connection, known: Sequence[tuple[int, datetime]]) -> None:
    """Have opportunities that have just been written stand as they do since an earlier moment: (id, since)."""
    _BACK.many(connection, [{"b_id": number, "since": since} for number, since in known])


def _before(connection: Connection, change: Change) -> dict[str, Any]:
    """How the opportunity stood; of one that was written past the trail, by what the change says."""
    found = _LAST.rows(connection, {"b_id": change.record_id})
    if found:
        return {name: getattr(found[0], name) for name in FACTS}
    from storage.records import Opportunity

    columns = Opportunity.__table__.c
    facts = select(*(columns[name] for name in FACTS)).where(columns.id == change.record_id)
    row = connection.execute(facts, execution_options=WHOLE).one()
    old = {name: _read(name, pair[0]) for name, pair in change.changes.items() if name in FACTS}
    return dict(row._mapping) | old


def _read(name: str, value: Any) -> Any:
    """A value of the trail as a column holds it."""
    if isinstance(value, str) and name in ("expected_close", "closed_on"):
        return date.fromisoformat(value)
    return datetime.fromisoformat(value) if isinstance(value, str) and name == "deleted_at" else value


def _key(facts: Facts) -> tuple[Any, ...]:
    """Which sum an opportunity counts in."""
    closes = facts["closed_on"] or facts["expected_close"]
    return facts["team_id"] or NO_TEAM, facts["stage"], facts["amount_currency"] or "", _month(closes)


def _month(day: date | None) -> date:
    return day.replace(day=1) if day else NEVER


def _remember(connection: Connection, opportunity_id: int, facts: Facts, at: datetime) -> None:
    """Add how it stands now. Several changes of one moment leave one row; a clock that goes back is not believed."""
    values = {name: facts[name] for name in FACTS}
    found = _LAST.rows(connection, {"b_id": opportunity_id})
    if found and found[0].since >= at:
        _AMEND.many(connection, [{"b_row": found[0].id, **values}])
        return
    if found:
        _END.many(connection, [{"b_row": found[0].id, "until": at}])
    _ADD.many(connection, [{"opportunity_id": opportunity_id, "since": at, "until": None, **values}])


def _add(connection: Connection, deltas: Mapping[tuple[Any, ...], Sequence[int]]) -> None:
    """Add to the sums. On PostgreSQL each transaction has rows of its own, so that no two wait for each other."""
    if not deltas:
        return
    shard = 0
    if connection.dialect.name == "postgresql":
        shard = connection.execute(_FREE_SHARD).scalar() or 0
    rows = [
        dict(zip(("team_id", "stage", "currency", "month"), key, strict=True))
        | {"shard": shard, "count": count, "amount_minor": amount}
        for key, (count, amount) in sorted(deltas.items())
    ]
    _SUM.many(connection, rows)


def _upsert(dialect: str) -> Any:
    new = insert_for(dialect)(totals)
    return new.on_conflict_do_update(
        index_elements=[column.name for column in totals.primary_key],
        set_={name: totals.c[name] + new.excluded[name] for name in ("count", "amount_minor")},
    )


# Held until the transaction ends; asked for again, it gives the same one. All taken: wait for the last.
_FREE_SHARD = text(
    "SELECT coalesce((SELECT n FROM generate_series(1, :shards - 1) n WHERE pg_try_advisory_xact_lock(7232647, n)"
    " LIMIT 1), (SELECT 0 FROM (SELECT pg_advisory_xact_lock(7232647, 0)) wait))"
).bindparams(shards=SHARDS)
_LAST = Prepared(
    always(
        select(history.c.id, history.c.since, *(history.c[name] for name in FACTS)).where(
            history.c.opportunity_id == bindparam("b_id"), history.c.until.is_(None)
        )
    )
)
_AMEND = Prepared(
    always(update(history).where(history.c.id == bindparam("b_row")).values({name: bindparam(name) for name in FACTS}))
)
_END = Prepared(always(update(history).where(history.c.id == bindparam("b_row")).values(until=bindparam("until"))))
_BACK = Prepared(
    always(
        update(history)
        .where(history.c.opportunity_id == bindparam("b_id"), history.c.until.is_(None))
        .values(since=bindparam("since"))
    )
)
_ADD = Prepared(always(insert(history)), ("opportunity_id", "since", "until", *FACTS))
_SUM = Prepared(_upsert, ("shard", "team_id", "stage", "currency", "month", "count", "amount_minor"))
