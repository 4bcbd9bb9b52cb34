"""How satisfied customers are: the share of good scores, the mean, and what those who did not answer could change."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal, TypeAlias

from sqlalchemy import func, select

from bot.rules.access import require, visible
from bot.world import World
from config.service import SERVICE
from config.types import Period
from storage import records

By: TypeAlias = Literal["handler", "team", "month", "survey"]
GOOD = (4, 5)  # the scores that CSAT counts as satisfied
COUNTED = ("sent", "answered", "expired")  # what was cancelled was about something not yet done


@dataclass(slots=True)
class Results:
    """What became of some surveys. ``scores``: how often each was given; ``asked``: how many were sent."""

    name: str = ""
    asked: int = 0
    scores: dict[int, int] = field(default_factory=lambda: dict.fromkeys(range(1, 6), 0))

    @property
    def answered(self) -> int:
        return sum(self.scores.values())

    @property
    def good(self) -> int:
        return sum(self.scores[score] for score in GOOD)

    @property
    def csat(self) -> float | None:
        """The share of 4 and 5 among the answers, None where there are none."""
        return self.good / self.answered if self.answered else None

    @property
    def mean(self) -> float | None:
        return sum(score * n for score, n in self.scores.items()) / self.answered if self.answered else None

    @property
    def response(self) -> float | None:
        return self.answered / self.asked if self.asked else None

    @property
    def bounds(self) -> tuple[float, float] | None:
        """CSAT if all who did not answer were unhappy, and if all were happy."""
        if not self.asked:
            return None
        return self.good / self.asked, (self.good + self.asked - self.answered) / self.asked

    def add(self, score: int | None, count: int) -> None:
        self.asked += count
        if score is not None:
            self.scores[score] += count


def results(world: World, period: Period) -> Results:
    """Of all surveys about service sent in the period that the person may see. Raises NotAllowed."""
    found = Results()
    for score, count in _rows(world, period):
        found.add(score, count)
    return found


def results_by(world: World, period: Period, by: By) -> list[Results]:
    """The same in groups: those with most answers first, months in their order; by survey: all there are, not only
    that about service. Raises NotAllowed."""
    groups: dict[str, Results] = {}
    if by == "month":
        for start, end in _months(period):
            found = results(world, Period(start, end))
            if found.asked:
                found.name = f"{start:%Y-%m}"
                groups[found.name] = found
        return list(groups.values())
    name = {"handler": records.User.name, "team": records.Team.name, "survey": records.Survey.occasion}[by]
    for score, count, who in _rows(world, period, name):
        groups.setdefault(who or "", Results(who or "")).add(score, count)
    return sorted(groups.values(), key=lambda group: (-group.answered, -group.asked, group.name))


def _rows(world: World, period: Period, name: Any = None) -> Sequence[Any]:
    """(score, how many[, the name of the group]) of the surveys of a period."""
    cls = records.Survey
    query = select(cls.satisfaction, func.count()).where(_in(world, period)).group_by(cls.satisfaction)
    if name is not cls.occasion:
        query = query.where(cls.occasion == SERVICE)
    if name is not None:
        query = query.add_columns(name).group_by(name)
        query = query.outerjoin(records.User, records.User.id == cls.handler_id)
        query = query.outerjoin(records.Team, records.Team.id == records.User.team_id)
    return world.session.execute(query).all()


def _in(world: World, period: Period) -> Any:
    """The condition for surveys that were sent in the period, in the person's zone."""
    require(world.actor, world.crm, "survey", "view")
    cls = records.Survey
    start, end = period.instants(world.now.tzinfo)
    mine = visible(world.actor, world.crm, cls)
    return mine & (cls.sent_at >= start) & (cls.sent_at < end) & cls.status.in_(COUNTED)


def _months(period: Period) -> list[tuple[date, date]]:
    """The months of a period, the first and the last perhaps in part; 24 at most."""
    found: list[tuple[date, date]] = []
    start = period.start
    while start <= period.end and len(found) < 24:
        following = (start.replace(day=1) + timedelta(days=32)).replace(day=1)
        found.append((start, min(period.end, following - timedelta(days=1))))
        start = following
    return found


def words_with(world: World, words: str, *, limit: int) -> "list[records.Survey]":
    """Answers with words that hold these, the newest first; "" all that have words. Raises NotAllowed."""
    require(world.actor, world.crm, "survey", "view")
    cls = records.Survey
    query = select(cls).where(visible(world.actor, world.crm, cls), cls.status == "answered", cls.comment.is_not(None))
    if words:
        query = query.where(cls.comment.icontains(words, autoescape=True))
    return list(world.session.scalars(query.order_by(cls.answered_at.desc(), cls.id.desc()).limit(limit)))


def lowest(world: World, period: Period, *, limit: int) -> "list[records.Survey]":
    """The worst answers of a period. Raises NotAllowed."""
    cls = records.Survey
    query = select(cls).where(_in(world, period), cls.satisfaction.is_not(None))
    return list(world.session.scalars(query.order_by(cls.satisfaction, cls.answered_at.desc()).limit(limit)))
