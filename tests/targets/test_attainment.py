"""What is reached is the sum of what was won, deal by deal, on the invented company."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import text

from bot.talk.periods import quarter_of, year_of
from bot.targets.attainment import reached, won_in
from bot.targets.exchange import Exchange
from bot.targets.whose import Whose, own, people_of, teams_seen
from config.types import Money
from tests.demo.test_demo import NOW


@pytest.mark.parametrize("day", [date(2025, 8, 1), date(2026, 2, 1), NOW.date()])
def test_what_was_won_is_what_sql_says(world, day):
    period = quarter_of(day)
    query = text(
        "SELECT amount_currency, count(*), sum(amount_minor) FROM opportunities WHERE stage = 'won' AND owner_id = :id "
        "AND closed_on BETWEEN :start AND :end GROUP BY amount_currency"
    )
    for person in people_of(world, own(world)):
        asked = {"id": person.id, "start": period.start, "end": period.end}
        real = [tuple(row) for row in world.tx.connection.execute(query, asked)]
        won = won_in(world, person, period)
        assert won.count == sum(count for _code, count, _minor in real)
        assert {m.currency: m.to_minor() for m in won.amounts} == {code: int(minor) for code, _count, minor in real}


def test_a_team_reached_what_its_people_reached(world):
    """Also where it has teams below; and the whole company is the teams that stand alone."""
    period = year_of(NOW.date())
    teams = [Whose("team", number, name) for number, name in teams_seen(world)]
    for team in teams:
        people = sum(won_in(world, person, period).count for person in people_of(world, team))
        assert won_in(world, team, period).count == people > 0
    assert won_in(world, own(world), period).count == sum(
        won_in(world, p, period).count for p in people_of(world, own(world))
    )


def test_closed_deals_keep_the_rate_of_their_day(world):
    """A dollar of last year is worth what it was; asked later, the sum is the same."""
    period = quarter_of(date(2025, 8, 1))
    overseas = next(Whose("team", number, name) for number, name in teams_seen(world) if name == "海外")
    won = won_in(world, overseas, period)
    now, then = (won.in_one(Exchange(world, "CNY", day))[0] for day in (NOW.date(), period.end))
    assert now == then > 0
    assert {money.currency for money, _day in won.by_day} == {"USD", "EUR"}


def test_an_amount_goes_over_the_own_currency_where_no_rate_stands_between(world):
    exchange = Exchange(world, "USD", NOW.date())
    euro = exchange.convert(Money(Decimal(100), "EUR"))
    assert euro is not None
    in_cny = Exchange(world, "CNY", NOW.date())
    direct, over = in_cny.convert(Money(Decimal(100), "EUR")), in_cny.convert(euro)
    assert direct is not None
    assert over is not None
    assert abs(direct.value - over.value) < Decimal("0.0001")
    assert exchange.convert(Money(Decimal(1), "JPY")) is None
    assert exchange.used


def test_a_target_in_another_currency_is_measured_in_it(world):
    overseas = next(Whose("team", number, name) for number, name in teams_seen(world) if name == "海外")
    found = reached(world, overseas, "revenue", quarter_of(NOW.date()))
    assert found is not None
    assert found.target.currency == "USD"
    assert found.left_out == ()
