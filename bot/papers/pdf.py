"""A document as a PDF, with the bot's own font in it: it looks alike on every phone."""

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from bot.lazy import bring_back
from bot.papers.content import Paper
from bot.pictures.font import FILE, drawable

if TYPE_CHECKING:
    from fpdf import FPDF

FONT = "crmbot"
WIDTHS = (8, 42, 18, 12, 20, 16, 24)  # of the columns, in parts
SMALL, TEXT, TITLE = 9, 10.5, 18  # points
GREY = 110


def pdf_of(paper: Paper) -> bytes:
    """The pages as bytes."""
    bring_back("ssl", "_hashlib")  # the library would load pictures from the network
    from fpdf import FPDF  # 0.1 s, which no answer without a paper should wait for

    class Pages(FPDF):
        """With its number below each page."""

        def footer(self) -> None:
            self.set_y(-14)
            self.set_font(FONT, size=SMALL)
            self.cell(w=0, h=6, text=f"{self.page_no()} / {{nb}}", align="C")

    pdf = Pages(format="A4")
    pdf.set_margins(18, 18)
    pdf.set_auto_page_break(auto=True, margin=18)
    pdf.add_font(FONT, fname=str(FILE))
    pdf.add_page()
    pdf.set_font(FONT, size=TITLE)
    pdf.cell(text=drawable(paper.title), new_x="LMARGIN", new_y="NEXT", h=12)
    _facts(pdf, paper.facts)
    pdf.ln(4)
    if paper.rows:
        _table(pdf, paper)
    _total(pdf, paper.total[:2])
    pdf.ln(4)
    _facts(pdf, paper.notes)
    return bytes(pdf.output())


def _facts(pdf: "FPDF", facts: Sequence[tuple[str, str]]) -> None:
    """A fact a line: its label in grey, its value beside."""
    for label, value in facts:
        pdf.set_font(FONT, size=TEXT)
        pdf.set_text_color(GREY)
        pdf.cell(w=36, h=6.5, text=drawable(label))
        pdf.set_text_color(0)
        pdf.multi_cell(w=0, h=6.5, text=drawable(value), new_x="LMARGIN", new_y="NEXT")


def _table(pdf: "FPDF", paper: Paper) -> None:
    pdf.set_font(FONT, size=SMALL)
    align = ("LEFT", "LEFT", "RIGHT", "LEFT", "RIGHT", "RIGHT", "RIGHT")
    from fpdf.fonts import FontFace  # there is one weight only, so the head is grey instead of bold

    layout: dict[str, Any] = {"borders_layout": "HORIZONTAL_LINES", "line_height": 6, "padding": 1}
    with pdf.table(
        col_widths=WIDTHS, text_align=align, headings_style=FontFace(emphasis="", color=GREY), **layout
    ) as table:
        head = table.row()
        for name in paper.head:
            head.cell(drawable(name))
        for row in paper.rows:
            line = table.row()
            for value in row:
                line.cell(drawable(shown(value)))


def _total(pdf: "FPDF", total: tuple[str, str]) -> None:
    pdf.set_font(FONT, size=TEXT + 2)
    pdf.cell(w=0, h=10, text=drawable("　".join(total)), align="R", new_x="LMARGIN", new_y="NEXT")


def shown(value: str | Decimal) -> str:
    """A number with its thousands apart; words as they are."""
    if isinstance(value, str):
        return value
    return f"{value:,f}"
