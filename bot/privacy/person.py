"""One person as the CRM knows them: the record, the words by which they can be recognised, and what hangs on it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select

from bot.errors import InvalidValue
from bot.exchange.ids import number_of
from bot.rules.access import Actor
from bot.rules.export import exported
from config.crm import Crm
from config.kinds import KINDS
from nlu.names import normalise, phone_key
from nlu.phones import phone_within
from storage import records, search
from storage.database import Tx
from storage.tables import audit, conversations, inbox, outbox

KINDS_OF_PEOPLE = ("contact", "customer")
_NUMBER = re.compile(r"\+?(?:[\s().·-]*\d){7,}")
_BETWEEN = re.compile(r"[\s().·-]")


@dataclass(frozen=True, slots=True)
class Person:
    """A contact, or a customer who is a person. ``marks``: telephone numbers and addresses, which are theirs alone;
    ``is_only``: nobody else has the name, so that it means them wherever it stands."""

    kind: str
    id: int
    name: str
    marks: tuple[str, ...]
    is_only: bool

    @property
    def public_id(self) -> str:
        return f"{records.record_class(self.kind).prefix}-{self.id}"

    @property
    def traces(self) -> re.Pattern[str]:
        """The words that must not stand anywhere after the person was erased, however they are written: letters great
        or small, a number with whatever stands between its digits."""
        words = sorted({self.name, *self.marks}, key=len, reverse=True)
        return re.compile("|".join(map(_spelt, words)), re.IGNORECASE)

    @property
    def signs(self) -> tuple[str, ...]:
        """What stands in every text that holds one of the marks: the mark, or the last digits of a number, which are
        written together or in two pairs."""
        return tuple(dict.fromkeys(sign for mark in self.marks for sign in _signs(mark)))


def _spelt(word: str) -> str:
    if not _NUMBER.fullmatch(word):
        return re.escape(word)
    digits = _BETWEEN.sub("", word)
    country = "" if digits.startswith("+") else r"(?<!\d)(?:\+\d{1,3})?[\s().·-]*0?[\s().·-]*"
    return country + r"[\s().·-]*".join(map(re.escape, digits))


def _signs(mark: str) -> tuple[str, ...]:
    if not _NUMBER.fullmatch(mark):
        return (mark,)
    last = _BETWEEN.sub("", mark)[-4:]
    return (last, *(f"{last[:2]}{sign}{last[2:]}" for sign in " -."))


def find_person(tx: Tx, said: str) -> Person:
    """The person of this id, name, number or address, also in the bin. Raises InvalidValue for none and for several."""
    found = people_called(tx, said)
    if not found:
        raise InvalidValue("person.none", name=said)
    if len(found) > 1:
        ids = ", ".join(f"{records.record_class(kind).prefix}-{number}" for kind, number in found)
        raise InvalidValue("person.several", name=said, ids=ids)
    return person_of(tx, *found[0])


def people_called(tx: Tx, said: str) -> list[tuple[str, int]]:
    """The kind and the number of everybody of this id, name, number or address."""
    spoken = number_of(said.strip().upper())
    if spoken is not None:
        return [spoken] if spoken[0] in KINDS_OF_PEOPLE and _record(tx, *spoken) is not None else []
    return [(kind, number) for kind in KINDS_OF_PEOPLE for number in _called(tx, kind, said)]


def person_of(tx: Tx, kind: str, record_id: int) -> Person:
    record: Any = _record(tx, kind, record_id)
    marks: set[str] = set()
    for phone in record.phones:
        key = phone_key(phone) or phone
        marks |= {phone, key, phone_within(key)}
    marks |= {email for each in record.emails for email in (each, each.casefold())}
    marks |= {handle.partition(":")[2] for handle in record.im or ()}
    identities = _identities(tx, kind, record_id)
    marks |= {identity.external_id for identity in identities}
    cls: Any = type(record)
    others = tx.connection.execute(select(cls.id).where(cls.name == record.name, cls.id != record_id)).first()
    return Person(kind, record_id, record.name, tuple(mark for mark in marks if len(mark) > 3), others is None)


def _record(tx: Tx, kind: str, record_id: int) -> Any:
    record: Any = tx.session.get(records.record_class(kind), record_id)
    is_person = kind == "contact" or (record is not None and record.customer_type == "person")
    return record if is_person else None


def _called(tx: Tx, kind: str, said: str) -> list[int]:
    keys = {normalise(said), phone_key(said), said.strip().casefold()} - {""}
    cls: Any = records.record_class(kind)
    ids = search.by_key(tx.connection, kind, keys, ("name", "alias", "phone", "email"))
    query = select(cls.id).where(or_(cls.id.in_(ids), cls.name == said.strip())).order_by(cls.id)
    found = tx.connection.execute(query).scalars()
    return [number for number in found if _record(tx, kind, number) is not None]


def _identities(tx: Tx, kind: str, record_id: int) -> "list[records.Identity]":
    if kind != "contact":
        return []
    return list(tx.session.scalars(select(records.Identity).where(records.Identity.contact_id == record_id)))


def links(kind: str) -> Iterator[tuple[Any, Any]]:
    """The classes that refer to people of the kind, with the column that does."""
    target = records.record_class(kind).__table__
    for cls in records.all_records():
        for column in cls.__table__.columns:
            if any(key.column.table is target for key in column.foreign_keys):
                yield cls, column


def known_of(tx: Tx, actor: Actor, crm: Crm, person: Person) -> Iterator[dict[str, Any]]:
    """Everything that is kept of the person, as JSON objects: records, their history, messages from and to them."""
    cls: Any = records.record_class(person.kind)
    yield from exported(tx, actor, crm, person.kind, only=[cls.id == person.id])
    for other, column in links(person.kind):
        if other.kind in KINDS:
            yield from exported(tx, actor, crm, other.kind, only=[column == person.id])
    trail = select(audit).where(audit.c.kind == person.kind, audit.c.record_id == person.id).order_by(audit.c.id)
    for row in tx.connection.execute(trail):
        yield {"kind": "history", "at": row.at.isoformat(), "action": row.action, "changes": row.changes}
    for table in (inbox, outbox):
        for row in tx.connection.execute(select(table).where(table.c.conversation_key.in_(chats_of(tx, person)))):
            yield {"kind": "message", "direction": table.name, "payload": row.payload}


def chats_of(tx: Tx, person: Person) -> list[str]:
    """The keys of the private chats of the person."""
    if person.kind != "contact":
        return []
    query = select(conversations.c.key).where(conversations.c.contact_id == person.id)
    return list(tx.connection.execute(query).scalars())
