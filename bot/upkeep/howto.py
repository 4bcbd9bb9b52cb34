"""How the bot is looked after: backups, connecting platforms, people, files. 「怎么备份」, "how do I connect Slack".
And how it is used: 「怎么改金额」, "how do I set a reminder".

A message counts when it is nothing but such a question. What is set in a file (「合同编号规则改成…」, "change the
retention") is told wherever it is named: nothing else is called so. For administrators only.
"""

from bot.dialogs.reply import Reply
from bot.dialogs.show import show_moment
from bot.talk.cues import cues_in, left
from bot.world import World
from nlu.folding import fold
from storage.backup import last_backup

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
# What everybody does; what belongs to these is not asked for with "which".
USING = ("amount", "stage", "remind", "undo", "customer", "deal", "note", "find", "change")


def asked(world: World, text: str) -> Reply | None:
    """The way to do it, in two or three lines."""
    if len(text) > MAX_CHARS:
        return None
    return _way(world, text) or _setting(world, text)


def _way(world: World, text: str, topics: tuple[str, ...] = TOPICS, ask: str = "ask") -> Reply | None:
    """Of several ``topics`` that are named, the first; ``ask`` is the list of the words that ask."""
    words = world.words
    cues = cues_in(words, "howto", (ask, *topics), fold(text))
    names = [name for name, _span in cues]
    named = [name for name in names if name != ask]
    if not named or (ask not in names and named[0] not in _COMMANDS):
        return None
    if left(words, "howto.fillers", text, [span for _name, span in cues]):
        return None
    topic = min(named, key=topics.index)
    if topic == "backup":
        return backup_told(world)
    key = f"howto.tell.{topic}"
    return Reply(words.say(key if words.has(key) else f"primer.tell.{topic}"))


def backup_told(world: World) -> Reply:
    """When the last backup was made, and how to make one."""
    return Reply(f"{_last_backup(world)}\n{world.words.say('howto.tell.backup')}")


def _last_backup(world: World) -> str:
    at = last_backup(world.tx)
    if at is None:
        return world.words.say("howto.no_backup")
    return world.words.say(
        "howto.last_backup", at=show_moment(at.astimezone(world.actor.zone), world.words, now=world.now)
    )


def _setting(world: World, text: str) -> Reply | None:
    """Where a setting stands that is not changed in chat."""
    words = world.words
    found = cues_in(words, "howto.setting", SETTINGS, fold(text))
    if not found:
        return None
    return Reply(words.say("howto.in_file", what=words.say(f"howto.where.{found[0][0]}")))


def using(world: World, text: str) -> Reply | None:
    """How to do what everybody does, in two or three lines."""
    return _way(world, text, USING, "how") if len(text) <= MAX_CHARS else None
