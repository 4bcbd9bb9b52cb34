"""Conditions upon fields that the organisation added: 「走招标的商机」, 「没填预算批复日期的」, "tagged VIP"."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, or_

from bot.custom.fields import of_kind
from bot.questions.question import Own
from bot.questions.said import Words, expressions, lacking
from bot.world import World
from config.catalog import Catalog
from config.custom import SEVERAL, CustomField
from nlu.folding import fold
from storage.types import to_json


def labelled(world: World, text: Words, kind: str) -> Own:
    """What is said of fields by their names. Before all else: the value may be a name of something, too."""
    found: list[tuple[str, str]] = []
    for item in of_kind(world, kind):
        label = fold(item.label(text.heard.lang))
        names = (label, *(text.words.words("question.own.tag") if item.type == "tags" else ()))
        if not any(name in text.letters for name in names):
            continue
        if text.pick_all(lacking(text.words, names)):
            found.append((item.key, ""))
        found += [(item.key, value) for value in _values(text, item, names)]
    noun = expressions(text.words, f"noun.{kind}")  # 「重点客户有哪些」: a value that holds the noun is no noun
    told = (choice for item in of_kind(world, kind) for choice in item.choices if noun.search(fold(choice)))
    return (*found, *by_value(world, text, kind, frozenset(told)))


def by_value(world: World, text: Words, kind: str, only: frozenset[str] | None = None) -> Own:
    """The values (of some) that are said without the name of the field. After all else."""
    fields = [item for item in of_kind(world, kind) if item.choices]
    if only is not None:
        fields = [replace(item, choices=tuple(only.intersection(item.choices))) for item in fields if only]
    return tuple((item.key, value) for item in fields for value in _values(text, item, ()))


def _values(text: Words, item: CustomField, names: tuple[str, ...]) -> Iterator[str]:
    choices = (choice for choice in item.choices if fold(choice) in text.letters)
    for choice in sorted(choices, key=len, reverse=True):
        if text.pick_all(_said(text.words, fold(choice), names)):
            yield choice


@lru_cache(maxsize=500)
def _said(words: Catalog, choice: str, names: tuple[str, ...]) -> re.Pattern[str]:
    """The value with the name of the field before or behind it; without ``names``, with what leads to it."""
    value = rf"(?<![a-z0-9]){re.escape(choice)}s?(?![a-z0-9])" if choice.isascii() else re.escape(choice)
    value = rf"[\"'「“]?{value}[\"'」”]?"
    before, equal, behind = (_any(words.words(f"question.own.{key}")) for key in ("before", "is", "behind"))
    if not names:
        return re.compile(rf"{before}?\s*{value}")
    name = _any(tuple(map(re.escape, names)))
    return re.compile(rf"{before}?\s*{name}\s*{equal}?\s*{value}|{before}?\s*{value}\s*{behind}?\s*{name}")


def _any(parts: tuple[str, ...]) -> str:
    return f"(?:{'|'.join(sorted(parts, key=len, reverse=True))})"


def conditions(world: World, cls: Any, own: Own) -> Iterator["ColumnElement[bool]"]:
    """What the fields of a record have to hold."""
    several = {item.key for item in of_kind(world, cls.kind) if item.type in SEVERAL}
    for key, value in own:
        held = cls.custom[key].as_string()
        if not value:
            yield or_(held.is_(None), held.in_(("", "[]")))
        elif key in several:
            yield held.contains(to_json(value), autoescape=True)  # as it stands among the others, quotes and all
        else:
            yield held == value


def shown(world: World, kind: str, own: Own) -> Iterator[str]:
    """The conditions as people read them."""
    labels = {item.key: item.label(world.words.language) for item in of_kind(world, kind)}
    for key, value in own:
        name = labels.get(key, key)
        yield world.words.say("question.say.own" if value else "question.say.lack", field=name, value=value)
