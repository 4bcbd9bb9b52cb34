"""What is told one message after the other of one record gathers on its card, until that is saved."""

import re

from bot.dialogs.forward import asked_field
from bot.dialogs.model import Field, Flow, Json, World
from bot.dialogs.state import State
from bot.dialogs.types import LongText
from nlu.types import Understanding

SURE_NOTE = 0.8
_TOLD = frozenset({"channel", "content", "feedback", "occurred_at"})
_WITH_WHOM = frozenset({"customer", "contact"})
_WORD = re.compile(r"[a-z]{3,}|[\u4e00-\u9fff]")  # of what is to be done: the shortest Latin ones bind others


def gathered(flow: Flow, card: State, told: State, world: World) -> State | None:
    """The open card with what the new one tells besides; None where it tells nothing, they are about two records, or
    one of them still asks something."""
    is_asking = any(state.open or asked_field(flow, state) is not None for state in (card, told))
    if not flow.gathers or is_asking or told.values.keys() <= set(flow.gathers):
        return None
    if any(card.values.get(name) != told.values.get(name) for name in flow.gathers):
        return None
    both = card.copy()
    for name, value in told.values.items():
        if name not in flow.gathers:
            both.values[name] = _with(flow.field(name), card.values.get(name), value, world)
            both.said |= {name: told.said[name]} if name in told.said else {}
    both.unsure += [name for name in told.unsure if name not in both.unsure and name not in flow.gathers]
    return both


def tells_of_another(flow: Flow, card: State, heard: Understanding) -> bool:
    """Does a message name somebody else than the card is about? 「陆工是研发的」 changes nobody's card into 陆工's."""
    named = [(match.name.kind, match.name.name) for match in heard.names if match.sure == 1]
    named += [(name, str(slot.value)) for name, slot in heard.slots.items()]
    return heard.correction is None and any(
        kind in flow.gathers and kind in card.values and not _is_called(card.values[kind], name) for kind, name in named
    )


def is_note_instead(flow: Flow, heard: Understanding, world: World) -> bool:
    """A message that this form takes only as its second choice, and would not open for: what a visit came to, while a
    reminder is shown or asks when. A few words about a day are no such story."""
    if heard.intent not in flow.starts_on[1:] or heard.sure < SURE_NOTE or heard.correction is not None:
        return False
    is_told = bool(_TOLD & heard.slots.keys()) and bool(_WITH_WHOM & heard.slots.keys())
    return is_told and flow.fits is not None and not flow.fits(heard, world)


def is_one_more(flow: Flow, state: State, heard: Understanding) -> bool:
    """ "remind me to ring Aoife tomorrow", "demo with Aoife on Tuesday", while the reminder for Eoin is shown: neither
    says no more than the other of what is to be done."""
    field = flow.by_name.get(flow.titled_by)
    if field is None or not isinstance(field.type, LongText) or field.name not in state.values:
        return False
    if heard.intent not in flow.starts_on or heard.correction is not None:
        return False
    names = ("customer", "contact") if heard.intent != flow.starts_on[0] else (field.slot or field.name,)
    new = " ".join(str(heard.slots[name].value) for name in names if name in heard.slots)
    told, said = (set(_WORD.findall(str(one).casefold())) for one in (state.values[field.name], new))
    return bool(said) and not (said <= told or told <= said)


def _is_called(value: Json, said: str) -> bool:
    name = str(value.get("name") or value.get("new")).casefold()
    return said.casefold() in name or name in said.casefold()


def _with(field: Field, old: Json, new: Json, world: World) -> Json:
    """A list grows, a text that ``adds`` goes on; anything else is what was said last."""
    if old is None or old == new:
        return new
    if isinstance(old, list) and isinstance(new, list):
        return [*old, *(one for one in new if one not in old)]
    return world.words.say("dialog.both", old=old, new=new) if field.adds else new
