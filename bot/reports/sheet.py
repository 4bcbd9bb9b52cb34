"""「发成表格」, "as a table": the deals of the last report as a sheet to work on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.dialogs.reply import Document, Reply
from bot.papers.sheet import Cell, workbook
from bot.reports import show
from bot.reports.figures import deals
from bot.reports.moved import moved_deals
from bot.reports.query import OF_DEALS, Query, What
from bot.reports.rows import names_of, seen
from bot.reports.slipped import late_deals
from bot.reports.stays import found_stays
from bot.world import World
from config.types import Money

MAX_ROWS = 5000
# What lists deals by what became of them, and whose deals are counted as another thing.
_LISTED: Mapping[What, Callable[[World, Query], Sequence[Any]]] = {
    "slipped": late_deals, "moved_up": moved_deals, "moved_back": moved_deals, "stays": found_stays,
}  # fmt: skip
_COUNTED: Mapping[What, What] = {"attainment": "won"}
COLUMNS = ("deal", "customer", "stage", "amount", "currency", "closes", "owner")


def sheet(world: World, query: Query) -> Reply:
    """The deals that the person may see, one a row, as they were asked for; of what lists no deals, the open ones."""
    asked = query if query.what in (*OF_DEALS, *_LISTED) else replace(query, what=_COUNTED.get(query.what, "pipeline"))
    rows = seen(world, _listed(world, query) if query.what in _LISTED else deals(world, asked, limit=MAX_ROWS))
    words, title = world.words, show.title(world, asked)
    head = tuple(words.say(f"report.sheet.{column}") for column in COLUMNS)
    names = names_of(world, rows)
    cells = [(title,), (show.subtitle(world, asked),), (), head, *(_cells(world, row, names) for row in rows)]
    document = Document(f"{title}.xlsx", workbook(words.say(f"report.what.{asked.what}"), cells))
    return Reply(words.say("report.sheet.here", count=len(rows)), file=document)


def _listed(world: World, query: Query) -> Sequence[Any]:
    """The deals as they are now, in the order of the report that lists them by what became of them."""
    order = {row.id: place for place, row in enumerate(_LISTED[query.what](world, query))}
    of_those = replace(query.within(None), what="pipeline", rows="", is_undated=False, deals=tuple(order))
    rows = deals(world, of_those, limit=MAX_ROWS) if order else ()
    return sorted(rows, key=lambda row: order[row.id])


def _cells(world: World, row: Any, names: dict[str, dict[int, str]]) -> Sequence[Cell]:
    closes = row.closed_on or row.expected_close
    is_priced = row.amount_minor is not None and row.amount_currency
    return (
        names["deal"].get(row.id, ""),
        names["customer"].get(row.customer_id, ""),
        world.crm.label("stages", row.stage, world.words.language),
        Money.from_minor(row.amount_minor, row.amount_currency).value if is_priced else None,
        row.amount_currency,
        closes.isoformat() if closes else None,
        names["owner"].get(row.owner_id, ""),
    )
