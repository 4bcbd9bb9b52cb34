"""Filing records under the forms by which `storage.search` finds them.

Under what a record stands is kept beside the index as one row: a second index of each of its tables, by the record,
would be as large as they are, and a change would have to take out and put back what stays the same.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from storage.prepared import Prepared, always, insert_for
from storage.search import IN_TEXT, MAX_KEY, MAX_NAME, Forms, pieces, prefix_lengths
from storage.tables import filed, grams, name_keys, name_prefixes


def index(connection: Connection, kind: str, record_id: int, forms: Forms, *, is_new: bool) -> None:
    """Make the record findable under exactly these forms. Empty forms take it out of the index."""
    keys = {(form, key) for form, key in forms.keys if 0 < len(key) <= MAX_KEY}
    found = set(pieces(forms.text))
    of = {"b_kind": kind, "b_record_id": record_id}
    before = None if is_new else next(iter(_FILED.rows(connection, of)), None)
    old_keys = {(form, key) for form, key in before.forms} if before else set()
    old_grams = set(before.grams.split()) if before else set()
    _take_out(connection, kind, record_id, old_keys - keys, old_grams - found)
    _put_in(connection, kind, record_id, keys - old_keys, found - old_grams)
    if before is None and (keys or found):
        _FILE.many(connection, [{"kind": kind, "record_id": record_id, **filing_of(keys, found)}])
    elif before is not None and (keys, found) != (old_keys, old_grams):
        _REFILE.many(connection, [{f"b_{name}": value for name, value in filing_of(keys, found).items()} | of])


def filing_of(keys: Iterable[tuple[str, str]], found: Iterable[str]) -> dict[str, Any]:
    """Under what a record is filed, as it is kept."""
    return {"forms": list(keys), "grams": " ".join(found)}


def forget(connection: Connection, kind: str, record_ids: Sequence[int]) -> None:
    """Take records out of the index."""
    of_these = (filed.c.record_id.in_(record_ids), filed.c.kind == kind)
    for row in connection.execute(select(filed).where(*of_these)):
        _take_out(connection, kind, row.record_id, map(tuple, row.forms), row.grams.split())
    connection.execute(delete(filed).where(*of_these))


def index_prefixes(connection: Connection, keys: Iterable[str]) -> None:
    """Note how long the names are that begin with the first two characters of these."""
    lengths: dict[str, int] = {}
    for key in keys:
        if 2 <= len(key) <= MAX_NAME:
            lengths[key[:2]] = lengths.get(key[:2], 0) | (1 << len(key))
    if connection.dialect.name == "postgresql":
        # Every name has its prefix, and a row that is written is locked: what is known already is left alone.
        known = prefix_lengths(connection, lengths)
        lengths = {prefix: bits for prefix, bits in lengths.items() if known.get(prefix, 0) | bits != known.get(prefix)}
    if lengths:
        # In one order, so that two writers on PostgreSQL never wait for each other crosswise.
        _ADD_PREFIX.many(connection, [{"prefix": prefix, "lengths": bits} for prefix, bits in sorted(lengths.items())])


def _put_in(
    connection: Connection, kind: str, record_id: int, keys: Iterable[tuple[str, str]], found: Iterable[str]
) -> None:
    of = {"kind": kind, "record_id": record_id}
    if rows := [{"form": form, "key": key, **of} for form, key in keys]:
        _ADD_KEY.many(connection, rows)
        index_prefixes(connection, [key for form, key in keys if form in IN_TEXT])
    if parts := [{"gram": gram, **of} for gram in found]:
        _ADD_GRAM.many(connection, parts)


def _take_out(
    connection: Connection, kind: str, record_id: int, keys: Iterable[tuple[str, str]], found: Iterable[str]
) -> None:
    of = {"b_kind": kind, "b_record_id": record_id}
    if rows := [{"b_form": form, "b_key": key, **of} for form, key in keys]:
        _DROP_KEY.many(connection, rows)
    if parts := [{"b_gram": gram, **of} for gram in found]:
        _DROP_GRAM.many(connection, parts)


def _add_prefix(dialect: str) -> Any:
    statement = insert_for(dialect)(name_prefixes)
    return statement.on_conflict_do_update(
        index_elements=["prefix"],
        set_={"lengths": name_prefixes.c.lengths.op("|")(statement.excluded.lengths)},
    )


def _of(table: Any, *names: str) -> Any:
    """The conditions that these columns have the values of their parameters."""
    return [table.c[name] == bindparam(f"b_{name}") for name in names]


_ADD_KEY = Prepared(always(insert(name_keys)), ("form", "key", "kind", "record_id"))
_ADD_GRAM = Prepared(always(insert(grams)), ("gram", "kind", "record_id"))
_ADD_PREFIX = Prepared(_add_prefix, ("prefix", "lengths"))
_DROP_KEY = Prepared(always(delete(name_keys).where(*_of(name_keys, "key", "form", "kind", "record_id"))))
_DROP_GRAM = Prepared(always(delete(grams).where(*_of(grams, "gram", "kind", "record_id"))))
_FILED = Prepared(always(select(filed.c.forms, filed.c.grams).where(*_of(filed, "record_id", "kind"))))
_FILE = Prepared(always(insert(filed)), ("record_id", "kind", "forms", "grams"))
_REFILE = Prepared(
    always(
        update(filed)
        .where(*_of(filed, "record_id", "kind"))
        .values(forms=bindparam("b_forms"), grams=bindparam("b_grams"))
    )
)
