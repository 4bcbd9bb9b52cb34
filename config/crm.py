"""What an administrator decides about the CRM: stages, lists, roles, limits. See the comments in ``crm.toml``.

The shipped file is always read; the organisation's own is laid over it, table by table. Whatever is wrong is a
`ConfigError` that names file and key: ``crm.toml: stages[2].probabilty is not a key (did you mean probability?)``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import time
from functools import lru_cache
from pathlib import Path
from typing import Any

from config.attention import Attention, read_attention
from config.custom import CustomField, read_customs
from config.dialogs import Steps, read_steps
from config.digests import PlannedDigest, read_digests
from config.fields import Shown
from config.lists import Item, Stage, StageKind, read_lists, read_stages
from config.needs import read_stage_needs
from config.reading import Table
from config.roles import Action, Level, Role, read_role
from config.sales import Sales, read_sales
from config.service import Service, Surveys, read_company, read_service, read_surveys
from config.settings import read_toml
from config.types import Language
from config.upkeep import Retention, Watch, read_retention, read_watch

SHIPPED = Path(__file__).parent / "crm.toml"


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


@dataclass(frozen=True, slots=True, eq=False)
class Crm:
    """The organisation's configuration, checked. ``before``: labels of entries before they were changed or taken out in
    chat, by list and code: what is past is told in them."""

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
    before: Mapping[tuple[str, str], Mapping[Language, str]] = field(default_factory=dict)

    def items(self, listed: str) -> tuple[Item, ...]:
        """The entries of a list such as "stages" or "channels". Raises KeyError."""
        return self.stages if listed == "stages" else self.lists[listed]

    def codes(self, listed: str) -> tuple[str, ...]:
        return tuple(item.code for item in self.items(listed))

    def label(self, listed: str, code: str, language: Language) -> str:
        """What people read for a code. A code that nobody knows is shown as it is."""
        found = next((item.labels for item in self.items(listed) if item.code == code), self.before.get((listed, code)))
        return found[language] if found else code

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
    crm = read_crm(Table(_laid_over(shipped, given), lambda path: name if _stands_in(given, path) else SHIPPED.name))
    return replace(crm, before=_labels(shipped)) if own else crm


def _labels(shipped: dict[str, Any]) -> dict[tuple[str, str], Mapping[Language, str]]:
    """Of the shipped lists: records may have a code that the organisation's own list lacks."""
    lists = read_lists(Table(shipped, lambda _path: SHIPPED.name))
    return {(name, item.code): item.labels for name, items in lists.items() for item in items}


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
    stages = read_stages(table)
    codes = tuple(stage.code for stage in stages)
    customs = read_customs(table, codes)
    crm = Crm(
        stages=stages,
        lists=read_lists(table),
        currencies=table.texts("currencies"),
        roles={name: read_role(row) for name, row in table.table("roles").tables().items()},
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
