"""How often something comes again: 每周一上午九点, every two weeks on Friday, on the 1st of every month."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from bot.dialogs.model import Json, Option, Values, World
from bot.dialogs.values import Moment, choose_reading
from nlu.types import Slot, Understanding, Value

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True, slots=True)
class Repeat:
    """A rule. JSON: {"rule": RFC 5545, "said": 每周一, "at": the first time as a moment, None where none was said}."""

    def read(self, answer: Understanding, world: World, values: Values) -> Json | None:
        found = sorted(answer.of_kind("recurrence"), key=lambda value: (value.future is None, value.start))
        rule = found[0].every if found else None
        if rule is None:
            return None
        again = found[0]
        first = again.future.start if again.future else None
        beside = next(_beside(again, answer), None)
        if first is None and beside is not None:
            first = choose_reading(beside, "future").start
            rule += _on(rule, first)
        is_last = any(phrase in answer.text.casefold() for phrase in world.words.words("reminder.last_day"))
        if rule == "FREQ=MONTHLY" and is_last:
            rule += ";BYMONTHDAY=-1"
        at = Moment("future").dump(first, world)["at"] if first is not None else None
        return {"rule": rule, "said": again.text, "at": at}

    def take(self, slot: Slot, world: World, values: Values) -> None:
        return None

    def show(self, value: Json, world: World) -> str:
        return str(value["said"])

    def options(self, world: World, values: Values) -> tuple[Option, ...]:
        return ()


def _beside(again: Value, answer: Understanding) -> Iterator[Value]:
    """The day or time that is said apart from "every …"."""
    for value in answer.of_kind("date", "datetime"):
        if value.end <= again.start or value.start >= again.end:
            yield value


def _on(rule: str, first: date | datetime) -> str:
    """What a day that is said apart adds to a rule that names none."""
    parts = {
        "FREQ=WEEKLY": f";BYDAY={DAYS[first.weekday()]}",
        "FREQ=MONTHLY": f";BYMONTHDAY={first.day}",
        "FREQ=YEARLY": f";BYMONTH={first.month};BYMONTHDAY={first.day}",
    }
    on = "" if "BY" in rule else parts.get(rule.partition(";")[0], "")
    return on + (f";BYHOUR={first.hour};BYMINUTE={first.minute}" if isinstance(first, datetime) else "")
