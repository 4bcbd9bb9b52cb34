"""One fact about somebody or a deal, told: its line is the answer. What is asked for is found in `fact_asked`."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from bot.dialogs.model import Json
from bot.dialogs.reply import Press, Reply
from bot.dialogs.show import shortened, show_day, show_handle, show_moment, show_money, show_phone
from bot.lazy import Lazy
from bot.rules.access import fetch, visible
from bot.rules.fields import FieldHidden, is_hidden
from bot.rules.opportunities import next_step_button
from bot.rules.sizes import shown_size
from bot.talk.memory import Memory
from bot.world import World
from nlu.phones import phone_kind
from storage import records

MAX_PEOPLE = 5  # of the same name
_WAYS = ("phone", "email", "im")
_FIELDS = {"phone": "phones", "email": "emails", "worth": "amount"}  # where a fact is called otherwise than its field
_ODDS = Lazy[[World, str, Any], Reply]("bot.forecast.likely:of_deal")
_BOUGHT = Lazy[[World, str, Any], Reply]("bot.lookups.purchases:of_customer")
_PATH = Lazy[[World, str, Any], Reply]("bot.lookups.deal_path:of_deal")
_BY_WEIGHT = ("decider", "influencer", "user", "blocker")


def answer(world: World, memory: Memory, action: Json) -> Reply:
    """The fact, a line for each of that name. Raises NotFound."""
    cls: Any = records.record_class(action["kind"])
    found = [fetch(world.tx, world.actor, world.crm, cls, number) for number in action["ids"]]
    found = (_open_ones(found) or found)[:MAX_PEOPLE]  # of deals of one name, those that are still going on
    if len(found) == 1:
        memory.focus[action["kind"]] = found[0].id
        if action["kind"] != "customer" and found[0].customer_id:
            memory.focus["customer"] = found[0].customer_id
    tell = FACTS[action["fact"]][1]
    replies = [tell(world, action["fact"], record) for record in found]
    buttons = replies[0].buttons if len(replies) == 1 else ()
    customers = {_customer(record).id: _customer(record) for record in found if _customer(record) is not None}
    looks = tuple(
        Press(world.words.say("unclear.look", name=one.name), {"do": "card", "id": one.id}, is_open=True)
        for one in customers.values()
    )
    return Reply("\n".join(reply.text for reply in replies), (*buttons, *looks))


def _open_ones(found: list[Any]) -> list[Any]:
    return [record for record in found if isinstance(record, records.Opportunity) and record.closed_on is None]


def _customer(record: Any) -> Any:
    return record if isinstance(record, records.Customer) else record.customer


def _named(world: World, record: Any) -> str:
    """何经理（蓝海物流）"""
    customer = _customer(record)
    if customer is None or customer is record:
        return str(record.name)
    return world.words.say("fact.named", name=record.name, customer=customer.name)


def _values(world: World, fact: str, record: Any) -> list[str]:
    language = world.words.language
    match fact:
        case "phone":
            return _phones(world, record)
        case "email":
            return list(record.emails)
        case "im":
            return [show_handle(handle, world.words) for handle in record.im or ()]
        case "work":
            role = world.crm.label("decision_roles", record.decision_role or "", language)
            return [value for value in (record.department, record.position, role) if value]
        case "likes":
            return [value for value in (record.preferences, record.interests) if value]
        case "owner":
            owner = world.session.get(records.User, record.owner_id) if record.owner_id else None
            return [owner.name] if owner else []
        case "stage":
            return [world.crm.label("stages", record.stage, language)]
        case "worth":
            deals = [record] if isinstance(record, records.Opportunity) else open_deals(world, record)
            return [f"{deal.name} {show_money(deal.amount, world.words)}" for deal in deals if deal.amount]
        case "size":
            return [shown_size(world.crm, record.size, world.words)] if record.size else []
    value = getattr(record, fact)
    return [value] if value else []


def _phones(world: World, record: Any) -> list[str]:
    """The numbers; of several each with its kind, as far as it tells one."""
    words, shown = world.words, []
    for number in record.phones:
        kind = phone_kind(number) if len(record.phones) > 1 else ""
        plain = show_phone(number, words)
        shown.append(words.say(f"common.phone_kind.{kind}", number=plain) if kind else plain)
    return shown


def _plain(world: World, fact: str, record: Any) -> Reply:
    """What the record itself says; where it says nothing, how to tell it."""
    field = _FIELDS.get(fact, fact)
    kind = "opportunity" if fact == "worth" else record.kind
    if is_hidden(world.tx, world.actor, world.crm, kind, field):
        raise FieldHidden("error.amounts_hidden" if field == "amount" else None)
    name, values = _named(world, record), _values(world, fact, record)
    if not values and fact in _WAYS and isinstance(record, records.Customer):
        people = [(person.name, _values(world, fact, person)) for person in _people(world, record)]
        shown = [world.words.say("fact.is", name=one, value=ways[0]) for one, ways in people if ways]
        if shown:
            return Reply("\n".join(shown[:MAX_PEOPLE]))
    if not values:
        return Reply(world.words.say(f"fact.no_{fact}", name=record.name))
    return Reply(world.words.say("fact.is", name=name, value=world.words.line(values)))


def _people(world: World, customer: Any) -> "list[records.Contact]":
    cls = records.Contact
    query = select(cls).where(visible(world.actor, world.crm, cls), cls.customer_id == customer.id)
    return list(world.session.scalars(query.order_by(cls.id).limit(50)))


def _deciders(world: World, fact: str, customer: Any) -> Reply:
    """Who decides at a customer, those with most say first."""
    people = [person for person in _people(world, customer) if person.decision_role]
    if not people:
        return Reply(world.words.say("fact.no_decider", name=customer.name))
    people.sort(key=lambda person: _BY_WEIGHT.index(person.decision_role) if person.decision_role in _BY_WEIGHT else 9)
    lines = []
    for person in people[:MAX_PEOPLE]:
        role = world.crm.label("decision_roles", person.decision_role or "", world.words.language)
        ways = (role, person.department, person.position, *_phones(world, person)[:1])
        value = world.words.line(ways)
        lines.append(world.words.say("fact.is", name=person.name, value=value))
    return Reply("\n".join(lines))


def _next(world: World, fact: str, record: Any) -> Reply:
    """What comes next with a customer or a deal: steps of deals, then plans; a deal without one offers it."""
    words, customer = world.words, _customer(record)
    deals = [record] if isinstance(record, records.Opportunity) else open_deals(world, customer)
    lines = [words.say("fact.step", name=deal.name, step=deal.next_step) for deal in deals if deal.next_step]
    lines += [
        words.say("card.promised", at=show_moment(item.remind_at, words, now=world.now), subject=item.subject)
        for item in _plans(world, customer)
    ]
    stepless = next((deal for deal in deals if not deal.next_step), None)
    buttons = (next_step_button(world, stepless, customer.name),) if stepless is not None and not lines else ()
    return Reply("\n".join(lines) or words.say("fact.no_next", name=_named(world, record)), buttons)


def open_deals(world: World, customer: Any) -> "list[records.Opportunity]":
    cls = records.Opportunity
    stages = [stage.code for stage in world.crm.stages_of("open")]
    query = select(cls).where(
        visible(world.actor, world.crm, cls), cls.customer_id == customer.id, cls.stage.in_(stages)
    )
    return list(
        world.session.scalars(query.order_by(cls.expected_close.is_(None), cls.expected_close, cls.id).limit(5))
    )


def _plans(world: World, customer: Any) -> "list[records.Reminder]":
    cls = records.Reminder
    query = select(cls).where(
        visible(world.actor, world.crm, cls),
        cls.about_kind == "customer",
        cls.about_id == customer.id,
        cls.status.in_(("pending", "fired")),
    )
    return list(world.session.scalars(query.order_by(cls.remind_at).limit(3)))


def _deal(world: World, fact: str, deal: Any) -> Reply:
    """A deal in a few lines: where it stands, what it is worth, what comes next."""
    words, today = world.words, world.now.date()
    close = deal.expected_close if not deal.closed_on else deal.closed_on
    facts = (
        world.crm.label("stages", deal.stage, words.language),
        show_money(deal.amount, words) if deal.amount else "",
        show_day(close, words, today=today) if close else "",
        deal.competitor or "",
        deal.lost_reason or "",
    )
    line = words.line(facts)
    lines = [words.say("fact.deal_head", name=_named(world, deal)), words.say("fact.deal_line", values=line)]
    lines += [words.say("fact.step", name=deal.name, step=shortened(deal.next_step, 80))] if deal.next_step else []
    buttons = () if deal.next_step or deal.closed_on else (next_step_button(world, deal, deal.customer.name),)
    return Reply("\n".join(lines), buttons)


Tell = Callable[[World, str, Any], Reply]
_PARTY = ("contact", "customer")
# By what is asked for: whose fact it may be, and what tells it.
FACTS: dict[str, tuple[tuple[str, ...], Tell]] = {
    "phone": (_PARTY, _plain),
    "email": (_PARTY, _plain),
    "im": (_PARTY, _plain),
    "likes": (_PARTY, _plain),
    "work": (("contact",), _plain),
    "decider": (("customer",), _deciders),
    "address": (("customer",), _plain),
    "industry": (("customer",), _plain),
    "size": (("customer",), _plain),
    "needs": (("customer",), _plain),
    "bought": (("customer",), _BOUGHT),
    "stage": (("opportunity",), _plain),
    "path": (("opportunity",), _PATH),
    "worth": (("opportunity", "customer"), _plain),
    "next": (("opportunity", *_PARTY), _next),
    "odds": (("opportunity",), _ODDS),
    "deal": (("opportunity",), _deal),
    "owner": (("opportunity", *_PARTY), _plain),
}
