"""Rules about the chat accounts of customers' people."""

from datetime import datetime

from sqlalchemy import select

from bot.errors import InvalidValue
from bot.rules.people import CONSOLE, Account, tie
from config.types import Language
from nlu.names import normalise
from storage import records
from storage.author import Author
from storage.database import Tx
from storage.session import RecordSession


def contact_named(session: RecordSession, name: str, customer: str | None = None) -> "records.Contact":
    """The contact of this name or id (P-3), at a customer where one is named. Raises InvalidValue."""
    found = _contacts(session, name, customer)
    if not found:
        raise InvalidValue("cli.error.no_contact", name=name)
    if len(found) > 1:
        raise InvalidValue("cli.error.several", name=name, ids=", ".join(one.public_id for one in found))
    return found[0]


def contact_for(session: RecordSession, name: str, customer: str | None = None) -> "records.Contact":
    """The contact of this name, made where there is none, as is the customer. Raises InvalidValue for several."""
    name = " ".join(name.split())
    if not 1 <= len(name) <= 100:
        raise InvalidValue("cli.error.name_length")
    if _contacts(session, name, customer):
        return contact_named(session, name, customer)
    contact = records.Contact(name=name, customer=_customer(session, customer) if customer else None)
    if contact.customer is not None:
        contact.owner_id, contact.team_id = contact.customer.owner_id, contact.customer.team_id
    session.add(contact)
    session.flush()
    return contact


def _contacts(session: RecordSession, name: str, customer: str | None) -> "list[records.Contact]":
    cls = records.Contact
    prefix, _dash, number = name.strip().rpartition("-")
    by_id = prefix.upper() == cls.prefix and number.isascii() and number.isdigit()
    query = select(cls).where(cls.deleted_at.is_(None), cls.id == int(number) if by_id else cls.name == name.strip())
    if customer:
        query = query.join(records.Customer, cls.customer_id == records.Customer.id)
        query = query.where(records.Customer.name == customer.strip())
    return list(session.scalars(query.order_by(cls.id).limit(10)))


def _customer(session: RecordSession, name: str) -> "records.Customer":
    cls = records.Customer
    query = select(cls).where(cls.name == name.strip(), cls.deleted_at.is_(None)).order_by(cls.id).limit(1)
    found = session.scalars(query).one_or_none()
    if found is None:
        found = cls(name=name.strip(), name_key=normalise(name))
        session.add(found)
        session.flush()
    return found


def link_guest(session: RecordSession, contact: "records.Contact", account: Account, *, now: datetime) -> None:
    """Say that an account is the contact's. Raises InvalidValue where it is a colleague's."""
    cls = records.Identity
    query = select(cls).where(
        cls.platform == account.platform,
        cls.account == account.account,
        cls.external_id == account.external_id,
        cls.deleted_at.is_(None),
    )
    taken = session.scalars(query).one_or_none()
    if taken is not None and taken.user_id is not None:
        raise InvalidValue("cli.error.account_taken", platform=account.platform, account=account.external_id)
    if taken is None or taken.contact_id != contact.id:
        tie(session, contact, account, now=now)


def add_console_guest(tx: Tx, *, name: str, language: Language | None, now: datetime) -> None:
    """Let a customer's person talk to the bot in a terminal."""
    session = tx.session
    session.author = Author(user_id=None, at=now)
    contact = contact_for(session, name)
    contact.language = language or contact.language
    link_guest(session, contact, Account(CONSOLE, name), now=now)
