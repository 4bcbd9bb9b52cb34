"""How a report names whom and when it is about, and how it shows amounts of several currencies."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from sqlalchemy import select

from bot.dialogs.show import show_day, show_money
from bot.reports.query import By, Query, What, current, shifted
from bot.reports.traits import trait_label
from bot.rules.fields import is_hidden
from bot.talk.periods import BEGINNING, is_open
from bot.world import World
from config.catalog import Catalog
from config.types import Money, Period
from storage import records

OF_NOW: frozenset[What] = frozenset({"customers", "stays"})  # how it is today, where no time is said
FEW = 2  # customers that a title names one by one


def money(minor: int, currency: str, words: Catalog) -> str:
    return show_money(Money.from_minor(minor, currency), words)


def tenth(percent: Decimal) -> str:
    """A share in per cent, to a tenth: 12.5, 40."""
    return f"{percent.quantize(Decimal('0.1'), ROUND_HALF_EVEN):f}".removesuffix(".0")


def share(part: int, whole: int, words: Catalog) -> str:
    """A part of a whole: 12.5%."""
    return words.say("report.percent", percent=tenth(Decimal(part * 100) / whole if whole else Decimal(0)))


def amounts(by_currency: Mapping[str, int], world: World, main: str = "") -> str:
    """¥2,960,000 + US$90,000: each currency for itself, the organisation's first; 0 of
    ``main``, or of the organisation's, for none.
    Where amounts are hidden from who asks, a dash."""
    if is_hidden(world.tx, world.actor, world.crm, "opportunity", "amount"):
        return world.words.say("report.amount_hidden")
    shown = {currency: minor for currency, minor in by_currency.items() if currency and minor}
    order = sorted(shown, key=lambda code: (code != world.currency, code))
    return " + ".join(money(shown[code], code, world.words) for code in order) or money(
        0, main or world.currency, world.words
    )


def names(world: World, cls: type["records.Record"], ids: Iterable[int]) -> dict[int, str]:
    """The names of teams, colleagues or customers that stand in a report the person may see."""
    wanted = {record_id for record_id in ids if record_id}
    name = getattr(cls, "name")  # noqa: B009 — not every record has one
    rows = world.tx.connection.execute(select(cls.id, name).where(cls.id.in_(sorted(wanted)))) if wanted else ()
    return {row[0]: row[1] for row in rows}


def who(world: World, query: Query, *, is_short: bool = False) -> str:
    """Whom a report is about: 「华东」, 「我」, 「张伟 · 云平台」; short: of many customers the first alone."""
    words = world.words
    people = [words.say("report.me") if one == world.actor.user_id else one for one in query.owners]
    known = names(world, records.User, query.owners)
    shown = [known.get(one, str(one)) if isinstance(one, int) else one for one in people]
    if not shown:
        shown += names(world, records.Team, query.teams).values()
    if not shown and not query.customers:
        shown = [words.say("report.everybody")]
    customers = list(names(world, records.Customer, query.customers).values())
    if is_short and len(customers) > FEW:
        customers = [words.say("report.and_more", name=customers[0], count=len(customers) - 1)]
    shown += customers
    if query.product is not None:
        shown.append(query.product or words.say("report.no_product"))
    traits: dict[By, str | None] = {"industry": query.industry, "source": query.source, "size": query.size}
    traits["place"] = query.place
    shown += [trait_label(world, by, key) for by, key in traits.items() if key is not None]
    shown += [trait_label(world, query.by, key) for key in query.among]
    shown += [query.currency] if query.currency else []
    if query.stage:
        shown.append(world.crm.label("stages", query.stage, words.language))
    if query.reason is not None:
        shown.append(query.reason or words.say("report.no_reason"))
    if query.rival is not None:
        shown.append(query.rival or words.say("report.no_rival"))
    shown += _limits(world, query)
    said = words.line(shown)
    without = _without(world, query)
    return (
        words.say("report.without", who=said, names=words.say("common.and_separator").join(without))
        if without
        else said
    )


def _limits(world: World, query: Query) -> list[str]:
    """The other conditions, as the head of a report has them: 「≥ ¥500,000」, 「老客户」, 「拜访」."""
    words, limits = world.words, (("least", query.least), ("most", query.most))
    shown = [
        words.say(f"report.{name}", amount=show_money(Money(limit.value, limit.currency or world.currency), words))
        for name, limit in limits
        if limit is not None
    ]
    shown += [words.say(f"report.buyers.{query.buyers}")] if query.buyers else []
    shown += [words.say("report.undated_deals")] if query.is_undated else []
    shown += [words.say("report.stood", days=query.stood)] if query.stood else []
    shown += [words.say("report.often_said", times=query.times)] if query.times else []
    return shown + ([world.crm.label("channels", query.channel, words.language)] if query.channel else [])


def _without(world: World, query: Query) -> list[str]:
    """Who is left out."""
    found = (
        *names(world, records.Team, query.not_teams).values(),
        *names(world, records.User, query.not_owners).values(),
        *names(world, records.Customer, query.not_customers).values(),
    )
    found = (*found, *query.not_currencies)
    return [*found, *(world.crm.label("stages", code, world.words.language) for code in query.not_stages)]


def period_name(world: World, query: Query) -> str:
    """「本季度」, "last month", 「10 月」; "" where it has no name and the dates say it."""
    period, grain = query.period, query.grain
    if period is None:
        return ""
    today = world.now.date()
    for steps, which in ((0, "this"), (-1, "last"), (1, "next")):
        key = f"report.period.{grain}.{which}"
        if world.words.has(key) and shifted(current(grain, today), grain, steps) == period:
            return world.words.say(key)
    return ""


def days(period: Period, world: World) -> str:
    """10-01 – 12-31, with the year where it is not this one."""
    start, end = (_written(day, world, "short") for day in (period.start, period.end))
    if is_open(period):
        key, day = ("until", end) if period.start == BEGINNING else ("since", start)
        return world.words.say(f"report.{key}", day=day)
    return start if start == end else f"{start} – {end}"


def month(value: date, world: World) -> str:
    """「10 月」, "Oct", with the year where it is not this one."""
    return _written(value, world, "month")


def quarter(value: date, world: World) -> str:
    """ "Q4 2026", by its first day."""
    return world.words.say("period.quarter", year=value.year, quarter=(value.month + 2) // 3)


def _written(day: date, world: World, form: str) -> str:
    words = world.words
    key = f"common.date.{form}" if day.year == world.now.year else f"common.date.{form}_of_year"
    name = words.words("common.date.months")[day.month - 1]
    return words.say(key, year=day.year, month=day.month, day=day.day, month_name=name)


def one_day(value: date, world: World) -> str:
    return days(Period(value, value), world)


def what_of(world: World, query: Query) -> str:
    """What a report is about: 「管道」, "Won", 「输给竞争对手」."""
    return world.words.say("report.to_rival" if query.is_to_rival else f"report.what.{query.what}")


def head(world: World, query: Query) -> str:
    """The first line: whom, when, what, and up to when it is known."""
    words = world.words
    what = what_of(world, query)
    at = words.say("report.until_now", time=f"{world.now:%H:%M}")
    if query.as_of is not None:
        at = words.say("report.as_of", day=one_day(query.as_of, world))
    if query.period is None and query.what in OF_NOW:
        return words.say("report.head_now", who=who(world, query), what=what, at=at)
    name = period_name(world, query)
    period = days(query.period, world) if query.period else words.say("report.any_time")
    titled = words.say("report.titled", period=name, what=what) if name else what
    return words.say("report.head", who=who(world, query), what=titled, period=period, at=at)


def title(world: World, query: Query) -> str:
    """The head without its dates, for a picture."""
    name, what = period_name(world, query), what_of(world, query)
    titled = world.words.say("report.titled", period=name, what=what) if name else what
    return world.words.line((who(world, query, is_short=True), titled))


def subtitle(world: World, query: Query) -> str:
    """Period and cut-off, for a picture."""
    at = one_day(query.as_of or world.now.date(), world)
    known = world.words.say("report.known", day=at, time="" if query.as_of else f"{world.now:%H:%M}").rstrip()
    if query.period is None and query.what in OF_NOW:
        return known
    period = days(query.period, world) if query.period else world.words.say("report.any_time")
    return world.words.say("report.subtitle", period=period, at=known)


def full_day(day: date, world: World) -> str:
    return show_day(day, world.words, today=world.now.date())
