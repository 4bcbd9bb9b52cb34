"""Whose records a list is about: one's own, a colleague's, a team's."""

from typing import Any

from sqlalchemy import ColumnElement, select

from bot.rules.access import teams_below
from bot.world import World
from nlu.names import normalise
from storage import records


def owned_by(world: World, cls: Any, said: str) -> "ColumnElement[bool] | None":
    """The records that belong to whom a word names, a colleague or a team with its sub-teams; None for nobody."""
    found = world.find("user", said, {})
    if found.is_sure and found.matches:
        return cls.owner_id.in_([match.id for match in found.matches])  # type: ignore[no-any-return]
    team = _team(world, said)
    return None if team is None else cls.team_id.in_(teams_below(world.tx, team))


def _team(world: World, said: str) -> int | None:
    """The team of this name; 「华东区」 and "East team" are 华东 and East."""
    wanted = normalise(said)
    for word in world.words.words("list.team_words"):
        wanted = wanted.removesuffix(normalise(word))
    teams = world.session.execute(select(records.Team.id, records.Team.name).where(records.Team.deleted_at.is_(None)))
    return next((row.id for row in teams if normalise(row.name) == wanted), None)
