"""Log a follow-up: one message may carry the note, a new customer, a contact, an opportunity and the next plan."""

from sqlalchemy import select

from bot.dialogs.model import Field, Flow, Json, Line, Option, Question, Saved, Values
from bot.dialogs.show import show_day, show_moment
from bot.dialogs.types import Amount, Choice, Day, LongText, Moment, Ref, Text, not_future, not_past, positive
from bot.flows.shared import name_of, saved
from bot.rules import opportunities
from bot.rules.access import visible
from bot.rules.customers import contact_of, customer_of
from bot.rules.follow_ups import add_note, last_note
from bot.world import World
from storage import records

_DEAL = ("opportunity", "amount", "expected_close", "stage")


def _customer_of_contact(values: Values, world: World) -> Json | Question | None:
    """The company of a person who was named alone."""
    person = values.get("contact")
    if not isinstance(person, dict) or "id" not in person:
        return None
    query = (
        select(records.Customer)
        .join(records.Contact, records.Contact.customer_id == records.Customer.id)
        .where(records.Contact.id == person["id"], visible(world.actor, world.crm, records.Customer))
    )
    customer = world.session.scalars(query).one_or_none()
    return {"id": customer.id, "name": customer.name} if customer else None


def _has_deal(values: Values) -> bool:
    return any(name in values for name in _DEAL)


def _which_deal(values: Values, world: World) -> Json | Question | None:
    """The deal that an amount or a date in a note belongs to: the only open one, a new one, or the question which."""
    customer = values.get("customer")
    if not isinstance(customer, dict) or not any(name in values for name in _DEAL[1:]):
        return None
    words = world.words
    new = {"new": values.get("product") or words.say("opportunity.default_name", customer=name_of(customer))}
    found = opportunities.open_at(world, customer["id"]) if "id" in customer else []
    options = [Option(item.name, {"id": item.id, "name": item.name}) for item in found]
    if not options:
        return new
    if len(options) == 1:
        return options[0].value
    options.append(Option(words.say("opportunity.new_button"), new))
    return Question(words.say("opportunity.which", customer=name_of(customer)), tuple(options))


def _today(values: Values, world: World) -> Json:
    start = world.now.replace(hour=0, minute=0, second=0, microsecond=0)
    return {"at": start.isoformat(), "has_time": False}


def _present(values: Values, world: World) -> Values:
    chosen = values.get("opportunity")
    if not isinstance(chosen, dict) or "id" not in chosen:
        return {}
    item = world.session.get(records.Opportunity, chosen["id"])
    return opportunities.facts_of(item) if item else {}


def _save(world: World, values: Values) -> Saved:
    words = world.words
    customer = customer_of(world, values["customer"])
    roles = {key: values[key] for key in ("position", "department") if key in values}
    contact = contact_of(world, values["contact"], customer, **roles) if "contact" in values else None
    opportunity = None
    chosen = values.get("opportunity")
    if chosen is not None and "id" in chosen:
        opportunity = opportunities.change(world, chosen, values)
    elif chosen is not None:
        opportunity = opportunities.create(world, chosen["new"], customer, contact, values)
    note, reminder = add_note(world, customer=customer, contact=contact, opportunity=opportunity, values=dict(values))
    parts = [words.say("follow_up.saved", id=note.public_id)]
    for kind in ("customer", "contact", "opportunity"):
        if "new" in (values.get(kind) or {}):
            parts.append(words.say(f"{kind}.saved_new", name=values[kind]["new"]))
    if reminder is not None:
        at = show_moment(reminder.remind_at, words, now=world.now)
        parts.append(words.say("reminder.saved_at", at=at))
    return saved(world, *parts, gives=_gives_back(world, customer, note, opportunity))


def _gives_back(
    world: World, customer: "records.Customer", note: "records.FollowUp", opportunity: "records.Opportunity | None"
) -> str:
    """One line in return: what was said last time, else the deal that has no next step yet."""
    words = world.words
    before = last_note(world, customer.id, before=note.id)
    if before is not None:
        day = before.occurred_at.astimezone(world.now.tzinfo).date()
        shown = show_day(day, words, today=world.now.date())
        return words.say("follow_up.last_time", day=shown, content=(before.feedback or before.content)[:60])
    if opportunity is not None and note.next_follow_up_at is None:
        return words.say("follow_up.no_plan", name=opportunity.name)
    return ""


FOLLOW_UP = Flow(
    kind="follow_up",
    starts_on=("log_follow_up",),
    fields=(
        Field("customer", Ref("customer", if_unknown="create"), propose=_customer_of_contact),
        Field("contact", Ref("contact", if_unknown="create"), required=False, ask="never", within=("customer",)),
        Field("position", Text(), required=False, ask="never"),
        Field("department", Text(), required=False, ask="never"),
        Field("channel", Choice("channels", "channel")),
        Field("content", LongText(slot="content")),
        Field("feedback", LongText(slot="feedback"), required=False, ask="never"),
        Field("occurred_at", Moment("past"), ask="never", check=not_future, propose=_today),
        Field("product", Text(), required=False, ask="never"),
        Field("stage", Choice("stages", "stage"), required=False, ask="never"),
        Field("amount", Amount(), required=False, ask="never", check=positive),
        Field("expected_close", Day("future", last=True), required=False, ask="never"),
        Field(
            "opportunity",
            Ref("opportunity", if_unknown="create"),
            required=False,
            ask="never",
            applies=_has_deal,
            propose=_which_deal,
            within=("customer",),
        ),
        Field("next_follow_up_at", Moment("future"), required=False, ask="guided", check=not_past),
    ),
    card=(
        Line("follow_up.card.who", ("customer", "contact", "position", "department")),
        Line("follow_up.card.how", ("channel", "occurred_at")),
        Line("follow_up.card.content", ("content",)),
        Line("follow_up.card.feedback", ("feedback",)),
        Line("follow_up.card.deal", ("opportunity", "amount", "stage")),
        Line("follow_up.card.close", ("expected_close",)),
        Line("follow_up.card.next", ("next_follow_up_at",)),
    ),
    before=_present,
    save=_save,
)
