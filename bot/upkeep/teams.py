"""An administrator sees to teams: 「华南改名为南区」, 「删除华南团队」."""

from bot.dialogs.reply import Reply
from bot.errors import InvalidValue
from bot.flows.shared import saved
from bot.rules import staff
from bot.talk.phrases import gaps_of
from bot.upkeep.hearing import require_admin
from bot.upkeep.staffing import MARKS, team_called, what_of, without_word
from bot.world import World
from storage import records

MAX_CHARS = 60
MANAGER = "manager"


def asked(world: World, text: str) -> Reply | None:
    """What was asked for, done; None where no team of the name is there. Raises NotAllowed, InvalidValue."""
    if len(text) > MAX_CHARS:
        return None
    for key, act in (("rename", _rename), ("remove", _remove)):
        gaps = gaps_of(world.words, f"upkeep.team.{key}", text)
        team = _team(world, gaps["team"]) if gaps is not None else None
        if gaps is not None and team is not None:
            require_admin(world)
            return act(world, team, gaps)
    return None


def _team(world: World, said: str) -> "records.Team | None":
    try:
        return staff.team_named(world.session, team_called(world, said.strip(MARKS)))
    except InvalidValue:
        return None


def _rename(world: World, team: "records.Team", gaps: dict[str, str]) -> Reply:
    old, new = team.name, gaps["new"].strip(MARKS)
    staff.rename_team(world.session, team, without_word(world, new) or new)
    return saved(world, world.words.say("upkeep.team.renamed", old=old, name=team.name)).reply


def _remove(world: World, team: "records.Team", gaps: dict[str, str]) -> Reply:
    staff.remove_team(world.session, team, world.now)
    return saved(world, world.words.say("upkeep.team.removed", name=team.name)).reply


def leads_now(world: World, team: "records.Team", user: "records.User") -> Reply:
    """From now on the colleague leads the team."""
    facts = {"role": MANAGER if user.role == "rep" else None, "team": team.name}
    staff.set_user(world.session, world.crm, user, facts=facts, accounts={}, manages=True)
    return saved(world, world.words.say("upkeep.team.leads", name=user.name, what=what_of(world, user))).reply


def leader_of(world: World, team: "records.Team") -> Reply:
    """Who leads the team, or that nobody does yet."""
    key = "upkeep.team.leader_is" if team.manager is not None else "upkeep.team.no_leader"
    return Reply(world.words.say(key, team=team.name, name=team.manager.name if team.manager else ""))
