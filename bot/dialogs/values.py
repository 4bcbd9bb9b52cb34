"""Field types for what is measured: money, days, moments; and the checks that go with them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import ceil
from typing import Literal

from bot.dialogs.day_parts import hour_of
from bot.dialogs.model import Json, Option, Question, Values, World
from bot.dialogs.show import show_day, show_moment, show_money
from bot.errors import InvalidValue
from config.phrasing import phrasing
from config.types import Money, minor_digits
from nlu.types import BARE, Grain, Reading, Slot, Understanding, Value
from nlu.understand import values_in
from nlu.values.calendar import impossible_days

Direction = Literal["past", "future"]
LEAST = 100  # in a sentence, a bare number below it counts something: "make that call |11| instead"
NOON = time(12)
MAX_BESIDE = 10  # letters that may stand beside a smaller one: "|maybe| 50 |or so|"


def _one_of(values: list[Json], show: Iterable[str], world: World) -> Json | Question | None:
    """The only value there is; a question where there are several, None where there is none."""
    if len(values) < 2:
        return values[0] if values else None
    options = tuple(Option(label, value) for label, value in zip(show, values, strict=True))
    return Question(world.words.say("dialog.which"), options)


def _may_be_sum(number: Value, answer: Understanding) -> bool:
    """Is a bare number a sum: large, or nearly all that was said?"""
    if number.number is None or abs(number.number) >= LEAST:
        return True
    beside = answer.text[: number.start] + answer.text[number.end :]
    return sum(letter.isalpha() for letter in beside) <= MAX_BESIDE


@dataclass(frozen=True, slots=True)
class Amount:
    """Money. JSON: {"value": "500000", "currency": "CNY"}.

    Without a currency word that of the amount it replaces is meant, else the organisation's: ``is_assumed``.
    """

    def read(self, answer: Understanding, world: World, values: Values) -> Json | Question | None:
        said = ((value, _as_said(value.money, value.why)) for value in answer.of_kind("money") if value.money)
        found = [_signed(value, money, answer.text) for value, money in said]
        if not found:
            # A number alone is an answer to "how much"; a number with a unit counts something.
            numbers = (value for value in answer.of_kind("number") if not value.unit and _may_be_sum(value, answer))
            found = [_signed(value, Money(value.number), answer.text) for value in numbers if value.number is not None]
        amounts = [self._dump(money, world, values) for money in dict.fromkeys(found)]
        return _one_of(amounts, (self.show(amount, world) for amount in amounts), world)

    def take(self, slot: Slot, world: World, values: Values) -> Json | None:
        return self._dump(_as_said(slot.value, slot.why), world, values) if isinstance(slot.value, Money) else None

    def show(self, value: Json, world: World) -> str:
        return show_money(Money.from_json(value), world.words)

    def options(self, world: World, values: Values) -> tuple[Option, ...]:
        return ()

    def moved(self, old: Json, new: Json | Question) -> Json | Question:
        """The new amount; of a difference or a currency (see `differences`), the old amount changed by it. Raises
        InvalidValue."""
        if isinstance(new, Question) or not new.keys() & {"by", "in"}:
            return new
        if "in" in new:
            return {"value": old["value"], "currency": new["in"]}
        was = Decimal(old["value"])
        if "percent" in new:
            size = was * Decimal(new["percent"]) / 100
        elif new["is_assumed"] or new["currency"] == old["currency"]:
            size = Decimal(new["value"])
        else:
            raise InvalidValue("dialog.other_currency", currency=old["currency"])
        value = round(was + new["by"] * size, minor_digits(old["currency"]))
        return {**old, "value": f"{value.normalize():f}"}

    def _dump(self, money: Money, world: World, values: Values) -> Json:
        if not money.is_countable:
            raise InvalidValue("dialog.too_much")
        amounts = (value for value in values.values() if isinstance(value, dict) and value.get("currency"))
        if money.currency:
            return money.to_json()
        usual = next((amount["currency"] for amount in amounts), world.currency)
        return {**Money(money.value, usual).to_json(), "is_assumed": True}


def _as_said(money: Money, why: str | None) -> Money:
    """The amount without a currency that nobody named: 「35万」 of a deal in dollars is dollars."""
    return Money(money.value) if why == BARE else money


def _signed(value: Value, money: Money, text: str) -> Money:
    """The amount with the minus that stands before it: nobody means it, but it must not be dropped in silence."""
    return Money(-money.value, money.currency) if phrasing("minus_before").search(text[: value.start]) else money


@dataclass(frozen=True, slots=True)
class Day:
    """A date. JSON: "2026-12-31". Of a period, the last day where ``last``, else the first."""

    direction: Direction
    last: bool = False

    def read(self, answer: Understanding, world: World, values: Values) -> Json | Question | None:
        _check_calendar(answer.text)
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
        days = choose_reading(value, self.direction).days
        return (days.end if self.last else days.start).isoformat()


@dataclass(frozen=True, slots=True)
class Moment:
    """A day with or without a time of day. JSON: {"at": ISO with offset, "has_time": bool}."""

    direction: Direction

    def read(self, answer: Understanding, world: World, values: Values) -> Json | Question | None:
        _check_calendar(answer.text)
        found: list[Json] = []
        for value in answer.of_kind("datetime", "date", "range", "recurrence"):
            start = choose_reading(value, self.direction).start
            hour = hour_of(value.text, world.words, world.crm.hours) if value.grain == Grain.DAY_PART else None
            if hour is None and value.grain == Grain.DAY_PART and names_no_day(value, world):
                hour = world.crm.hours.morning  # the part that is left
            if hour is not None and self.direction == "future" and not isinstance(start, datetime):
                start = datetime.combine(start, hour, world.now.tzinfo)
            moment = self.dump(start, world)
            if value.grain == Grain.DAY_PART and self.direction == "future" and not moment["has_time"]:
                moment["morning"] = world.crm.hours.morning.isoformat()
            if names_no_day(value, world):
                moment |= {"is_hour": True, "hour": _usual_hour(value, world)}
            if phrasing("weekday_name").match(value.text):
                moment["is_weekday"] = True
            if moment not in found:
                found.append(moment)
        return _one_of(found, (self.show(moment, world) for moment in found), world)

    def take(self, slot: Slot, world: World, values: Values) -> Json | None:
        return self.dump(slot.value, world) if isinstance(slot.value, date) else None

    def show(self, value: Json, world: World) -> str:
        moment = datetime.fromisoformat(value["at"])
        return show_moment(moment, world.words, now=world.now, has_time=value["has_time"])

    def options(self, world: World, values: Values) -> tuple[Option, ...]:
        return ()

    def moved(self, old: Json, new: Json | Question) -> Json | Question:
        """The new moment; a day alone is another day at the same time, an hour alone another hour of the same day;
        a weekday that was put in the place of another is that of the same week."""
        if isinstance(new, Question):
            return new
        was, day = (datetime.fromisoformat(moment["at"]) for moment in (old, new))
        if new.get("is_instead") and new.get("is_weekday") and was > day:
            before_that_week = (was.date() - timedelta(was.weekday()) - day.date()).days
            day += timedelta(weeks=ceil(before_that_week / 7))
            new = {"at": day.isoformat(), "has_time": new["has_time"]}
        if new.get("is_hour") and new["has_time"]:
            hour = time.fromisoformat(new["hour"]) if new.get("hour") else day.time()
            return {"at": datetime.combine(was.date(), hour, was.tzinfo).isoformat(), "has_time": True}
        if new["has_time"] or not old["has_time"]:
            return new
        if "morning" in new and was.time() >= NOON:  # 「改到周五上午」, of what stands in the afternoon
            hour = time.fromisoformat(new["morning"])
            return {"at": datetime.combine(day.date(), hour, day.tzinfo).isoformat(), "has_time": True}
        return {"at": datetime.combine(day.date(), was.time(), day.tzinfo).isoformat(), "has_time": True}

    def dump(self, moment: date | datetime, world: World) -> Json:
        if isinstance(moment, datetime):
            return {"at": moment.isoformat(), "has_time": True}
        return {"at": datetime.combine(moment, time(), world.now.tzinfo).isoformat(), "has_time": False}


def names_no_day(value: Value, world: World) -> bool:
    """Is it an hour, or a part of a day, of whatever day: 3点, "the afternoon"?"""
    if value.past is None or value.future is None:
        return False
    if value.grain == Grain.DAY_PART:
        return phrasing("determiner").sub("", value.text).casefold() in world.words.words("reminder.parts.alone")
    past, future = value.past.start, value.future.start
    if not isinstance(past, datetime) or not isinstance(future, datetime):
        return False
    is_any = past != future or future == world.now  # at nine sharp, the last nine is the next one
    return is_any and future - past <= timedelta(days=1)


def _usual_hour(value: Value, world: World) -> str | None:
    """The hour as it is meant of another day: 「10点」, said in the afternoon, is 22:00 today, but 10:00 then."""
    dawn = datetime.combine(world.now.date(), time(), world.now.tzinfo)
    read = next(iter(values_in(value.text, now=dawn, lang=None, lexicon=world.lexicon)), None)
    at = read.future.start if read is not None and read.future is not None else None
    return at.time().isoformat() if isinstance(at, datetime) else None


def choose_reading(value: Value, direction: Direction) -> Reading:
    """The reading of a time that fits: what has happened lies behind, what is planned ahead."""
    first, second = (value.past, value.future) if direction == "past" else (value.future, value.past)
    reading = first or second
    if reading is None:
        raise InvalidValue("dialog.no_date")
    return reading


def _check_calendar(text: str) -> None:
    """Raises InvalidValue for a day that no year has: 2月30日, "31 April"."""
    for found in impossible_days(text):
        raise InvalidValue("dialog.no_such_day", value=found.group())


def positive(value: Json, world: World, values: Values) -> Question | None:
    """An amount is above zero; an absurdly large one is asked about."""
    amount = Decimal(value["value"])
    if amount <= 0:
        raise InvalidValue("dialog.not_positive")
    if not Money.from_json(value).is_countable:
        raise InvalidValue("dialog.too_much")
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
