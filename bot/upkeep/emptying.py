"""The bin is emptied: what has lain in it long enough goes for good, with its parts, its names and its history.

A record stays while another one refers to it, be that in use or in the bin: of a deal and its customer the deal goes
first. So does the newest of a kind: SQLite would give its number to the next one.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, delete, exists, func, select

from storage import filing, records
from storage.database import Tx
from storage.tables import metadata
from storage.trail import forget

# What people throw away (`bot.listening.binned`), referring kinds before those that they refer to; and by the column
# that says whose they are, the parts that go with a record.
_KINDS: dict[str, tuple[str, ...]] = {
    "reminder": (),
    "payment": (),
    "invoice": (),
    "service_request": ("service_events.service_request_id", "service_steps.service_request_id"),
    "order": ("line_items.order_id",),
    "contract": ("line_items.contract_id", "instalments.contract_id"),
    "quote": ("line_items.quote_id",),
    "follow_up": ("enclosures.follow_up_id",),
    "opportunity": ("deal_reviews.opportunity_id",),
    "contact": ("identities.contact_id", "link_codes.contact_id"),
    "customer": ("places.customer_id",),
}


def empty(tx: Tx, before: datetime, piece: int) -> int:
    """Let go a piece of each kind that was thrown away before then; the most that went of one."""
    tables: dict[str, Any] = {cls.kind: cls.__table__ for cls in records.all_records()}
    return max(_empty(tx, kind, tables[kind], before, piece) for kind in _KINDS)


def _empty(tx: Tx, kind: str, table: Table, before: datetime, piece: int) -> int:
    run, c = tx.connection.execute, table.c
    parts = [_column(name) for name in _KINDS[kind]]
    newest = select(func.max(c.id)).scalar_subquery()
    old = select(c.id).where(c.deleted_at < before, c.id < newest, *(~held for held in _holds(table, parts)))
    ids = list(run(old.order_by(c.id).limit(piece)).scalars())
    if not ids:
        return 0
    for part in parts:
        theirs = list(run(select(part.table.c.id).where(part.in_(ids))).scalars())
        run(delete(part.table).where(part.in_(ids)))
        forget(tx.connection, _kind_of(part.table), theirs)
    run(delete(table).where(c.id.in_(ids)))
    filing.forget(tx.connection, kind, ids)
    forget(tx.connection, kind, ids)
    return len(ids)


def _column(name: str) -> "Column[Any]":
    table, column = name.split(".")
    return metadata.tables[table].c[column]


def _kind_of(table: Any) -> str:
    found = (mapper.class_ for mapper in records.Base.registry.mappers if mapper.local_table is table)
    return str(next(found).kind)


def _holds(table: Table, parts: "list[Column[Any]]") -> "Iterator[ColumnElement[bool]]":
    """For each column anywhere that refers to the table or a part of its rows: does some row do so?"""
    for column in _referring(table):
        if column not in parts:
            yield exists().where(column == table.c.id)
    for part in parts:
        for column in _referring(part.table):
            yield exists().where(part == table.c.id, column == part.table.c.id)


def _referring(table: Any) -> "list[Column[Any]]":
    return [
        column
        for other in metadata.tables.values()
        for column in other.columns
        if any(key.column.table is table for key in column.foreign_keys)
    ]
