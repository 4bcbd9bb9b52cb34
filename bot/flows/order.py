"""Place an order, alone or from a contract; say how it stands."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.dialogs.agreed import TaxType
from bot.dialogs.lines import Lines, Total
from bot.dialogs.model import Field, Flow, Guess, Json, Line, Option, Question, Values
from bot.dialogs.model import World as AnyWorld
from bot.dialogs.reply import Press, Saved
from bot.dialogs.show import show_money
from bot.dialogs.types import Choice, Ref
from bot.flows.documents import (
    NUMBER,
    NextStatus,
    change_button,
    choice,
    hangs_on,
    legal,
    moves,
    start_button,
    tax_of,
    whom_we_spoke_of,
)
from bot.flows.shared import new_ones, ref, saved
from bot.rules import order_parts, orders
from bot.rules.customers import customer_of
from bot.rules.documents import bases_of, named, summed, unused
from bot.rules.order_follow import OPEN
from bot.rules.pronouns import spoken_of
from bot.rules.told_apart import named_in, spans
from bot.rules.told_goods import told_lines
from bot.world import World
from nlu.folding import fold
from nlu.types import Understanding
from storage import records

SENT = ("shipped", "delivered")


def _contract(values: Values, world: World) -> Guess | None:
    """The customer's only contract that nothing was ordered on."""
    customer = values.get("customer")
    if not isinstance(customer, dict) or "id" not in customer:
        return None
    total = summed(values, world)
    currency = total["currency"] if total else None
    found = [c for c in orders.contracts_without(world, customer["id"]) if currency in (None, c.amount_currency)]
    found = [contract for contract in found if _may_be_of(contract, values.get("lines", ()))]
    return Guess(named(found[0])) if len(found) == 1 else None


def _may_be_of(contract: "records.Contract", lines: Sequence[Json]) -> bool:
    """May goods be ordered on a contract? Not if it lists others."""
    agreed = [line.product for line in contract.lines]
    return not (agreed and lines) or any(spans(line["product"], agreed) for line in lines)


def _lines(values: Values, world: World) -> Json | Guess | None:
    """What is left of the contract, or so many of it as are said; without one of the quote that stands, else what was
    told of the goods."""
    contract = next(iter(bases_of(world, values, "contract")), None)
    if contract is None:
        quoted = orders.quoted_left(world, values) if "amount" not in values else []
        return order_parts.so_many(world, quoted) or told_lines(values, world)
    if "amount" in values:
        return None
    return order_parts.so_many(world, orders.lines_left(world, contract)) or None


def _amount(values: Values, world: World) -> Json | None:
    """The sum of the lines, else what is still to be ordered on the contract."""
    total = summed(values, world)
    contract = next(iter(bases_of(world, values, "contract")), None)
    if total is not None or "lines" in values or contract is None or contract.amount is None:
        return total
    left = orders.left_of(world, contract)
    return left.to_json() if left.value > 0 else None


def _placed(values: Values, world: World) -> Json:
    return "placed"


def _place(world: World, values: Values) -> Saved:
    customer = customer_of(world, values["customer"])
    return _saved(world, orders.create(world, customer, values), *new_ones(world, customer, None))


def _saved(world: World, order: "records.Order", *besides: str) -> Saved:
    words = world.words
    said = words.say(
        "order.saved",
        number=order.number,
        customer=order.customer.name,
        amount=show_money(order.amount, words) if order.amount else "",
        status=world.crm.label("order_statuses", order.status, words.language),
    )
    next_moves = moves(world, order, "order_update", orders.allowed)
    about = {"customer": order.customer, "contract": order.contract, "order": order}
    change = (change_button(world, order),) if order.status in OPEN else ()
    return saved(world, said, *besides, buttons=(*next_moves, *_then(world, order), *change), about=about)


def _then(world: World, order: "records.Order") -> tuple[Press, ...]:
    """What usually follows: the invoice; and a word to the customer, where they can be written to."""
    known = {"customer": ref(order.customer), "order": named(order)}
    if order.contract is not None:
        known["contract"] = named(order.contract)
    if order.status == "placed":
        return (start_button(world, "invoice", **known),)
    if orders.person_to_tell(world, order) is None:
        return ()
    return (Press(world.words.say("order.tell_customer"), {"do": "tell_customer", "id": order.id}, is_open=True),)


ORDER = Flow(
    kind="order",
    needs=("order", "create"),
    starts_on=("create_order",),
    openings={name: lambda world: {} for name in ("start", "ordered")},
    known_by=("contract",),
    fields=(
        Field("customer", Ref("customer", if_unknown="create"), propose=whom_we_spoke_of),
        hangs_on("contract", _contract),
        Field("order_number", NUMBER, required=False, ask="never", check=unused("order")),
        Field(
            "lines",
            Lines(),
            required=False,
            ask="guided",
            check=orders.lines_within,
            propose=_lines,
            within=("contract",),
        ),
        Field("amount", Total(), propose=_amount, check=orders.amount_within, within=("lines", "contract")),
        Field("tax", TaxType(), required=False, ask="never", propose=tax_of("contract"), within=("contract",)),
        Field("order_status", Choice("order_statuses", "order_status"), ask="never", propose=_placed),
    ),
    card=(
        Line("order.card.head", ("customer", "contract")),
        Line("order.card.number", ("order_number",)),
        Line("order.card.lines", ("lines",)),
        Line("order.card.amount", ("amount", "tax")),
        Line("order.card.status", ("order_status",)),
    ),
    save=_place,
)


def _which(values: Values, world: World) -> Json | Guess | Question | None:
    """The order meant: one that may move so, of the customer, the one spoken of first."""
    status, whose = values.get("order_status"), values.get("customer") or spoken_of(world, "customer")
    if status in SENT and world.words.pattern("order_update.everything").search(fold(world.said)):
        found = orders.that_may_become(world, whose, status)
        if len(found) > 1 and len(named_in(world.said, found)) == len(found):
            return Guess(_together([*map(named, found)], world))
    found = orders.that_may_become(world, whose, status) if status else []
    if not found and _to_place(values, world) is not None:
        return None  # what is left of the contract or the quote is placed
    named_ones = [order.id for order in named_in(world.said, found)]
    likely = orders.likely_before(world, status, whose) if status else None
    fitting = records.Order.id.in_(named_ones) if len(named_ones) < len(found) else likely
    asked = choice(world, values, "order", fitting)
    if isinstance(asked, Question) and status in SENT:
        every = Option(world.words.say("order_update.all"), _together([one.value for one in asked.options], world))
        return replace(asked, options=(*asked.options, every))
    return asked


def _together(found: list[Json], world: World) -> Json:
    """Several orders as one: what was sent in parts has all arrived."""
    first, *others = found
    names = (one["name"] for one in (first, *others))
    return {**first, "name": world.words.say("common.list_separator").join(names), "also": others}


class _Part(Lines):
    """So much of an order, in its own lines; what a message says of goods is held against them."""

    def read(self, answer: Understanding, world: AnyWorld, values: Values) -> None:
        return None

    def gather(self, heard: Understanding, world: AnyWorld, values: Values) -> None:
        return None

    def amend(self, value: Json, heard: Understanding, world: AnyWorld) -> None:
        return None


def _to_place(values: Values, world: World) -> tuple[str, Values] | None:
    """「离心机发货了」, where the contract, or the quote that stands, has no order for that yet: it is placed, and is
    sent at once."""
    status, whose = values.get("order_status"), values.get("customer") or spoken_of(world, "customer")
    if status not in SENT or not isinstance(whose, dict) or "id" not in whose:
        return None
    if not orders.that_may_become(world, whose, status) and orders.quoted_left(world, {"customer": whose}):
        return "order", {"customer": whose, "order_status": status}
    found = named_in(world.said, orders.contracts_left(world, whose["id"]))
    spoken = [contract for contract in found if contract.id == world.focus.get("contract")]
    if len(found) != 1 and not spoken:
        return None
    contract = (spoken or found)[0]
    is_there = "order" in values or bool(orders.that_may_become(world, whose, status))
    if is_there and not orders.names_what_is_left(world, contract):
        return None
    return "order", {"customer": whose, "contract": named(contract), "order_status": status}


def _status(code: str) -> Callable[[World], Values]:
    return lambda world: {"order_status": code}


def _is_move(heard: Understanding, world: World) -> bool:
    """「付款方式货到付款」 says how an order is paid, and not that it was."""
    return world.words.pattern("order_update.not_a_move").search(fold(heard.text)) is None


def _update(world: World, values: Values) -> Saved:
    order = orders.fetch_order(world, values["order"]["id"])
    rest = order_parts.split(world, order, values["lines"]) if values.get("lines") else None
    others = [orders.fetch_order(world, one["id"]) for one in values["order"].get("also", ())]
    for one in (order, *others):
        orders.move(world, one, values["order_status"])
    besides = [rest] if rest is not None else []
    said = [world.words.say("order.rest", number=one.number) for one in besides]
    said += [world.words.say("order.also", number=one.number) for one in others]
    return _saved(world, order, *said)


ORDER_UPDATE = Flow(
    kind="order_update",
    needs=("order", "edit"),
    titled_by="order",
    fits=_is_move,
    starts_on=("update_order",),
    openings={code: _status(code) for code in ("cancelled", "shipped", "delivered", "paid", "awaiting_payment")},
    fields=(
        Field("customer", Ref("customer"), required=False, ask="never"),
        Field("order", Ref("order"), slot="order_number", propose=_which, within=("customer",)),
        Field(
            "order_status",
            NextStatus("order_statuses", "order_status", kind="order", allowed=orders.allowed),
            check=legal("order", orders.allowed),
            within=("order",),
        ),
        Field(
            "lines", _Part(), required=False, ask="never", propose=order_parts.told, within=("order", "order_status")
        ),
    ),
    card=(
        Line("order_update.card.which", ("order", "customer")),
        Line("order_update.card.part", ("lines",)),
        Line("order_update.card.status", ("order_status",)),
    ),
    save=_update,
    instead=_to_place,
)
