"""Photos, recordings and files that come along: they are kept with the note that they belong to.

What comes before any note waits in the conversation's memory until there is one.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from adapters.base import Inbound
from bot.dialogs import engine
from bot.dialogs.model import Flow, Json, Values
from bot.dialogs.reply import Reply
from bot.dialogs.state import State
from bot.dialogs.types import Along
from bot.flows.registry import FLOWS
from bot.flows.shared import saved
from bot.rules.access import fetch
from bot.rules.enclosures import add_files
from bot.talk.memory import Memory
from bot.world import World
from storage import records

MEDIA = ("photo", "file", "voice")
MAX_FILES = 20  # with one note
KEPT_FOR = timedelta(hours=1)  # what waits for its note
SINCE = "files_at"  # in the memory: when the last of them came
FILES = "files"  # the field of a flow, and the place in the memory for what waits


def without_words(world: World, memory: Memory, inbound: Inbound) -> Reply:
    """The answer to files that come without a word: they go to the open draft, else to the note just saved, else they
    wait for one."""
    files = _files(inbound)
    if not files:
        return Reply(world.words.say("along.no_words"))
    draft = _draft(memory)
    if draft is not None:
        flow, state = draft
        state.values[FILES] = _more(state.values, files)
        memory.dialogs[-1] = state.to_json()
        again = engine.ask_again(flow, state, world)
        return replace(again, text=f"{_got(world, files)}\n{again.text}")
    if "follow_up" in memory.focus:
        note = fetch(world.tx, world.actor, world.crm, records.FollowUp, memory.focus["follow_up"], "edit")
        add_files(world, note.id, files)
        return saved(world, world.words.say("along.added", count=len(files), id=note.public_id)).reply
    memory.focus[FILES] = [*_waiting(world, memory), *files][-MAX_FILES:]
    memory.focus[SINCE] = world.now.isoformat()
    return Reply(f"{_got(world, files)}\n{world.words.say('along.whose')}")


def bring_along(world: World, memory: Memory, inbound: Inbound) -> int:
    """Have the files of a message with words, and those that wait, at hand for the draft that it begins or goes on.

    Gives how many dialogs lie up to the open draft that has them for the time being; 0: there is none.
    """
    fresh = _files(inbound)
    files = [*_waiting(world, memory), *fresh]
    if fresh:
        memory.focus[SINCE] = world.now.isoformat()
    world.is_caption = bool(fresh)
    draft = _draft(memory) if files else None
    if draft is not None:
        _flow, state = draft
        state.values[FILES] = _more(state.values, files)
        memory.dialogs[-1] = state.to_json()
    world.files = files
    spot = next((item for item in inbound.attachments if item.kind == "location"), None)
    if spot is not None and spot.latitude is not None and spot.longitude is not None:
        world.place = (spot.latitude, spot.longitude)
    return len(memory.dialogs) if draft is not None else 0


def leave_behind(world: World, memory: Memory, held: int) -> None:
    """What a new draft has taken does not go with the one before it, and what no draft has taken waits for the next.

    ``held``: what `bring_along` gave before the message was answered.
    """
    if not world.files:
        return
    draft = _draft(memory)
    is_taken = draft is not None and FILES in draft[1].values
    if is_taken and 0 < held < len(memory.dialogs):
        _take_out(memory.dialogs[held - 1], world.files)
    if not is_taken and not held:
        memory.focus[FILES] = world.files


def _waiting(world: World, memory: Memory) -> list[Json]:
    """The files that wait for a note, which they are then no more; after an hour they belong to none."""
    files, since = memory.focus.pop(FILES, []), memory.focus.get(SINCE)
    is_fresh = since is not None and world.now - datetime.fromisoformat(since) < KEPT_FOR
    return list(files) if is_fresh else []


def _take_out(dialog: Json, files: list[Json]) -> None:
    """Have a draft without the files that came last."""
    values = dialog["values"]
    if values.get(FILES, [])[-len(files) :] == files:
        values[FILES] = values[FILES][: -len(files)]


def _files(inbound: Inbound) -> list[Json]:
    where = {"platform": inbound.platform, "account": inbound.account}
    return [
        {**where, "media": item.kind, "file_id": item.file_id, "name": item.name}
        for item in inbound.attachments
        if item.kind in MEDIA and item.file_id
    ]


def _draft(memory: Memory) -> tuple[Flow, State] | None:
    """The open draft, where it is one that files belong to."""
    flow = FLOWS.get(str(memory.dialogs[-1].get("flow"))) if memory.dialogs else None
    if flow is None or not any(isinstance(field.type, Along) and field.name == FILES for field in flow.fields):
        return None
    return flow, State.from_json(memory.dialogs[-1], flow)


def _more(values: Values, files: list[Json]) -> list[Json]:
    return [*values.get(FILES, ()), *files][-MAX_FILES:]


def _got(world: World, files: list[Json]) -> str:
    return world.words.say("along.got", count=len(files))
