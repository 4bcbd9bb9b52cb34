"""A pattern that is spelt so that it costs little finds the same."""

import importlib
import pkgutil
import re

import pytest

import nlu
from config.compiled import compiled
from nlu.patterns import Lazy
from tests.benchmarks.bench_understanding import messages

TEXTS = [
    "won it",
    "we won",
    "owon won't",
    "No longer at Delmar",
    "no longer with us",
    "wonder",
    "",
    "离职了",
    "he left",
]


@pytest.mark.parametrize(
    "source",
    [
        r"\bwon\b",
        r"\bno longer (?:at|with)\b|\bleft the company\b|离职",
        r"x?\bw+on",
        r"(?:\bwe|\bhe) ",
        r"\\bwon",
        r"\b[nw]o",
    ],
)
@pytest.mark.parametrize("flags", [0, re.IGNORECASE])
def test_a_word_is_found_where_it_begins(source: str, flags: int) -> None:
    ours, theirs = compiled(source, flags), re.compile(source, flags)
    for text in TEXTS:
        spans = [[match.span() for match in pattern.finditer(text)] for pattern in (ours, theirs)]
        assert spans[0] == spans[1], text
        assert [bool(pattern.match(text, 2)) for pattern in (ours, theirs)].count(True) in (0, 2), text


@pytest.mark.parametrize(
    "source",
    [
        r"(?:won|lo(?:st|ses)) (?:it|at)|[了.]离",
        r"(?:no longer|left)? with|n?o\b",
        r"\b(?:he|we|n[o.]) (?:left|won)|离?职了",
        r"(?:won|left)+|x",
        r"(?:he|we) (left|won)|(?P<no>no)",
        r"(?:he|we)?? (?:left|won)|\\\|(?:a|)",
    ],
)
def test_alternatives_are_spread_in_their_order(source: str) -> None:
    ours, theirs = compiled(source, is_searched=True), re.compile(source)
    for text in TEXTS:
        assert [match.span() for match in ours.finditer(text)] == [match.span() for match in theirs.finditer(text)], (
            text
        )


def test_every_pattern_of_the_understanding_finds_what_re_finds() -> None:
    texts = [text.lower() for text, _now, _known in messages([])[::60]]
    names = [f"nlu.{module.name}" for module in pkgutil.iter_modules(nlu.__path__)]
    patterns = [one for name in names for one in vars(importlib.import_module(name)).values() if isinstance(one, Lazy)]
    spread = 0
    for one in patterns:
        ours, theirs = compiled(one._source, one._flags, is_searched=True), re.compile(one._source, one._flags)
        spread += ours.pattern != compiled(one._source, one._flags).pattern
        for text in texts:
            found, known = ([(m.span(), m.groups()) for m in pattern.finditer(text)] for pattern in (ours, theirs))
            assert found == known, (one._source, text)
    assert spread > 50
