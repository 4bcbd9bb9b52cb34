"""The type of a custom field in a form: it reads, shows and finds its value as one of the plain types does."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bot.dialogs.model import FieldType, Gathers, Json, Option, Question, Values, World
from bot.dialogs.types import Ref, Text
from bot.dialogs.values import Amount, Day
from bot.errors import InvalidValue
from config.custom import CustomField
from config.phrasing import phrasing
from nlu.names import normalise
from nlu.types import Slot, Understanding
from storage import records

MAX_TAG = 30
_MARKS = " \"'「」“”.。"


@dataclass(frozen=True, slots=True)
class Custom(Gathers):
    """``label``: under which its clause of the message was set aside (「渠道来源是展会」)."""

    definition: CustomField
    label: str

    def read(self, answer: Understanding, world: World, values: Values) -> Json | Question | None:
        inner = _inner(self.definition)
        if inner is not None:
            return inner.read(answer, world, values)
        if self.definition.type == "number":
            return _number(answer)
        if self.definition.type == "tags":
            return tags_in(answer.text, self.definition.choices)
        return self._chosen(answer.text, world)

    def take(self, slot: Slot, world: World, values: Values) -> None:
        return None

    def gather(self, heard: Understanding, world: Any, values: Values) -> Json | Question | None:
        """What the message says of the field by its name. Raises InvalidValue for what does not fit."""
        clause = world.clauses.get(self.label)
        if clause is None:
            return None
        value = self.read(world.understand(clause.said), world, values)
        if value is None:
            raise InvalidValue("custom.unfit", label=self.label, value=clause.said)
        return self._with_present(value, world, values) if clause.adds and isinstance(value, list) else value

    def _with_present(self, chosen: list[str], world: Any, values: Values) -> Json:
        """The choices beside those that the record has."""
        kind = self.definition.kind
        record_id = values[kind].get("id") if isinstance(values.get(kind), dict) else None
        record = world.session.get(records.record_class(kind), record_id) if record_id else None
        present = record.custom.get(self.definition.key) if record is not None else None
        return [*dict.fromkeys([*(present or ()), *chosen])]

    def show(self, value: Json, world: World) -> str:
        inner = _inner(self.definition)
        if inner is not None:
            return inner.show(value, world)
        return world.words.say("common.and_separator").join(value) if isinstance(value, list) else str(value)

    def options(self, world: World, values: Values) -> tuple[Option, ...]:
        if self.definition.type == "choice":
            return tuple(Option(choice, choice) for choice in self.definition.choices)
        return ()

    def _chosen(self, text: str, world: World) -> Json | None:
        """The choices that stand in the words. Raises InvalidValue with the choices there are, where none does."""
        said = normalise(text)
        found = [choice for choice in self.definition.choices if normalise(choice) in said]
        exact = [choice for choice in found if normalise(choice) == said]
        found = exact or [item for item in found if not any(item != other and item in other for other in found)]
        if not found or (self.definition.type == "choice" and len(found) > 1):
            choices = world.words.say("common.and_separator").join(self.definition.choices)
            raise InvalidValue("custom.not_a_choice", label=self.label, value=text[:40], choices=choices)
        return found if self.definition.type == "choices" else found[0]


def tags_in(said: str, known: tuple[str, ...]) -> list[str] | None:
    """The tags that are named, each as it is known already."""
    parts = (part.strip(_MARKS)[:MAX_TAG] for part in phrasing("between_entries").split(said))
    as_known = {normalise(tag): tag for tag in known}
    return [*dict.fromkeys(as_known.get(normalise(part), part) for part in parts if part)] or None


def _inner(definition: CustomField) -> FieldType | None:
    """The plain type that does the work; None for numbers and choices."""
    plain: dict[str, FieldType] = {
        "text": Text(max_chars=500), "money": Amount(), "date": Day("future"), "person": Ref("user")
    }  # fmt: skip
    return plain.get(definition.type)


def _number(answer: Understanding) -> str | None:
    numbers = [value.number for value in answer.of_kind("number") if value.number is not None]
    return f"{Decimal(numbers[0]):f}" if numbers else None
