"""Teams, as an administrator asks after them: which there are, who leads one, two that become one."""

from sqlalchemy import func, select

from bot.dialogs.model import Reply
from bot.errors import InvalidValue
from bot.flows.shared import saved
from bot.rules import staff
from bot.upkeep.matters import Said
from bot.world import World
from storage import records


def listed(world: World, said: Said) -> Reply | None:
    """All teams with their heads and how many work there, each below the one it belongs to."""
    if said.users:
        return None
    words, cls, user = world.words, records.Team, records.User
    teams = list(world.session.scalars(select(cls).where(cls.deleted_at.is_(None)).order_by(cls.id)))
    working = select(user.team_id, func.count()).where(user.deleted_at.is_(None), user.active).group_by(user.team_id)
    counts: dict[int | None, int] = {row[0]: row[1] for row in world.session.execute(working)}
    lines: list[str] = []

    def below(parent: int | None, depth: int) -> None:
        for team in teams:
            if team.parent_id == parent:
                key = "matter.team_led" if team.manager is not None else "matter.team"
                facts = {"manager": team.manager.name} if team.manager is not None else {}
                lines.append("　" * depth + words.say(key, team=team.name, count=counts.get(team.id, 0), **facts))
                below(team.id, depth + 1)

    below(None, 0)
    return Reply("\n".join([words.say("matter.teams_head", count=len(teams)), *lines]))


def leads(world: World, said: Said) -> Reply | None:
    """Who leads the team that is named, or that of the colleague who is."""
    if len(said.teams) == 1 and not said.users:
        team = staff.team_named(world.session, said.teams[0].name)
    elif said.user is not None and len(said.users) == 1:
        found = staff.user_named(world.session, f"U-{said.user.id}").team
        if found is None:
            return None
        team = found
    else:
        return None
    key = "upkeep.team.leader_is" if team.manager is not None else "upkeep.team.no_leader"
    return Reply(world.words.say(key, team=team.name, name=team.manager.name if team.manager else ""))


def merge(world: World, said: Said) -> Reply | None:
    """The first team's people go to the second; it stays below that one, empty, so that what it owned is seen from
    there. Raises InvalidValue."""
    if len(said.teams) != 2 or said.users:
        return None
    session = world.session
    one, into = (staff.team_named(session, team.name) for team in said.teams)
    above = into
    while above is not None:
        if above.id == one.id:
            raise InvalidValue("matter.is_below", team=one.name, into=into.name)
        above = above.parent  # type: ignore[assignment]
    user = records.User
    moving = list(session.scalars(select(user).where(user.team_id == one.id, user.deleted_at.is_(None))))
    one.manager = None
    session.flush()  # a head belongs to a team, and a team to its head: the store can only do one after the other
    for person in moving:
        person.team = into
    session.flush()
    one.parent = into
    session.flush()
    gives = world.words.say("matter.merge_gives", team=one.name, into=into.name)
    merged = world.words.say("matter.merged", team=one.name, into=into.name, count=len(moving))
    return saved(world, merged, gives=gives).reply
