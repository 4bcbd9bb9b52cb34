"""Parts that fill a period, and the arithmetic of pace."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bot.talk.periods import before, days_in, month_of, quarter_of, year_of
from bot.targets.attainment import Pace, days_gone
from bot.targets.targets import tiling
from config.types import Period

DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
MONEY = st.decimals(0, 10**12, places=2)


@st.composite
def periods(draw):
    start = draw(DAYS)
    return Period(start, start + timedelta(days=draw(st.integers(0, 400))))


@st.composite
def cut(draw):
    """A period, and parts that fill it."""
    whole = draw(periods())
    inner = st.dates(whole.start, whole.end)
    starts = sorted({whole.start, *draw(st.lists(inner, max_size=6))})
    ends = [day - timedelta(days=1) for day in starts[1:]] + [whole.end]
    return whole, [Period(start, end) for start, end in zip(starts, ends, strict=True)]


@given(cut(), st.randoms())
def test_parts_that_fill_a_period_are_found_in_any_order(case, chance):
    whole, parts = case
    chance.shuffle(parts)
    found = tiling(whole, [(part, part) for part in parts])
    assert sum(map(days_in, found)) == days_in(whole)
    assert found == sorted(parts, key=lambda part: part.start)


@given(cut(), st.data())
def test_a_gap_leaves_nothing(case, data):
    whole, parts = case
    missing = data.draw(st.sampled_from(parts))
    assert tiling(whole, [(part, part) for part in parts if part != missing]) == []


@given(cut(), st.lists(periods(), max_size=5))
def test_what_is_chosen_fills_the_period_exactly_whatever_else_there_is(case, others):
    whole, parts = case
    found = tiling(whole, [(part, part) for part in (*others, *parts)])
    days = [part.start + timedelta(days=n) for part in found for n in range(days_in(part))]
    assert days == [whole.start + timedelta(days=n) for n in range(days_in(whole))]
    assert len(found) <= len(parts)


def test_the_whole_itself_comes_before_its_months():
    quarter = quarter_of(date(2026, 11, 23))
    months = [month_of(date(2026, month, 1)) for month in (10, 11, 12)]
    assert tiling(quarter, [(month, month) for month in months]) == months
    assert tiling(quarter, [(part, part) for part in (*months, quarter)]) == [quarter]


@given(DAYS)
def test_twelve_months_and_four_quarters_make_a_year(day):
    year = year_of(day)
    for whole in (month_of, quarter_of):
        parts = {whole(year.start + timedelta(days=n)) for n in range(days_in(year))}
        assert len(tiling(year, [(part, part) for part in parts])) == (12 if whole is month_of else 4)
        assert before(whole(day)).end == whole(day).start - timedelta(days=1)
        assert whole(before(whole(day)).start) == before(whole(day))


@given(MONEY, MONEY.filter(bool), st.integers(1, 400), st.data())
def test_pace_adds_up(reached, aim, days, data):
    pace = Pace(reached, aim, data.draw(st.integers(0, days)), days)
    assert abs(pace.expected + pace.ahead - reached) < Decimal("0.01")
    assert pace.missing == max(0, aim - reached)
    assert 0 <= pace.time <= 100
    assert (pace.done >= 100) == (pace.missing == 0)
    if pace.gone == days:
        assert pace.expected == aim


@given(periods(), DAYS)
def test_days_that_have_begun(period, today):
    gone = days_gone(period, today)
    assert 0 <= gone <= days_in(period)
    assert gone == sum(period.start + timedelta(days=n) <= today for n in range(days_in(period)))
