"""How a deal lives: it waits in each stage, moves on, back or away, its amount and its date change on the way."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from bot.demo.customers import Customer
from bot.demo.scene import Scene
from config.types import Money
from storage import records, search

# Stage → (median days in it, chance to go on, chance to fall back); what is left is lost. The stages of crm.toml.
WAYS = {
    "initial_contact": (11.0, 0.74, 0.0),
    "needs_analysis": (15.0, 0.70, 0.03),
    "proposal": (18.0, 0.60, 0.05),
    "negotiation": (13.0, 0.74, 0.05),
}
ORDER = (*WAYS, "won")
SPREAD = 0.7  # of the logarithm of the days
STALLS = 0.07  # so many deals fall asleep in a stage, and are given up long after
SLEEP = 110.0
# Why deals are lost: places in the list of crm.toml are too many to name here, so only the likely ones.
REASONS = ("price", "price", "competitor", "competitor", "no_budget", "no_need", "timing", "other")


@dataclass(slots=True)
class Deal:
    """A deal as it now is. ``moves``: when it came into which stage; ``quiet_since``: when it fell asleep, or None."""

    customer: Customer
    product: dict[str, Any]
    begun: datetime
    amount: Money
    expected: date
    stage: str = "initial_contact"
    closed: datetime | None = None
    reason: str | None = None
    quiet_since: datetime | None = None
    moves: list[tuple[datetime, str]] = field(default_factory=list)
    changes: list[tuple[datetime, dict[str, Any]]] = field(default_factory=list)
    id: int = 0

    def set(self, at: datetime, **new: Any) -> None:
        """Change facts at a moment, as the trail tells it."""
        told: dict[str, Any] = {}
        for key, value in new.items():
            old = getattr(self, _KEPT_AS[key])
            setattr(self, _KEPT_AS[key], value)
            if key == "amount":
                told["amount_minor"] = [old.to_minor(), value.to_minor()]
            elif key == "closed_on":
                told[key] = [None, value.date().isoformat()]
            else:
                told[key] = [str(old) if old else None, str(value)]
        if self.changes and self.changes[-1][0] == at:
            before = self.changes[-1][1]
            before.update({key: [before.get(key, change)[0], change[1]] for key, change in told.items()})
        else:
            self.changes.append((at, told))


_KEPT_AS = {
    "stage": "stage", "amount": "amount", "expected_close": "expected", "closed_on": "closed", "lost_reason": "reason",
}  # fmt: skip


def begin_deals(scene: Scene, customers: dict[int, list[Customer]], *, each: int) -> Iterator[Deal]:
    """About so many deals for each rep over the whole time, a few more of late; in the order in which they began."""
    span = (scene.now - scene.begin).total_seconds()
    begun: list[tuple[datetime, int, Customer]] = []
    for theirs in customers.values():
        own = sorted(theirs, key=lambda customer: customer.since)
        since = [customer.since for customer in own]
        for _ in range(round(scene.chance.gauss(each, each**0.5))):
            at = scene.at_work(scene.begin + timedelta(seconds=span * scene.chance.random() ** 0.9))
            known = max(1, bisect_right(since, at))  # nobody has a deal with a customer who is still to come
            customer = own[scene.chance.randrange(known)]
            begun.append((max(at, customer.since), len(begun), customer))
    begun.sort()
    yield from (live(scene, customer, at) for at, _number, customer in begun if at < scene.now)


def live(scene: Scene, customer: Customer, begun: datetime) -> Deal:
    """A deal from its first day until it is closed, or until now."""
    chance, rep = scene.chance, customer.rep
    product = chance.choice(scene.words["products"]["list"])
    currency = scene.currencies[_currency(scene, rep.currency)]
    amount = scene.money(product["price"] * chance.lognormvariate(0, 0.55), currency)
    usual = sum(way[0] for way in WAYS.values()) * chance.uniform(0.8, 1.6)
    deal = Deal(customer, product, begun, amount, _end_of_week(begun.date() + timedelta(days=usual)))
    deal.moves.append((begun, deal.stage))
    at = begun
    while deal.closed is None:
        median, on, back = WAYS[deal.stage]
        stays = chance.lognormvariate(0, SPREAD) * median * rep.tempo
        sleeps = chance.random() < STALLS
        leaves = scene.at_work(at + timedelta(days=stays + sleeps * (SLEEP + stays)))
        if sleeps:
            deal.quiet_since = at + timedelta(days=min(stays, 12))
        _put_off(scene, deal, min(leaves, scene.now), keeps=0.35 if sleeps else 0.8)
        if leaves >= scene.now:
            break
        deal.quiet_since = None
        _leave(scene, deal, leaves, chances=(0.0 if sleeps else on * rep.skill, back))
        at = leaves
    return deal


def _currency(scene: Scene, usual: int) -> int:
    """The place of a deal's currency: the team's own, sometimes another."""
    roll = scene.chance.random()
    if usual == 1:
        return 0 if roll < 0.96 else 1
    return 1 if roll < 0.7 else 2


def _end_of_week(day: date) -> date:
    return day + timedelta(days=4 - day.weekday())


def _put_off(scene: Scene, deal: Deal, until: datetime, *, keeps: float) -> None:
    """A date that goes by is moved, by those who keep their deals; others leave it in the past."""
    while (day := datetime.combine(deal.expected, deal.begun.timetz()) + timedelta(days=3)) < until:
        if scene.chance.random() > keeps:
            return
        later = _end_of_week(day.date() + timedelta(days=scene.chance.uniform(10, 45)))
        deal.set(min(max(scene.at_work(day), deal.moves[-1][0]), until), expected_close=later)


def _leave(scene: Scene, deal: Deal, at: datetime, *, chances: tuple[float, float]) -> None:
    """Out of the stage: on, back, or lost."""
    chance, (on, back) = scene.chance, chances
    roll, place = chance.random(), ORDER.index(deal.stage)
    if roll < on:
        deal.set(at, stage=ORDER[place + 1])
        _reckon(scene, deal, at)
    elif roll < on + back:
        deal.set(at, stage=ORDER[place - 1])
    else:
        reason = "no_response" if on == 0 else chance.choice(REASONS)
        label = scene.crm.label("lost_reasons", reason, scene.language)
        deal.set(at, stage="lost", closed_on=at, lost_reason=label)
    deal.moves.append((at, deal.stage))


def _reckon(scene: Scene, deal: Deal, at: datetime) -> None:
    """What changes beside the stage: the amount once there is a proposal, the date, the end."""
    chance = scene.chance
    if deal.stage == "won":
        if chance.random() < 0.3:
            deal.set(at, amount=scene.money(scene.worth(deal.amount) * chance.uniform(0.88, 0.99), _code(deal)))
        deal.set(at, closed_on=at)
    elif deal.stage == "proposal" and chance.random() < 0.5:
        deal.set(at, amount=scene.money(scene.worth(deal.amount) * chance.lognormvariate(0, 0.2), _code(deal)))
    elif chance.random() < 0.4:
        left = sum(WAYS[stage][0] for stage in ORDER[ORDER.index(deal.stage) : -1]) * chance.uniform(0.7, 1.4)
        deal.set(at, expected_close=_end_of_week(at.date() + timedelta(days=left + 3)))


def _code(deal: Deal) -> str:
    return deal.amount.currency or ""


def store(scene: Scene, deal: Deal, forms: dict[str, search.Forms | None]) -> None:
    """Write the deal with its history; it has its id then."""
    rep, chance = deal.customer.rep, scene.chance
    is_open = deal.closed is None
    name = deal.product["name"] + chance.choice(scene.words["products"]["phases"])
    first = {key: change[0] for _at, told in reversed(deal.changes) for key, change in told.items()}
    if "expected_close" in first:
        first["expected_close"] = date.fromisoformat(first["expected_close"])
    facts = {
        "name": name,
        "customer_id": deal.customer.id,
        "contact_id": deal.customer.contacts[0],
        "stage": deal.stage,
        "amount_minor": deal.amount.to_minor(),
        "amount_currency": deal.amount.currency,
        "expected_close": deal.expected,
        "product": deal.product["name"],
        "next_step": scene.pick("products", "next_steps") if is_open and chance.random() < 0.75 else None,
        "competitor": scene.pick("companies", "competitors") if chance.random() < 0.25 else None,
        "lost_reason": deal.reason,
        "closed_on": deal.closed.date() if deal.closed else None,
        "owner_id": rep.id,
        "team_id": rep.team_id,
    }
    if deal.reason == scene.crm.label("lost_reasons", "competitor", scene.language):
        rivals = scene.words["companies"]["competitors"]
        facts["competitor"] = facts["competitor"] or rivals[deal.customer.id % len(rivals)]
    if name not in forms:
        forms[name] = scene.loader.forms_of(records.Opportunity(name=name))
    touched = deal.changes[-1][0] if deal.changes else deal.begun
    deal.id = scene.loader.add(
        records.Opportunity, deal.begun, rep.id, facts, first=first, changed_at=touched, forms=forms[name]
    )
    for at, told in deal.changes:
        scene.loader.note("opportunity", deal.id, at, rep.id, told)
