"""A person's own quiet hours, in words: 「晚上9点到早上8点别打扰我」, "nothing after 8pm please"."""

from collections.abc import Iterator
from datetime import datetime, time

from bot.dialogs.model import Json
from bot.dialogs.reply import Reply
from bot.flows.shared import saved
from bot.rules.attention import quiet_hours, set_quiet_hours
from bot.talk.cues import cues_in, left
from bot.talk.memory import Memory
from bot.talk.phrases import phrases
from bot.world import World
from nlu.folding import fold
from nlu.names import normalise
from nlu.types import Value

MAX_CHARS = 60


def asked_for(world: World, text: str) -> Json | None:
    """The command that a text about quiet hours stands for; None where it is about something else."""
    if normalise(text) in phrases(world.words, "attention.usual"):
        return {"do": "quiet", "hours": None}
    if normalise(text) in phrases(world.words, "attention.fewer"):
        return {"do": "quiet", "op": "how"}
    cues = cues_in(world.words, "attention", ("quiet",), fold(text)) if len(text) <= MAX_CHARS else []
    spans = [span for _name, span in cues]
    free = [span for _name, span in cues_in(world.words, "attention", ("days_off",), fold(text))] if cues else []
    if free and not left(world.words, "attention.beside", fold(text), spans + free):
        return {"do": "quiet", "op": "how"}
    hours = _hours(world, text, spans) if cues else None
    return {"do": "quiet", "hours": hours} if hours else None


def _hours(world: World, text: str, cues: list[tuple[int, int]]) -> list[str] | None:
    """From when to when, where the text says nothing else; one that is not said is as usual: 「晚上八点以后」."""
    values = [value for value in world.understand(text).values if value.is_time]
    if left(world.words, "attention.beside", fold(text), [*cues, *((value.start, value.end) for value in values)]):
        return None
    clocks = [clock for value in values for clock in _clocks(value)]
    if len(clocks) == 1:
        begin, end = _usual(world)
        sides = cues_in(world.words, "attention", ("after", "before"), fold(text))
        by_side = {"after": [clocks[0], end], "before": [begin, clocks[0]]}
        clocks = by_side[sides[0][0]] if len(sides) == 1 else []
    return [f"{at:%H:%M}" for at in clocks] if len(clocks) == 2 else None


def _clocks(value: Value) -> Iterator[time]:
    """The one or two times of day that a value tells."""
    reading = value.future or value.past
    if reading is None or not isinstance(reading.start, datetime):
        return
    yield reading.start.time()
    if isinstance(reading.end, datetime) and reading.end != reading.start:
        yield reading.end.time()


def _usual(world: World) -> tuple[time, time]:
    """The nights."""
    return quiet_hours(world.tx, world.crm, world.actor)[0]


def handle(world: World, memory: Memory, action: Json) -> Reply:
    """Keep the hours, or go back to the organisation's; to who only wants fewer messages, what can be done."""
    if action.get("op") != "how":
        set_quiet_hours(world, action["hours"])
    words = world.words
    spans = [
        words.say("attention.span", begin=f"{begin:%H:%M}", end=f"{end:%H:%M}")
        for begin, end in quiet_hours(world.tx, world.crm, world.actor)
    ]
    hours = words.say("common.and_separator").join(spans)
    if action.get("op") == "how":
        return Reply(words.say("attention.how", hours=hours))
    sentence = "attention.kept" if action["hours"] else "attention.as_usual"
    return saved(world, words.say(sentence, hours=hours)).reply
