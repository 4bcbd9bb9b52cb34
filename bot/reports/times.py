"""What a message says about the time of a report, and about the time that it is set beside."""

from dataclasses import replace
from datetime import date, timedelta

from bot.reports.cues import GRAINS, holds
from bot.reports.found import Found
from bot.reports.said import Said
from bot.world import World
from config.types import Period
from nlu.types import Grain, Reading, Understanding, Value


def read_time(world: World, heard: Understanding, found: Found, text: Said) -> None:
    """The period, or the day, that is meant; the one that it is compared with; or only what kind of period it is."""
    to_year, year_ago = text.take("to_year"), text.take("year_ago")
    found.when.to_year, found.when.is_year_ago = bool(to_year), bool(year_ago)
    values = [v for v in heard.of_kind("range", "date") if v.past is not None and text.is_free(v.start, v.end)]
    others = [value for value in values if text.is_beside(value)]
    values = _without_their_year(values, others, text)
    if len(values) == 2 and _are_apart(*values):  # 「去年四季度签了多少，今年呢」, "q1 vs q2"
        values = sorted(_of_one_length(*values), key=lambda value: value.past.days.start if value.past else date.max)
        others = [value for value in values if any(value.start == other.start for other in others)] or values[:1]
    meant = [value for value in values if value not in others]
    if values:
        value = max(meant or others, key=lambda v: (v.kind == "range", v.end - v.start))
        found.when.beside = "" if not others else "said" if meant else "now"
        found.when.other = others[0] if others and meant else None
        for each in (value, *others):
            text.take_span(each.start, each.end)
        due = text.within(value, "due_when")  # "due next month" is the month, not its last day
        found.is_due = bool(due)
        found.when.value = [*(world.values_in(due) if due else ()), value][0]
        return
    beside = to_year or year_ago  # "the same quarter last year"
    said = (grain for grain in GRAINS if text.take(f"grain_{grain}"))
    meant_so = (grain for grain in GRAINS[:3] if holds(text.words, f"span_{grain}", beside))
    found.when.grain = next(said, "") or next(meant_so, "")


def _without_their_year(values: list[Value], others: list[Value], text: Said) -> list[Value]:
    """The quarters or months without the year that they lie in: "q3 vs q2 wins this year", "wins in q3 this year"."""
    year = next((value for value in values if value.grain == Grain.YEAR and value not in others), None)
    parts = [value for value in values if value.grain in (Grain.MONTH, Grain.QUARTER, Grain.HALF) and not value.open]
    if year is None or not parts or len(parts) + 1 != len(values):
        return values
    first, last = _days(year)
    if any(_days(part)[0] < first or _days(part)[1] > last for part in parts):
        return values
    text.take_span(year.start, year.end)
    return parts


def _are_apart(one: Value, other: Value) -> bool:
    """Are they two periods that share no day?"""
    first, second = sorted(_days(value) for value in _of_one_length(one, other))
    return one.kind == other.kind == "range" and not (one.open or other.open) and first[1] < second[0]


def _of_one_length(one: Value, other: Value) -> list[Value]:
    """Of a quarter and a year the same quarter of that year."""
    short, long = sorted((one, other), key=lambda value: _days(value)[1] - _days(value)[0])
    if long.grain != Grain.YEAR or short.grain == Grain.YEAR or short.past is None:
        return [one, other]
    start, end = _days(short)
    year, after = _days(long)[0].year, end + timedelta(days=1)
    moved = after.replace(year=year + after.year - start.year) - timedelta(days=1)
    return [short, replace(long, past=Reading(start.replace(year=year), moved), grain=short.grain)]


def _days(value: Value) -> tuple[date, date]:
    days = value.past.days if value.past is not None else Period(date.max, date.max)
    return days.start, days.end
