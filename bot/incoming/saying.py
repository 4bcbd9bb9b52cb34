"""What is said of a table that was sent: what is in it before it comes in, how far it is, and what became of it."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

from bot.dialogs.model import Json
from bot.dialogs.reply import Document, Press, Reply
from bot.dialogs.show import shortened
from bot.exchange.importing import Table
from bot.exchange.load import Report
from bot.exchange.refused import advice, reason_of, write_refused
from bot.incoming.reading import TRIED, Opened
from bot.incoming.waiting import Sent
from config.catalog import Catalog

COLUMNS, REASONS, WIDE = 8, 3, 16  # shown columns and reasons, and characters of a value
MANY = 20_000  # rows from which on one hears how far it is
KINDS = ("customer", "contact", "opportunity", "product", "contract", "order", "invoice", "payment")


def press(words: Catalog, label: str, file: int, style: str = "", **action: Json) -> Press:
    return Press(label, {"do": "incoming", "file": file, **action}, style, is_open=True)  # type: ignore[arg-type]


def seen_in(opened: Opened, report: Report, *, looks: int) -> dict[str, Any]:
    """What is kept of a look: the columns, of which one may speak, and how many rows the preview promised."""
    heads = list(dict.fromkeys(head for table in opened.file.tables for head in table.head if head))
    return {
        "looks": looks,
        "heads": heads,
        "kinds": [table.plan.kind for table in opened.file.tables],
        "new": sum(report.created.values()),
        "known": sum(report.skipped.values()),
    }


def preview(opened: Opened, report: Report) -> Reply:
    """What the file was taken for, what would become of its rows, and the choice."""
    words, file = opened.words, opened.file
    new, known = sum(report.created.values()), sum(report.skipped.values())
    lines = [_head(opened), _outlook(opened, report, new, known)]
    for table in file.tables:
        lines += _columns(opened, table, is_one=len(file.tables) == 1)
    for row, error in report.refused[:REASONS]:
        lines.append(words.say("incoming.refused_row", row=row.number, reason=reason_of(error, words)))
    lines += map(words.say, advice(error for _row, error in report.refused))
    if file.tables and (new or known or report.refused):
        lines.append(words.say("incoming.hint"))
    return Reply("\n".join(lines), _choice(opened, new, known), has_heading=True)


def _head(opened: Opened) -> str:
    kinds = list(dict.fromkeys(table.plan.kind for table in opened.file.tables))
    named = opened.words.say("common.list_separator").join(opened.words.say(f"common.kind.{kind}") for kind in kinds)
    key = "incoming.head" if kinds else "incoming.head_records"
    return opened.words.say(key, name=opened.sent.name, count=f"{opened.file.count:,}", kind=named)


def _outlook(opened: Opened, report: Report, new: int, known: int) -> str:
    words = opened.words
    facts = {"new": new, "known": known, "refused": len(report.refused)}
    parts = [words.say(f"incoming.{name}", count=f"{count:,}") for name, count in facts.items() if count]
    text = words.say("common.list_separator").join(parts) or words.say("incoming.empty")
    if opened.file.count > TRIED:
        text = words.say("incoming.tried", count=f"{TRIED:,}", found=text)
    return text


def _columns(opened: Opened, table: Table, *, is_one: bool) -> list[str]:
    """A line for each column that comes in, with what stands in it; one for all that do not."""
    words, lines, left_out = opened.words, [], []
    if not is_one:
        kind = words.say(f"common.kind.{table.plan.kind}")
        lines.append(words.say("incoming.table", name=table.name, kind=kind, count=f"{table.count:,}"))
    taken = [place for place, name in enumerate(table.plan.fields) if name]
    for place in taken[:COLUMNS]:
        column, field = table.head[place], opened.label(table.plan.fields[place])
        lines.append(words.say("incoming.column", column=column, field=field, seen=_samples(opened, table, place)))
    if len(taken) > COLUMNS:
        rest = words.say("common.list_separator").join(table.head[place] for place in taken[COLUMNS:])
        lines.append(words.say("incoming.more_columns", columns=shortened(rest, 80)))
    left_out = [head for head, name in zip(table.head, table.plan.fields, strict=True) if head and not name]
    if left_out:
        columns = shortened(words.say("common.list_separator").join(left_out), 80)
        lines.append(words.say("incoming.left_out", columns=columns))
    return lines


def _samples(opened: Opened, table: Table, place: int) -> str:
    values = [str(row[place]) for row in table.samples if row[place] not in (None, "")]
    shown = dict.fromkeys(shortened(" ".join(value.split()), WIDE) for value in values)
    return opened.words.say("common.list_separator").join(list(shown)[:2]) or opened.words.say("incoming.no_value")


def _choice(opened: Opened, new: int, known: int) -> tuple[Press, ...]:
    words, file = opened.words, opened.sent.id
    whole = opened.file.count <= TRIED
    buttons = []
    if new:
        label = words.say("incoming.go", count=f"{new:,}") if whole else words.say("incoming.go_all")
        buttons.append(press(words, label, file, "primary", act="go", policy="skip"))
    if known:
        key = "incoming.go_update" if new else "incoming.only_update"
        buttons.append(press(words, words.say(key, count=f"{known:,}"), file, act="go", policy="both"))
    return (*buttons, press(words, words.say("incoming.cancel"), file, act="cancel"))


def which_kind(sent: Sent, words: Catalog, columns: str) -> Reply:
    """Ask what kind of records a table holds."""
    buttons = [press(words, words.say(f"common.kind.{kind}"), sent.id, act="kind", kind=kind) for kind in KINDS]
    cancel = press(words, words.say("incoming.cancel"), sent.id, act="cancel")
    return Reply(words.say("incoming.no_kind", name=sent.name, columns=shortened(columns, 120)), (*buttons, cancel))


def quarter_passed(before: int, after: int, total: int) -> int:
    """Which quarter of a long file was passed just now; 0: none."""
    if total < MANY or after >= total:
        return 0
    quarter = 4 * after // total
    return quarter if quarter > 4 * before // total else 0


def progress(opened: Opened, done: int) -> Reply:
    return Reply(opened.words.say("incoming.progress", done=f"{done:,}", total=f"{opened.file.count:,}"))


def summary(opened: Opened, refused: Sequence[tuple[int, str, Sequence[str]]]) -> Reply:
    """How many of what came in, the rows that did not as a file, and the way to take all of it back."""
    words, counts, sent = opened.words, opened.sent.counts, opened.sent
    lines = [words.say("incoming.done", name=sent.name, parts=_parts(words, counts))]
    if refused:
        lines.append(words.say("incoming.sent_back", count=f"{len(refused):,}"))
    undo = (Press(words.say("incoming.undo"), {"do": "undo", "step": sent.step_id}, is_open=True),)
    document = _document(opened, refused) if refused else None
    return Reply("\n".join(lines), undo if sent.step_id else (), file=document, has_heading=True)


def _parts(words: Catalog, counts: Mapping[str, Any]) -> str:
    parts = []
    for what in ("created", "updated", "skipped"):
        for kind, count in counts.get(what, {}).items():
            parts.append(words.say(f"incoming.{what}", kind=words.say(f"common.kind.{kind}"), count=f"{count:,}"))
    return words.say("common.list_separator").join(parts) or words.say("incoming.empty")


def _document(opened: Opened, refused: Sequence[tuple[int, str, Sequence[str]]]) -> Document:
    is_lines = opened.file.form == "jsonl"
    stream = io.StringIO(newline="")
    write_refused(stream, None if is_lines else opened.file.tables[0].head, refused, opened.words)
    stem = opened.sent.name.rpartition(".")[0] or opened.sent.name
    name = opened.words.say("incoming.refused_file", name=stem)
    content = stream.getvalue().encode("utf-8" if is_lines else "utf-8-sig")
    return Document(f"{name}.{'jsonl' if is_lines else 'csv'}", content)


def failed(sent: Sent, words: Catalog, reason: str) -> Reply:
    text = words.say("incoming.not_read", name=sent.name, reason=reason)
    if not sent.counts:
        return Reply(text)
    undo = Press(words.say("incoming.undo"), {"do": "undo", "step": sent.step_id}, is_open=True)
    return Reply(f"{text}\n{words.say('incoming.until_then', parts=_parts(words, sent.counts))}", (undo,))
