"""Loading a great many new records at once, with what goes with each: its history in the trail, its place in the index.

Rows are gathered and written in pieces: by an INSERT of many on SQLite, by COPY on PostgreSQL. What they end as is
what as many ordinary saves would have left, all of them in one step of nobody's.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from itertools import chain, islice
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Table, insert, select, text

from storage import filing, records, search
from storage.change import from_plain, to_plain
from storage.creation import audited, columns_of
from storage.errors import NotEmpty
from storage.history import FACTS, rebuild
from storage.prepared import control, on_driver
from storage.sequences import catch_up
from storage.tables import audit, filed, grams, metadata, name_keys, opportunity_history, steps
from storage.unit import Unit

PIECE = 50_000  # rows of the trail that are kept in memory before all is written
TOGETHER = 100  # rows in one INSERT on SQLite: one by one they cost half as much again
ROOM = -128_000  # SQLite's page cache during a load: kilobytes, as it counts them below zero
_STOOD = ("opportunity_id", "since", "until", *FACTS)
_first = itemgetter(0)
_AUDIT = ("step_id", "user_id", "kind", "record_id", "action", "changes", "at")


class Loader:
    """New records for an empty database. Raises `NotEmpty` where somebody is there already.

    References are ids, given out in the order of adding; a record may refer only to what was added before it.
    """

    def __init__(self, tx: Unit, *, command: str, at: datetime) -> None:
        self._tx = tx
        for cls in records.all_records():
            table: Any = cls.__table__
            if tx.connection.execute(select(table.c.id).limit(1)).first() is not None:
                raise NotEmpty
        step = {"what": {"command": command}, "at": at, "chat_key": "cli"}
        self._step = tx.connection.execute(insert(steps).values(step).returning(steps.c.id)).scalar_one()
        self._ids: dict[str, int] = {}
        self._rows: dict[type[records.Tracked], list[Sequence[Any]]] = {cls: [] for cls in _in_order()}
        self._trail: list[tuple[datetime, tuple[Any, ...]]] = []
        self._forms: list[tuple[str, int, search.Forms]] = []
        self._stood: list[dict[str, Any]] = []  # how opportunities stood; the last one is the newest's, and goes on

    def add(
        self,
        cls: "type[records.Tracked]",
        at: datetime,
        by: int | None,
        values: Mapping[str, Any],
        *,
        first: Mapping[str, Any] | None = None,
        changed_at: datetime | None = None,
        forms: search.Forms | None = None,
    ) -> int:
        """A record as it now is; its id. ``first``: the values that it began with, where they were others."""
        number = self._ids[cls.kind] = self._ids.get(cls.kind, 0) + 1
        whole = {"created_at": at, "updated_at": changed_at or at, "created_by_id": by, **values, "version": 1}
        row: list[Any] = [number]
        for key, default in columns_of(cls):
            value = whole.get(key)
            row.append(default() if value is None and default is not None else value)
        self._rows[cls].append(row)
        begun = {**whole, **(first or {})}
        facts = {key: [None, to_plain(begun[key])] for key in audited(cls) if begun.get(key) is not None}
        if cls.kind == "opportunity":
            self._stood.append({"opportunity_id": number, "since": at, **{name: begun.get(name) for name in FACTS}})
        self.note(cls.kind, number, at, by, facts, action="create")
        forms = forms or self.forms_of(cls(**values))
        if forms is not None:
            self._forms.append((cls.kind, number, forms))
        return number

    def forms_of(self, record: "records.Tracked") -> search.Forms | None:
        """Under what a record is found. Records alike in all that counts may share it."""
        return self._tx.namer(record) if self._tx.namer else None

    def note(
        self, kind: str, number: int, at: datetime, by: int | None, changes: Mapping[str, Any], action: str = "update"
    ) -> None:
        """A line of the trail: ``changes`` are {column: [old, new]}, JSON values. Those of an opportunity come in their
        order, before another one is added."""
        if kind == "opportunity" and action == "update":
            self._stand(number, at, changes)
        self._trail.append((at, (self._step, by, kind, number, action, changes, at)))
        if len(self._trail) >= PIECE:
            self.flush()

    def _stand(self, number: int, at: datetime, changes: Mapping[str, Any]) -> None:
        """Note how an opportunity stands from a moment on."""
        last, columns = self._stood[-1], records.Opportunity.__table__.c
        if last["opportunity_id"] != number:
            raise ValueError("the changes of an opportunity follow its addition")
        new = {name: from_plain(columns[name].type, changes[name][1]) for name in FACTS if name in changes}
        if at <= last["since"]:
            last.update(new)
        elif new:
            last["until"] = at
            self._stood.append({**last, **new, "since": at, "until": None})

    def flush(self) -> None:
        """Write what was gathered. The trail is in the order of time as far as it was gathered together."""
        connection = self._tx.connection
        for cls, rows in self._rows.items():
            table: Any = cls.__table__
            load(connection, table, ("id", *(key for key, _default in columns_of(cls))), rows)
            rows.clear()
        self._trail.sort(key=lambda line: line[0])
        load(connection, audit, _AUDIT, (row for _at, row in self._trail))
        self._trail.clear()
        done = self._stood[:-1]  # the last one may still change
        load(connection, opportunity_history, _STOOD, ([row.get(name) for name in _STOOD] for row in done))
        del self._stood[:-1]
        index_all(connection, self._forms)
        self._forms.clear()

    def finish(self) -> None:
        """Write the rest; records that are made from now on get the ids that follow."""
        self._stood.append({})
        self.flush()
        rebuild(self._tx.connection)
        if self._tx.connection.dialect.name == "postgresql":
            catch_up(self._tx.connection, metadata.sorted_tables)
            self._tx.connection.execute(text("ANALYZE"))


def index_all(connection: Connection, found: Sequence[tuple[str, int, search.Forms]]) -> None:
    """Make new records findable: (kind, id, forms) of each."""
    keys: list[tuple[Any, ...]] = []
    parts: list[tuple[Any, ...]] = []
    rows = []
    in_text: list[str] = []
    pieces = cache(search.pieces)
    for kind, number, forms in found:
        named = [(form, key) for form, key in forms.keys if 0 < len(key) <= search.MAX_KEY]
        of_text = pieces(forms.text)
        if named or of_text:
            rows.append((number, kind, *filing.filing_of(named, of_text).values()))
        keys += [(key, form, kind, number) for form, key in named]
        parts += [(gram, kind, number) for gram in of_text]
        in_text += [key for form, key in named if form in search.IN_TEXT]
    # In the order of the tables, which are then written from one end to the other.
    load(connection, filed, ("record_id", "kind", "forms", "grams"), rows)
    load(connection, name_keys, ("key", "form", "kind", "record_id"), sorted(keys, key=_first))
    load(connection, grams, ("gram", "kind", "record_id"), sorted(parts, key=_first))
    filing.index_prefixes(connection, in_text)


@contextmanager
def roomy(connection: Connection) -> Iterator[None]:
    """With memory for the pages that a great load comes back to: what has no room is written out, again and again."""
    if connection.dialect.name != "sqlite":
        yield
        return
    before = on_driver(connection, "PRAGMA cache_size").fetchone()[0]
    control(connection, f"PRAGMA cache_size={ROOM}")
    try:
        yield
    finally:
        control(connection, f"PRAGMA cache_size={before}")


def load(connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert the rows in the quickest way the engine has."""
    dialect = connection.dialect
    makers = [table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in columns]
    ready = rows  # of the index, which is most of what is written, nothing is to be made
    if any(makers):
        ready = ([make(value) if make else value for make, value in zip(makers, row, strict=True)] for row in rows)
    names = ", ".join(f'"{name}"' for name in columns)
    driver: Any = connection.connection.driver_connection
    if dialect.name == "sqlite":
        rest, marks = iter(ready), f"({', '.join('?' * len(columns))})"
        while some := list(islice(rest, TOGETHER)):
            # Whoever fails is undone with all before it, so none needs a journal of its own, which ABORT would keep.
            places = ", ".join([marks] * len(some))
            insertion = f'INSERT OR FAIL INTO "{table.name}" ({names}) VALUES {places}'  # noqa: S608 — our own names
            driver.execute(insertion, list(chain.from_iterable(some)))
        return
    with driver.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
        for row in ready:
            copy.write_row(row)


@cache
def _in_order() -> "tuple[type[records.Tracked], ...]":
    """All classes, those that are referred to before those that refer to them."""
    return (*(cls for cls in records.all_records()), records.LineItem, records.ServiceStep)
