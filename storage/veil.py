"""Columns that are not there, or only in part, for whom a unit works: field-level rights, where all reads pass.

A veil lies on the connection while somebody's turn is done. A SELECT gives NULL for a hidden column and a mask for a
masked one; a record is loaded so; a condition on a hidden column and a change of either is refused, so that neither a
filter nor an error becomes an oracle. What the store itself reads (trail, sums, index) it reads `WHOLE`.
"""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, Connection, Select, TypeDecorator, cast, event, null, type_coerce
from sqlalchemy.sql import ColumnElement, visitors
from sqlalchemy.sql.schema import Column

if TYPE_CHECKING:
    from storage.records.base import Tracked

_KEY = "veil"
WHOLE: dict[str, Any] = {"is_whole": True}  # execution options of a statement that reads past any veil
Cover = Callable[[Any], Any]  # what is shown of a value


def nothing(_value: Any) -> None:
    """The cover of a hidden column."""


@dataclass(frozen=True)
class Veil:
    """``covers``: by "table.column" what is shown of it. ``refuse`` makes the error for a column that is asked by."""

    covers: Mapping[str, Cover] = field(hash=False)
    refuse: Callable[[str], Exception]

    def cover_of(self, column: Any) -> Cover | None:
        """The cover that lies over a column, also of an alias or a subquery."""
        found = (base for base in getattr(column, "base_columns", ()) if isinstance(base, Column))
        return next((self.covers[str(base)] for base in found if str(base) in self.covers), None)


def lay(connection: Connection, veil: Veil | None) -> bool:
    """Put a veil over what is read through the connection, in the place of the last one; whether that was another."""
    if veil is not None and not event.contains(connection.engine, "before_execute", _covered):
        # Only now: where nobody has a veil, no statement pays for one.
        event.listen(connection.engine, "before_execute", _covered, retval=True)
    changed: bool = connection.info.get(_KEY) != veil
    connection.info[_KEY] = veil
    return changed


def veil_on(connection: Connection) -> Veil | None:
    veil: Veil | None = connection.info.get(_KEY)
    return veil


class _Masked(TypeDecorator[Any]):
    """A list whose values come out masked."""

    impl = JSON
    cache_ok = True

    def __init__(self, cover: Cover) -> None:
        super().__init__()
        self.cover = cover

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        return None if value is None else self.cover(value)


def _covered(
    connection: Connection, statement: Any, multiparams: Any, params: Any, options: Mapping[str, Any]
) -> tuple[Any, Any, Any]:
    veil = connection.info.get(_KEY)
    if veil is not None and isinstance(statement, Select) and not options.get("is_whole"):
        statement = _rewritten(statement, veil)
    return statement, multiparams, params


def _rewritten(statement: Any, veil: Veil) -> Any:
    for item in visitors.iterate(statement):
        if isinstance(item, Select):
            _check(item, veil)

    def instead(element: Any, **_options: Any) -> ColumnElement[Any] | None:
        cover = veil.cover_of(element) if isinstance(element, ColumnElement) else None
        if cover is None:
            return None
        shown: Any = cast(null(), element.type)
        if cover is not nothing:
            shown = type_coerce(element, _Masked(cover))
        return shown.label(element.key)  # type: ignore[no-any-return]

    return visitors.replacement_traverse(statement, {}, instead)


def _check(select: Any, veil: Veil) -> None:
    """Refuse a condition on what is hidden: whatever it finds or does not find would tell of the value."""
    conditions = [clause for clause in (select.whereclause, *select._having_criteria) if clause is not None]
    for condition in conditions:
        for item in visitors.iterate(condition):
            if veil.cover_of(item) is nothing:
                raise veil.refuse(str(getattr(item, "key", "")))


@lru_cache(maxsize=1000)
def _keys(cls: "type[Tracked]", veil: Veil) -> tuple[tuple[str, Cover], ...]:
    columns: Any = cls.__table__.columns
    covers = ((column.key, veil.cover_of(column)) for column in columns)
    return tuple((key, cover) for key, cover in covers if cover is not None)


def covered_keys(cls: "type[Tracked]", veil: Veil | None) -> tuple[tuple[str, Cover], ...]:
    """The attributes of a class over which the veil lies."""
    return _keys(cls, veil) if veil is not None else ()


def check_writable(connection: Connection, cls: "type[Tracked]", changed: Container[str]) -> None:
    """Raises the veil's refusal where one of the changed attributes is covered: who does not see a value would write a
    mask, or over what they do not know."""
    veil = veil_on(connection)
    for key, _cover in covered_keys(cls, veil):
        if veil is not None and key in changed:
            raise veil.refuse(key)
