"""What a customer has bought before, told by hand: 「远洲以前从我们这买过30台变频器，去年3月，8万」.

It is kept as a historical order of that day: it counts in all that is derived from orders, and nothing of it is owed.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from bot.dialogs.lines import show_quantity
from bot.dialogs.model import Field, Flow, Json, Line, Values
from bot.dialogs.model import World as AnyWorld
from bot.dialogs.reply import Saved
from bot.dialogs.show import show_day
from bot.dialogs.types import Along, Ref
from bot.dialogs.values import Amount, Day, positive
from bot.flows.shared import saved
from bot.flows.traits import is_group
from bot.rules import orders
from bot.rules.access import Named, fetch
from bot.rules.pronouns import spoken_of
from bot.rules.sizes import heads_in
from bot.rules.sums import HISTORICAL
from bot.world import World
from config.catalog import catalog
from config.types import Money
from nlu.types import Understanding
from storage import records

MAX_CHARS = 100  # who says more tells a story


@dataclass(frozen=True, slots=True)
class Goods(Along):
    """What, and how much of it. JSON: a line of an order without its price."""

    key: str = ""

    def show(self, value: Json, world: AnyWorld) -> str:
        return f"{value['product']} {show_quantity(Decimal(value['quantity']), value['unit'], world.words)}"


def told_purchase(heard: Understanding, world: World) -> Values | None:
    """What the form begins with, where a message tells of a purchase of the past; None for any other."""
    words, text = catalog(heard.lang), heard.text.strip()
    if len(text) > MAX_CHARS or heard.correction is not None or words.pattern("purchase.asks").search(text):
        return None
    found = words.pattern("purchase.told").search(text)
    customer = _customer(heard, world) if found is not None else None
    if found is None or customer is None:
        return None
    said = {key.partition("_")[0]: value for key, value in found.groupdict().items() if value}
    day = next((v.past.days.start for v in heard.values if v.past and v.past.days.start < world.now.date()), None)
    day = day or _year(text, world)
    money = next((value.money for value in heard.of_kind("money") if value.money), None)
    if day is None and not words.pattern("purchase.before").search(text):
        return None  # an order of now
    given: dict[str, Json] = {"customer": customer}
    number = _number(said.get("quantity", ""), world)
    if said.get("product") and number is not None:
        product = said["product"].strip()
        given["goods"] = {"product": product, "quantity": number, "unit": said.get("unit") or None}
    if money is not None:
        currency = money.currency or world.currency
        each = Decimal(number) if number and words.pattern("purchase.each").search(text) else Decimal(1)
        given["amount"] = Money(money.value * each, currency).to_json()
    return given | ({"bought_on": day.isoformat()} if day is not None else {})


def _year(text: str, world: World) -> date | None:
    """ "in 2024" """
    found = re.search(r"(?<!\d)(20\d\d)(?!\d)", text)
    day = date(int(found[1]), 1, 1) if found else None
    return day if day is not None and day < world.now.date() else None


def _number(said: str, world: World) -> str | None:
    """A count in digits or words: 30, 两."""
    found = next(iter(world.understand(said).of_kind("number")), None) if said else None
    if found is not None and found.number is not None:
        return f"{found.number:f}"
    count = heads_in(said)
    return str(count) if count else None


def _customer(heard: Understanding, world: World) -> Json | None:
    """Who bought: a known customer whose name opens the message, or whom the talk is about."""
    first = next((match for match in heard.names if match.name.kind == "customer" and match.start <= 2), None)
    if first is not None:
        return {"id": int(first.name.key), "name": first.name.name}
    word = re.match(r"[a-z]+|[\u4e00-\u9fff]{2}", heard.text.strip().lower())
    return spoken_of(world, "customer") if word and is_group(word.group(), heard.lang) else None


def _keep(world: World, values: Values) -> Saved:
    customer = fetch(world.tx, world.actor, world.crm, records.Customer, values["customer"]["id"])
    named = Named(customer.id, customer.name, customer.public_id)
    goods = values.get("goods")
    lines = [{**goods, "unit_price": None, "discount": None}] if goods else []
    order = orders.create(world, named, {**values, "order_status": HISTORICAL, "lines": lines})
    said = world.words.say("purchase.saved", number=order.number, customer=customer.name)
    if "bought_on" in values:
        day = date.fromisoformat(values["bought_on"])
        order.created_at = datetime.combine(day, time(12), world.now.tzinfo)
        world.session.flush()
        said = world.words.say(
            "purchase.saved_on",
            number=order.number,
            customer=customer.name,
            day=show_day(day, world.words, today=world.now.date()),
        )
    return saved(world, said, about={"customer": customer, "order": order})


PURCHASE = Flow(
    kind="purchase",
    needs=("order", "create"),
    openings={},
    fields=(
        Field("customer", Ref("customer")),
        Field("goods", Goods(), required=False, ask="never"),
        Field("amount", Amount(), required=False, check=positive),
        Field("bought_on", Day("past"), required=False),
    ),
    card=(
        Line("purchase.card.head", ("customer",)),
        Line("purchase.card.goods", ("goods", "amount")),
        Line("purchase.card.day", ("bought_on",)),
    ),
    save=_keep,
)
