"""What was aimed at: targets of reps and teams by quarter and year, and what the reps committed to."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from bot.demo.company import Company, Rep
from bot.demo.scene import Scene, at_nine, zone_of
from config.types import Money
from storage import records

A_QUARTER = 430_000  # CNY that a rep of two years' standing is to win in a quarter
DEALS = 3
SHARE = Decimal(15)  # per cent of the market
MARKET = 7  # times what a team aims at in a year


def set_aims(scene: Scene, company: Company) -> None:
    """Targets for every quarter and year of the history and the present one; commits for the quarters."""
    in_year: dict[tuple[int, int], Decimal] = defaultdict(Decimal)  # by team and year
    for start, end in quarters(scene.begin.date(), scene.now.date()):
        by_team: dict[int, Decimal] = {}
        for rep in company.reps:
            value = _a_quarter(scene, rep)
            by_team[rep.team_id] = by_team.get(rep.team_id, Decimal(0)) + value
            owner = {"owner_id": rep.id, "team_id": rep.team_id}
            manager = next(team.manager_id for team in company.teams if team.id == rep.team_id)
            _aim(scene, start, end, manager, {**owner, **_revenue(scene, rep.currency, value)})
            _aim(scene, start, end, manager, {**owner, "metric": "count", "value": Decimal(DEALS)})
            _commit(scene, rep, start, end, value)
        for team_id, value in _for_teams(scene, company, by_team, start, end):
            in_year[team_id, start.year] += value
    for year in range(scene.begin.year, scene.now.year + 1):
        for team in company.teams:
            whose = {"for_team_id": team.id, "team_id": team.id, "metric": "market_share", "value": SHARE}
            market = round(in_year[team.id, year] * MARKET, -5)
            whose |= {"market_size": market, "currency": scene.currencies[team.currency - 1]}
            _aim(scene, date(year, 1, 1), date(year, 12, 31), team.manager_id, whose)


def quarters(first: date, last: date) -> Iterator[tuple[date, date]]:
    """The quarters that hold the days from first to last."""
    start = date(first.year, (first.month - 1) // 3 * 3 + 1, 1)
    while start <= last:
        after = (start + timedelta(days=95)).replace(day=1)
        yield start, after - timedelta(days=1)
        start = after


def _for_teams(
    scene: Scene, company: Company, by_team: dict[int, Decimal], start: date, end: date
) -> Iterator[tuple[int, Decimal]]:
    """A team's target is that of its reps and of the teams below it: gives (team, amount)."""
    for team in company.teams:
        below = [other.id for other in company.teams if team.id in (other.id, other.parent_id)]
        value = sum((by_team.get(number, Decimal(0)) for number in below), Decimal(0))
        whose = {"for_team_id": team.id, "team_id": team.id, **_revenue(scene, team.currency, value)}
        _aim(scene, start, end, team.manager_id, whose)
        yield team.id, value


def _revenue(scene: Scene, currency: int, value: Decimal) -> dict[str, Any]:
    return {"metric": "revenue", "value": value, "currency": scene.currencies[currency - 1]}


def _a_quarter(scene: Scene, rep: Rep) -> Decimal:
    return scene.money(A_QUARTER * scene.chance.uniform(0.8, 1.25), scene.currencies[rep.currency - 1]).value


def _aim(scene: Scene, start: date, end: date, by: int | None, facts: dict[str, Any]) -> None:
    at = max(scene.begin, _before(scene, start))
    owner = {"owner_id": facts.get("owner_id", by)}
    scene.loader.add(records.SalesTarget, at, by, {**facts, **owner, "period_start": start, "period_end": end})


def _commit(scene: Scene, rep: Rep, start: date, end: date, target: Decimal) -> None:
    """What the rep said they would win: near the target, a little too hopeful."""
    at = at_nine(start + timedelta(days=9), zone_of(scene.now))
    if not scene.begin <= at <= scene.now:
        return
    currency = scene.currencies[rep.currency - 1]
    said = scene.money(scene.worth(Money(target, currency)) * scene.chance.uniform(0.75, 1.3), currency)
    facts = {"amount_minor": said.to_minor(), "amount_currency": currency, "period_start": start, "period_end": end}
    scene.loader.add(records.ForecastCommit, at, rep.id, {**facts, "owner_id": rep.id, "team_id": rep.team_id})


def _before(scene: Scene, start: date) -> datetime:
    return at_nine(start - timedelta(days=10), zone_of(scene.now))
