"""Asking for a digest, in words: 「每周一9点把周报发到这个群」, "send me the weekly report every Monday at 9"."""

from datetime import datetime, time

from bot.dialogs.model import Json, Press, Reply
from bot.dialogs.repeats import Repeat
from bot.dialogs.show import show_moment
from bot.digests.writers import USUAL_TIME, WRITERS
from bot.errors import NotFound, Refused
from bot.flows.shared import saved
from bot.rules.digests import Wanted, less, stop, subscribe
from bot.talk.memory import Memory
from bot.talk.phrases import holds_phrase
from bot.world import World
from storage import records

USUAL = {"morning": ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", time(8, 30)), "weekly": ("FREQ=WEEKLY;BYDAY=MO", time(9))}


MAX_CHARS = 80  # whoever asks for a digest says little else


def asked_for(world: World, text: str) -> Json | None:
    """The command that a text about a digest stands for: once, again and again, or no more. None: something else."""
    words = world.words
    if len(text) > MAX_CHARS:
        return None
    name = next((name for name in USUAL if holds_phrase(words, f"digest.names.{name}", text)), None)
    if name is None or holds_phrase(words, "digest.not_meant", text):
        return None
    if holds_phrase(words, "digest.stop_words", text):
        return {"do": "digest", "op": "stop", "name": name}
    if not holds_phrase(words, "digest.send_words", text):
        return None
    if not _repeats(world, text, name):
        return {"do": "digest", "op": "show", "name": name}
    rule, first = _when(world, text, name)
    is_group = not world.is_private and holds_phrase(words, "digest.group_words", text)
    return {"do": "digest", "op": "start", "name": name, "rule": rule, "first": first, "group": is_group}


def _repeats(world: World, text: str, name: str) -> bool:
    """Whether it says how often, beside the name of the digest: the "weekly report" comes once unless more is said."""
    names = world.words.words(f"digest.names.{name}")
    said = [value.text.casefold() for value in world.understand(text).of_kind("recurrence")]
    return any(not any(one in called for called in names) for one in said)


def _when(world: World, text: str, name: str) -> tuple[str, str]:
    """How often, and the first wall time from which that is reckoned."""
    usual, at = USUAL[name]
    found = Repeat().read(world.understand(text), world, {})
    rule = str(found["rule"]) if found else usual
    parts = dict(part.split("=", 1) for part in rule.split(";"))
    if parts["FREQ"] == "WEEKLY" and "BYDAY" not in parts:
        rule += ";BYDAY=MO"
    if parts["FREQ"] == "DAILY" and name == "morning":
        rule = rule.replace("FREQ=DAILY", usual)
    if "BYHOUR" in parts:
        at = time(int(parts["BYHOUR"]), int(parts.get("BYMINUTE", 0)))
    else:
        rule += f";BYHOUR={at.hour};BYMINUTE={at.minute}"
    return rule, datetime.combine(world.now.date(), at).isoformat()


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
