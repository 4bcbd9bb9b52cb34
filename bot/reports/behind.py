"""What stands behind the figures that are no sums of deals by stage: notes, newcomers, changes, the forecast.

Each gives the lines that say what is counted and how, and the rows.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC
from typing import Any

from sqlalchemy import select

from bot.dialogs.show import shortened
from bot.lazy import Lazy
from bot.lookups.customer_card import note_line
from bot.reminders.message import span
from bot.reports import show
from bot.reports.arrivals import rows_of
from bot.reports.bridge import signed, since_when
from bot.reports.changes import changed_deals
from bot.reports.clientele import listed as clients
from bot.reports.contacts import notes_of
from bot.reports.figures import deals, end_of, sums
from bot.reports.lines import count_of, per_currency
from bot.reports.moved import moved_deals, moved_lines
from bot.reports.query import Query, What
from bot.reports.resolving import requests_of, took
from bot.reports.rows import deal_lines, names_of, seen
from bot.reports.slipped import late_deals, late_lines
from bot.reports.traits import trait_label, trait_of
from bot.world import World
from storage import records

MAX_ROWS = 50  # that can be leafed through
Behind = Callable[[World, Query], tuple[list[str], list[str]]]
_RECKONED = Lazy[[World, Query], tuple[list[str], list[str]]]("bot.forecast.likely:reckoned")


def _filter(world: World, key: str, query: Query, **facts: object) -> str:
    """What is counted, of when, and up to when it is known."""
    period = show.days(query.period, world) if query.period else world.words.say("report.any_time")
    day = show.one_day(world.now.date(), world)
    at = world.words.say("report.known", day=day, time=f"{world.now:%H:%M}")
    return world.words.say(key, period=period, at=at, **facts)


def _notes(world: World, query: Query) -> tuple[list[str], list[str]]:
    """The notes of an activity or a theme."""
    found, words = notes_of(world, query), world.words
    who = show.who(world, query)
    theme = words.say(f"report.theme.{query.theme}") if query.theme else ""
    key = "report.why.themed" if theme else f"report.why.{query.what}"
    head = [words.say("report.why.notes", who=who, count=len(found)), _filter(world, key, query, theme=theme)]
    cls = records.FollowUp
    ids = [row.id for row in found[:MAX_ROWS]]
    items = world.session.scalars(select(cls).where(cls.id.in_(ids)).order_by(cls.occurred_at.desc(), cls.id.desc()))
    return head, [note_line(world, item, with_customer=True) for item in items]


def _newcomers(world: World, query: Query) -> tuple[list[str], list[str]]:
    """The new customers, with the day and whose they are."""
    found, words = rows_of(world, query), world.words
    head = [words.say("report.why.customers", who=show.who(world, query), count=len(found))]
    head.append(_filter(world, "report.why.entered", query))
    owners = show.names(world, records.User, [row.owner_id for row in found])
    facts = ((row.name, show.full_day(_day(world, row), world), owners.get(row.owner_id, "")) for row in found)
    return head, [words.line(row) for row in facts]


def _customers(world: World, query: Query) -> tuple[list[str], list[str]]:
    """The customers, by name, and whose they are."""
    (count, rows), words = clients(world, query), world.words
    period = show.one_day(query.end, world) if query.end else ""
    key = "report.why.clients_by" if period else "report.why.clients"
    owners = show.names(world, records.User, [row.owner_id for row in rows])
    facts = ((row.name, _industry(world, row), row.address or "", owners.get(row.owner_id, "")) for row in rows)
    head = [words.say(key, who=show.who(world, query), count=count, day=period)]
    return head, [words.line(fact) for fact in facts]


def _industry(world: World, row: Any) -> str:
    key = trait_of(world.crm, "industry", row.industry)
    return trait_label(world, "industry", key) if key else ""


def _opened(world: World, query: Query) -> tuple[list[str], list[str]]:
    """The new deals, with the day, the amount and whose they are."""
    found, words = rows_of(world, query), world.words
    head = [words.say("report.why.deals", who=show.who(world, query), count=len(found))]
    head.append(_filter(world, "report.why.entered", query))
    owners = show.names(world, records.User, [row.owner_id for row in found])
    facts = (
        (
            row.name,
            show.money(row.amount_minor, row.amount_currency, words) if row.amount_currency else "",
            show.full_day(_day(world, row), world),
            owners.get(row.owner_id, ""),
        )
        for row in found
    )
    return head, [words.line(row) for row in facts]


def _day(world: World, row: Any) -> Any:
    return row.created_at.astimezone(world.now.tzinfo).date()


def _changes(world: World, query: Query) -> tuple[list[str], list[str]]:
    """The deals that changed, each with its cause and by how much."""
    words, since = world.words, since_when(world, query)
    asked = replace(query, what="pipeline", as_of=None, cause="")
    found = changed_deals(world, asked, end_of(since, world), world.now.astimezone(UTC))
    found = [one for one in found if query.cause in ("", one.cause)]
    may_see = {row.id for row in seen(world, [one.deal for one in found])}
    shown = [one for one in found if one.deal.id in may_see]
    day = show.one_day(since, world)
    head = [words.say("report.why.changes", who=show.who(world, query), count=len(found), day=day)]
    if len(found) > len(shown):
        head.append(words.say("report.why.hidden", count=len(found) - len(shown)))
    names = names_of(world, [one.deal for one in shown])
    rows = [
        (
            words.say(f"report.cause.{one.cause}"),
            signed(world, {one.currency: one.minor}),
            names["deal"].get(one.deal.id, ""),
            names["customer"].get(one.deal.customer_id, ""),
            names["owner"].get(one.deal.owner_id, ""),
        )
        for one in shown
    ]
    return head, [words.line(row) for row in rows]


def _forecast(world: World, query: Query) -> tuple[list[str], list[str]]:
    """What a forecast is made of: what is won, how the rest is estimated, and the open deals of the period."""
    words = world.words
    won, still = replace(query, what="won"), replace(query, what="pipeline")
    sure = sums(world, won)
    facts = {"count": count_of(sure), "amount": show.amounts(per_currency(sure), world)}
    head = [
        words.say("report.why.forecast", who=show.who(world, query)),
        words.say("report.why.forecast_won", **facts),
        words.say("report.why.forecast_rest"),
    ]
    rows = seen(world, deals(world, still))
    head.append(_filter(world, "report.why.forecast_open", query, count=count_of(sums(world, still))))
    return head, deal_lines(world, rows)


def _slipped(world: World, query: Query) -> tuple[list[str], list[str]]:
    """The deals that did not close when they were to."""
    found, words = late_deals(world, query), world.words
    head = [words.say("report.why.slipped", who=show.who(world, query), count=len(found))]
    head.append(_filter(world, "report.why.slipped_which", query))
    return head, late_lines(world, found)


def _resolving(world: World, query: Query) -> tuple[list[str], list[str]]:
    """The requests, with how long each took."""
    found, words = requests_of(world, query), world.words
    head = [words.say("report.why.resolving", who=show.who(world, query), count=len(found))]
    head.append(_filter(world, "report.why.resolved_on", query))
    names = show.names(world, records.Customer, [row.customer_id for row in found[:MAX_ROWS]])
    rows = (
        (row.number, names.get(row.customer_id, ""), shortened(row.description, 30), span(world, took(row), units=2))
        for row in found[:MAX_ROWS]
    )
    return head, [words.line(row) for row in rows]


def _moved(world: World, query: Query) -> tuple[list[str], list[str]]:
    """The deals that changed their stage."""
    found, words = moved_deals(world, query), world.words
    head = [words.say("report.why.moved", who=show.who(world, query), count=len(found))]
    head.append(_filter(world, f"report.why.{query.what}", query))
    return head, moved_lines(world, found)


BEHIND: dict[What, Behind] = {
    "activity": _notes,
    "feedback": _notes,
    "newcomers": _newcomers,
    "opened": _opened,
    "customers": _customers,
    "changes": _changes,
    "forecast": _forecast,
    "odds": _RECKONED,
    "slipped": _slipped,
    "moved_up": _moved,
    "resolving": _resolving,
    "moved_back": _moved,
}
