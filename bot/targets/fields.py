"""Field types of targets and commits: whose it is, what is aimed at, and for which period."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any, ClassVar

from bot.dialogs.model import Gathers, Guess, Json, Option, Question, Values
from bot.dialogs.show import show_money
from bot.dialogs.values import positive
from bot.errors import InvalidValue
from bot.talk.periods import month_of, named, period_in, quarter_of, year_of
from bot.targets.whose import Whose, own, team_of, teams_seen, whose_in
from config.catalog import Catalog
from config.types import Money, Period
from nlu.types import Slot, Understanding, ValueKind

MANY = 1000  # a number without a unit that is at least this is an amount, a smaller one a count
_FEW = 6  # people that fit a question


@dataclass(frozen=True, slots=True)
class WhoseField:
    """A person or a team. JSON: see `Whose`."""

    def read(self, answer: Understanding, world: Any, values: Values) -> "Json | Question | None":
        whose, _spans = whose_in(world, answer)
        return whose.to_json() if whose else self._called(answer.text.strip(), world)

    def take(self, slot: Slot, world: Any, values: Values) -> "Json | Question | None":
        said = str(slot.value)
        if said in ("me", "team"):
            return (own if said == "me" else team_of)(world).to_json()
        return self._called(said, world)

    def show(self, value: Json, world: Any) -> str:
        return str(value["name"])

    def options(self, world: Any, values: Values) -> tuple[Option, ...]:
        teams = [Whose("team", team, name) for team, name in teams_seen(world)]
        return tuple(Option(whose.name, whose.to_json()) for whose in teams[:_FEW])

    def _called(self, said: str, world: Any) -> "Json | Question":
        """The team or the colleague of this name. Raises InvalidValue."""
        for team, name in teams_seen(world):
            if name.casefold() == said.casefold():
                return Whose("team", team, name).to_json()
        found = [Whose("user", match.id, match.name) for match in world.find("user", said, {}).matches]
        if len(found) > 1:
            options = tuple(Option(whose.name, whose.to_json()) for whose in found[:_FEW])
            return Question(world.words.say("dialog.which"), options)
        if not found:
            raise InvalidValue("dialog.unknown", name=said, kind=world.words.say("sales_target.name_of_kind"))
        return found[0].to_json()


@dataclass(frozen=True, slots=True)
class Aim(Gathers):
    """A revenue, a number of deals, or a share of the market. JSON: {"metric", "value", "currency"}."""

    kinds: ClassVar[tuple[ValueKind, ...]] = ("money", "number", "percent")

    def read(self, answer: Understanding, world: Any, values: Values) -> "Json | Question | None":
        return aim_in(answer, _usual(values, world))

    def gather(self, heard: Understanding, world: Any, values: Values) -> Json | None:
        """A share, whatever amount stands beside it: that is the size of the market."""
        return aim_in(heard, _usual(values, world)) if any(True for _ in heard.of_kind("percent")) else None

    def take(self, slot: Slot, world: Any, values: Values) -> Json | None:
        return _revenue(slot.value, _usual(values, world)) if isinstance(slot.value, Money) else None

    def show(self, value: Json, world: Any) -> str:
        if value["metric"] == "revenue":
            return show_money(Money(Decimal(value["value"]), value["currency"]), world.words)
        return in_words(value["metric"], value["value"], world.words)

    def options(self, world: Any, values: Values) -> tuple[Option, ...]:
        return ()


def _usual(values: Values, world: Any) -> str:
    """The currency where none is named: that of the amount there is, else the organisation's."""
    aim = values.get("value") or {}
    return str(aim.get("currency") or world.currency)


def in_words(metric: str, value: str, words: Catalog) -> str:
    """「20 单」, "1 deal", 「份额 15%」: a value that is no amount."""
    return words.say(f"sales_target.value.{'one' if metric == 'count' and value == '1' else metric}", value=value)


def aim_in(heard: Understanding, currency: str) -> Json | None:
    """What a message aims at: a percentage, an amount, or a number of deals."""
    for value in heard.of_kind("percent"):
        return {"metric": "market_share", "value": _plain(value.number or Decimal(0)), "currency": None}
    for value in heard.of_kind("money"):
        return _revenue(value.money, currency) if value.money else None
    for value in heard.of_kind("number"):
        number = value.number or Decimal(0)
        if not value.unit and number >= MANY:
            return _revenue(Money(number), currency)
        return {"metric": "count", "value": _plain(number), "currency": None}
    return None


def _revenue(money: Money, currency: str) -> Json:
    return {"metric": "revenue", **Money(money.value, money.currency or currency).to_json()}


def _plain(number: Decimal) -> str:
    return str(Money(number).to_json()["value"])


def possible_aim(value: Json, world: Any, values: Values) -> "Question | None":
    """Above zero; a share no more than the whole. Raises InvalidValue."""
    if value["metric"] == "revenue":
        return positive(value, world, values)
    number = Decimal(value["value"])
    if number <= 0 or (value["metric"] == "market_share" and number > 100):
        raise InvalidValue(f"sales_target.impossible.{value['metric']}")
    if value["metric"] == "count" and number != number.to_integral_value():
        raise InvalidValue("sales_target.impossible.count")
    return None


@dataclass(frozen=True, slots=True)
class Span:
    """A period. JSON: {"start", "end"}, both included."""

    kinds: ClassVar[tuple[ValueKind, ...]] = ("range", "date")

    def read(self, answer: Understanding, world: Any, values: Values) -> Json | None:
        period = period_in(answer, "future")
        return period.to_json() if period else None

    def take(self, slot: Slot, world: Any, values: Values) -> Json | None:
        return slot.value.to_json() if isinstance(slot.value, Period) else None

    def show(self, value: Json, world: Any) -> str:
        return named(Period.from_json(value), world.words, today=world.now.date())

    def options(self, world: Any, values: Values) -> tuple[Option, ...]:
        today = world.now.date()
        quarter = quarter_of(today)
        following = quarter_of(quarter.end + timedelta(days=1))
        periods = (quarter, following, month_of(today), year_of(today))
        return tuple(Option(self.show(period.to_json(), world), period.to_json()) for period in periods)


def this_quarter(values: Values, world: Any) -> Guess:
    """What a field proposes: the quarter that is running, as a guess."""
    return Guess(quarter_of(world.now.date()).to_json())
