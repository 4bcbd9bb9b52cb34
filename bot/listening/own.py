"""What somebody asks about themselves and their own last steps: 「我是谁」, "my day", "redo"."""

from functools import lru_cache

from sqlalchemy import select

from bot.dialogs.model import Json
from bot.dialogs.reply import Reply
from bot.dialogs.show import show_moment
from bot.digests.hearing import handle as show_digest
from bot.lookups import requests
from bot.rules.reminders import open_reminders
from bot.rules.service import AGENT
from bot.rules.undo import redo as redo_last
from bot.talk.memory import Memory
from bot.talk.phrases import is_phrase, phrases
from bot.world import World
from config.catalog import Catalog, catalog
from config.phrasing import phrasing
from config.types import Period
from nlu.names import normalise
from nlu.types import Understanding
from storage import records

COMMANDS: dict[str, Json] = {
    "me": {"do": "me"},
    "redo": {"do": "redo"},
    "day": {"do": "day"},
    "report_day": {"do": "own_work", "unit": "day"},
    "report_week": {"do": "own_work", "unit": "week"},
    "report_month": {"do": "own_work", "unit": "month"},
}
MAX_PLAN = 40  # characters in which a plan is asked for


def asked(world: World, heard: Understanding) -> Json | None:
    """The command that a phrase about oneself stands for."""
    said = normalise(heard.text)
    found = _by_phrase(catalog(heard.lang)) | _by_phrase(world.words)
    name = found.get(said) or found.get(phrasing("myself").sub("", said))
    return COMMANDS[name] if name is not None else _plan_asked(world, heard)


def _plan_asked(world: World, heard: Understanding) -> Json | None:
    """The command of a message that asks for the plan of some days; None for any other, and where others listen."""
    times = [value for value in heard.values if value.is_time]
    if len(times) > 1:  # "my day" beside "tomorrow" is no time
        times = [value for value in times if value.text.casefold() not in world.words.words("plan.no_day")]
    if len(heard.text) > MAX_PLAN or not world.is_private or len(times) > 1:
        return None
    today = world.now.date()
    plain, days = heard.text, Period(today, today)
    if times:
        reading = times[0].future or times[0].past
        if reading is None or times[0].kind not in ("date", "range") or reading.days.end < today:
            return None
        plain, days = f"{plain[: times[0].start]} {plain[times[0].end :]}", reading.days
    plain = " ".join(plain.strip(" 。.!！?？").split())
    said = (plain, phrasing("around_plan").sub("", plain))
    for what in ("visits", "agenda") if times else ("visits", "today"):
        if any(is_phrase(world.words, f"plan.{what}", one) for one in said):
            return {"do": "plan", "days": days.to_json(), "of": what}
    return None


@lru_cache
def _by_phrase(words: Catalog) -> dict[str, str]:
    return {phrase: name for name in COMMANDS for phrase in phrases(words, f"own.{name}")}


def me(world: World, memory: Memory, action: Json) -> Reply:
    """Whom the bot takes the person for: name, role, team, language and zone, and the chats that are theirs."""
    words, actor = world.words, world.actor
    team = world.session.get(records.Team, actor.team_id) if actor.team_id else None
    cls = records.Identity
    query = select(cls.platform).where(cls.user_id == actor.user_id, cls.deleted_at.is_(None)).distinct()
    platforms = [words.say(f"own.platform.{name}") for name in sorted(world.session.scalars(query))]
    role = f"own.role.{actor.role}"  # an administrator may have made others
    facts = (words.say(role) if words.has(role) else actor.role, team.name if team else "", actor.zone_name)
    lines = [
        words.say("own.is", name=actor.name),
        words.say("own.facts", values=words.line(facts)),
    ]
    if platforms:
        lines.append(words.say("own.platforms", values=words.say("common.and_separator").join(platforms)))
    return Reply("\n".join(lines))


def day(world: World, memory: Memory, action: Json) -> Reply:
    """What is to be done today; where nothing is, what comes next. An agent's day is the queue."""
    if world.actor.role == AGENT:
        return requests.mine(world, memory)
    digest = show_digest(world, memory, {"op": "show", "name": "morning"})
    if digest.text != world.words.say("digest.nothing"):
        return digest
    plans = open_reminders(world) if world.is_private else []
    if not plans:
        return Reply(world.words.say("own.free"), digest.buttons)
    at = show_moment(plans[0].remind_at, world.words, now=world.now)
    return Reply(world.words.say("own.free_until", at=at, subject=plans[0].subject), digest.buttons)


def redo(world: World, memory: Memory, action: Json) -> Reply:
    """Do again what was undone last."""
    return redo_last(world)
