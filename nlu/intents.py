"""What a message wants: an ordered list of declared rules over cues, first match decides.

A rule asks for cues and for *marks*: facts about the message that one cue alone does not tell (a question, a create
verb with its object, a visit that took place). ``marks`` works them out once; the rules only combine them.
"""

import tomllib
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from nlu.marks import marks
from nlu.scene import Scene
from nlu.types import Intent

__all__ = ["Decision", "decide"]


class Decision(NamedTuple):
    intent: Intent
    sure: float
    why: str
    marks: frozenset[str]


class Rule(NamedTuple):
    """``every`` of the first, ``some`` of the second (if any), ``none`` of the third."""

    intent: Intent
    why: str
    every: frozenset[str]
    some: frozenset[str] = frozenset()
    none: frozenset[str] = frozenset()
    sure: float = 0.9


def _words(entry: dict[str, str], key: str) -> frozenset[str]:
    return frozenset(entry.get(key, "").split())


@cache
def _rules() -> tuple[Rule, ...]:
    """The rules of data/intents.toml, in their order."""
    entries = tomllib.loads(files("nlu").joinpath("data", "intents.toml").read_text("utf-8"))["rule"]
    return tuple(
        Rule(e["intent"], e["why"], _words(e, "every"), _words(e, "some"), _words(e, "none"), e.get("sure", 0.9))
        for e in entries
    )


def decide(s: Scene) -> Decision:
    """The intent with its rule; "other" when no rule applies."""
    found = marks(s)
    for rule in _rules():
        if rule.every <= found and not rule.none & found and (not rule.some or rule.some & found):
            return Decision(rule.intent, rule.sure, rule.why, found)
    return Decision("other", 0.3, "no rule applies", found)
