"""Whose figures are meant: a person's, a team's with all below it, or everybody's."""

from dataclasses import dataclass, replace
from typing import Any, Literal

from sqlalchemy import ColumnElement, select, true

from bot.dialogs.model import Json
from bot.errors import NotFound
from bot.reports.query import Query, What
from bot.reports.scope import scope_of
from bot.rules.access import names_of, teams_below
from bot.rules.colleagues import colleagues_in
from bot.talk.periods import year_of
from bot.world import World
from config.types import Period
from nlu.types import Understanding
from storage import records

Kind = Literal["user", "team", "all"]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Whose:
    """A user or a team; ``kind`` "all" is the whole organisation, with id 0."""

    kind: Kind
    id: int
    name: str

    def to_json(self) -> Json:
        return {"kind": self.kind, "id": self.id, "name": self.name}

    @classmethod
    def from_json(cls, data: Json) -> "Whose":
        return cls(data["kind"], data["id"], data["name"])


def own(world: World) -> Whose:
    """Whose figures a person means who names nobody: one's own, a manager those of the team."""
    actor = world.actor
    if actor.role == "manager" and actor.team_id is not None:
        return _team(world, actor.team_id)
    if world.crm.level(actor.role, "opportunity", "view") == "all":
        return Whose("all", 0, world.words.say("whose.all"))
    return Whose("user", actor.user_id, actor.name)


def team_of(world: World) -> Whose:
    """The team of the person, or everybody where they have none."""
    return _team(world, world.actor.team_id) if world.actor.team_id is not None else own(world)


def whose_in(world: World, heard: Understanding) -> tuple[Whose | None, list[Span]]:
    """Whom a message names, and where: a colleague or a team that the person may see, 「我」, 「团队」."""
    named = colleagues_in(world.tx, world.actor, world.crm, heard.text)
    if named:
        first = min(named, key=lambda one: (one.kind != "user", one.start))
        return Whose(first.kind, first.id, first.name), [(one.start, one.end) for one in named]
    owner = heard.get("owner")
    if owner == "team":
        return team_of(world), []
    return (own(world) if owner == "me" else None), []


def query_of(what: What, whose: Whose, period: Period) -> Query:
    """The question about somebody and a period, which a short one may change: 「换成上季度」, 「只看张伟的」."""
    query = Query(what=what).within(period)
    if whose.kind == "all":
        return query
    is_user = whose.kind == "user"
    return replace(query, is_default=False, owners=(whose.id,) if is_user else (), teams=() if is_user else (whose.id,))


def require_heard(world: World, whose: Whose) -> None:
    """Raises NotFound where a group asks about others than those whose team it is bound to, as of any figure."""
    scope_of(world, query_of("won", whose, year_of(world.now.date())))


def whose_of(world: World, query: Query) -> Whose:
    """Whom a question is about. Raises NotFound, too, where a group may not hear it."""
    whose = _named_in(world, query)
    require_heard(world, whose)
    return whose


def _named_in(world: World, query: Query) -> Whose:
    if query.owners:
        user = user_as(world, query.owners[-1])
        if user is None:
            raise NotFound(name=f"U-{query.owners[-1]}")
        return user
    for team, name in teams_seen(world):
        if team in query.teams[-1:]:
            return Whose("team", team, name)
    if query.teams:
        raise NotFound(name=f"T-{query.teams[-1]}")
    return own(world)


def teams_seen(world: World) -> list[tuple[int, str]]:
    """The teams whose figures the person may see: id and name."""
    cls: Any = records.Team
    query = select(cls.id, cls.name).where(cls.deleted_at.is_(None)).order_by(cls.id)
    if world.crm.level(world.actor.role, "opportunity", "view") != "all":
        query = query.where(cls.id.in_(world.actor.teams))
    return [(row.id, row.name) for row in world.tx.connection.execute(query)]


def owned_by(world: World, whose: Whose, cls: Any) -> ColumnElement[bool]:
    """The condition that a record is theirs."""
    if whose.kind == "all":
        return true()
    if whose.kind == "user":
        return cls.owner_id == whose.id  # type: ignore[no-any-return]
    return cls.team_id.in_(teams_below(world.tx, whose.id))  # type: ignore[no-any-return]


def people_of(world: World, whose: Whose) -> list[Whose]:
    """The reps behind the figures of a team, in the order in which they came; [] for a person."""
    if whose.kind == "user":
        return []
    cls: Any = records.User
    query = select(cls.id, cls.name).where(cls.deleted_at.is_(None), cls.active, cls.role == "rep").order_by(cls.id)
    if whose.kind == "team":
        query = query.where(cls.team_id.in_(teams_below(world.tx, whose.id)))
    return [Whose("user", row.id, row.name) for row in world.tx.connection.execute(query)]


def parts_of(world: World, whose: Whose) -> list[Whose]:
    """The teams right below a team, and who is in none of them; of everybody the teams that are below none. [] for a
    person."""
    if whose.kind == "user":
        return []
    cls: Any = records.Team
    above = cls.parent_id == whose.id if whose.kind == "team" else cls.parent_id.is_(None)
    query = select(cls.id, cls.name).where(cls.deleted_at.is_(None), above).order_by(cls.id)
    teams = [Whose("team", row.id, row.name) for row in world.tx.connection.execute(query)]
    within = {person.id for team in teams for person in people_of(world, team)}
    return [*teams, *(person for person in people_of(world, whose) if person.id not in within)]


def user_as(world: World, user_id: int) -> Whose | None:
    """A colleague that the person may see."""
    found = names_of(world.tx, world.actor, world.crm, records.User, (user_id,))
    return Whose("user", user_id, found[0].name) if found else None


def _team(world: World, team_id: int) -> Whose:
    cls: Any = records.Team
    name = world.tx.connection.execute(select(cls.name).where(cls.id == team_id)).scalar_one()
    return Whose("team", team_id, name)
