"""What somebody new asks about the bot: how to log a visit, whether it was saved, who sees it, what a word means.

The phrases stand in ``primer.toml``; a whole message is one, and what says the same in other words is led to it
(`bot/listening/paraphrase.py`).
"""

from sqlalchemy import select

from bot.dialogs.render import title
from bot.dialogs.reply import Reply
from bot.listening.dialogs import current
from bot.rules.undo import last_saved
from bot.talk.memory import Memory
from bot.talk.phrases import filled, is_phrase
from bot.world import World
from config.lists import Stage
from storage import records

TOPICS = (
    "difference",
    "note",
    "deal",
    "customer",
    "remind",
    "change",
    "where",
    "seen",
    "leave",
    "link",
    "admin",
    "phone",
    "who",
)
TERMS = ("follow_up", "opportunity", "stage", "pipeline", "weighted", "lead", "request", "next_step")
MAX_CHARS = 60
MAX_ADMINS = 3


def asked(world: World, memory: Memory, text: str) -> Reply | None:
    """The answer in one to three lines; None for any other message."""
    words, said = world.words, text.strip().rstrip("。.!！?？")
    if len(said) > MAX_CHARS:
        return None
    topic = next((name for name in TOPICS if is_phrase(words, f"primer.asked.{name}", said)), None)
    if topic is not None:
        return Reply(_seen(world) if topic == "seen" else words.say(f"primer.tell.{topic}", names=_admins(world)))
    if is_phrase(words, "primer.asked.saved", said):
        return Reply(_saved(world, memory))
    word = filled(words, "primer.asked.term", said)
    meaning = _meaning(world, word) if word else None
    return Reply(meaning) if meaning else None


def _seen(world: World) -> str:
    """Who sees a note of the asker's, as the roles are set up."""
    return world.words.say(f"primer.seen.{world.crm.level('rep', 'follow_up', 'view') or 'own'}")


def _admins(world: World) -> str:
    """The names of those who run the bot."""
    cls = records.User
    running = (role for role in world.crm.roles if world.crm.level(role, "user", "edit") == "all")
    query = select(cls.name).where(cls.role.in_(tuple(running)), cls.active, cls.deleted_at.is_(None)).order_by(cls.id)
    return world.words.say("common.list_separator").join(world.session.scalars(query.limit(MAX_ADMINS)))


def _saved(world: World, memory: Memory) -> str:
    """Whether the last thing told is kept."""
    if memory.dialogs:
        return world.words.say("primer.saved_not_yet", what=title(*current(world, memory), world))
    saved = last_saved(world)
    return world.words.say("primer.saved_yes", what=saved[1]) if saved else world.words.say("primer.saved_none")


def _meaning(world: World, word: str) -> str | None:
    """What a word of the trade, or the name of a stage, means here."""
    words = world.words
    term = next((name for name in TERMS if is_phrase(words, f"primer.term.names.{name}", word)), None)
    if term is not None:
        return words.say(f"primer.term.tell.{term}", stages=_stages(world))
    stage = next((one for one in world.crm.stages if word.casefold() == _name(world, one).casefold()), None)
    if stage is None or not words.has(f"primer.term.stage.{stage.code}"):
        return None
    percent = f"{stage.probability}%"
    return words.say(f"primer.term.stage.{stage.code}", stage=_name(world, stage), percent=percent)


def _stages(world: World) -> str:
    shown = (f"{_name(world, one)} {one.probability}%" for one in world.crm.stages_of("open"))
    return world.words.say("common.list_separator").join(shown)


def _name(world: World, stage: Stage) -> str:
    return world.crm.label("stages", stage.code, world.words.language)
