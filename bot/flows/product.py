"""Keep the list of products and their prices: a name that is there already gets the new price."""

from dataclasses import dataclass

from bot.dialogs.model import Field, Flow, Gathers, Json, Line, Option, Values
from bot.dialogs.model import World as AnyWorld
from bot.dialogs.reply import Saved
from bot.dialogs.show import show_money
from bot.dialogs.types import Text
from bot.dialogs.values import Amount, positive
from bot.flows.shared import saved
from bot.rules import products
from bot.world import World
from nlu.goods import read_unit
from nlu.types import Slot, Understanding


@dataclass(frozen=True, slots=True)
class _Price(Amount, Gathers):
    """The price that a message about a product names."""

    def gather(self, heard: Understanding, world: AnyWorld, values: Values) -> Json | None:
        found = next((value.money for value in heard.of_kind("money") if value.money), None)
        return self._dump(found, world, values) if found else None


@dataclass(frozen=True, slots=True)
class _Unit(Gathers):
    """What a product is counted in: 套, "seat"."""

    def read(self, answer: Understanding, world: AnyWorld, values: Values) -> Json | None:
        return self.gather(answer, world, values) or Text(max_chars=20).read(answer, world, values)

    def take(self, slot: Slot, world: AnyWorld, values: Values) -> None:
        return None

    def gather(self, heard: Understanding, world: AnyWorld, values: Values) -> Json | None:
        return read_unit(heard.text)

    def show(self, value: Json, world: AnyWorld) -> str:
        return str(value)

    def options(self, world: AnyWorld, values: Values) -> tuple[Option, ...]:
        return ()


def _keep(world: World, values: Values) -> Saved:
    product = products.keep(world, values["product"], values["unit_price"], values.get("unit"))
    words = world.words
    price = show_money(product.unit_price, words) if product.unit_price else ""
    key = "product.saved_per" if product.unit else "product.saved"
    return saved(world, words.say(key, name=product.name, price=price, unit=product.unit or ""))


PRODUCT = Flow(
    kind="product",
    needs=("product", "create"),
    titled_by="product",
    fields=(
        Field("product", Text(max_chars=200)),
        Field("unit_price", _Price(), check=positive),
        Field("unit", _Unit(), required=False, ask="guided"),
    ),
    card=(
        Line("product.card.name", ("product",)),
        Line("product.card.price", ("unit_price", "unit")),
    ),
    save=_keep,
)
