"""What goes on from alarms that were just listed: those for each owner, or of one."""

from bot.dialogs.model import Json
from bot.talk.cues import left
from bot.talk.memory import Memory
from bot.talk.phrases import is_phrase
from bot.targets.whose import whose_in
from bot.world import World
from nlu.folding import fold
from nlu.types import Understanding

MAX_CHARS = 30


def asked(world: World, memory: Memory, heard: Understanding) -> Json | None:
    """Right after alarms: 「按人分」, "whose are they" those for each owner; 「只看张伟的」 those of one."""
    before = memory.focus.get("alarms")
    if before is None or len(heard.text) > MAX_CHARS:
        return None
    if is_phrase(world.words, "alarms.split", heard.text.strip().rstrip("。.!！?？")):
        return {"do": "alarms", **before, "by": "owner"}
    whose, spans = whose_in(world, heard)
    if not spans or whose is None or left(world.words, "alarms.only", fold(heard.text), spans):
        return None
    return {"do": "alarms", **before, "who": whose.to_json()}
