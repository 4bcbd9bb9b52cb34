"""An administrator brings people and teams in by chat: 「加一个用户 张三，销售，华东」, 「新建团队 上海组，上级华东」,
and several at once: one a line, or 「张三、李四，都是销售，华东」."""

import re
from collections.abc import Callable
from typing import Any

from bot.dialogs.reply import Reply
from bot.errors import InvalidValue, NotAllowed
from bot.flows.shared import saved
from bot.rules import staff
from bot.rules.colleagues import colleagues_in
from bot.rules.people import CODE_FOR, make_code
from bot.talk.phrases import gaps_of
from bot.upkeep.hearing import LAST, require_admin
from bot.upkeep.staffing import BETWEEN, MARKS, role_names, team_called, what_of, with_teams, without_word
from bot.world import World
from config.catalog import any_of
from nlu.folding import fold
from storage import records

_ENTRIES = re.compile(r"[\n；;]")
_SENTENCE = re.compile(
    r"[，,]\s*(?:and )?|\s{2,}|\s+(?=[一-鿿])|(?<=[一-鿿])\s+"
)  # parts one person from what is said of them


def add_user(world: World, said: str) -> Reply:
    """A new colleague, and the code with which they let themselves in. Raises NotAllowed, InvalidValue."""
    require_admin(world)
    name, *rest = [part.strip(MARKS) for part in BETWEEN.split(said.strip(MARKS)) if part.strip(MARKS)] or [""]
    return welcome(world, (name,), **_facts(world, rest))


def add_users(world: World, said: str) -> Reply | None:
    """Several colleagues, one a line or an entry, or all of one kind; each with a code. Raises NotAllowed,
    InvalidValue, and then none of them is added."""
    require_admin(world)
    people = _people(world, said)
    return _told(world, [user for names, facts in people for user in _created(world, names, **facts)])


def add_some(world: World, said: str) -> Reply | None:
    """「加三个销售：…」; None where what is counted is neither a role nor a team, 「加三个字段」."""
    counted, colon, _rest = re.sub("：", ":", said).partition(":")
    is_people = bool(colon) and all(_is_fact(world, part) for part in _counted(world, counted))
    return add_users(world, said) if is_people else None


def _people(world: World, said: str) -> list[tuple[tuple[str, ...], dict[str, Any]]]:
    """Names with what is said of them. What stands before a colon is said of all of one entry."""
    people = []
    for entry in filter(None, (part.strip(MARKS) for part in _ENTRIES.split(said))):
        counted, colon, named = re.sub("：", ":", entry).partition(":")
        parts = [part.strip(MARKS) for part in _SENTENCE.split(named if colon else entry) if part.strip(MARKS)]
        count = next((n for n, part in enumerate(parts) if n and _is_fact(world, part)), len(parts))
        names = tuple(name for part in parts[:count] for name in split_names(world, part))
        people.append((names, _facts(world, [*(_counted(world, counted) if colon else ()), *parts[count:]])))
    return people


def _counted(world: World, said: str) -> list[str]:
    """「销售」, "reps to East", as its parts."""
    apart = "|".join(map(re.escape, world.words.words("upkeep.people.to")))
    parts = (part.strip(MARKS) for part in re.split(f"{apart}|[，,]", said))
    return [part for part in parts if part and fold(part) not in world.words.words("upkeep.people.fillers")]


def split_names(world: World, said: str) -> tuple[str, ...]:
    """「张三、李四和王五」, "Zoe and Ben", as names."""
    apart = "|".join(map(re.escape, world.words.words("upkeep.people.and")))
    return tuple(filter(None, (name.strip(MARKS) for name in re.split(apart, said))))


def _is_fact(world: World, said: str) -> bool:
    """Is it a role or a team, there or not, and no name?"""
    try:
        return bool(_facts(world, [said]))
    except InvalidValue:
        return without_word(world, said) != said


def _facts(world: World, parts: list[str]) -> dict[str, Any]:
    """What is said of a newcomer: the role, the team, and whether they lead it. Raises InvalidValue."""
    facts: dict[str, Any] = {"role": "rep", "team": None, "leads": False}
    roles, leads = role_names(world.crm), world.words.words("upkeep.people.leads")
    for said in parts:
        part = world.words.pattern("upkeep.people.all_of").sub("", said).strip(MARKS)
        role = roles.get(fold(part)) or roles.get(fold(part).removesuffix("s"))
        if role:
            facts["role"] = role
        elif fold(part) in leads:
            facts |= {"leads": True, "role": "manager"}
        else:
            named = with_teams(world, part, colleagues_in(world.tx, world.actor, world.crm, part))
            team = next((one.name for one in named if one.kind == "team"), None)
            facts["team"] = team or team_called(world, part)
            within = any_of(roles).search(fold(part)) if team is not None else None
            facts["role"] = roles[within.group()] if within is not None else facts["role"]
    return facts


def welcome(world: World, names: tuple[str, ...], *, role: str | None, team: str | None, leads: bool = False) -> Reply:
    """Create the users, and tell the codes with which they let themselves in. Raises NotAllowed, InvalidValue."""
    return _told(world, _created(world, names, role=role, team=team, leads=leads))


def _created(
    world: World, names: tuple[str, ...], *, role: str | None, team: str | None, leads: bool
) -> "list[records.User]":
    if not world.is_private:
        raise NotAllowed("people.only_private")  # each code is for one person
    facts = {"role": role, "team": team, "language": world.words.language}
    return [
        staff.add_user(world.session, world.crm, _bare(name), facts=facts, accounts={}, manages=leads)
        for name in names or ("",)
    ]


def _bare(name: str) -> str:
    """ "starter: Bea Larkin" is called Bea Larkin."""
    return re.split("[:：]", name)[-1].strip(MARKS)


def _told(world: World, users: "list[records.User]") -> Reply:
    words = world.words
    codes = [(user, make_code(world.session, user, now=world.now)) for user in users]
    if len(codes) == 1:
        ((user, code),) = codes
        world.focus[LAST] = user.id
        gives = words.say("people.code", code=code, name=user.name, days=CODE_FOR.days)
        return saved(
            world, words.say("upkeep.user_added", name=user.name, what=what_of(world, user)), gives=gives
        ).reply
    lines = [words.say("upkeep.code", name=user.name, what=what_of(world, user), code=code) for user, code in codes]
    gives = "\n".join([*lines, words.say("upkeep.codes_for", days=CODE_FOR.days)])
    return saved(world, words.say("upkeep.users_added", count=len(codes)), gives=gives).reply


def add_team(world: World, said: str) -> Reply:
    """A new team, under another where that is said. Raises NotAllowed, InvalidValue."""
    return _teams(world, said, lambda name: (name,))


def add_teams(world: World, said: str) -> Reply:
    """Several new teams, all under another where that is said. Raises NotAllowed, InvalidValue."""
    return _teams(world, said, lambda names: split_names(world, names))


def _teams(world: World, said: str, names_in: Callable[[str], tuple[str, ...]]) -> Reply:
    require_admin(world)
    gaps = gaps_of(world.words, "upkeep.team.under", said) or {"name": said}
    parent = team_called(world, gaps["team"].strip(MARKS)) if "team" in gaps else None
    teams = [staff.add_team(world.session, name, parent) for name in names_in(gaps["name"].strip(MARKS))]
    key = "upkeep.team_added_under" if parent else "upkeep.team_added"
    return saved(world, *(world.words.say(key, name=team.name, parent=parent or "") for team in teams)).reply
