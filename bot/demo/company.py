"""The people of the company: teams, managers, reps, service, finance, an administrator; and the exchange rates."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import update

from bot.demo.scene import WORTH, Scene, at_nine, zone_of
from storage import records
from storage.database import Tx


@dataclass(frozen=True, slots=True)
class Rep:
    """A rep. ``skill``: how much better than others at winning; ``tempo``: how slow, 1 = as most."""

    id: int
    team_id: int
    name: str
    currency: int
    skill: float
    tempo: float


@dataclass(frozen=True, slots=True)
class Team:
    """A team; ``parent_id`` is None for one that stands alone."""

    id: int
    parent_id: int | None
    manager_id: int | None
    currency: int


@dataclass(frozen=True, slots=True)
class Company:
    teams: tuple[Team, ...]
    reps: tuple[Rep, ...]
    service: tuple[int, ...]
    finance: tuple[int, ...]
    admin: int
    to_try: tuple[str, ...]


def found(scene: Scene, tx: Tx, *, copies: int) -> Company:
    """The company's people; ``copies`` times the same teams, told apart by number."""
    people = scene.words["people"]
    office = {role: tuple(_user(scene, name, role, None) for name in people[role]) for role in _OFFICE}
    teams: list[Team] = []
    reps: list[Rep] = []
    by_name: dict[str, int] = {}
    managers: dict[int, int] = {}
    for number in range(1, copies + 1):
        for plan in scene.words["teams"]:
            team = _team(scene, plan, number, by_name)
            manager = (
                _user(scene, _name(scene, plan["manager"], number), "manager", team) if "manager" in plan else None
            )
            if manager:
                managers[team] = manager
            parent = by_name.get(_name(scene, plan.get("parent", ""), number))
            teams.append(Team(team, parent, manager or managers.get(parent or 0), plan["currency"]))
            reps += [_rep(scene, plan, name, number, team) for name in plan["reps"]]
    _appoint(scene, tx, managers)
    first = scene.words["teams"][0]
    to_try = (first["reps"][0], first["manager"], people["service"][0])
    return Company(tuple(teams), tuple(reps), office["service"], office["finance"], office["admin"][0], to_try)


_OFFICE = ("service", "finance", "admin")


def _name(scene: Scene, name: str, number: int) -> str:
    return name if number == 1 else str(scene.words["people"]["another"].format(name=name, number=number))


def _team(scene: Scene, plan: dict[str, Any], number: int, by_name: dict[str, int]) -> int:
    name = _name(scene, plan["name"], number)
    parent = by_name.get(_name(scene, plan.get("parent", ""), number))
    by_name[name] = scene.loader.add(records.Team, scene.begin, None, {"name": name, "parent_id": parent})
    return by_name[name]


def _user(scene: Scene, name: str, role: str, team: int | None) -> int:
    """A colleague, with an account for trying the bot in a terminal."""
    facts = {"name": name, "role": role, "team_id": team, "language": scene.language}
    user = scene.loader.add(records.User, scene.begin, None, facts)
    account = {"platform": "console", "external_id": name, "user_id": user}
    scene.loader.add(records.Identity, scene.begin, None, account)
    return user


def _rep(scene: Scene, plan: dict[str, Any], name: str, number: int, team: int) -> Rep:
    whole = _name(scene, name, number)
    user = _user(scene, whole, "rep", team)
    skill, tempo = scene.chance.uniform(0.88, 1.12), scene.chance.uniform(0.85, 1.2)
    return Rep(user, team, whole, plan["currency"], skill, tempo)


def _appoint(scene: Scene, tx: Tx, managers: dict[int, int]) -> None:
    """Teams and users refer to each other: the managers are named once both are there."""
    for team, manager in managers.items():
        scene.loader.note("team", team, scene.begin, None, {"manager_id": [None, manager]})
    scene.loader.flush()
    for team, manager in managers.items():
        tx.connection.execute(update(records.Team).where(records.Team.id == team).values(manager_id=manager))


def set_rates(scene: Scene, company: Company) -> None:
    """What the other currencies were worth in the organisation's own, at the first of each month."""
    own, *others = scene.currencies
    level = {code: WORTH[code] / WORTH.get(own, 1.0) for code in others}
    year, month = scene.begin.year, scene.begin.month
    while (day := date(year, month, 1)) <= scene.now.date():
        for code in others:
            level[code] *= 1 + scene.chance.uniform(-0.012, 0.012)
            rate = Decimal(f"{level[code]:.4f}")
            facts = {"currency": code, "base": own, "rate": rate, "valid_on": day}
            at = at_nine(day, zone_of(scene.now))
            scene.loader.add(records.ExchangeRate, max(at, scene.begin), company.finance[0], facts)
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
