"""A file that was sent, opened: what its columns were taken for, what a rehearsal finds, its rows piece by piece."""

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.custom.fields import fields_in
from bot.exchange.columns import label_in
from bot.exchange.customs import columns_called
from bot.exchange.importing import File, Wish, bring_some
from bot.exchange.load import Importer, Report
from bot.house import House
from bot.incoming.waiting import Sent
from bot.lists.sections import crm_in
from bot.people.identity import actor_of
from bot.people.vocabulary import lexicon_in
from config.catalog import Catalog
from storage.author import Author
from storage.database import Database, Tx

PIECE = 1_000  # rows in one transaction: some 0.2 s, so that nobody who writes meanwhile has to wait
TRIED = 5_000  # rows that are rehearsed


class Gone(Exception):
    """Who sent the file works here no longer."""


@dataclass(slots=True)
class Opened:
    """A file on its way in. ``folder`` holds it while it is read."""

    sent: Sent
    file: File
    importer: Importer
    words: Catalog
    labels: Mapping[str, str]  # of custom fields
    folder: "TemporaryDirectory[str]"
    rows: Any = field(init=False)

    def __post_init__(self) -> None:
        self.rows = islice(self.file.rows(self.importer.cells), self.sent.done, None)

    def piece(self, size: int = PIECE) -> list[Any]:
        """The next rows; [] at the end. Raises InvalidValue for a file that breaks off."""
        return list(islice(self.rows, size))

    def author(self) -> Author:
        to = self.sent.address
        return Author(
            self.sent.user_id,
            self.importer.now,
            team_id=self.importer.actor.team_id,
            chat_key="|".join((to.platform, to.account, to.chat_id)),
            what={"command": "import", "file": self.sent.name},
            step_id=self.sent.step_id,
        )

    def label(self, name: str) -> str:
        """What people call a field."""
        return self.labels.get(name) or label_in(self.words, name)

    def close(self) -> None:
        self.folder.cleanup()


def importer_of(tx: Tx, house: House, sent: Sent, now: Any) -> Importer:
    """In whose name the file comes in. Raises Gone."""
    actor = actor_of(tx, sent.user_id, house.settings)
    if actor is None:
        raise Gone
    _ = actor.teams  # looked up while there is a transaction to do it in
    crm = crm_in(tx, house.crm)
    return Importer(actor, crm, house.settings.currency, now, sent.user_id, lexicon_in(tx, crm))


def opened(house: House, sent: Sent, importer: Importer, words: Catalog, content: bytes, database: Database) -> Opened:
    """Open the file. Raises InvalidValue for one that cannot be read."""
    with database.read() as tx:
        customs = fields_in(tx, house.crm)
    folder = TemporaryDirectory(prefix="crmbot-")
    path = Path(folder.name) / (Path(sent.name).name or "file")
    path.write_bytes(content)
    wish = Wish(
        sent.wish.get("kind"),
        sent.wish.get("policy", "skip"),
        named=dict(sent.wish.get("named", {})),
        customs=columns_called(customs),
    )
    labels = {f"custom.{item.key}": item.label(importer.actor.language) for item in customs}
    try:
        return Opened(sent, File(path, wish), importer, words, labels, folder)
    except BaseException:
        folder.cleanup()
        raise


class _OnlyLooking(Exception):
    """Ends a rehearsal: what it wrote is taken back."""


def rehearsed(opened: Opened, database: Database) -> Report:
    """What would become of the first rows."""
    rows = opened.piece(TRIED)
    found: list[Report] = []

    def work(tx: Tx) -> None:
        tx.author = opened.author()
        found.append(bring_some(tx, opened.file, opened.importer, rows))
        raise _OnlyLooking

    with suppress(_OnlyLooking):
        database.write(work)
    return found[0]


def added(counts: Mapping[str, Any], report: Report) -> dict[str, Any]:
    """The counts of a file with those of one more piece."""
    total: dict[str, Any] = {
        name: dict(Counter(counts.get(name, {})) + getattr(report, name)) for name in ("created", "updated", "skipped")
    }
    return {**total, "refused": counts.get("refused", 0) + len(report.refused)}
