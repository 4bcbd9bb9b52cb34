"""What a message says about a report, part by part: of whom, when, which deals, and how they are shown."""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from bot.reports.query import Buyers, By, Rows, Share, What
from config.types import Money
from nlu.types import Value

Beside: TypeAlias = Literal["", "now", "said"]


@dataclass(slots=True)
class Whom:
    """Whose deals. ``whole``: the teams of which they are a part. ``is_also``: beside those of before;
    ``is_without``: leaving them out; ``is_versus``: who is named, one against the other."""

    teams: dict[int, str] = field(default_factory=dict)
    owners: dict[int, str] = field(default_factory=dict)
    customers: dict[int, str] = field(default_factory=dict)
    whole: dict[int, str] = field(default_factory=dict)
    is_mine: bool = False
    is_ours: bool = False
    is_all: bool = False
    is_also: bool = False
    is_without: bool = False
    is_versus: bool = False

    @property
    def names(self) -> list[str]:
        return [*self.teams.values(), *self.owners.values(), *self.customers.values()]

    @property
    def are_rivals(self) -> bool:
        """Two or more people, or teams, of one kind, that can be set against each other."""
        return max(len(self.owners), len(self.teams)) > 1


@dataclass(slots=True)
class When:
    """The time. ``beside``: it is what something is set beside: how it is "now" (「和月初比」), or another that is
    "said", too (「本月比上月」), which is ``other``. ``grain``: only what kind of period it is. ``to_year``,
    ``is_year_ago``: beside a year before, or of that year."""

    value: Value | None = None
    other: Value | None = None
    grain: str = ""
    beside: Beside = ""
    to_year: bool = False
    is_year_ago: bool = False

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
    """How it is shown: split, listed, from which end. ``share``: as how much of the whole. ``is_into``: in
    another currency. ``is_compared``: as more or less than before. ``is_ranked``: from the best. ``biggest``: the words
    that ask for the largest; ``is_of_deals``: of deals; ``is_of_open``: of what is open."""

    by: By = ""
    rows: Rows = ""
    first: int = 0
    is_top: bool = False
    is_by_count: bool = False
    is_least_first: bool = False
    biggest: str = ""
    is_of_open: bool = False
    is_of_deals: bool = False
    is_average: bool = False
    share: Share = ""
    is_into: bool = False
    is_compared: bool = False
    is_ranked: bool = False


@dataclass(slots=True)
class Found:
    """All of it. ``is_then``: 「那……呢」, asked of the same as before. ``is_about_others``: a noun of other records
    stands in it. ``named``: characters that are names. ``rest``: the words that nothing was made of;
    ``unfilled``: what was left before words without weight were taken out; ``folded``: all of it."""

    what: What | None = None
    whom: Whom = field(default_factory=Whom)
    when: When = field(default_factory=When)
    which: Which = field(default_factory=Which)
    shape: Shape = field(default_factory=Shape)
    is_asking: bool = False
    is_due: bool = False
    is_then: bool = False
    is_about_others: bool = False
    rest: str = ""
    unfilled: str = ""
    folded: str = ""
    named: int = 0

    @property
    def leaves_out_what(self) -> bool:
        """「不含赢单」 leaves out what it names; 「除了王芳，其他人的成交」 asks about it."""
        return self.whom.is_without and not self.whom.names and not self.which.is_said

    @property
    def is_narrower(self) -> bool:
        return bool(self.whom.names or self.shape.by or self.which.is_said)
