"""What is still to be paid of a paper, and of which of its instalments."""

from collections.abc import Iterator
from typing import Any

from bot.dialogs.agreed import when
from bot.dialogs.show import show_day, show_money
from bot.rules.instalments import payments_of, settled
from bot.rules.sums import WITHOUT_DUES, paid, rest
from bot.world import World
from config.types import Money
from storage import records

OWED = ("contract", "order", "invoice")  # of these something can be still to be paid


def is_owed(paper: Any) -> bool:
    """Is it a paper, with an amount, that stands?"""
    return paper.kind in OWED and bool(paper.amount) and getattr(paper, "status", "") not in WITHOUT_DUES


def rest_of(world: World, paper: Any) -> Iterator[str]:
    """What is left of its amount, a line for it and for each instalment that is not settled."""
    words = world.words
    if paper.amount is None:
        yield words.say("owing.no_amount", number=paper.number)
        return
    got = paid(world.tx, paper)
    left = rest(paper, got)
    sums = {"total": paper.amount, "paid": Money.from_minor(got, paper.amount_currency), "left": left}
    facts = {"number": paper.number, **{name: show_money(money, words) for name, money in sums.items()}}
    yield words.say("owing.rest_of" if left.value > 0 else "owing.all_paid", **facts)
    if paper.kind == "contract" and left.value > 0:
        yield from _instalments(world, paper)


def _instalments(world: World, contract: "records.Contract") -> Iterator[str]:
    words, today = world.words, world.now.date()
    done, _beyond = settled(contract.instalments, payments_of(world, contract))
    for item in contract.instalments:
        lacks = (item.amount_minor or 0) - done[item.id]
        if lacks <= 0:
            continue
        is_late = item.due_on is not None and item.due_on < today
        yield words.say(
            "owing.instalment_late" if is_late else "owing.instalment",
            when=when(item.milestone or "", words),
            amount=show_money(Money.from_minor(lacks, contract.amount_currency or ""), words),
            day=show_day(item.due_on, words, today=today) if item.due_on else "",
        )
