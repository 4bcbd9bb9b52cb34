"""How the bot is looked after: backups, connecting platforms, people, files. 「怎么备份」, "how do I connect Slack".

A message counts when it is nothing but such a question; for administrators only.
"""

from bot.dialogs.model import Reply
from bot.talk.cues import cues_in, left
from bot.world import World
from nlu.folding import fold

MAX_CHARS = 40
TOPICS = ("backup", "connect", "import", "export", "person", "people", "group", "field", "update")
_COMMANDS = ("backup",)  # these are asked for without "how", too; they are done on the server


def asked(world: World, text: str) -> Reply | None:
    """The way to do it, in two or three lines."""
    if len(text) > MAX_CHARS:
        return None
    words = world.words
    cues = cues_in(words, "howto", ("ask", *TOPICS), fold(text))
    names = [name for name, _span in cues]
    topics = [name for name in names if name != "ask"]
    if not topics or ("ask" not in names and topics[0] not in _COMMANDS):
        return None
    if left(words, "howto.fillers", text, [span for _name, span in cues]):
        return None
    return Reply(words.say(f"howto.tell.{min(topics, key=TOPICS.index)}"))
