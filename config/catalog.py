"""Every sentence the bot says, by key and language.

A key is a dotted path; its first part names the file: ``follow_up.content.ask`` is ``[content] ask`` in
``messages/<language>/follow_up.toml``. Files are read when first needed. Sentences are whole, with named placeholders
(``{customer}``). A new language is a new folder; what it lacks is said in English.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import tomli

from config.compiled import compiled
from config.types import COMPLETE, MESSAGES, Language

_NOTHING = object()
_EDGE = r"(?<![a-z0-9_])", r"(?![a-z0-9_])"  # of a Latin word; a Chinese one may stand next to it
_COUNTED = re.compile(r"\{(\w+):([^{}|]*)\|([^{}|]*)\}")  # a number with its word: the one for 1, the one for others


class UnknownKey(KeyError):
    """The catalog has no such key. args: language, key."""


class Catalog:
    """The words of one language."""

    def __init__(self, language: Language, folder: Path = MESSAGES) -> None:
        self.language: Language = language
        self._folder = folder / language
        self._files: dict[str, dict[str, Any]] = {}
        self._found: dict[str, Any] = {}  # keys are the program's own: there are only so many
        self._patterns: dict[str, re.Pattern[str]] = {}  # made when they are first needed, as are the next
        self._phrases: dict[str, re.Pattern[str]] = {}
        self._each: dict[str, tuple[re.Pattern[str], ...]] = {}

    def say(self, key: str, **params: object) -> str:
        """The sentence under the key, its placeholders filled. Raises `UnknownKey`, KeyError for a missing param."""
        text = self._found.get(key) or self._find(key)
        if not isinstance(text, str):
            raise UnknownKey(self.language, key)
        return filled(text, params) if params else text

    def fill(self, key: str, params: Mapping[str, object]) -> str:
        """`say`, with the placeholders' values looked up in a mapping as they are needed."""
        text = self.say(key)
        return filled(text, params) if "{" in text else text

    def line(self, facts: Iterable[str | None]) -> str:
        """The facts side by side on one line, without those that are empty: 「冷库改造 · 蓝海物流 · ¥500,000」."""
        return self.say("common.value_separator").join(filter(None, facts))

    def words(self, key: str) -> tuple[str, ...]:
        """A list of words, e.g. the phrases that start a flow; () where the language has none."""
        found = self._find(key, default=())
        return found if isinstance(found, tuple) else ()

    def pattern(self, key: str) -> re.Pattern[str]:
        """Finds what a list of expressions describes, see `one_of`."""
        found = self._patterns.get(key)
        if found is None:
            found = self._patterns[key] = one_of(self.words(key))
        return found

    def each(self, key: str) -> tuple[re.Pattern[str], ...]:
        """The expressions of a list, each by itself: their groups may have the same names."""
        if key not in self._each:
            self._each[key] = tuple(one_of([expression]) for expression in self.words(key))
        return self._each[key]

    def phrases(self, key: str) -> re.Pattern[str]:
        """Finds a list's phrases in a text without capital letters, see `any_of`."""
        found = self._phrases.get(key)
        if found is None:
            found = self._phrases[key] = any_of(self.words(key))
        return found

    def symbols(self, key: str) -> dict[str, str]:
        """A table of words, e.g. currency codes and their signs; {} where the language has none."""
        return self.table(key)

    def table(self, key: str) -> dict[str, Any]:
        """A table of lists or of tables, e.g. the ways to ask by what is asked; {} where the language has none."""
        found = self._find(key, default={})
        return found if isinstance(found, dict) else {}

    def has(self, key: str) -> bool:
        return self._find(key, default=None) is not None

    def _find(self, key: str, default: Any = UnknownKey) -> Any:
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = self._look_up(key)
        if found is not _NOTHING:
            return found
        if default is UnknownKey:
            raise UnknownKey(self.language, key)
        return default

    def _look_up(self, key: str) -> Any:
        file, *path = key.split(".")
        found: Any = self._load(file)
        for part in path:
            found = found.get(part) if isinstance(found, dict) else None
        if found is None and self.language not in COMPLETE:
            return catalog(COMPLETE[-1])._find(key, default=_NOTHING)
        if found is None:
            return _NOTHING
        return tuple(found) if isinstance(found, list) else found

    def _load(self, name: str) -> dict[str, Any]:
        if name not in self._files:
            path = self._folder / f"{name}.toml"
            self._files[name] = tomli.loads(path.read_text("utf-8")) if path.is_file() else {}
        return self._files[name]


def filled(text: str, params: Mapping[str, object]) -> str:
    """The text with its placeholders filled; ``{days:day|days}`` is the number with the word that goes with it."""
    if "|" in text:
        text = _COUNTED.sub(lambda found: f"{{{found[1]}}} {found[2 if str(params[found[1]]) == '1' else 3]}", text)
    return text.format_map(params)


@lru_cache
def catalog(language: Language) -> Catalog:
    """The shipped catalog of a language."""
    return Catalog(language)


def one_of(expressions: Iterable[str]) -> re.Pattern[str]:
    """Finds what one of the expressions describes, upper and lower case alike."""
    return compiled("|".join(f"(?:{expression})" for expression in expressions) or "(?!)", re.IGNORECASE)


def any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    """Finds the longest of the phrases at each place; Latin ones as whole words only.

    They stand behind one look at what is before them: a look for each would cost thirty times as much.
    """
    longest_first = sorted(phrases, key=len, reverse=True)
    latin = "|".join(re.escape(phrase) for phrase in longest_first if phrase.isascii())
    others = [re.escape(phrase) for phrase in longest_first if not phrase.isascii()]
    parts = [*others, *([rf"{_EDGE[0]}(?:{latin}){_EDGE[1]}"] if latin else [])]
    return re.compile("|".join(parts) or "(?!)")
