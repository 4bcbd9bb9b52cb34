"""What an administrator decides about the CRM: stages, lists, roles, limits. See the comments in ``crm.toml``.

The shipped file is always read; the organisation's own is laid over it, table by table. Whatever is wrong is a
`ConfigError` that names file and key: ``crm.toml: stages[2].probabilty is not a key (did you mean probability?)``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import time
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, TypeAlias, TypeVar, get_args

from config.attention import Attention, read_attention
from config.custom import CustomField, read_customs
from config.dialogs import Steps, read_steps
from config.digests import PlannedDigest, read_digests
from config.fields import WORTHLESS, Shown, read_fields
from config.needs import read_stage_needs
from config.reading import Table
from config.sales import Sales, read_sales
from config.service import Service, Surveys, read_company, read_service, read_surveys
from config.settings import read_toml
from config.types import COMPLETE, LANGUAGES, Language
from config.upkeep import Retention, Watch, read_retention, read_watch

SHIPPED = Path(__file__).parent / "crm.toml"

Level: TypeAlias = Literal["none", "own", "team", "all"]
Action: TypeAlias = Literal["view", "create", "edit", "delete", "export"]
StageKind: TypeAlias = Literal["open", "won", "lost"]
LEVELS: tuple[Level, ...] = get_args(Level)
ACTIONS: tuple[Action, ...] = get_args(Action)

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
}
_OPEN = frozenset({"order_statuses"})  # an organisation may have further ones
_CLOSED = frozenset(name for name in _CODES if name.endswith("statuses")) - _OPEN | {"customer_types"}

# Every kind that rights are given on (design: records).
KINDS = (
    "customer", "contact", "opportunity", "follow_up", "product", "quote", "contract", "order", "invoice", "payment",
    "service_request", "survey", "reminder", "sales_target", "forecast_commit", "team", "user", "identity",
    "exchange_rate", "feedback",
)  # fmt: skip

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


@dataclass(frozen=True, slots=True)
class Role:
    """What a role is called, its level for every (kind, action), and which (kind, field) it does not see in full."""

    labels: Mapping[Language, str]
    levels: Mapping[tuple[str, Action], Level]
    fields: Mapping[tuple[str, str], Shown]


@dataclass(frozen=True, slots=True)
class Limits:
    """Numbers above which the bot asks or refuses; lengths in characters."""

    large_amount: int
    max_name: int
    max_text: int
    max_message: int
    list_rows: int


@dataclass(frozen=True, slots=True)
class Hours:
    """The local time meant where a plan names only a day or a part of it."""

    morning: time
    noon: time
    afternoon: time
    evening: time
    end_of_day: time


@dataclass(frozen=True, slots=True)
class Crm:
    """The organisation's configuration, checked."""

    stages: tuple[Stage, ...]
    lists: Mapping[str, tuple[Item, ...]]
    currencies: tuple[str, ...]
    roles: Mapping[str, Role]
    limits: Limits
    hours: Hours
    attention: Attention
    digests: tuple[PlannedDigest, ...]
    dialogs: tuple[Steps, ...]
    company: Mapping[Language, str]
    service: Service
    surveys: Surveys
    sales: Sales
    customs: tuple[CustomField, ...]
    retention: Retention
    watch: Watch
    stage_needs: Mapping[str, tuple[str, ...]]
    with_emoji: bool

    def items(self, listed: str) -> tuple[Item, ...]:
        """The entries of a list such as "stages" or "channels". Raises KeyError."""
        return self.stages if listed == "stages" else self.lists[listed]

    def codes(self, listed: str) -> tuple[str, ...]:
        return tuple(item.code for item in self.items(listed))

    def label(self, listed: str, code: str, language: Language) -> str:
        """What people read for a code. A code that is no longer configured is shown as it is."""
        return next((item.labels[language] for item in self.items(listed) if item.code == code), code)

    def emoji(self, listed: str, code: str) -> str:
        """The emoji of an entry, "" where it has none or emoji are off."""
        found = next((item.emoji for item in self.items(listed) if item.code == code), "")
        return found if self.with_emoji else ""

    def stage(self, code: str) -> Stage | None:
        return next((stage for stage in self.stages if stage.code == code), None)

    def stages_of(self, kind: StageKind) -> tuple[Stage, ...]:
        return tuple(stage for stage in self.stages if stage.kind == kind)

    def fields(self, role: str) -> Mapping[tuple[str, str], Shown]:
        """The (kind, field) that a role does not see, or only masked."""
        found = self.roles.get(role)
        return found.fields if found else {}

    def level(self, role: str, kind: str, action: Action) -> Level:
        """How far a role's right reaches; "none" for anything unknown."""
        found = self.roles.get(role)
        return found.levels.get((kind, action), "none") if found else "none"


@lru_cache
def load_crm(own: Path | None = None) -> Crm:
    """The configuration, with the organisation's own file laid over the shipped one. Raises `ConfigError`."""
    shipped = read_toml(SHIPPED)
    given = read_toml(own) if own else {}
    name = own.name if own else SHIPPED.name
    return read_crm(Table(_laid_over(shipped, given), lambda path: name if _stands_in(given, path) else SHIPPED.name))


def _laid_over(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Tables merge key by key, all else is replaced."""
    merged = dict(below)
    for key, value in above.items():
        old = merged.get(key)
        merged[key] = _laid_over(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return merged


def _stands_in(data: Any, path: tuple[str, ...]) -> bool:
    """Whether the file holds the key, or the list that it is part of."""
    for part in path:
        if not isinstance(data, dict):
            return True
        if part not in data:
            return False
        data = data[part]
    return True


def read_crm(table: Table) -> Crm:
    """The configuration that a table describes; every key of it is used or refused."""
    stages = _stages(table)
    codes = tuple(stage.code for stage in stages)
    customs = read_customs(table, codes)
    crm = Crm(
        stages=stages,
        lists={name: _list(table, name, _item, codes) for name, codes in _CODES.items()},
        currencies=table.texts("currencies"),
        roles={name: _role(row) for name, row in table.table("roles").tables().items()},
        limits=_limits(table.table("limits")),
        hours=_hours(table.table("hours")),
        attention=read_attention(table.table("attention")),
        digests=read_digests(table, frozenset(table.table("roles").tables())),
        dialogs=read_steps(table),
        company=read_company(table.table("company")),
        service=read_service(table.table("service")),
        surveys=read_surveys(table.table("survey")),
        sales=read_sales(table.table("sales")),
        retention=read_retention(table.table("retention")),
        watch=read_watch(table.table("watch")),
        customs=customs,
        stage_needs=read_stage_needs(table.table("stage_needs"), codes, customs),
        with_emoji=_text(table.table("text")),
    )
    table.finish()
    return crm


def _list(
    table: Table, name: str, read: Callable[[Table], tuple[str, T]], codes: tuple[str, ...] = ()
) -> tuple[T, ...]:
    found: dict[str, T] = {}
    for row in table.rows(name):
        code, item = read(row)
        row.finish()
        if code in found:
            raise row.error("code", "duplicate", value=code)
        if name in _CLOSED and code not in codes:
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


def _labels(row: Table) -> dict[Language, str]:
    """A label in every language; where one is left out, the English one stands in, or whichever is given."""
    given = {language: row.text(language, "") for language in LANGUAGES}
    some = given[COMPLETE[-1]] or next((label for label in given.values() if label), "")
    if not some:
        raise row.error(LANGUAGES[0], "missing")
    return {language: label or some for language, label in given.items()}


def _item(row: Table) -> tuple[str, Item]:
    moves = row.texts("next") if row.has("next") else ()
    item = Item(code=row.text("code"), labels=_labels(row), emoji=row.text("emoji", ""), next=moves)
    return item.code, item


def _stage(row: Table) -> tuple[str, Stage]:
    stage = Stage(
        code=row.text("code"),
        labels=_labels(row),
        emoji=row.text("emoji", ""),
        probability=row.number("probability", at_most=100),
        kind=row.one_of("kind", get_args(StageKind), "open"),
    )
    return stage.code, stage


def _stages(table: Table) -> tuple[Stage, ...]:
    stages = _list(table, "stages", _stage)
    for kind in get_args(StageKind):
        if not any(stage.kind == kind for stage in stages):
            raise table.error("stages", "incomplete", value=f'kind = "{kind}"')
    return stages


def _role(row: Table) -> Role:
    labels = _labels(row)
    default = _rights(row.table("default"), {})
    levels: dict[tuple[str, Action], Level] = {}
    for kind in KINDS:
        rights = _rights(row.table(kind), default) if row.has(kind) else default
        levels.update({(kind, action): level for action, level in rights.items()})
    fields = read_fields(row)
    row.finish()
    worth = {"product": "unit_price"}
    for kind in WORTHLESS:
        if fields.get((kind, worth.get(kind, "amount"))) == "hidden":
            levels.update({(kind, "create"): "none", (kind, "edit"): "none"})
    return Role(labels, levels, fields)


def _rights(row: Table, default: Mapping[Action, Level]) -> dict[Action, Level]:
    rights: dict[Action, Level] = {
        action: row.one_of(action, LEVELS, default.get(action, "none")) for action in ACTIONS
    }
    row.finish()
    return rights


def _limits(row: Table) -> Limits:
    limits = Limits(
        large_amount=row.number("large_amount", at_least=1),
        max_name=row.number("max_name", at_least=10, at_most=500),
        max_text=row.number("max_text", at_least=100),
        max_message=row.number("max_message", at_least=1000),
        list_rows=row.number("list_rows", at_least=1, at_most=20),
    )
    row.finish()
    return limits


def _hours(row: Table) -> Hours:
    hours = Hours(*(row.clock(name) for name in ("morning", "noon", "afternoon", "evening", "end_of_day")))
    row.finish()
    return hours


def _text(row: Table) -> bool:
    with_emoji = row.flag("emoji")
    row.finish()
    return with_emoji
