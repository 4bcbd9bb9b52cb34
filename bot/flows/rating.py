"""How satisfied a customer was, 1 to 5, as somebody passes it on."""

from dataclasses import dataclass
from typing import ClassVar

from bot.dialogs.model import Json, Option, Values, World
from nlu.types import Slot, Understanding

SCORES = range(1, 6)


@dataclass(frozen=True, slots=True)
class Rating:
    """A score; JSON: the number."""

    kinds: ClassVar[tuple[str, ...]] = ("number",)  # the values that may be one

    def read(self, answer: Understanding, world: World, values: Values) -> Json | None:
        found = answer.get("satisfaction") or next((value.number for value in answer.of_kind("number")), None)
        return _score(str(found))

    def take(self, slot: Slot, world: World, values: Values) -> Json | None:
        return _score(str(slot.value))

    def show(self, value: Json, world: World) -> str:
        return str(world.words.words("survey.scores")[value - 1])

    def options(self, world: World, values: Values) -> tuple[Option, ...]:
        return tuple(Option(self.show(score, world), score) for score in SCORES)


def _score(said: str) -> int | None:
    return int(said) if said.isdecimal() and int(said) in SCORES else None
