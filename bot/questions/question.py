"""A question about records, as it is understood: JSON, so that a button or 「上个月呢」 can ask it again."""

from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, TypeAlias

from bot.dialogs.model import Json

Ask: TypeAlias = Literal[
    "by_amount", "by_customer", "by_person", "by_month", "by_status", "whom", "list", "average", "count", "sum",
    "largest", "smallest", "oldest", "latest", "when", "who", "whether", "content",
]  # fmt: skip

_PLAIN = frozenset({"list", "count", "sum", "whether"})


@dataclass(frozen=True, slots=True)
class Question:
    """``kind`` of record; conditions: ``states`` by name, ``status`` a code, ``lacks`` fields, ``since`` and ``until``
    ISO days or instants (both included) of the date ``dated``, ``owners`` and ``team`` by id (``is_mine``: one's own),
    ``customers`` and ``contacts`` by id, ``record`` the one that is named by its
    number (``missing``: a number that none has), ``least`` and ``most``
    amounts with their ``currency``, ``scores`` the bounds of a score, ``traits`` words that say something about the
    customer, ``words`` that the record itself holds, ``surname``, ``idle`` days without contact.

    What is asked: ``asks`` by name, ``field`` of a record, ``first`` so many rows; ``unused`` are words of the message
    that it does not go by.
    """

    kind: str
    states: tuple[str, ...] = ()
    status: str = ""
    lacks: tuple[str, ...] = ()
    dated: str = ""
    since: str = ""
    until: str = ""
    is_mine: bool = False
    owners: tuple[int, ...] = ()
    team: int = 0
    customers: tuple[int, ...] = ()
    contacts: tuple[int, ...] = ()
    record: int = 0
    missing: str = ""
    least: str = ""
    most: str = ""
    currency: str = ""
    scores: tuple[int, int] | tuple[()] = ()
    traits: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    surname: str = ""
    idle: int = 0
    asks: tuple[str, ...] = ()
    field: str = ""
    first: int = 0
    unused: str = ""

    def to_json(self) -> Json:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Json) -> "Question":
        """The question; what JSON has made lists of are tuples again."""
        known = {item.name for item in fields(cls)}
        values: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in data.items() if key in known
        }
        return cls(**values)

    @property
    def is_plain(self) -> bool:
        """Does it name no more than a kind, whose, when and in which state, and ask for the list or the sum?"""
        more = (
            self.is_mine, self.first, self.field, self.lacks, self.traits, self.words, self.surname, self.scores,
            self.idle, self.least, self.most, self.currency, self.owners, self.team, self.record, self.missing,
        )  # fmt: skip
        return not any(more) and set(self.asks) <= _PLAIN

    @property
    def asks_for_records(self) -> bool:
        """Is it the records themselves that are wanted, and not how many they are?"""
        return not {"list", "whom", "content", "when", "oldest", "latest"}.isdisjoint(self.asks)

    @property
    def asks_who_most(self) -> bool:
        """Who, or which customer, has most or least of them?"""
        return not {"who", "whom"}.isdisjoint(self.asks) and not {"largest", "smallest"}.isdisjoint(self.asks)

    @property
    def has_conditions(self) -> bool:
        given = (
            self.states, self.status, self.lacks, self.since, self.is_mine, self.owners, self.team, self.customers,
            self.contacts, self.record, self.missing, self.least, self.most, self.currency, self.scores, self.traits,
            self.words, self.surname, self.idle,
        )  # fmt: skip
        return any(given)
