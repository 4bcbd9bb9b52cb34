"""What a message says about a report, part by part: of whom, when, which deals, and how they are shown."""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from bot.reports.query import Buyers, By, Rows, Share, What
from config.types import Money
from nlu.types import Value

Beside: TypeAlias = Literal["", "now", "said"]


@dataclass(slots=True)
class Whom:
    """Whose deals: who is named, by id, and how they are meant."""

    teams: dict[int, str] = field(default_factory=dict)
    owners: dict[int, str] = field(default_factory=dict)
    customers: dict[int, str] = field(default_factory=dict)
    whole: dict[int, str] = field(default_factory=dict)  # the teams of which they are a part
    is_mine: bool = False
    is_ours: bool = False
    is_all: bool = False
    is_also: bool = False  # beside those of before
    is_without: bool = False  # all but them
    is_versus: bool = False  # one against the other

    @property
    def names(self) -> list[str]:
        return [*self.teams.values(), *self.owners.values(), *self.customers.values()]

    @property
    def are_rivals(self) -> bool:
        """Two or more people, or teams, of one kind, that can be set against each other."""
        return max(len(self.owners), len(self.teams)) > 1


@dataclass(slots=True)
class When:
    """The time that is meant, and the time that it is set beside."""

    value: Value | None = None
    other: Value | None = None  # the second of two times that were said
    grain: str = ""  # only what kind of period it is: 「本月」
    beside: Beside = (
        ""  # ``value`` is what something is set beside: how it is "now", or ``other``, which was "said", too
    )
    is_before: bool = False  # the period before that of the last question
    to_year: bool = False  # beside the same time a year ago
    is_year_ago: bool = False  # the same time a year ago itself

    @property
    def is_said(self) -> bool:
        return self.value is not None or bool(self.grain)


@dataclass(slots=True)
class Which:
    """Which of the deals, or of the notes, as a `Query` has it; None or "" where nothing is said."""

    stage: str = ""
    product: str | None = None
    industry: str = ""
    source: str = ""
    size: str = ""
    place: str = ""
    into: str = ""
    reason: str = ""
    rival: str = ""
    currency: str = ""
    channel: str = ""
    buyers: Buyers = ""
    is_undated: bool = False
    stood: int = 0
    times: int = 0
    among: tuple[str, ...] = ()
    is_to_rival: bool = False
    least: Money | None = None
    most: Money | None = None

    @property
    def is_said(self) -> bool:
        return self != Which()


@dataclass(slots=True)
class Shape:
    """How it is shown: split, listed, from which end."""

    by: By = ""
    rows: Rows = ""
    first: int = 0
    is_top: bool = False  # who, or what, sells most is asked
    is_by_count: bool = False
    is_least_first: bool = False
    biggest: str = ""  # the words that ask for the largest
    is_of_open: bool = False  # ... of what is open
    is_of_deals: bool = False  # ... of deals, and not of groups of them
    is_average: bool = False
    is_per_head: bool = False
    share: Share = ""  # as how much of the whole
    is_into: bool = False  # in another currency
    is_compared: bool = False  # as more or less than before
    is_ranked: bool = False  # from the best


@dataclass(slots=True)
class Found:
    """All that a message says about a report."""

    what: What | None = None
    whom: Whom = field(default_factory=Whom)
    when: When = field(default_factory=When)
    which: Which = field(default_factory=Which)
    shape: Shape = field(default_factory=Shape)
    is_asking: bool = False
    is_due: bool = False  # of what is to close in the time
    is_then: bool = False  # 「那……呢」: asked of the same as before
    is_about_others: bool = False  # a noun of records that no report counts stands in it
    is_about_papers: bool = False  # ... of a paper
    rest: str = ""  # the words that nothing was made of
    beside: str = ""  # words that ask for another report
    unfilled: str = ""  # what was left before words without weight were taken out
    folded: str = ""  # all of it
    named: int = 0  # how many of its characters are names

    @property
    def leaves_out_what(self) -> bool:
        """「不含赢单」 leaves out what it names; 「除了王芳，其他人的成交」 asks about it."""
        return self.whom.is_without and not self.whom.names and not self.which.is_said

    @property
    def is_narrower(self) -> bool:
        return bool(self.whom.names or self.shape.by or self.which.is_said)
