"""A record as one line of an answer, and the one fact of it that was asked for."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from bot.dialogs.show import shortened, show_day, show_moment, show_money, show_phone
from bot.lookups.customer_card import note_line
from bot.lookups.lists import opportunity_line
from bot.lookups.requests import line as request_line
from bot.questions.finding import date_column
from bot.questions.kinds import KINDS
from bot.questions.owing import is_owed
from bot.questions.question import PAID, Question
from bot.reminders.message import span
from bot.rules.access import visible
from bot.rules.sums import billed_of, paid, paid_of, rest
from bot.world import World
from config.types import Money
from storage import records

Facts = Callable[[World, Question, Any], tuple[str, ...]]
_SHORT = 60  # characters of what somebody wrote


def rows(world: World, question: Question, items: Sequence[Any]) -> list[str]:
    """Each record in one line."""
    reckoned = _last(world, items) if question.kind == "customer" else _left(world, question, items)
    facts = ((*_ROWS[question.kind](world, question, item), reckoned.get(item.id, "")) for item in items)
    return [world.words.line(told) for told in facts]


def _left(world: World, question: Question, items: Sequence[Any]) -> dict[int, str]:
    """What is still to be paid, or to be invoiced, of each, by its id."""
    owed = [item for item in items if is_owed(item)]
    is_billing = "unbilled" in question.states
    got = billed_of(world.tx, owed) if is_billing else paid_of(world.tx, owed)
    rests = {item.id: rest(item, got.get(item.id, 0)) for item in owed}
    told = {key: show_money(left, world.words) for key, left in rests.items() if left.value > 0}
    return {
        key: world.words.say(f"question.say.{'unbilled' if is_billing else 'left'}", amount=amount)
        for key, amount in told.items()
    }


def _last(world: World, customers: Sequence[Any]) -> dict[int, str]:
    """When somebody was last in touch with each, by their id."""
    note = records.FollowUp
    query = select(note.customer_id, func.max(note.occurred_at)).where(
        visible(world.actor, world.crm, note), note.customer_id.in_([one.id for one in customers])
    )
    lasts = world.session.execute(query.group_by(note.customer_id))
    return {key: world.words.say("list.customers.last", day=day_of(world, at)) for key, at in lasts}


def _customer(world: World, question: Question, record: Any) -> tuple[str, ...]:
    words = world.words
    industry = world.crm.label("industries", record.industry, words.language) if record.industry else ""
    added = day_of(world, record.created_at) if question.dated == "added" else ""
    return record.name, industry, record.address or "", owner(world, record), added


def _contact(world: World, question: Question, record: Any) -> tuple[str, ...]:
    at = record.customer.name if record.customer else ""
    phone = show_phone(record.phones[0], world.words) if record.phones else ""
    return record.name, at, record.department or "", record.position or "", phone


def _opportunity(world: World, question: Question, record: Any) -> tuple[str, ...]:
    return opportunity_line(world, record), owner(world, record)


def _note(world: World, question: Question, record: Any) -> tuple[str, ...]:
    return note_line(world, record, with_customer=True), owner(world, record)


def _request(world: World, question: Question, record: Any) -> tuple[str, ...]:
    waits = world.now - record.requested_at if record.status in ("open", "in_progress") else timedelta()
    age = world.words.say("question.say.age", span=span(world, waits)) if waits.days > 0 else ""
    return request_line(world, record), age


def _survey(world: World, question: Question, record: Any) -> tuple[str, ...]:
    about = record.customer or (record.service_request and record.service_request.customer)
    score = world.words.say("question.say.score", score=record.satisfaction) if record.satisfaction else ""
    at = record.answered_at or record.sent_at
    when = day_of(world, at) if at else ""
    return about.name if about else "", score, when, shortened(record.comment or "", _SHORT)


def _paper(world: World, question: Question, record: Any) -> tuple[str, ...]:
    words = world.words
    at = getattr(record, date_column(KINDS[record.kind], question).key)
    return (
        getattr(record, "number", ""),
        "" if len(question.customers) == 1 else record.customer.name,
        show_money(record.amount, words) if record.amount else "",
        day_of(world, at) if at else "",
        status(world, record),
        _for(record) if record.kind == "payment" else "",
    )


def _for(payment: "records.Payment") -> str:
    paper = payment.invoice or payment.contract or payment.order
    return paper.number if paper is not None else ""


_ROWS: dict[str, Facts] = {
    "customer": _customer,
    "contact": _contact,
    "opportunity": _opportunity,
    "follow_up": _note,
    "service_request": _request,
    "survey": _survey,
    **dict.fromkeys(("quote", "contract", "order", "invoice", "payment"), _paper),
}


def owner(world: World, record: Any) -> str:
    """Whose it is, unless it is one's own."""
    person = getattr(record, KINDS[record.kind].person)
    if person in (None, world.actor.user_id):
        return ""
    return str(world.session.get_one(records.User, person).name)


def status(world: World, record: Any) -> str:
    listed, code = KINDS[record.kind].statuses, getattr(record, "status", None)
    return world.crm.label(listed, code, world.words.language) if listed and code else ""


def day_of(world: World, at: Any) -> str:
    day = at.astimezone(world.now.tzinfo).date() if isinstance(at, datetime) else at
    return show_day(day, world.words, today=world.now.date())


def name_of(world: World, record: Any) -> str:
    """What it is called, with whose it is."""
    called = getattr(record, "number", None) or getattr(record, "name", None)
    customer = getattr(record, "customer", None)
    parts = (called, customer.name if customer is not None else "")
    return world.words.line(parts) or str(record.public_id)


def fact(world: World, question: Question, record: Any) -> str:
    """The fact of a record that was asked for: a field, when, who; "" where none was."""
    words, kind = world.words, KINDS[question.kind]
    is_of_others = question.kind == "contact" or (question.kind == "customer" and not question.customers)
    is_who = "who" in question.asks and not question.field and not is_of_others
    if question.field == "handler" or is_who:
        person = getattr(record, kind.person)
        return world.session.get_one(records.User, person).name if person else words.say("question.say.nobody")
    if question.field:
        return _field(world, question.field, record)
    if "when" in question.asks:
        at = getattr(record, date_column(kind, question).key)
        has_time = getattr(record, "occurred_has_time", True)
        return _moment(world, at, has_time=has_time) if at else words.say("question.say.no_date")
    return ""


def _field(world: World, name: str, record: Any) -> str:
    words = world.words
    if name == "status":
        return status(world, record)
    if name == "customer":
        return str(record.customer.name)
    if name in PAID:
        return _paid(world, record)
    value = record.created_at if name == "placed" else getattr(record, name)
    if value is None or value == "":
        return words.say("question.say.empty")
    if isinstance(value, Money):
        return show_money(value, words)
    return str(value) if isinstance(value, str) else day_of(world, value)


def _moment(world: World, at: Any, *, has_time: bool) -> str:
    return (
        show_moment(at, world.words, now=world.now, has_time=has_time)
        if isinstance(at, datetime)
        else day_of(world, at)
    )


def _paid(world: World, record: Any) -> str:
    words = world.words
    if record.amount is None:
        return words.say("question.say.empty")
    got = paid(world.tx, record)
    left = rest(record, got)
    if left.value <= 0:
        return words.say("question.say.paid")
    came = show_money(Money.from_minor(got, record.amount_currency), words)
    return words.say("question.say.unpaid", amount=show_money(left, words), paid=came)
