"""「样册不用了，带U盘」, "forget the brochure, bring samples": of a card's text, one thing in the place of another."""

from bot.dialogs.in_speech import in_place_of
from bot.dialogs.labels import Change, Changes
from bot.dialogs.model import Flow, World
from bot.dialogs.state import State
from bot.dialogs.types import LongText
from nlu.types import Understanding


def swapped(flow: Flow, state: State, heard: Understanding, world: World) -> Changes:
    """The texts that hold what is given up, with what takes its place."""
    text = heard.text.strip(" 。.!！")
    found = next(filter(None, (way.fullmatch(text) for way in world.words.each("dialog.swapped"))), None)
    if found is None:
        return {}
    old, new = found["old"], found["new"]
    told = {f.name: str(state.values[f.name]) for f in flow.of_type(LongText) if f.name in state.values}
    return {name: Change(in_place_of(old, new, said)) for name, said in told.items() if old in said}
