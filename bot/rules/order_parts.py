"""An order of which a part goes out first: 「60 张送到了」, "two of the ovens went out today".

The part keeps the order's number; what is left becomes an order of its own, on the same contract and in the state in
which it was. So each has a state, and their sum is what was ordered.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from bot.dialogs.lines import total_of
from bot.dialogs.model import Json, Values
from bot.errors import InvalidValue
from bot.rules import told_apart
from bot.rules.documents import lines_of, next_number, rewrite_lines, write
from bot.world import World
from config.types import Money
from nlu.folding import fold
from nlu.name_parts import Span
from nlu.patterns import pattern
from storage import records

_COUNTS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
MAX_CHARS = 10_000  # farther than any message is long
_MARK = pattern(r"[，；。、]|[,;.](?!\d)|\band\b")
_NTH = pattern(r"(?:第|[a-z\d]-)\s*$")
_COUNTED = pattern(
    rf"\b({'|'.join(_COUNTS[1:])}|both(?= (?!orders|of|invoices)[a-z])"
    r"|(?<!that )(?<!this )(?<!the )(?<!first )(?<!second )one(?= [a-z]))\b"
    r"(?! (?:days?|weeks?|months?|hours?)\b)"
)
_ONE = pattern(r"\b(?:a|an|the|another|that|this)(?: [a-z]+)?\s*$")


def part_told(world: World, order: "records.Order") -> list[Json] | None:
    """Of the lines of an order those that the message names, and so many as it says; None where it says nothing of a
    part. Raises InvalidValue where money hangs on the order as it is."""
    lines = lines_of(order)
    total = total_of(lines)
    if total is None or order.amount is None or total != order.amount:
        return None
    found = named_part(world, lines)
    is_too_much = any(Decimal(one["quantity"]) > Decimal(_of(lines, one)["quantity"]) for one in found)
    if found == lines or is_too_much:
        return None
    if _is_billed(world, order):
        raise InvalidValue("order_update.not_split", number=order.number)
    return found


def named_part(world: World, lines: list[Json]) -> list[Json]:
    """Of lines those that the message names, all of them where it names none, and so many of each as it says; where it
    does not say how many, all of it."""
    named = _named(world.said, lines)
    found = [line for line in lines if line in named or (named and _is_counted(world, line))] or lines
    counts = [_count(world, line, [other for other in found if other is not line]) for line in found]
    if not named and len(found) > 1:  # 「死了两株」: what is counted so
        units = {v.unit for v in world.values_in(world.said) if v.kind == "number" and v.unit}
        counted = [line for line in found if line["unit"] in units]
        if len(counted) == 1:
            found, counts = counted, [_count(world, counted[0], [])]
    return [
        {**line, "quantity": f"{count:f}"} if count is not None else line
        for line, count in zip(found, counts, strict=True)
    ]


def so_many(world: World, lines: list[Json]) -> list[Json]:
    """Of lines those that the message names, 「沙发先下单」, and so many as it says: 「先下 2 台」."""
    is_rest = world.words.pattern("order.the_rest").search(fold(world.said)) is not None
    there = {line["product"]: Decimal(line["quantity"]) for line in lines}
    named = named_part(world, lines) if lines and not is_rest else []
    fitting = [line for line in named if Decimal(line["quantity"]) <= there[line["product"]]]
    if not fitting or len(fitting) == len(named):
        return fitting or lines
    return [line if line in fitting else _whole(lines, line) for line in named]  # |two| mowers and the trailer


def _whole(lines: list[Json], part: Json) -> Json:
    return next(line for line in lines if line["product"] == part["product"])


def _is_counted(world: World, line: Json) -> bool:
    """「剩下的 |220 套| 跟讲台一起」: are there just as many of a line as the message says, in its unit?"""
    quantity = Decimal(line["quantity"])
    return bool(line["unit"]) and any(
        v.kind == "number" and v.unit == line["unit"] and v.number == quantity for v in world.values_in(world.said)
    )


def _named(said: str, lines: list[Json]) -> list[Json]:
    """The lines that a message names: of fast and slow chargers those of which it says so."""
    spans = [set(told_apart.spans(said, (line["product"],))) for line in lines]
    return [line for line, own in zip(lines, spans, strict=True) if own and not any(own < other for other in spans)]


def _of(lines: list[Json], part: Json) -> Json:
    return next(line for line in lines if line["product"] == part["product"])


def _count(world: World, line: Json, others: list[Json]) -> Decimal | None:
    """How many of a line the message says: beside other lines, the number that stands nearest to its goods, and to none
    of theirs: "|3| ovens and the mixers"."""
    said = fold(world.said)
    spans = told_apart.spans(world.said, (line["product"],))
    numbers = [
        (v.start, v.end, v.number)
        for v in world.values_in(world.said)
        if v.kind == "number"
        and (v.unit in (None, line["unit"]) or told_apart.spans(v.unit, (line["product"],)))
        and (v.text[:1].isdigit() or v.unit)
        and not _NTH.search(said, 0, v.start)
    ]
    numbers += [(*found.span(), _count_of(found[1])) for found in _COUNTED.finditer(said)]
    fitting = [(start, end, n) for start, end, n in numbers if n and n > 0]
    if not fitting and spans and _is_one(said, spans, line["product"]):
        return Decimal(1)
    if others:
        if not spans:
            return None
        theirs = [told_apart.spans(world.said, (other["product"],)) for other in others]
        near = [(_apart(said, spans, *at), min(_apart(said, one, *at) for one in theirs), n) for *at, n in fitting]
        return min(((own, n) for own, other, n in near if own <= other), default=(0, None))[1]
    different = {n for _start, _end, n in fitting}
    return different.pop() if len(different) == 1 else None


def _count_of(word: str) -> Decimal:
    return Decimal(2 if word == "both" else _COUNTS.index(word) + 1)


def _apart(said: str, spans: list[Span], start: int, end: int) -> int:
    """How far a number stands from goods; a mark between them sets them apart."""
    if not spans:
        return MAX_CHARS
    first, last = spans[0][0], spans[-1][1]
    between = said[end:first] if end <= first else said[last:start]
    return min(abs(first - end), abs(start - last)) + (MAX_CHARS if _MARK.search(between) else 0)


def _is_one(said: str, spans: list[Span], product: str) -> bool:
    """ "the filler came back", of two fillers."""
    is_plural = any(said[start:end].endswith("s") for start, end in spans)
    return fold(product).endswith("s") and not is_plural and _ONE.search(said, 0, spans[0][0]) is not None


def _is_billed(world: World, order: "records.Order") -> bool:
    """Does money hang on the order alone? What hangs on its contract stays there."""
    return order.contract_id is None and any(True for _paper in _money_of(world, order))


def _money_of(world: World, order: "records.Order") -> Iterator[Any]:
    for cls in (records.Invoice, records.Payment):
        yield from world.session.scalars(select(cls).where(cls.order_id == order.id, cls.deleted_at.is_(None)))


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
    for paper in _money_of(world, order):
        paper.contract_id, paper.order_id = order.contract_id, None
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
    if order is not None and chosen and chosen.get("also"):
        return None
    is_moved = values.get("order_status") in ("shipped", "delivered")
    return part_told(world, order) if order is not None and is_moved else None
