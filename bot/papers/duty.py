"""What falls due in a sale: quotes whose day has passed expire, and owners hear of overdue instalments."""

from datetime import date, datetime, timedelta

from sqlalchemy import Select, column, func, select, table

from bot.duty import Done
from bot.house import House
from bot.people.identity import zone_of
from storage import records
from storage.author import Author
from storage.database import Tx

PIECE = 50
MAX_REMINDERS = 12  # of one instalment
# Light stand-ins for the mapped classes, which nobody needs where nothing is due.
_quotes = table("quotes", column("id"), column("status"), column("valid_until"), column("deleted_at"))
_instalments = table("instalments", *map(column, ("id", "contract_id", "due_on", "deleted_at")))
_contracts = table("contracts", *map(column, ("id", "status", "amount_minor", "deleted_at")))
_payments = table("payments", *map(column, ("contract_id", "amount_minor", "deleted_at")))


def expire_quotes(house: House, tx: Tx, now: datetime) -> Done:
    """Quotes that nobody answered in time are expired; their day is that of the organisation's zone."""
    today = _today(house, now)
    late = select(_quotes.c.id).where(
        _quotes.c.status.in_(("draft", "sent")), _quotes.c.valid_until < today, _quotes.c.deleted_at.is_(None)
    )
    ids = list(tx.connection.execute(late.limit(PIECE)).scalars())
    if not ids:
        return Done()
    tx.author = tx.author or Author(user_id=None, at=now, what={"duty": "quotes"})
    cls = records.Quote
    for quote in tx.session.scalars(select(cls).where(cls.id.in_(ids)).with_for_update(skip_locked=True)).all():
        quote.status = "expired"
    tx.flush()
    return Done(has_more=len(ids) == PIECE)


def tell_overdue(house: House, tx: Tx, now: datetime) -> Done:
    """Tell the owner of a contract that an instalment is overdue: on the day after, and then every so many days; where
    no process ran on the day, later.

    Several on one day are still a message each: each has its own button.
    """
    today = _today(house, now)
    oldest = today - timedelta(days=1 + MAX_REMINDERS * house.crm.sales.overdue_every)
    ids = list(tx.connection.execute(_open_since(oldest, today)).scalars())
    if (
        not ids
        or now.astimezone(zone_of(house.settings.timezone, house.settings.timezone)).time() < house.crm.hours.morning
    ):
        return Done()
    from bot.papers.overdue import tell  # what is told is loaded where there is something to tell

    tx.author = tx.author or Author(user_id=None, at=now, what={"duty": "instalments"})
    cls = records.Instalment
    chats = []
    for item in tx.session.scalars(select(cls).where(cls.id.in_(ids)).order_by(cls.id)).all():
        chats += tell(house, tx, item, today)
    return Done(tuple(chats))


def _open_since(oldest: date, today: date) -> "Select[int]":
    """Instalments that fell due in this time, of contracts that stand and are not paid in full."""
    paid = (
        select(func.coalesce(func.sum(_payments.c.amount_minor), 0))
        .where(_payments.c.contract_id == _contracts.c.id, _payments.c.deleted_at.is_(None))
        .scalar_subquery()
    )
    return (
        select(_instalments.c.id)
        .join(_contracts, _contracts.c.id == _instalments.c.contract_id)
        .where(
            _instalments.c.due_on.between(oldest, today - timedelta(days=1)),
            _instalments.c.deleted_at.is_(None),
            _contracts.c.deleted_at.is_(None),
            _contracts.c.status != "cancelled",
            _contracts.c.amount_minor > paid,
        )
    )


def _today(house: House, now: datetime) -> date:
    return _local(house, now).date()


def _local(house: House, now: datetime) -> datetime:
    """The moment in the organisation's zone."""
    return now.astimezone(zone_of(house.settings.timezone, house.settings.timezone))
