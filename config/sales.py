"""What an administrator decides about the paper of a sale: how it is numbered, and when its money falls due."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from string import Formatter

from config.reading import Table

NUMBERED = ("quote", "contract", "order", "invoice")
MILESTONES = ("signing", "delivery", "acceptance", "warranty")
_GAPS = {"seq", "year", "month", "day"}
_SEQ = re.compile(r"\{seq(?::0?\d{1,2})?\}")
EXAMPLE = '"HT-{year}-{seq:04}"'


@dataclass(frozen=True, slots=True)
class Sales:
    """``numbers``: a pattern for each kind of document. ``due_days``: days after the signing, for each milestone.
    ``seller``: who stands on the papers that customers get, and where."""

    valid_days: int
    overdue_every: int
    numbers: Mapping[str, str]
    due_days: Mapping[str, int]
    seller: str = ""
    seller_address: str = ""

    def run_of(self, kind: str, day: date) -> str:
        """The run of numbers that a document of this day belongs to: "contract HT-2026-#"."""
        return f"{kind} {self._dated(_SEQ.sub('#', self.numbers[kind]), day)}"

    def number(self, kind: str, day: date, seq: int) -> str:
        """The document's number: "HT-2026-0118"."""
        return self.numbers[kind].format(seq=seq, **_parts(day))

    def _dated(self, pattern: str, day: date) -> str:
        return pattern.format(**_parts(day))


def _parts(day: date) -> dict[str, str]:
    return {"year": f"{day.year}", "month": f"{day.month:02}", "day": f"{day.day:02}"}


def read_sales(table: Table) -> Sales:
    """The section [sales]. Raises `ConfigError`."""
    numbers, due_days = table.table("numbers"), table.table("due_days")
    sales = Sales(
        valid_days=table.number("valid_days", at_least=1, at_most=3650),
        overdue_every=table.number("overdue_every", at_least=1, at_most=365),
        numbers={kind: _pattern(numbers, kind) for kind in NUMBERED},
        due_days={name: due_days.number(name, at_most=3650) for name in MILESTONES},
        seller=table.text("seller", ""),
        seller_address=table.text("seller_address", ""),
    )
    for section in (numbers, due_days, table):
        section.finish()
    return sales


def _pattern(table: Table, kind: str) -> str:
    """A pattern that counts: one {seq}, and no gap that nobody fills."""
    pattern = table.text(kind)
    try:
        gaps = [name for _text, name, _spec, _conversion in Formatter().parse(pattern) if name is not None]
        is_sound = len(_SEQ.findall(pattern)) == gaps.count("seq") == 1 and set(gaps) <= _GAPS
    except ValueError:
        is_sound = False
    if not is_sound or len(pattern) > 60:
        raise table.error(kind, "not_allowed", value=pattern, expected=EXAMPLE)
    return pattern
