"""「那个看场地改到4点」, "make that call 11 instead": what is called by words of its own gets another time."""

import re

from bot.dialogs.labels import Changes, change_of
from bot.dialogs.model import Field, Flow, World
from bot.dialogs.state import State
from bot.dialogs.types import LongText
from bot.dialogs.values import Moment
from config.phrasing import phrasing
from nlu.types import Understanding

_WORD = re.compile(r"[^\W\d_]{3,}")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_MARKS = " ，,。.!！"


def told(text: str, world: World) -> tuple[str, Understanding] | None:
    """What is to be at another time, by its own words, and that time; None for a message that says something else."""
    found = world.words.pattern("dialog.rescheduled").fullmatch(text.strip(_MARKS))
    when = _time_alone(found["when"], world) if found is not None else None
    what = _called(found["what"], world) if found is not None else ""
    return (what, when) if what and when is not None else None


def rescheduled(flow: Flow, state: State, heard: Understanding, world: World) -> Changes:
    """The new time of what the card plans, where the card's texts hold the words by which it is called."""
    field = _planned(flow, state)
    moved = told(heard.text, world) if field is not None else None
    if field is None or moved is None:
        return {}
    what, when = moved
    texts = [str(state.values[f.name]) for f in flow.of_type(LongText) if f.name in state.values]
    change = change_of(field, when, world, state) if any(holds(text, what) for text in texts) else None
    return {field.name: change} if change is not None else {}


def holds(text: str, what: str) -> bool:
    """Does the text hold all the words: "Demo at Arden" those of "the Arden demo"? Chinese ones in one piece."""
    text, what = text.casefold(), what.casefold()
    if re.search(rf"(?<![a-z]){re.escape(what)}(?![a-z])", text):  # "it" is no part of "with"
        return True
    words = _WORD.findall(what)
    return bool(words) and not _HAN.search(what) and all(word in _WORD.findall(text) for word in words)


def _planned(flow: Flow, state: State) -> Field | None:
    """The field that holds what is still to come."""
    ahead = (f for f in flow.of_type(Moment) if getattr(f.type, "direction", "") == "future")
    return next((f for f in ahead if f.name in state.values), None)


def _time_alone(said: str, world: World) -> Understanding | None:
    """The words as a time, where they are nothing else: "11", 「周五上午」."""
    for text in (said, world.words.say("reminder.at_hour", span=said)):
        heard = world.understand(text)
        times = [value for value in heard.values if value.is_time]
        if len(times) == 1 and not text[times[0].end :].strip() and len(text) - len(times[0].text) <= len("at the "):
            return heard
    return None


def _called(said: str, world: World) -> str:
    """The words by which it is called, without the day on which it stands: 「明天那个|视频|」."""
    for value in world.values_in(said):
        if value.is_time:
            said = said.replace(value.text, " ")
    return phrasing("pointing_at_plan").sub("", said.strip()).strip()
