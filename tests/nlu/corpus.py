"""What the reader of intents learns from: whole cases, sentences that only tell their intent, and patterns of such."""

import random
import re
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Any

from tests.nlu.judge import CASES, Case, read_cases

__all__ = ["SENTENCES", "learning_cases", "place", "sentences", "ways"]

SENTENCES = Path(__file__).parent / "intents"
WAYS = 6  # in how many ways a pattern is said at most
_NAMES = (
    ("opportunities", re.compile(r"\(\((.+?)\)\)")),
    ("customers", re.compile(r"\[(.+?)\]")),
    ("users", re.compile(r"<(.+?)>")),
    ("contacts", re.compile(r"\{(.+?)\}")),
)
_CHOICE = re.compile(r"\(([^()]*(?:\(\([^()]*\)\)[^()]*)*/[^()]*(?:\(\([^()]*\)\)[^()]*)*)\)")
_NOW = "2026-11-25T14:30:00+08:00"


def learning_cases() -> Iterator[Case]:
    """Every case but those kept back, every sentence, and the sentences of every pattern."""
    for path in sorted(CASES.glob("*.jsonl")):
        if not path.stem.endswith("_held"):
            yield from 2 * read_cases(path.name)  # what was written as people write counts twice
    for path in sorted(SENTENCES.glob("*.txt")):
        yield from sentences(path)


def sentences(path: Path) -> Iterator[Case]:
    """Each sentence twice where names stand in it: with the names known to the CRM, and with nothing known."""
    intent, lang = "", path.stem[:2]
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if line.startswith("= "):
            intent = line[2:]
        elif line and not line.startswith("#"):
            line = line.replace("\\n", "\n")
            said = ways(line, number) if path.stem.endswith("patterns") else [line]
            for way, text in enumerate(said):
                yield from _cases(f"{path.stem}-{number}-{way}", text, lang, intent)


def _cases(name: str, text: str, lang: str, intent: str) -> Iterator[Case]:
    known = {}
    for kind, shape in _NAMES:
        if names := shape.findall(text):
            known[kind] = names
            text = shape.sub(r"\1", text)
    case: dict[str, Any] = {"text": text, "now": _NOW, "lang": lang, "gold": {"intent": intent, "slots": {}}}
    yield {"id": name, **case, "known": known}
    if set(known) & {"customers", "contacts", "opportunities"}:
        yield {"id": f"{name}-unknown", **case}


def place(order: int, turn: int, name: str) -> bytes:
    """Where an example comes in a turn of learning: as good as by chance, whatever else is learned from."""
    return blake2b(f"{order} {turn} {name}".encode(), digest_size=8).digest()


def ways(pattern: str, seed: int) -> list[str]:
    """Some of the sentences of a pattern, always the same ones."""
    pick = random.Random(seed)
    said: dict[str, None] = {}
    for _ in range(WAYS):
        text = _CHOICE.sub(lambda match: pick.choice(match.group(1).split("/")), pattern)
        said[" ".join(text.split())] = None
    return list(said)
