"""An import from the file to the report: what it will do can be looked at first; what it did is one step."""

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.exchange.cells import CellReader, Signs
from bot.exchange.columns import Customs, Plan, plan_of, rows_of, signs_of
from bot.exchange.files import Sheet, encoding_of, form_of, read_csv, read_xlsx
from bot.exchange.lines import count_lines, read_lines
from bot.exchange.load import Importer, Loader, Policy, Report, Row
from storage.author import Author
from storage.bulk import roomy
from storage.database import Tx
from storage.tables import settings as facts
from storage.tables import steps

SAMPLES = 3


@dataclass(frozen=True, slots=True)
class Wish:
    """How a file is to be read. ``named``: {column: field}; ``same``: {field: text} for what no column holds."""

    kind: str | None = None
    policy: Policy = "skip"
    named: Mapping[str, str] = field(default_factory=dict)
    same: Mapping[str, str] = field(default_factory=dict)
    customs: Customs = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the file with what its columns were taken for, how many rows it has, and the first of them."""

    name: str
    head: tuple[str, ...]
    plan: Plan
    count: int
    samples: tuple[tuple[Any, ...], ...]
    signs: Signs


class File:
    """A file to be imported, looked at but not yet brought in. Raises InvalidValue for one that cannot be read."""

    def __init__(self, path: Path, wish: Wish) -> None:
        self.path, self.wish = path, wish
        self.form = form_of(path)
        self.encoding = encoding_of(path) if self.form == "csv" else ""
        self.tables = tuple(self._look(sheet) for sheet in self._sheets()) if self.form != "jsonl" else ()
        self.count = sum(table.count for table in self.tables) if self.tables else count_lines(path)

    def rows(self, reader: CellReader) -> Iterator[Row]:
        """All records of the file, in the shape of the contract."""
        if self.form == "jsonl":
            yield from read_lines(self.path, self.wish.kind)
            return
        for sheet, table in zip(self._sheets(), self.tables, strict=True):
            yield from rows_of(sheet, table.plan, reader.of_table(table.signs))

    def _sheets(self) -> list[Sheet]:
        return [read_csv(self.path, self.encoding)] if self.form == "csv" else read_xlsx(self.path)

    def _look(self, sheet: Sheet) -> Table:
        wish = self.wish
        plan = plan_of(sheet, wish.kind, wish.named, wish.same, wish.customs)
        samples: list[tuple[Any, ...]] = []
        count = 0

        def values() -> Iterator[tuple[Any, ...]]:
            nonlocal count
            for cells in sheet.rows:
                count += 1
                if len(samples) < SAMPLES and not cells.problem:
                    samples.append(cells.values)
                yield cells.values

        signs = signs_of(plan, values())
        return Table(sheet.name, sheet.head, plan, count, tuple(samples), signs)


def bring_in(tx: Tx, file: File, importer: Importer, tick: Callable[[int], None] = lambda _count: None) -> Report:
    """Write what the file holds, in the importer's name, as one step."""
    what = {"command": "import", "file": file.path.name}
    tx.author = Author(importer.user_id, importer.now, team_id=importer.actor.team_id, chat_key="cli", what=what)
    return bring_some(tx, file, importer, file.rows(importer.cells), tick)


def bring_some(
    tx: Tx, file: File, importer: Importer, rows: Iterable[Row], tick: Callable[[int], None] = lambda _count: None
) -> Report:
    """Write these rows of the file, as the transaction's author."""
    is_original = file.form == "jsonl" and importer.actor.role == "admin"
    loader = Loader(tx, importer, policy=file.wish.policy, is_original=is_original)
    with _undisturbed(), roomy(tx.connection):
        return loader.load(rows, tick)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Without the search for garbage: there is none that needs it, and among so many rows it costs a fifth."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def last_import(tx: Tx, user_id: int | None = None) -> int | None:
    """The newest import that still stands: of this person, or whoever did it."""
    query = select(steps.c.id).where(
        steps.c.undone_by_step_id.is_(None),
        steps.c.undoes_step_id.is_(None),
        steps.c.what["command"].as_string() == "import",
    )
    query = query.where(steps.c.user_id == user_id) if user_id is not None else query
    return tx.connection.execute(query.order_by(steps.c.id.desc()).limit(1)).scalar_one_or_none()


def save_mapping(tx: Tx, name: str, named: Mapping[str, str]) -> None:
    """Keep {column: field} under a name; one of that name is replaced."""
    key = f"import.{name}"
    tx.connection.execute(facts.delete().where(facts.c.key == key))
    tx.connection.execute(facts.insert().values(key=key, value=dict(named)))


def saved_mapping(tx: Tx, name: str) -> dict[str, str] | None:
    value = tx.connection.execute(select(facts.c.value).where(facts.c.key == f"import.{name}")).scalar_one_or_none()
    return value if value is None else dict(value)
