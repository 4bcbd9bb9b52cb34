"""「客户投诉多吗」, "are there many complaints": how many service requests came, beside the time before."""

import re
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import func, select

from bot.dialogs.model import Json, Press, Reply
from bot.lookups.periods import days_of, shown_days
from bot.lookups.requests import OPEN
from bot.reports.query import current, shifted
from bot.rules.access import visible
from bot.talk.memory import Memory
from bot.world import World
from config.catalog import Catalog
from config.types import Period
from storage import records

MAX_CHARS = 40


def asked(world: World, text: str) -> Json | None:
    """The command of such a question; None for any other message."""
    if len(text) > MAX_CHARS or _pattern(world.words).search(text.casefold()) is None:
        return None
    period = days_of(world, text) or _this_month(world)
    return {"do": "complaints", "period": period.to_list()}


@lru_cache
def _pattern(words: Catalog) -> re.Pattern[str]:
    return re.compile("|".join(words.words("request.many.asked")))


def _this_month(world: World) -> Period:
    return Period(current("month", world.now.date()).start, world.now.date())


def answer(world: World, memory: Memory, action: Json) -> Reply:
    """How many came, how many in as long a time before, who sent most, and what is still open."""
    period = Period.from_list(action["period"])
    before = _before(period)
    words = world.words
    cls: Any = records.ServiceRequest
    came = _count(world, period)
    still_open = _number(world, cls.status.in_(OPEN))
    lines = [
        words.say("request.many.came", days=shown_days(world, period), count=came),
        words.say("request.many.before", days=shown_days(world, before), count=_count(world, before)),
        *_most(world, period),
        words.say("request.many.open", count=still_open),
    ]
    look = Press(words.say("request.many.look"), {"do": "list", "name": "service_requests"}, is_open=True)
    return Reply("\n".join(lines), (look,) if still_open else ())


def _before(period: Period) -> Period:
    """The whole week or month before one that is not over; else as many days before."""
    for grain in ("week", "month"):
        whole = current(grain, period.start)
        if whole.start == period.start < period.end <= whole.end:
            return current(grain, period.start - timedelta(days=1))
    return shifted(period, "", -1)


def _count(world: World, period: Period) -> int:
    return _number(world, *_within(world, period))


def _within(world: World, period: Period) -> tuple[Any, ...]:
    at, zone = records.ServiceRequest.requested_at, world.now.tzinfo
    end = datetime.combine(period.end + timedelta(days=1), time(), zone)
    return at >= datetime.combine(period.start, time(), zone), at < end


def _number(world: World, *conditions: Any) -> int:
    cls = records.ServiceRequest
    query = select(func.count(cls.id)).where(visible(world.actor, world.crm, cls), *conditions)
    return world.session.scalar(query) or 0


def _most(world: World, period: Period) -> list[str]:
    """Who sent more than anybody else, where somebody sent several."""
    cls, customer = records.ServiceRequest, records.Customer
    count = func.count(cls.id)
    query = (
        select(customer.name, count)
        .join(customer, customer.id == cls.customer_id)
        .where(visible(world.actor, world.crm, cls), *_within(world, period))
        .group_by(customer.id, customer.name)
        .having(count > 1)
        .order_by(count.desc(), customer.id)
    )
    found = world.session.execute(query.limit(1)).first()
    return [world.words.say("request.many.most", name=found[0], count=found[1])] if found else []
