"""The field for somebody's names in messengers: 「微信 zhang_huawei」, "her WhatsApp is +44 7700 900123"."""

from dataclasses import dataclass

from bot.dialogs.model import Gathers, Json, Option, Values
from bot.dialogs.model import World as AnyWorld
from bot.dialogs.show import show_handle
from nlu.handles import read_handles
from nlu.types import Slot, Understanding


@dataclass(frozen=True, slots=True)
class Handles(Gathers):
    """Names in messengers, each as "wechat:zhang_huawei". One that is 同号 is the telephone number beside it."""

    def gather(self, heard: Understanding, world: AnyWorld, values: Values) -> Json | None:
        number = heard.get("phone") or values.get("phone") or ""
        told = read_handles(heard.text)
        found = [one.value if one.name else f"{one.service}:{number}" for one in told if one.name or number]
        return found or None

    def read(self, answer: Understanding, world: AnyWorld, values: Values) -> Json | None:
        return self.gather(answer, world, values)

    def take(self, slot: Slot, world: AnyWorld, values: Values) -> Json | None:
        return None

    def show(self, value: Json, world: AnyWorld) -> str:
        return world.words.say("common.value_separator").join(show_handle(one, world.words) for one in value)

    def options(self, world: AnyWorld, values: Values) -> tuple[Option, ...]:
        return ()
