"""A message taken apart: entities, known names, people, values and cues, each with its place.

This is the workbench the intent rules and slot rules share. Built once per message, then only read.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import itemgetter

from config.types import Language
from nlu.company_like import company_end, company_start, name_goes_on
from nlu.entities import Entity, find_entities
from nlu.folding import fold, has_han
from nlu.lexicon import Cue, Lexicon
from nlu.name_forms import normalise
from nlu.patterns import REACH, pattern
from nlu.people import Person, english_people, titled_people
from nlu.types import NameMatch, Value

__all__ = ["TIMES", "Message", "take_apart"]

TIMES = frozenset({"date", "datetime", "range"})
# One of these characters, and then what else must stand around it.
_CLAUSE = pattern(
    r"[，。；！？!?;\n|,.\s：–—-](?:(?<=[，。；！？!?;\n|])|(?<=,)(?!\d{3}\b)|(?<=\.)(?=\s|$)|(?<=\s[–—-])[–—-]*(?=\s)|(?<=—)—*|"
    r"(?<=[\u4e00-\u9fff]\s)\s*(?=[\u4e00-\u9fff])|(?<=[\d%a-z]\s)\s*(?=[他她](?!的)|(?:客户|对方|希望|要求)(?![:：])|嫌|觉得)|"
    r"(?<=：)\s*$|(?<=\s)/\s)"
)


_TO_BE_PAID = pattern(r"[之以]?[前后时](?:再|要|先)?[付给打结交]")  # 发货|前付六成: when it is paid, and no state
_SHARE_BEFORE = pattern(r"\d ?(?:%|percent) ?$")  # 30% down: a deposit and no fault
_FROZEN = pattern(r" (?:all |any |every |their |the )*(?:spend\w*|budgets?|hiring|capex|prices?|purchas\w+|orders)\b")
_BRACKETS = pattern(r"\([^()\n]{1,60}\)")


@dataclass(slots=True)
class Message:
    """``low`` is the folded text, of the same length as ``text``; all places count in both."""

    text: str
    low: str
    lang: Language
    now: datetime
    entities: list[Entity] = field(default_factory=list)
    names: Sequence[NameMatch] = ()
    people: list[Person] = field(default_factory=list)
    values: tuple[Value, ...] = ()
    cues: list[Cue] = field(default_factory=list)
    kinds: frozenset[str] = frozenset()
    sections: frozenset[str] = frozenset()  # of the kinds
    clauses: list[tuple[int, int]] = field(default_factory=list)

    def has(self, *kinds: str) -> bool:
        """Does any of these cues stand in the text?"""
        return not self.kinds.isdisjoint(kinds)

    def all(self, *kinds: str) -> list[Cue]:
        return [cue for cue in self.cues if cue.kind in kinds] if self.has(*kinds) else []

    def first(self, *kinds: str) -> Cue | None:
        return next((cue for cue in self.cues if cue.kind in kinds), None) if self.has(*kinds) else None

    def section(self, section: str) -> list[Cue]:
        """The cues of a whole section, e.g. "channel"."""
        prefix = section + "."
        return [cue for cue in self.cues if cue.kind.startswith(prefix)] if section in self.sections else []

    def clause(self, place: int) -> tuple[int, int]:
        """Start and end of the clause around a place."""
        at = bisect_right(self.clauses, place, key=itemgetter(1))
        return self.clauses[min(at, len(self.clauses) - 1)] if self.clauses else (0, len(self.low))

    def cues_in(self, start: int, end: int, kinds: Iterable[str] | None = None) -> list[Cue]:
        """The cues that lie within a stretch."""
        first = bisect_left(self.cues, start, key=itemgetter(1))
        found = []
        for cue in self.cues[first:]:
            if cue.start >= end:
                break
            if cue.end <= end and (kinds is None or cue.kind in kinds):
                found.append(cue)
        return found

    def times(self) -> list[Value]:
        return [value for value in self.values if value.kind in TIMES]

    def amounts(self) -> list[Value]:
        return [value for value in self.values if value.kind == "money"]


def take_apart(
    text: str,
    *,
    now: datetime,
    lang: Language,
    names: Sequence[NameMatch],
    values: Sequence[Value],
    lexicon: Lexicon,
) -> Message:
    """The message with everything that can be found without knowing what it is about."""
    low = fold(text)
    is_chinese = has_han(text)
    message = Message(text, low, lang, now)
    message.entities = find_entities(low, chinese=is_chinese)
    taken = bytearray(len(low))
    _cover(taken, [(e.start, e.end) for e in message.entities if e.kind != "code"])
    stops = {v.start for v in values}
    message.names = [n for n in names if 1 not in taken[n.start : n.end] and not _begins_another(low, n, stops)]
    _cover(taken, [(e.start, e.end) for e in message.entities])
    message.values = tuple([v for v in values if 1 not in taken[v.start : v.end]])
    _cover(taken, [(n.start, n.end) for n in message.names])
    if is_chinese:
        people = [p for p in titled_people(low) if 1 not in taken[p.start : p.end]]
        message.people = [p for p in people if not _is_company(low, p, lexicon)]  # 康师傅
    if not is_chinese or text != low:
        message.people += [p for p in english_people(text) if 1 not in taken[p.start : p.end]]
    message.values = tuple([v for v in message.values if not _names_a_company(low, v, lexicon)])
    told = [(v.start, v.end) for v in message.values if v.kind in TIMES or v.kind == "money"]
    message.cues = _cues(message, lexicon, told)
    message.kinds = frozenset([cue.kind for cue in message.cues])
    message.sections = frozenset([kind.partition(".")[0] for kind in message.kinds])
    _cover(taken, told)
    _cover(taken, [(p.start, p.end) for p in message.people])
    if "(" in low:
        _cover(taken, [match.span() for match in _BRACKETS.finditer(low)])
    message.clauses = _clauses(low, taken)
    return message


def _begins_another(low: str, known: NameMatch, stops: Container[int]) -> bool:
    """Does a short form open the name of another company: 「东篱」 of 东篱通信 in 「东篱精密制造」?"""
    end = name_goes_on(low, known.end, stops) if known.name.kind == "customer" else known.end
    if end == known.end:
        return False
    said, name = normalise(low[known.start : end]), normalise(known.name.name)
    return said not in name and not said.startswith(name)


_UNIT_BEFORE = pattern(r"(?:[部科处室组班]|车间|中心)的?$")  # 车间|柳工


def _is_company(low: str, person: Person, lexicon: Lexicon) -> bool:
    known = "company.known" in lexicon.kinds_of(low[person.start : person.end])
    return known and _UNIT_BEFORE.search(low, max(0, person.start - REACH), person.start) is None


def _names_a_company(low: str, v: Value, lexicon: Lexicon) -> bool:
    """Is the amount a well-known company: 九毛九?"""
    return v.kind == "money" and not v.text[:1].isdigit() and "company.known" in lexicon.kinds_of(low[v.start : v.end])


def _cover(taken: bytearray, spans: Iterable[tuple[int, int]]) -> None:
    for start, end in spans:
        taken[start:end] = b"\x01" * (end - start)


def _cues(message: Message, lexicon: Lexicon, told: list[tuple[int, int]]) -> list[Cue]:
    """The cues outside of names, people and entities; within dates and amounts nothing is a cue."""
    low = message.low
    hidden = [(e.start, e.end) for e in message.entities] + [(n.start, n.end) for n in message.names]
    hidden += [(p.start, p.end) for p in message.people]
    if hidden:
        low = _blank(low, hidden)
    cues = lexicon.scan(low)
    if told:
        inside = bytearray(len(low))
        _cover(inside, told)
        cues = [c for c in cues if (not inside[c.start] and not inside[c.end - 1]) or 0 in inside[c.start : c.end]]
        cues = [c for c in cues if inside[c.start] or not inside[c.end - 1]]  # 资料我|这周弄完
    if "付" in low or "款" in low:
        cues = [c for c in cues if not (c.kind.startswith("order_status.") and _TO_BE_PAID.match(low, c.end))]
    if "%" in low or "percent" in low:
        cues = [c for c in cues if not (c.kind == "service.fault" and _SHARE_BEFORE.search(low, 0, c.start))]
    if "freez" in low:
        cues = [c for c in cues if not (c.kind == "service.fault" and _FROZEN.match(low, c.end))]
    if message.text != message.low:
        cues = [c for c in cues if not _is_latin_part(message.text, c, cues)]
    return _grown(message, cues) if any(c.kind == "company.known" for c in cues) else cues


# Words of these kinds stand in names of companies, too: Harbour Cold Storage, Bright Open Systems.
_COMMON = ("person.say", "service.", "func.", "question.", "junk.talk", "log.weak", "object.pipeline", "object.target")
_BEHIND_NAME = pattern(r" ?\(|, (?-i:[A-Z])| (?:from|at|of|@|wants|said|says|called)\b")
_CAPITAL_WORD = pattern(r"[A-Z][a-z]{2,}")
_CAPITAL_BEFORE = pattern(r"(?<![A-Za-z])[A-Z][A-Za-z]+ $")


def _is_latin_part(text: str, cue: Cue, cues: list[Cue]) -> bool:
    """Is a word written with a capital right behind another that nothing explains: Harbour [Cold] Storage?"""
    is_surname = cue.kind.startswith("field.") and _BEHIND_NAME.match(text, cue.end) is not None  # Helen Price (
    if not (is_surname or cue.kind.startswith(_COMMON)) or not _CAPITAL_WORD.fullmatch(text, cue.start, cue.end):
        return False
    before = _CAPITAL_BEFORE.search(text, max(0, cue.start - 24), cue.start)
    return before is not None and not any(before.start() <= c.start < cue.start for c in cues)


def _grown(message: Message, cues: list[Cue]) -> list[Cue]:
    """The cues with each well-known company in full: with its place, its trade, its legal form, as they stand there."""
    stops = {c.start for c in cues} | {p.start for p in message.people}
    grown: list[Cue] = []
    for cue in cues:
        if grown and cue.start < grown[-1].end and grown[-1].kind == "company.known":
            continue
        if cue.kind == "company.known":
            start = max(company_start(message.low, cue.start), grown[-1].end if grown else 0)
            cue = Cue(cue.kind, min(start, cue.start), company_end(message.low, cue.end, stops=stops))
        grown.append(cue)
    return grown


def _blank(low: str, spans: Iterable[tuple[int, int]]) -> str:
    pieces, at = [], 0
    for start, end in sorted(spans):
        if start < at:
            start = at
        if end <= start:
            continue
        pieces += [low[at:start], "\x00" * (end - start)]
        at = end
    return "".join(pieces) + low[at:]


def _clauses(low: str, protected: bytearray) -> list[tuple[int, int]]:
    """Stretches between marks, never cut inside a name, a number or a date."""
    clauses: list[tuple[int, int]] = []
    at = 0
    for match in _CLAUSE.finditer(low):
        start, end = match.span()
        if protected[start]:
            continue
        if low[at:start].strip():
            clauses.append((at, end))
            at = end
        elif clauses:
            clauses[-1] = (clauses[-1][0], end)
            at = end
    if low[at:].strip():
        clauses.append((at, len(low)))
    return clauses or [(0, len(low))]
