"""All that matters about a customer in one message: who decides, what is open, what was said, what is promised."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, select

from bot.custom.forms import shown_of
from bot.dialogs.reply import Press, Reply
from bot.dialogs.show import shortened, show_day, show_handle, show_moment, show_money, show_phone
from bot.lookups.purchases import shown_goods
from bot.lookups.subject import customer_meant, named
from bot.rules.access import fetch, note_read, visible
from bot.rules.bought import lines_bought, purchases
from bot.rules.sizes import shown_size
from bot.talk.memory import Memory
from bot.world import World
from config.types import Money
from nlu.types import Understanding
from storage import records

MAX_LINES = 25
_FACTS = ("industry", "size", "address", "source", "preferences", "needs", "interests")


def find_customer(world: World, memory: Memory, heard: Understanding) -> Reply:
    """「华为的情况」, "look up Northwind", 「13816882345是谁」."""
    meant = customer_meant(world, memory, named(heard))
    return meant if isinstance(meant, Reply) else card(world, memory, meant)


def card(world: World, memory: Memory, customer_id: int) -> Reply:
    """The card of one customer. Raises NotFound."""
    customer = fetch(world.tx, world.actor, world.crm, records.Customer, customer_id)
    note_read(world.tx, world.actor, "customer", customer.id)
    memory.focus["customer"] = customer.id
    words = world.words
    lines = [words.say("card.head", name=customer.name, id=customer.public_id), *_body(world, customer)]
    if len(lines) > MAX_LINES:
        lines = [*lines[: MAX_LINES - 1], words.say("card.more")]
    about = {"customer": {"id": customer.id, "name": customer.name}}
    buttons = (
        Press(words.say("card.log"), {"do": "start", "flow": "follow_up", "values": about}, is_open=True),
        Press(words.say("card.notes"), {"do": "notes", "id": customer.id}, is_open=True),
        Press(words.say("card.new_opportunity"), {"do": "start", "flow": "opportunity", "values": about}, is_open=True),
    )
    return Reply("\n".join(lines), buttons)


def _body(world: World, customer: "records.Customer") -> Iterator[str]:
    words = world.words
    size = shown_size(world.crm, customer.size, words) if customer.size else None
    facts = [str(fact) for fact in (customer.industry, size, customer.address) if fact]
    if facts:
        yield words.line(facts)
    for key in _FACTS[3:]:
        if getattr(customer, key):
            yield words.say(f"card.{key}", value=getattr(customer, key))
    handles = (show_handle(handle, words) for handle in customer.im or ())
    for way in (*_phones(world, customer), *customer.emails, *handles)[:3]:
        yield words.say("card.way", value=way)
    for label, value in shown_of(world, customer):
        yield words.say("card.custom", label=label, value=value)
    for part in (_people, _deals, _promised, _notes, _service, _bought):
        yield from part(world, customer)


def _of(world: World, cls: Any, customer: "records.Customer") -> "Select[Any]":
    return select(cls).where(visible(world.actor, world.crm, cls), cls.customer_id == customer.id)


def _people(world: World, customer: "records.Customer") -> Iterator[str]:
    cls = records.Contact
    query = _of(world, cls, customer).order_by((cls.decision_role == "decider").desc().nulls_last(), cls.id).limit(5)
    for person in world.session.scalars(query):
        role = world.crm.label("decision_roles", person.decision_role or "", world.words.language)
        ways = (*_phones(world, person)[:2], (person.emails[:1] or [""])[0])
        handles = [show_handle(handle, world.words) for handle in (person.im or ())[:2]]
        own = [world.words.say("fact.is", name=label, value=value) for label, value in shown_of(world, person)]
        facts = (person.name, person.position, person.department, role, *ways, *handles, *own)
        yield world.words.say("card.person", values=world.words.line(facts))
        if person.preferences or person.interests:
            yield world.words.say("card.likes", values=world.words.line((person.preferences, person.interests)))


def _deals(world: World, customer: "records.Customer") -> Iterator[str]:
    open_stages = [stage.code for stage in world.crm.stages_of("open")]
    cls = records.Opportunity
    order = (cls.stage.in_(open_stages).desc(), cls.updated_at.desc(), cls.id)
    query = _of(world, cls, customer).order_by(*order).limit(4)
    for deal in world.session.scalars(query):
        close = deal.expected_close if deal.stage in open_stages else deal.closed_on
        facts = (
            deal.name,
            world.crm.label("stages", deal.stage, world.words.language),
            show_money(deal.amount, world.words) if deal.amount else "",
            show_day(close, world.words, today=world.now.date()) if close else "",
        )
        yield world.words.say("card.deal", values=world.words.line(facts))


def _bought(world: World, customer: "records.Customer") -> Iterator[str]:
    """What was bought: how many times, the sum in each currency, and what it was the last time."""
    found = purchases(world, customer.id)
    sums: dict[str, list[int]] = {}
    for bought in found:
        sums.setdefault(bought.item.amount_currency or "", []).append(bought.item.amount_minor or 0)
    for currency, amounts in sums.items():
        amount = show_money(Money.from_minor(sum(amounts), currency), world.words) if currency else ""
        yield world.words.say("card.bought", count=len(amounts), amount=amount)
    lines = lines_bought(world, found[0].item) if found else []
    if lines:
        day = show_day(found[0].day, world.words, today=world.now.date())
        yield world.words.say("card.last_bought", day=day, what=shown_goods(world, lines, 80))


def _notes(world: World, customer: "records.Customer") -> Iterator[str]:
    cls = records.FollowUp
    query = _of(world, cls, customer).order_by(cls.occurred_at.desc(), cls.id.desc()).limit(3)
    for note in world.session.scalars(query):
        yield note_line(world, note)


def note_line(world: World, note: "records.FollowUp", *, with_customer: bool = False) -> str:
    """A note in one line: the day, how, with whom, and the beginning of what was said."""
    day = note.occurred_at.astimezone(world.now.tzinfo).date()
    said = " / ".join(text for text in dict.fromkeys((note.content, note.feedback)) if text)
    facts = (
        show_day(day, world.words, today=world.now.date()),
        note.customer.name if with_customer else "",
        world.crm.label("channels", note.channel, world.words.language),
        note.contact.name if note.contact else "",
    )
    return world.words.say("card.note", values=world.words.line(facts), said=shortened(said, 80))


def _service(world: World, customer: "records.Customer") -> Iterator[str]:
    cls = records.ServiceRequest
    query = _of(world, cls, customer).where(cls.status.in_(("open", "in_progress"))).order_by(cls.id.desc()).limit(3)
    for request in world.session.scalars(query):
        status = world.crm.label("service_statuses", request.status, world.words.language)
        yield world.words.say(
            "card.request", number=request.number, status=status, what=shortened(request.description, 40)
        )


def _promised(world: World, customer: "records.Customer") -> Iterator[str]:
    """The next thing that is promised to this customer."""
    cls = records.Reminder
    query = (
        select(cls)
        .where(
            visible(world.actor, world.crm, cls),
            cls.about_kind == "customer",
            cls.about_id == customer.id,
            cls.status.in_(("pending", "fired")),
        )
        .order_by(cls.remind_at)
        .limit(2)
    )
    for reminder in world.session.scalars(query):
        at = show_moment(reminder.remind_at, world.words, now=world.now)
        yield world.words.say("card.promised", at=at, subject=shortened(reminder.subject, 40))


def _phones(world: World, record: "records.Customer | records.Contact") -> list[str]:
    return [show_phone(number, world.words) for number in record.phones]
