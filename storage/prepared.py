"""Statements that every message runs: compiled once, and on SQLite handed straight to the driver.

A round through SQLAlchemy's execution costs 40–80 µs, the SQLite statement itself 3–10 µs; a turn has a dozen of them.
The statements stay SQLAlchemy's own, types and all. On PostgreSQL, where the way to the server costs more than either,
they are executed in the ordinary way.
"""

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import Executable

from storage.types import UtcDateTime

Params = Mapping[str, Any]


class Prepared:
    """A statement with named parameters; ``columns`` are those of an INSERT."""

    def __init__(self, build: "Callable[[str], Executable]", columns: Sequence[str] = ()) -> None:
        """``build`` gives the statement for a dialect ("sqlite", "postgresql")."""
        self._build = build
        self._columns = list(columns) or None
        self._compiled: _Compiled | None = None
        self._statements: dict[str, Executable] = {}

    def rows(self, connection: Connection, params: Params) -> list[Any]:
        """The rows it gives, as named tuples."""
        if connection.dialect.name == "sqlite":
            return self._on_sqlite(connection).rows(connection, params)
        return list(connection.execute(self._statement(connection), params))

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
        compiled = statement.compile(dialect=dialect, column_keys=columns)
        self._sql = str(compiled)
        self._compiled = compiled
        self._is_expanding = any(bind.expanding for bind in compiled.binds.values())
        processors = compiled._bind_processors
        instants = {name for name, bind in compiled.binds.items() if isinstance(bind.type, UtcDateTime)}
        self._binds = [
            (name, _instant if name in instants else processors.get(name)) for name in compiled.positiontup or ()
        ]
        self._fixed = {key: bind.value for key, bind in compiled.binds.items() if bind.value is not None}
        found = getattr(compiled, "_result_columns", None) or ()
        self._results = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in found]
        self._row: Any = namedtuple("Row", [column.keyname for column in found]) if found else None

    def rows(self, connection: Connection, params: Params) -> list[Any]:
        sql, values = self._expanded(params) if self._is_expanding else (self._sql, self._values(params))
        cursor = on_driver(connection, sql, values)
        if self._row is None:
            return []
        return [
            self._row(*(value if read is None else read(value) for read, value in zip(self._results, row, strict=True)))
            for row in cursor.fetchall()
        ]

    def many(self, connection: Connection, params: Sequence[Params]) -> int:
        if len(params) == 1:
            return on_driver(connection, self._sql, self._values(params[0])).rowcount
        return on_driver(connection, self._sql, [self._values(row) for row in params], how="executemany").rowcount

    def _values(self, params: Params) -> list[Any]:
        values = []
        for name, write in self._binds:
            value = params[name] if name in params else self._fixed[name]
            values.append(value if write is None else write(value))
        return values

    def _expanded(self, params: Params) -> tuple[str, list[Any]]:
        """The text with as many places as its lists have elements, and the values for them."""
        state = self._compiled.construct_expanded_state({**self._fixed, **params})
        processors = state.processors
        values = (state.parameters[name] for name in state.positiontup)
        writes = (processors.get(name) for name in state.positiontup)
        return state.statement, [v if write is None else write(v) for v, write in zip(values, writes, strict=True)]


def _instant(value: datetime | None) -> str | None:
    """An instant as SQLAlchemy writes it on SQLite, at a fifth of the cost."""
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("a naive datetime has no place in the database")
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


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


def insert_new(table: Any, *returning: Any) -> "Callable[[str], Executable]":
    """INSERT … ON CONFLICT DO NOTHING, which both engines spell alike but SQLAlchemy builds per dialect."""

    def build(dialect: str) -> Executable:
        statement: Any = insert_for(dialect)(table).on_conflict_do_nothing()
        built: Executable = statement.returning(*returning) if returning else statement
        return built

    return build


def insert_for(dialect: str) -> Any:
    """The dialect's own ``insert``; the other engine's dialect is not even loaded."""
    return import_module(f"sqlalchemy.dialects.{dialect}").insert


def always(statement: Executable) -> "Callable[[str], Executable]":
    """The same statement for every dialect."""
    return lambda _dialect: statement
