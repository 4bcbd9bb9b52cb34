"""When, in a question about records: of which of their dates, and which days; and how long nobody has been in touch."""

from dataclasses import dataclass
from datetime import datetime

from bot.questions.kinds import Kind
from bot.questions.said import Words
from bot.reports.said import TAKEN
from bot.world import World
from nlu.types import Value

QUIET = 30  # days without a word that are long, where nobody says how many
_DAYS = {"day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}


@dataclass(frozen=True, slots=True)
class Dated:
    """The date of the kind that is meant, and its first and last day or instant as ISO text, "" for no limit."""

    name: str = ""
    since: str = ""
    until: str = ""


def dated_in(world: World, text: Words, kind: Kind, states: tuple[str, ...]) -> Dated:
    """What a message says about when; taken out of it."""
    said = {name: text.pick(f"date.{kind.name}.{name}") for name in kind.dates}
    named = next((name for name in kind.dates if said[name]), "")
    if not named and not {"won", "lost"}.isdisjoint(states):
        named = "closed"
    # read without the words around: "due this week" is the week, not the day by which
    values = [value for value in world.values_in(text.letters.replace(TAKEN, " ")) if value.is_time]
    if not values:
        return Dated(named)
    value = max(values, key=lambda one: (one.kind == "range", one.end - one.start))
    for one in values:
        text.take_span(one.start, one.end)
    name = named or next(iter(kind.dates))
    return _limits(name, value, is_ahead=name in kind.ahead)


def _limits(name: str, value: Value, *, is_ahead: bool) -> Dated:
    reading = (value.future or value.past) if is_ahead else (value.past or value.future)
    if reading is None:
        return Dated(name)
    since = "" if value.open == "start" else reading.start.isoformat()
    until = "" if value.open == "end" else reading.end.isoformat()
    return Dated(name, since, until)


def idle_days(text: Words) -> int:
    """For how many days nobody has been in touch, 0 where nothing is said of it."""
    if not text.pick("idle"):
        return 0
    for value in text.heard.of_kind("duration", "range"):
        if value.number is not None and value.unit in _DAYS and text.is_free(value.start, value.end):
            text.take_span(value.start, value.end)
            text.pick("over")
            return int(value.number * _DAYS[value.unit])
    return QUIET


def moment(said: str) -> datetime | None:
    """The instant that a limit names, None where it is a day."""
    return datetime.fromisoformat(said) if "T" in said else None
