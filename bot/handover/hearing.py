"""Whether a message may be about a hand-over or about sharing: what judges that in full is loaded only then."""

from bot.dialogs.reply import Reply
from bot.lazy import Lazy
from bot.talk.memory import Memory
from bot.upkeep.hearing import runs_the_bot
from bot.world import World

_SHARED: Lazy[[World, Memory, str], Reply | None] = Lazy("bot.handover.sharing:asked")
_ASKED: Lazy[[World, Memory, str], Reply | None] = Lazy("bot.handover.talk:asked")


def asked(world: World, memory: Memory, text: str) -> Reply | None:
    """What was shared; the preview of a hand-over, or of its return; None for a message about something else. Who has
    left is first stopped by whoever runs the bot, which offers the hand-over, too."""
    said = text.casefold()
    if any(cue in said for cue in world.words.words("share.cues")):
        reply = _SHARED(world, memory, text)
        if reply is not None:
            return reply
    may_be = any(cue in said for cue in world.words.words("handover.cues"))
    if not may_be or (runs_the_bot(world) and world.words.pattern("matter.leave").search(text)):
        return None
    return _ASKED(world, memory, text)
