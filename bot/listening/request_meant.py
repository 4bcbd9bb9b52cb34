"""Which service request an agent's words are about: by a word of the problem, by whose it is, by what was spoken of."""

from typing import Any

from sqlalchemy import ColumnElement, select

from bot.flows.focus import HARDLY
from bot.rules.access import visible
from bot.rules.service import DONE
from bot.world import World
from config.catalog import catalog
from nlu.folding import fold
from nlu.patterns import pattern
from nlu.types import Understanding
from storage import records

_HAN, _LATIN = pattern("[\u4e00-\u9fff]{2,}"), pattern(r"[a-z]{5,}")
MOST_IN_HAND = 50  # of an agent's requests, the newest, are looked through for words of the problem


def meant(world: World, heard: Understanding) -> "records.ServiceRequest | None":
    """The one that is called by words of it: 「显示屏那个我来」; of a customer who is named, the only one worked on, or
    the one that a word of the problem tells apart; else of those in hand the one with such a word, or that which was
    just spoken of."""
    by_name = called(world, heard)
    if by_name is not None:
        return by_name
    named = whose(world, heard)
    number = world.focus.get("service_request")
    spoken = request_of(world, number) if number is not None else None
    if spoken is not None and (not named or named == {spoken.customer_id}) and names_the_thing(spoken, heard):
        return spoken
    cls: Any = records.ServiceRequest
    of_theirs = cls.customer_id.in_(named) if named else cls.handler_id == world.actor.user_id
    those = _worked_on(world, of_theirs, MOST_IN_HAND)
    about = [one for one in those if names_the_thing(one, heard)]
    if len(about) == 1:
        return about[0]
    if spoken is not None and (not named or named == {spoken.customer_id}):
        return spoken
    return those[0] if named and len(those) == 1 else None


def spoken_of(world: World, heard: Understanding) -> "records.ServiceRequest | None":
    """Of a question, done or not: the newest of whose it is that a word of the problem names; else their newest; of
    nobody's that which was just spoken of."""
    named = whose(world, heard)
    number = world.focus.get("service_request")
    cls: Any = records.ServiceRequest
    theirs = (cls.customer_id.in_(named),) if named else ()
    query = select(cls).where(*theirs, visible(world.actor, world.crm, cls))
    those = list(world.session.scalars(query.order_by(cls.id.desc()).limit(MOST_IN_HAND)))
    about = [one for one in those if names_the_thing(one, heard)]
    if about or named:
        return next(iter(about or those), None)
    return request_of(world, number) if number is not None else None


def oldest_free(world: World) -> "records.ServiceRequest | None":
    """The request that has waited longest for somebody."""
    cls: Any = records.ServiceRequest
    is_free = (cls.handler_id.is_(None), cls.status.not_in(DONE), visible(world.actor, world.crm, cls))
    found: records.ServiceRequest | None = world.session.scalars(
        select(cls).where(*is_free).order_by(cls.id).limit(1)
    ).first()
    return found


def whose(world: World, heard: Understanding) -> set[int]:
    """The customers that are named, by themselves or by somebody of theirs."""
    found = {int(match.name.key) for match in heard.names if match.name.kind == "customer"}
    people = {int(match.name.key) for match in heard.names if match.name.kind == "contact" and match.sure == 1}
    query = select(records.Contact.customer_id).where(records.Contact.id.in_(people))
    return found or {number for number in (world.session.scalars(query) if people else ()) if number is not None}


def called(world: World, heard: Understanding) -> "records.ServiceRequest | None":
    """The only one in hand whose description, or whose customer's name, holds the words that it is called by."""
    found = catalog(heard.lang).pattern("service_update.called").match(heard.text.strip())
    if found is None:
        return None
    cls: Any = records.ServiceRequest
    said = found["what"].strip()
    held = cls.description.icontains(said, autoescape=True)
    held |= cls.customer.has(records.Customer.name.icontains(said, autoescape=True))
    those = _worked_on(world, held, 2)
    return those[0] if len(those) == 1 else None


def request_of(world: World, number: int) -> "records.ServiceRequest | None":
    cls: Any = records.ServiceRequest
    query = select(cls).where(cls.id == number, visible(world.actor, world.crm, cls))
    found: records.ServiceRequest | None = world.session.scalars(query).one_or_none()
    return found


def is_about(world: World, one: "records.ServiceRequest", heard: Understanding) -> bool:
    """Does the message name no other customer than the request's?"""
    named = whose(world, heard)
    other = heard.slots.get("customer")
    return named == {one.customer_id} if named else other is None or other.sure < HARDLY


def names_the_thing(one: "records.ServiceRequest", heard: Understanding) -> bool:
    """ "Fernhill panel: part ordered, here Thursday", of the request about a panel: does a word of the problem stand
    beside whose it is?"""
    plain = list(fold(heard.text))
    for start, end in [(name.start, name.end) for name in heard.names] + [(v.start, v.end) for v in heard.values]:
        plain[start:end] = " " * (end - start)
    said, problem = "".join(plain), fold(one.description)
    pairs = {run[at : at + 2] for run in _HAN.findall(problem) for at in range(len(run) - 1)}
    return any(word in said for word in pairs.union(_LATIN.findall(problem)))


def _worked_on(world: World, which: "ColumnElement[bool]", most: int) -> "list[records.ServiceRequest]":
    """The newest that are not done, of those the person may see."""
    cls: Any = records.ServiceRequest
    query = select(cls).where(which, cls.status.not_in(DONE), visible(world.actor, world.crm, cls))
    return list(world.session.scalars(query.order_by(cls.id.desc()).limit(most)))
