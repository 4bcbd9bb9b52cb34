"""What is corrected after it was saved: 「不对，是80万」, "not three months, six months"."""

from contextlib import suppress

from bot.dialogs import amend, engine
from bot.dialogs.model import Flow, Reply, Values
from bot.dialogs.state import EDIT, State
from bot.errors import NotFound
from bot.flows.follow_up_update import FOLLOW_UP_UPDATE, note_values
from bot.flows.opportunity import OPPORTUNITY_UPDATE
from bot.talk.dialogs import begun
from bot.talk.focus import spoken_of
from bot.talk.memory import Memory
from bot.world import World
from nlu.types import Understanding


def late_correction(world: World, memory: Memory, heard: Understanding) -> Reply | None:
    """The card of a change to the deal that was spoken of, or to the words of the note; None where it fits nothing."""
    if memory.dialogs or not world.focus:
        return None
    about = {kind: spoken_of(world, kind) for kind in ("customer", "opportunity")}
    deal = {kind: value for kind, value in about.items() if value is not None}
    late = _corrected(world, memory, OPPORTUNITY_UPDATE, deal, heard) if deal else None
    old = heard.correction.old if heard.correction else None
    if late is not None or not old or "follow_up" not in world.focus:
        return late
    with suppress(NotFound):
        note = note_values(world, world.focus["follow_up"])
        if any(old in note.get(name, "") for name in FOLLOW_UP_UPDATE.needs_any):
            return _corrected(world, memory, FOLLOW_UP_UPDATE, note, heard)
    return None


def _corrected(world: World, memory: Memory, flow: Flow, known: Values, heard: Understanding) -> Reply | None:
    """The card of a change to what is saved, where the message is one."""
    state = State(flow.kind, values=dict(known), asking=EDIT)
    if not amend.corrected(flow, state, heard, world):
        return None
    step = engine.advance(flow, state, heard, world)
    if step.state is None or not any(name in step.state.values for name in flow.needs_any):
        return None
    return begun(world, memory, flow, engine.press(flow, step.state, {"do": "resume"}, world))
