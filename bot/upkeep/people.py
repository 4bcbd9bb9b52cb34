"""What becomes of colleagues and what they are: another team or role, who uses the bot."""

from itertools import groupby

from sqlalchemy import select

from bot.dialogs.reply import Reply
from bot.errors import InvalidValue
from bot.flows.shared import saved
from bot.rules import staff
from bot.rules.colleagues import Colleague
from bot.upkeep.hearing import LAST
from bot.upkeep.staffing import role_label, what_of
from bot.world import World
from nlu.folding import fold
from storage import records

MAX_NAME = 30


def may_be_name(world: World, said: str) -> bool:
    return len(said) <= MAX_NAME and fold(said) not in map(fold, world.words.words("upkeep.people.no_name"))


def moved(world: World, user: Colleague, team: Colleague | None, role: str) -> Reply | None:
    """Another team or another role."""
    if not (team or role):
        return None
    if role and user.id == world.actor.user_id:
        raise InvalidValue("upkeep.people.not_yourself")
    record = staff.user_named(world.session, f"U-{user.id}")
    world.focus[LAST] = user.id
    facts = {"role": role or None, "team": team.name if team else None}
    staff.set_user(world.session, world.crm, record, facts=facts, accounts={})
    return saved(world, world.words.say("upkeep.user_changed", name=user.name, what=what_of(world, record))).reply


def what_is(world: World, user: Colleague) -> Reply:
    """What somebody is here."""
    record = staff.user_named(world.session, f"U-{user.id}")
    key = "upkeep.user_changed" if record.active else "upkeep.people.is_stopped"
    return Reply(world.words.say(key, name=user.name, what=what_of(world, record)))


def listed(world: World, team: Colleague | None, role: str) -> Reply:
    """Who uses the bot, team by team."""
    words, cls = world.words, records.User
    query = select(cls).where(cls.deleted_at.is_(None), cls.active).order_by(cls.team_id, cls.name)
    found = [
        user
        for user in world.session.scalars(query)
        if (team is None or user.team_id == team.id) and (not role or user.role == role)
    ]
    lines = [words.say("upkeep.people.head", count=len(found))]
    for _team, members in groupby(found, key=lambda user: user.team_id):
        users = list(members)
        name = users[0].team.name if users[0].team else words.say("upkeep.people.no_team")
        told = [words.say("upkeep.people.one", name=user.name, role=role_label(world, user.role)) for user in users]
        lines.append(words.say("upkeep.people.team", team=name, people=words.say("common.list_separator").join(told)))
    return Reply("\n".join(lines))
