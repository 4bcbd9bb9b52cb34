"""Whether a message supposes what becomes of some deals, and asks what would be then."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any

from bot.dialogs.model import Json
from bot.errors import NotFound
from bot.lazy import Lazy
from bot.reports.conditions import EDGES, customers_called
from bot.reports.cues import holds
from bot.reports.query import Fate, Query
from bot.rules.access import names_of
from bot.talk.cues import pieces
from bot.talk.periods import period_in, quarter_of
from bot.talk.splits import count_said
from bot.targets.whose import own, query_of, whose_in
from bot.world import World
from config.catalog import Catalog, catalog
from config.types import Period
from nlu.folding import fold
from nlu.types import Understanding
from storage import records

# Loaded once something is supposed: every note is asked whether it supposes.
DEALS: Lazy[[World, Query], Sequence[Any]] = Lazy("bot.reports.figures:deals")
SEEN: Lazy[[World, Sequence[Any]], list[Any]] = Lazy("bot.reports.rows:seen")
MAX_CHARS = 90
FATES: tuple[Fate, ...] = ("lost", "later", "won")  # 「没赢」 before 「赢」
_ASKING = frozenset({"forecast", "pipeline_summary", "set_target"})
_TOLD = frozenset({"log_follow_up", "set_reminder", "create_opportunity"})


def asked(world: World, heard: Understanding) -> Json | None:
    """What a button that asks the same would do. Raises NotFound where no open deal is meant that may be seen."""
    text, words = heard.text.strip().casefold(), catalog(heard.lang)
    if len(text) > MAX_CHARS or not _supposes(words, text, heard):
        return None
    fate = next((one for one in FATES if _pattern(words, one).search(text)), None)
    if fate is None:
        return None
    whose, _spans = whose_in(world, heard)
    customers, named = _named(world, heard, words)
    period = _period(heard, fate, world.now.date())
    if not (customers or named):
        named = _largest(world, query_of("pipeline", whose or own(world), period), text)
    if not (customers or named):
        left = _names_left(world, heard, words)
        raise NotFound(name=left[0]) if left else NotFound("forecast.what_if.which")
    query = query_of("what_if", whose or own(world), period)
    theirs = replace(query, what="pipeline", customers=() if named else customers, deals=named).within(None)
    found = tuple(row.id for row in SEEN(world, DEALS(world, theirs)))
    if not found:
        known = names_of(world.tx, world.actor, world.crm, records.Customer, customers)
        raise NotFound("forecast.what_if.no_deal", name=", ".join(one.name for one in known))
    data = query.to_json() | {"deals": list(found), "fate": fate}
    return {"do": "report", "query": data}


def _supposes(words: Catalog, text: str, heard: Understanding) -> bool:
    """Whether it begins with an if and asks; a note may hold one: 「王总说如果赢了标……」."""
    begins = _pattern(words, "begins").search(text)
    if begins is None or (begins.start() > 0 and heard.intent not in _ASKING):
        return False
    return heard.intent not in _TOLD or bool(_pattern(words, "asks").search(text))


def _named(world: World, heard: Understanding, words: Catalog) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The customers that the message names, also by what several names begin with; and the deals."""
    found: dict[str, dict[int, None]] = {"customer": {}, "opportunity": {}}
    for match in heard.names:
        found.get(match.name.kind, {})[int(match.name.key)] = None
    spoken = world.focus.get("opportunity")
    if not any(found.values()) and not _names_left(world, heard, words) and spoken is not None:
        return (), (spoken,)  # 「如果这单丢了」
    if not any(found.values()):
        for said in _names_left(world, heard, words):
            found["customer"] |= dict.fromkeys(customers_called(world, said))
    return tuple(found["customer"]), tuple(found["opportunity"])


def _largest(world: World, query: Query, text: str) -> tuple[int, ...]:
    """「最大的那单」, "our two largest deals": of the open ones, if any are to close in the period of those; () where
    none is meant."""
    said = holds(world.words, "biggest", text) or holds(world.words, "biggest_deal", text)
    if not said:
        return ()
    rows = SEEN(world, DEALS(world, query)) or SEEN(world, DEALS(world, query.within(None)))
    return tuple(row.id for row in rows[: count_said(said) or 1])


def _names_left(world: World, heard: Understanding, words: Catalog) -> list[str]:
    """What stands beside the words of such a question, and times and colleagues."""
    text = fold(heard.text)
    _whose, spans = whose_in(world, heard)
    spans += [(value.start, value.end) for value in heard.values]
    for name in ("begins", *FATES):
        spans += [match.span() for match in _pattern(words, name).finditer(text)]
    left = (piece.strip(EDGES) for piece in pieces(words, "forecast.what_if.fillers", text, spans))
    return [heard.text[at : at + len(piece)] for piece in left if piece and (at := text.find(piece)) >= 0]


def _period(heard: Understanding, fate: Fate, today: date) -> Period:
    """The quarter that is going on, unless another period is asked about; where a deal goes is not it."""
    said = period_in(heard, "future") if fate != "later" else None
    return said or quarter_of(today)


@lru_cache
def _pattern(words: Catalog, name: str) -> re.Pattern[str]:
    return re.compile("|".join(words.words(f"forecast.what_if.cue.{name}")))
