"""Service requests: the queue of an agent, what nobody has, what is late; and one with its whole history."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from bot.dialogs.model import Found, Json
from bot.dialogs.reply import Reply
from bot.dialogs.show import shortened, show_moment
from bot.flows.shared import reference
from bot.reminders.message import span
from bot.rules.access import fetch, visible
from bot.rules.service import AGENT, DONE, handler_buttons
from bot.talk.memory import Memory
from bot.talk.paging import page
from bot.talk.phrases import is_phrase
from bot.world import World
from storage import records

MAX_CHARS = 60
MAX_STEPS = 5
MIN_WORDS = 2  # letters; fewer tell no problem
JUST_NOW = timedelta(minutes=1)
OPEN = ("open", "in_progress")


def asked(world: World, text: str) -> Json | None:
    """The command that a message about a request stands for: to see it (SR-7), or to take it."""
    if world.actor.role == AGENT and is_phrase(world.words, "request.late_alone", text):
        return {"do": "list", "name": "late_requests"}
    number, rest = reference("SR", text)
    about = number or world.focus.get("service_request")
    theirs = _theirs(world, text) if number is None else None
    if theirs is not None:
        return {"do": "request", "id": theirs}
    if about is None:
        return None
    wish = "request.card.asked" if number else "request.card.asked_spoken"
    if (number and not rest) or is_phrase(world.words, wish, rest):
        return {"do": "request", "id": about}
    if is_phrase(world.words, "request.take", rest):
        return {"do": "service", "op": "take", "id": about}
    return None


def _theirs(world: World, text: str) -> int | None:
    """The request meant by 「蓝海那个报修怎么样了」, 「谁在处理蓝海的报修」: their newest that is open, else their
    newest; by 「蓝海的叉车怎么回事」 the one with that word in it; by 「叉车漏油谁管」 the open one about this."""
    said = text.strip().rstrip("。.!！?？")
    way = next(filter(None, (way.fullmatch(said) for way in world.words.each("request.theirs"))), None)
    if way is None:
        return None
    whose, named = way.groupdict().get("customer"), next(filter(None, way.groups()), "").strip()
    found = world.find("customer", named, {}) if whose else Found()
    cls: Any = records.ServiceRequest
    query = select(cls.id).where(visible(world.actor, world.crm, cls))
    if found.is_sure and len(found.matches) == 1:
        query = query.where(cls.customer_id == found.matches[0].id)
        thing = way.groupdict().get("thing")
        query = query.where(cls.description.icontains(thing.strip(), autoescape=True)) if thing else query
    elif len(named) >= MIN_WORDS:
        query = query.where(cls.status.in_(OPEN), cls.description.contains(named, autoescape=True))
    else:
        return None
    newest: int | None = world.session.scalars(query.order_by(cls.status.in_(OPEN).desc(), cls.id.desc())).first()
    return newest


def everyones(world: World, memory: Memory) -> Reply:
    """All that are not settled, the oldest first."""
    return _listed(world, memory, "service_requests")


def mine(world: World, memory: Memory) -> Reply:
    """What an agent has in hand; of a rep, what their customers wait for. With nothing in hand, what nobody has."""
    cls, me = records.ServiceRequest, world.actor.user_id
    whose = cls.handler_id == me if world.actor.role == AGENT else or_(cls.handler_id == me, cls.owner_id == me)
    reply = _listed(world, memory, "my_requests", whose)
    if not reply.is_empty:
        return reply
    free = _listed(world, memory, "free_requests", cls.handler_id.is_(None))
    return reply if free.is_empty else Reply(f"{reply.text}\n{free.text}", free.buttons)


def free(world: World, memory: Memory) -> Reply:
    """Those that nobody has taken."""
    return _listed(world, memory, "free_requests", records.ServiceRequest.handler_id.is_(None))


def late(world: World, memory: Memory) -> Reply:
    """Those that should have been taken, or solved, by now."""
    return _listed(world, memory, "late_requests", too_late(world))


def too_late(world: World) -> "ColumnElement[bool]":
    """The condition for what is open: longer than it should be."""
    cls, rule = records.ServiceRequest, world.crm.service
    return or_(
        and_(cls.status == "open", cls.requested_at < world.now - rule.take_within),
        cls.requested_at < world.now - rule.solve_within,
    )


def _listed(world: World, memory: Memory, name: str, *which: "ColumnElement[bool]") -> Reply:
    cls: Any = records.ServiceRequest
    query = select(cls).where(visible(world.actor, world.crm, cls), cls.status.in_(OPEN), *which)
    items = list(world.session.scalars(query.order_by(cls.requested_at, cls.id).limit(200)))
    if len(items) == 1:
        memory.focus["service_request"] = items[0].id
    return page(world, memory, name, [line(world, item) for item in items], len(items))


def line(world: World, request: "records.ServiceRequest") -> str:
    """One in a list: its number, whose, what, how it stands, who has it, and whether it is late."""
    facts = (
        request.number,
        request.customer.name,
        shortened(request.description, 40),
        status_of(world, request.status),
        request.handler.name if request.handler else "",
        world.words.say("request.late") if _is_late(world, request) else "",
    )
    return world.words.line(facts)


def status_of(world: World, status: str) -> str:
    return world.crm.label("service_statuses", status, world.words.language)


def _is_late(world: World, request: "records.ServiceRequest") -> bool:
    rule = world.crm.service
    within = rule.take_within if request.status == "open" else rule.solve_within
    return request.status in OPEN and world.now > request.requested_at + within


def card(world: World, memory: Memory, action: Json) -> Reply:
    """One request: how it stands, who had it, what was done, and how long it took."""
    request = fetch(world.tx, world.actor, world.crm, records.ServiceRequest, action["id"])
    memory.focus |= {"service_request": request.id, "customer": request.customer_id}
    words = world.words
    who = dict.fromkeys(name for name in (request.customer.name, request.contact and request.contact.name) if name)
    lines = [
        words.say(
            "request.card.head",
            number=request.number,
            who=words.line(who),
            status=status_of(world, request.status),
            late=words.say("request.late_mark") if _is_late(world, request) else "",
        ),
        words.say("request.card.problem", text=shortened(request.description, 200)),
        words.say("request.card.reported", at=_at(world, request.requested_at)),
        *_handlers(world, request),
        *(
            words.say(
                "request.card.step",
                at=_at(world, step.at),
                who=step.handler.name if step.handler else "",
                text=shortened(step.measures, 100),
            )
            for step in request.steps[-MAX_STEPS:]
        ),
        *_times(world, request),
    ]
    return Reply("\n".join(lines), handler_buttons(words, request))


def _handlers(world: World, request: "records.ServiceRequest") -> list[str]:
    """Who has it, and who had it before, in order."""
    had = [event.user_id for event in request.events if event.user_id is not None]
    ids = [who for who in dict.fromkeys(had) if who != request.handler_id]
    names = {user.id: user.name for user in world.session.scalars(select(records.User).where(records.User.id.in_(ids)))}
    before = world.words.say("common.list_separator").join(names[who] for who in ids if who in names)
    now = request.handler.name if request.handler else world.words.say("request.card.nobody")
    key = "request.card.handlers" if before else "request.card.handler"
    return [world.words.say(key, now=now, before=before)]


def _times(world: World, request: "records.ServiceRequest") -> list[str]:
    """How long it waited, and from taken to solved."""
    taken = next((event.at for event in request.events if event.what == "taken"), None)
    solved = request.resolved_at if request.status in DONE else None
    if (solved or world.now) - request.requested_at < JUST_NOW:
        return []
    until_taken = span(world, (taken or solved or world.now) - request.requested_at, units=2)
    if taken is None:
        return [world.words.say("request.card.solved_at_once" if solved else "request.card.waits", span=until_taken)]
    lasted = span(world, (solved or world.now) - taken, units=2)
    return [world.words.say("request.card.solved" if solved else "request.card.taken", waited=until_taken, span=lasted)]


def _at(world: World, at: datetime) -> str:
    return show_moment(at, world.words, now=world.now)
