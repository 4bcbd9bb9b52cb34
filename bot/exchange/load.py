"""Bringing many records in: checked, compared with what is here, written in bulk, all in one transaction and one step.

A row that does not fit is refused with its reason and leaves no trace; the others come in.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, tzinfo
from functools import partial
from itertools import groupby
from typing import Any, Literal, TypeAlias

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from bot.custom.fields import fields_in
from bot.custom.learning import learn
from bot.errors import InvalidValue, NotAllowed, Refused
from bot.exchange.cells import CellReader
from bot.exchange.customs import checker
from bot.exchange.duplicates import Twin, keys_of, twins
from bot.exchange.entry import Entry, Reading, instant, missing, read_entry
from bot.exchange.ids import number_of
from bot.exchange.making import UNNUMBERED, Maker
from bot.exchange.references import References
from bot.exchange.shapes import HISTORY
from bot.rules.access import Actor, select_visible
from config.crm import Crm
from nlu.lexicon import Lexicon
from storage import records
from storage.database import Tx
from storage.history import backdate
from storage.many import create_all, settle

Policy: TypeAlias = Literal["skip", "create", "update", "both"]
POLICIES: tuple[Policy, ...] = ("skip", "create", "update", "both")
BATCH = 2000
# Teams and people refer to each other: these fields are filled once all of them are there.
_LATE = ("parent", "manager", "owner", "created_by")


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a file, in the shape of the record contract. ``problem``: its cells could not be read."""

    number: int
    kind: str
    data: Mapping[str, Any]
    raw: Any = None
    problem: InvalidValue | None = None


@dataclass(slots=True)
class Report:
    """What became of the rows: how many by kind, and those refused with the reason."""

    created: Counter[str] = field(default_factory=Counter)
    updated: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    refused: list[tuple[Row, InvalidValue | Refused]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Importer:
    """In whose name and when. ``user_id`` None: nobody's in particular."""

    actor: Actor
    crm: Crm
    currency: str
    now: datetime
    user_id: int | None = None
    lexicon: Lexicon | None = None  # what people here call stages and the like

    @property
    def cells(self) -> CellReader:
        """Reads what stands in the cells of their file."""
        return CellReader.of(self.crm, self.currency, self.actor.zone_name, self.lexicon)


class Loader:
    """One import, in the name of an actor. ``is_original``: a file of the contract's shape, whose ids, times and
    authors are kept where they are free; only who may see all of the CRM brings such a file."""

    def __init__(self, tx: Tx, importer: Importer, *, policy: Policy, is_original: bool) -> None:
        self._tx, self._actor, self._crm, self._policy = tx, importer.actor, importer.crm, policy
        self._is_original = is_original
        self._references = References(tx, self._actor, self._crm, trusts_ids=not is_original)
        find = self._references.find
        self._tags: set[str] = set()
        customs = checker(fields_in(tx, self._crm), importer.cells, find, self._tags)
        self._how = Reading(self._crm, self._actor.zone, find, customs)
        self._now = importer.now
        self._make = Maker(tx, self._actor, self._crm, importer.now)
        self._late: list[tuple[str, int, Mapping[str, Any]]] = []
        self._waiting: list[tuple[Row, Entry]] = []
        self._waiting_keys: set[Any] = set()
        self.report = Report()

    def load(self, rows: Iterable[Row], tick: Callable[[int], None] = lambda _count: None) -> Report:
        """Bring the rows in. ``tick`` is told how many more are done."""
        for kind, of_kind in groupby(rows, key=lambda row: row.kind):
            for batch in _batches(of_kind):
                self._batch(kind, batch)
                tick(len(batch))
        self._fill_late()
        learn(self._tx, self._crm, sorted(self._tags))
        return self.report

    def _batch(self, kind: str, batch: Sequence[Row]) -> None:
        read = [(row, entry) for row in batch if (entry := self._attempt(row, partial(self._read, row)))]
        found = self._twins(kind, read)
        for (row, entry), twin in zip(read, found, strict=True):
            keys = keys_of(kind, entry)
            if keys & self._waiting_keys:
                self._write(kind)
                twin = twin or self._twins(kind, [(row, entry)])[0]
            self._attempt(row, partial(self._decide, row, entry, twin))
            if self._waiting and self._waiting[-1][0] is row:
                self._waiting_keys |= keys
        self._write(kind)
        self._tx.flush()

    def _attempt(self, row: Row, work: Callable[[], Any]) -> Any:
        """Do it; None, and the row is refused, where it does not fit or is not allowed."""
        try:
            return work()
        except (InvalidValue, Refused) as error:
            self.report.refused.append((row, error))
            return None

    def _read(self, row: Row) -> Entry:
        if row.problem is not None:
            raise row.problem
        if self._crm.level(self._actor.role, row.kind, "create") == "none":
            raise NotAllowed
        left_out = {*HISTORY, "kind", *(_LATE if row.kind in ("team", "user") else ())}
        entry = read_entry(row.kind, {key: value for key, value in row.data.items() if key not in left_out}, self._how)
        lacking = missing(row.kind, entry) if self._policy != "update" else None
        if lacking is not None:
            raise InvalidValue("entry.missing", field=lacking)
        return entry

    def _twins(self, kind: str, read: Sequence[tuple[Row, Entry]]) -> list[Twin | None]:
        originals = [self._original(row) for row, _entry in read]
        named = [entry for (_row, entry), twin in zip(read, originals, strict=True) if twin is None]
        others = iter(twins(self._tx, self._actor, self._crm, kind, named) if named else ())
        return [twin or next(others) for twin in originals]

    def _original(self, row: Row) -> Twin | None:
        """The record of the same id, where it is the very one that the file was made of."""
        spoken = number_of(str(row.data.get("id") or ""))
        if spoken is None or spoken[0] != row.kind:
            return None
        cls: Any = records.record_class(row.kind)
        query = select_visible(self._actor, self._crm, cls).with_only_columns(cls.created_at)
        created_at = self._tx.connection.execute(query.where(cls.id == spoken[1])).scalar_one_or_none()
        said = row.data.get("created_at")
        is_same = created_at is not None and (said is None or instant(said, self._actor.zone) == created_at)
        return Twin(spoken[1], "id") if is_same else None

    def _decide(self, row: Row, entry: Entry, twin: Twin | None) -> None:
        """Create, update or leave alone, as the policy says."""
        public_id = f"{records.record_class(row.kind).prefix}-{twin.id}" if twin else ""
        if twin is None:
            if self._policy == "update":
                raise InvalidValue("entry.not_here")
            self._waiting.append((row, entry))
        elif self._policy == "create" and twin.by != "id":
            self._waiting.append((row, entry))
        elif twin.by in ("phone", "email"):
            raise InvalidValue(f"entry.same_{twin.by}", id=public_id)
        elif self._policy in ("skip", "create") or not self._make.change(row.kind, twin.id, entry):
            self._moved(row, twin.id)
            self.report.skipped[row.kind] += 1
        else:
            self._moved(row, twin.id)
            self.report.updated[row.kind] += 1

    def _write(self, kind: str) -> None:
        """Create what has gathered; where the store refuses one (a number taken), each by itself."""
        waiting, self._waiting, self._waiting_keys = self._waiting, [], set()
        made = [(row, entry, columns) for row, entry in waiting if (columns := self._made(row, entry)) is not None]
        kept = [item for item in made if "id" in item[2]]
        for group in (kept, [item for item in made if "id" not in item[2]]):
            try:
                with self._tx.savepoint():
                    self._create(group)
            except IntegrityError:
                for item in group:
                    self._create_alone(item)

    def _create_alone(self, item: tuple[Row, Entry, dict[str, Any]]) -> None:
        try:
            with self._tx.savepoint():
                self._create([item])
        except IntegrityError:
            self.report.refused.append((item[0], InvalidValue("entry.taken")))

    def _create(self, group: Sequence[tuple[Row, Entry, dict[str, Any]]]) -> None:
        if not group:
            return
        kind = group[0][0].kind
        create_all(self._tx, records.record_class(kind), [columns for _row, _entry, columns in group])
        complete_all(self._tx, kind, [(entry, columns) for _row, entry, columns in group])
        if kind == "opportunity":
            backdate(self._tx.connection, [_since(columns, self._actor.zone) for _row, _entry, columns in group])
        for row, _entry, columns in group:
            self._moved(row, columns["id"])
            self.report.created[row.kind] += 1
            if row.kind in ("team", "user"):
                self._late.append((row.kind, columns["id"], {key: row.data.get(key) for key in _LATE}))

    def _made(self, row: Row, entry: Entry) -> Any:
        history = self._history(row) if self._is_original else self._begun(row)
        make = partial(self._make.columns, row.kind, entry, history, is_exact=self._is_original)
        return self._attempt(row, make)

    def _begun(self, row: Row) -> dict[str, Any]:
        """Since when a record is there, as an administrator's sheet says; what is to come is not believed."""
        if self._actor.role != "admin" or not row.data.get("created_at"):
            return {}
        return {"created_at": min(instant(row.data["created_at"], self._actor.zone), self._now)}

    def _history(self, row: Row) -> dict[str, Any]:
        """The id, the times and the author that a file brings along, as far as they can be kept."""
        history: dict[str, Any] = {}
        for key in ("created_at", "updated_at"):
            if row.data.get(key):
                history[key] = instant(row.data[key], self._actor.zone)
        author = row.data.get("created_by")
        if author and row.kind not in ("team", "user"):
            try:
                history["created_by_id"] = self._references.find("user", author)
            except InvalidValue:
                author = None  # nobody of that name works here: it is whoever brings the file
        spoken = number_of(str(row.data.get("id") or ""))
        if spoken is not None and spoken[0] == row.kind and self._is_free(*spoken):
            history["id"] = spoken[1]
        return history

    def _is_free(self, kind: str, number: int) -> bool:
        cls: Any = records.record_class(kind)
        return self._tx.connection.execute(select(cls.id).where(cls.id == number)).first() is None

    def _moved(self, row: Row, record_id: int) -> None:
        if row.data.get("id"):
            self._references.moved[row.kind, str(row.data["id"])] = record_id

    def _fill_late(self) -> None:
        for kind, record_id, late in self._late:
            for name, value in late.items():
                if value:
                    target = "team" if name == "parent" else "user"
                    try:
                        found = self._references.find(target, value)
                    except InvalidValue:
                        continue  # teams and people stand without it
                    settle(self._tx, records.record_class(kind), record_id, f"{name}_id", found)


def _since(columns: Mapping[str, Any], zone: tzinfo) -> tuple[int, datetime]:
    """Since when a deal is known to stand as it does: from its closing, or from its beginning while it is open."""
    closed, created = columns.get("closed_on"), columns["created_at"]
    at = datetime.combine(closed, time(), zone) if closed is not None else created
    return columns["id"], max(at, created)


def complete_all(tx: Tx, kind: str, made: Sequence[tuple[Entry, Mapping[str, Any]]]) -> None:
    """Write what hangs on records that have just been created: lines, steps, numbers that are their ids."""
    cls = records.record_class(kind)
    for _entry, columns in made:
        if str(columns.get("number") or "").startswith(UNNUMBERED):
            settle(tx, cls, columns["id"], "number", f"{cls.prefix}-{columns['id']}")
    lines = [
        {"position": place, f"{kind}_id": columns["id"], **line}
        for entry, columns in made
        for place, line in enumerate(entry.children.get("lines", ()), 1)
    ]
    steps = [
        {"service_request_id": columns["id"], **step}
        for entry, columns in made
        for step in entry.children.get("steps", ())
    ]
    create_all(tx, records.LineItem, lines)
    create_all(tx, records.ServiceStep, steps)


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
