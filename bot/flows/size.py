"""How large a customer is: as it was said, beside the organisation's range that it lies in."""

from dataclasses import dataclass

from bot.dialogs.model import Json, Option, Values
from bot.dialogs.model import World as AnyWorld
from bot.dialogs.types import Text
from bot.rules.sizes import shown_size


@dataclass(frozen=True, slots=True)
class Size(Text):
    """The number of people, or one of the ranges."""

    def show(self, value: Json, world: AnyWorld) -> str:
        return shown_size(world.crm, str(value), world.words)

    def options(self, world: AnyWorld, values: Values) -> tuple[Option, ...]:
        labels = [item.labels[world.words.language] for item in world.crm.items("sizes")]
        return tuple(Option(label, label) for label in labels)
