"""How the bot is looked after: backups, connecting platforms, people, files. 「怎么备份」, "how do I connect Slack".

A message counts when it is nothing but such a question. What is set in a file (「合同编号规则改成…」, "change the
retention") is told wherever it is named: nothing else is called so. For administrators only.
"""

from bot.dialogs.model import Reply
from bot.talk.cues import cues_in, left
from bot.world import World
from nlu.folding import fold

MAX_CHARS = 70
TOPICS = (
    "backup",
    "connect",
    "import",
    "export",
    "person",
    "people",
    "group",
    "field",
    "update",
    "token",
    "webhook",
    "undelivered",
)
# These are asked for without "how", too; they are done on the server.
_COMMANDS = ("backup", "token", "webhook", "undelivered")
SETTINGS = ("numbers", "validity", "hours", "holidays", "survey", "service", "retention", "fields", "rights")


def asked(world: World, text: str) -> Reply | None:
    """The way to do it, in two or three lines."""
    if len(text) > MAX_CHARS:
        return None
    return _way(world, text) or _setting(world, text)


def _way(world: World, text: str) -> Reply | None:
    words = world.words
    cues = cues_in(words, "howto", ("ask", *TOPICS), fold(text))
    names = [name for name, _span in cues]
    topics = [name for name in names if name != "ask"]
    if not topics or ("ask" not in names and topics[0] not in _COMMANDS):
        return None
    if left(words, "howto.fillers", text, [span for _name, span in cues]):
        return None
    return Reply(words.say(f"howto.tell.{min(topics, key=TOPICS.index)}"))


def _setting(world: World, text: str) -> Reply | None:
    """Where a setting stands that is not changed in chat."""
    words = world.words
    found = cues_in(words, "howto.setting", SETTINGS, fold(text))
    if not found:
        return None
    return Reply(words.say("howto.in_file", what=words.say(f"howto.where.{found[0][0]}")))
