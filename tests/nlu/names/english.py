"""What the spotting of names in English learns from: cases and marked sentences, again with invented names.

Marks: [the customer], {the contact}, <another firm>, |another person|.
"""

import random
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from nlu.everyday_en import commonness
from tests.nlu.corpus import SENTENCES, ways
from tests.nlu.inventing_en import invented_firm, invented_person
from tests.nlu.judge import CASES, Case, read_cases

__all__ = ["NamedSentence", "english_sentences", "held_sentences", "of_english_cases", "rendered"]

HERE = Path(__file__).parent
_COPIES, _OWN_COPIES = 3, 7  # with invented names; our own sentences were written for that
_IN_SMALL = 0.3  # share of the copies without capitals, as on a phone
_NOW = "2026-11-25T14:30:00+08:00"
_MARK = re.compile(r"\[(?P<customer>[^\]]+)\]|\{(?P<contact>[^}]+)\}|<(?P<firm>[^<>]+)>|\|(?P<person>[^|]+)\|")
_CAPITAL = re.compile(r"[A-Z][a-z]+")
_SILENT = frozenset(("other", "help", "cancel", "undo", "set_target", "pipeline_summary", "forecast", "list_reminders"))

Spans = frozenset[tuple[int, int]]


class NamedSentence(NamedTuple):
    """A case with the places where each kind of name may stand; ``none``: whether there may be none of it.

    A kind that is missing in ``spans`` is not known.
    """

    case: Case
    spans: Mapping[str, Spans]
    none: frozenset[str]


def english_sentences() -> Iterator[NamedSentence]:
    """Everything to learn from, in a fixed order."""
    yield from of_english_cases([p.name for p in sorted(CASES.glob("*.jsonl")) if "held" not in p.stem])
    for path in sorted(SENTENCES.glob("en*.txt")):
        for line in _lines(path):
            line = re.sub(r"\(\((.+?)\)\)", r"\1", re.sub(r"<(.+?)>", r"|\1|", line))
            if not _names_more(line):
                yield from _all_ways(line, 1)
    for path in sorted(HERE.glob("en*.txt")):
        for line in _lines(path):
            yield from _all_ways(line, _OWN_COPIES)


def held_sentences() -> Iterator[NamedSentence]:
    """Sentences from which nothing is learned, as they were typed and in small letters."""
    for line in _lines(HERE / "held_en.txt"):
        yield (sentence := rendered(line, {}))
        yield _in_small(sentence)


def _names_more(marked: str) -> bool:
    """Does a sentence that was written for its intent hold a name without a mark?"""
    plain = _MARK.sub("x", marked)
    return any(
        (found.start() and plain[found.start() - 1] != ".") or not commonness(found.group().lower())
        for found in _CAPITAL.finditer(plain)
    )


def _lines(path: Path) -> Iterator[str]:
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if line and not line.startswith(("#", "= ")):
            line = line.replace("\\n", "\n")
            yield from ways(line, number) if path.stem.endswith("patterns") else [line]


def _all_ways(marked: str, copies: int) -> Iterator[NamedSentence]:
    draw = random.Random(marked)  # a sentence has the same copies whichever others there are
    sentence = rendered(marked, {})
    yield sentence
    if not _MARK.search(marked) and draw.random() < _IN_SMALL:
        yield _in_small(sentence)
    for number in range(copies if _MARK.search(marked) else 0):
        sentence = rendered(marked, _invented(marked, draw))
        yield _in_small(sentence) if number % 3 == 2 or draw.random() < _IN_SMALL / 2 else sentence


def _invented(marked: str, draw: random.Random) -> dict[str, str]:
    names: dict[str, str] = {}
    for found in _MARK.finditer(marked):
        name = found.group(found.lastindex or 0)
        is_firm = found.lastgroup in ("customer", "firm")
        names.setdefault(name, invented_firm(draw) if is_firm else invented_person(draw, name))
    return names


def rendered(marked: str, names: Mapping[str, str]) -> NamedSentence:
    """The sentence without its marks, with other names where they are given."""
    text, at = "", 0
    spans: dict[str, set[tuple[int, int]]] = {"customer": set(), "contact": set()}
    for found in _MARK.finditer(marked):
        text += marked[at : found.start()]
        said = found.group(found.lastindex or 0)
        name = names.get(said, said)
        if found.lastgroup in spans:
            spans[found.lastgroup].add((len(text), len(text) + len(name)))
        text += name
        at = found.end()
    text += marked[at:]
    case = {"text": text, "now": _NOW, "lang": "en"}
    return NamedSentence(
        case,
        {kind: frozenset(held) for kind, held in spans.items()},
        frozenset(k for k, held in spans.items() if not held),
    )


def _in_small(sentence: NamedSentence) -> NamedSentence:
    text = sentence.case["text"]
    small = text.lower() if len(text.lower()) == len(text) else text
    return sentence._replace(case=sentence.case | {"text": small})


def of_english_cases(names: Iterable[str], copies: int = _COPIES) -> Iterator[NamedSentence]:
    """The English cases of some files, as they stand and as if nobody were known."""
    for case in (case for name in names for case in read_cases(name) if case["lang"] == "en"):
        sentence = _of_case(case)
        if sentence is None:
            continue
        draw = random.Random(case["text"])
        yield sentence
        if case.get("known"):  # the customer is known, whoever stands beside it
            known = {"spans": {k: v for k, v in sentence.spans.items() if k == "contact"}}
            yield sentence._replace(case=_bare(case) | {"known": _but(case["known"], "contacts")}, **known)
        marked = _marked(sentence)
        if marked:
            for _ in range(copies):
                copy = rendered(marked, _invented(marked, draw))
                copy = copy._replace(
                    case=copy.case | {"now": case["now"]},
                    spans={k: copy.spans[k] for k in sentence.spans},
                    none=sentence.none,
                )
                yield _in_small(copy) if draw.random() < _IN_SMALL else copy


def _but(known: Mapping[str, Any], kind: str) -> dict[str, Any]:
    return {key: held for key, held in known.items() if key != kind}


def _bare(case: Case) -> Case:
    return {key: case[key] for key in ("text", "now", "lang")}


def _of_case(case: Case) -> NamedSentence | None:
    """None where nothing can be learned about names."""
    gold = case["gold"]
    slots, optional = gold["slots"], gold.get("optional", {})
    spans: dict[str, Spans] = {}
    none = set()
    is_silent = not isinstance(gold["intent"], str) or gold["intent"] in _SILENT or gold["intent"] == "set_reminder"
    values = {kind: _values(slots.get(kind)) for kind in ("customer", "contact")}
    allowed = {kind: _values(optional.get(kind)) for kind in ("customer", "contact")}
    if gold["intent"] == "create_customer" and set(values["customer"]) & set(allowed["contact"]):
        values = {"customer": [], "contact": values["customer"]}
        allowed = {"customer": [], "contact": []}
    elif set(allowed["customer"]) & set(values["contact"]):
        allowed["customer"] = []
    for kind in ("customer", "contact"):
        if isinstance(optional.get(kind), dict) and "any_of" not in optional[kind]:
            continue
        if values[kind]:
            spans[kind] = _places(case["text"], values[kind])
            if not spans[kind]:
                del spans[kind]
        elif kind in slots or (is_silent and not allowed[kind]):
            continue
        else:
            spans[kind] = _places(case["text"], allowed[kind])
            none.add(kind)
    return NamedSentence(_bare(case), spans, frozenset(none)) if spans else None


def _values(gold: Any) -> list[str]:
    if isinstance(gold, dict):
        return list(gold.get("any_of", ()))
    return [gold] if gold else []


def _places(text: str, names: Iterable[str]) -> Spans:
    low = text.lower()
    found = (re.finditer(rf"(?<![a-z0-9]){re.escape(name.lower())}(?![a-z0-9])", low) for name in names)
    return frozenset(one.span() for many in found for one in many)


def _marked(sentence: NamedSentence) -> str | None:
    """The text of a case with its names marked, the longest where several would do; None if it has none."""
    text = sentence.case["text"]
    if set("[]{}<>|") & set(text):
        return None
    chosen: list[tuple[int, int, str]] = []
    for kind, marks in (("customer", "[]"), ("contact", "{}")):
        for start, end in sorted(sentence.spans.get(kind, ()), key=lambda span: span[0] - span[1]):
            if not any(a < end and start < b for a, b, _ in chosen):
                chosen.append((start, end, marks))
    for start, end, marks in sorted(chosen, reverse=True):
        text = f"{text[:start]}{marks[0]}{text[start:end]}{marks[1]}{text[end:]}"
    return text if chosen else None
