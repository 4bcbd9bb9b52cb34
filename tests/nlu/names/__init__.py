"""What the models of names learn from: cases and marked sentences, again and again with invented names."""

import random
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from nlu.people import bare_name, is_title, is_way_of_address
from tests.nlu.corpus import SENTENCES, ways
from tests.nlu.inventing import invented, invented_goods, invented_person
from tests.nlu.judge import CASES, Case, read_cases

__all__ = ["Right", "Sentence", "kept_back", "of_cases", "sentences"]

HERE = Path(__file__).parent
_COPIES, _OWN_COPIES = 2, 5  # with invented names; our own sentences were written for that
_PLACE = 0xE000  # letters of nobody's, for names that are being replaced
_NOW = "2026-11-25T14:30:00+08:00"
_OTHERS = re.compile(r"\(\((.+?)\)\)|<(.+?)>")
_RIVAL = re.compile(r"\(([^()/]{2,8})\)")
_MARKED = re.compile(r"\[(?P<firm>.+?)\]|\{(?P<person>.+?)\}|〈(?P<deal>.+?)〉")
_INVENT = {"firm": invented, "person": invented_person, "deal": invented_goods}


class Right(NamedTuple):
    """A name may stand at any of these places. ``none``: it may be that there is none."""

    spans: frozenset[tuple[int, int]]
    none: bool


class Sentence(NamedTuple):
    """A case with where its customer, contact and opportunity stand; None where it does not teach that."""

    case: Case
    firm: Right | None
    person: Right | None
    deal: Right | None = None


def sentences(seed: int) -> Iterator[Sentence]:
    """Everything to learn from, in a fixed order; the seed draws the invented names, for each sentence by itself.

    Sentences of intents that hold a company without a mark are left out; people without one may stand in them.
    """
    yield from of_cases([path.name for path in sorted(CASES.glob("*.jsonl")) if "held" not in path.stem], seed, _COPIES)
    unmarked = re.compile("|".join((HERE / "unmarked.txt").read_text("utf-8").split()))
    for path in sorted(SENTENCES.glob("zh*.txt")):
        lines = [line for line in _lines(path) if "[" in line or not unmarked.search(line)]
        for sentence in _marked(lines, seed, _COPIES):
            named = sentence.person and sentence.person.spans
            yield sentence._replace(person=sentence.person if named else None, deal=None)
    for path in sorted(HERE.glob("zh*.txt")):
        for sentence in _marked(_lines(path), seed, _OWN_COPIES):
            if "deals" not in path.stem:
                yield sentence._replace(deal=None)  # no deal is marked there
            elif sentence.firm and sentence.firm.spans:
                yield sentence._replace(firm=None)  # beside invented goods an invented name does not tell where it ends
            else:
                yield sentence


def kept_back() -> Iterator[Sentence]:
    """Marked sentences that nothing learns from."""
    return _marked(_lines(HERE / "held_zh.txt"), 0, copies=0)


def _lines(path: Path) -> Iterator[str]:
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if line and not line.startswith(("#", "= ")):
            yield from ways(line, number) if path.stem.endswith("patterns") else [line.replace("\\n", "\n")]


def of_cases(names: Iterable[str], seed: int, copies: int) -> Iterator[Sentence]:
    """The Chinese cases of some files, as if no customer were known, and a few times with names nobody has heard of."""
    for case in (case for name in names for case in read_cases(name) if case["lang"] == "zh"):
        known = {kind: held for kind, held in (case.get("known") or {}).items() if kind != "customers"}
        bare = {"text": case["text"], "now": case["now"], "lang": "zh", "known": known}
        firm, person = _right(case, "customer"), _right(case, "contact") or _alone(case)
        if firm and person and firm.spans == person.spans:  # somebody by himself is the customer
            firm = Right(frozenset(), none=True)
        deal = None if "opportunities" in known else _right(case, "opportunity")
        yield Sentence(bare, firm, person, deal)
        draw = random.Random(f"{seed} {case['text']}")
        for _ in range(copies if any(right and not right.none for right in (firm, person)) else 0):
            yield from _renamed(Sentence(bare, firm, person, deal), draw)


def _alone(case: Case) -> Right | None:
    """Somebody who is written down as the customer."""
    for name in _values(case["gold"]["slots"].get("customer")):
        if bare_name(name) or is_way_of_address(name):
            return Right(_places(case["text"], [name]), none=False)
    return None if "customer" in case["gold"].get("optional", {}) else Right(frozenset(), none=True)


def _right(case: Case, slot: str) -> Right | None:
    """Where the gold has the name; None where the slot holds no name, or one that does not stand in the text."""
    gold = case["gold"]["slots"].get(slot)
    if gold is not None:
        spans = _places(case["text"], _values(gold))
        return Right(spans, none=False) if spans else None
    allowed = case["gold"].get("optional", {}).get(slot)
    if allowed is None:
        return None if slot == "contact" else Right(frozenset(), none=True)
    return Right(_places(case["text"], _values(allowed)), none=True)


def _renamed(sentence: Sentence, draw: random.Random) -> Iterator[Sentence]:
    """The same sentence about another firm and another person; what is sold stays, as it is what firms run into."""
    old, names = sentence.case["text"], []
    text, rights = old, (sentence.firm, sentence.person)
    for right, other in zip(rights, (invented, invented_person), strict=True):
        names.append(other(draw) if right and right.spans and not right.none else "")
        if right and names[-1]:
            start, end = max(right.spans, key=lambda span: (span[1] - span[0], -span[0]))
            text = text.replace(old[start:end], chr(_PLACE + len(names)))
    for number, name in enumerate(names, 1):
        text = text.replace(chr(_PLACE + number), name)
    found = [
        Right(_places(text, [name]), none=False) if name else right for name, right in zip(names, rights, strict=True)
    ]
    if all(right.spans for right, name in zip(found, names, strict=True) if right and name):
        firm, person = (right if right and (right.none is not bool(right.spans)) else None for right in found)
        yield Sentence(sentence.case | {"text": text}, firm, person, _moved(sentence, text))


def _moved(sentence: Sentence, text: str) -> Right | None:
    """Where the opportunity stands in the new text."""
    if sentence.deal is None or not sentence.deal.spans:
        return sentence.deal
    spans = _places(text, [sentence.case["text"][start:end] for start, end in sentence.deal.spans])
    return Right(spans, sentence.deal.none) if spans else None


def _values(gold: Any) -> list[str]:
    if isinstance(gold, dict):
        return list(gold.get("any_of", ()))
    return [gold] if gold else []


def _places(text: str, names: Iterable[str]) -> frozenset[tuple[int, int]]:
    low = text.lower()
    return frozenset(found.span() for name in names for found in re.finditer(re.escape(name.lower()), low))


def _marked(lines: Iterable[str], seed: int, copies: int) -> Iterator[Sentence]:
    """Sentences with [their customer], {their contact} and (other firms), as they stand and with invented names."""
    for line in lines:
        plain = _OTHERS.sub(lambda found: found.group(found.lastindex or 0), line)
        yield _sentence(plain, None)
        draw = random.Random(f"{seed} {line}")
        for _ in range(copies if _MARKED.search(plain) else 0):
            yield _sentence(_RIVAL.sub(lambda _, draw=draw: f"({invented(draw)})", plain), draw)


def _sentence(marked: str, draw: random.Random | None) -> Sentence:
    """A marked sentence, with ``draw`` about others than it was written about."""
    marked = _RIVAL.sub(r"\1", marked)
    text, at = "", 0
    spans: dict[str, set[tuple[int, int]]] = {kind: set() for kind in _INVENT}
    is_titled = False
    for found in _MARKED.finditer(marked):
        text += marked[at : found.start()]
        kind = found.lastgroup or ""
        name = found.group(kind)
        if kind == "person" and is_title(name):
            is_titled = True  # whoever has no name need not be a contact
        elif draw:
            name = _INVENT[kind](draw)
        spans[kind].add((len(text), len(text) + len(name)))
        text += name
        at = found.end()
    text += marked[at:]
    firm, person, deal = (Right(frozenset(held), none=not held) for held in spans.values())
    person = person._replace(none=person.none or is_titled)
    return Sentence({"text": text, "now": _NOW, "lang": "zh"}, firm, person, deal)
