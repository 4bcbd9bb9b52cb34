"""Questions about service requests: which, how many, whose, since when, and who has most of them.

「我手上有什么活」, 「这周我处理了几个」, 「蓝海物流以前报过什么问题」, "how many tickets did Sam close this month",
"which customer complains most". A message counts as one when it is nothing but cues, whom, when and words without
weight: 「蓝海物流报修」 is a report.
"""

from collections import Counter
from typing import Any

from sqlalchemy import ColumnElement, case, func, select, true

from bot.dialogs.model import Json, Reply
from bot.lookups.accounts import period_of
from bot.lookups.requests import OPEN, line, status_of, too_late
from bot.lookups.subject import customer_meant, customer_named
from bot.rules.access import visible
from bot.rules.service import AGENT, DONE
from bot.talk.cues import cues_in, left
from bot.talk.memory import Memory
from bot.talk.paging import page
from bot.talk.periods import before, month_of, named
from bot.targets.whose import Whose, whose_in
from bot.world import World
from config.catalog import catalog
from config.types import Period
from nlu.folding import fold
from nlu.types import Understanding
from storage import records

MAX_CHARS = 60
MOST = 200  # requests that are listed, a page at a time
GROUPS = 10
STATES = ("done", "free", "late", "open")  # where a message holds the cues of several, the first of these is meant
BYS = ("by_customer", "by_handler")
_QUEUES = {"mine": "my_requests", "free": "free_requests", "late": "late_requests", "open": "service_requests"}
_WEIGHTLESS = ("work", "trouble")  # say what it is about where something else says that it is a question
_ASKING = ("count", "which", "history", *STATES, *BYS)
NAMES = ("object", *_WEIGHTLESS, *_ASKING, "mine")


def asked(world: World, heard: Understanding) -> Json | None:
    """The look-up that a message about requests asks for."""
    if len(heard.text) > MAX_CHARS:
        return None
    words, text = catalog(heard.lang), fold(heard.text)
    cues = cues_in(words, "request.question", NAMES, text)
    names = {name for name, _span in cues}
    if not _is_question(names, is_agent=world.actor.role == AGENT):
        return None
    whose, spans = whose_in(world, heard)
    whose = whose if spans else None
    customer = customer_named(heard)
    spans += [customer] if customer else []
    spans += [(value.start, value.end) for value in heard.values] + [span for _name, span in cues]
    if left(words, "request.question.fillers", text, spans):
        return None
    period, by = _past(heard), next((by for by in BYS if by in names), None)
    if {"count", "trouble"} <= names and not (period or customer):
        period = month_of(world.now.date())  # 「客户投诉多吗」: of late
    state = next((state for state in STATES if state in names), _all_or_open(names, customer or period))
    is_mine = "mine" in names and whose is None
    if not (customer or period or by or whose):
        listed = _QUEUES.get("mine" if is_mine and state == "open" else "" if is_mine else state)
        if listed:
            return {"do": "list", "name": listed}
    who = Whose("user", world.actor.user_id, world.actor.name) if is_mine else whose
    return {
        "do": "requests",
        "state": state,
        "by": by,
        "who": who.to_json() if who else None,
        "customer": heard.text[slice(*customer)] if customer else "",
        "period": period.to_json() if period else None,
    }


def _is_question(names: set[str], *, is_agent: bool) -> bool:
    """Requests are named, or trouble is asked about; of an agent it is clear what "how many did I close" is about."""
    asks = bool(names.intersection(_ASKING))
    if "object" in names or "history" in names:
        return True
    return asks and ("trouble" in names or (is_agent and bool(names & {"work", "done", "free", "late"})))


def _all_or_open(names: set[str], told: object) -> str:
    """Of a customer, of a time, and in figures everything counts; else what is still to be done."""
    return "all" if told or (names & {"count", "history", "trouble", *BYS} and "mine" not in names) else "open"


def _past(heard: Understanding) -> Period | None:
    """The days that are asked about, as they lie behind."""
    value = next(iter(heard.of_kind("range", "date", "datetime")), None)
    return value.past.days if value is not None and value.past is not None else None


def answer(world: World, memory: Memory, action: Json) -> Reply:
    """The scope, how many stand where, and the requests; or who has most of them."""
    customer = customer_meant(world, memory, action["customer"]) if action["customer"] else None
    if isinstance(customer, Reply):
        return customer
    action, period = {**action, "customer": customer}, period_of(action)
    head, counts = _scope(world, action, period), _by_status(world, action, period)
    if action["by"] and counts:
        return Reply("\n".join([head, _count(world, counts), *_groups(world, action, period)]))
    found = _found(world, action, period)
    if len(found) == 1:
        memory.focus["service_request"] = found[0].id
    reply = page(world, memory, "requests", [line(world, item) for item in found], counts.total())
    lines = [head, *reply.text.split("\n")]
    if found and action["state"] == "all":
        lines[1] = _count(world, counts)
    if found and period:
        lines.insert(2, _before(world, action, period))
    return Reply("\n".join(lines), reply.buttons, is_empty=reply.is_empty)


def _by_status(world: World, action: Json, period: Period | None) -> "Counter[str]":
    cls = records.ServiceRequest
    query = (
        select(cls.status, func.count().label("number")).where(*_conditions(world, action, period)).group_by(cls.status)
    )
    return Counter({row.status: row.number for row in world.session.execute(query)})


def _found(world: World, action: Json, period: Period | None) -> "list[records.ServiceRequest]":
    """The requests that are meant, as many as are paged through: of open ones the oldest first, else the latest."""
    cls = records.ServiceRequest
    order = cls.requested_at if action["state"] in ("open", "free", "late") else cls.requested_at.desc()
    query = select(cls).where(*_conditions(world, action, period)).order_by(order, cls.id)
    return list(world.session.scalars(query.limit(MOST)))


def _conditions(world: World, action: Json, period: Period | None) -> "list[ColumnElement[bool]]":
    cls, state = records.ServiceRequest, action["state"]
    stands: dict[str, ColumnElement[bool]] = {
        "open": cls.status.in_(OPEN),
        "done": cls.status.in_(DONE),
        "free": cls.status.in_(OPEN) & cls.handler_id.is_(None),
        "late": cls.status.in_(OPEN) & too_late(world),
        "all": true(),
    }
    conditions = [visible(world.actor, world.crm, cls), stands[state]]
    if action["customer"]:
        conditions.append(cls.customer_id == action["customer"])
    if action["who"]:
        conditions.append(_handled_by(world, Whose.from_json(action["who"])))
    if period:
        at = cls.resolved_at if state == "done" else cls.requested_at
        start, end = period.instants(world.now.tzinfo)
        conditions += [at >= start, at < end]
    return conditions


def _handled_by(world: World, whose: Whose) -> "ColumnElement[bool]":
    cls, me = records.ServiceRequest, world.actor
    if whose.kind == "team":
        return cls.handler_id.in_(select(records.User.id).where(records.User.team_id == whose.id))
    mine: ColumnElement[bool] = cls.handler_id == whose.id
    return mine if whose.id != me.user_id or me.role == AGENT else mine | (cls.owner_id == me.user_id)


def _scope(world: World, action: Json, period: Period | None) -> str:
    """ "🛠 Service requests · this week · Sam · resolved": what the figures are about."""
    words = world.words
    parts = [
        words.say("request.question.head"),
        named(period, words, today=world.now.date()) if period else "",
        world.session.get_one(records.Customer, action["customer"]).name if action["customer"] else "",
        action["who"]["name"] if action["who"] else "",
        words.say(f"request.question.state.{action['state']}") if action["state"] != "all" else "",
    ]
    return words.say("common.value_separator").join(part for part in parts if part)


def _count(world: World, counts: "Counter[str]") -> str:
    """How many, and how many of them stand where."""
    words = world.words
    parts = [
        words.say("request.question.part", name=status_of(world, status), count=counts[status])
        for status in world.crm.codes("service_statuses")
        if counts[status]
    ]
    told = words.say("common.list_separator").join(parts)
    return words.say("request.question.count_line", count=counts.total(), parts=told)


def _groups(world: World, action: Json, period: Period | None) -> list[str]:
    """Who has how many of them, the most first, and how many of those are still open."""
    words, cls = world.words, records.ServiceRequest
    group: Any = records.Customer if action["by"] == "by_customer" else records.User
    key = cls.customer_id if action["by"] == "by_customer" else cls.handler_id
    still_open = func.sum(case((cls.status.in_(OPEN), 1), else_=0))
    query = (
        select(group.name, func.count(), still_open)
        .select_from(cls)
        .outerjoin(group, group.id == key)
        .where(*_conditions(world, action, period))
        .group_by(key, group.name)
        .order_by(func.count().desc(), func.coalesce(key, 0))  # names are ordered otherwise on each engine
    )
    lines = []
    for number, (who, count, left_open) in enumerate(world.session.execute(query.limit(GROUPS)), 1):
        facts = {"name": who or words.say("request.card.nobody"), "count": count, "open": left_open}
        text = words.say("request.question.group_open" if left_open else "request.question.group", **facts)
        lines.append(words.say("list.row", number=number, text=text))
    return lines


def _before(world: World, action: Json, period: Period) -> str:
    """How many it were in as many days before."""
    earlier = before(period)
    count = _by_status(world, action, earlier).total()
    return world.words.say(
        "request.question.before", period=named(earlier, world.words, today=world.now.date()), count=count
    )
