"""A record as one line of an answer, and the one fact of it that was asked for."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from bot.dialogs.show import shortened, show_day, show_moment, show_money, show_phone
from bot.lookups.customer_card import note_line
from bot.lookups.lists import opportunity_line
from bot.lookups.requests import line as request_line
from bot.questions.finding import date_column
from bot.questions.kinds import KINDS
from bot.questions.question import Question
from bot.reminders.message import span
from bot.rules.sums import WITHOUT_DUES, paid, rest
from bot.world import World
from config.types import Money
from storage import records

Facts = Callable[[World, Question, Any], tuple[str, ...]]
_SHORT = 60  # characters of what somebody wrote
OWED = ("contract", "order", "invoice")  # of these something can be still to be paid


def row(world: World, question: Question, record: Any) -> str:
    """The record in one line."""
    facts = _ROWS[question.kind](world, question, record)
    return world.words.say("common.value_separator").join(filter(None, facts))


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
    age = world.words.say("question.say.age", span=span(world, waits)) if waits.days else ""
    return request_line(world, record), age


def _survey(world: World, question: Question, record: Any) -> tuple[str, ...]:
    about = record.customer or (record.service_request and record.service_request.customer)
    score = world.words.say("question.say.score", score=record.satisfaction)
    when = day_of(world, record.answered_at) if record.answered_at else ""
    return about.name if about else "", score, when, shortened(record.comment or "", _SHORT)


def _paper(world: World, question: Question, record: Any) -> tuple[str, ...]:
    words = world.words
    at = getattr(record, date_column(KINDS[record.kind], question).key)
    return (
        getattr(record, "number", ""),
        record.customer.name,
        show_money(record.amount, words) if record.amount else "",
        day_of(world, at) if at else "",
        status(world, record),
        _left(world, record),
    )


def _left(world: World, record: Any) -> str:
    """What is still to be paid of it."""
    if record.kind not in OWED or not record.amount or getattr(record, "status", "") in WITHOUT_DUES:
        return ""
    left = rest(record, paid(world.tx, record))
    return world.words.say("question.say.left", amount=show_money(left, world.words)) if left.value > 0 else ""


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
    return world.words.say("common.value_separator").join(filter(None, parts)) or str(record.public_id)


def fact(world: World, question: Question, record: Any) -> str:
    """The fact of a record that was asked for: a field, when, who; "" where none was."""
    words, kind = world.words, KINDS[question.kind]
    is_who = "who" in question.asks and not question.field and question.kind != "contact"
    if question.field == "handler" or is_who:
        person = getattr(record, kind.person)
        return world.session.get_one(records.User, person).name if person else words.say("question.say.empty")
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
    if name == "paid":
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
