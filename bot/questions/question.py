"""A question about records, as it is understood: JSON, so that a button or 「上个月呢」 can ask it again."""

from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, TypeAlias

from bot.dialogs.model import Json

Ask: TypeAlias = Literal[
    "many", "by_amount", "by_customer", "by_owner", "by_person", "by_team", "by_month", "by_quarter", "by_status",
    "by_industry", "by_source", "by_product", "whom", "list", "average", "count", "sum", "largest", "smallest",
    "oldest", "latest", "when", "who", "whether", "content", "share",
]  # fmt: skip
# What records may be put together by, and the noun of ``split.toml`` that says so, "" where only whole phrases do.
SPLITS: dict[str, str] = {
    "by_customer": "customer", "by_owner": "", "by_person": "owner", "by_team": "team", "by_month": "month",
    "by_quarter": "quarter", "by_status": "status", "by_industry": "industry", "by_source": "source",
    "by_product": "product",
}  # fmt: skip

DENIED = "not "  # before the name of a state in which they are not

Own: TypeAlias = tuple[tuple[str, str], ...]  # keys with the value that is wanted, "" where the field is to be empty
PAID = ("rest", "paid")  # fields that ask what of a paper is paid


@dataclass(frozen=True, slots=True)
class Question:
    """``kind`` of record; conditions: ``states`` by name (`DENIED` before those in which they are not),
    ``status`` a code, ``lacks`` fields, ``own`` those of the
    organisation with what they hold, ``since`` and ``until`` ISO days or instants (both included) of the date
    ``dated`` (``other_since``, ``other_until``: the time that it is set beside), ``owners`` and ``team`` by id
    (``is_mine``: one's own), ``customers`` and ``contacts`` by id, ``record`` the one that is named by its number
    (``missing``: a number or customer that nobody knows), ``paper`` the kind and id of the paper that it is for,
    ``least`` and ``most`` amounts with their ``currency``, ``scores`` the bounds of a score, ``traits`` words that
    say something about the customer, ``words`` that the record itself holds, ``surname``, ``idle`` days without
    contact, ``heads``: "least", "most" or "about" so many people, ``counts``: from how many to how many a group has.

    What is asked: ``asks`` by name, ``field`` of a record, ``first`` so many rows; ``unused`` are words of the message
    that it does not go by.
    """

    kind: str
    states: tuple[str, ...] = ()
    status: str = ""
    lacks: tuple[str, ...] = ()
    own: Own = ()
    dated: str = ""
    since: str = ""
    until: str = ""
    other_since: str = ""
    other_until: str = ""
    is_mine: bool = False
    owners: tuple[int, ...] = ()
    team: int = 0
    customers: tuple[int, ...] = ()
    contacts: tuple[int, ...] = ()
    record: int = 0
    paper: tuple[str, int] | tuple[()] = ()
    missing: str = ""
    least: str = ""
    most: str = ""
    currency: str = ""
    scores: tuple[int, int] | tuple[()] = ()
    traits: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    surname: str = ""
    idle: int = 0
    heads: tuple[str, int] | tuple[()] = ()
    counts: tuple[int, int] | tuple[()] = ()
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
    def asks_for_records(self) -> bool:
        """Is it the records themselves that are wanted, and not how many they are?"""
        return not {"list", "whom", "content", "when", "oldest", "latest"}.isdisjoint(self.asks)

    @property
    def asks_who_most(self) -> bool:
        """Who, which customer, or which industry, has most or least of them?"""
        is_of_some = not {"who", "whom", *SPLITS}.isdisjoint(self.asks)
        return is_of_some and not {"largest", "smallest"}.isdisjoint(self.asks)

    @property
    def has_conditions(self) -> bool:
        given = (
            self.states, self.status, self.lacks, self.own, self.since, self.is_mine, self.owners, self.team,
            self.customers, self.contacts, self.record, self.paper, self.missing, self.least, self.most, self.currency,
            self.scores, self.traits, self.words, self.surname, self.idle, self.heads,
        )  # fmt: skip
        return any(given)

    def is_of_reports(self, role: str) -> bool:
        """Is it about deals, and nothing that a report does not know? Who did most is one's, too."""
        if self.kind == "customer" and not {"largest", "smallest"}.isdisjoint(self.asks):
            return True
        if "who" in self.asks and (self.idle or (self.kind == "follow_up" and not self.states and self.asks_who_most)):
            return True  # 「谁还没拜访过客户」 asks for colleagues
        own = (
            self.idle or self.own,
            set(self.lacks) - {"close"},
            self.is_mine and role == "manager",
            self.currency and not (self.least or self.most),
            not {"late", "stepless", "unquoted"}.isdisjoint(self.states),
        )
        return self.kind == "opportunity" and not any(own)
