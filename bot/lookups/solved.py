"""「以前怎么处理的」: requests like this one that were solved, and what helped."""

from collections import Counter

from sqlalchemy import select

from bot.dialogs.model import Json
from bot.dialogs.reply import Reply
from bot.dialogs.show import shortened, show_day
from bot.rules.access import visible
from bot.rules.service import DONE
from bot.talk.memory import Memory
from bot.talk.phrases import filled, is_phrase
from bot.world import World
from nlu.segment import words_of
from storage import records, search

MAX_CHARS = 60
SHOWN = 3


def asked(world: World, text: str) -> Json | None:
    """What it is to be like: the words in the message, or ("") the request that was spoken of."""
    if len(text) > MAX_CHARS:
        return None
    if is_phrase(world.words, "solved.asked", text):
        return {"do": "solved", "words": ""}
    said = filled(world.words, "solved.like", text)
    return {"do": "solved", "words": said} if said else None


def answer(world: World, memory: Memory, action: Json) -> Reply:
    """The solved requests that share most words, with the measures noted in them."""
    words = action["words"]
    request_id = memory.focus.get("service_request")
    if not words:
        query = select(records.ServiceRequest).where(records.ServiceRequest.id == request_id)
        query = query.where(visible(world.actor, world.crm, records.ServiceRequest))
        spoken = world.session.scalars(query).one_or_none() if request_id is not None else None
        if spoken is None:
            return Reply(world.words.say("solved.which"))
        words = spoken.description
    found = _alike(world, words, besides=None if action["words"] else request_id)
    if not found:
        return Reply(world.words.say("solved.none", words=shortened(words, 20)))
    lines = [world.words.say("solved.head", words=shortened(words, 20)), *(_line(world, item) for item in found)]
    return Reply("\n".join(lines))


def _alike(world: World, words: str, *, besides: int | None) -> "list[records.ServiceRequest]":
    """The solved requests with measures that hold most of the words, the last solved first among equals."""
    counts: Counter[int] = Counter()
    for word in {word for word in words_of(words) if len(word) > 1}:
        counts.update(search.containing(world.tx.connection, "service_request", word) or ())
    ids = [record_id for record_id, _count in counts.most_common(200) if record_id != besides]
    cls = records.ServiceRequest
    query = select(cls).where(cls.id.in_(ids), cls.status.in_(DONE), visible(world.actor, world.crm, cls))
    items = [item for item in world.session.scalars(query) if item.steps]
    items.sort(key=lambda item: (counts[item.id], item.resolved_at or item.updated_at), reverse=True)
    return items[:SHOWN]


def _line(world: World, request: "records.ServiceRequest") -> str:
    at = (request.resolved_at or request.updated_at).astimezone(world.now.tzinfo).date()
    measures = world.words.say("common.list_separator").join(step.measures for step in request.steps)
    return world.words.say(
        "solved.row",
        number=request.number,
        customer=request.customer.name,
        subject=shortened(request.description, 30),
        measures=shortened(measures, 100),
        day=show_day(at, world.words, today=world.now.date()),
    )
