"""Replies of which some lines are a table: said in words here, and laid out by the platforms that can."""

from collections.abc import Sequence

from bot.dialogs.reply import Press, Reply
from config.catalog import Catalog
from config.types import Row, Table


def tabled(
    words: Catalog, above: Sequence[str], rows: Sequence[Row], below: Sequence[str], buttons: Sequence[Press] = ()
) -> Reply:
    """The reply that says what stands above the rows, the rows, and what stands below."""
    head = "\n".join(above)
    text = "\n".join([*above, *(in_words(words, row) for row in rows), *below])
    table = Table(head.count("\n") + 1 if above else 0, tuple(rows)) if rows else None
    return Reply(text, tuple(buttons), table=table)


def in_words(words: Catalog, row: Row) -> str:
    """「需求分析　4　¥1,090,000」, "Needs analysis: 4, ¥1,090,000"."""
    label, *cells = row
    return words.say("common.row", label=label, cells=words.say("common.cell_separator").join(filter(None, cells)))
