"""Reading a file that somebody brings: of which form it is (by its content, not its name), and its rows of cells.

A file is measured before it is unpacked. Whatever is wrong with it as a whole is one sentence; a row that does not fit
the head is told apart from the others.
"""

import codecs
import csv
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import chain, islice
from pathlib import Path
from statistics import median_high
from typing import TYPE_CHECKING, Any, TypeVar

from bot.errors import InvalidValue
from config.phrasing import phrasing

if TYPE_CHECKING:
    from bot.exchange.workbook import Book

MAX_BYTES = 200_000_000
MAX_UNPACKED = 250_000_000
MAX_RATIO, RATIO_FROM = 60, 20_000_000  # spreadsheets pack to a tenth; a bomb to a hundredth
MAX_ENTRIES = 2_000
MAX_ROWS = 1_000_000
MAX_COLUMNS = 500
MAX_CELL = 100_000
PROBE = 1 << 20
TITLES = 3  # rows above the head that may be a title
WIDE = 3  # columns of a table below which a report may say something
HEAD_FILLS = 0.6  # of the columns that the first rows fill; heads of groups fill fewer
_FIGURE = re.compile(r"[-+¥￥$€£]?\s*[\d,，.]+\s*[%\w]?|-|/")
R = TypeVar("R")

_ZIP, _OLD_EXCEL, _PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF"
_CHINESE = re.compile(rb"[\xb0-\xf7][\xa1-\xfe]")
_MARKUP = re.compile(rb"\s*<(?:!doctype|html|\?xml|table)", re.I)


@dataclass(frozen=True, slots=True)
class Cells:
    """A row of a table. ``problem``: a key of the catalogs for what is wrong with the row as such."""

    number: int
    values: tuple[Any, ...]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with a head. ``rows`` can be gone through once."""

    name: str
    head: tuple[str, ...]
    rows: Iterator[Cells]


def form_of(path: Path) -> str:
    """ "xlsx", "jsonl" or "csv". Raises InvalidValue for what is none of them, OSError where it cannot be read."""
    if path.stat().st_size > MAX_BYTES:
        raise InvalidValue("import.too_big", max=MAX_BYTES // 1_000_000)
    with path.open("rb") as stream:
        start = stream.read(4096)
    if start.startswith(_ZIP):
        return "xlsx"
    if start.startswith((_OLD_EXCEL, _PDF)) or _MARKUP.match(start):
        raise InvalidValue("import.not_a_table")
    text = start.removeprefix(codecs.BOM_UTF8).lstrip()
    if not text:
        raise InvalidValue("import.empty")
    return "jsonl" if text.startswith(b"{") else "csv"


def encoding_of(path: Path) -> str:
    """UTF-8, UTF-16 by its mark, GB18030 (which GBK and GB2312 are part of), or Windows-1252 where no Chinese character
    can stand: those that are in use are two bytes above 160 each. Raises InvalidValue."""
    with path.open("rb") as stream:
        start = stream.read(PROBE)
    is_marked = start[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    eight_bits = "gb18030" if _CHINESE.search(start) else "cp1252"
    for encoding in ("utf-16",) if is_marked else ("utf-8-sig", eight_bits):
        if _decodes(path, encoding):
            return encoding
    raise InvalidValue("import.encoding")


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as stream:
        try:
            while piece := stream.read(PROBE):
                if "\0" in decoder.decode(piece):
                    return False
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def read_csv(path: Path, encoding: str) -> Sheet:
    """The table of a CSV file, whichever of comma, semicolon and tab parts its cells."""
    rows = _below_title(_csv_rows(path, encoding), lambda row: row)
    try:
        _number, head = next(rows)
    except StopIteration:
        raise InvalidValue("import.empty") from None
    return Sheet(path.stem, _head(head), _against(head, rows))


def _csv_rows(path: Path, encoding: str) -> Iterator[tuple[int, list[str]]]:
    """(line, cells) of the rows that are not empty."""
    csv.field_size_limit(MAX_CELL)
    with path.open(encoding=encoding, newline="") as stream:
        first = stream.readline(PROBE)
        stream.seek(0)
        table = csv.reader(stream, delimiter=max(",;\t", key=first.count), strict=False)
        count = 0
        try:
            for cells in table:
                if any(cell.strip() for cell in cells):
                    count += 1
                    if count > MAX_ROWS + 1:
                        raise InvalidValue("import.too_many", max=f"{MAX_ROWS:,}")
                    yield table.line_num, cells
        except csv.Error as error:
            raise InvalidValue("import.broken_csv", line=table.line_num + 1) from error


def _below_title(rows: Iterator[R], parts: Callable[[R], tuple[int, Sequence[Any]]]) -> Iterator[R]:
    """The rows without what stands above the head, a title or merged heads of groups: rows that fill few of the
    columns, over rows that fill more. And without the sums and remarks below the last one. ``parts``: the number and
    the cells of a row."""
    first = list(islice(rows, TITLES + 1))
    filled = [_filled(parts(row)[1]) for row in first]
    least = max(1.0, HEAD_FILLS * median_high(filled or [0]))  # not that of a single row with cells too many
    titles = next((place for place, count in enumerate(filled) if count > least), 0)
    width = filled[titles] if filled else 0
    return _above_sums(chain(first[titles:], rows), parts, width)


def _filled(cells: Sequence[Any]) -> int:
    return sum(value not in (None, "") for value in cells)


def _above_sums(rows: Iterator[R], parts: Callable[[R], tuple[int, Sequence[Any]]], width: int) -> Iterator[R]:
    """The rows without the last ones, where those only add up, 「合计 … 1,200」, count, 「共 25 条」, or say something
    about the report: lines of one cell, an empty one above them, in a table of several columns."""
    held: list[R] = []
    before, remarks = 0, False
    for row in rows:
        number, cells = parts(row)
        is_one = width >= WIDE and _filled(cells) == 1 and cells[0] not in (None, "")
        remarks = is_one and (remarks or bool(before and number > before + 1))
        before = number
        if remarks or _adds_up(cells):
            held.append(row)
            continue
        yield from held
        held.clear()
        yield row


def _adds_up(cells: Sequence[Any]) -> bool:
    filled = filter(None, map(text_of, cells))
    first = next(filled, "")
    if not phrasing("sum_row").fullmatch(first):
        return False
    others = list(filled)
    is_no_name = bool(others) or not first.isalpha() or not first.isascii()
    return is_no_name and all(_FIGURE.fullmatch(cell) for cell in others)


def _against(head: Sequence[str], rows: Iterator[tuple[int, list[str]]]) -> Iterator[Cells]:
    """The rows, those that have more or fewer cells than the head marked."""
    for number, cells in rows:
        yield Cells(number, tuple(cells), "" if len(cells) == len(head) else "import.ragged")


def _head(cells: Sequence[Any]) -> tuple[str, ...]:
    """The names of the columns. Raises InvalidValue where they are none."""
    head = tuple(" ".join(str(cell).split()) if cell is not None else "" for cell in cells)
    if not any(head) or len(head) > MAX_COLUMNS:
        raise InvalidValue("import.no_head")
    return head


def read_xlsx(path: Path) -> list[Sheet]:
    """The tables of a workbook that have a head. Raises InvalidValue for a bomb and for what is no workbook."""
    has_formulas = _measure(path)
    book = _book(path)
    sheets = []
    for name in book.sheets:
        rows = _below_title(_xlsx_rows(book, name, has_formulas=has_formulas), lambda row: (row.number, row.values))
        first = next(rows, None)
        if first is not None:
            width = max(place for place, value in enumerate(first.values, 1) if value not in (None, ""))
            head = _head(first.values[:width])
            sheets.append(Sheet(name, head, _as_wide(rows, len(head))))
    if not sheets:
        raise InvalidValue("import.empty")
    return sheets


def _measure(path: Path) -> bool:
    """Look at what is packed before it is unpacked; True where there are formulas."""
    try:
        with zipfile.ZipFile(path) as packed:
            entries = packed.infolist()
            size = sum(entry.file_size for entry in entries)
            ratio = size / max(1, path.stat().st_size)
            if size > MAX_UNPACKED or len(entries) > MAX_ENTRIES or (ratio > MAX_RATIO and size > RATIO_FROM):
                raise InvalidValue("import.bomb", size=f"{size // 1_000_000:,}")
            names = [entry.filename for entry in entries]
            if "xl/workbook.xml" not in names:
                raise InvalidValue("import.not_a_table")
            return any(_holds(packed, name, b"<f") for name in names if name.startswith("xl/worksheets/sheet"))
    except (zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError, ValueError) as error:
        raise InvalidValue("import.broken_xlsx") from error


def _holds(packed: zipfile.ZipFile, name: str, tag: bytes) -> bool:
    """Does a part of the workbook hold this element? What is read is never more than was measured."""
    found = re.compile(re.escape(tag) + rb"[ >/]")
    end = b""
    with packed.open(name) as stream:
        while piece := stream.read(PROBE):
            if found.search(end + piece):
                return True
            end = piece[-8:]
    return False


def _book(path: Path) -> "Book":
    from bot.exchange.workbook import Book

    try:
        return Book(path)
    except InvalidValue:
        raise
    except Exception as error:  # a damaged workbook fails in as many ways as there are parts of it
        raise InvalidValue("import.broken_xlsx") from error


def _xlsx_rows(book: "Book", sheet: str, *, has_formulas: bool) -> Iterator[Cells]:
    """The rows that are not empty; one with a formula whose value was never saved is marked."""
    twin = book.rows(sheet, formulas=True) if has_formulas else None
    count = 0
    try:
        for number, values in book.rows(sheet):
            written = next(twin)[1] if twin is not None else values
            if all(value in (None, "") for value in written):
                continue
            count += 1
            if count > MAX_ROWS + 1:
                raise InvalidValue("import.too_many", max=f"{MAX_ROWS:,}")
            bare = any(value is None and other not in (None, "") for value, other in zip(values, written, strict=False))
            yield Cells(number, values, "import.formula" if bare else "")
    except InvalidValue:
        raise
    except Exception as error:  # as above: what is broken in a part shows only when the part is read
        raise InvalidValue("import.broken_xlsx") from error


def _as_wide(rows: Iterator[Cells], width: int) -> Iterator[Cells]:
    """Spreadsheets leave out empty cells at the end of a row, and format cells beyond it."""
    for row in rows:
        beyond = any(value not in (None, "") for value in row.values[width:])
        values = (*row.values[:width], *(None,) * (width - len(row.values)))
        yield Cells(row.number, values, row.problem or ("import.ragged" if beyond else ""))


def text_of(value: Any) -> str:
    """A cell as text: dates as ISO, whole numbers without a fraction."""
    if isinstance(value, str):
        return value.strip()
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value).strip()
