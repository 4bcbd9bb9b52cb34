"""What a book holds: customers, and whatever is open with them. What is closed stays to the credit of its owner."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from bot.world import World
from config.types import Money
from storage import records
from storage.many import pieces_of

# The column that says whose a record is, where that is not its owner.
HOLDERS: Mapping[str, str] = {"reminder": "user_id", "service_request": "handler_id"}
_OPEN = {
    "quote": ("draft", "sent"),
    "contract": ("draft", "active", "completed"),  # of a completed one an instalment may still be due
    "service_request": ("open", "in_progress"),
    "reminder": ("pending", "fired"),
}
_DONE = {"order": ("delivered", "cancelled")}


@dataclass(frozen=True, slots=True)
class Clash:
    """A customer that stays: where it would go there is another of its name."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Book:
    """The ids of what goes over, by kind, and what cannot."""

    ids: Mapping[str, list[int]]
    clashes: tuple[Clash, ...] = ()

    def count(self, kind: str) -> int:
        return len(self.ids.get(kind, ()))


@dataclass(frozen=True, slots=True)
class Choice:
    """Which part of whose book: ``which`` narrows its customers, None is the whole of it. ``since``: only what was made
    from then on."""

    holder: int
    which: "ColumnElement[bool] | None" = None
    since: datetime | None = None
    team: int | None = None  # where it would go


def book_of(world: World, choice: Choice) -> Book:
    """What would go over. Whether the actor may have it go, the caller has asked."""
    customer = records.Customer
    mine = [customer.owner_id == choice.holder, customer.deleted_at.is_(None)]
    if choice.which is not None:
        mine.append(choice.which)
    ids = list(world.tx.connection.execute(select(customer.id).where(*mine).order_by(customer.id)).scalars())
    clashes = clashing(world, ids, choice.team)
    staying = {clash.id for clash in clashes}
    found = {"customer": [number for number in ids if number not in staying]}
    if choice.since is not None:
        found["customer"] = []
    theirs = select(customer.id).where(*mine, customer.id.not_in(staying))
    for cls, condition in _open_work(world, choice.holder):
        at = _at(cls, theirs, staying, is_whole=choice.which is None)
        is_new = [cls.created_at >= choice.since] if choice.since is not None else []
        query = select(cls.id).where(cls.deleted_at.is_(None), condition, at, *is_new).order_by(cls.id)
        found[cls.kind] = list(world.tx.connection.execute(query).scalars())
    return Book({kind: numbers for kind, numbers in found.items() if numbers}, clashes)


def _open_work(world: World, holder: int) -> Iterator[tuple[Any, Any]]:
    """The classes of what goes over with customers, each with what of it is open and the holder's."""
    yield records.Contact, records.Contact.owner_id == holder
    stages = [stage.code for stage in world.crm.stages_of("open")]
    deal = records.Opportunity
    yield deal, and_(deal.owner_id == holder, deal.stage.in_(stages))
    classes: tuple[Any, ...] = (
        records.Quote,
        records.Contract,
        records.Order,
        records.ServiceRequest,
        records.Reminder,
    )
    for cls in classes:
        holds = getattr(cls, HOLDERS.get(cls.kind, "owner_id")) == holder
        is_open = cls.status.in_(_OPEN[cls.kind]) if cls.kind in _OPEN else cls.status.not_in(_DONE[cls.kind])
        yield cls, and_(holds, is_open)


def _at(cls: Any, theirs: Any, staying: set[int], *, is_whole: bool) -> "ColumnElement[bool]":
    """The condition that a record is about one of the customers; of the whole book, that it is about none that stays.
    A reminder about nobody is a private one."""
    if cls.kind != "reminder":
        column = cls.customer_id
        return or_(column.is_(None), column.not_in(staying)) if is_whole else column.in_(theirs)
    deals = records.Opportunity

    def is_there(column: Any) -> Any:
        return column.not_in(staying) if is_whole else column.in_(theirs)

    at_deals = select(deals.id).where(is_there(deals.customer_id))
    of_customer = and_(cls.about_kind == "customer", is_there(cls.about_id))
    return or_(of_customer, and_(cls.about_kind == "opportunity", cls.about_id.in_(at_deals)))


def clashing(world: World, ids: list[int], team: int | None) -> tuple[Clash, ...]:
    """Those of the customers whose name another one has in the team to which they would go."""
    mine, other = records.Customer.__table__.alias(), records.Customer.__table__.alias()
    if team is None:
        return ()
    found: list[Clash] = []
    for piece in pieces_of(ids):
        query = (
            select(mine.c.id, mine.c.name)
            .join(other, (other.c.name_key == mine.c.name_key) & (other.c.id != mine.c.id))
            .where(mine.c.id.in_(piece), other.c.team_id == team, other.c.deleted_at.is_(None))
        )
        found += [Clash(*row) for row in world.tx.connection.execute(query.order_by(mine.c.id))]
    return tuple(found)


def worth(world: World, book: Book) -> list[Money]:
    """What the open deals of a book come to, in each currency."""
    deal: Any = records.Opportunity
    sums: dict[str, int] = {}
    for piece in pieces_of(book.ids.get("opportunity", ())):
        query = select(deal.amount_currency, func.sum(deal.amount_minor)).where(
            deal.id.in_(piece), deal.amount_minor.is_not(None)
        )
        for currency, amount in world.tx.connection.execute(query.group_by(deal.amount_currency)):
            sums[currency] = sums.get(currency, 0) + int(amount)
    return [Money.from_minor(amount, currency) for currency, amount in sorted(sums.items())]


def promises(world: World, book: Book) -> int:
    """How many of the reminders are no plans of notes, but were promised by themselves."""
    cls = records.Reminder
    return sum(
        world.tx.connection.scalar(
            select(func.count()).select_from(cls).where(cls.id.in_(piece), cls.follow_up_id.is_(None))
        )
        or 0
        for piece in pieces_of(book.ids.get("reminder", ()))
    )
