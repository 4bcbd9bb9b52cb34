"""What understanding gives: values with their place in the text, slots, and the whole of a message.

Everything here is immutable and knows nothing of records, chats or databases.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Literal, Protocol, TypeAlias

from config.types import Language, Money, Period

__all__ = [
    "Control", "Correction", "Grain", "Intent", "Known", "Name", "NameMatch", "NoNames", "Reading", "Slot",
    "SlotValue", "Understanding", "Value", "ValueKind",
]  # fmt: skip


class Grain(StrEnum):
    """How exact a time expression is, finest first."""

    SECOND = "second"
    MINUTE = "minute"
    HOUR = "hour"
    DAY_PART = "day_part"
    DAY = "day"
    WEEKEND = "weekend"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a time expression: first and last day or instant, both included.

    A ``datetime`` (aware) stands only where the text gives a time of day; otherwise a ``date``.
    For a single day or instant ``start == end``.
    """

    start: date | datetime
    end: date | datetime

    @property
    def days(self) -> Period:
        """The days from the first to the last, without any time of day."""
        return Period(*(at.date() if isinstance(at, datetime) else at for at in (self.start, self.end)))


BARE = "amount without a currency"  # the rule that finds one
ValueKind: TypeAlias = Literal["date", "datetime", "range", "money", "number", "percent", "duration", "recurrence"]


@dataclass(frozen=True, slots=True)
class Value:
    """One date, instant, period, amount or number found in a text, at ``text[start:end]``.

    Times carry a ``past`` and a ``future`` reading (「周三」 is both last and coming Wednesday); the slot chooses.
    """

    kind: ValueKind
    start: int
    end: int
    text: str
    grain: Grain | None = None
    past: Reading | None = None
    future: Reading | None = None
    money: Money | None = None
    number: Decimal | None = None
    unit: str | None = None  # of a number: 套, 台, units …; of a duration: minute, hour, day, week, month, year
    approximate: bool = False  # 大概, 左右, 来: the value is a round figure
    # The end without a limit: "start" in 「周五前」 (until the reading), "end" in 「周五以后」 (from the reading on).
    open: Literal["start", "end"] | None = None
    every: str | None = None  # of a recurrence: an RFC 5545 RRULE without the prefix, "FREQ=WEEKLY;BYDAY=MO"
    why: str = ""  # the rule that found it, for `crmbot parse --text`

    @property
    def is_bare(self) -> bool:
        """Is it an amount beside which nobody named a currency? What it is taken for then depends on the language."""
        return self.why == BARE

    @property
    def is_time(self) -> bool:
        """Does it say when?"""
        return self.past is not None or self.future is not None


Intent: TypeAlias = Literal[
    "log_follow_up", "create_customer", "update_customer", "create_opportunity", "update_opportunity",
    "create_contract", "create_order", "update_order", "create_invoice", "create_service_request",
    "update_service_request", "set_reminder", "set_target", "pipeline_summary", "forecast", "find_customer",
    "list_opportunities", "list_follow_ups", "list_reminders", "help", "cancel", "undo", "other",
]  # fmt: skip

SlotValue: TypeAlias = str | Decimal | date | datetime | Money | Period


@dataclass(frozen=True, slots=True)
class Slot:
    """A value for one named slot, with the words it came from (``text[start:end]``) and how sure it is (0 to 1)."""

    value: SlotValue
    start: int
    end: int
    sure: float = 1.0
    why: str = ""


# A message that is nothing but a word of control: 好 / 保存 / 跳过 / 上一步 / 取消 …
Control: TypeAlias = Literal[
    "yes", "no", "save", "skip", "back", "cancel", "edit", "help", "undo", "resume", "hold", "more"
]


@dataclass(frozen=True, slots=True)
class Correction:
    """「不是三个月，是半年」: ``old`` → ``new``; ``old`` is None in 「不对，是80万」.

    ``field`` names the slot where the words do (「金额改成80万」 → amount).
    """

    old: str | None
    new: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Name:
    """A name the CRM knows. ``kind``: customer, contact, opportunity or user."""

    kind: str
    name: str
    key: str = ""  # the caller's own handle, e.g. a record id


@dataclass(frozen=True, slots=True)
class NameMatch:
    """A known name standing at ``text[start:end]``; ``sure`` is 1.0 for the name itself, less for a near miss."""

    start: int
    end: int
    name: Name
    sure: float = 1.0


class Known(Protocol):
    """Finds names the CRM knows in running text: in memory for `crmbot parse`, in the database for the bot."""

    def find(self, text: str) -> Sequence[NameMatch]:
        """Every known name in the text, longest first where they overlap; [] when there is none."""
        ...


class NoNames:
    """Knows nobody."""

    def find(self, text: str) -> Sequence[NameMatch]:
        return ()


@dataclass(frozen=True, slots=True)
class Understanding:
    """All that a message says, read at a moment in a zone. Slots that the text does not give are absent."""

    text: str
    lang: Language
    now: datetime
    intent: Intent = "other"
    sure: float = 0.0
    slots: Mapping[str, Slot] = field(default_factory=dict)
    values: tuple[Value, ...] = ()
    names: tuple[NameMatch, ...] = ()
    control: Control | None = None
    correction: Correction | None = None
    is_small_talk: bool = False  # greetings, jokes, laughter, thanks: never fills a field

    def get(self, slot: str) -> SlotValue | None:
        """The value of a slot, or None."""
        found = self.slots.get(slot)
        return found.value if found else None

    def of_kind(self, *kinds: ValueKind) -> Iterable[Value]:
        """The values of these kinds, in the order of the text."""
        return (value for value in self.values if value.kind in kinds)
