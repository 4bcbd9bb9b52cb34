"""Documents and statements as XLSX: numbers are numbers, and no text can be taken for a formula."""

import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

from bot.papers.content import Paper

Cell: TypeAlias = "str | Decimal | None"

WHOLE, MONEY = "#,##0", "#,##0.00"
HEAD = 4  # so many words in a row, and nothing else, are the head of a table
LATIN = 0x2E80  # letters from here on are twice as wide
WIDTHS = (16, 30, 16, 14, 16, 14, 18)


def sheet_of(paper: Paper) -> bytes:
    """A document as a sheet."""
    rows: list[Sequence[Cell]] = [(paper.title,), (), *paper.facts, (), tuple(paper.head), *paper.rows]
    label, said, number = paper.total
    blanks = [None] * (len(paper.head) - 2)
    rows += [(label, *blanks, number) if paper.rows else (label, said), (), *paper.notes]
    return workbook(paper.title, rows)


def workbook(title: str, rows: Iterable[Sequence[Cell]]) -> bytes:
    """One sheet of these rows."""
    from openpyxl import Workbook  # loaded only where a sheet is made
    from openpyxl.styles import Alignment, Font

    book = Workbook()
    sheet: Any = book.active
    sheet.title = title[:31]
    for n, row in enumerate(rows, 1):
        is_head = len(row) >= HEAD and all(isinstance(value, str) for value in row)
        for column, value in enumerate(row, 1):
            if value is not None:
                _put(sheet.cell(row=n, column=column), value)
            if n == 1 or is_head:
                sheet.cell(row=n, column=column).font = Font(bold=True, size=16 if n == 1 else None)
    for cell in filter(lambda cell: _is_long(cell.value), sheet["B"]):
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    for letter, width in zip("ABCDEFG", WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _is_long(value: Any) -> bool:
    """Would the words run into the next column?"""
    return isinstance(value, str) and sum(2 if ord(letter) > LATIN else 1 for letter in value) > WIDTHS[1]


def _put(cell: Any, value: str | Decimal) -> None:
    """Words as words, whatever they begin with."""
    if isinstance(value, Decimal):
        cell.value = value
        cell.number_format = MONEY if "." in f"{value:f}" else WHOLE  # as its column: 56,709.00 below 61,434.45
    else:
        cell.value = value
        cell.data_type = "s"
