"""Where a person is, in words: 「我这周在伦敦」, "set my time zone to New York"."""

from zoneinfo import ZoneInfo

from bot.dialogs.model import Json
from bot.dialogs.reply import Press, Reply
from bot.dialogs.show import show_moment
from bot.flows.shared import saved
from bot.people.places import place_of, zone_at
from bot.rules.reminders import own
from bot.rules.zones import move, to_wall
from bot.talk.memory import Memory
from bot.talk.phrases import fillings, is_phrase
from bot.world import World
from storage import records

MAX_CHARS = 40
ROWS = 5


def asked_for(world: World, text: str) -> Json | None:
    """The command that a text about one's whereabouts stands for; None where it names no place that is known."""
    if len(text) > MAX_CHARS:
        return None
    if is_phrase(world.words, "zone.asked", text):
        return {"do": "zone", "op": "show"}
    if is_phrase(world.words, "zone.back", text):
        return {"do": "zone", "op": "back"}
    places = (place.strip() for place in fillings(world.words, "zone.here", text))
    zone = next((zone for place in places if (zone := zone_at(place)) is not None), None)
    return {"do": "zone", "op": "move", "zone": zone} if zone is not None else None


def handle(world: World, memory: Memory, action: Json) -> Reply:
    """Move the person, there or back to where they came from, or what was set for a certain minute, to the zone; or
    say which it is."""
    if action["op"] == "show":
        now = show_moment(world.now, world.words, now=world.now)
        return Reply(world.words.say("zone.is", place=_place(world, str(world.actor.zone)), now=now))
    if action["op"] == "wall":
        return _all_by_wall(world, action["ids"])
    user = world.session.get_one(records.User, world.actor.user_id)
    ways = dict(user.attention or {})
    home = ways.pop("home", None) if action["op"] == "back" else ways.setdefault("home", str(world.actor.zone))
    user.attention = ways
    return _move(world, user, action["zone"] if action["op"] == "move" else home or world.settings.timezone)


def _move(world: World, user: "records.User", zone: str) -> Reply:
    words = world.words
    local = world.now.astimezone(ZoneInfo(zone))
    if zone == str(world.actor.zone):
        return Reply(words.say("zone.is", place=_place(world, zone), now=show_moment(local, words, now=local)))
    old = str(world.actor.zone)
    moved = move(world.session, user, zone)
    shown = show_moment(local, words, now=local)
    lines = [words.say("zone.moved", place=_place(world, zone), now=shown)]
    if moved.followed:
        lines.append(words.say("zone.followed", count=len(moved.followed)))
    buttons: tuple[Press, ...] = ()
    if moved.stayed:
        lines.append(words.say("zone.stayed", count=len(moved.stayed)))
        lines += [
            words.say("zone.row", at=show_moment(item.remind_at, words, now=local), subject=item.subject)
            for item in moved.stayed[:ROWS]
        ]
        ids = [
            [item.id, item.remind_at.astimezone(ZoneInfo(old)).replace(tzinfo=None).isoformat()]
            for item in moved.stayed
        ]
        buttons = (Press(words.say("zone.by_wall"), {"do": "zone", "op": "wall", "ids": ids}, is_open=True),)
    reply = saved(world, lines[0]).reply
    return Reply("\n".join([reply.text, *lines[1:]]), (*buttons, *reply.buttons))


def _all_by_wall(world: World, ids: list[Json]) -> Reply:
    """「也照当地时间」: three in the afternoon there, not the instant that was three at home."""
    words, rows = world.words, []
    for reminder_id, wall in ids:
        item = own(world, reminder_id)
        if item.status != "pending":
            continue
        item.wall_time = wall
        to_wall(item, str(world.actor.zone), world.now)
        rows.append(words.say("zone.row", at=show_moment(item.remind_at, words, now=world.now), subject=item.subject))
    if not rows:
        return Reply(words.say("reminder.all_settled"))
    reply = saved(world, words.say("zone.all_by_wall", count=len(rows))).reply
    return Reply("\n".join([reply.text, *rows[:ROWS]]), reply.buttons)


def _place(world: World, zone: str) -> str:
    return place_of(zone, world.words)
