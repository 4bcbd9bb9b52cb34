"""Values of custom fields that come from a file or over HTTP, brought to the form in which they are kept."""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from bot.custom.types import MAX_TAG
from bot.errors import InvalidValue
from bot.exchange.cells import CellReader, day_of
from config.columns import plain
from config.custom import CustomField
from config.types import LANGUAGES
from nlu.folding import clean
from nlu.names import normalise

MAX_DEPTH = 10
_TAGS = re.compile(r"[;；、,，|]")
Check = Callable[[str, Mapping[str, Any]], dict[str, Any]]


def checker(
    fields: Sequence[CustomField], cells: CellReader, find: Callable[[str, Any], int], tags: set[str] | None = None
) -> Check:
    """What checks the custom values of a kind. Raises InvalidValue; keys that nobody defined are kept as they are. The
    tags come into ``tags``."""
    known = {(item.kind, item.key): item for item in fields}

    def check(kind: str, given: Mapping[str, Any]) -> dict[str, Any]:
        checked: dict[str, Any] = {}
        for key, value in given.items():
            item = known.get((kind, key))
            is_known = item is not None and value is not None
            checked[clean(str(key))] = _value(item, value, cells, find) if is_known else _plain(value)  # type: ignore[arg-type]
            if tags is not None and is_known and item is not None and item.type == "tags":
                tags.update(checked[item.key])
        return checked

    return check


def columns_called(fields: Sequence[CustomField]) -> dict[str, dict[str, str]]:
    """The keys of custom fields by kind and by what a column for them may be called."""
    found: dict[str, dict[str, str]] = {}
    for item in fields:
        names = {item.key, *(item.label(language) for language in LANGUAGES)}
        found.setdefault(item.kind, {}).update({plain(name): item.key for name in names})
    return found


def _value(item: CustomField, value: Any, cells: CellReader, find: Callable[[str, Any], int]) -> Any:
    if item.type == "money":
        return value if isinstance(value, dict) else cells.money(str(value))
    if item.type == "date":
        return day_of(str(value))[0]
    if item.type == "number":
        return f"{Decimal(str(value)):f}"
    if item.type == "person":
        name = value.get("name") if isinstance(value, dict) else str(value)
        return {"id": f"U-{find('user', value)}", "name": name}
    if item.type == "choice":
        return _choice(item, value)
    if item.type == "tags":
        listed = value if isinstance(value, list) else _TAGS.split(str(value))
        return [clean(str(one)).strip()[:MAX_TAG] for one in listed if str(one).strip()]
    if item.type == "choices":
        many = value if isinstance(value, list) else str(value).replace("；", ";").replace("、", ";").split(";")
        return [_choice(item, one) for one in many if str(one).strip()]
    return clean(str(value)).strip()[:500]


def _plain(value: Any, depth: int = 0) -> Any:
    """A value of a field that nobody defined, without what no database takes. Raises InvalidValue for a bottomless."""
    if depth > MAX_DEPTH:
        raise InvalidValue("entry.form", value="…")
    if isinstance(value, dict):
        return {clean(str(key)): _plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item, depth + 1) for item in value]
    return clean(value) if isinstance(value, str) else value


def _choice(item: CustomField, value: Any) -> str:
    for choice in item.choices:
        if normalise(choice) == normalise(str(value)):
            return choice
    raise InvalidValue("entry.choice", field=item.key, value=str(value)[:60], choices=", ".join(item.choices))
