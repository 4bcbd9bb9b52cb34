"""An order of which a part goes out first: 「60 张送到了」, "two of the ovens went out today".

The part keeps the order's number; what is left becomes an order of its own, on the same contract and in the state in
which it was. So each has a state, and their sum is what was ordered.
"""

from decimal import Decimal

from sqlalchemy import select

from bot.dialogs.lines import total_of
from bot.dialogs.model import Json, Values
from bot.rules import told_apart
from bot.rules.documents import lines_of, next_number, rewrite_lines, write
from bot.world import World
from config.types import Money
from nlu.folding import fold
from nlu.patterns import pattern
from storage import records

_COUNTS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NTH = pattern(r"(?:第|[a-z\d]-)\s*$")
_COUNTED = pattern(rf"\b({'|'.join(_COUNTS[1:])})\b(?! (?:days?|weeks?|months?|hours?)\b)")


def part_told(world: World, order: "records.Order") -> list[Json] | None:
    """Of the lines of an order those that the message names, and so many as it says; None where it says nothing of a
    part, or where money hangs on the order as it is."""
    lines = lines_of(order)
    total = total_of(lines)
    if total is None or order.amount is None or total != order.amount or _is_billed(world, order):
        return None
    named = [line for line in lines if told_apart.spans(world.said, (line["product"],))]
    found = named if named and len(named) < len(lines) else lines
    count = _count(world, found[0]) if len(found) == 1 else None
    if count is not None:
        found = [{**found[0], "quantity": f"{count:f}"}]
    return found if found != lines else None


def _count(world: World, line: Json) -> Decimal | None:
    said = fold(world.said)
    numbers = [
        v.number
        for v in world.values_in(world.said)
        if v.kind == "number"
        and v.unit in (None, line["unit"])
        and v.text[:1].isdigit()
        and not _NTH.search(said, 0, v.start)
    ]
    numbers += [Decimal(_COUNTS.index(found[1]) + 1) for found in _COUNTED.finditer(said)]
    fitting = {number for number in numbers if number and 0 < number < Decimal(line["quantity"])}
    return fitting.pop() if len(fitting) == 1 else None


def _is_billed(world: World, order: "records.Order") -> bool:
    invoice, payment = records.Invoice, records.Payment
    queries = (
        select(cls.id).where(cls.order_id == order.id, cls.deleted_at.is_(None)).limit(1) for cls in (invoice, payment)
    )
    return any(world.session.scalar(query) is not None for query in queries)


def split(world: World, order: "records.Order", part: list[Json]) -> "records.Order":
    """Leave a part in an order; the order of what is left."""
    gone = {line["product"]: Decimal(line["quantity"]) for line in part}
    rest = [
        {**line, "quantity": f"{left:f}"}
        for line in lines_of(order)
        if (left := Decimal(line["quantity"]) - gone.get(line["product"], Decimal(0))) > 0
    ]
    other = records.Order(
        number=next_number(world, "order"),
        customer_id=order.customer_id,
        contract_id=order.contract_id,
        status=order.status,
    )
    other.amount, other.tax = _worth(rest), order.tax
    made = write(world, other, rest)
    rewrite_lines(world, order, part)
    order.amount = _worth(part)
    world.session.flush()
    return made


def _worth(lines: list[Json]) -> Money:
    total = total_of(lines)
    assert total is not None  # noqa: S101 — every line has a price, or there is no part
    return total


def told(values: Values, world: World) -> list[Json] | None:
    """A proposal: the part of the draft's order that goes out or has come."""
    chosen = values.get("order")
    order = world.session.get(records.Order, chosen["id"]) if isinstance(chosen, dict) and "id" in chosen else None
    is_moved = values.get("order_status") in ("shipped", "delivered")
    return part_told(world, order) if order is not None and is_moved else None
