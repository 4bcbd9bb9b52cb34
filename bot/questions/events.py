"""What happened with a customer, or did not, ever or in a time: 「这个月没拜访过的客户」, "who bought since May".

Each event has its words under ``[event]`` of ``question.toml``; how it is said that it did, or did not, is one grammar.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, not_

from bot.questions.question import Question
from bot.questions.said import Words
from bot.world import World
from config.catalog import Catalog
from config.types import Period
from nlu.types import Value
from storage import records

NOT = "un"  # before the name of what did not happen
_EVER = (date(1970, 1, 1), date(2999, 12, 31))


@dataclass(frozen=True, slots=True)
class Event:
    """The record that tells of it, the date that it has, and which of them do."""

    kind: str
    at: str
    which: Callable[[World, Any], "ColumnElement[bool]"] | None = None


def _won(world: World, cls: Any) -> "ColumnElement[bool]":
    return cls.stage.in_([stage.code for stage in world.crm.stages_of("won")])  # type: ignore[no-any-return]


EVENTS: Mapping[str, Event] = {
    "bought": Event("opportunity", "closed_on", _won),
    "visited": Event("follow_up", "occurred_at", lambda world, cls: cls.channel.in_(("visit", "meeting"))),
    "contacted": Event("follow_up", "occurred_at"),
    "quoted": Event("quote", "created_at"),
    "contracted": Event("contract", "signed_on"),
    "invoiced": Event("invoice", "issued_on"),
    "paid": Event("payment", "received_on"),
    "complained": Event("service_request", "requested_at"),
}
STATES = tuple(f"{prefix}{name}" for name in EVENTS for prefix in (NOT, ""))


def timed(states: Mapping[str, tuple[int, int]], times: Sequence[Value]) -> str:
    """The event that a time is said of: the one that stands nearest to it; "" where there is none."""
    gaps = {
        name if name in EVENTS else name.removeprefix(NOT): (
            min(max(time.start - end, start - time.end, 0) for time in times),
            start,
        )
        for name, (start, end) in states.items()
        if times
    }
    return min(gaps, key=lambda name: gaps[name], default="")


def events_said(text: Words, *, has_time: bool) -> dict[str, tuple[int, int]]:
    """The states that a message names, and where; taken out. Nobody in touch for so long is another question."""
    found: dict[str, tuple[int, int]] = {}
    for prefix in (NOT, ""):
        for name in EVENTS:
            if name == "contacted" and not has_time:
                continue
            match = text.pick_all(_said(text.words, name, is_not=bool(prefix)))
            if match is not None:
                found[prefix + name] = match.span()
    return found


@lru_cache(maxsize=100)
def _said(words: Catalog, name: str, *, is_not: bool) -> re.Pattern[str]:
    deeds, nouns = (words.words(f"question.{key}.{name}") for key in ("event", "event_noun"))
    deed = "|".join(sorted((*deeds, *(nouns if is_not else ())), key=len, reverse=True))
    noun = "|".join(nouns) or "(?!)"
    ways = words.words(f"question.happened.{'not' if is_not else 'did'}") if deed else ()
    edges = (r"(?<![a-z0-9])(?:", r")(?![a-z0-9])") if words.language != "zh" else ("(?:", ")")
    return re.compile(
        "|".join(edges[0] + way.replace("@", f"(?:{deed})").replace("#", f"(?:{noun})") + edges[1] for way in ways)
        or "(?!)"
    )


def state(name: str) -> Callable[[World, Any], "ColumnElement[bool]"]:
    """Whether it ever happened, or never did."""
    return lambda world, cls: _is_so(world, name, *_EVER)


def happened(world: World, question: Question) -> Iterator["ColumnElement[bool]"]:
    """What happened in a time, or did not; in one, and not in the other."""
    name = question.dated
    is_not = NOT + name in question.states
    first, other = (
        _is_so(world, name, *(date.fromisoformat(said[:10]) if said else end for said, end in limits))
        for limits in (
            tuple(zip(days, _EVER, strict=True))
            for days in ((question.since, question.until), (question.other_since, question.other_until))
        )
    )
    yield not_(first) if is_not else first
    if question.other_since:
        yield other if is_not else not_(other)


def _is_so(world: World, state: str, since: date, until: date) -> "ColumnElement[bool]":
    name = state.removeprefix(NOT) if state not in EVENTS else state
    event = EVENTS[name]
    cls: Any = records.record_class(event.kind)
    at = getattr(cls, event.at)
    days = Period(since, until)
    start, after = days.instants(world.now.tzinfo)
    is_then = at.between(since, until) if at.type.python_type is date else and_(at >= start, at < after)
    which = event.which(world, cls) if event.which else cls.deleted_at.is_(None)
    found = exists().where(cls.customer_id == records.Customer.id, cls.deleted_at.is_(None), which, is_then)
    return found if name == state else not_(found)
