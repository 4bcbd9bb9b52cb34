"""Change a note that is saved: its words, its day, whom it was with, and how: 「不是三个月，是半年」."""

from datetime import datetime

from bot.dialogs.model import Field, Flow, Line, Values
from bot.dialogs.reply import Saved
from bot.dialogs.types import Choice, LongText, Ref
from bot.dialogs.values import Moment, not_future
from bot.flows.follow_up import is_more
from bot.flows.shared import new_ones, ref, saved
from bot.rules.access import Named, fetch
from bot.rules.customers import contact_of, customer_of
from bot.world import World
from storage import records

TEXTS = ("content", "feedback")


def note_values(world: World, note_id: int) -> Values:
    """The note as the flow holds it, without feedback that is its content again. Raises NotFound, NotAllowed."""
    note = fetch(world.tx, world.actor, world.crm, records.FollowUp, note_id, "edit")
    texts = {name: text for name in TEXTS if (text := getattr(note, name))}
    if not is_more(texts):
        texts.pop("feedback", None)
    return {"follow_up": {"id": note.id, "name": note.public_id}, "customer": ref(note.customer), **texts}


def present(values: Values, world: World) -> Values:
    """All that may change of the note, as it is now."""
    known = note_values(world, values["follow_up"]["id"])
    note = fetch(world.tx, world.actor, world.crm, records.FollowUp, values["follow_up"]["id"])
    at = note.occurred_at.astimezone(world.now.tzinfo).isoformat()
    who = {"contact": ref(note.contact)} if note.contact is not None else {}
    return {**known, **who, "channel": note.channel, "occurred_at": {"at": at, "has_time": note.occurred_has_time}}


def _note(world: World, values: Values) -> "records.FollowUp":
    return fetch(world.tx, world.actor, world.crm, records.FollowUp, values["follow_up"]["id"], "edit")


def _save(world: World, values: Values) -> Saved:
    note = _note(world, values)
    customer = Named(note.customer.id, note.customer.name, note.customer.public_id)
    if values["customer"].get("id") != customer.id:
        customer = customer_of(world, values["customer"])
    contact = contact_of(world, values["contact"], customer, {}) if "contact" in values else None
    note = _note(world, values)  # what was created has put the first one out of reach
    if "content" in values and note.feedback == note.content:  # it was one sentence, and stays one
        note.feedback = values["content"]
    for name in TEXTS:
        if name in values:
            setattr(note, name, values[name])
    if customer.id != note.customer_id:  # whom it was with belongs to the other company
        note.customer_id, note.contact_id, note.opportunity_id = customer.id, None, None
    if contact is not None:
        note.contact_id = contact.id
    if "channel" in values:
        note.channel = values["channel"]
    if "occurred_at" in values:
        note.occurred_at = datetime.fromisoformat(values["occurred_at"]["at"])
        note.occurred_has_time = values["occurred_at"]["has_time"]
    said = world.words.say("follow_up_update.saved", id=note.public_id)
    return saved(world, said, *new_ones(world, customer, contact), about={"customer": customer, "follow_up": note})


FOLLOW_UP_UPDATE = Flow(
    kind="follow_up_update",
    needs=("follow_up", "edit"),
    openings={},
    fields=(
        Field("follow_up", Ref("follow_up"), ask="never", is_derived=True),
        Field("customer", Ref("customer", if_unknown="create"), ask="never"),
        Field("contact", Ref("contact", if_unknown="create"), required=False, ask="never", within=("customer",)),
        Field("content", LongText(slot="content"), required=False, ask="never"),
        Field("feedback", LongText(slot="feedback"), required=False, ask="never", applies=is_more),
        Field("channel", Choice("channels", "channel"), required=False, ask="never"),
        Field("occurred_at", Moment("past"), required=False, ask="never", check=not_future),
    ),
    card=(
        Line("follow_up_update.card.note", ("follow_up", "customer")),
        Line("follow_up_update.card.who", ("contact",)),
        Line("follow_up_update.card.content", ("content",)),
        Line("follow_up_update.card.feedback", ("feedback",)),
        Line("follow_up_update.card.how", ("channel",)),
        Line("follow_up_update.card.when", ("occurred_at",)),
    ),
    needs_any=("customer", "contact", *TEXTS, "channel", "occurred_at"),
    before=present,
    save=_save,
)
