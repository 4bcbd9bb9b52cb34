"""Whose deals a report counts: what was asked for, within what the person may see, within what the chat may hear.

A report is about books: a team's deals are those assigned to the team. That a colleague's deal can be looked at because
its customer is one's own does not put it into one's own numbers.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, true

from bot.errors import NotAllowed, NotFound
from bot.reports.query import Query
from bot.rules.access import Actor, names_of, teams_below
from bot.world import World
from config.crm import Crm
from storage import records

_ABOUT = {"resolving": "service_request"}  # what a report counts that counts no deals


@dataclass(frozen=True, slots=True)
class Scope:
    """None: no limit. A deal counts if its team is among ``teams`` or its owner is ``or_mine``, its owner is among
    ``owners``, and its team is among ``audience``."""

    teams: frozenset[int] | None = None
    or_mine: int | None = None
    owners: frozenset[int] | None = None
    audience: frozenset[int] | None = None

    @property
    def only_teams(self) -> frozenset[int] | None:
        """The teams that alone decide, None where everything counts. Raises ValueError where an owner decides."""
        if self.owners is not None or self.or_mine is not None:
            raise ValueError("this scope is about people")
        if self.audience is None or self.teams is None:
            return self.teams if self.audience is None else self.audience
        return self.teams & self.audience

    @property
    def is_limited(self) -> bool:
        return any(part is not None for part in (self.teams, self.or_mine, self.owners, self.audience))

    @property
    def is_about_people(self) -> bool:
        return self.owners is not None or self.or_mine is not None

    def condition(self, table: Any) -> ColumnElement[bool]:
        """The condition on a table with owner_id and team_id."""
        parts: list[ColumnElement[bool]] = []
        if self.owners is not None:
            parts.append(table.owner_id.in_(sorted(self.owners)))
        if self.teams is not None:
            ours = table.team_id.in_(sorted(self.teams))
            parts.append(ours if self.or_mine is None else or_(ours, table.owner_id == self.or_mine))
        elif self.or_mine is not None:
            parts.append(table.owner_id == self.or_mine)
        if self.audience is not None:
            parts.append(table.team_id.in_(sorted(self.audience)))
        return and_(true(), *parts) if parts else true()


def scope_of(world: World, query: Query) -> Scope:
    """The scope of a question. Raises NotAllowed where the role sees nothing of what it is about."""
    actor, level = world.actor, world.crm.level(world.actor.role, _ABOUT.get(query.what, "opportunity"), "view")
    if level == "none":
        raise NotAllowed
    _check_heard(world, query)
    audience = actor.audience.teams if actor.audience else None
    own = actor.user_id if level in ("own", "team") else None
    mine = frozenset((actor.user_id,))
    if query.owners:
        owners = frozenset(query.owners)
        if owners == mine or level == "all":
            return Scope(owners=owners, audience=audience)
        teams = actor.teams if level == "team" else frozenset()
        return Scope(owners=owners, teams=teams, or_mine=own, audience=audience)
    if query.teams:
        asked = frozenset().union(*(teams_below(world.tx, team) for team in query.teams))
        if level != "all" and (level != "team" or not asked <= actor.teams):
            raise NotFound(name=_called(world, records.Team, query.teams))
        return Scope(teams=asked, audience=audience)
    if level == "all":
        return Scope(audience=audience)
    if level == "own":
        return Scope(owners=mine, audience=audience)
    return Scope(teams=actor.teams, or_mine=own, audience=audience)


def left_out(world: World, query: Query, table: Any) -> list[ColumnElement[bool]]:
    """The conditions that leave out whom the question leaves out, on a table with owner_id, team_id and customer_id."""
    teams = frozenset().union(*(teams_below(world.tx, team) for team in query.not_teams))
    without = {"owner_id": query.not_owners, "team_id": teams, "customer_id": query.not_customers}
    named = [(getattr(table, name), sorted(ids)) for name, ids in without.items() if ids]
    return [or_(column.is_(None), column.not_in(ids)) for column, ids in named]


def _check_heard(world: World, query: Query) -> None:
    """Raises NotFound where a group is asked about others than those whose team it is bound to."""
    audience = world.actor.audience
    if query.customers:
        known = {item.id for item in names_of(world.tx, world.actor, world.crm, records.Customer, query.customers)}
        if known != set(query.customers):
            raise NotFound(name=", ".join(f"C-{one}" for one in query.customers))
    if audience is None:
        return
    for team in query.teams:
        if not teams_below(world.tx, team) <= audience.teams:
            raise NotFound(name=_called(world, records.Team, query.teams))
    user = records.User
    teams = select(user.team_id).where(user.id.in_(query.owners))
    if not query.teams and any(team not in audience.teams for team in world.tx.connection.execute(teams).scalars()):
        raise NotFound(name=_called(world, user, query.owners))
    if not query.teams and not query.owners:
        raise NotFound(name=world.words.say("report.everybody"))


def _called(world: World, cls: Any, ids: tuple[int, ...]) -> str:
    return ", ".join(world.tx.connection.execute(select(cls.name).where(cls.id.in_(ids))).scalars())


def book_of(actor: Actor, crm: Crm) -> Query:
    """The question about whomever the person answers for: all, their team, or their own book; in a group the team that
    it is bound to."""
    is_own = crm.level(actor.role, "opportunity", "edit") not in ("team", "all")
    if actor.audience is not None and not (is_own and crm.level(actor.role, "opportunity", "view") != "all"):
        return Query(teams=(actor.audience.team_id,))
    if crm.level(actor.role, "opportunity", "view") == "all":
        return Query()
    if crm.level(actor.role, "opportunity", "edit") in ("team", "all") and actor.team_id is not None:
        return Query(teams=(actor.team_id,))
    return Query(owners=(actor.user_id,))
