"""A message with its tokens, chunks and what has been claimed so far: what the slot rules work on."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from nlu.chunks import Chunk, Token, chunks, tokens
from nlu.message import Message
from nlu.types import Slot, SlotValue

__all__ = ["Scene", "set_scene"]


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

    def put(self, name: str, value: SlotValue, start: int, end: int, *, sure: float = 1.0, why: str = "") -> None:
        """Sets a slot unless it is set."""
        if name not in self.slots and value != "":
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

    def put_number(self, name: str, number: Decimal, start: int, end: int, why: str) -> None:
        self.put(name, number, start, end, why=why)

    def is_used(self, start: int, end: int) -> bool:
        return any(a < end and start < b for a, b in self.used)

    def free(self) -> Iterable[Chunk]:
        """The chunks that no slot has claimed and no rival owns."""
        return (c for c in self.chunks if not self.is_used(c.start, c.end) and not self.is_rival(c.start, c.end))

    def is_rival(self, start: int, end: int) -> bool:
        return any(a < end and start < b for a, b in self.rivals)


def set_scene(m: Message, marks: frozenset[str]) -> Scene:
    """The scene before any slot rule has run."""
    held = tokens(m)
    return Scene(m, marks, held, chunks(m, held))
