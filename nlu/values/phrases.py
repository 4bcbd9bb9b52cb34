"""Whole time expressions: a range, a point or a span, with what stands before and behind (月底前, since Monday)."""

import re
from dataclasses import replace
from datetime import datetime

from nlu.types import Grain
from nlu.values import cycles
from nlu.values.cycles import Expr, Fixed
from nlu.values.day_hours import with_hours
from nlu.values.durations import duration_at, moved
from nlu.values.points import point_at
from nlu.values.ranges import PREFIXES, FoundPhrase, Phrase, day_first, range_at
from nlu.values.reader import Reader
from nlu.values.spans import span_at
from nlu.values.times import Time

__all__ = ["phrase_at"]

_FIRST_OF = re.compile(
    r"(?:\d{1,2}|[一二两三四五六七八九十几]+) ?(?:[大名强位]|[个家单笔款](?!月|季|工作|小时|星期|礼拜))"
)


def phrase_at(r: Reader, at: int) -> FoundPhrase | None:
    """The longest time expression that begins at a place."""
    kinds = r.tokens[at].kinds
    if "morethan" in kinds:
        return _counted(r, at + 1) if kinds["morethan"] else _more_than(r, at)
    if kinds.keys().isdisjoint(PREFIXES):
        return _plain_at(r, at, cued=False)
    prefix = next(kind for kind in PREFIXES if kind in kinds)
    if not r.chinese_word(at) and r.kinds[at + 1] and "of" not in r.kinds[at + 1]:
        found = _plain_at(r, at + 1, cued=True)
        if found and found[0].is_plain:
            time = found[0].first
            if not (time.day or time.clock or time.moments) or (time.part and not time.clock):  # after lunch [tomorrow]
                return found[0], found[1]
            side, whole = PREFIXES[prefix]
            past = r.tokens[at].word == "since"
            opened = replace(found[0], open=side, whole=whole, past=past, why=f"{prefix} a time")
            return _but_before(r, opened, found[1])
        if found:
            return found
        if prefix == "after" and (later := _counted(r, at + 1)):
            return later
    return _plain_at(r, at, cued=False)


def _but_before(r: Reader, phrase: Phrase, at: int) -> FoundPhrase:
    """later than 3:30 but before 6pm [on Thursday]: a range of hours"""
    place = at + bool(r.kinds[at].keys() & {"but", "and"})
    if (
        phrase.open != "end"
        or place == at
        or not phrase.first.clock
        or "before" not in r.kinds[place]
        or not r.kinds[place + 1]
    ):
        return phrase, at
    last = point_at(r, place + 1, cued=True)
    if last is None or not last[0].clock:
        return phrase, at
    return Phrase(*day_first(r, phrase.first, last[0]), why="after and before"), last[1]


def _counted(r: Reader, at: int) -> FoundPhrase | None:
    """after 5 days: from then on"""
    found = duration_at(r, at)
    start = moved(r.now if found[0].is_fine else r.today, found[0], 1) if found else None
    if found is None or start is None or r.kinds[found[1]].keys() & {"of"}:
        return None
    if isinstance(start, datetime):
        return Phrase(Time(moments=(start, start)), open="end", why="after a length of time"), found[1]
    return Phrase(Time(day=Fixed(start, start, Grain.DAY)), open="end", why="after a length of time"), found[1]


def _more_than(r: Reader, at: int) -> FoundPhrase | None:
    """more than 2 days before yesterday: until then; more than 2 weeks after today: from then on"""
    found = point_at(r, at + 1) if r.kinds[at + 1] else None
    if found is None or not found[0].counted or found[0].day is None:
        return None
    days = found[0].day.at(r.today, forward=True)
    if days is None:
        return None
    return Phrase(
        found[0], open="end" if days[0] > r.today else "start", whole=True, why="more than a length of time"
    ), found[1]


def _plain_at(r: Reader, at: int, *, cued: bool) -> FoundPhrase | None:
    if "now" in r.tokens[at].kinds and r.is_whole(at, at + 1):
        soon = r.tokens[at].word[0] == "a" and r.tokens[at].word[1] == "s"  # as soon as possible
        return Phrase(Time(moments=(r.now, r.now)), open="end" if soon else None, why="now"), at + 1
    best: FoundPhrase | None = None
    if not r.kinds[at + 1]:  # one word alone: the commonest case
        alone = point_at(r, at, cued=cued)
        return (Phrase(alone[0]), alone[1]) if alone else None
    if best := _length_first(r, at):
        return best
    span = span_at(r, at)
    if span:
        best = Phrase(span[0], why="span"), span[1]
    point = point_at(r, at, cued=cued)
    ranged = range_at(r, at) if _may_be_range(r, at, point[1] if point else at + 1) else None
    if ranged and (best is None or ranged[1] > best[1]):
        best = ranged
    if point and (best is None or point[1] > best[1]):
        best = with_hours(r, *point)
    return _behind(r, *best) if best else None


def _length_first(r: Reader, at: int) -> FoundPhrase | None:
    """[for] 2 weeks starting May 20th, for 3 days from today, a 3 day period beginning Monday"""
    start = at + (r.tokens[at].word == "for")
    length = duration_at(r, start) if start == at or r.kinds[start] else None
    if length is None or not r.kinds[length[1] + 1]:
        return None
    opening = length[1] + ("lasting" in r.kinds[length[1]])
    kinds = r.kinds[opening]
    if "since" not in kinds and not (start > at and "from" in kinds):
        return None
    place = opening + 1 + ("from" in r.kinds[opening + 1])
    base = point_at(r, place, cued=True) if r.kinds[place] else None
    if base is None or (length[0].is_fine and not base[0].clock):
        return None
    return Phrase(base[0], lasts=length[0], why="a length and a time"), base[1]


def _may_be_range(r: Reader, at: int, end: int) -> bool:
    """Whether a word that opens or joins a range stands where it must."""
    if r.tokens[at].kinds.keys() & {"from", "since", "between", "the", "now"}:
        return True
    return bool(r.kinds[end].keys() & {"to", "until", "and"})


# ── what may stand behind ───────────────────────────────────────────────────────────────────────────────────
def _behind(r: Reader, phrase: Phrase, at: int) -> FoundPhrase:
    """前, 之后, 以来, or later, for 10 days behind a time"""
    if not phrase.is_plain:
        return phrase, at
    at += "span_end" in r.kinds[at]
    kinds = r.kinds[at]
    if "orlater" in kinds or "orearlier" in kinds:
        return replace(
            phrase, open="end" if "orlater" in kinds else "start", whole=True, why="or later, or earlier"
        ), at + 1
    if r.chinese_word(at):
        return _chinese_open(r, phrase, at)
    if r.tokens[at].word == "for" and kinds:
        length = duration_at(r, at + 1) if r.kinds[at + 1] else None
        if length and not (length[0].is_fine and not phrase.first.clock):
            return replace(phrase, lasts=length[0], why="a time and a length"), length[1]
    return phrase, at


def _chinese_open(r: Reader, phrase: Phrase, at: int) -> FoundPhrase:
    kinds, word = r.kinds[at], r.tokens[at].word
    if word == "前" and _FIRST_OF.match(r.text, r.tokens[at].end):
        return phrase, at  # 「今年前五大客户」, 「上季度前3名」
    for kind, side in (("before", "start"), ("since", "end"), ("after", "end")):
        if kind in kinds:
            opened = replace(phrase, open="start" if side == "start" else "end", why=f"{word} behind a time")
            opened = replace(opened, whole=kind == "since" or word[0] in "或及")
            return _closed(r, opened, at + 1) if side == "end" else (opened, at + 1)
    return phrase, at


def _closed(r: Reader, phrase: Phrase, at: int) -> FoundPhrase:
    """2010年之后2018年之前: two open ends make a range"""
    found = point_at(r, at) if r.glued(at) else None
    if found is None or "before" not in r.kinds[found[1]] or found[0].clock or phrase.first.clock:
        return phrase, at
    first = Time(day=phrase.first.day and _first_day(phrase.first.day))
    return replace(phrase, first=first, last=Time(day=found[0].day and _first_day(found[0].day)), open=None), found[
        1
    ] + 1


def _first_day(expr: Expr) -> Expr:
    return cycles.Mapped(expr, lambda days: (days[0], days[0]), Grain.DAY)
