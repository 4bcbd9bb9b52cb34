"""A message with its tokens, chunks and what has been claimed so far: what the slot rules work on."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import itemgetter
from typing import NamedTuple

from nlu.chunks import Chunk, Token, chunks, tokens
from nlu.message import Message
from nlu.patterns import pattern
from nlu.types import Slot, SlotValue
from nlu.values.calendar import impossible_days

__all__ = ["Candidate", "Scene", "set_scene"]


_PIECE = pattern(r"[^,，、:：|\n]+?(?=$|[,，、:：|\n]|\s[-–—]+\s)|(?<=\s[-–—]\s)[^,，、:：|\n]+")
# What is trimmed off a piece: it says what the piece is, or binds it to the rest.
_AROUND = (
    "verb.",
    "service.ours",
    "object.",
    "create.",
    "func.",
    "field.a",
    "field.o",
    "field.p",
    "field.c",
    "field.q",
    "field.u",
    "field.name",
    "field.e",
    "money",
    "date",
    "datetime",
    "range",
    "phone",
    "email",
    "code",
    "known.",
    "company.",
    "stage.",
    "order_status.",
    "log.",
    "person.say",
    "question.",
    "duration",
    "percent",
)


_NOUN = pattern(r"测试|演示|试用|通话|会议|视频会议|回访|沟通|交流|考察|联系|培训|对接|维修|检修|检测")


class Candidate(NamedTuple):
    """A stretch that could be what a slot holds, with the points that speak for it."""

    points: float
    start: int
    end: int
    why: str


@dataclass(slots=True)
class Scene:
    """``slots`` fills up as the rules of an intent run; ``marks`` come from the intent's decision."""

    m: Message
    marks: frozenset[str]
    tokens: list[Token]
    chunks: list[Chunk]
    slots: dict[str, Slot] = field(default_factory=dict)
    rivals: list[tuple[int, int]] = field(default_factory=list)
    used: list[tuple[int, int]] = field(default_factory=list)
    no_days: tuple[tuple[int, int], ...] = ()

    def tokens_in(self, start: int, end: int) -> list[Token]:
        """The tokens that lie within a stretch."""
        first = bisect_left(self.tokens, start, key=itemgetter(0))
        last = bisect_left(self.tokens, end, key=itemgetter(0))
        return [t for t in self.tokens[first:last] if t.end <= end]

    def put(self, name: str, value: SlotValue, start: int, end: int, *, sure: float = 1.0, why: str = "") -> None:
        """Sets a slot unless it is set. A day that no year has, Feb 30, is nobody's name."""
        if name in self.slots or value == "":
            return
        is_no_day = self.no_days and isinstance(value, str) and any(a <= start and end <= b for a, b in self.no_days)
        if not is_no_day:
            self.slots[name] = Slot(value, start, end, sure, why)
            self.used.append((start, end))

    def put_text(self, name: str, start: int, end: int, *, sure: float = 1.0, why: str = "") -> None:
        """Sets a slot to the words themselves."""
        text = self.m.text
        while start < end and text[start] in " \t\n,，.。:：;；-–—、\"“”'「」":
            start += 1
        while end > start and text[end - 1] in ' \t\n,，.。:：;；-–—、"“”「」!！?？':
            end -= 1
        if end > start:
            self.put(name, text[start:end], start, end, sure=sure, why=why)

    def is_used(self, start: int, end: int) -> bool:
        return any(a < end and start < b for a, b in self.used)

    def free(self) -> Iterable[Chunk]:
        """The chunks that no slot has claimed and no rival owns."""
        return (c for c in self.chunks if not self.is_used(c.start, c.end) and not self.is_rival(c.start, c.end))

    def pieces(self) -> list[tuple[int, int]]:
        """Stretches between marks that no slot has claimed, trimmed of what is explained at either end: lower-case
        goods and names (「电柜更换」, "fleet tracking")."""
        found = []
        for start, end in self.m.clauses:
            for match in _PIECE.finditer(self.m.text, start, end):
                found += self._unclaimed(match.start(), match.end())
        return found

    def _unclaimed(self, start: int, end: int) -> list[tuple[int, int]]:
        """The parts of a stretch outside of the claimed spans, trimmed."""
        parts, at = [], start
        for a, b in sorted(span for span in self.used if span[0] < end and start < span[1]):
            parts.append((at, a))
            at = max(at, b)
        parts.append((at, end))
        trimmed = [self._trim(a, b) for a, b in parts if b > a]
        return [(a, b) for a, b in trimmed if b - a >= 2 and any(c.isalpha() for c in self.m.low[a:b])]

    def _trim(self, start: int, end: int) -> tuple[int, int]:
        low = self.m.low
        inside = [t for t in self.tokens_in(start, end) if any(k == "person" or k.startswith(_AROUND) for k in t.kinds)]
        if self.creates:
            inside = [t for t in inside if not _NOUN.fullmatch(low, t.start, t.end)]
        changed = True
        while changed and start < end:
            changed = False
            while start < end and not low[start].isalnum():
                start += 1
            while end > start and not (low[end - 1].isalnum() or low[end - 1] in ")）"):
                end -= 1
            for t in inside:
                if t.start == start and t.end <= end:
                    start, changed = t.end, True
                elif t.end == end and t.start >= start:
                    end, changed = t.start, True
        return start, end

    @property
    def creates(self) -> bool:
        """Does the message ask for a new record, so that its words name things rather than what took place?"""
        return any(mark.startswith("create.") for mark in self.marks)

    def is_rival(self, start: int, end: int) -> bool:
        return bool(self.rivals) and any(a < end and start < b for a, b in self.rivals)


def set_scene(m: Message) -> Scene:
    """The scene before any slot rule has run."""
    held = tokens(m)
    no_days = tuple(found.span() for found in impossible_days(m.low))
    return Scene(m, frozenset(), held, chunks(m, held), used=[*no_days], no_days=no_days)
