"""A stage that there is not, 「改到火星阶段」, "move it to the legal stage": that is said, and it is asked for."""

from dataclasses import replace

from bot.dialogs.model import Flow
from bot.dialogs.reply import Reply
from bot.dialogs.types import Choice
from bot.world import World
from config.phrasing import phrasing
from nlu.types import Understanding

_STAGE = Choice("stages", "stage")


def stage_to_ask(flow: Flow, heard: Understanding, world: World) -> str | None:
    """The field of the stage, where the message names one that there is not."""
    return "stage" if "stage" in flow.by_name and _called(heard, world) else None


def without_stage(heard: Understanding, world: World) -> Understanding:
    """What was heard, without what was made of the words for such a stage: they name no deal."""
    called = _called(heard, world)
    start = heard.text.find(called)
    return replace(heard, slots={k: slot for k, slot in heard.slots.items() if slot.end <= start}) if called else heard


def with_word_of_stage(flow: Flow, heard: Understanding, reply: Reply, world: World) -> Reply:
    """The reply, behind a word about such a stage."""
    called = _called(heard, world) if "stage" in flow.by_name else ""
    return (
        replace(reply, text=f"{world.words.say('dialog.no_such_stage', value=called)}\n{reply.text}")
        if called
        else reply
    )


def _called(heard: Understanding, world: World) -> str:
    """What a change of a deal calls a stage though none is called so, "" for nothing; a note may tell of any."""
    is_change = heard.intent == "update_opportunity" and "stage" not in heard.slots
    found = phrasing("to_stage").search(heard.text) if is_change else None
    called = str(found[found.lastindex or 0]).strip() if found is not None else ""
    return "" if not called or _STAGE.read(world.understand(called), world, {}) else called
