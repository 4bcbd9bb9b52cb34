"""Erasing a person: no table, index, stored message, dialog or line of history holds a trace of them afterwards.

Records that others need stay (deals, notes, requests): what names the person in them becomes a neutral word. Where
somebody else has the same name, it is taken out only of what belongs to this person.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import JSON, ColumnElement, String, Table, Text, and_, cast, delete, func, inspect, or_, select, update

from bot.privacy.person import Person, chats_of, links
from nlu.names import normalise
from storage import filing, records, seals, search
from storage.audit import record_changes
from storage.change import Change
from storage.database import Tx
from storage.tables import access_log, audit, conversations, inbox, name_keys, name_prefixes, outbox, steps

# The columns of the works' tables that hold words.
_WORKS: tuple[tuple[Table, tuple[str, ...]], ...] = (
    (inbox, ("payload", "error")),
    (outbox, ("payload", "error")),
    (conversations, ("state",)),
    (steps, ("what",)),
    (audit, ("changes",)),
    (access_log, ("what",)),
)
_KEPT = frozenset({"id", "version", "created_at", "updated_at", "created_by_id", "owner_id", "team_id", "customer_id"})


def erase(tx: Tx, person: Person, word: str) -> int:
    """Take the person out of the store; ``word`` stands where they were named. How many rows were changed."""
    author = tx.author
    if author is None:
        raise RuntimeError("a person was erased without an author")
    _drop_chats(tx, person)
    with seals.altering(tx.connection):
        changed = _blank(tx, person, word)
        for table, columns in _WORKS:
            changed += len(_scrub(tx, table, columns, person, word))
    for cls in _classes():
        changed += _scrub_records(tx, cls, person, word)
    _forget_prefix(tx, person)
    record_changes(tx.connection, author, [Change(person.kind, person.id, "erase", {})])
    what = {"kind": person.kind, "id": person.id, "rows": changed}
    row = {"user_id": author.user_id, "chat_key": author.chat_key, "action": "erase", "what": what, "at": author.at}
    tx.connection.execute(access_log.insert(), row)
    return changed


def _classes() -> Iterator[Any]:
    yield from records.all_records()
    yield from (records.LineItem, records.ServiceStep, records.Enclosure)


def _drop_chats(tx: Tx, person: Person) -> None:
    """Their own chats with the bot go as a whole."""
    for key in chats_of(tx, person):
        for table in (inbox, outbox):
            gone: dict[str, Any] = {"payload": {}, "conversation_key": "erased"}
            gone["status"] = "done" if table is inbox else "dead"
            tx.connection.execute(update(table).where(table.c.conversation_key == key).values(gone))
        chat = "|".join(key.split("|")[:3])
        tx.connection.execute(update(outbox).where(outbox.c.chat_key == chat).values(chat_key="erased", payload={}))
        tx.connection.execute(delete(conversations).where(conversations.c.key == key))


def _blank(tx: Tx, person: Person, word: str) -> int:
    """Empty the person's own record, its accounts and its history."""
    assert tx.author is not None  # noqa: S101 — seen to by the caller
    table: Any = records.record_class(person.kind).__table__
    values: dict[str, Any] = {"deleted_at": tx.author.at, "version": table.c.version + 1}
    for column in table.columns:
        if column.key not in (*_KEPT, "deleted_at"):
            values[column.key] = None if column.nullable else _nothing(column, word)
    if "name_key" in table.c:
        values["name_key"] = f"{word}{person.id}"
    tx.connection.execute(update(table).where(table.c.id == person.id).values(values))
    filing.forget(tx.connection, person.kind, [person.id])
    own = (audit.c.kind == person.kind) & (audit.c.record_id == person.id)
    tx.connection.execute(update(audit).where(own).values(changes={}))
    if person.kind == "contact":
        accounts: Any = records.Identity.__table__
        mine = accounts.c.contact_id == person.id
        ids = list(tx.connection.execute(select(accounts.c.id).where(mine)).scalars())
        for number in ids:
            gone = {"external_id": f"{word}{number}", "deleted_at": tx.author.at, "version": accounts.c.version + 1}
            tx.connection.execute(update(accounts).where(accounts.c.id == number).values(gone))
        traces = (audit.c.kind == "identity") & audit.c.record_id.in_(ids)
        tx.connection.execute(update(audit).where(traces).values(changes={}))
    return 1


def _nothing(column: Any, word: str) -> Any:
    if isinstance(column.type, JSON):
        return {} if column.key == "custom" else []
    return "person" if column.key == "customer_type" else word


def _scrub_records(tx: Tx, cls: Any, person: Person, word: str) -> int:
    """Take the person out of the words of records of a class, and have those found under what they hold now."""
    table: Any = inspect(cls).local_table
    words = tuple(column.key for column in table.columns if isinstance(column.type, JSON | String))
    own = [column == person.id for other, column in links(person.kind) if other is cls]
    changed = _scrub(tx, table, words, person, word, or_(*own) if own else None)
    namer = tx.namer
    if changed and namer is not None:
        for record in tx.session.scalars(select(cls).where(cls.id.in_(changed))):
            tx.session.refresh(record)
            forms = namer(record) if record.deleted_at is None else search.Forms()
            if forms is not None:
                filing.index(tx.connection, cls.kind, record.id, forms, is_new=False)
    return len(changed)


def _scrub(
    tx: Tx, table: Any, columns: tuple[str, ...], person: Person, word: str, own: "ColumnElement[bool] | None" = None
) -> list[int]:
    """Put the word in the place of every trace in these columns; the ids of the rows that had one.

    ``own``: the rows that are surely about the person, where somebody else has the same name.
    """
    conditions = [_holds(table.c[name], trace) for name in columns for trace in person.signs]
    named = or_(*(_holds(table.c[name], person.name) for name in columns))
    if person.is_only:
        conditions.append(named)
    elif own is not None:
        conditions.append(and_(named, own))
    if not conditions or not columns:
        return []
    query = select(table.c.id, *(table.c[name] for name in columns)).where(or_(*conditions))
    changed: list[int] = []
    for row in tx.connection.execute(query).all():
        values = {name: _without(row._mapping[name], person.traces, word) for name in columns}
        values = {name: value for name, value in values.items() if value != row._mapping[name]}
        if values:
            if table is outbox:
                values |= {"picture": None, "file": None}  # what is drawn cannot be searched
            tx.connection.execute(update(table).where(table.c.id == row.id).values(values))
            changed.append(row.id)
    return changed


def _holds(column: Any, trace: str) -> "ColumnElement[bool]":
    """Does the column's text hold the words, in great letters or small, as they are or as JSON may write them?"""
    text = cast(column, Text) if isinstance(column.type, JSON) else column
    forms = {trace, json.dumps(trace)[1:-1]} if isinstance(column.type, JSON) else {trace}
    # SQLite makes only the letters of ASCII small.
    small = (func.lower(text).contains(form.lower(), autoescape=True) for form in forms)
    return or_(*(text.contains(form, autoescape=True) for form in forms), *small)


def _without(value: Any, traces: re.Pattern[str], word: str) -> Any:
    """The value with the word in the place of every trace, however deep it lies."""
    if isinstance(value, str):
        return traces.sub(word, value)
    if isinstance(value, dict):
        return {_without(key, traces, word): _without(item, traces, word) for key, item in value.items()}
    return [_without(item, traces, word) for item in value] if isinstance(value, list) else value


def _forget_prefix(tx: Tx, person: Person) -> None:
    """The beginnings of names are kept by themselves: this one, unless another name begins so."""
    prefix = normalise(person.name)[:2]
    still = select(name_keys.c.key).where(name_keys.c.key.startswith(prefix, autoescape=True)).limit(1)
    if len(prefix) == 2 and tx.connection.execute(still).first() is None:
        tx.connection.execute(delete(name_prefixes).where(name_prefixes.c.prefix == prefix))
