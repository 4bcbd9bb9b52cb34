"""What all documents of a sale share: their numbers, their lines, and what may be said about their amounts.

Numbers run in the order of saving, without doubles and without gaps: the counter is raised in the transaction that
uses the number. What undo takes back leaves its number unused, and one that was given by hand is passed over.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import select

from bot.dialogs.lines import total_of
from bot.dialogs.model import Json, Option, Question, Values
from bot.dialogs.show import show_money
from bot.dialogs.values import positive
from bot.errors import InvalidValue
from bot.world import World
from config.types import Money
from nlu.names import normalise
from storage import records
from storage.prepared import insert_for
from storage.tables import counters

DEEP = Decimal("0.7")  # a discount from which on it is asked whether it is meant
D = TypeVar("D", bound="records.Record")


def named(document: Any) -> Json:
    """A document as a draft refers to it; a payment has no number of its own."""
    return {"id": document.id, "name": getattr(document, "number", document.public_id)}


def bases_of(world: World, values: Values, *kinds: str) -> list[Any]:
    """The documents of these kinds that a draft refers to."""
    found = []
    for kind in kinds:
        chosen = values.get(kind)
        if isinstance(chosen, dict) and "id" in chosen:
            found.append(world.session.get(records.record_class(kind), chosen["id"]))
    return [document for document in found if document is not None]


def next_number(world: World, kind: str) -> str:
    """The next free number of the kind's pattern."""
    day, sales = world.now.date(), world.crm.sales
    run = sales.run_of(kind, day)
    while True:
        number = sales.number(kind, day, _count(world, run))
        if not _is_taken(world, kind, number):
            return number


def _count(world: World, run: str) -> int:
    """Raise the counter by one. Whoever else wants the next number waits until this transaction has ended."""
    first = insert_for(world.tx.connection.dialect.name)(counters).values(name=run, value=1)
    raised = first.on_conflict_do_update(index_elements=["name"], set_={"value": counters.c.value + 1})
    return int(world.tx.connection.execute(raised.returning(counters.c.value)).scalar_one())


def _is_taken(world: World, kind: str, number: str) -> bool:
    cls: Any = records.record_class(kind)
    query = select(cls.id).where(cls.number == number, cls.deleted_at.is_(None)).limit(1)
    return world.session.scalar(query) is not None


def unused(kind: str) -> Any:
    """A check: a number that is given must be free."""

    def check(value: Json, world: World, values: Values) -> None:
        if _is_taken(world, kind, value):
            raise InvalidValue("documents.number_taken", kind=world.words.say(f"common.kind.{kind}"), number=value)

    return check


def write(world: World, document: D, lines: Sequence[Json]) -> D:
    """Write a new document with its lines; the document as it is stored, with all it refers to."""
    world.create(document)
    _write_lines(world, document, lines)
    stored: Any = world.session.get(type(document), document.id)
    return stored  # type: ignore[no-any-return]


def _write_lines(world: World, document: Any, lines: Sequence[Json]) -> None:
    for position, line in enumerate(lines, 1):
        price = Money.from_json(line["unit_price"]) if line["unit_price"] else None
        item = records.LineItem(
            position=position,
            product=line["product"],
            quantity=Decimal(line["quantity"]),
            unit=line["unit"],
            unit_price_minor=price.to_minor() if price else None,
            unit_price_currency=price.currency if price else None,
            discount=Decimal(line["discount"]) if line["discount"] else None,
        )
        setattr(item, f"{document.kind}_id", document.id)
        world.create(item)


def rewrite_lines(world: World, document: Any, lines: Sequence[Json]) -> None:
    """Write the lines of a stored document anew; the old ones go to the bin, from where undo brings them back."""
    for line in document.lines:
        line.deleted_at = world.now
    world.session.flush()
    _write_lines(world, document, lines)
    world.session.flush()
    world.session.expire(document, ["lines"])


def lines_of(document: Any) -> list[Json]:
    """The lines of a document, as a draft holds them."""
    return [
        {
            "product": line.product,
            "quantity": f"{line.quantity:f}",
            "unit": line.unit,
            "unit_price": line.unit_price.to_json() if line.unit_price else None,
            "discount": f"{line.discount:f}" if line.discount else None,
        }
        for line in document.lines
    ]


def priced(value: Json, world: World, values: Values) -> Json | Question:
    """A check of lines: a price that was not said is that of the list, as is the unit; so is how the product is
    written. A discount that leaves next to nothing is asked about: 「15 折」 is 1.5 折, and was hardly meant so. Raises
    `InvalidValue` for what comes to nothing, or to more than can be kept."""
    lines = []
    for line in _in_currency(value, world, values):
        product = _product(world, line["product"]) if line["unit_price"] is None or not line["unit"] else None
        if product is not None:
            price = line["unit_price"] or (product.unit_price.to_json() if product.unit_price else None)
            line = {**line, "product": product.name, "unit": line["unit"] or product.unit, "unit_price": price}
        lines.append(line)
    total = total_of(lines)
    if total is not None and total.value <= 0:
        raise InvalidValue("lines.worthless")
    if total is not None and not total.is_countable:
        raise InvalidValue("lines.too_much")
    deep = next((line for line in lines if Decimal(line["discount"] or 0) >= DEEP), None)
    return _really(world, lines, deep) if deep is not None else lines


def currency_of(world: World, values: Values) -> str | None:
    """The currency of the paper or deal that a draft hangs on, else of the customer's latest; None for none."""
    kinds = ("contract", "quote", "order", "opportunity")
    bases = bases_of(world, values, *kinds)
    found: str | None = next((base.amount_currency for base in bases if base.amount_currency), None)
    whose = values.get("customer") or {}
    for cls in map(_class, kinds) if found is None and "id" in whose else ():
        theirs = (cls.customer_id == whose["id"], cls.amount_currency.is_not(None), cls.deleted_at.is_(None))
        latest = select(cls.amount_currency).where(*theirs).order_by(cls.id.desc()).limit(1)
        found = found or world.session.scalar(latest)
    return found


def _class(kind: str) -> Any:
    return records.record_class(kind)


def _in_currency(lines: Sequence[Json], world: World, values: Values) -> list[Json]:
    """The lines, those prices of which nobody said the currency in that of the paper or deal that they hang on."""
    assumed = [line["unit_price"] or {} for line in lines]
    is_open = any(price.get("is_assumed") for price in assumed)
    currency = currency_of(world, values) if is_open else None
    return [
        {**line, "unit_price": {"value": price["value"], "currency": currency}}
        if currency and price.get("is_assumed")
        else line
        for line, price in zip(lines, assumed, strict=True)
    ]


def _really(world: World, lines: Sequence[Json], deep: Json) -> Question:
    """Is the discount meant, or is what is left what was to be taken off?"""
    words = world.words
    other = f"{1 - Decimal(deep['discount']):f}"
    meant = [{**line, "discount": other} if line["discount"] == deep["discount"] else line for line in lines]
    shown = [words.say("common.discount", **_as_said(share)) for share in (deep["discount"], other)]
    options = (Option(shown[0], list(lines)), Option(shown[1], meant))
    text = words.say("lines.deep", product=deep["product"], discount=shown[0])
    return Question(text, options, is_yes_no=True)


def _as_said(share: str) -> dict[str, str]:
    off = Decimal(share) * 100
    return {"off": f"{off.normalize():f}", "left": f"{((100 - off) / 10).normalize():f}"}


def _product(world: World, name: str) -> "records.Product | None":
    cls = records.Product
    keys = {normalise(name), normalise(name).removesuffix("s")}
    query = select(cls).where(cls.name_key.in_(keys), cls.deleted_at.is_(None)).limit(1)
    return world.session.scalars(query).first()


def summed(values: Values, world: World) -> Json | None:
    """What the lines come to, where all of them have a price."""
    total = total_of(values.get("lines", ()))
    return total.to_json() if total else None


def as_summed(value: Json, world: World, values: Values) -> Json | Question | None:
    """A check: an amount above zero that is the sum of the lines. Raises `InvalidValue` with both where it is not.

    What is no more than the price of a line was not meant for the whole.
    """
    lines = values.get("lines", ())
    total = total_of(lines)
    if total is None:
        currency = currency_of(world, values) if value.get("is_assumed") else None
        value = {"value": value["value"], "currency": currency} if currency else value
        return positive(value, world, values) or value
    said = Money.from_json(value)
    if value.get("is_assumed"):
        said = Money(said.value, total.currency)
    if said != total and said not in [Money.from_json(line["unit_price"]) for line in lines]:
        words = world.words
        raise InvalidValue("lines.mismatch", said=show_money(said, words), total=show_money(total, words))
    return positive(total.to_json(), world, values) or total.to_json()
