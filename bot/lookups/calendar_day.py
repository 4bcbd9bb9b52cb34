"""Which day it is that somebody names: 「下周三是几号」, "what day is 2 December"."""

from datetime import date

from bot.dialogs.model import Json
from bot.dialogs.reply import Reply
from bot.dialogs.show import show_day
from bot.talk.memory import Memory
from bot.talk.phrases import fillings
from bot.world import World

MAX_CHARS = 40


def asked(world: World, text: str) -> Json | None:
    """The command of a text that asks which day one is; None for any other."""
    named = fillings(world.words, "period.which_day", text) if len(text) <= MAX_CHARS else []
    for said in map(str.strip, named):
        value = next(iter(world.understand(said).of_kind("date")), None)
        reading = (value.future or value.past) if value is not None else None
        if value is not None and reading is not None and value.end - value.start == len(said):
            return {"do": "which_day", "said": said, "day": reading.days.to_json()}
    return None


def answer(world: World, memory: Memory, action: Json) -> Reply:
    """The day, with its weekday."""
    day = date.fromisoformat(action["day"]["start"])
    shown = show_day(day, world.words, today=world.now.date())
    return Reply(world.words.say("period.is_day", said=action["said"], day=shown))
