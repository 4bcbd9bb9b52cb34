"""Questions by their subject: a message that is nothing but a cue (「完成率」), whom, when, and words without weight.

Cues and such words stand in ``topic.toml`` of both languages. A message that says anything beside them is about
something else: 「聊了完成率」 is a note.
"""

from dataclasses import dataclass

from bot.talk.cues import cues_in, left
from bot.targets.whose import Whose, whose_in
from bot.world import World
from config.catalog import catalog
from nlu.folding import fold
from nlu.types import Understanding

MAX_CHARS = 80
# Where a message holds the cues of several, the first of these is meant.
NAMES = (
    "against", "accuracy", "cycle", "advice", "cleanup", "behind", "commit", "coverage", "share", "attainment",
    "forecast", "stepless",
    "overdue", "changed", "quiet", "target",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Topic:
    """What a message asks about, and the person or team that it names."""

    name: str
    whose: Whose | None
    heard: Understanding


def topic_of(world: World, heard: Understanding) -> Topic | None:
    """The subject of a message, or None where it is more (or other) than a question about one."""
    if len(heard.text) > MAX_CHARS:
        return None
    words = catalog(heard.lang)
    text = fold(heard.text)
    cues = cues_in(words, "topic", NAMES, text)
    if not cues:
        return None
    whose, spans = whose_in(world, heard)
    spans += [(value.start, value.end) for value in heard.values] + [span for _name, span in cues]
    if left(words, "topic.fillers", text, spans):
        return None
    return Topic(min((name for name, _span in cues), key=NAMES.index), whose, heard)
