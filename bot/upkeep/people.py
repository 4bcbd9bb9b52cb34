"""What an administrator says of colleagues in passing: 「来了个销售叫小赵，在华东」, 「韩梅调到华南」, 「华东有谁」,
「韩梅是什么角色」.

A message counts when it is nothing but such cues, names, roles and words without weight.
"""

import re
from itertools import groupby

from sqlalchemy import select

from bot.dialogs.reply import Reply
from bot.errors import InvalidValue
from bot.flows.shared import saved
from bot.people.places import zone_at
from bot.rules import staff
from bot.rules.colleagues import Colleague, colleagues_in
from bot.talk.cues import Span, cues_in, pieces
from bot.upkeep.hearing import LAST, require_admin
from bot.upkeep.hiring import welcome
from bot.upkeep.staffing import MARKS, role_label, role_names, what_of, with_teams
from bot.world import World
from config.catalog import any_of
from config.crm import Crm
from nlu.folding import fold
from storage import records

MAX_CHARS, MAX_NAME = 60, 30
_APART = re.compile(r"[，,、；;]")
CUES = ("hire", "move", "who", "is")


def asked(world: World, text: str) -> Reply | None:
    """What was asked for, done; None for any other message. Raises NotAllowed, InvalidValue."""
    if len(text) > MAX_CHARS:
        return None
    words = world.words
    cues = cues_in(words, "upkeep.people", CUES, fold(text))
    names = {name for name, _span in cues}
    if not names:
        return None
    require_admin(world)
    named = with_teams(world, text, colleagues_in(world.tx, world.actor, world.crm, text))
    role, at = _role_in(world.crm, text, [(one.start, one.end) for one in named])
    spans = [*(span for _name, span in cues), *((one.start, one.end) for one in named), *at]
    spans += [(value.start, value.end) for value in world.understand(text).values if value.is_time]
    parts = (part for piece in pieces(words, "upkeep.people.fillers", text, spans) for part in _APART.split(piece))
    rest = [part.strip(MARKS) for part in parts if part.strip(MARKS)]
    users = [one for one in named if one.kind == "user"]
    team = next((one for one in named if one.kind == "team"), None)
    if "who" in names and not rest and not users:
        return listed(world, team, role)
    if "is" in names and len(users) == 1 and not rest:
        return what_is(world, users[0])
    if team and world.words.pattern("matter.lead").search(text):
        return None  # who comes to lead a team does not only go there
    if rest and world.words.pattern("matter.zone").search(text) and zone_at(rest[0]) is not None:
        return None  # they moved house
    if "move" in names and len(users) == 1 and len(rest) <= 1:
        return moved(world, users[0], team, role, rest)
    if "hire" in names and role and not users and len(rest) == 1 and may_be_name(world, rest[0]):
        return welcome(world, (rest[0],), role=role, team=team.name if team else None)
    return None


def may_be_name(world: World, said: str) -> bool:
    return len(said) <= MAX_NAME and fold(said) not in map(fold, world.words.words("upkeep.people.no_name"))


def moved(world: World, user: Colleague, team: Colleague | None, role: str, rest: list[str]) -> Reply | None:
    """Another team or another role. Raises InvalidValue where the team is unknown."""
    if rest and not team and not role:
        raise InvalidValue("cli.error.no_team", name=rest[0])
    if rest or not (team or role):
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


def _role_in(crm: Crm, text: str, taken: list[Span]) -> tuple[str, list[Span]]:
    """The role that a text names outside of names, and where."""
    names = role_names(crm)
    for found in any_of(names).finditer(fold(text)):
        if not any(start < found.end() and found.start() < end for start, end in taken):
            return names[found.group()], [found.span()]
    return "", []
