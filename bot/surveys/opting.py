"""No more surveys for somebody who told their salesperson so: 「林总不要再发调查了」, "no more surveys for Ann"."""

from bot.custom.forms import undo
from bot.dialogs.reply import Reply
from bot.errors import NotFound
from bot.rules import surveys
from bot.rules.access import fetch
from bot.rules.named import one_named
from bot.talk.memory import Memory
from bot.talk.phrases import filled
from bot.world import World
from storage import records

MAX_CHARS = 60


def asked(world: World, memory: Memory, text: str) -> Reply | None:
    """What was done about it; None for a message about something else.

    Raises NotFound, InvalidValue for several of that name, NotAllowed.
    """
    said = text.strip().rstrip("。.!！")
    if len(said) > MAX_CHARS or not any(cue in said.casefold() for cue in world.words.words("opting.cues")):
        return None
    for name in ("out", "in"):
        told = world.words.pattern(f"opting.told_{name}").fullmatch(said)
        who = told["who"] if told else filled(world.words, f"opting.{name}", said)
        if who:
            contact = _contact(world, who)
            (surveys.opt_out if name == "out" else surveys.opt_in)(world.tx, contact.id)
            memory.focus["contact"] = contact.id
            return Reply(world.words.say(f"opting.done_{name}", name=contact.name), undo(world))
    return None


def _contact(world: World, who: str) -> "records.Contact":
    number = one_named(world, "contact", who)
    if number is None:
        raise NotFound(name=who)
    return fetch(world.tx, world.actor, world.crm, records.Contact, number, "edit")
