"""Statements that every message runs: compiled once, and on SQLite handed straight to the driver.

A round through SQLAlchemy's execution costs 40–80 µs, the SQLite statement itself 3–10 µs; a turn has a dozen of them.
The statements stay SQLAlchemy's own, types and all. On PostgreSQL, where the way to the server costs more than either,
they are executed in the ordinary way.
"""

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from importlib import import_module
from operator import itemgetter
from typing import Any

import orjson
from sqlalchemy import JSON, Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import Executable

from storage.types import UtcDateTime, to_json
from storage.veil import WHOLE

Params = Mapping[str, Any]


class Prepared:
    """A statement with named parameters; ``columns`` are those of an INSERT."""

    def __init__(self, build: "Callable[[str], Executable]", columns: Sequence[str] = ()) -> None:
        """``build`` gives the statement for a dialect ("sqlite", "postgresql")."""
        self._build = build
        self._columns = list(columns) or None
        self._compiled: _Compiled | None = None
        self._statements: dict[str, Executable] = {}
        self._returning: Executable | None = None

    def rows(self, connection: Connection, params: Params) -> list[Any]:
        """The rows it gives, as named tuples."""
        if connection.dialect.name == "sqlite":
            return self._on_sqlite(connection).rows(connection, params)
        return list(connection.execute(self._statement(connection), params, execution_options=WHOLE))

    def insert(self, connection: Connection, params: Params) -> int | None:
        """Insert a row of a table with a number for its key: the new row's id, None where it was there already."""
        if connection.dialect.name == "sqlite":
            return self._on_sqlite(connection).insert(connection, params)
        if self._returning is None:
            statement: Any = self._statement(connection)
            self._returning = statement.returning(statement.table.c.id)
        added: int | None = connection.execute(self._returning, params).scalar_one_or_none()
        return added

    def many(self, connection: Connection, params: Sequence[Params]) -> int:
        """Run it for each set of parameters; how many rows were written."""
        if connection.dialect.name == "sqlite":
            return self._on_sqlite(connection).many(connection, params)
        counted = {"preserve_rowcount": True}  # without it an INSERT of several rows does not say how many
        result = connection.execute(self._statement(connection), list(params), execution_options=counted)
        return int(result.rowcount)

    def _statement(self, connection: Connection) -> Executable:
        name = connection.dialect.name
        if name not in self._statements:
            self._statements[name] = self._build(name)
        return self._statements[name]

    def _on_sqlite(self, connection: Connection) -> "_Compiled":
        if self._compiled is None:
            self._compiled = _Compiled(self._statement(connection), connection, self._columns)
        return self._compiled


class _Compiled:
    """The text of a statement for SQLite, and how its values go in and come out."""

    def __init__(self, statement: Any, connection: Connection, columns: list[str] | None) -> None:
        dialect = connection.dialect
        self._compiled = compiled = statement.compile(dialect=dialect, column_keys=columns)
        self._sql = str(compiled)
        self._names: list[str] = compiled.positiontup or []
        self._pick = _picker(self._names)
        self._lists = [n for n, name in enumerate(self._names) if compiled.binds[name].expanding]
        self._texts: dict[tuple[int, ...], str] = {}
        self._fixed = {key: bind.value for key, bind in compiled.binds.items() if bind.value is not None}
        writers = [_writer(compiled.binds[name].type, dialect) for name in self._names]
        self._writes = [(n, write) for n, write in enumerate(writers) if write is not None]
        found = getattr(compiled, "_result_columns", None) or ()
        readers = [_reader(column.type, dialect) for column in found]
        self._reads = [(n, read) for n, read in enumerate(readers) if read is not None]
        names = [column.keyname for column in found]
        self._row: Callable[[Sequence[Any]], Any] = partial(tuple.__new__, namedtuple("Row", names))

    def rows(self, connection: Connection, params: Params) -> list[Any]:
        values = self._values(params)
        sql = self._expand(values) if self._lists else self._sql
        found = on_driver(connection, sql, values).fetchall()
        if found and self._reads:
            found = list(map(self._read, found))
        return list(map(self._row, found))

    def insert(self, connection: Connection, params: Params) -> int | None:
        cursor = on_driver(connection, self._sql, self._values(params))
        return cursor.lastrowid if cursor.rowcount else None

    def many(self, connection: Connection, params: Sequence[Params]) -> int:
        if len(params) == 1:
            return on_driver(connection, self._sql, self._values(params[0])).rowcount
        return on_driver(connection, self._sql, list(map(self._values, params)), how="executemany").rowcount

    def _values(self, params: Params) -> Any:
        if self._fixed:
            params = {**self._fixed, **params}
        picked = self._pick(params)
        if not (self._writes or self._lists):
            return picked
        values = list(picked)
        for n, write in self._writes:
            values[n] = write(values[n])
        return values

    def _read(self, row: Sequence[Any]) -> list[Any]:
        values = list(row)
        for n, read in self._reads:
            values[n] = read(values[n])
        return values

    def _expand(self, values: list[Any]) -> str:
        """The text with as many places as its lists have elements; the values are laid out likewise."""
        sizes = tuple([len(values[n]) for n in self._lists])
        if sizes not in self._texts:
            params = dict(zip(self._names, values, strict=True))
            self._texts[sizes] = self._compiled.construct_expanded_state(params).statement
        for n in reversed(self._lists):
            values[n : n + 1] = values[n]
        return self._texts[sizes]


def _picker(names: Sequence[str]) -> "Callable[[Params], tuple[Any, ...]]":
    """What takes the values of these names out of parameters, in their order."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda params: tuple([params[name] for name in names])


def _writer(column_type: Any, dialect: Any) -> "Callable[[Any], Any] | None":
    """How a value of a type is written on SQLite."""
    if isinstance(column_type, UtcDateTime):
        return _instant
    if isinstance(column_type, JSON) and not column_type.none_as_null:
        return to_json
    write: Callable[[Any], Any] | None = column_type.dialect_impl(dialect).bind_processor(dialect)
    return write


def _reader(column_type: Any, dialect: Any) -> "Callable[[Any], Any] | None":
    """How a value of a type is read on SQLite."""
    if isinstance(column_type, JSON):
        return _from_json
    read: Callable[[Any], Any] | None = column_type.dialect_impl(dialect).result_processor(dialect, None)
    return read


def _from_json(value: str | None) -> Any:
    return None if value is None else orjson.loads(value)


class _Instants:
    """Writes instants as SQLAlchemy does on SQLite, at a fifth of the cost; a turn writes its own moment five times."""

    def __init__(self) -> None:
        self._last: tuple[datetime | None, str | None] = (None, None)

    def __call__(self, value: datetime | None) -> str | None:
        known, text = self._last
        if value is known:
            return text
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime has no place in the database")
        text = value.astimezone(UTC).isoformat(" ", "microseconds").removesuffix("+00:00")
        self._last = (value, text)
        return text


_instant = _Instants()


def on_driver(connection: Connection, sql: str, values: Any = (), *, how: str = "execute") -> sqlite3.Cursor:
    """Run a statement on SQLite's driver itself. Raises SQLAlchemy's DBAPIError, without the values."""
    driver = connection.connection.dbapi_connection
    try:
        cursor: sqlite3.Cursor = getattr(driver, how)(sql, values)
    except sqlite3.Error as error:
        raise DBAPIError.instance(
            sql, None, error, sqlite3.Error, hide_parameters=True, dialect=connection.dialect
        ) from error
    return cursor


def control(connection: Connection, sql: str) -> None:
    """Run a statement without values or rows: SAVEPOINT and the like."""
    if connection.dialect.name == "sqlite":
        on_driver(connection, sql)
    else:
        connection.exec_driver_sql(sql)


def insert_new(table: Any) -> "Callable[[str], Executable]":
    """INSERT … ON CONFLICT DO NOTHING, which both engines spell alike but SQLAlchemy builds per dialect."""
    return lambda dialect: insert_for(dialect)(table).on_conflict_do_nothing()


def insert_for(dialect: str) -> Any:
    """The dialect's own ``insert``; the other engine's dialect is not even loaded."""
    return import_module(f"sqlalchemy.dialects.{dialect}").insert


def always(statement: Executable) -> "Callable[[str], Executable]":
    """The same statement for every dialect."""
    return lambda _dialect: statement
