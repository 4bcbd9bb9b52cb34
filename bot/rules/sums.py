"""What is still to be invoiced and to be paid: always reckoned from the documents themselves, never stored."""

from typing import Any

from sqlalchemy import func, select

from config.types import Money
from storage import records
from storage.database import Tx

HISTORICAL = "historical"  # the state of an order for what was bought before it was kept here
WITHOUT_DUES = ("cancelled", HISTORICAL)  # states of papers of which nothing is to be invoiced or paid


def billed(tx: Tx, document: Any) -> int:
    """What has been invoiced on a contract or an order, in minor units."""
    invoice = records.Invoice
    return _sum(tx, invoice, _key(invoice, document) == document.id)


def paid(tx: Tx, document: Any) -> int:
    """What has been received for a contract, an order or an invoice, in minor units."""
    payment = records.Payment
    return _sum(tx, payment, _key(payment, document) == document.id)


def rest(document: Any, minor: int) -> Money:
    """What is left of the document's amount."""
    return Money.from_minor((document.amount_minor or 0) - minor, document.amount_currency or "")


def _key(cls: Any, document: Any) -> Any:
    return getattr(cls, f"{document.kind}_id")


def _sum(tx: Tx, cls: Any, condition: Any) -> int:
    query = select(func.coalesce(func.sum(cls.amount_minor), 0)).where(condition, cls.deleted_at.is_(None))
    return int(tx.session.scalar(query) or 0)
