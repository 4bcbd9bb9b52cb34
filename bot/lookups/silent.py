"""「本周谁没写跟进」, "who hasn't logged anything this week": those who sell and have no note in a time."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select, true

from bot.dialogs.model import Json
from bot.dialogs.reply import Reply
from bot.dialogs.show import show_day
from bot.errors import NotAllowed
from bot.lookups.periods import days_of, shown_days
from bot.talk.memory import Memory
from bot.world import World
from config.types import Period
from storage import records

MAX_CHARS = 60
MAX_ROWS = 20


def asked(world: World, text: str) -> Json | None:
    """The command of such a question, with the days it is about; None for any other message."""
    if len(text) > MAX_CHARS or world.words.pattern("list.silent.asked").search(text) is None:
        return None
    period = days_of(world, text) or Period(_monday(world), world.now.date())
    return {"do": "silent", "period": period.to_json()}


def _monday(world: World) -> date:
    today = world.now.date()
    return today - timedelta(days=today.weekday())


def answer(world: World, memory: Memory, action: Json) -> Reply:
    """Their names, who has been silent longest on top. Raises NotAllowed where the role sees no notes at all."""
    period = Period.from_json(action["period"])
    people = _people(world)
    until, _end = period.instants(world.now.tzinfo)
    silent = [row for row in people if row.last is None or row.last < until]
    words = world.words
    facts = {"days": shown_days(world, period), "count": len(silent), "all": len(people)}
    if not silent:
        return Reply(words.say("list.silent.none", **facts))
    silent.sort(key=lambda row: (row.last is not None, row.last, row.id))
    lines = [
        words.say("list.row", number=number, text=_line(world, row)) for number, row in enumerate(silent[:MAX_ROWS], 1)
    ]
    return Reply("\n".join([words.say("list.silent.head", **facts), *lines]))


def _people(world: World) -> "list[Row[Any]]":
    """Those who sell and whose notes may be seen here: id, name, and when they last were in touch with somebody."""
    user, note = records.User, records.FollowUp
    selling = [role for role in world.crm.roles if world.crm.level(role, "opportunity", "create") == "own"]
    last = select(func.max(note.occurred_at)).where(
        note.owner_id == user.id, note.deleted_at.is_(None), note.occurred_at <= world.now
    )
    query = select(user.id, user.name, last.scalar_subquery().label("last")).where(
        user.active.is_(True), user.deleted_at.is_(None), user.role.in_(selling), _ours(world)
    )
    return list(world.session.execute(query.order_by(user.id)))


def _ours(world: World) -> "ColumnElement[bool]":
    actor, user = world.actor, records.User
    level = world.crm.level(actor.role, "follow_up", "view")
    if level == "none":
        raise NotAllowed
    heard = user.team_id.in_(sorted(actor.audience.teams)) if actor.audience else true()
    if level == "all":
        return heard
    return heard & (user.team_id.in_(sorted(actor.teams)) if level == "team" else user.id == actor.user_id)


def _line(world: World, row: "Row[Any]") -> str:
    if row.last is None:
        return world.words.say("list.silent.never", name=row.name)
    day = show_day(row.last.astimezone(world.now.tzinfo).date(), world.words, today=world.now.date())
    return world.words.say("list.silent.last", name=row.name, day=day)
