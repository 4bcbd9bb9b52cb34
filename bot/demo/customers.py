"""The customers of each rep, and the people to talk to there."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product
from typing import Any

from bot.demo.company import Company, Rep
from bot.demo.scene import Scene
from nlu.names import normalise, pinyin
from storage import records


@dataclass(frozen=True, slots=True)
class Customer:
    """``contacts``: the people there. ``tempo``: how seldom they are spoken with, 1 = as most;
    ``since``: when they were entered."""

    id: int
    name: str
    rep: Rep
    contacts: tuple[int, ...]
    tempo: float
    since: datetime


def win_customers(scene: Scene, company: Company, *, each: int) -> dict[int, list[Customer]]:
    """So many customers for each rep, by the rep's id."""
    names = _names(scene, len(company.reps) * each)
    found: dict[int, list[Customer]] = {}
    for number, (name, industry) in enumerate(names):
        rep = company.reps[number % len(company.reps)]
        found.setdefault(rep.id, []).append(_customer(scene, rep, name, industry, number))
    return found


def _names(scene: Scene, count: int) -> list[tuple[str, str]]:
    """So many different names of companies, each with its industry's code."""
    words = scene.words["companies"]
    parts = list(product(words["second"], words["first"], words["trades"]))
    scene.chance.shuffle(parts)
    found = []
    for number in range(count):
        round_, place = divmod(number, len(parts))
        second, first, trade = parts[place]
        first = first if not round_ else f"{first}{round_ + 1}"
        found.append((words["name"].format(first=first, second=second, trade=trade["name"]), trade["industry"]))
    return found


def _customer(scene: Scene, rep: Rep, name: str, industry: str, number: int) -> Customer:
    is_old = scene.chance.random() < 0.7  # most have been there from the start, others were won on the way
    days = 120 if is_old else (scene.now - scene.begin).days
    at = scene.at_work(scene.begin + timedelta(days=scene.chance.uniform(0, days - 5)))
    chance, words = scene.chance, scene.words["companies"]
    domain = _domain(name, number)
    facts = {
        "name": name,
        "name_key": normalise(name),
        "industry": scene.crm.label("industries", industry, scene.language),
        "size": scene.crm.label("sizes", chance.choice(scene.crm.codes("sizes")), scene.language),
        "address": words["address"].format(city=chance.choice(words["cities"]), number=chance.randrange(1, 400)),
        "source": chance.choice(words["sources"]),
        "phones": [_phone(scene, 1, number)],
        "emails": [f"info@{domain}"],
        "owner_id": rep.id,
        "team_id": rep.team_id,
    }
    customer = scene.loader.add(records.Customer, at, rep.id, facts)
    count = chance.choice((1, 1, 2, 3))
    people = tuple(_contact(scene, facts | {"id": customer}, number * 3 + place, domain, at) for place in range(count))
    return Customer(customer, name, rep, people, chance.lognormvariate(0, 0.4), at)


def _domain(name: str, number: int) -> str:
    latin = "".join(letter for letter in pinyin(name) or name.casefold() if letter.isascii() and letter.isalnum())
    return f"{latin[:12]}{number}.example"


def _contact(scene: Scene, customer: dict[str, Any], number: int, domain: str, at: datetime) -> int:
    chance, people = scene.chance, scene.words["people"]
    surname, given = chance.choice(people["surnames"]), chance.choice(people["given"])
    place = chance.randrange(len(people["positions"]))
    facts = {
        "name": people["called"].format(surname=surname, given=given),
        "customer_id": customer["id"],
        "title": people["titled"].format(surname=surname, given=given),
        "position": people["positions"][place],
        "department": people["departments"][place],
        "decision_role": people["decision_roles"][place],
        "phones": [_phone(scene, 2, number)],
        "emails": [f"p{number}@{domain}"],
        "owner_id": customer["owner_id"],
        "team_id": customer["team_id"],
    }
    return scene.loader.add(records.Contact, at, customer["owner_id"], facts)


def _phone(scene: Scene, block: int, number: int) -> str:
    """A number that nobody has: 555-01xx is kept for examples; in China so many zeros are not given out."""
    if scene.language == "zh":
        return f"+86139{block}000{number % 10_000:04}"
    return f"+1{200 + block * 300 + number // 100 % 300}55501{number % 100:02}"
