"""The reconciliation of a customer as a sheet: every document, the sums, the differences; each currency apart."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from bot.lookups.accounts import difference_line, shown_period
from bot.papers.sheet import Cell, workbook
from bot.rules.accounts import Account, dated
from bot.world import World
from config.types import Money, Period

COLUMNS = {"contract": "contracted", "order": "ordered", "invoice": "invoiced", "payment": "paid"}


def statement(world: World, customer: str, accounts: Sequence[Account], period: Period | None) -> bytes:
    """The sheet as bytes."""
    title = world.words.say("accounts.sheet_head.title")
    rows: list[Sequence[Cell]] = [(title,), (customer, shown_period(world, period))]
    for account in accounts:
        rows += [(), *_rows(world, account)]
    return workbook(title, rows)


def _rows(world: World, account: Account) -> Iterator[Sequence[Cell]]:
    def label(key: str) -> str:
        return world.words.say(f"accounts.sheet_head.{key}")

    def minor(value: int) -> Decimal:
        return Money.from_minor(value, account.currency).value

    yield (label("currency"), account.currency)
    yield (label("kind"), label("number"), label("day"), *(label(column) for column in COLUMNS.values()))
    for kind in COLUMNS:
        documents: Sequence[Any] = getattr(account, f"{kind}s")
        for document in documents:
            day = dated(document, world.now).isoformat()
            number = getattr(document, "number", document.public_id)
            amounts = [minor(document.amount_minor) if name == kind else None for name in COLUMNS]
            yield (world.words.say(f"common.kind.{kind}"), number, day, *amounts)
    sums = [minor(getattr(account, column)) for column in COLUMNS.values()]
    yield (label("total"), None, None, *sums)
    differences = account.differences()
    if differences:
        yield (label("differences"),)
    for item in differences:
        yield (difference_line(world, account, item).lstrip("· "), None, None, minor(item.minor))
