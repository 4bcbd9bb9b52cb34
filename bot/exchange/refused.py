"""The rows of an import that did not come in: why, in people's words, and as a file to put right and bring in again."""

import csv
import json
from collections.abc import Iterable, Sequence
from typing import Any, TextIO

from bot.errors import CrmError
from bot.exchange.columns import label_in
from bot.exchange.files import text_of
from bot.exchange.writers import harmless
from config.catalog import Catalog


def reason_of(error: CrmError, words: Catalog) -> str:
    """Why a row was refused, with the field, and what it may be, as people call it."""
    params = dict(error.params)
    choices = params.get("choices")
    if isinstance(choices, dict):
        params["choices"] = words.say("common.and_separator").join(choices[words.language])
    kind = words.say(f"common.kind.{params['kind']}") if "kind" in params else ""
    text = words.say(error.sentence, **{**params, "kind": kind})
    name = params.get("field")
    return words.say("import.in_field", field=label_in(words, str(name)), reason=text) if name else text


def advice(errors: Iterable[CrmError]) -> list[str]:
    """What to do about rows that name somebody who is not here, or use a word of another system, as keys of the
    catalogs."""
    lacking = {error.params.get("kind") or error.params.get("listed") for error in errors}
    ways = {"user": "import.of_nobody", "customer": "import.customers_first", "stages": "import.their_stages"}
    return [key for kind, key in ways.items() if kind in lacking]


def cells_of(raw: Any) -> list[str]:
    """The row as it came: its cells, or the one line that it was."""
    return [raw.decode("utf-8", "replace")] if isinstance(raw, bytes) else [text_of(cell) for cell in raw]


def write_refused(
    stream: TextIO, head: Sequence[str] | None, rows: Iterable[tuple[int, str, Sequence[str]]], words: Catalog
) -> None:
    """(row, reason, cells) each, under the head of their table; without a head as JSON lines. A file that is one of
    these itself, put right in part, gets no second pair of such columns."""
    if head is None:
        for number, reason, cells in rows:
            line = {"line": number, "reason": reason, "record": cells[0]}
            stream.write(json.dumps(line, ensure_ascii=False) + "\n")
        return
    table = csv.writer(stream)
    ours = [words.say("import.row"), words.say("import.reason")]
    first = len(ours) if list(head[: len(ours)]) == ours else 0
    table.writerow([*ours, *head[first:]])
    for number, reason, cells in rows:
        table.writerow([number, reason, *map(harmless, cells[first:])])
