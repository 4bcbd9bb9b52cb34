"""Who was in touch with customers how often, and what the customers said against it, with counts."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, and_, select

from bot.dialogs.model import Press, Reply
from bot.dialogs.show import shortened
from bot.reports import show
from bot.reports.query import Query
from bot.reports.scope import scope_of
from bot.reports.summary import Report
from bot.rules.access import visible
from bot.world import World
from config.catalog import Catalog
from storage import records

MAX_LINES = 14
MAX_NOTES = 20_000
THEMES = ("price", "rival", "budget", "timing", "quality", "delivery", "service", "features", "trust", "contract")


def activity(world: World, query: Query) -> Report:
    """Counts of visits, calls … for each person, or for each day."""
    words, channels = world.words, world.crm.items("channels")
    is_daily = query.by == "day" or (len(query.owners) == 1 and query.by != "owner")
    counted: dict[Any, Counter[str]] = {}
    for owner_id, channel, at in _notes(world, query, "owner_id", "channel", "occurred_at"):
        key = at.astimezone(world.now.tzinfo).date() if is_daily else owner_id
        counted.setdefault(key, Counter())[channel] += 1
    labels = {day: show.full_day(day, world) for day in counted} if is_daily else _owners(world, list(counted))
    order = sorted(counted) if is_daily else sorted(counted, key=lambda key: (-counted[key].total(), labels[key]))
    said = [show.head(world, query)]
    for key in order[:MAX_LINES]:
        used = [item for item in channels if counted[key][item.code]]
        parts = [f"{item.labels[words.language]} {counted[key][item.code]}" for item in used]
        joined = words.say("common.value_separator").join(parts)
        said.append(words.say("report.activity.row", label=labels[key], count=counted[key].total(), parts=joined))
    total = sum((one for one in counted.values()), Counter())
    said.append(words.say("report.activity.total", count=total.total()))
    rows = [(labels[key], [counted[key][item.code] for item in channels]) for key in order]
    reply = Reply("\n".join(said), _buttons(world, query, is_daily=is_daily))
    return Report(_drawn(world, query, reply, rows))


def feedback(world: World, query: Query) -> Report:
    """What customers said against it, by theme: how many notes hold it, and one of them in its own words."""
    words = world.words
    found: dict[str, list[tuple[str, int]]] = {}
    notes = [(text, customer) for text, customer in _notes(world, query, "feedback", "customer_id") if text]
    for text, customer in notes:
        for theme in _themes(words, text) or ("other",):
            found.setdefault(theme, []).append((text, customer))
    said = [show.head(world, query), words.say("report.feedback.total", count=len(notes))]
    order = sorted(found, key=lambda theme: (theme == "other", -len(found[theme]), theme))
    customers = show.names(world, records.Customer, [found[theme][0][1] for theme in order])
    for number, theme in enumerate(order, 1):
        text, customer = found[theme][0]
        shown = {"label": words.say(f"report.theme.{theme}"), "count": len(found[theme]), "quote": shortened(text, 40)}
        line = words.say("report.feedback.row", customer=customers.get(customer, ""), **shown)
        said.append(words.say("list.row", number=number, text=line))
    return Report(Reply("\n".join(said), _buttons(world, query, is_daily=False)[-1:]))


def _notes(world: World, query: Query, *columns: str) -> Sequence[Any]:
    cls = records.FollowUp
    found = select(*(getattr(cls, name) for name in columns)).where(_condition(world, query))
    return world.tx.connection.execute(found.order_by(cls.occurred_at.desc(), cls.id.desc()).limit(MAX_NOTES)).all()


def _condition(world: World, query: Query) -> ColumnElement[bool]:
    cls = records.FollowUp
    parts = [visible(world.actor, world.crm, cls), scope_of(world, query).condition(cls)]
    if query.start is not None and query.end is not None:
        start = datetime.combine(query.start, time(), world.now.tzinfo)
        end = datetime.combine(query.end + timedelta(days=1), time(), world.now.tzinfo)
        parts += [cls.occurred_at >= start, cls.occurred_at < end]
    if query.customers:
        parts.append(cls.customer_id.in_(query.customers))
    return and_(*parts)


def _owners(world: World, ids: list[Any]) -> dict[Any, str]:
    found = show.names(world, records.User, ids)
    return {one: found.get(one) or world.words.say("report.no_owner") for one in ids}


def _themes(words: Catalog, text: str) -> tuple[str, ...]:
    return tuple(theme for theme in THEMES if _theme(words, theme).search(text))


@lru_cache
def _theme(words: Catalog, theme: str) -> re.Pattern[str]:
    return re.compile("|".join(words.words(f"report.theme_words.{theme}")), re.IGNORECASE)


def _buttons(world: World, query: Query, *, is_daily: bool) -> tuple[Press, ...]:
    other = ("by_owner", replace(query, by="owner")) if is_daily else ("by_day", replace(query, by="day"))
    found = [other, *([("before", query.shifted(-1))] if query.period else [])]
    return tuple(
        Press(world.words.say(f"report.button.{name}"), {"do": "report", "query": asked.to_json()}, is_open=True)
        for name, asked in found
    )


def _drawn(world: World, query: Query, reply: Reply, rows: list[tuple[str, list[int]]]) -> Reply:
    from bot.pictures.activity import Active
    from bot.pictures.activity import activity as draw
    from bot.pictures.sheet import Head

    if not rows:
        return reply
    head = Head(show.title(world, query), show.subtitle(world, query))
    channels = [item.labels[world.words.language] for item in world.crm.items("channels")]
    picture = draw(head, channels, [Active(label, tuple(counts)) for label, counts in rows], words=world.words)
    return replace(reply, picture=picture.png, picture_alt=picture.alt)
