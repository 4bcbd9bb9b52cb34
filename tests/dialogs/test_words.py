"""Every sentence that is asked for exists in every language, with the same gaps."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bot.dialogs.types import Along
from bot.flows.registry import FLOWS
from config.catalog import MESSAGES, catalog, filled
from config.translation import entries, placeholders
from config.types import LANGUAGES
from nlu.names import normalise

FILES = sorted({path.name for path in MESSAGES.glob("*/*.toml")})
BOT = Path(__file__).parents[2] / "bot"
PHRASINGS = ("phrasing", "any_way", "ways")  # functions of config/phrasing.py, which take a name
MODULES = frozenset({"telegram.request"})  # of a library, and no keys


_entries = cache(entries)


def _keys(language: str, file: str) -> dict[str, Any]:
    return {key: value for key, value in _entries(language).items() if key.startswith(f"{Path(file).stem}.")}


@pytest.mark.parametrize("file", FILES)
def test_languages_have_the_same_sentences(file: str) -> None:
    first, *others = (_keys(language, file) for language in LANGUAGES)
    for other in others:
        assert first.keys() == other.keys()
        for key, value in first.items():
            assert type(value) is type(other[key]), key
            if isinstance(value, list):
                assert value, key
                assert other[key], key


# A date is written with other parts in each language; a currency's sign has none.
@pytest.mark.parametrize("file", [file for file in FILES if file != "common.toml"])
def test_sentences_have_the_same_gaps(file: str) -> None:
    first, *others = (_keys(language, file) for language in LANGUAGES)
    for other in others:
        for key, value in first.items():
            if isinstance(value, str):
                assert placeholders(value) == placeholders(other[key]), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_list_says_a_word_twice(language: str) -> None:
    lists = {key: value for key, value in _entries(language).items() if isinstance(value, list)}
    assert {key: value for key, value in lists.items() if len(set(value)) < len(value)} == {}


@pytest.mark.parametrize("kind", FLOWS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_flow_has_its_words(kind: str, language: str) -> None:
    flow, words = FLOWS[kind], catalog(language)
    for name in flow.openings:
        assert words.words(f"{kind}.{name}")
    for key in ("title", "title_bare", "confirm"):
        assert words.has(f"{kind}.{key}")
    for line in flow.card:
        assert words.has(line.key)
    for field in flow.fields:
        if isinstance(field.type, Along):
            continue  # never asked, never typed
        for what in ("label", "ask"):
            assert words.has(f"{kind}.{field.name}.{what}") or words.has(f"field.{field.name}.{what}"), field.name


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_phrase_opens_one_flow_only(language: str) -> None:
    words = catalog(language)
    said = [
        (phrase.casefold() if "…" in phrase or "{" in phrase else normalise(phrase), kind)
        for kind, flow in FLOWS.items()
        for name in flow.openings
        for phrase in words.words(f"{kind}.{name}")
    ]
    assert len({phrase for phrase, _kind in said}) == len(said)


def _used() -> Iterator[tuple[str, str]]:
    """The keys that stand in the bot's code, with their place; those put together from parts are left out."""
    stems = {Path(file).stem for file in FILES}
    for path in BOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in PHRASINGS:
                if isinstance(node.args[0], ast.Constant):
                    yield f"phrasing.{node.args[0].value}", f"{path.name}:{node.lineno}"
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                key = node.value
                if re.fullmatch(r"[a-z_]+(\.[a-z_]*[a-z])+", key) and key.split(".")[0] in stems and key not in MODULES:
                    yield key, f"{path.name}:{node.lineno}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_keys_in_the_code_exist(language: str) -> None:
    words = catalog(language)
    missing = {key: place for key, place in _used() if not words.has(key)}
    assert not missing


def test_a_number_stands_with_the_word_that_goes_with_it() -> None:
    text = "{who}: {days:day|days} left, {deals:deal needs|deals need} a look | {who}"
    assert filled(text, {"who": "Ann", "days": 1, "deals": "1"}) == "Ann: 1 day left, 1 deal needs a look | Ann"
    assert filled(text, {"who": "1", "days": 0, "deals": "1,200"}) == "1: 0 days left, 1,200 deals need a look | 1"
