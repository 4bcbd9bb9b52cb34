"""The kept sums and the history equal the rows, whatever is changed and taken back, by however many at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from itertools import count, pairwise
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from storage import history, records, undo
from storage.author import Author
from storage.database import Database
from storage.tables import opportunity_history, pipeline_totals
from tests.storage.samples import NOW, people, write

numbers = count(1)

FIELDS = ("stage", "amount_minor", "amount_currency", "expected_close", "closed_on", "team_id", "owner_id", "product")
CLOSES = [None, date(2026, 10, 31), date(2026, 11, 1), date(2026, 12, 31)]

changes = st.tuples(
    st.sampled_from(["add", "stage", "amount", "currency", "close", "closed", "bin", "back", "owner", "product"]),
    st.integers(0, 30),
)
chains = st.lists(st.one_of(st.just("undo"), st.lists(changes, min_size=1, max_size=4)), max_size=12)


def change(session: Any, who: int, what: str, which: int) -> None:
    cls = records.Opportunity
    if what == "add":
        customer = session.scalars(select(records.Customer)).first()
        deal = cls(name=f"deal {which}", customer_id=customer.id, stage="proposal", expected_close=CLOSES[which % 4])
        deal.amount_minor, deal.amount_currency = (which * 101, "CNY") if which % 5 else (None, None)
        deal.owner_id, deal.team_id = who, session.get(records.User, who).team_id
        session.add(deal)
        return
    found = session.scalars(select(cls).where(cls.owner_id == who).order_by(cls.id)).all()
    if not found:
        return
    deal = found[which % len(found)]
    if what == "stage":
        deal.stage = ("initial_contact", "proposal", "won", "lost")[which % 4]
    elif what == "amount":
        deal.amount_minor, deal.amount_currency = which * 100 + 1, deal.amount_currency or "CNY"
    elif what == "currency":
        deal.amount_minor, deal.amount_currency = which, ("CNY", "USD", "JPY")[which % 3]
    elif what == "close":
        deal.expected_close = CLOSES[which % 4]
    elif what == "closed":
        deal.closed_on = CLOSES[which % 4]
    elif what == "owner":
        deal.team_id = None if which % 2 else session.get(records.User, who).team_id
    elif what == "product":
        deal.product = f"product {which % 3}"
    else:
        deal.deleted_at = NOW if what == "bin" else None


def kept(connection: Any) -> dict[Any, Any]:
    c = pipeline_totals.c
    key = (c.team_id, c.stage, c.currency, c.month)
    rows = connection.execute(select(*key, func.sum(c.count), func.sum(c.amount_minor)).group_by(*key))
    return {tuple(row[:4]): (int(row[4]), int(row[5])) for row in rows if row[4] or row[5]}


def added_up(connection: Any) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    cls = records.Opportunity
    for row in connection.execute(select(cls.__table__).where(cls.deleted_at.is_(None))):
        closes = row.closed_on or row.expected_close
        month = closes.replace(day=1) if closes else history.NEVER
        key = (row.team_id or 0, row.stage, row.amount_currency or "", month)
        count, minor = found.get(key, (0, 0))
        found[key] = (count + 1, minor + (row.amount_minor or 0))
    return found


def company(database: Database, size: int = 1) -> list[int]:
    """A customer, and so many people in teams of their own."""

    def job(session: Any) -> list[int]:
        found = [people(session, f"team {next(numbers)}")[1].id for _n in range(size)]
        if session.scalars(select(records.Customer)).first() is None:
            session.add(records.Customer(name="蓝海", name_key="蓝海"))
        return found

    return write(database, job)


def agrees(database: Database) -> None:
    with database.read() as tx:
        assert kept(tx.connection) == added_up(tx.connection)
        c = opportunity_history.c
        stands = {row.opportunity_id: row for row in tx.connection.execute(select(c).where(c.until.is_(None)))}
        for row in tx.connection.execute(select(records.Opportunity.__table__)):
            assert [getattr(stands[row.id], name) for name in FIELDS] == [getattr(row, name) for name in FIELDS]
            assert (stands[row.id].deleted_at is None) == (row.deleted_at is None)
        rows = tx.connection.execute(select(c.opportunity_id, c.since, c.until).order_by(c.opportunity_id, c.id)).all()
        for one, after in pairwise(rows):
            if one.opportunity_id == after.opportunity_id:
                assert one.until == after.since > one.since


def do(database: Database, who: int, steps: Any, minute: int) -> None:
    done: list[int] = []
    for n, step in enumerate(steps):
        author = Author(who, NOW + timedelta(minutes=minute + n))
        if step == "undo":
            if done:
                author.undoes_step_id = done.pop()
                write(database, lambda session: undo.revert(session, session.author.undoes_step_id), author=author)
            continue

        def job(session: Any, step: Any = step) -> None:
            for what, which in step:
                change(session, who, what, which)
                session.flush()

        write(database, job, author=author)
        if author.step_id is not None:
            done.append(author.step_id)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chain=chains)
def test_sums_and_history_equal_the_rows(database: Database, chain: Any) -> None:
    who = company(database)[0]
    do(database, who, chain, 0)
    agrees(database)


def test_sums_equal_the_rows_with_several_writers(database: Database) -> None:
    who = company(database, 6)
    chain: list[Any] = [[("add", n), ("stage", n), ("amount", n + 1)] for n in range(8)] + [
        "undo",
        [("close", 2), ("bin", 1)],
    ]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda n: do(database, who[n % len(who)], chain, n), range(6)))
    agrees(database)


def test_sums_made_anew_are_the_same(database: Database) -> None:
    who = company(database)[0]
    do(database, who, [[("add", n), ("stage", n)] for n in range(12)], 0)
    with database.read() as tx:
        before = kept(tx.connection)
    database.write(lambda tx: history.rebuild(tx.connection))
    with database.read() as tx:
        assert kept(tx.connection) == before
