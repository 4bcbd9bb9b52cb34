"""The states of records that can be asked about, each as a condition on the record's table: unpaid, late, without deal.

A `State` takes the world and the record's class and gives the condition; which kind has which is in `kinds.py`.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, and_, exists, func, not_, or_, select

from bot.rules.access import visible
from bot.rules.sums import WITHOUT_DUES, is_for
from bot.world import World
from config.lists import StageKind
from storage import records
from storage.tables import name_keys

SOON = 14  # days within which a quote is about to expire
State: TypeAlias = Callable[[World, Any], ColumnElement[bool]]


def is_one_of(column: str, *codes: str) -> State:
    """The column holds one of the codes."""
    return lambda world, cls: getattr(cls, column).in_(codes)


def with_status(*codes: str) -> State:
    return is_one_of("status", *codes)


def _total_of(cls: Any, other: Any) -> Any:
    """What was paid or invoiced on a paper so far."""
    total = select(func.coalesce(func.sum(other.amount_minor), 0))
    return total.where(is_for(other, cls, cls.id), other.deleted_at.is_(None)).scalar_subquery()


def unpaid(world: World, cls: Any) -> ColumnElement[bool]:
    """A contract, order or invoice that stands, of which something is still to be paid."""
    stands = cls.status.not_in(WITHOUT_DUES) if hasattr(cls, "status") else cls.deleted_at.is_(None)
    return and_(stands, cls.amount_minor > _total_of(cls, records.Payment))


def paid(world: World, cls: Any) -> ColumnElement[bool]:
    return and_(cls.amount_minor.is_not(None), cls.amount_minor <= _total_of(cls, records.Payment))


def invoiced(world: World, cls: Any) -> ColumnElement[bool]:
    invoice = records.Invoice
    return exists().where(is_for(invoice, cls, cls.id), invoice.deleted_at.is_(None))


def uninvoiced(world: World, cls: Any) -> ColumnElement[bool]:
    """A contract or order that stands, for which no invoice was written at all."""
    return and_(cls.status.not_in((*WITHOUT_DUES, "draft")), not_(invoiced(world, cls)))


def unbilled(world: World, cls: Any) -> ColumnElement[bool]:
    """Something of it, or all, is still to be invoiced."""
    is_due = cls.status.not_in((*WITHOUT_DUES, "draft"))
    return and_(is_due, cls.amount_minor > _total_of(cls, records.Invoice))


def no_order(world: World, cls: Any) -> ColumnElement[bool]:
    order = records.Order
    return ~exists().where(order.contract_id == cls.id, order.deleted_at.is_(None))


def open_quote(world: World, cls: Any) -> ColumnElement[bool]:
    is_good = or_(cls.valid_until.is_(None), cls.valid_until >= world.now.date())
    return and_(cls.status.in_(("draft", "sent")), is_good)


def expired(world: World, cls: Any) -> ColumnElement[bool]:
    return or_(cls.status == "expired", and_(cls.status.in_(("draft", "sent")), cls.valid_until < world.now.date()))


def expiring(world: World, cls: Any) -> ColumnElement[bool]:
    today = world.now.date()
    return and_(cls.status.in_(("draft", "sent")), cls.valid_until.between(today, today + timedelta(days=SOON)))


def unquoted(world: World, cls: Any) -> ColumnElement[bool]:
    quote = records.Quote
    is_quoted = exists().where(quote.opportunity_id == cls.id, quote.deleted_at.is_(None))
    return and_(in_stage("open")(world, cls), ~is_quoted)


def in_stage(kind: StageKind) -> State:
    """A deal in a stage of the kind: open, won or lost."""
    return lambda world, cls: cls.stage.in_([stage.code for stage in world.crm.stages_of(kind)])


def late_deal(world: World, cls: Any) -> ColumnElement[bool]:
    """An open deal whose expected day of closing is over."""
    return and_(in_stage("open")(world, cls), cls.expected_close < world.now.date())


def stepless(world: World, cls: Any) -> ColumnElement[bool]:
    """An open deal without a next step."""
    return and_(in_stage("open")(world, cls), or_(cls.next_step.is_(None), cls.next_step == ""))


def has_deal(stage: StageKind) -> State:
    """A customer with a deal that is open, won or lost."""

    def condition(world: World, cls: Any) -> ColumnElement[bool]:
        return _has(records.Opportunity, cls, in_stage(stage)(world, records.Opportunity))

    return condition


def dealless(world: World, cls: Any) -> ColumnElement[bool]:
    """A customer without any deal."""
    return not_(_has(records.Opportunity, cls))


def _has(other: Any, customer: Any, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """The customer has a record of another kind to which the conditions apply."""
    return exists().where(other.customer_id == customer.id, other.deleted_at.is_(None), *conditions)


def negated(state: State) -> State:
    return lambda world, cls: not_(state(world, cls))


def troubled(world: World, cls: Any) -> ColumnElement[bool]:
    """A customer with a service request that is not resolved yet."""
    request: Any = records.ServiceRequest
    return _has(request, cls, request.status.in_(("open", "in_progress")))


def late_request(world: World, cls: Any) -> ColumnElement[bool]:
    """A request that was not taken on, or not resolved, within the time that the organisation promises."""
    rule = world.crm.service
    waits = and_(cls.status == "open", cls.requested_at < world.now - rule.take_within)
    is_open = cls.status.in_(("open", "in_progress"))
    return and_(is_open, or_(waits, cls.requested_at < world.now - rule.solve_within))


def peopleless(world: World, cls: Any) -> ColumnElement[bool]:
    """A customer without any contact."""
    return not_(_has(records.Contact, cls))


def double(world: World, cls: Any) -> ColumnElement[bool]:
    """Another that the person may see goes by the same name, number or address."""
    own, other = name_keys.alias(), name_keys.alias()
    is_same = and_(other.c.key == own.c.key, other.c.form == own.c.form, other.c.kind == own.c.kind)
    seen = select(cls.id).where(visible(world.actor, world.crm, cls))
    return exists().where(
        own.c.kind == cls.kind,
        own.c.record_id == cls.id,
        own.c.form.in_(("name", "phone", "email")),
        is_same,
        other.c.record_id != cls.id,
        other.c.record_id.in_(seen),
    )


def untouched(days: int) -> State:
    """Nobody has been in touch with a customer, or the customer of a record, for so many days."""

    def condition(world: World, cls: Any) -> ColumnElement[bool]:
        note = records.FollowUp
        of = note.customer_id == (cls.id if cls is records.Customer else cls.customer_id)
        return ~exists().where(of, note.deleted_at.is_(None), note.occurred_at > world.now - timedelta(days=days))

    return condition
