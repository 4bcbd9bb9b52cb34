"""Which open deals need a look, and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Literal

from sqlalchemy import ColumnElement, select

from bot.alarms.contacts import Heard, heard_of, won_gaps
from bot.alarms.tempo import Tempo, tempo_of
from bot.forecast.lives import Past, day_number, past_now
from bot.rules.access import visible
from bot.world import World
from storage import records
from storage.tables import audit

Sign = Literal["quiet", "overdue", "stepless", "changed"]
SIGNS: tuple[Sign, ...] = ("quiet", "overdue", "changed", "stepless")
TO_MEND: tuple[Sign, ...] = ("quiet", "overdue", "stepless")  # something is to be done about these
LATELY = timedelta(days=7)
MANY = 1_500  # open deals, the largest, that are looked through for one answer
BIG_AMOUNT, BIG_DELAY = 0.3, 30  # a change of so large a share, so many days later


@dataclass(frozen=True, slots=True)
class Alarm:
    """One reason to look at a deal. ``facts`` fill the sentence ``alarms.<sign>``; ``occasion`` tells this time from
    the next; ``weight`` orders them, the strangest first."""

    sign: Sign
    deal: Any
    facts: dict[str, Any]
    occasion: str
    weight: float = 0.0


def alarms(
    world: World, whose: "ColumnElement[bool]", signs: Sequence[Sign] = SIGNS, *, past: Past | None = None
) -> list[Alarm]:
    """The alarms about somebody's open deals, the strangest first."""
    cls: Any = records.Opportunity
    customer: Any = records.Customer
    stages = [stage.code for stage in world.crm.stages_of("open")]
    query = (
        select(cls.id, cls.name, cls.customer_id, cls.stage, cls.expected_close, cls.next_step, cls.owner_id,
               cls.team_id, cls.created_at, cls.amount_minor, cls.amount_currency, customer.name.label("customer"))
        .join(customer, customer.id == cls.customer_id)
        .where(visible(world.actor, world.crm, cls), whose, cls.stage.in_(stages))
        .order_by(cls.amount_minor.desc().nulls_last(), cls.id)
        .limit(MANY)
    )  # fmt: skip
    deals = world.tx.connection.execute(query).all()
    heard = heard_of(world, {deal.customer_id for deal in deals})
    found: list[Alarm] = []
    if "quiet" in signs and deals:
        found += _quiet(world, deals, heard, past)
    if "overdue" in signs:
        found += _overdue(world, deals)
    if "changed" in signs:
        found += _changed(world, {deal.id: deal for deal in deals})
    if "stepless" in signs:
        found += _stepless(deals, heard)
    return sorted(found, key=lambda alarm: (SIGNS.index(alarm.sign), -alarm.weight, alarm.deal.id))


def _quiet(world: World, deals: Sequence[Any], heard: dict[int, Heard], past: Past | None) -> Iterable[Alarm]:
    """Silent for longer than this customer and this stage let expect, and nothing is planned."""
    past = past or past_now(world)
    stays = {
        life.id: [(since, until, stage) for (since, stage), (until, _next) in pairwise(life.path)]
        for life in past.lives
        if life.path[-1][1] == past.won
    }
    like = won_gaps(world, stays)
    now = day_number(world.now)
    for deal in deals:
        known = heard[deal.customer_id]
        last = known.last_about(deal.id)
        silent = now - max(last or 0.0, day_number(deal.created_at) if last is None else 0.0)
        tempo = tempo_of(known.gaps, like.get(past.open_stages.index(deal.stage), []))
        if tempo.is_strange(silent) and not known.has_plan(deal.id):
            yield _silence(deal, tempo, silent, last)


def _silence(deal: Any, tempo: Tempo, silent: float, last: float | None) -> Alarm:
    facts = {"days": int(silent), "usual": max(1, round(tempo.days)), "is_never": last is None}
    return Alarm("quiet", deal, facts, f"{last or 0:.0f}", tempo.strangeness(silent))


def _overdue(world: World, deals: Sequence[Any]) -> Iterable[Alarm]:
    today = world.now.date()
    for deal in deals:
        if deal.expected_close is not None and deal.expected_close < today:
            late = (today - deal.expected_close).days
            yield Alarm("overdue", deal, {"close": deal.expected_close, "days": late}, str(deal.expected_close), late)


def _stepless(deals: Sequence[Any], heard: dict[int, Heard]) -> Iterable[Alarm]:
    for deal in deals:
        if not (deal.next_step or "").strip() and not heard[deal.customer_id].has_plan(deal.id):
            yield Alarm("stepless", deal, {}, deal.stage)


def _changed(world: World, deals: dict[int, Any]) -> Iterable[Alarm]:
    """The amount by a third, the date by a month, back a stage: within the last days."""
    query = (
        select(audit.c.id, audit.c.record_id, audit.c.user_id, audit.c.changes)
        .where(audit.c.kind == "opportunity", audit.c.action == "update", audit.c.at >= world.now - LATELY)
        .order_by(audit.c.id)
    )
    order = [stage.code for stage in world.crm.stages_of("open")]
    for row in world.tx.connection.execute(query):
        deal = deals.get(row.record_id)
        if deal is None:
            continue
        for what, facts, weight in _big(row.changes, order, deal):
            yield Alarm("changed", deal, {"what": what, "by": row.user_id, **facts}, f"{row.id}", weight)


def _big(changes: Any, order: Sequence[str], deal: Any) -> Iterable[tuple[str, dict[str, Any], float]]:
    old, new = changes.get("amount_minor", (None, None))
    is_seen = deal.amount_minor is not None  # the trail knows amounts that the one who is told may not see
    if is_seen and old and new and abs(new - old) >= BIG_AMOUNT * old:
        yield "amount", {"old": old, "new": new, "currency": deal.amount_currency}, abs(new - old) / old
    old, new = changes.get("expected_close", (None, None))
    if old and new and (late := (date.fromisoformat(new) - date.fromisoformat(old)).days) >= BIG_DELAY:
        yield "close", {"old": date.fromisoformat(old), "new": date.fromisoformat(new), "days": late}, late / BIG_DELAY
    old, new = changes.get("stage", (None, None))
    if old in order and new in order and order.index(new) < order.index(old):
        yield "stage", {"old": old, "new": new}, 1.0
