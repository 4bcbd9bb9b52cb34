"""Teams, as an administrator asks after them: which there are, who leads one, two that become one."""

from sqlalchemy import func, inspect, select

from bot.dialogs.reply import Reply
from bot.errors import InvalidValue
from bot.flows.shared import saved
from bot.handover.book import clashing
from bot.rules import staff
from bot.upkeep.matters import Said
from bot.upkeep.staffing import MARKS
from bot.upkeep.teams import leader_of
from bot.world import World
from storage import records
from storage.many import set_all
from storage.records import all_records

MOST_NAMES = 5


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
    team = None
    if len(said.teams) == 1 and len(said.users) <= 1:
        team = staff.team_named(world.session, said.teams[0].name)
    elif said.user is not None and len(said.users) == 1:
        team = staff.user_named(world.session, f"U-{said.user.id}").team
    return leader_of(world, team) if team is not None else None


def merge(world: World, said: Said) -> Reply | None:
    """The first team's people, teams, groups and records go to the second, which may get a new name; the first is gone.

    Raises InvalidValue where a team would come below itself, or two customers of one name into one team.
    """
    if len(said.teams) != 2 or said.users:
        return None
    session, words = world.session, world.words
    one, into = (staff.team_named(session, team.name) for team in said.teams)
    above = into
    while above is not None:
        if above.id == one.id:
            raise InvalidValue("matter.is_below", team=one.name, into=into.name)
        above = above.parent  # type: ignore[assignment]
    customers = list(session.scalars(select(records.Customer.id).where(records.Customer.team_id == one.id)))
    clashes = clashing(world, customers, into.id)
    if clashes:
        names = words.say("common.and_separator").join(clash.name for clash in clashes[:MOST_NAMES])
        raise InvalidValue("matter.same_customers", names=names, team=one.name, into=into.name)
    count = session.scalar(
        select(func.count()).where(records.User.team_id == one.id, records.User.deleted_at.is_(None))
    )
    one.manager = None
    session.flush()  # a head belongs to a team, and a team to its head: the store can only do one after the other
    _all_to(world, one.id, into.id)
    one = staff.team_named(session, said.teams[0].name)
    into = staff.team_named(session, said.teams[1].name)
    one.deleted_at = world.now
    session.flush()
    merged = words.say("matter.merged", team=one.name, into=into.name, count=count)
    new = words.pattern("matter.merged_as").search(said.text)
    name = next(filter(None, new.groups())).strip(MARKS) if new is not None else ""
    if name and name != into.name:
        staff.rename_team(session, into, name)
        merged = words.say("matter.merged_called", merged=merged, name=name)
    return saved(world, merged, gives=words.say("matter.merge_gives", team=one.name)).reply


def _all_to(world: World, one: int, into: int) -> None:
    """Whatever belongs to a team, or is about it, belongs to the other."""
    for cls in all_records():
        for column in inspect(cls).columns:
            if any(key.column.table.name == "teams" for key in column.foreign_keys):
                found = list(world.session.scalars(select(cls.id).where(column == one)))
                set_all(world.tx, cls, found, {column.key: into})
    world.session.expire_all()
