"""Workbooks read row by row: neither the texts nor the rows of a great one are ever in memory as objects.

What openpyxl keeps of a workbook while it reads grows with it: each shared text as a string, and an empty element for
each. Here the texts lie in one piece of memory and are made strings where a cell shows them.
"""

from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any, overload
from weakref import finalize

from defusedxml.ElementTree import iterparse
from openpyxl.cell.text import Text
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.worksheet._reader import WorkSheetParser
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS

from bot.errors import InvalidValue

MAX_STRINGS = 100_000_000  # bytes of the part that holds the texts of all cells
_ITEM, _PLAIN, _CELLS, _ROW = (f"{{{SHEET_MAIN_NS}}}{name}" for name in ("si", "t", "sheetData", "row"))


class Strings(Sequence[str]):
    """Texts by their place, kept as UTF-8 end to end."""

    def __init__(self, texts: Iterator[str]) -> None:
        self._bytes, self._ends = bytearray(), array("Q", (0,))
        for text in texts:
            self._bytes += text.encode()
            self._ends.append(len(self._bytes))

    def __len__(self) -> int:
        return len(self._ends) - 1

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[str]: ...
    def __getitem__(self, place: int | slice) -> str | Sequence[str]:
        if isinstance(place, slice):
            return [self[n] for n in range(*place.indices(len(self)))]
        if not 0 <= place < len(self):
            raise IndexError(place)
        return self._bytes[self._ends[place] : self._ends[place + 1]].decode()


class Book:
    """A workbook: the names of its sheets, and their rows, which can be gone through again and again.

    Raises whatever a damaged one makes openpyxl raise. Its XML is read without entities: openpyxl uses defusedxml,
    which we require.
    """

    def __init__(self, path: Path) -> None:
        stream = path.open("rb")  # by itself openpyxl would go by the name of the file
        finalize(self, stream.close)
        reader = ExcelReader(stream, read_only=True, keep_links=False)
        reader.read_manifest()
        reader.read_workbook()
        self._archive, self._book = reader.archive, reader.wb
        apply_stylesheet(self._archive, self._book)
        self._parts = {
            sheet.name: rel.target
            for sheet, rel in reader.parser.find_sheets()
            if rel.target in reader.valid_files and "chartsheet" not in rel.Type
        }
        part = reader.package.find(SHARED_STRINGS)
        self._strings: Sequence[str] = ()
        if part is not None:
            name = part.PartName.removeprefix("/")
            size = self._archive.getinfo(name).file_size
            if size > MAX_STRINGS:
                raise InvalidValue("import.bomb", size=f"{size // 1_000_000:,}")
            with self._archive.open(name) as stream:
                self._strings = Strings(_texts(stream))

    @property
    def sheets(self) -> tuple[str, ...]:
        return tuple(self._parts)

    def rows(self, sheet: str, *, formulas: bool = False) -> Iterator[tuple[int, tuple[Any, ...]]]:
        """(number, values) of the rows that have cells, each as wide as its last one; the values are those that were
        saved, or the formulas."""
        with self._archive.open(self._parts[sheet]) as stream:
            parser = WorkSheetParser(
                stream,
                self._strings,
                data_only=not formulas,
                epoch=self._book.epoch,
                date_formats=self._book._date_formats,
                timedelta_formats=self._book._timedelta_formats,
            )
            for row in _rows(stream):
                number, cells = parser.parse_row(row)
                values = {cell["column"]: cell["value"] for cell in cells}
                yield number, tuple(values.get(column) for column in range(1, max(values, default=0) + 1))


def _rows(stream: IO[bytes]) -> Iterator[Any]:
    """The elements of the rows of a sheet, each for as long as it is looked at."""
    table: Any = None
    for event, node in iterparse(stream, ("start", "end")):
        if event == "start" and node.tag == _CELLS:
            table = node
        elif event == "end" and node.tag == _ROW:
            yield node
            table.clear()


def _texts(stream: IO[bytes]) -> Iterator[str]:
    """The shared texts in their order, without the marks of how they look or sound."""
    events = iterparse(stream, ("start", "end"))
    _start, root = next(events)
    for event, node in events:
        if event == "end" and node.tag == _ITEM:
            is_plain = len(node) == 1 and node[0].tag == _PLAIN
            yield (node[0].text or "") if is_plain else Text.from_tree(node).content
            root.clear()
