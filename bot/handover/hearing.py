"""Whether a message may be about a hand-over: what judges that in full is loaded only then."""

from bot.dialogs.model import Reply
from bot.lazy import Lazy
from bot.talk.memory import Memory
from bot.world import World

_ASKED: Lazy[[World, Memory, str], Reply | None] = Lazy("bot.handover.talk:asked")


def asked(world: World, memory: Memory, text: str) -> Reply | None:
    """The preview of a hand-over, or of its return; None for a message about something else."""
    said = text.casefold()
    may_be = any(cue in said for cue in world.words.words("handover.cues"))
    return _ASKED(world, memory, text) if may_be else None
