"""The field for somebody's names in messengers: 「微信 zhang_huawei」, "her WhatsApp is +44 7700 900123"."""

from dataclasses import dataclass

from bot.dialogs.model import Gathers, Json, Option, Values
from bot.dialogs.model import World as AnyWorld
from bot.dialogs.show import show_handle, show_phone
from bot.dialogs.types import Along
from bot.talk.phrases import holds_phrase
from config.catalog import catalog
from nlu.entities import Entity, find_entities
from nlu.folding import fold
from nlu.handles import read_handles
from nlu.types import Slot, Understanding

_WAYS = ("phone", "email")


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
        return world.words.line(show_handle(one, world.words) for one in value)

    def options(self, world: AnyWorld, values: Values) -> tuple[Option, ...]:
        return ()


@dataclass(frozen=True, slots=True)
class MoreWays(Gathers):
    """The numbers and addresses of a message beside the first of each."""

    def gather(self, heard: Understanding, world: AnyWorld, values: Values) -> Json | None:
        first = {str(heard.get(name) or values.get(name) or "") for name in ("phone", "email")}
        found = find_entities(fold(heard.text), chinese=heard.lang == "zh")
        handles = [(one.start, one.end) for one in read_handles(heard.text)]
        told = [_written(heard, one) for one in found if one.kind in _WAYS and not _is_within(one, handles)]
        return [way for way in dict.fromkeys(told) if way not in first] or None

    def read(self, answer: Understanding, world: AnyWorld, values: Values) -> Json | None:
        return self.gather(answer, world, values)

    def take(self, slot: Slot, world: AnyWorld, values: Values) -> Json | None:
        return None

    def show(self, value: Json, world: AnyWorld) -> str:
        ways = [way if "@" in way else show_phone(way, world.words) for way in value]
        return world.words.line(ways)

    def options(self, world: AnyWorld, values: Values) -> tuple[Option, ...]:
        return ()


def _is_within(one: Entity, spans: list[tuple[int, int]]) -> bool:
    """Is it the number of somebody's name in a messenger?"""
    return any(start <= one.start and one.end <= end for start, end in spans)


def _written(heard: Understanding, one: Entity) -> str:
    """An address as it was typed, a number as it is kept."""
    return heard.text[one.start : one.end] if one.kind == "email" else one.value


@dataclass(frozen=True, slots=True)
class Another(Along, Gathers):
    """Is the number or the address one more, and not a new one for the old: 「还有个号码 139…」?"""

    key: str = ""

    def gather(self, heard: Understanding, world: AnyWorld, values: Values) -> Json | None:
        return holds_phrase(catalog(heard.lang), "traits.another", heard.text) or None

    def show(self, value: Json, world: AnyWorld) -> str:
        return ""
