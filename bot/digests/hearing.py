"""Asking for a digest, in words: 「每周一9点把周报发到这个群」, "send me the weekly report every Monday at 9"."""

from collections.abc import Iterator
from datetime import datetime, time

from bot.dialogs.model import Json
from bot.dialogs.repeats import DAYS, Repeat
from bot.dialogs.reply import Press, Reply
from bot.dialogs.show import show_moment
from bot.digests.writers import USUAL_TIME, WRITERS
from bot.errors import NotFound, Refused
from bot.flows.shared import saved
from bot.rules.digests import Wanted, less, stop, subscribe
from bot.talk.memory import Memory
from bot.talk.phrases import holds_phrase
from bot.world import World
from nlu.types import Understanding
from storage import records

NOON = time(12)
USUAL = {"morning": ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", time(8, 30)), "weekly": ("FREQ=WEEKLY;BYDAY=MO", time(9))}


MAX_CHARS = 80  # whoever asks for a digest says little else


def asked_for(world: World, text: str) -> Json | None:
    """The command that a text about a digest stands for: once, again and again, or no more. None: something else."""
    words = world.words
    if len(text) > MAX_CHARS or holds_phrase(words, "digest.not_meant", text):
        return None
    name = _named(world, text)
    if name is None:
        return None
    if holds_phrase(words, "digest.stop_words", text):
        return {"do": "digest", "op": "stop", "name": name}
    is_moved = holds_phrase(words, "digest.move_words", text)
    if not is_moved and not holds_phrase(words, "digest.send_words", text):
        return None
    if not is_moved and not _repeats(world, text, name):
        return {"do": "digest", "op": "show", "name": name}
    rule, first = _when(world, text, name)
    is_group = not world.is_private and holds_phrase(words, "digest.group_words", text)
    return {"do": "digest", "op": "start", "name": name, "rule": rule, "first": first, "group": is_group}


def _named(world: World, text: str) -> str | None:
    """The digest that is spoken of: by its name, or as the plan of every day."""
    words = world.words
    name = next((name for name in USUAL if holds_phrase(words, f"digest.names.{name}", text)), None)
    is_plan = name is None and holds_phrase(words, "digest.plan_words", text) and _repeats(world, text, "morning")
    return "morning" if is_plan else name


def _repeats(world: World, text: str, name: str) -> bool:
    """Whether it says how often, beside the name of the digest: the "weekly report" comes once unless more is said."""
    names = world.words.words(f"digest.names.{name}")
    said = [value.text.casefold() for value in world.understand(text).of_kind("recurrence")]
    return any(not any(one in called for called in names) for one in said)


def _when(world: World, text: str, name: str) -> tuple[str, str]:
    """How often, and the first wall time from which that is reckoned."""
    usual, at = USUAL[name]
    heard = world.understand(text)
    found = Repeat().read(heard, world, {})
    moment = next((value.future for value in heard.of_kind("date", "datetime") if value.future), None)
    if moment is not None and name == "weekly":  # 「周报改到周五下午五点」
        usual = f"FREQ=WEEKLY;BYDAY={DAYS[moment.days.start.weekday()]}"
    rule = str(found["rule"]) if found else usual
    parts = dict(part.split("=", 1) for part in rule.split(";"))
    if parts["FREQ"] == "WEEKLY" and "BYDAY" not in parts:
        rule += ";BYDAY=MO"
    if parts["FREQ"] == "DAILY" and name == "morning":
        rule = rule.replace("FREQ=DAILY", usual)
    if "BYHOUR" in parts:
        at = time(int(parts["BYHOUR"]), int(parts.get("BYMINUTE", 0)))
    else:
        at = next(_clocks(heard, name), at)
        rule += f";BYHOUR={at.hour};BYMINUTE={at.minute}"
    return rule, datetime.combine(world.now.date(), at).isoformat()


def _clocks(heard: Understanding, name: str) -> Iterator[time]:
    """The times of day that are said; of half past eight, that in the morning for what comes in the morning."""
    readings = (reading for value in heard.of_kind("datetime") for reading in (value.future, value.past) if reading)
    clocks = [reading.start.time() for reading in readings if isinstance(reading.start, datetime)]
    yield from (clock for clock in clocks if name == "morning" and clock < NOON)
    yield from clocks


def handle(world: World, memory: Memory, action: Json) -> Reply:
    """Begin a digest, end it, or have less of it."""
    if action["op"] == "less":
        return _less(world, action["id"])
    if action["op"] == "show":
        return _show(world, action["name"])
    chat = world.chat_key if not world.is_private else None
    if action["op"] == "stop":
        ended = stop(world, action["name"], chat=chat)
        if not ended:
            return Reply(world.words.say("digest.none"))
        return saved(world, world.words.say("digest.stopped", name=_name(world, ended[0]))).reply
    if not world.is_private and not action["group"]:
        raise Refused("digest.which_place")
    wanted = Wanted(action["name"], action["rule"], str(world.actor.zone), datetime.fromisoformat(action["first"]))
    try:
        digest = subscribe(world, wanted, chat=chat)
    except NotFound as error:
        raise Refused("digest.not_bound") from error
    place = world.words.say("digest.to_group" if chat else "digest.to_me")
    at = show_moment(digest.next_at, world.words, now=world.now)
    return saved(world, world.words.say("digest.begun", name=_name(world, digest), place=place, at=at)).reply


def _show(world: World, name: str) -> Reply:
    """As it would come now, with a button to have it come by itself."""
    text = WRITERS[name](world, world.now - USUAL_TIME[name])
    if not world.is_private:
        return Reply(text or world.words.say("digest.nothing"))
    rule, first = _when(world, "", name)
    action = {"do": "digest", "op": "start", "name": name, "rule": rule, "first": first, "group": False}
    again = Press(world.words.say(f"digest.{name}_again"), action, is_open=True)
    return Reply(text or world.words.say("digest.nothing"), (again,))


def _less(world: World, digest_id: int) -> Reply:
    digest = less(world, digest_id)
    words = world.words
    if digest.status == "stopped":
        return saved(world, words.say("digest.stopped", name=_name(world, digest))).reply
    at = show_moment(digest.next_at, words, now=world.now)
    every = words.say("digest.every_second" if "INTERVAL" in digest.rule else "digest.every_week")
    said = saved(world, words.say("digest.fewer", name=_name(world, digest), every=every, at=at)).reply
    still = Press(words.say("digest.less_still"), {"do": "digest", "op": "less", "id": digest_id}, is_open=True)
    return Reply(said.text, (still, *said.buttons))


def _name(world: World, digest: "records.Digest") -> str:
    return world.words.say(f"digest.{digest.name}_name")
