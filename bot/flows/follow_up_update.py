"""Change the words of a note that is saved: 「不是三个月，是半年」."""

from bot.dialogs.model import Field, Flow, Line, Saved, Values
from bot.dialogs.types import LongText, Ref
from bot.flows.follow_up import is_more
from bot.flows.shared import ref, saved
from bot.rules.access import fetch
from bot.world import World
from storage import records

TEXTS = ("content", "feedback")


def note_values(world: World, note_id: int) -> Values:
    """The note as the flow holds it. Raises NotFound, NotAllowed."""
    note = fetch(world.tx, world.actor, world.crm, records.FollowUp, note_id, "edit")
    texts = {name: text for name in TEXTS if (text := getattr(note, name))}
    return {"follow_up": {"id": note.id, "name": note.public_id}, "customer": ref(note.customer), **texts}


def _present(values: Values, world: World) -> Values:
    known = note_values(world, values["follow_up"]["id"])
    return {name: known[name] for name in TEXTS if name in known}


def _save(world: World, values: Values) -> Saved:
    note = fetch(world.tx, world.actor, world.crm, records.FollowUp, values["follow_up"]["id"], "edit")
    for name in TEXTS:
        if name in values:
            setattr(note, name, values[name])
    said = world.words.say("follow_up_update.saved", id=note.public_id)
    return saved(world, said, about={"customer": note.customer, "follow_up": note})


FOLLOW_UP_UPDATE = Flow(
    kind="follow_up_update",
    needs=("follow_up", "edit"),
    openings={},
    fields=(
        Field("follow_up", Ref("follow_up"), ask="never", is_derived=True),
        Field("customer", Ref("customer"), ask="never", is_derived=True),
        Field("content", LongText(slot="content"), required=False, ask="never"),
        Field("feedback", LongText(slot="feedback"), required=False, ask="never", applies=is_more),
    ),
    card=(
        Line("follow_up_update.card.note", ("follow_up", "customer")),
        Line("follow_up_update.card.content", ("content",)),
        Line("follow_up_update.card.feedback", ("feedback",)),
    ),
    needs_any=TEXTS,
    before=_present,
    save=_save,
)
