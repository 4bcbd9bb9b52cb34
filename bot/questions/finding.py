"""The records that a question asks for, of those that the person may see: one query."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, ColumnElement, String, and_, cast, func, or_, select, true

from bot.lookups.customers import condition_of
from bot.questions import own
from bot.questions.events import EVENTS, NOT, happened
from bot.questions.kinds import KINDS, Kind
from bot.questions.question import Question
from bot.questions.states import untouched
from bot.questions.traits import sizes_of
from bot.questions.when import moment
from bot.reports.kinds import sized
from bot.reports.rates import Rates
from bot.reports.scope import book_of, scope_of
from bot.rules.access import teams_below, visible
from bot.rules.service import AGENT
from bot.rules.sums import is_for
from bot.world import World
from config.types import Money, Period
from storage import records

MOST = 1000  # records that an answer goes by
MANY = 20_000  # ... where they are only counted, group by group


def found(world: World, question: Question, *, is_grouped: bool = False) -> list[Any]:
    """The records, in the order in which they are told; many more where they are to be put together."""
    kind = KINDS[question.kind]
    cls = kind.cls
    query = select(cls).where(visible(world.actor, world.crm, cls), *conditions(world, question))
    by_worth = kind.has_amount and next(
        (how for how in ("largest", "by_amount", "smallest") if how in question.asks), ""
    )
    limit = MANY if is_grouped else MOST if by_worth else question.first or MOST
    items = list(world.session.scalars(query.order_by(*_order(world, kind, question)).limit(limit)))
    if not by_worth:
        return items
    rates, today = Rates(world.tx, world.currency), world.now.date()
    worths = [(worth, item) for item in items if (worth := _worth(rates, today, item)) is not None]
    worths.sort(key=lambda pair: pair[0], reverse=by_worth != "smallest")
    known = {item.id: item for _, item in worths}
    ordered = [*known.values(), *(item for item in items if item.id not in known)]
    return ordered if is_grouped else ordered[: question.first or MOST]


def _worth(rates: Rates, today: date, item: Any) -> int | None:
    """What a record is worth beside others: by today's rate, None where nobody knows."""
    rate = rates.on(item.amount_currency, today) if item.amount_minor is not None else None
    return rate.convert(item.amount_minor) if rate is not None else None


def counted(world: World, question: Question) -> tuple[int, dict[str, int]]:
    """How many records there are, and what those that are not cancelled come to, by currency: of more than are read."""
    kind = KINDS[question.kind]
    cls = kind.cls
    wanted = (visible(world.actor, world.crm, cls), *conditions(world, question))
    count = world.session.scalar(select(func.count()).select_from(cls).where(*wanted)) or 0
    if not kind.has_amount:
        return count, {}
    stands = cls.status != "cancelled" if hasattr(cls, "status") else true()
    sums = select(cls.amount_currency, func.sum(cls.amount_minor)).where(*wanted, stands, cls.amount_minor.is_not(None))
    return count, {code: int(minor) for code, minor in world.session.execute(sums.group_by(cls.amount_currency))}


def conditions(world: World, question: Question) -> Iterator["ColumnElement[bool]"]:
    """What a record has to be, beside that it may be seen."""
    kind = KINDS[question.kind]
    cls = kind.cls
    event = question.dated if question.dated in EVENTS else ""
    states = [state for state in question.states if not (event and state in (event, NOT + event))]
    yield from (kind.condition(world, state) for state in states)
    if event:
        yield from happened(world, question)
    yield from (_is_empty(getattr(cls, kind.lacks[name])) for name in question.lacks)
    yield from own.conditions(world, cls, question.own)
    if question.status:
        yield (cls.stage if kind.name == "opportunity" else cls.status) == question.status
    if question.idle:
        yield untouched(question.idle)(world, cls)
    if question.record:
        yield cls.id == question.record
    if question.paper:
        of, paper = question.paper
        yield is_for(cls, KINDS[of].cls, paper)
    yield from _amounts(world, kind, question)
    yield from _of_whom(world, kind, question)
    if (question.since or question.until or question.first) and not event:
        yield from _dates(world, kind, question)
    if question.heads:
        how, heads = question.heads
        yield cls.size.in_(sizes_of(world, how, heads))
    if question.surname:
        yield _has_surname(cls, question.surname)
    yield from (_holds(cls, kind.text, word) for word in question.words)


def _amounts(world: World, kind: Kind, question: Question) -> Iterator["ColumnElement[bool]"]:
    cls = kind.cls
    is_converted = cls is records.Opportunity and bool(question.least or question.most)
    if question.currency and not is_converted:
        yield cls.amount_currency == question.currency
    for said, is_least in ((question.least, True), (question.most, False)):
        if said and is_converted:  # as the reports have it: dollars are worth what they are worth
            yield sized(world, cls, Money(Decimal(said), question.currency or world.currency), is_least=is_least)
        elif said:
            parts = [
                and_(cls.amount_currency == code, minor <= cls.amount_minor if is_least else cls.amount_minor <= minor)
                for code, minor in _minors(world, said, question.currency)
            ]
            yield or_(*parts)
    if "average" in question.asks and kind.has_amount:
        yield cls.amount_minor.is_not(None)
    if kind.score and "unanswered" not in question.states:
        yield getattr(cls, kind.score).is_not(None)
        if question.scores:
            yield getattr(cls, kind.score).between(*question.scores)


def _minors(world: World, said: str, currency: str) -> Iterator[tuple[str, int]]:
    """A limit in minor units: of the currency that is named, else in every currency alike."""
    for code in (currency,) if currency else {world.currency, *world.crm.currencies}:
        yield code, Money(Decimal(said), code).to_minor()


def _of_whom(world: World, kind: Kind, question: Question) -> Iterator["ColumnElement[bool]"]:
    cls = kind.cls
    person = getattr(cls, kind.person)
    if question.is_mine:
        yield _is_own(world, cls, person)
    if question.owners:
        yield or_(person.in_(question.owners), cls.owner_id.in_(question.owners))
    if question.team:
        yield cls.team_id.in_(teams_below(world.tx, question.team))
    customer: Any = cls.id if kind.name == "customer" else getattr(cls, "customer_id", None)
    if question.customers:
        yield customer.in_(question.customers)
    if question.contacts:
        yield _of_people(cls, customer, question.contacts)
    for said in question.traits:
        condition = condition_of(world, said)
        if condition is not None:
            yield condition if kind.name == "customer" else customer.in_(select(records.Customer.id).where(condition))


def _is_own(world: World, cls: Any, person: Any) -> "ColumnElement[bool]":
    """Whose it is, or whose customer's; the customers of who leads a team are the team's."""
    if cls is records.Customer:
        return scope_of(world, book_of(world.actor, world.crm)).condition(cls)
    is_own: ColumnElement[bool] = person == world.actor.user_id
    return is_own if world.actor.role == AGENT else is_own | (cls.owner_id == world.actor.user_id)


def _of_people(cls: Any, customer: Any, contacts: tuple[int, ...]) -> "ColumnElement[bool]":
    """The contacts themselves, what names one of them, else what is of the customers at whom they work."""
    if cls is records.Contact:
        return cls.id.in_(contacts)
    if hasattr(cls, "contact_id"):
        return cls.contact_id.in_(contacts)  # type: ignore[no-any-return]
    contact = records.Contact
    return customer.in_(select(contact.customer_id).where(contact.id.in_(contacts)))  # type: ignore[no-any-return]


def _dates(world: World, kind: Kind, question: Question) -> Iterator["ColumnElement[bool]"]:
    column = date_column(kind, question)
    if question.first or question.since or question.until:
        yield column.is_not(None)
    since, until = limits(world, kind, question)
    if since is not None:
        yield column >= since
    if until is not None:
        yield column <= until if isinstance(until, date) and not isinstance(until, datetime) else column < until


def date_column(kind: Kind, question: Question) -> Any:
    return getattr(kind.cls, kind.dates.get(question.dated) or next(iter(kind.dates.values())))


def limits(world: World, kind: Kind, question: Question) -> tuple[Any, Any]:
    """The first and the last of the date: days where the column holds days, else instants."""
    if _holds_days(date_column(kind, question)):
        return tuple(date.fromisoformat(said[:10]) if said else None for said in (question.since, question.until))  # type: ignore[return-value]
    return _instant(world, question.since, is_end=False), _instant(world, question.until, is_end=True)


def _holds_days(column: Any) -> bool:
    return column.type.python_type is date


def _instant(world: World, said: str, *, is_end: bool) -> datetime | None:
    if not said:
        return None
    at = moment(said)
    if at is not None:
        return at
    day = date.fromisoformat(said)
    return Period(day, day).instants(world.now.tzinfo)[is_end]


def _order(world: World, kind: Kind, question: Question) -> tuple[Any, ...]:
    """The largest, the oldest …, else the latest first; what is to come, the next first; customers by the last
    contact."""
    cls, column, asks = kind.cls, date_column(kind, question), question.asks
    if kind.score and ("largest" in asks or "smallest" in asks):
        score = getattr(cls, kind.score)
        return (score.desc() if "largest" in asks else score), column.desc(), cls.id.desc()
    if kind.has_amount and ("largest" in asks or "by_amount" in asks):
        return cls.amount_minor.is_(None), cls.amount_minor.desc(), cls.id
    if kind.has_amount and "smallest" in asks:
        return cls.amount_minor.is_(None), cls.amount_minor, cls.id
    if kind.name == "customer" and not (question.dated or question.first):
        note = records.FollowUp
        last = select(func.max(note.occurred_at)).where(
            note.customer_id == cls.id, visible(world.actor, world.crm, note)
        )
        at = last.scalar_subquery()
        return at.is_(None), at.desc(), cls.id
    if kind.unfinished and not {"open", "late", "free"}.isdisjoint(question.states) and "latest" not in asks:
        return column.is_(None), column, cls.id
    is_ahead = kind.dates and (question.dated or next(iter(kind.dates))) in kind.ahead
    if "oldest" in asks or (is_ahead and "latest" not in asks):
        return column.is_(None), column, cls.id
    return column.is_(None), column.desc(), cls.id.desc()


def _is_empty(column: Any) -> "ColumnElement[bool]":
    if isinstance(column.type, JSON):
        return or_(column.is_(None), cast(column, String) == "[]")
    if column.type.python_type is str:
        return or_(column.is_(None), column == "")
    return column.is_(None)  # type: ignore[no-any-return]


def _holds(cls: Any, columns: tuple[str, ...], word: str) -> "ColumnElement[bool]":
    return or_(*(getattr(cls, name).icontains(word, autoescape=True) for name in columns))


def _has_surname(cls: Any, surname: str) -> "ColumnElement[bool]":
    """A Chinese name begins with it, a Latin one ends."""
    if surname.isascii():
        return cls.name.iendswith(f" {surname}", autoescape=True)  # type: ignore[no-any-return]
    return cls.name.startswith(surname, autoescape=True)  # type: ignore[no-any-return]


def holds_word(world: World, cls: Any, columns: tuple[str, ...], word: str) -> bool:
    """Does one of the records that may be seen hold the word in one of the columns?"""
    query = select(cls.id).where(visible(world.actor, world.crm, cls), _holds(cls, columns, word))
    return len(word) > 1 and world.session.scalar(query.limit(1)) is not None
