"""What the spotting of companies learns from: cases and marked sentences, again and again with invented names."""

import random
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tests.nlu.corpus import SENTENCES, ways
from tests.nlu.inventing import invented
from tests.nlu.judge import CASES, Case, read_cases

__all__ = ["Sentence", "of_cases", "sentences"]

HERE = Path(__file__).parent
_COPIES, _OWN_COPIES = 2, 5  # with an invented name; our own sentences were written for that
_NOW = "2026-11-25T14:30:00+08:00"
_OTHERS = re.compile(r"\(\((.+?)\)\)|\{(.+?)\}|<(.+?)>")
_RIVAL = re.compile(r"\(([^()/]{2,8})\)")
_CUSTOMER = re.compile(r"\[(.+?)\]")


class Sentence(NamedTuple):
    """A case whose customer may stand at any of these places. ``none``: it may be that there is none."""

    case: Case
    spans: frozenset[tuple[int, int]]
    none: bool


def sentences() -> Iterator[Sentence]:
    """Everything to learn from, in a fixed order.

    Sentences of intents that hold a company without a mark are left out.
    """
    draw = random.Random(5)
    yield from of_cases([path.name for path in sorted(CASES.glob("*.jsonl")) if "held" not in path.stem], draw, _COPIES)
    unmarked = re.compile("|".join((HERE / "unmarked.txt").read_text("utf-8").split()))
    for path in sorted(SENTENCES.glob("zh*.txt")):
        lines = [line for line in _lines(path) if "[" in line or not unmarked.search(line)]
        yield from _marked(lines, draw, _COPIES)
    for path in sorted(HERE.glob("zh*.txt")):
        yield from _marked(_lines(path), draw, _OWN_COPIES)


def _lines(path: Path) -> Iterator[str]:
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if line and not line.startswith(("#", "= ")):
            yield from ways(line, number) if path.stem.endswith("patterns") else [line]


def of_cases(names: Iterable[str], draw: random.Random, copies: int) -> Iterator[Sentence]:
    """The Chinese cases of some files, as if no customer were known."""
    for case in (case for name in names for case in read_cases(name) if case["lang"] == "zh"):
        known = {kind: held for kind, held in (case.get("known") or {}).items() if kind != "customers"}
        bare = {"text": case["text"], "now": case["now"], "lang": "zh", "known": known}
        named = _values(case["gold"]["slots"].get("customer"))
        if not named and "customer" in case["gold"]["slots"]:
            continue
        if not named:
            allowed = _values(case["gold"].get("optional", {}).get("customer"))
            yield Sentence(bare, _places(case["text"], allowed), none=True)
            continue
        spans = _places(case["text"], named)
        yield Sentence(bare, spans, none=False)
        for _ in range(copies if spans else 0):
            start, end = max(spans, key=lambda span: (span[1] - span[0], -span[0]))
            name = invented(draw)
            text = case["text"].replace(case["text"][start:end], name)
            yield Sentence(bare | {"text": text}, _places(text, [name]), none=False)


def _values(gold: Any) -> list[str]:
    if isinstance(gold, dict):
        return list(gold.get("any_of", ()))
    return [gold] if gold else []


def _places(text: str, names: Iterable[str]) -> frozenset[tuple[int, int]]:
    low = text.lower()
    return frozenset(found.span() for name in names for found in re.finditer(re.escape(name.lower()), low))


def _marked(lines: Iterable[str], draw: random.Random, copies: int) -> Iterator[Sentence]:
    """Sentences with [their customer] and (other firms), as they stand and with invented names."""
    for line in lines:
        plain = _OTHERS.sub(lambda found: found.group(found.lastindex or 0), line)
        yield _sentence(plain, [])
        for _ in range(copies if "[" in plain else 0):
            other = _RIVAL.sub(lambda _: f"({invented(draw)})", plain)
            yield _sentence(other, [invented(draw) for _ in _CUSTOMER.findall(other)])


def _sentence(marked: str, names: Sequence[str]) -> Sentence:
    text, spans, at = "", set(), 0
    marked = _RIVAL.sub(r"\1", marked)
    for number, found in enumerate(_CUSTOMER.finditer(marked)):
        text += marked[at : found.start()]
        name = names[number] if names else found.group(1)
        spans.add((len(text), len(text) + len(name)))
        text += name
        at = found.end()
    text += marked[at:]
    return Sentence({"text": text, "now": _NOW, "lang": "zh"}, frozenset(spans), none=not spans)
