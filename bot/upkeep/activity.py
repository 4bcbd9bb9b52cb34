"""Who uses the bot: 「谁还没绑定」, 「上周谁没用过」, "when was Tom last here". For administrators."""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import exists, func, select

from bot.dialogs.reply import Reply
from bot.dialogs.show import show_day
from bot.lookups.periods import days_of, shown_days
from bot.rules.colleagues import colleagues_in
from bot.world import World
from config.types import Period
from storage import records
from storage.tables import conversations

MAX_CHARS = 60
USUAL = timedelta(days=7)
MAX_NAMES = 20


class Seen(NamedTuple):
    """A colleague, whether an account is linked, and the day they last spoke to the bot or heard from it."""

    id: int
    name: str
    is_linked: bool
    last: date | None


def asked(world: World, text: str) -> Reply | None:
    """The answer to such a question; None for any other message."""
    if len(text) > MAX_CHARS or world.words.pattern("upkeep.activity.asked").search(text) is None:
        return None
    people = _people(world)
    named = {one.id for one in colleagues_in(world.tx, world.actor, world.crm, text) if one.kind == "user"}
    if named:
        return Reply("\n".join(_line(world, one) for one in people if one.id in named))
    today = world.now.date()
    return _told(world, people, days_of(world, text) or Period(today - USUAL, today))


def _people(world: World) -> list[Seen]:
    user, identity = records.User, records.Identity
    is_linked = exists().where(identity.user_id == user.id, identity.deleted_at.is_(None))
    last = select(func.max(conversations.c.updated_at)).where(conversations.c.user_id == user.id)
    query = select(user.id, user.name, is_linked.label("is_linked"), last.scalar_subquery().label("last"))
    query = query.where(user.active.is_(True), user.deleted_at.is_(None)).order_by(user.id)
    found: list[Any] = list(world.session.execute(query))
    return [Seen(row.id, row.name, row.is_linked, _day(world, row.last)) for row in found]


def _day(world: World, at: datetime | None) -> date | None:
    return at.astimezone(world.now.tzinfo).date() if at else None


def _told(world: World, people: list[Seen], period: Period) -> Reply:
    """How many there are, who has no account here yet, and who was not here in the time."""
    words = world.words
    apart = [one.name for one in people if not one.is_linked]
    away = [one.name for one in people if one.is_linked and (one.last is None or one.last < period.start)]
    facts = {"all": len(people), "here": len(people) - len(apart) - len(away), "days": shown_days(world, period)}
    lines = [words.say("upkeep.activity.head", **facts)]
    for key, names in (("apart", apart), ("away", away)):
        if names:
            more = len(names) - MAX_NAMES
            shown = words.say("common.list_separator").join(names[:MAX_NAMES])
            told = words.say("upkeep.activity.more", names=shown, count=more) if more > 0 else shown
            lines.append(words.say(f"upkeep.activity.{key}", count=len(names), names=told))
    return Reply("\n".join(lines))


def _line(world: World, one: Seen) -> str:
    words = world.words
    if one.last is None:
        return words.say("upkeep.activity.never" if one.is_linked else "upkeep.activity.unlinked", name=one.name)
    day = show_day(one.last, words, today=world.now.date())
    return words.say("upkeep.activity.last", name=one.name, day=day)
