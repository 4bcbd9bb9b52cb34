"""The ids of new rows, where many are brought in at once or with ids of their own."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, Table, func, select, text


def reserve(connection: Connection, table: Table, count: int) -> Sequence[int]:
    """So many ids that nobody else will get. On SQLite the transaction holds the only right to write."""
    if connection.dialect.name == "postgresql":
        query = text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)")
        return list(connection.execute(query, {"name": table.name, "count": count}).scalars())
    first = (connection.scalar(select(func.max(table.c.id))) or 0) + 1
    return range(first, first + count)


def catch_up(connection: Connection, tables: Iterable[Table]) -> None:
    """After ids were given by hand: the next ones that the database gives lie beyond them. SQLite sees to it itself."""
    if connection.dialect.name != "postgresql":
        return
    for table in tables:
        if "id" in table.c:
            connection.execute(
                text(
                    f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), "  # noqa: S608 — our own table names
                    f'coalesce(max(id), 1), max(id) IS NOT NULL) FROM "{table.name}"'
                )
            )
