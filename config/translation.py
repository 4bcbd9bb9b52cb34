"""How far a language is translated, and what in its files fits nothing: held against the last of the first two."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import Any

import tomli

from config.types import COMPLETE, MESSAGES, Language

FREE = "common."  # a date, or a discount, is written with other parts in each language


@dataclass(frozen=True, slots=True)
class Translation:
    """``done`` of ``total`` entries are there; nothing asks for the ``wrong`` ones, or they have other placeholders."""

    done: int
    total: int
    wrong: tuple[str, ...]


def translation(language: Language, folder: Path = MESSAGES) -> Translation:
    model, own = entries(COMPLETE[-1], folder), entries(language, folder)
    wrong = (key for key, value in own.items() if key not in model or not _fits(key, value, model[key]))
    return Translation(len(own.keys() & model.keys()), len(model), tuple(wrong))


def entries(language: Language, folder: Path = MESSAGES) -> dict[str, Any]:
    """All that stands in the files of a language, by its dotted key."""
    files = sorted((folder / language).glob("*.toml"))
    return {key: value for file in files for key, value in _flat(file.stem, tomli.loads(file.read_text("utf-8")))}


def placeholders(sentence: str) -> frozenset[str]:
    return frozenset(name for _text, name, _spec, _conversion in Formatter().parse(sentence) if name)


def _flat(prefix: str, table: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(f"{prefix}.{key}", value)
        else:
            yield f"{prefix}.{key}", value


def _fits(key: str, value: Any, model: Any) -> bool:
    """Is it of the same sort, and has no placeholder that nobody fills?"""
    if type(value) is not type(model):
        return False
    try:
        return not isinstance(value, str) or key.startswith(FREE) or placeholders(value) <= placeholders(model)
    except ValueError:  # a brace that is open
        return False
