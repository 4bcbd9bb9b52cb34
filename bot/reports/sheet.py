"""「发成表格」, "as a table": the deals of the last report as a sheet to work on."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.dialogs.reply import Document, Reply
from bot.papers.sheet import Cell, workbook
from bot.reports import show
from bot.reports.figures import deals
from bot.reports.query import OF_DEALS, Query
from bot.reports.rows import names_of, seen
from bot.world import World
from config.types import Money

MAX_ROWS = 5000
COLUMNS = ("deal", "customer", "stage", "amount", "currency", "closes", "owner")


def sheet(world: World, query: Query) -> Reply:
    """The deals that the person may see, one a row, as they were asked for; of what counts no deals, the open ones."""
    asked = (
        query if query.what in OF_DEALS else replace(query, what="won" if query.what == "attainment" else "pipeline")
    )
    rows = seen(world, deals(world, asked, limit=MAX_ROWS))
    words, title = world.words, show.title(world, asked)
    head = tuple(words.say(f"report.sheet.{column}") for column in COLUMNS)
    names = names_of(world, rows)
    cells = [(title,), (show.subtitle(world, asked),), (), head, *(_cells(world, row, names) for row in rows)]
    document = Document(f"{title}.xlsx", workbook(words.say(f"report.what.{asked.what}"), cells))
    return Reply(words.say("report.sheet.here", count=len(rows)), file=document)


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
