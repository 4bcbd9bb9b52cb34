"""What one person is told of deals that are theirs, once for each occasion."""

from datetime import timedelta
from typing import Any

from bot.alarms.said import by_deal, cleanup_button, deal_of, reasons
from bot.alarms.signs import Alarm, Sign, alarms
from bot.dialogs.reply import Reply
from bot.messages.reach import post, reach
from bot.targets.whose import Whose, owned_by
from bot.world import World
from storage import records
from storage.prepared import Prepared, insert_new
from storage.tables import alarms_told

SHOWN = 5
NEW = timedelta(days=6)  # whoever has just entered a deal need not be told that its next step is missing
_OF_REPS: tuple[Sign, ...] = ("quiet", "overdue", "changed", "stepless")
_OF_MANAGERS: tuple[Sign, ...] = ("changed",)
_TOLD = Prepared(insert_new(alarms_told), ("key", "told_at"))


def tell(world: World) -> str | None:
    """Tell one person what is new; the chat to wake, None where there is nothing."""
    to = reach(world.tx, user_id=world.actor.user_id)
    if to is None:
        return None
    new = [found for found in _theirs(world) if _is_new(world, found)]
    if not new:
        return None
    key = f"alarms:U{world.actor.user_id}:{world.now.date()}"
    return post(world.tx, to, _said(world, new), key=key, lane="digest")


def _theirs(world: World) -> list[Alarm]:
    cls: Any = records.Opportunity
    actor = world.actor
    mine = owned_by(world, Whose("user", actor.user_id, actor.name), cls)
    found = alarms(world, mine, _OF_REPS)
    if actor.role == "manager" and actor.team_id is not None:
        found += alarms(world, owned_by(world, Whose("team", actor.team_id, ""), cls) & ~mine, _OF_MANAGERS)
    return [one for one in found if one.facts.get("by") != actor.user_id and not _is_too_new(world, one)]


def _is_too_new(world: World, alarm: Alarm) -> bool:
    return alarm.sign == "stepless" and bool(alarm.deal.created_at > world.now - NEW)


def _is_new(world: World, alarm: Alarm) -> bool:
    """Write down that it was told; False where it was before."""
    key = f"U{world.actor.user_id}:{alarm.sign}:{alarm.deal.id}:{alarm.occasion}"
    return bool(_TOLD.many(world.tx.connection, [{"key": key, "told_at": world.now}]))


def _said(world: World, new: list[Alarm]) -> Reply:
    words, cards = world.words, by_deal(new)
    lines = [words.say("alarms.news", count=len(cards))]
    for number, card in enumerate(cards[:SHOWN], 1):
        deal = deal_of(world, card[0].deal, card[0].deal.owner_id != world.actor.user_id)
        row = words.say("alarms.row", deal=deal, why=reasons(world, card))
        lines.append(words.say("list.row", number=number, text=row))
    if len(cards) > SHOWN:
        lines.append(words.say("list.rest", count=len(cards) - SHOWN))
    is_own = any(one.sign != "changed" for one in new)
    return Reply("\n".join(lines), (cleanup_button(world),) if is_own else ())
