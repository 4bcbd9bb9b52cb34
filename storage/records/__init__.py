"""The records of the CRM, one file per family.

Mapping them costs about 0.15 s of CPU, which the first answer of the bot must not wait for: the families are loaded
when the first record is named. So say ``from storage import records`` and ``records.Customer`` inside functions.
"""

from functools import cache
from importlib import import_module
from threading import RLock
from typing import TYPE_CHECKING, Any

from config.loading import load

if TYPE_CHECKING:
    from storage.records.base import Base, HasAmount, Record, Tracked
    from storage.records.customers import Contact, Customer
    from storage.records.digests import Digest
    from storage.records.documents import Contract, Instalment, Invoice, LineItem, Order, Payment, Product, Quote
    from storage.records.enclosures import Enclosure, Place
    from storage.records.exchange import AccessToken, CustomField, Webhook
    from storage.records.feedback import Feedback
    from storage.records.handing import HandOver, Share
    from storage.records.opportunities import FollowUp, Opportunity
    from storage.records.people import ChannelBinding, Identity, LinkCode, Team, User
    from storage.records.reminders import Reminder
    from storage.records.reviews import DealReview
    from storage.records.service import ServiceEvent, ServiceRequest, ServiceStep, Survey
    from storage.records.targets import ExchangeRate, ForecastCommit, SalesTarget
    from storage.records.words import ConfigSection, TaughtWord

__all__ = [
    "AccessToken", "Base", "ChannelBinding", "ConfigSection", "Contact", "Contract", "CustomField", "Customer",
    "DealReview", "Digest", "Enclosure", "ExchangeRate", "Feedback", "FollowUp", "ForecastCommit", "HandOver",
    "HasAmount", "Identity", "Instalment", "Invoice", "LineItem", "LinkCode", "Opportunity", "Order", "Payment",
    "Place", "Product", "Quote", "Record", "Reminder", "SalesTarget", "ServiceEvent", "ServiceRequest", "ServiceStep",
    "Share", "Survey", "TaughtWord", "Team", "Tracked", "User", "Webhook", "all_records", "record_class",
    "tracked_class",
]  # fmt: skip

_FAMILIES = (
    "base",
    "people",
    "customers",
    "opportunities",
    "documents",
    "service",
    "reminders",
    "digests",
    "targets",
    "enclosures",
    "exchange",
    "words",
    "feedback",
    "reviews",
    "handing",
)


_loading = RLock()


def __getattr__(name: str) -> Any:
    """Load all families at the first name asked for: records refer to each other, so a part of them is no use.

    Nobody gets a record before all are mapped: a second thread that asks meanwhile waits.
    """
    if name.startswith("_"):
        raise AttributeError(name)
    with _loading:
        if name not in globals():
            globals().update(_loaded())
        if name not in globals():
            raise AttributeError(name)
        return globals()[name]


def _loaded() -> dict[str, Any]:
    found = {}
    for family in _FAMILIES:
        module = load(f"storage.records.{family}")
        found.update({key: value for key, value in vars(module).items() if key in __all__})
    found["Base"].registry.configure()
    return found


@cache
def all_records() -> "tuple[type[Record], ...]":
    """Every concrete record class, people first, in the order in which the families declare them."""
    record: type[Record] = __getattr__("Record")
    return tuple(cls for cls in _all_tracked() if issubclass(cls, record))


def record_class(kind: str) -> "type[Record]":
    """The class of a kind, e.g. "customer". Raises KeyError."""
    return _records_by_kind()[kind]


def tracked_class(kind: str) -> "type[Tracked]":
    """The class of a kind, be it a record or a part of one, e.g. "line_item". Raises KeyError."""
    return _tracked_by_kind()[kind]


@cache
def _all_tracked() -> "tuple[type[Tracked], ...]":
    """Every class with a table of its own whose changes are audited."""
    tracked = __getattr__("Tracked")
    declared = (item for family in _FAMILIES for item in vars(import_module(f"storage.records.{family}")).values())
    classes = (item for item in declared if isinstance(item, type) and issubclass(item, tracked))
    return tuple(dict.fromkeys(cls for cls in classes if hasattr(cls, "__table__")))


@cache
def _records_by_kind() -> "dict[str, type[Record]]":
    return {cls.kind: cls for cls in all_records()}


@cache
def _tracked_by_kind() -> "dict[str, type[Tracked]]":
    return {cls.kind: cls for cls in _all_tracked()}
