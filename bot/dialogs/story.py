"""The text that a form asks for: what of a message is part of it, and what begins another."""

from dataclasses import replace

from bot.dialogs.draft import attempt, put
from bot.dialogs.labels import Changes
from bot.dialogs.model import Field, Flow, Json, World
from bot.dialogs.show import shortened
from bot.dialogs.state import State
from bot.dialogs.types import Choice, LongText, Ref, asks_back
from bot.dialogs.values import Moment
from nlu.types import Understanding

MIN_STORY = 16  # letters of a sentence, a Chinese one for two
_OF_NOTE = frozenset({"contact", "channel", "content"})


def keep_story(flow: Flow, state: State, asked: Field, heard: Understanding, world: World) -> list[str]:
    """A whole sentence that is no answer to a short question belongs to the text that is still to be asked for."""
    story = _story(flow)
    is_short_question = isinstance(asked.type, Choice | Moment | Ref)
    if story is None or story.name in state.values or not is_short_question or asks_back(heard.text):
        return []
    if weight(heard.text) < MIN_STORY or _is_name_on_card(state, heard):
        return []
    put(flow, state, story, heard.text.strip(), world, said=heard.text)
    return [world.words.say("dialog.noted")]


def _is_name_on_card(state: State, heard: Understanding) -> bool:
    """Is it a name that the card has already, said once more?"""
    named = (
        value for value in state.values.values() if isinstance(value, dict) and ("name" in value or "new" in value)
    )
    return any(
        heard.text.strip().casefold() in str(value.get("name") or value.get("new")).casefold() for value in named
    )


def keep_between(flow: Flow, state: State, heard: Understanding, world: World) -> list[str]:
    """A message in which the form's text was read nowhere, but a story stands between its facts, is that text."""
    story = _story(flow)
    if story is None or not isinstance(story.type, LongText) or not story.type.is_verbatim:
        return []
    if heard.intent not in flow.starts_on:
        return []
    texts = {field.slot or field.name for field in flow.of_type(LongText)}
    if texts & heard.slots.keys():
        return []
    besides = sum(weight(heard.text[slot.start : slot.end]) for slot in heard.slots.values())
    if weight(heard.text) - besides < MIN_STORY * 3:
        return []
    return attempt(lambda: put(flow, state, story, heard.text.strip(), world, said=heard.text), world)


def added_to_story(flow: Flow, state: State, heard: Understanding, world: World) -> list[str]:
    """More of what is told already: a sentence, said to the card, that is nothing else."""
    story = next((f for f in flow.fields if isinstance(f.type, LongText) and f.type.is_verbatim), None)
    if story is None or heard.intent not in ("other", "log_follow_up", *flow.starts_on) or "customer" in heard.slots:
        return []
    is_told = weight(heard.text) >= MIN_STORY or any(value.unit or value.money for value in heard.values)
    if asks_back(heard.text) or not is_told:
        return []
    more, told = heard.text.strip(), state.values.get(story.name)
    whole = world.words.say("dialog.both", old=str(told).rstrip("。."), new=more) if told else more
    lead = attempt(lambda: put(flow, state, story, whole, world), world)
    for other in flow.of_type(LongText):  # what they said, and no more than that, is not said twice
        if not lead and told and other is not story and state.values.get(other.name) == told:
            del state.values[other.name]
    return lead or [world.words.say("dialog.added", text=shortened(more, 40))]


def going_on(flow: Flow, state: State, heard: Understanding, changes: Changes, world: World) -> Changes:
    """What a sentence changes of a card that tells something already: its texts are added to; how they were in touch
    stays, and so does whom it still speaks of. A correction was looked for before."""
    changes = _said_once(flow, state, changes)
    texts = [f for f in flow.fields if isinstance(f.type, LongText) and f.name in changes and f.name in state.values]
    if heard.correction is not None or not any(f.name in changes for f in texts) or weight(heard.text) < MIN_STORY:
        return changes
    kept = {f.name for f in flow.fields if isinstance(f.type, Choice) and f.name in state.values}
    kept = (kept - {*state.unsure}) | {name for name, value in state.values.items() if _is_named(value, heard.text)}
    changes = {name: change for name, change in changes.items() if name not in kept}
    for field in texts:
        old, new = str(state.values[field.name]).rstrip("。."), str(changes[field.name].value)
        if old != new:
            whole = world.words.say("dialog.both", old=old, new=new)
            changes[field.name] = replace(changes[field.name], value=whole)
    return changes


def _said_once(flow: Flow, state: State, changes: Changes) -> Changes:
    """Where the story is only what they said, more of that is more of the story, and is not kept beside it."""
    main = _story(flow)
    told = state.values.get(main.name) if main is not None else None
    same = [f.name for f in flow.of_type(LongText) if f is not main and state.values.get(f.name) == told]
    if main is None or not told or main.name in changes or len(changes.keys() & {*same}) != 1:
        return changes
    for name in same:
        del state.values[name]
    return {main.name if name in same else name: change for name, change in changes.items()}


def _is_named(value: Json, text: str) -> bool:
    """Does the text speak of the record, or the new name, that a field holds?"""
    return isinstance(value, dict) and str(value.get("name") or value.get("new") or " ") in text


def is_whole_note(heard: Understanding) -> bool:
    """Does it name a customer, and tell with whom, how or what?"""
    return "customer" in heard.slots and len(_OF_NOTE & heard.slots.keys()) > 1 and weight(heard.text) >= MIN_STORY


def tells_a_story(flow: Flow, asked: Field, heard: Understanding) -> bool:
    """Is the answer to 「哪个客户？」 no name but what was said there?"""
    if not isinstance(asked.type, Ref) or (asked.slot or asked.name) in heard.slots:
        return False
    return _told(flow, heard) * 2 > len(heard.text) and weight(heard.text) >= MIN_STORY


def begins_anew(flow: Flow, asked: Field, heard: Understanding) -> bool:
    """Is it, while 「哪个客户？」 is open, a story of its own, with its customer or without?"""
    if tells_a_story(flow, asked, heard):
        return True
    is_named = isinstance(asked.type, Ref) and (asked.slot or asked.name) in heard.slots
    is_whole = len(_OF_NOTE & heard.slots.keys()) > 1  # how, with whom and what
    is_story = _told(flow, heard) * 3 > len(heard.text) and (weight(heard.text) >= MIN_STORY * 2 or is_whole)
    return is_named and heard.intent in flow.starts_on and is_story


def _told(flow: Flow, heard: Understanding) -> int:
    """The letters of the longest text that a message gives."""
    texts = (heard.slots.get(f.slot or f.name) for f in flow.of_type(LongText))
    return max((text.end - text.start for text in texts if text is not None), default=0)


def has_story(flow: Flow, state: State) -> bool:
    """Is there a text already?"""
    story = _story(flow)
    return story is not None and story.name in state.values


def _story(flow: Flow) -> Field | None:
    """The text that a form asks for."""
    return next((f for f in flow.of_type(LongText) if f.ask == "always"), None)


def weight(text: str) -> int:
    """How much a text says: its letters, a Chinese one for two."""
    return sum(1 if letter.isascii() else 2 for letter in text if letter.isalnum())
