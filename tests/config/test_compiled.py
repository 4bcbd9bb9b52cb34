"""A pattern that is spelt so that it costs little finds the same."""

import re

import pytest

from config.compiled import compiled

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
