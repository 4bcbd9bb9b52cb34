"""Every figure is the sum of its rows, the causes of a change add up, and what is closed does not move."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.people.identity import actor_of
from bot.reports.changes import differences
from bot.reports.figures import deals, end_of, sums
from bot.reports.query import By, Query, shifted
from bot.reports.rates import Rates
from bot.reports.worth import probabilities
from bot.world import World
from config.catalog import catalog
from config.crm import load_crm
from config.settings import Settings
from config.types import Period
from storage import records
from storage.author import Author
from storage.database import Tx
from tests.transcripts.talk import Talk

NOW = datetime.fromisoformat("2026-11-26T16:20:00+08:00")
STAGES = ("initial_contact", "needs_analysis", "proposal", "negotiation", "won", "lost")


@pytest.fixture
def talk(tmp_path: Path, database_url: str) -> Iterator[Talk]:
    """Somebody who may see everything, and nothing to see."""
    talk = Talk(tmp_path, datetime.fromisoformat("2026-01-05T09:00:00+08:00"), url=database_url)
    talk.add("user", {"name": "老板", "role": "admin"})
    talk.now = NOW
    yield talk
    talk.close()


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory, new_database_url: Callable[[], str]) -> Iterator[Talk]:
    """A year of three teams' deals: made, moved, put off, handed on, taken back into the bin; by a fixed seed.
    Only to be read."""
    folder = tmp_path_factory.mktemp("year")
    talk = Talk(folder, datetime.fromisoformat("2026-01-05T09:00:00+08:00"), url=new_database_url())
    talk.add("user", {"name": "老板", "role": "admin"})
    for n in range(6):
        talk.add("user", {"name": f"销售{n}", "role": "rep", "team": f"团队{n % 3}"})
    talk.add("customer", {"name": "蓝海物流有限公司"}, "老板")
    dice = random.Random(7)
    for day in range(0, 320, 2):
        talk.now = datetime.fromisoformat("2026-01-05T09:00:00+08:00") + timedelta(days=day)
        talk.bot.database.write(lambda tx: _a_day(tx, talk.now, dice))
    talk.now = NOW
    yield talk
    talk.close()


def _a_day(tx: Tx, now: datetime, dice: random.Random) -> None:
    tx.author = Author(None, now)
    cls = records.Opportunity
    users = tx.session.scalars(select(records.User).where(records.User.role == "rep").order_by(records.User.id)).all()
    user = dice.choice(users)
    deal = cls(name=f"商机{now:%j}", customer_id=1, stage=dice.choice(STAGES[:4]))
    deal.owner_id, deal.team_id = user.id, user.team_id
    deal.amount_minor = dice.randrange(1, 10**9) if dice.random() < 0.9 else None
    deal.amount_currency = dice.choice(("CNY", "CNY", "USD", "JPY")) if deal.amount_minor else None
    deal.expected_close = now.date() + timedelta(days=dice.randrange(1, 200)) if dice.random() < 0.9 else None
    deal.product = dice.choice((None, "云平台", "冷库"))
    tx.session.add(deal)
    found = tx.session.scalars(select(cls).order_by(cls.id)).all()
    for item in dice.sample(list(found), k=min(3, len(found))):
        _touch(item, users, now, dice)
    tx.session.flush()


def _touch(item: Any, users: Any, now: datetime, dice: random.Random) -> None:
    match dice.randrange(6):
        case 0:
            item.stage = dice.choice(STAGES)
            item.closed_on = now.date() if item.stage in ("won", "lost") else None
        case 1:
            item.expected_close = now.date() + timedelta(days=dice.randrange(-5, 150))
        case 2 if item.amount_minor:
            item.amount_minor += dice.randrange(1, 10**6)
        case 3 if item.amount_minor:
            item.amount_currency = dice.choice(("CNY", "USD"))
        case 4:
            user = dice.choice(users)
            item.owner_id, item.team_id = user.id, user.team_id
        case _:
            item.deleted_at = now if dice.random() < 0.3 else None


def world_of(talk: Talk, tx: Tx) -> World:
    actor = actor_of(tx, 1, Settings(data_dir=Path()))
    assert actor is not None
    return World(tx, actor, load_crm(), Settings(data_dir=Path()), catalog("zh"), NOW.astimezone(actor.zone))


def plainly(tx: Tx, query: Query) -> Counter[Any]:
    """The sums by stage and currency, added up in Python from the rows as they stand."""
    total: Counter[Any] = Counter()
    kinds = {"won": ("won",), "lost": ("lost",)}.get(query.what, STAGES[:4])
    cls = records.Opportunity
    for row in tx.connection.execute(select(cls.__table__).where(cls.deleted_at.is_(None))):
        closes = row.closed_on or row.expected_close
        is_in = query.start is None or (closes is not None and query.start <= closes <= (query.end or closes))
        is_theirs = not query.teams or row.team_id in query.teams
        if row.stage in kinds and is_in and is_theirs and (not query.owners or row.owner_id in query.owners):
            total[row.stage, row.amount_currency or "", "count"] += 1
            total[row.stage, row.amount_currency or "", "minor"] += row.amount_minor or 0
    return +total


QUERIES = [
    Query(),
    Query(start=date(2026, 10, 1), end=date(2026, 12, 31), grain="quarter"),
    Query(start=date(2026, 11, 23), end=date(2026, 11, 29), grain="week"),
    Query(what="won", start=date(2026, 10, 1), end=date(2026, 10, 31), grain="month"),
    Query(what="lost", start=date(2026, 1, 1), end=date(2026, 12, 31), grain="year"),
    Query(teams=(2,), start=date(2026, 10, 1), end=date(2026, 12, 31)),
    Query(owners=(3,), start=date(2026, 10, 1), end=date(2026, 12, 31)),
]
BYS: tuple[By, ...] = ("", "stage", "owner", "team", "product", "customer", "month", "day")


@pytest.mark.parametrize("query", QUERIES)
def test_every_figure_is_the_sum_of_its_rows(year: Talk, query: Query) -> None:
    with year.bot.database.read() as tx:
        world = world_of(year, tx)
        wanted = plainly(tx, query)
        for by in BYS:
            total: Counter[Any] = Counter()
            for item in sums(world, query, by):
                total[item.stage, item.currency, "count"] += item.count
                total[item.stage, item.currency, "minor"] += item.minor
            assert +total == wanted, by
        rows = deals(world, query, limit=10_000)
        assert len(rows) == sum(value for (_stage, _code, what), value in wanted.items() if what == "count")


@pytest.mark.parametrize("query", [item for item in QUERIES if item.what == "pipeline"])
@pytest.mark.parametrize("since", [date(2026, 3, 1), date(2026, 9, 30), date(2026, 11, 22)])
def test_causes_lead_from_then_to_now_in_every_currency(year: Talk, query: Query, since: date) -> None:
    with year.bot.database.read() as tx:
        world = world_of(year, tx)
        total: Counter[str] = Counter()
        for item in sums(world, replace(query, as_of=since)):
            total[item.currency] += item.minor
        for amounts in differences(world, query, end_of(since, world), NOW).steps.values():
            for currency, minor in amounts.items():
                total[currency] += minor
        now: Counter[str] = Counter()
        for item in sums(world, query):
            now[item.currency] += item.minor
        assert {code: minor for code, minor in total.items() if minor} == dict(+now)


def test_what_is_closed_keeps_the_rate_of_its_closing(talk: Talk) -> None:
    def enter(rate: str, day: date, at: datetime) -> None:
        def job(tx: Tx) -> None:
            tx.author = Author(None, at)
            tx.create(records.ExchangeRate(currency="USD", base="CNY", rate=Decimal(rate), valid_on=day))

        talk.bot.database.write(job)

    october = datetime.fromisoformat("2026-10-01T09:00:00+08:00")
    enter("7.1", date(2026, 10, 1), october)
    with talk.bot.database.read() as tx:
        assert str(Rates(tx, "CNY").at_close("USD", date(2026, 10, 20)).rate) == "7.1"  # type: ignore[union-attr]
    enter("7.5", date(2026, 10, 15), NOW)  # entered long after the closing, though dated before it
    enter("7.9", date(2026, 11, 1), NOW)
    with talk.bot.database.read() as tx:
        rates = Rates(tx, "CNY")
        assert str(rates.at_close("USD", date(2026, 10, 20)).rate) == "7.1"  # type: ignore[union-attr]
        assert str(rates.on("USD", NOW.date()).rate) == "7.9"  # type: ignore[union-attr]
        assert rates.on("USD", date(2026, 9, 1)) is None


def test_what_was_weighted_then_is_weighted_so_again(talk: Talk) -> None:
    def ask(at: datetime | None, probability: int) -> int:
        def job(tx: Tx) -> int:
            world = world_of(talk, tx)
            world.now = NOW + timedelta(days=probability)
            stages = tuple(replace(s, probability=probability) if s.code == "proposal" else s for s in world.crm.stages)
            world.crm = replace(world.crm, stages=stages)
            return probabilities(world, at)["proposal"]

        return talk.bot.database.write(job)

    assert ask(None, 60) == 60
    assert ask(None, 70) == 70
    assert ask(NOW + timedelta(days=65), 70) == 60
    assert ask(NOW - timedelta(days=65), 70) == 60
    assert ask(NOW + timedelta(days=71), 70) == 70


@pytest.mark.parametrize(
    ("period", "grain", "before"),
    [
        ((2026, 10, 1, 2026, 12, 31), "quarter", (2026, 7, 1, 2026, 9, 30)),
        ((2026, 1, 1, 2026, 1, 31), "month", (2025, 12, 1, 2025, 12, 31)),
        ((2026, 11, 23, 2026, 11, 29), "week", (2026, 11, 16, 2026, 11, 22)),
        ((2026, 1, 1, 2026, 12, 31), "year", (2025, 1, 1, 2025, 12, 31)),
        ((2026, 11, 1, 2026, 11, 26), "", (2026, 10, 6, 2026, 10, 31)),
    ],
)
def test_the_period_before(period: tuple[int, ...], grain: str, before: tuple[int, ...]) -> None:
    one = Period(date(*period[:3]), date(*period[3:]))
    assert shifted(one, grain, -1) == Period(date(*before[:3]), date(*before[3:]))
