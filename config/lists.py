"""The lists an organisation decides about: stages of a sale, statuses, pick-lists; codes are stored, labels read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias, TypeVar, get_args

from config.reading import Table
from config.types import COMPLETE, LANGUAGES, Language

StageKind: TypeAlias = Literal["open", "won", "lost"]

# The lists, and the codes that rules and understanding count on: they must be there, and nothing beside them where
# the list is closed.
_CODES: dict[str, tuple[str, ...]] = {
    "channels": ("visit", "call", "email", "meeting", "chat"),
    "order_statuses": ("placed", "awaiting_payment", "paid", "shipped", "delivered", "cancelled"),
    "service_statuses": ("open", "in_progress", "resolved", "closed"),
    "quote_statuses": ("draft", "sent", "accepted", "declined", "expired", "cancelled"),
    "contract_statuses": ("draft", "active", "completed", "cancelled"),
    "reminder_statuses": ("pending", "fired", "done", "cancelled"),
    "customer_types": ("company", "person"),
    "lost_reasons": (),
    "decision_roles": (),
    "industries": (),
    "sizes": (),
    "sources": (),
}
LISTS = tuple(_CODES)
_OPEN = frozenset({"order_statuses"})  # an organisation may have further ones
CLOSED = frozenset(name for name in _CODES if name.endswith("statuses")) - _OPEN | {"customer_types"}

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One entry of a list: the code that is stored, the labels that are read, and an emoji or "".

    ``next``: of a status that has moves, the codes it may move to.
    """

    code: str
    labels: Mapping[Language, str]
    emoji: str = ""
    next: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage(Item):
    """A stage of a sale. ``probability`` is in per cent."""

    probability: int
    kind: StageKind = "open"


def read_lists(table: Table) -> dict[str, tuple[Item, ...]]:
    """Every list but the stages, by its name. Raises `ConfigError`."""
    return {name: read_list(table, name) for name in _CODES}


def read_list(table: Table, name: str) -> tuple[Item, ...]:
    """One such list. Raises `ConfigError`."""
    return _entries(table, name, _item, _CODES[name])


def read_stages(table: Table) -> tuple[Stage, ...]:
    """The way of a sale: some stages open, one won and one lost at least. Raises `ConfigError`."""
    stages = _entries(table, "stages", _stage)
    for kind in get_args(StageKind):
        if not any(stage.kind == kind for stage in stages):
            raise table.error("stages", "incomplete", value=f'kind = "{kind}"')
    return stages


def _entries(
    table: Table, name: str, read: Callable[[Table], tuple[str, T]], codes: tuple[str, ...] = ()
) -> tuple[T, ...]:
    found: dict[str, T] = {}
    for row in table.rows(name):
        code, item = read(row)
        row.finish()
        if code in found:
            raise row.error("code", "duplicate", value=code)
        if name in CLOSED and code not in codes:
            raise row.error("code", "not_allowed", value=code, expected=", ".join(codes))
        found[code] = item
    for code in codes:
        if code not in found:
            raise table.error(name, "incomplete", value=code)
    for item in found.values():
        for code in getattr(item, "next", ()):
            if code not in found:
                raise table.error(name, "not_allowed", value=code, expected=", ".join(found))
    return tuple(found.values())


def read_labels(row: Table) -> dict[Language, str]:
    """A label in every language; where one is left out, the English one stands in, or whichever is given."""
    given = {language: row.text(language, "") for language in LANGUAGES}
    some = given[COMPLETE[-1]] or next((label for label in given.values() if label), "")
    if not some:
        raise row.error(LANGUAGES[0], "missing")
    return {language: label or some for language, label in given.items()}


def _item(row: Table) -> tuple[str, Item]:
    moves = row.texts("next") if row.has("next") else ()
    item = Item(code=row.text("code"), labels=read_labels(row), emoji=row.text("emoji", ""), next=moves)
    return item.code, item


def _stage(row: Table) -> tuple[str, Stage]:
    stage = Stage(
        code=row.text("code"),
        labels=read_labels(row),
        emoji=row.text("emoji", ""),
        probability=row.number("probability", at_most=100),
        kind=row.one_of("kind", get_args(StageKind), "open"),
    )
    return stage.code, stage
