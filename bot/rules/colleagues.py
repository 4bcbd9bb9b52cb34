"""Which teams and colleagues a text names, of those whom the person may know of.

A colleague with a Latin name is known by the first name, too, where no other has the same: "how is Maria doing".
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, select

from bot.rules.access import Actor
from config.crm import Crm
from storage import records
from storage.database import Tx


@dataclass(frozen=True, slots=True)
class Colleague:
    """A user or a team, by its full name, standing at ``text[start:end]``."""

    kind: Literal["user", "team"]
    id: int
    name: str
    start: int
    end: int


def colleagues_in(tx: Tx, actor: Actor, crm: Crm, text: str) -> list[Colleague]:
    """Everybody whom the text names; where two names overlap, the longer one."""
    found: list[Colleague] = []
    free = list(text)
    for kind, record_id, name, called in sorted(_known(tx, actor, crm), key=lambda known: -len(known[3])):
        for start in _places(text, called):
            end = start + len(called)
            if "\x00" not in free[start:end]:
                found.append(Colleague(kind, record_id, name, start, end))
                free[start:end] = "\x00" * len(called)
    return found


def _known(tx: Tx, actor: Actor, crm: Crm) -> Iterator[tuple[Literal["user", "team"], int, str, str]]:
    """Each with the full name, and with what it is called by."""
    for team_id, name in _named(tx, records.Team, _may_know(actor, crm, records.Team)):
        yield "team", team_id, name, name
    people = _named(tx, records.User, _may_know(actor, crm, records.User))
    first_names = Counter(_first_name(name) for _id, name in people)
    for user_id, name in people:
        yield "user", user_id, name, name
        first = _first_name(name)
        if first and first_names[first] == 1:
            yield "user", user_id, name, first


def _named(tx: Tx, cls: Any, condition: ColumnElement[bool]) -> Sequence[tuple[int, str]]:
    return [(row.id, row.name) for row in tx.connection.execute(select(cls.id, cls.name).where(condition)) if row.name]


def _first_name(name: str) -> str:
    """The first of several Latin words, ""."""
    first, _, rest = name.partition(" ")
    return first if rest and first.isascii() and len(first) > 1 else ""


def _may_know(actor: Actor, crm: Crm, cls: Any) -> ColumnElement[bool]:
    """Teams are in nobody's team: the ones known are those at or below one's own."""
    alive: ColumnElement[bool] = cls.deleted_at.is_(None)
    if crm.level(actor.role, "opportunity", "view") == "all":
        return alive
    own = cls.id if cls is records.Team else cls.team_id
    mine = own.in_(sorted(actor.teams))
    return alive & (mine if cls is records.Team else mine | (cls.id == actor.user_id))


def _places(text: str, name: str) -> Iterator[int]:
    """Where a name stands; a Latin one as a whole word."""
    if name.casefold() not in text.casefold():
        return  # hardly one of a thousand colleagues is named
    before = r"(?<![A-Za-z0-9])" if name[0].isascii() else ""
    after = r"(?![A-Za-z0-9])" if name[-1].isascii() else ""
    for match in re.finditer(f"{before}{re.escape(name)}{after}", text, re.IGNORECASE):
        yield match.start()
