"""A day that is told by how long it lasts: 「有效期 30 天」, "valid until the end of January"."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from bot.dialogs.model import Gathers, Json, Question, Values, World
from bot.dialogs.values import Day
from config.phrasing import phrasing
from nlu.folding import fold
from nlu.types import Understanding, Value

_UNITS = ("day", "week", "month", "year")
MAX_LASTING = 1000  # of whatever unit: nobody means more
_CLAUSE_END = re.compile(r"[，,;；。]")
MAX_BETWEEN = 8  # characters between the word and the time


@dataclass(frozen=True, slots=True)
class Until(Day, Gathers):
    """A day, or so long from today. ``key``: the words in the catalogs that introduce it in a longer message;
    ``close``: those that do where they stand right beside a day, 「下周一签」."""

    key: str = ""
    close: str = ""

    def read(self, answer: Understanding, world: World, values: Values) -> Json | Question | None:
        lasting = next(iter(answer.of_kind("duration")), None)
        if lasting is not None and lasting.number is not None:
            return later(world.now.date(), lasting).isoformat()
        return Day.read(self, answer, world, values)

    def gather(self, heard: Understanding, world: World, values: Values) -> Json | None:
        low = fold(heard.text)
        for word in world.words.words(self.key):
            at = low.find(word)
            if at < 0:
                continue
            for value in heard.of_kind("duration", "date", "datetime", "range"):
                is_behind = at <= value.start <= at + len(word) + MAX_BETWEEN  # "good |until Friday|"
                is_before = 0 <= at - value.end <= 1
                if is_behind or is_before:
                    return self._of(value, world)
        days = list(heard.of_kind("date", "datetime")) if self.close else []
        for found in world.words.pattern(self.close).finditer(low) if days else ():
            beside = (
                day for day in days if day.end <= found.start() <= day.end + 1 or 0 <= day.start - found.end() <= 1
            )
            day = next(beside, None)
            if day is not None:
                return self._of(day, world)
        return None

    def _of(self, value: Value, world: World) -> Json:
        is_long = value.kind == "duration" and value.number is not None
        return later(world.now.date(), value).isoformat() if is_long else self._day(value)


def nearest_day(value: Value, today: date) -> date | None:
    """The day that a date or a moment means: of its two readings the nearer one."""
    moments = [reading.start for reading in (value.past, value.future) if reading is not None]
    days = [moment.date() if isinstance(moment, datetime) else moment for moment in moments]
    return min(days, key=lambda day: abs(day - today), default=None)


@dataclass(frozen=True, slots=True)
class Nearest(Day, Gathers):
    """The first day that a message names: of two readings the nearer one, so that 「12月5日」 may lie just ahead. Not
    when the rest is to come: 「付了一万，剩下的|月底|结」."""

    def read(self, answer: Understanding, world: World, values: Values) -> Json | Question | None:
        return self.gather(answer, world, values) or Day.read(self, answer, world, values)

    def gather(self, heard: Understanding, world: World, values: Values) -> Json | None:
        today = world.now.date()
        for value in heard.of_kind("date", "datetime"):
            if phrasing("of_the_rest").search(_CLAUSE_END.split(heard.text[: value.start])[-1]):
                continue
            day = nearest_day(value, today)
            return day.isoformat() if day is not None else None
        return None


def later(day: date, lasting: Value) -> date:
    """The day so long after this one."""
    from dateutil.relativedelta import relativedelta  # only what is told so needs it

    unit = lasting.unit if lasting.unit in _UNITS else "day"
    number = min(int(lasting.number or 0), MAX_LASTING)
    after: date = day + relativedelta(**{f"{unit}s": number})
    return after
