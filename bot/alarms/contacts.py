"""When customers were last heard, and what is planned: only what goes both ways counts."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import and_, or_, select

from bot.alarms.tempo import gaps
from bot.forecast.lives import day_number
from bot.rules.access import visible
from bot.world import World
from storage import records

TWO_WAY = ("visit", "call", "email", "meeting", "chat")
MANY_WON = 300  # won deals, the newest, that a stage's tempo is learnt from


@dataclass(slots=True)
class Heard:
    """The contacts with one customer: (day, deal or None), and the planned ones ahead as (deal or None)."""

    contacts: list[tuple[float, int | None]] = field(default_factory=list)
    plans: list[int | None] = field(default_factory=list)

    def last_about(self, deal: int) -> float | None:
        """The day of the last contact about the deal, or about nothing in particular."""
        return max((day for day, about in self.contacts if about in (deal, None)), default=None)

    def has_plan(self, deal: int) -> bool:
        return any(about in (deal, None) for about in self.plans)

    @property
    def gaps(self) -> list[float]:
        return gaps([day for day, _about in self.contacts])


def heard_of(world: World, customers: Collection[int]) -> dict[int, Heard]:
    """What is known of contacts with each of the customers, as far as the person may see."""
    found = {customer: Heard() for customer in customers}
    cls: Any = records.FollowUp
    query = select(
        cls.customer_id, cls.opportunity_id, cls.contact_id, cls.channel, cls.occurred_at, cls.next_follow_up_at
    ).where(visible(world.actor, world.crm, cls))
    for piece in _pieces(customers):
        for row in world.tx.connection.execute(query.where(cls.customer_id.in_(piece))):
            heard = found[row.customer_id]
            if row.contact_id is not None and row.channel in TWO_WAY:
                heard.contacts.append((day_number(row.occurred_at), row.opportunity_id))
            if row.next_follow_up_at is not None and row.next_follow_up_at > world.now:
                heard.plans.append(row.opportunity_id)
    _add_reminders(world, found)
    return found


def _add_reminders(world: World, found: dict[int, Heard]) -> None:
    """A reminder ahead is a plan as well, whoever set it."""
    cls: Any = records.Reminder
    about = select(cls.about_kind, cls.about_id).where(
        cls.deleted_at.is_(None), cls.status == "pending", cls.remind_at > world.now, cls.about_kind.is_not(None)
    )
    deal: Any = records.Opportunity
    deals = {}
    rows = world.tx.connection.execute(about).all()
    for piece in _pieces([row.about_id for row in rows if row.about_kind == "opportunity"]):
        of = select(deal.id, deal.customer_id).where(deal.id.in_(piece))
        deals.update({row.id: row.customer_id for row in world.tx.connection.execute(of)})
    for row in rows:
        customer = row.about_id if row.about_kind == "customer" else deals.get(row.about_id)
        if customer in found and row.about_kind in ("customer", "opportunity"):
            found[customer].plans.append(row.about_id if row.about_kind == "opportunity" else None)


def won_gaps(world: World, stays: Mapping[int, Sequence[tuple[float, float, int]]]) -> dict[int, list[float]]:
    """The days between contacts about won deals, by the stage in which they were. ``stays``: (from, to, stage)."""
    cls: Any = records.FollowUp
    found: dict[int, list[float]] = {}
    heard: dict[int, list[float]] = {}
    query = select(cls.opportunity_id, cls.occurred_at).where(
        and_(visible(world.actor, world.crm, cls), cls.contact_id.is_not(None)),
        or_(*(cls.channel == channel for channel in TWO_WAY)),
    )
    for piece in _pieces(sorted(stays, reverse=True)[:MANY_WON]):
        for row in world.tx.connection.execute(query.where(cls.opportunity_id.in_(piece))):
            heard.setdefault(row.opportunity_id, []).append(day_number(row.occurred_at))
    for deal, days in heard.items():
        for since, until, stage in stays[deal]:
            found.setdefault(stage, []).extend(gaps([day for day in days if since <= day <= until]))
    return found


def _pieces(ids: Collection[int], size: int = 500) -> list[list[int]]:
    """In pieces that every engine takes as parameters."""
    ordered = list(ids)
    return [ordered[start : start + size] for start in range(0, len(ordered), size)]
