"""What was promised, by us or by them, as people write it: 「客户说月底给规格」, "I owe them a quote by Friday".

A promise is a clause with somebody who gives, a day ahead, and something to be given. What has happened is none.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, TypeAlias

from bot.dialogs.model import World
from config.catalog import Catalog
from config.phrasing import phrasing
from nlu.folding import has_han
from nlu.types import Understanding, Value

By: TypeAlias = Literal["us", "them"]
_DAYS = ("date", "datetime", "range")
MAX_WHAT = 80


@dataclass(frozen=True, slots=True)
class Promised:
    """``by``: who is to give; ``what`` is to be given, as it was said; ``on``: by when, an instant where an hour was
    named."""

    by: By
    what: str
    on: date


def promises_in(world: World, heard: Understanding) -> list[Promised]:
    """The promises of a message, in its order."""
    days = [value for value in heard.values if value.kind in _DAYS and _ahead(value, world)]
    if not days:
        return []
    names = {name for match in heard.names for name in (match.name.name, heard.text[match.start : match.end])}
    found = []
    for start, end in spans(heard.text):
        day = next((value for value in days if start <= value.start and value.end <= end), None)
        if day is not None and end - start <= MAX_WHAT * 2:
            found.append(_promise(world, heard.text[start : day.start], day, heard.text[day.end : end], names))
    return [promise for promise in found if promise is not None]


def clauses(text: str) -> list[str]:
    """The parts of a message that may each hold a promise."""
    return [text[start:end].strip() for start, end in spans(text)]


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Where those parts stand."""
    at = 0
    for mark in (*phrasing("clause_end").finditer(text), None):
        end = mark.start() if mark is not None else len(text)
        if text[at:end].strip():
            yield at, end
        at = mark.end() if mark is not None else end


def _promise(world: World, before: str, day: Value, after: str, names: Collection[str]) -> Promised | None:
    """What the words around a day promise."""
    words, clause = world.words, f"{before}{day.text}{after} ".lstrip()
    before, after = before.strip(), after.strip()
    by, rest = _who(words, names, before)
    after = stripped(words, after)
    if by is None and after and not before:
        by, rest = _who(words, names, after)
        after = rest if by else after
        rest = "" if by else before
    what = joined(stripped(words, rest), stripped(words, after))
    if not _is_given(words, what, is_said=by is not None) or words.pattern("promise.over").search(clause):
        return None
    reading = day.future
    assert reading is not None  # noqa: S101 — see `_ahead`
    if by is None and reading.days.end == world.now.date():
        return None  # 「今天给他……」 is told, as a rule
    return Promised(by or "us", bare(words, what)[:MAX_WHAT], reading.end)


def _ahead(value: Value, world: World) -> bool:
    return value.future is not None and value.future.days.end >= world.now.date()


def _who(words: Catalog, names: Collection[str], text: str) -> tuple[By | None, str]:
    """Who promises, and what stands behind them: 「客户说」, "they'll", 「我答应」, "I owe them"."""
    us = words.pattern("promise.us").match(text)
    if us is not None:
        return "us", words.pattern("promise.to_whom").sub("", text[us.end() :].strip())
    end = max((len(name) for name in names if text.startswith(name)), default=0)
    for pattern in (words.pattern("promise.them"), phrasing("promiser")):
        found = pattern.match(text) if not end else None
        end = found.end() if found else end
    if not end:
        return None, text
    rest = text[end:].strip()
    says = words.pattern("promise.says").match(rest)
    if says is None:
        return None, text
    return "them", rest[says.end() :].strip()


def stripped(words: Catalog, text: str) -> str:
    """Without what only joins it to the time and the person: 前, 会, "by", "to"."""
    while (found := words.pattern("promise.joins").match(text)) is not None and found.end():
        text = text[found.end() :].strip()
    return text


def bare(words: Catalog, what: str) -> str:
    found = words.pattern("promise.trails").search(what)
    return (what[: found.start()] if found else what).strip()


def joined(first: str, second: str) -> str:
    between = "" if has_han(first + second) else " "
    return between.join(part for part in (first, second) if part)


def is_owed(words: Catalog, subject: str) -> bool:
    """Is what somebody wants to be reminded of something to be given?"""
    return _is_given(words, subject, is_said=True) and words.pattern("promise.over").search(subject) is None


def _is_given(words: Catalog, what: str, *, is_said: bool) -> bool:
    """Is it something to be given? Where nobody was named, only what is given to somebody counts."""
    return words.pattern("promise.gives" if is_said else "promise.gives_to").match(what) is not None


def at_of(promise: Promised, world: World) -> dict[str, object]:
    """When it is due, as a form keeps a moment."""
    if isinstance(promise.on, datetime):
        return {"at": promise.on.isoformat(), "has_time": True}
    midnight = world.now.replace(hour=0, minute=0, second=0, microsecond=0)
    day = datetime.combine(promise.on, midnight.timetz())
    return {"at": day.isoformat(), "has_time": False}
