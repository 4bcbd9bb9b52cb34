"""Note goods of an order that came back: the order, its contract and its invoices come to less by what they cost."""

from decimal import Decimal
from typing import Any

from bot.dialogs.lines import Lines, merged, show_quantity, total_of
from bot.dialogs.model import Field, Flow, Guess, Json, Line, Option, Question, Values
from bot.dialogs.model import World as AnyWorld
from bot.dialogs.reply import Press, Saved
from bot.dialogs.show import show_money
from bot.dialogs.types import Ref
from bot.errors import InvalidValue
from bot.flows.documents import MAX_CHOICES, described, start_button, whom_we_spoke_of
from bot.flows.shared import name_of, ref, saved
from bot.rules import orders, returns, sums
from bot.rules.documents import lines_of, named
from bot.rules.order_parts import named_part
from bot.world import World
from config.types import Money
from nlu.types import Understanding
from storage import records


class _Back(Lines):
    """Goods of the draft's order, and how many of each: an answer is held against its lines."""

    goes_on = False

    def read(self, answer: Understanding, world: AnyWorld, values: Values) -> Json | None:
        assert isinstance(world, World)  # noqa: S101 — flows run in the bot's own world
        order = _order(values, world)
        lines = lines_of(order) if order is not None else []
        found = named_part(world, lines)
        return None if found == lines and len(lines) > 1 else merged(values.get("lines") or [], found)

    def gather(self, heard: Understanding, world: AnyWorld, values: Values) -> None:
        return None

    def amend(self, value: Json, heard: Understanding, world: AnyWorld) -> Json | None:
        assert isinstance(world, World)  # noqa: S101 — flows run in the bot's own world
        found = named_part(world, value)
        return None if found == value else merged(value, found)


def _order(values: Values, world: World) -> Any:
    chosen = values.get("order")
    return world.session.get(records.Order, chosen["id"]) if isinstance(chosen, dict) and "id" in chosen else None


def _which(values: Values, world: World) -> Json | Guess | Question | None:
    """The customer's order that has such goods; where several have, which."""
    customer = values.get("customer")
    if not isinstance(customer, dict) or "id" not in customer:
        return None
    found = returns.orders_with(world, customer["id"])
    if not found:
        label = world.words.say("common.kind.order")
        raise InvalidValue("documents.none_at", customer=name_of(customer), kind=label)
    spoken = [order for order in found if order.id == world.focus.get("order")]
    if len(found) == 1 or spoken:
        return named((spoken or found)[0])
    text = world.words.say("documents.which_of", customer=name_of(customer), kind=world.words.say("common.kind.order"))
    return Question(text, tuple(Option(described(world, order), named(order)) for order in found[:MAX_CHOICES]))


def _told(values: Values, world: World) -> Json | None:
    order = _order(values, world)
    if order is None:
        return None
    lines = lines_of(order)
    found = named_part(world, lines)
    is_unclear = any(line in lines and Decimal(line["quantity"]) > 1 for line in found)
    return None if is_unclear and _counts(world) else found  # how many it was is asked


def _counts(world: World) -> bool:
    """Are numbers named, whatever they count?"""
    return any(value.kind == "number" for value in world.values_in(world.said))


def _no_more(value: Json, world: World, values: Values) -> None:
    """A check: no more comes back than was ordered. Raises InvalidValue."""
    order = _order(values, world)
    for line in value if order is not None else ():
        ordered = next((one for one in lines_of(order) if one["product"] == line["product"]), None)
        if ordered is not None and Decimal(line["quantity"]) > Decimal(ordered["quantity"]):
            quantity = show_quantity(Decimal(ordered["quantity"]), ordered["unit"], world.words)
            facts = {"product": line["product"], "ordered": quantity, "number": order.number}
            raise InvalidValue("goods_return.too_many", **facts)


def _take_back(world: World, values: Values) -> Saved:
    order = orders.fetch_order(world, values["order"]["id"])
    changed = returns.take_back(world, order, values["lines"])
    words = world.words
    worth = total_of(values["lines"])
    rows = [
        words.say(
            "goods_return.less",
            kind=words.say(f"common.kind.{paper.kind}"),
            number=paper.number,
            before=show_money(before, words),
            now=show_money(Money(before.value * 0, before.currency) if _is_over(paper) else paper.amount, words),
        )
        for paper, before in changed
    ]
    base = order.contract or order
    owed = sums.paid(world.tx, base) - (0 if _is_over(base) else base.amount_minor or 0)
    money = Money.from_minor(owed, base.amount_currency or "")
    back = words.say("goods_return.owed", amount=show_money(money, words)) if owed > 0 else ""
    return saved(
        world,
        words.say("goods_return.saved", customer=order.customer.name, amount=show_money(worth, words) if worth else ""),
        gives="\n".join(filter(None, (*rows, back))),
        buttons=_then(world, base, money) if owed > 0 else (),
        about={"customer": order.customer, "contract": order.contract, "order": order},
    )


def _is_over(paper: Any) -> bool:
    return bool(getattr(paper, "status", "") == "cancelled")


def _then(world: World, base: Any, money: Money) -> tuple[Press, ...]:
    """What was paid for the goods goes back."""
    known = {"customer": ref(base.customer), base.kind: named(base), "amount": money.to_json()}
    return (start_button(world, "refund", **known),)


GOODS_RETURN = Flow(
    kind="goods_return",
    needs=("order", "edit"),
    openings={},
    fields=(
        Field("customer", Ref("customer"), propose=whom_we_spoke_of),
        Field("order", Ref("order"), slot="order_number", propose=_which, within=("customer",)),
        Field("lines", _Back(), propose=_told, check=_no_more, within=("order",)),
    ),
    card=(
        Line("goods_return.card.head", ("customer", "order")),
        Line("goods_return.card.lines", ("lines",)),
    ),
    save=_take_back,
)
