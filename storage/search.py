"""Finding records by name or by words, on both engines alike, at a million records.

Exact forms (a full or short name, an alias, pinyin, initials, a phone number) are looked up in ``name_keys``. Parts of
texts go through ``grams``: two characters of Han text, three letters of other scripts. Every answer is a set of
candidates; who asks checks rights and the text itself.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, false, func, literal, or_, select

from storage.prepared import Prepared, always
from storage.tables import grams, name_keys, name_prefixes

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002ffff"
MAX_TEXT = 20_000  # characters of a note that are indexed; what follows is kept but not searched
MAX_KEY = 500  # longer forms (the pinyin of a very long name) are not kept: nobody types them
MAX_NAME = 40  # characters of a name that may stand in running text
LAST = "\U0010ffff"  # the last character there is
COMMON = 1_000  # no search gives more records than these
SAMPLE = 200  # records of a gram by which it is told how common it is


@dataclass(frozen=True, slots=True)
class Forms:
    """Under what one record is found: ``keys`` as (form, key) pairs, and the text whose pieces are indexed.

    Forms: name, short, alias (these may stand in running text), pinyin, initials, drop, phone, tail, email.
    """

    keys: frozenset[tuple[str, str]] = frozenset()
    text: str = ""


IN_TEXT = ("name", "short", "alias")


def fold(text: str) -> str:
    """The form in which texts are compared: compatibility forms unified, case folded."""
    return unicodedata.normalize("NFKC", text).casefold()


@cache
def _runs() -> Callable[[str], list[tuple[str, str]]]:
    """Finds the runs of Han and of other characters. Compiled when first used: the first answer needs none."""
    return re.compile(f"([{HAN}]+)|([^\\W_{HAN}]+)").findall


def pieces(text: str) -> frozenset[str]:
    """The grams of a text: 「报价单」 → 报价 价单 单, "shipping" → shi hip ipp ppi pin ing."""
    found: set[str] = set()
    for han, other in _runs()(fold(text[:MAX_TEXT])):
        run, size = (han, 2) if han else (other, 3)
        found.update([run[i : i + size] for i in range(max(1, len(run) - size + 1))])
        if size == 2:
            found.add(run[-1])  # so that a single character is found at the end of a run too
    return frozenset(found)


_BY_KEY = Prepared(
    always(
        select(name_keys.c.form, name_keys.c.record_id)
        .where(name_keys.c.key == bindparam("b_key"), name_keys.c.kind == bindparam("b_kind"))
        .limit(COMMON)
    )
)


def by_key(connection: Connection, kind: str, keys: Collection[str], forms: Collection[str] = ()) -> list[int]:
    """Ids of the records of a kind that go by one of these keys, in one of these forms (all, when none is named)."""
    rows = [row for key in keys for row in _BY_KEY.rows(connection, {"b_key": key, "b_kind": kind})]
    return list(dict.fromkeys(row.record_id for row in rows if not forms or row.form in forms))


def prefix_lengths(connection: Connection, prefixes: Collection[str]) -> dict[str, int]:
    """Which of the prefixes begin a name, and how long such names are: bit n stands for n characters."""
    rows = _PREFIXES.rows(connection, {"b_prefixes": list(prefixes)}) if prefixes else ()
    return {row.prefix: row.lengths for row in rows}


_PREFIXES = Prepared(
    always(select(name_prefixes).where(name_prefixes.c.prefix.in_(bindparam("b_prefixes", expanding=True))))
)


def candidate_spans(text: str, lengths_of: Callable[[Sequence[str]], Mapping[str, int]]) -> dict[str, list[int]]:
    """The pieces of a normalised text that may be names, with their places, given `prefix_lengths`."""
    starts: dict[str, list[int]] = {}
    for i in range(len(text) - 1):
        starts.setdefault(text[i : i + 2], []).append(i)
    spans: dict[str, list[int]] = {}
    for prefix, lengths in lengths_of(list(starts)).items() if starts else ():
        for start in starts[prefix]:
            for size in range(2, min(MAX_NAME, len(text) - start) + 1):
                if lengths >> size & 1:
                    spans.setdefault(text[start : start + size], []).append(start)
    return spans


def names_at(connection: Connection, spans: Mapping[str, Sequence[int]]) -> list[tuple[int, int, str, int]]:
    """Those of the pieces that are names, as (start, end, kind, record id), overlaps included."""
    return [
        (start, start + len(row.key), row.kind, row.record_id)
        for row in _EXACT.rows(connection, {"b_keys": list(spans)})
        for start in spans[row.key]
    ]


_EXACT = Prepared(
    always(
        select(name_keys.c.key, name_keys.c.kind, name_keys.c.record_id)
        .where(name_keys.c.key.in_(bindparam("b_keys", expanding=True)), or_(*(name_keys.c.form == f for f in IN_TEXT)))
        .limit(COMMON)
    )
)


def containing(connection: Connection, kind: str, words: str) -> list[int] | None:
    """Ids of the records of a kind whose text holds all pieces of ``words``, `COMMON` at most; None where it has none.

    It starts from the rarest piece, which bounds the work however common the others are. A record that holds all the
    pieces may still not hold the words: check the text. Where `COMMON` come back there may be more: narrow the records
    otherwise, and ask `holds` of them.
    """
    found = _telling(words)
    if not found:
        return None
    if len(found[0]) == 1:
        ends = {"b_gram": found[0], "b_end": found[0] + LAST}
        return [row.record_id for row in _OF_ONE.rows(connection, {**ends, "b_kind": kind})]
    ranked = sorted((_commonness(connection, kind, piece), piece) for piece in found)
    if ranked[0][0][0] == 0:
        return []
    params = {f"b_gram{n}": piece for n, (_commonness, piece) in enumerate(ranked)}
    return [row.record_id for row in _of_all(len(ranked)).rows(connection, params | {"b_kind": kind})]


_OF_ONE = Prepared(
    always(
        select(grams.c.record_id)
        .where(grams.c.kind == bindparam("b_kind"), grams.c.gram.between(bindparam("b_gram"), bindparam("b_end")))
        .limit(COMMON)
    )
)


@cache
def _of_all(count: int) -> Prepared:
    """The records that have so many pieces, looked for by the first of them."""
    query = select(grams.c.record_id).where(grams.c.kind == bindparam("b_kind"), grams.c.gram == bindparam("b_gram0"))
    for n in range(1, count):
        other = grams.alias(f"g{n}")
        is_there = (other.c.gram == bindparam(f"b_gram{n}")) & (other.c.kind == bindparam("b_kind"))
        query = query.where(select(literal(1)).where(is_there, other.c.record_id == grams.c.record_id).exists())
    return Prepared(always(query.limit(COMMON)))


def holds(kind: str, record_id: Any, words: str) -> ColumnElement[bool]:
    """The condition that a record's text holds all pieces of ``words``: for records that are few for another reason."""
    found = _telling(words)
    return and_(*(_holds(kind, record_id, piece) for piece in found)) if found else false()


def _holds(kind: str, record_id: Any, piece: str) -> ColumnElement[bool]:
    other = grams.alias()
    here = select(literal(1)).where(_is(other.c.gram, piece), other.c.kind == kind, other.c.record_id == record_id)
    return here.exists()


def _is(gram: ColumnElement[str], piece: str) -> ColumnElement[bool]:
    """A single character is also the beginning of every gram that begins with it."""
    return gram == piece if len(piece) > 1 else gram.between(piece, piece + LAST)


def _telling(words: str) -> list[str]:
    """The pieces to look for, longest first; the single characters at the ends of runs only where there is no other."""
    found = sorted(pieces(words), key=lambda piece: (-len(piece), piece))
    return [piece for piece in found if len(piece) > 1][:12] or found[:12]


def _commonness(connection: Connection, kind: str, piece: str) -> tuple[int, int]:
    """How many records have the piece, counted up to `SAMPLE`; of those that have more, how closely the first of them
    stand together: the wider apart, the fewer they are."""
    row = _FEW.rows(connection, {"b_gram": piece, "b_kind": kind})[0]
    return row.few, -row.span if row.few == SAMPLE else 0


_FIRST = (
    select(grams.c.record_id)
    .where(grams.c.gram == bindparam("b_gram"), grams.c.kind == bindparam("b_kind"))
    .order_by(grams.c.record_id)
    .limit(SAMPLE)
    .subquery()
)
_FEW = Prepared(
    always(
        select(
            func.count().label("few"),
            (func.max(_FIRST.c.record_id) - func.min(_FIRST.c.record_id)).label("span"),
        )
    )
)
