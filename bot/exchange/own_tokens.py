"""One's own tokens in a chat: 「给我一个 API 令牌」, 「订阅我的日历」, 「我的令牌」, 「作废令牌 AT-3」.

A secret is shown once, and only where nobody else reads along.
"""

import re

from bot.custom.forms import undo
from bot.dialogs.model import Json
from bot.dialogs.reply import Press, Reply
from bot.dialogs.show import show_day
from bot.errors import InvalidValue
from bot.exchange.tokens import Purpose, alive, calendar_url, make_token, revoke
from bot.talk.memory import Memory
from bot.world import World
from storage import records


def handle(world: World, memory: Memory, action: Json) -> Reply:
    """Make, list or end. Raises InvalidValue."""
    if not world.is_private:
        raise InvalidValue("token.only_private")
    if "end" in action:
        revoke(world.session, action["end"], of_user=world.actor.user_id)
        return Reply(world.words.say("token.revoked", id=action["end"]), undo(world))
    return _listed(world) if action.get("list") else _make(world, action["make"])


def _make(world: World, purpose: Purpose) -> Reply:
    user = world.session.get_one(records.User, world.actor.user_id)
    token = make_token(world.session, user, purpose)
    made = alive(world.tx, user.id)[-1].public_id
    secret = calendar_url(world.settings, token) if purpose == "calendar" else token
    end = Press(world.words.say("token.end", id=made), {"do": "token", "end": made}, is_open=True)
    return Reply(world.words.say(f"token.made_{purpose}", id=made, secret=secret), (end,))


def _listed(world: World) -> Reply:
    words, today = world.words, world.now.date()
    tokens = alive(world.tx, world.actor.user_id)
    if not tokens:
        return Reply(words.say("token.none"))
    lines = [words.say("token.head", count=len(tokens))]
    for item in tokens:
        used = item.last_used_on
        when = words.say("token.used", day=show_day(used, words, today=today)) if used else words.say("token.unused")
        made = show_day(item.created_at.astimezone(world.now.tzinfo).date(), words, today=today)
        what = words.say(f"token.purpose.{item.purpose}")
        lines.append(words.say("token.row", id=item.public_id, what=what, made=made, used=when))
    return Reply("\n".join(lines), tuple(_end(world, item.public_id) for item in tokens[:5]))


def _end(world: World, public_id: str) -> Press:
    return Press(world.words.say("token.end", id=public_id), {"do": "token", "end": public_id}, is_open=True)


def wanted(world: World, text: str) -> Json | None:
    """What a message wants of one's tokens; None for one about something else."""
    plain = text.strip().rstrip("。.!！?？")
    for name, action in (("api", {"make": "api"}), ("calendar", {"make": "calendar"}), ("listed", {"list": True})):
        if any(re.fullmatch(pattern, plain, re.I) for pattern in world.words.words(f"token.asked.{name}")):
            return {"do": "token", **action}
    for pattern in world.words.words("token.asked.ended"):
        found = re.fullmatch(pattern, plain, re.I)
        if found is not None:
            return {"do": "token", "end": found["id"].upper()}
    return None
