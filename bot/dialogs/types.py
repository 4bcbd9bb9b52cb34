"""The types a field can have. Each reads an answer or a slot, and shows its value; all values are JSON."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Literal

from bot.dialogs.model import Found, Json, Option, Question, Values, World
from bot.dialogs.show import show_day, show_moment, show_money, which
from bot.errors import InvalidValue
from config.types import Money
from nlu.types import Reading, Slot, Understanding, Value

Direction = Literal["past", "future"]


def _one_of(values: list[Json], show: Iterable[str], world: World) -> Json | Question | None:
    """The only value there is; a question where there are several, None where there is none."""
    if len(values) < 2:
        return values[0] if values else None
    options = tuple(Option(label, value) for label, value in zip(show, values, strict=True))
    return Question(world.words.say("dialog.which"), options)


@dataclass(frozen=True, slots=True)
class Text:
    """A short text: a name, a position. One line. ``listed``: a list of the organisation's that suggests answers."""

    max_chars: int = 200
    slot: str | None = None  # the slot that holds it in a longer answer
    listed: str = ""

    def read(self, answer: Understanding, world: World, values: Values) -> Json | None:
        found = answer.get(self.slot) if self.slot else None
        return self._checked(found if isinstance(found, str) else answer.text)

    def take(self, slot: Slot, world: World, values: Values) -> Json:
        return self._checked(str(slot.value))

    def show(self, value: Json, world: World) -> str:
        return str(value)

    def options(self, world: World, values: Values) -> tuple[Option, ...]:
        items = world.crm.items(self.listed) if self.listed else ()
        labels = [item.labels[world.words.language] for item in items]
        return tuple(Option(label, label) for label in labels)

    def _checked(self, text: str) -> Json | None:
        line = " ".join(text.split())
        if len(line) > self.max_chars:
            raise InvalidValue("dialog.too_long", max=self.max_chars)
        return line if any(character.isalnum() for character in line) else None


@dataclass(frozen=True, slots=True)
class LongText:
    """What was said, in as many words as it took."""

    slot: str | None = None
    max_chars: int = 5_000

    def read(self, answer: Understanding, world: World, values: Values) -> Json | None:
        found = answer.get(self.slot) if self.slot and answer.intent != "other" else None
        return self._checked(found if isinstance(found, str) else answer.text)

    def take(self, slot: Slot, world: World, values: Values) -> Json | None:
        return self._checked(str(slot.value))

    def show(self, value: Json, world: World) -> str:
        return str(value)

    def options(self, world: World, values: Values) -> tuple[Option, ...]:
        return ()

    def _checked(self, text: str) -> Json | None:
        text = text.strip()
        if len(text) > self.max_chars:
            raise InvalidValue("dialog.too_long", max=self.max_chars)
        return text if any(character.isalnum() for character in text) else None


@dataclass(frozen=True, slots=True)
class Choice:
    """A code of one of the organisation's lists (channels, stages …), shown by its label."""

    listed: str
    slot: str
    only: tuple[str, ...] = ()  # the codes that fit here; () = all

    def read(self, answer: Understanding, world: World, values: Values) -> Json | None:
        found = answer.get(self.slot)
        if found in self._codes(world):
            return found
        said = answer.text.strip().casefold()
        for option in self.options(world, values):
            plain = option.label.split()[-1].casefold()
            if said in (plain, option.label.casefold(), option.value):
                return option.value
        return None

    def take(self, slot: Slot, world: World, values: Values) -> Json | None:
        return slot.value if slot.value in self._codes(world) else None

    def show(self, value: Json, world: World) -> str:
        return world.crm.label(self.listed, value, world.words.language)

    def options(self, world: World, values: Values) -> tuple[Option, ...]:
        return tuple(Option(self.show(code, world), code) for code in self._codes(world))

    def _codes(self, world: World) -> tuple[str, ...]:
        codes = world.crm.codes(self.listed)
        return tuple(code for code in codes if code in self.only) if self.only else codes


@dataclass(frozen=True, slots=True)
class Amount:
    """Money. JSON: {"value": "500000", "currency": "CNY"}; without a currency word the organisation's is meant."""

    def read(self, answer: Understanding, world: World, values: Values) -> Json | Question | None:
        found = [value.money for value in answer.of_kind("money") if value.money]
        if not found:
            numbers = list(answer.of_kind("number"))
            # A number alone is an answer to "how much"; a number with a unit counts something.
            found = [Money(value.number) for value in numbers if value.number is not None and not value.unit]
        amounts = [self._dump(money, world) for money in dict.fromkeys(found)]
        return _one_of(amounts, (self.show(amount, world) for amount in amounts), world)

    def take(self, slot: Slot, world: World, values: Values) -> Json | None:
        return self._dump(slot.value, world) if isinstance(slot.value, Money) else None

    def show(self, value: Json, world: World) -> str:
        return show_money(Money.from_json(value), world.words)

    def options(self, world: World, values: Values) -> tuple[Option, ...]:
        return ()

    def _dump(self, money: Money, world: World) -> Json:
        return Money(money.value, money.currency or world.currency).to_json()


@dataclass(frozen=True, slots=True)
class Day:
    """A date. JSON: "2026-12-31". Of a period, the last day where ``last``, else the first."""

    direction: Direction
    last: bool = False

    def read(self, answer: Understanding, world: World, values: Values) -> Json | Question | None:
        times = answer.of_kind("date", "datetime", "range")
        days = list(dict.fromkeys(self._day(value) for value in times))
        return _one_of(days, (self.show(day, world) for day in days), world)

    def take(self, slot: Slot, world: World, values: Values) -> Json | None:
        value = slot.value
        if isinstance(value, datetime):
            return value.date().isoformat()
        return value.isoformat() if isinstance(value, date) else None

    def show(self, value: Json, world: World) -> str:
        return show_day(date.fromisoformat(value), world.words, today=world.now.date())

    def options(self, world: World, values: Values) -> tuple[Option, ...]:
        return ()

    def _day(self, value: Value) -> str:
        reading = choose_reading(value, self.direction)
        moment = reading.end if self.last else reading.start
        return (moment.date() if isinstance(moment, datetime) else moment).isoformat()


@dataclass(frozen=True, slots=True)
class Moment:
    """A day with or without a time of day. JSON: {"at": ISO with offset, "has_time": bool}."""

    direction: Direction

    def read(self, answer: Understanding, world: World, values: Values) -> Json | Question | None:
        found: list[Json] = []
        for value in answer.of_kind("datetime", "date", "range"):
            moment = self._dump(choose_reading(value, self.direction).start, world)
            if moment not in found:
                found.append(moment)
        return _one_of(found, (self.show(moment, world) for moment in found), world)

    def take(self, slot: Slot, world: World, values: Values) -> Json | None:
        return self._dump(slot.value, world) if isinstance(slot.value, date) else None

    def show(self, value: Json, world: World) -> str:
        moment = datetime.fromisoformat(value["at"])
        return show_moment(moment, world.words, now=world.now, has_time=value["has_time"])

    def options(self, world: World, values: Values) -> tuple[Option, ...]:
        return ()

    def _dump(self, moment: date | datetime, world: World) -> Json:
        if isinstance(moment, datetime):
            return {"at": moment.isoformat(), "has_time": True}
        return {"at": datetime.combine(moment, time(), world.now.tzinfo).isoformat(), "has_time": False}


def choose_reading(value: Value, direction: Direction) -> Reading:
    """The reading of a time that fits: what has happened lies behind, what is planned ahead."""
    first, second = (value.past, value.future) if direction == "past" else (value.future, value.past)
    reading = first or second
    if reading is None:
        raise InvalidValue("dialog.no_date")
    return reading


@dataclass(frozen=True, slots=True)
class Exact:
    """A value that understanding finds by its form: a phone number, an e-mail address."""

    slot: Literal["phone", "email"]

    def read(self, answer: Understanding, world: World, values: Values) -> Json | None:
        found = answer.get(self.slot)
        return str(found) if found else None

    def take(self, slot: Slot, world: World, values: Values) -> Json:
        return str(slot.value)

    def show(self, value: Json, world: World) -> str:
        return str(value)

    def options(self, world: World, values: Values) -> tuple[Option, ...]:
        return ()


@dataclass(frozen=True, slots=True)
class Ref:
    """Another record. JSON: {"id": 7, "name": "华为技术有限公司"}, or {"new": "华为"} for one to be created.

    A name that fits several is asked with a telling second fact; one that is only near is asked too; an unknown one is
    created, refused, or ignored where the record is a mere addition.
    """

    kind: str
    if_unknown: Literal["create", "refuse", "ignore"] = "refuse"
    slot: str | None = None
    max_chars: int = 200

    def read(self, answer: Understanding, world: World, values: Values) -> Json | Question | None:
        found = answer.get(self.slot or self.kind)
        said = found if isinstance(found, str) else " ".join(answer.text.split())
        return self.settle(said, world, values) if any(c.isalnum() for c in said) else None

    def take(self, slot: Slot, world: World, values: Values) -> Json | Question | None:
        return self.settle(str(slot.value), world, values)

    def settle(self, said: str, world: World, values: Values) -> Json | Question | None:
        """The record that a name means. Raises `InvalidValue` where there is none and none may be created."""
        if len(said) > self.max_chars:
            raise InvalidValue("dialog.too_long", max=self.max_chars)
        found = world.find(self.kind, said, values)
        if found.is_sure and len(found.matches) == 1:
            return {"id": found.matches[0].id, "name": found.matches[0].name}
        if found.matches and (found.is_sure or self.if_unknown != "ignore"):
            return self._which(said, found, world)
        if self.if_unknown == "ignore":
            return None
        if self.if_unknown == "refuse":
            raise InvalidValue("dialog.unknown", name=said, kind=world.words.say(f"{self.kind}.name_of_kind"))
        return {"new": said}

    def show(self, value: Json, world: World) -> str:
        if "id" in value:
            return str(value["name"])
        return world.words.say(f"{self.kind}.new_one", name=value["new"])

    def options(self, world: World, values: Values) -> tuple[Option, ...]:
        matches = world.find(self.kind, "", values).matches
        return tuple(Option(match.name, {"id": match.id, "name": match.name}) for match in matches)

    def _which(self, said: str, found: Found, world: World) -> Question:
        options = [Option(match.name, {"id": match.id, "name": match.name}) for match in found.matches]
        if self.if_unknown == "create":
            options.append(Option(world.words.say(f"{self.kind}.create_new", name=said), {"new": said}))
        is_yes_no = len(found.matches) == 1
        return Question(which(said, found, world.words), tuple(options), is_yes_no)


def positive(value: Json, world: World, values: Values) -> Question | None:
    """An amount is above zero; an absurdly large one is asked about."""
    amount = Decimal(value["value"])
    if amount <= 0:
        raise InvalidValue("dialog.not_positive")
    if amount >= world.crm.limits.large_amount:
        words = world.words
        shown = show_money(Money.from_json(value), words)
        yes, no = Option(words.say("dialog.really_yes"), value), Option(words.say("dialog.really_no"), None)
        return Question(words.say("dialog.really", value=shown), (yes, no), is_yes_no=True)
    return None


def not_past(value: Json, world: World, values: Values) -> Question | None:
    """A plan lies ahead."""
    at = datetime.fromisoformat(value["at"])
    is_past = at < world.now if value["has_time"] else at.date() < world.now.date()
    if is_past:
        shown = show_moment(at, world.words, now=world.now, has_time=value["has_time"])
        raise InvalidValue("dialog.in_the_past", value=shown)
    return None


def not_future(value: Json, world: World, values: Values) -> Question | None:
    """What is noted has happened."""
    at = datetime.fromisoformat(value["at"])
    is_future = at > world.now if value["has_time"] else at.date() > world.now.date()
    if is_future:
        shown = show_moment(at, world.words, now=world.now, has_time=value["has_time"])
        raise InvalidValue("dialog.in_the_future", value=shown)
    return None
