"""What is still to be invoiced and to be paid: always reckoned from the documents themselves, never stored."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, or_, select

from config.types import Money
from storage import records
from storage.database import Tx

HISTORICAL = "historical"  # the state of an order for what was bought before it was kept here
WITHOUT_DUES = ("cancelled", HISTORICAL)  # states of papers of which nothing is to be invoiced or paid


def billed(tx: Tx, document: Any) -> int:
    """What has been invoiced on a contract or an order, in minor units."""
    return _sum(tx, records.Invoice, is_for(records.Invoice, type(document), document.id))


def paid(tx: Tx, document: Any) -> int:
    """What has been received for a contract, an order or an invoice, in minor units."""
    return _sum(tx, records.Payment, is_for(records.Payment, type(document), document.id))


def paid_of(tx: Tx, papers: Sequence[Any]) -> dict[int, int]:
    """The same of many papers of one kind, by their id, in one query; without those of which nothing was received."""
    return _sums_of(tx, records.Payment, papers)


def billed_of(tx: Tx, papers: Sequence[Any]) -> dict[int, int]:
    """What has been invoiced on many contracts or orders, likewise."""
    return _sums_of(tx, records.Invoice, papers)


def _sums_of(tx: Tx, counted: Any, papers: Sequence[Any]) -> dict[int, int]:
    ids = [paper.id for paper in papers]
    if not ids:
        return {}
    cls = type(papers[0])
    theirs = is_for(counted, cls, cls.id) & counted.deleted_at.is_(None)
    query = select(cls.id, func.sum(counted.amount_minor)).join(counted, theirs).where(cls.id.in_(ids))
    return {key: int(minor or 0) for key, minor in tx.session.execute(query.group_by(cls.id))}


def rest(document: Any, minor: int) -> Money:
    """What is left of the document's amount."""
    return Money.from_minor((document.amount_minor or 0) - minor, document.amount_currency or "")


def is_for(cls: Any, paper: Any, key: Any) -> Any:
    """The condition that invoices or payments (``cls``) are for the paper of a class with this id: they name it, or the
    invoice that they pay names the order."""
    names_it = getattr(cls, f"{paper.kind}_id") == key
    if cls.kind != "payment" or paper.kind != "order":
        return names_it
    invoices = select(records.Invoice.id).where(records.Invoice.order_id == key, records.Invoice.deleted_at.is_(None))
    return or_(names_it, cls.invoice_id.in_(invoices.correlate(paper)))


def _sum(tx: Tx, cls: Any, condition: Any) -> int:
    query = select(func.coalesce(func.sum(cls.amount_minor), 0)).where(condition, cls.deleted_at.is_(None))
    return int(tx.session.scalar(query) or 0)
