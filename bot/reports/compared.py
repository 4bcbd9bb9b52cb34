"""「比上月多还是少」, "up or down on last month": the difference, told before all else."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import ROUND_HALF_EVEN, Decimal

from bot.reports import show
from bot.reports.figures import sums
from bot.reports.lines import Line, count_of, per_currency
from bot.reports.query import Query
from bot.reports.worth import worth_of
from bot.world import World
from config.types import Period


def compared(world: World, query: Query, total: Line, lines: Sequence[Line]) -> list[str]:
    """How much more or less it is, in number and in amount: of two that were named the first beside the second, else
    of a period beside the one before; [] where nobody asked."""
    if not query.is_compared:
        return []
    if query.by in ("owner", "team") and max(len(query.owners), len(query.teams)) > 1:
        return [_line(world, "report.compared.two", lines[0], lines[1])] if len(lines) == 2 else []
    other = query.beside(world.now.date())
    if query.period is None or other.period is None:
        return []
    said = [_line(world, "report.compared.periods", total, _line_of(world, other))]
    so_far = _so_far(world, query, other)
    return said if so_far is None else [*said, _line(world, "report.compared.so_far", total, _line_of(world, so_far))]


def difference(world: World, unit: str, now: int, then: int) -> str:
    """「多 3 单（50%）」."""
    return _told(world, unit, now - then, then, str(abs(now - then)))


def _so_far(world: World, query: Query, other: Query) -> Query | None:
    """Of a period that is running, as many days of the other one: a month that has begun is no whole one."""
    today, period, past = world.now.date(), query.period, other.period
    if period is None or past is None or not period.start <= today < period.end or past.end >= period.start:
        return None
    end = past.start + (today - period.start)
    return other.within(Period(past.start, min(end, past.end))) if end < past.end - timedelta(days=1) else None


def _line_of(world: World, query: Query) -> Line:
    found = sums(world, replace(query, by=""))
    return Line("", query, count_of(found), per_currency(found), {})


def _line(world: World, key: str, one: Line, other: Line) -> str:
    """One beside another: who or when, the number, the amount."""
    now, then = (worth_of(world, line.query, line.amounts).minor for line in (one, other))
    parts = [difference(world, "deals", one.count, other.count)]
    if now is not None and then is not None:
        gap = show.money(abs(now - then), world.currency, world.words)
        parts.append(_told(world, "amount", now - then, then, gap))
    period = other.query.period
    names = {"one": one.label, "other": other.label, "period": show.days(period, world) if period else ""}
    return world.words.say(key, parts=world.words.say("common.list_separator").join(parts), **names)


def _told(world: World, unit: str, gap: int, then: int, shown: str) -> str:
    key = f"report.compared.{unit}"
    if gap == 0:
        return world.words.say(f"{key}_even")
    percent = int((Decimal(abs(gap)) * 100 / then).to_integral_value(ROUND_HALF_EVEN)) if then > 0 else None
    share = world.words.say("report.compared.share", percent=percent) if percent is not None else ""
    return world.words.say(f"{key}_{'more' if gap > 0 else 'less'}", gap=shown, share=share)
