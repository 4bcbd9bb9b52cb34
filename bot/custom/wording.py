"""How people speak of custom fields: the patterns of the catalogs with KIND, TYPE and LABEL filled in, and with what
stands in many of them."""

import re
from collections.abc import Mapping
from functools import lru_cache

from config.catalog import Catalog
from config.custom import KINDS, TYPES, FieldType
from nlu.names import normalise

_AGAIN = {"BEGIN": "begin", "ADD": "add_word", "ANEW": "anew", "FIELD": "field_word"}
_TOKEN = re.compile("KIND|TYPE|LABEL|" + "|".join(_AGAIN))


@lru_cache(maxsize=100)
def patterns(words: Catalog, key: str, labels: tuple[str, ...] = ()) -> tuple[re.Pattern[str], ...]:
    """The patterns of a key. Groups: kind, type, label, and those that stand in them."""
    parts = {
        "KIND": _group("kind", tuple(_kinds(words))),
        "TYPE": _group("type", tuple(_types(words))),
        "LABEL": _group("label", labels),
    }
    for token, name in _AGAIN.items():
        parts[token] = _TOKEN.sub(lambda match: parts[match.group()], words.say(f"custom.{name}"))
    placed = [_TOKEN.sub(lambda match: parts[match.group()], text) for text in words.words(key)]
    return tuple(re.compile(text, re.I | re.S) for text in placed)


def _group(name: str, listed: tuple[str, ...]) -> str:
    """One of the words, the longest first; where there are none, nothing fits."""
    items = "|".join(re.escape(word) for word in sorted(listed, key=len, reverse=True))
    return rf"(?P<{name}>{items or '(?!)'})"


def singular(label: str) -> str:
    """An English label without the s of the plural: "certification CMMI" means the certifications."""
    return label[:-1] if label.isascii() and label.endswith("s") and not label.endswith("ss") else label


def kind_called(words: Catalog, said: str | None) -> str | None:
    """The kind of record that a word means."""
    plain = normalise(said or "")
    return next((kind for word, kind in _kinds(words).items() if normalise(word) == plain), None)


def type_called(words: Catalog, said: str) -> FieldType | None:
    return _types(words).get(said.casefold())


@lru_cache(maxsize=8)
def _kinds(words: Catalog) -> Mapping[str, str]:
    """Each word for a kind."""
    also = {kind: words.words(f"custom.kinds.{kind}") for kind in KINDS if words.has(f"custom.kinds.{kind}")}
    return {word: kind for kind in KINDS for word in (words.say(f"common.kind.{kind}"), *also.get(kind, ()))}


@lru_cache(maxsize=8)
def _types(words: Catalog) -> Mapping[str, FieldType]:
    """Each word for a type; those for several choices come first."""
    order = ("choices", *(name for name in TYPES if name != "choices"))
    return {word: name for name in reversed(order) for word in words.words(f"custom.types.{name}")}  # type: ignore[misc]
