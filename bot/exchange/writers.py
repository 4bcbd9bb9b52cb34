"""Files of exported records: JSON lines, CSV and XLSX. A file appears only when it is complete."""

import csv
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, TextIO, TypeAlias

from config.custom import CustomField
from config.kinds import COMMON, FIELDS, MONEY

Rows: TypeAlias = Iterable[Mapping[str, Any]]
Head: TypeAlias = Callable[[str], str]  # what a column is called

# What a spreadsheet would take for a formula, also in the full-width forms that a Chinese keyboard types.
_FORMULA = re.compile("^[=+\\-@\t\r\0＝＋－＠]")
_CONTROLS = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # not allowed in XML
_NUMBERS = ("value", "rate", "satisfaction")
_REFERENCES = frozenset(
    [
        "created_by",
        "owner",
        "customer",
        "contact",
        "opportunity",
        "contract",
        "order",
        "invoice",
        "service_request",
        "user",
        "team",
        "parent",
        "manager",
        "handler",
    ]
)
SHEET_ROWS = 1_048_575  # below the head (Excel's limit)

TO_STDOUT = Path("-")


@dataclass(frozen=True, slots=True)
class Own:
    """The fields of the organisation's own, by kind: a column each, called by ``head``."""

    fields: Mapping[str, Sequence[CustomField]] = field(default_factory=dict)
    head: Callable[[CustomField], str] = lambda item: item.key

    def of(self, kind: str) -> Sequence[CustomField]:
        return self.fields.get(kind, ())


NONE_OWN = Own()


@contextmanager
def _file(path: Path, *, newline: str | None = None, encoding: str = "utf-8") -> Iterator[TextIO]:
    """A text file that replaces ``path`` at the end; standard output for "-"."""
    if path == TO_STDOUT:
        yield sys.stdout
        return
    draft = _draft(path)
    try:
        with draft.open("w", encoding=encoding, newline=newline) as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _draft(path: Path) -> Path:
    """An empty file beside ``path`` that only its owner may read: it will hold personal data."""
    draft = path.with_name(f".{path.name}.part")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    return draft


def write_jsonl(path: Path, kinds: Mapping[str, Rows]) -> dict[str, int]:
    """One object per line; gives how many of each kind."""
    counts = dict.fromkeys(kinds, 0)
    with _file(path) as stream:
        for kind, rows in kinds.items():
            for row in rows:
                stream.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")
                counts[kind] += 1
    return counts


def write_csv(path: Path, kinds: Mapping[str, Rows], *, head: Head = str, own: Own = NONE_OWN) -> dict[str, int]:
    """One file for one kind; for several a folder with a file for each. UTF-8 with a mark, which Excel needs."""
    if len(kinds) == 1:
        return {kind: _write_csv(path, kind, rows, head, own) for kind, rows in kinds.items()}
    path.mkdir(parents=True, exist_ok=True)
    return {kind: _write_csv(path / f"{kind}.csv", kind, rows, head, own) for kind, rows in kinds.items()}


def _write_csv(path: Path, kind: str, rows: Rows, head: Head, own: Own) -> int:
    count = 0
    with _file(path, newline="", encoding="utf-8-sig") as stream:
        table = csv.writer(stream)
        table.writerow(_heads(kind, head, own))
        for row in rows:
            table.writerow([harmless(cell) for cell in cells(kind, row, own)])
            count += 1
    return count


def write_xlsx(path: Path, kinds: Mapping[str, Rows], *, head: Head = str, own: Own = NONE_OWN) -> dict[str, int]:
    """One sheet for each kind (more where a kind has more rows than a sheet holds)."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    counts = {kind: _fill_sheets(book, kind, rows, head, own) for kind, rows in kinds.items()}
    draft = _draft(path)
    try:
        book.save(draft)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return counts


def _fill_sheets(book: Any, kind: str, rows: Rows, head: Head, own: Own) -> int:
    count, sheet = 0, None
    for row in rows:
        if sheet is None or count % SHEET_ROWS == 0:
            sheet = _sheet(book, kind, count // SHEET_ROWS, _heads(kind, head, own))
        sheet.append([_xlsx_cell(sheet, cell) for cell in cells(kind, row, own)])
        count += 1
    if sheet is None:
        _sheet(book, kind, 0, _heads(kind, head, own))
    return count


def _sheet(book: Any, kind: str, number: int, heads: list[str]) -> Any:
    sheet = book.create_sheet(f"{kind} {number + 1}" if number else kind)
    sheet.append(heads)
    return sheet


def _xlsx_cell(sheet: Any, value: "str | Decimal | None") -> Any:
    """Numbers as numbers; a text stays a text whatever it begins with."""
    from openpyxl.cell import WriteOnlyCell

    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, harmless(_CONTROLS.sub("", value)))
    cell.data_type = "s"
    return cell


def harmless(cell: "str | Decimal | None") -> str:
    """A cell that no spreadsheet runs: texts that look like formulas get an apostrophe, numbers stay as they are."""
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return f"'{cell}" if cell and _FORMULA.match(cell) else cell or ""


def _heads(kind: str, head: Head, own: Own) -> list[str]:
    return [*map(head, columns(kind)), *map(own.head, own.of(kind))]


def columns(kind: str) -> tuple[str, ...]:
    """The columns of a kind: amounts, references and periods take two each."""
    found: list[str] = []
    for name in (*COMMON, *FIELDS[kind]):
        found += _split(name)
    return tuple(found)


def _split(name: str) -> tuple[str, ...]:
    if name in MONEY:
        return name, f"{name}_currency"
    if name == "period":
        return "period_start", "period_end"
    if name == "about":
        return "about_kind", "about_id"
    return (name, f"{name}_id") if name in _REFERENCES else (name,)


def cells(kind: str, row: Mapping[str, Any], own: Own = NONE_OWN) -> Iterator["str | Decimal | None"]:
    """The row's values, one for each column: numbers as Decimal, all else as text; own fields last."""
    mine = [item.key for item in own.of(kind)]
    for name in (*COMMON, *FIELDS[kind]):
        value: Any = row.get(name)  # what is hidden from who asks is not there
        if name in MONEY:
            yield from (None, None) if value is None else (Decimal(value["value"]), value["currency"])
        elif name == "period":
            yield from (value["start"], value["end"])
        elif name == "about":
            yield from (None, None) if value is None else (value["kind"], value["id"])
        elif name in _REFERENCES:
            yield from (None, None) if value is None else (value["name"], value["id"])
        elif name == "custom":
            yield _cell(name, {key: kept for key, kept in (value or {}).items() if key not in mine})
        else:
            yield _cell(name, value)

    yield from (_own_cell(item, (row.get("custom") or {}).get(item.key)) for item in own.of(kind))


def _own_cell(item: CustomField, value: Any) -> "str | Decimal | None":
    """A value of an own field as its column is read again: 「500000 CNY」, a name, "a; b"."""
    if item.type == "number" and value is not None:
        return _number(value)
    if isinstance(value, dict):
        return str(value["name"]) if "name" in value else f"{value.get('value')} {value.get('currency')}"
    return _cell(item.key, value)


def _cell(name: str, value: Any) -> "str | Decimal | None":
    if value is None or value in ({}, []):
        return None
    if name in _NUMBERS:
        return _number(value)
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return "; ".join(value)
    if isinstance(value, dict | list | bool):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def _number(value: Any) -> "str | Decimal":
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return str(value)
