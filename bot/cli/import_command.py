"""`crmbot import`: what another system or a spreadsheet holds, brought in with a look at it first."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.export import administrator
from bot.cli.output import command_group, note, put, say, words
from bot.cli.store import open_store
from bot.clock import system_clock
from bot.errors import InvalidValue
from config.settings import Settings, load_settings

if TYPE_CHECKING:
    from bot.exchange.importing import File
    from bot.exchange.load import Importer, Report
    from storage.database import Database, Tx

app = command_group()
Pairs = list[str] | None
_CALLED = {"utf-8-sig": "UTF-8", "gb18030": "GBK", "cp1252": "Windows-1252"}  # encodings, as people know them
SHOWN = 5  # refused rows that are shown at once


class _OnlyLooking(Exception):
    """Ends an import that was a rehearsal: what it wrote is taken back."""

    def __init__(self, report: "Report") -> None:
        self.report = report


@app.command(help=say("cli.help.import"))
def import_file(
    path: Annotated[Path | None, typer.Argument(help=say("cli.help.import_path"))] = None,
    kind: Annotated[str | None, typer.Option(help=say("cli.help.import_kind"))] = None,
    duplicates: Annotated[str, typer.Option(help=say("cli.help.duplicates"))] = "skip",
    column: Annotated[Pairs, typer.Option("--map", help=say("cli.help.map"))] = None,
    same: Annotated[Pairs, typer.Option("--set", help=say("cli.help.set"))] = None,
    mapping: Annotated[str | None, typer.Option(help=say("cli.help.mapping"))] = None,
    save_mapping: Annotated[str | None, typer.Option(help=say("cli.help.save_mapping"))] = None,
    person: Annotated[str | None, typer.Option("--as", help=say("cli.help.import_as"))] = None,
    refused: Annotated[Path | None, typer.Option(help=say("cli.help.refused"))] = None,
    preview: Annotated[bool, typer.Option("--preview", help=say("cli.help.preview"))] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help=say("cli.help.yes"))] = False,
    undo: Annotated[bool, typer.Option("--undo", help=say("cli.help.import_undo"))] = False,
) -> None:
    from bot.custom.fields import fields_in
    from bot.exchange import importing
    from bot.exchange.customs import columns_called

    settings = load_settings()
    with open_store(settings=settings) as database:
        if undo:
            _undo(database, settings, person)
            return
        if path is None:
            raise InvalidValue("import.no_path")
        with database.read() as tx:
            importer = _importer(tx, settings, person)
            named = {**_saved(tx, mapping), **_pairs(column)}
            customs = columns_called(fields_in(tx, importer.crm))
        wish = importing.Wish(_kind(kind), _policy(duplicates), named, _pairs(same), customs)
        file = importing.File(path, wish)
        _show(file)
        if save_mapping:
            database.write(lambda tx: importing.save_mapping(tx, save_mapping, named or _guessed(file)))
        if not (preview or yes) and sys.stdin.isatty() and not typer.confirm(say("import.sure"), err=True):
            raise typer.Exit(1)
        report = _run(database, file, importer, is_preview=preview)
    _tell(report, file, refused or path.with_name(f"{path.stem}.refused{_suffix(file)}"), is_preview=preview)


def _importer(tx: "Tx", settings: Settings, person: str | None) -> "Importer":
    from bot.exchange.load import Importer
    from bot.lists.sections import crm_in
    from bot.people.identity import actor_of
    from bot.people.vocabulary import lexicon_in
    from bot.rules.staff import user_named
    from config.crm import load_crm

    crm = crm_in(tx, load_crm(settings.config))
    lexicon = lexicon_in(tx, crm)
    if person is None:
        return Importer(administrator(settings), crm, settings.currency, system_clock(), lexicon=lexicon)
    user = user_named(tx.session, person)
    actor = actor_of(tx, user.id, settings)
    if actor is None:
        raise InvalidValue("cli.error.no_user", name=person)
    _ = actor.teams  # looked up while there is a transaction to do it in
    return Importer(actor, crm, settings.currency, system_clock(), user.id, lexicon)


def _run(database: "Database", file: "File", importer: "Importer", *, is_preview: bool) -> "Report":
    """Bring the file in, in one transaction; a rehearsal is taken back at its end."""
    from bot.exchange.importing import bring_in

    def work(tx: "Tx") -> "Report":
        report = bring_in(tx, file, importer, tick)
        if is_preview:
            raise _OnlyLooking(report)
        return report

    with _progress(file.count) as tick:
        try:
            return database.write(work)
        except _OnlyLooking as seen:
            return seen.report


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int], None]]:
    """A bar on stderr, where somebody is there to see it."""
    if not sys.stderr.isatty():
        yield lambda _count: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    with Progress(
        BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=Console(stderr=True), transient=True
    ) as bar:
        task = bar.add_task("", total=total)
        yield lambda count: bar.advance(task, count)


def _show(file: "File") -> None:
    """What the file was taken for: each column, the field it goes to, and what stands in it."""
    encoding = _CALLED.get(file.encoding, file.encoding.upper()) or "UTF-8"
    note("import.file", file=file.path.name, form=file.form.upper(), encoding=encoding, count=f"{file.count:,}")
    for table in file.tables:
        note("import.table", name=table.name, kind=say(f"common.kind.{table.plan.kind}"), count=f"{table.count:,}")
        for place, head in enumerate(table.head):
            name = table.plan.fields[place]
            samples = [str(row[place]) for row in table.samples if row[place] not in (None, "")]
            seen = say("common.value_separator").join(" ".join(sample.split())[:24] for sample in samples)
            note("import.column" if name else "import.left_out", column=head, field=_label(name), seen=seen)


def _label(name: str) -> str:
    from bot.exchange.columns import label_in

    return label_in(words(), name)


def _tell(report: "Report", file: "File", refused: Path, *, is_preview: bool) -> None:
    """How many of what came in, and where those are that did not."""
    from bot.exchange.refused import advice, reason_of

    for what, counts in (("created", report.created), ("updated", report.updated), ("skipped", report.skipped)):
        if counts:
            parts = [
                say("cli.export.part", kind=say(f"common.kind.{kind}"), count=f"{count:,}")
                for kind, count in counts.items()
            ]
            note(f"import.{what}", parts=say("common.list_separator").join(parts))
    if not (report.created or report.updated or report.skipped or report.refused):
        note("import.nothing")
    if report.refused:
        _write_refused(report, file, refused)
        note("import.refused", count=f"{len(report.refused):,}", path=refused)
        for row, error in report.refused[:SHOWN]:
            note("import.refused_row", row=row.number, reason=reason_of(error, words()))
        for key in advice(error for _row, error in report.refused):
            note(key)
    if is_preview:
        note("import.only_preview")
    elif report.created or report.updated:
        note("import.can_undo")


def _write_refused(report: "Report", file: "File", path: Path) -> None:
    """The rows as they came, each with its place and the reason: to be put right and brought in again."""
    from bot.exchange.refused import cells_of, reason_of, write_refused

    path.touch(mode=0o600)
    rows = ((row.number, reason_of(error, words()), cells_of(row.raw)) for row, error in report.refused)
    with path.open("w", encoding="utf-8" if file.form == "jsonl" else "utf-8-sig", newline="") as stream:
        write_refused(stream, None if file.form == "jsonl" else file.tables[0].head, rows, words())


def _undo(database: "Database", settings: Settings, person: str | None) -> None:
    """Take back the last import as a whole."""
    from bot.exchange.importing import last_import
    from bot.rules.undo import undo
    from bot.world import World
    from config.catalog import catalog
    from storage.author import Author

    def work(tx: "Tx") -> str:
        importer = _importer(tx, settings, person)
        step_id = last_import(tx)
        if step_id is None:
            raise InvalidValue("import.none_to_undo")
        words = catalog(settings.language)
        tx.author = Author(importer.user_id, importer.now, chat_key="cli", what={"command": "import --undo"})
        world = World(tx, importer.actor, importer.crm, settings, words, importer.now, chat_key="cli")
        return undo(world, step_id, is_anyones=importer.actor.role == "admin").text

    put(database.write(work))


def _kind(kind: str | None) -> str | None:
    from config.kinds import KINDS

    if kind is not None and kind not in KINDS:
        raise InvalidValue("cli.error.no_kind", kind=kind, kinds=", ".join(KINDS))
    return kind


def _policy(name: str) -> Any:
    from bot.exchange.load import POLICIES

    if name not in POLICIES:
        raise InvalidValue("import.no_policy", name=name, policies=", ".join(POLICIES))
    return name


def _saved(tx: "Tx", name: str | None) -> dict[str, str]:
    from bot.exchange.importing import saved_mapping

    if name is None:
        return {}
    found = saved_mapping(tx, name)
    if found is None:
        raise InvalidValue("import.no_mapping", name=name)
    return found


def _guessed(file: "File") -> dict[str, str]:
    return {
        head: name for table in file.tables for head, name in zip(table.head, table.plan.fields, strict=True) if name
    }


def _pairs(given: Pairs) -> dict[str, str]:
    """ "列名=字段" as {"列名": "字段"}. Raises InvalidValue."""
    pairs: dict[str, str] = {}
    for text in given or ():
        left, equals, right = text.partition("=")
        if not equals or not left.strip():
            raise InvalidValue("import.no_pair", text=text)
        pairs[left.strip()] = right.strip()
    return pairs


def _suffix(file: "File") -> str:
    return ".jsonl" if file.form == "jsonl" else ".csv"
