"""What is asked of the numbers: which deals, of when, by what. JSON, so that a follow-up question can change a part."""

from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any, Literal, TypeAlias

from bot.talk.periods import is_open
from config.types import Money, Period

What: TypeAlias = Literal[
    "pipeline", "won", "lost", "rate", "opened", "newcomers", "watch", "changes", "slipped", "activity", "feedback",
    "attainment", "coverage", "commits", "forecast", "odds", "moved_up", "moved_back", "what_if", "customers", "stays",
    "resolving", "against", "cycle",
]  # fmt: skip
By: TypeAlias = Literal[
    "", "stage", "owner", "team", "product", "customer", "industry", "source", "size", "place", "month", "quarter",
    "day", "reason", "rival", "buyers",
]  # fmt: skip
Rows: TypeAlias = Literal["", "size", "close"]
Buyers: TypeAlias = Literal["", "new", "old"]
Share: TypeAlias = Literal["", "team", "all", "rest"]
Fate: TypeAlias = Literal["", "won", "lost", "later"]
# What counts deals by their stage, and so can be listed, split and explained deal by deal.
OF_DEALS: frozenset[What] = frozenset({"pipeline", "won", "lost", "rate", "cycle"})
CLOSED: frozenset[What] = frozenset({"won", "lost", "rate", "cycle"})
OF_NOTES: frozenset[What] = frozenset({"activity", "feedback"})
# Reckoned for people and teams: none of them knows of single deals.
OF_PEOPLE: frozenset[What] = frozenset({"forecast", "attainment", "coverage", "commits", "against"})
OVER_TIME: frozenset[By] = frozenset({"month", "quarter", "day"})
DAYS = {"day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}
MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


@dataclass(frozen=True, slots=True)
class Query:
    """One question about the numbers. An empty condition lets everything through that the person may see."""

    what: What = "pipeline"
    # When: both days included; ``grain`` is how it was said (quarter, week …), which decides what the one before it is.
    start: date | None = None
    end: date | None = None
    grain: str = ""
    # Whose: ids of users, teams and customers. ``is_default``: nobody was named, so it is about whomever the person
    # answers for.
    owners: tuple[int, ...] = ()
    teams: tuple[int, ...] = ()
    is_default: bool = True
    customers: tuple[int, ...] = ()
    # Which deals, or whose customers: None is any, "" those of which it is not known.
    product: str | None = None
    industry: str | None = None
    source: str | None = None
    size: str | None = None
    place: str | None = None
    stage: str = ""
    by: By = ""  # what it is split by
    as_of: date | None = None  # as it stood at the end of that day
    currency: str = ""
    not_owners: tuple[int, ...] = ()
    not_teams: tuple[int, ...] = ()
    not_customers: tuple[int, ...] = ()
    not_stages: tuple[str, ...] = ()
    not_currencies: tuple[str, ...] = ()
    rows: Rows = ""  # the deals themselves instead of their sums: the largest, or those that close first, on top
    first: int = 0  # so many rows at a time, 0 for as many as is usual
    to_year: bool = False  # set beside the same time a year ago
    reason: str | None = None  # why it was lost
    is_to_rival: bool = False  # only what a competitor took
    rival: str | None = None  # ... and which one
    is_behind: bool = False  # of targets: only those who are behind
    done: tuple[int, int] | tuple[()] = ()  # ... who have reached from so many per cent up to so many
    is_by_count: bool = False  # the most deals on top, not the largest sum
    is_least_first: bool = False  # from the other end
    is_average: bool = False  # by what a deal is worth on average
    is_per_head: bool = False  # what comes on each rep on average, too
    least: Money | None = None  # worth at least so much
    most: Money | None = None  # worth at most so much
    is_undated: bool = False  # nobody said when it will close
    stood: int = 0  # for at least so many days in its stage
    times: int = 0  # put off at least so often
    among: tuple[str, ...] = ()  # of what it is split by, only these: two products, three towns
    buyers: Buyers = ""  # of customers who had bought before the period ("old"), or had not ("new")
    deals: tuple[int, ...] = ()  # what would be if these ...
    fate: Fate = ""  # ... were won, lost, or came later
    channel: str = ""  # of notes: only those of one channel
    into: str = ""  # the currency in which totals are told
    share: Share = ""  # how much of the whole: of the team's, of everybody's, or without the conditions ("rest")
    whole: tuple[int, ...] = ()  # ... or of these teams'
    part: tuple[str, ...] = ()  # the conditions without which it is the whole; () for all of them
    is_compared: bool = False  # the difference to the period before is what is asked for ...
    other_start: date | None = None  # ... or to this one
    other_end: date | None = None
    unused: str = ""  # words of the question that nothing was made of
    theme: str = ""  # for "why": one line of the objections
    cause: str = ""  # for "why": one line of the changes

    @property
    def period(self) -> Period | None:
        return Period(self.start, self.end) if self.start and self.end else None

    def within(self, period: Period | None, grain: str = "") -> "Query":
        """The same question about another period."""
        start, end = (period.start, period.end) if period else (None, None)
        return replace(self, start=start, end=end, grain=grain, as_of=None, other_start=None, other_end=None)

    def beside(self, today: date) -> "Query":
        """The same question about the period that it is set beside: the one that was named, that of a year ago, or the
        one before."""
        if self.other_start and self.other_end:
            return self.within(Period(self.other_start, self.other_end))
        return self.year_before(today) if self.to_year else self.shifted(-1)

    def shifted(self, steps: int) -> "Query":
        """The same question about the period so many before (−1) or after (1): of a quarter the quarter."""
        if self.period is None or is_open(self.period):
            return self.within(None)
        return self.within(shifted(self.period, self.grain, steps), self.grain)

    def year_before(self, today: date) -> "Query":
        """The same question a year before; where its time is still running, up to the same day of that year."""
        if self.start is None or self.end is None or is_open(Period(self.start, self.end)):
            return self.within(None)
        is_running = self.start <= today < self.end
        end = today if is_running else self.end
        return self.within(Period(year_earlier(self.start), year_earlier(end)), "" if is_running else self.grain)

    def to_json(self) -> dict[str, Any]:
        data = {item.name: getattr(self, item.name) for item in fields(self)}
        usual = Query()
        return {name: _plain(value) for name, value in data.items() if value != getattr(usual, name)}

    @classmethod
    def from_json(cls, data: Any) -> "Query":
        """The question; what an older or newer version no longer knows is left out."""
        known = {item.name for item in fields(cls)}
        given = {name: value for name, value in dict(data).items() if name in known}
        for name in ("start", "end", "as_of", "other_start", "other_end"):
            if given.get(name):
                given[name] = date.fromisoformat(given[name])
        for name, value in given.items():
            if isinstance(value, list):
                given[name] = tuple(value)
            elif isinstance(value, dict):
                given[name] = Money.from_json(value)
        return cls(**given)


def _plain(value: Any) -> Any:
    """A value of a question as JSON has it."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Money):
        return value.to_json()
    return list(value) if isinstance(value, tuple) else value


def shifted(period: Period, grain: str, steps: int) -> Period:
    """The period of the same kind so many before or after: whole months move by months, others by their length."""
    months = _whole_months(period) or MONTHS.get(grain)
    if months and period.start.day == 1:
        start = plus_months(period.start, months * steps)
        is_whole = period.end >= plus_months(period.start, months) - timedelta(days=1)
        end = plus_months(start, months) - timedelta(days=1)
        return Period(start, end if is_whole else min(end, start + (period.end - period.start)))
    length = (period.end - period.start).days + 1
    return Period(period.start + timedelta(days=length * steps), period.end + timedelta(days=length * steps))


def year_earlier(day: date) -> date:
    """The same day a year before; of the last day of a month, the last one of that month."""
    if (day + timedelta(days=1)).day == 1:
        return plus_months((day + timedelta(days=1)).replace(day=1), -12) - timedelta(days=1)
    return day.replace(year=day.year - 1)


def is_whole_months(period: Period) -> bool:
    return _whole_months(period) > 0


def _whole_months(period: Period) -> int:
    """How many whole months it is, 0 where it is not."""
    after = period.end + timedelta(days=1)
    if period.start.day != 1 or after.day != 1:
        return 0
    return (after.year - period.start.year) * 12 + after.month - period.start.month


def plus_months(day: date, months: int) -> date:
    """The first of the month so many months after the first of a month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(max(1, min(9999, year)), month + 1, 1)


def current(grain: str, today: date) -> Period:
    """The week, month, quarter, half or year of a day."""
    if grain == "week":
        start = today - timedelta(days=today.weekday())
        return Period(start, start + timedelta(days=6))
    months = MONTHS.get(grain)
    if months is None:
        return Period(today, today)
    start = date(today.year, (today.month - 1) // months * months + 1, 1)
    return Period(start, plus_months(start, months) - timedelta(days=1))
