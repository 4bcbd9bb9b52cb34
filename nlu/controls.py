"""Words that steer a dialog, and talk that means nothing to it."""

from typing import cast

from nlu.intents import Decision
from nlu.lexicon import Lexicon
from nlu.message import Message
from nlu.types import Control

__all__ = ["is_small_talk", "read_control"]


def read_control(text: str, lexicon: Lexicon) -> Control | None:
    """The control a **whole** message stands for (「好的」, "never mind, forget it"); None when it says more."""
    if len(text) > 60:
        return None
    return cast("Control | None", lexicon.control(text))


def is_small_talk(m: Message, decision: Decision) -> bool:
    """Greetings, laughter, thanks, weather, jokes: nothing that may fill a field."""
    return decision.intent == "other" and "talk" in decision.marks
