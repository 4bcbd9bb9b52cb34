"""A team's week: what changed in its deals, and the seven counters of a sales brief."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, distinct, func, select

from bot.dialogs.show import show_day, show_money
from bot.rules.access import visible
from bot.world import World
from config.types import Money
from storage import records
from storage.tables import audit

ROWS = 4  # of each kind of change


@dataclass(slots=True)
class Changes:
    """The deals that changed, by what happened to them last."""

    new: "list[records.Opportunity]" = field(default_factory=list)
    moved: "list[records.Opportunity]" = field(default_factory=list)
    won: "list[records.Opportunity]" = field(default_factory=list)
    lost: "list[records.Opportunity]" = field(default_factory=list)
    slipped: "list[records.Opportunity]" = field(default_factory=list)
    stage_changes: int = 0


def weekly(world: World, since: datetime) -> str:
    """What changed since a moment; "" where nothing did."""
    changes = _changes(world, since)
    counters = _counters(world, since, changes.stage_changes)
    if not any(counters.values()) and not changes.slipped:
        return ""
    words = world.words
    today = world.now.date()
    first = show_day(since.astimezone(world.now.tzinfo).date(), words, today=today)
    lines = [words.say("digest.weekly", first=first, last=show_day(today, words, today=today), team=_whose(world))]
    for name in ("won", "lost", "new", "moved", "slipped"):
        lines += _part(world, name, getattr(changes, name))
    lines.append(words.say("digest.counters", **counters))
    return "\n".join(lines)


def _whose(world: World) -> str:
    team = world.tx.session.get(records.Team, world.actor.team_id) if world.actor.team_id else None
    return team.name if team else world.actor.name


def _part(world: World, name: str, deals: "list[records.Opportunity]") -> list[str]:
    """How many, their sum in each currency, and the largest of them."""
    if not deals:
        return []
    words = world.words
    sums: dict[str, int] = {}
    for deal in deals:
        if deal.amount_minor is not None and deal.amount_currency is not None:
            sums[deal.amount_currency] = sums.get(deal.amount_currency, 0) + deal.amount_minor
    shown = words.say("common.and_separator").join(
        show_money(Money.from_minor(minor, currency), words) for currency, minor in sorted(sums.items())
    )
    head = words.say(f"digest.{name}" if shown else f"digest.{name}_alone", count=len(deals), amount=shown)
    largest = sorted(deals, key=lambda deal: -(deal.amount_minor or 0))[:ROWS]
    return [head, *(words.say("digest.row", text=_line(world, name, deal)) for deal in largest)]


def _line(world: World, name: str, deal: "records.Opportunity") -> str:
    """The deal with what is telling about the change."""
    words, today = world.words, world.now.date()
    stage = world.crm.label("stages", deal.stage, words.language)
    reason = world.crm.label("lost_reasons", deal.lost_reason, words.language) if deal.lost_reason else ""
    close = show_day(deal.expected_close, words, today=today) if deal.expected_close else ""
    telling = {"new": stage, "moved": stage, "won": "", "lost": reason, "slipped": close}[name]
    amount = show_money(deal.amount, words) if deal.amount else ""
    facts = (deal.name, deal.customer.name, amount, telling)
    return words.line(facts)


def _changes(world: World, since: datetime) -> Changes:
    cls = records.Opportunity
    query = select(cls).where(visible(world.actor, world.crm, cls), cls.updated_at >= since)
    deals = {deal.id: deal for deal in world.session.scalars(query.order_by(cls.id))}
    found = Changes(new=[deal for deal in deals.values() if deal.created_at >= since])
    rows = select(audit.c.record_id, audit.c.action, audit.c.changes).where(
        audit.c.kind == cls.kind, audit.c.record_id.in_(deals), audit.c.at >= since, audit.c.action == "update"
    )
    stages: dict[int, list[Any]] = {}
    closes: dict[int, list[Any]] = {}
    for record_id, _action, changed in world.tx.connection.execute(rows.order_by(audit.c.id)):
        found.stage_changes += "stage" in changed
        for name, seen in (("stage", stages), ("expected_close", closes)):
            if name in changed:
                seen[record_id] = [seen.get(record_id, changed[name])[0], changed[name][1]]
    for deal_id, (old, new) in stages.items():
        if old != new:
            kind = stage.kind if (stage := world.crm.stage(new)) else "open"
            {"won": found.won, "lost": found.lost, "open": found.moved}[kind].append(deals[deal_id])
    is_open = {stage.code for stage in world.crm.stages_of("open")}
    found.slipped = [
        deals[deal_id]
        for deal_id, (old, new) in closes.items()
        if old and new and new > old and deals[deal_id].stage in is_open
    ]
    return found


def _counters(world: World, since: datetime, stage_changes: int) -> dict[str, int]:
    """New customers, contacts and opportunities; stage changes; customers visited, visits; notes."""

    def count(cls: Any, *conditions: "ColumnElement[bool]", what: Callable[..., Any] = func.count) -> int:
        query = select(what(cls.id)).where(visible(world.actor, world.crm, cls), *conditions)
        return world.session.scalar(query) or 0

    note = records.FollowUp
    visits = (note.channel == "visit", note.created_at >= since)  # as noted: so each counts in one week and no other
    visited = select(func.count(distinct(note.customer_id))).where(visible(world.actor, world.crm, note), *visits)
    return {
        "customers": count(records.Customer, records.Customer.created_at >= since),
        "contacts": count(records.Contact, records.Contact.created_at >= since),
        "opportunities": count(records.Opportunity, records.Opportunity.created_at >= since),
        "stage_changes": stage_changes,
        "visited": world.session.scalar(visited) or 0,
        "visits": count(note, *visits),
        "notes": count(note, note.created_at >= since),
    }
