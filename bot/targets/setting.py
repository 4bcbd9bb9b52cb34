"""Setting targets and commits: who may, and the one record for each person, metric and period."""

from decimal import Decimal
from typing import Any

from sqlalchemy import select

from bot.dialogs.model import Json, Values
from bot.errors import NotAllowed
from bot.rules.access import fetch, require
from bot.targets.targets import live_targets
from bot.targets.whose import Whose
from bot.world import World
from config.types import Money, Period
from storage import records


def require_reach(world: World, whose: Whose) -> None:
    """Raises NotAllowed where the person may not set this one's target."""
    require(world.actor, world.crm, "sales_target", "create")
    level = world.crm.level(world.actor.role, "sales_target", "create")
    if level == "all":
        return
    team = whose.id if whose.kind == "team" else _team_of(world, whose.id)
    is_own = whose.kind == "user" and whose.id == world.actor.user_id
    if not (is_own or (level == "team" and team in world.actor.teams)):
        raise NotAllowed


def existing(world: World, values: Values) -> "records.SalesTarget | None":
    """The target that there is for just this person or team, metric and period."""
    whose, period = Whose.from_json(values["whose"]), Period.from_json(values["period"])
    found = live_targets(world, whose, values["value"]["metric"], within=period)
    return next((row for row in found if (row.period_start, row.period_end) == (period.start, period.end)), None)


def aim_of(target: "records.SalesTarget") -> Json:
    """What a target aims at, as a draft holds it."""
    value = Money(target.value).to_json()["value"]
    currency = target.currency if target.metric == "revenue" else None
    return {"metric": target.metric, "value": value, "currency": currency}


def values_of(target: "records.SalesTarget") -> Values:
    """A target as a draft holds it, but for whose it is."""
    size = target.market_size if target.metric == "market_share" else None
    market = Money(size, target.currency).to_json() if size is not None and target.currency else None
    values = {
        "value": aim_of(target),
        "period": Period(target.period_start, target.period_end).to_json(),
        "market": market,
        "source": target.market_source,
    }
    return {name: value for name, value in values.items() if value}


def set_target(world: World, values: Values) -> "records.SalesTarget":
    """Set the target, or change the one there is. Raises NotAllowed."""
    whose, period, aim = Whose.from_json(values["whose"]), Period.from_json(values["period"]), values["value"]
    require_reach(world, whose)
    market = values.get("market") if aim["metric"] == "market_share" else None
    facts = {
        "value": Decimal(aim["value"]),
        "currency": market["currency"] if market else aim["currency"],
        "market_size": Decimal(market["value"]) if market else None,
        "market_source": values.get("source") if market else None,
    }
    found = existing(world, values)
    if found is not None:
        found = fetch(world.tx, world.actor, world.crm, records.SalesTarget, found.id, "edit")
        for name, value in facts.items():
            setattr(found, name, value)
        return found
    return world.create(records.SalesTarget(metric=aim["metric"], **_span(period), **facts, **_whom(world, whose)))


def commit_of(world: World, user_id: int, period: Period) -> "records.ForecastCommit | None":
    """What a rep has committed to for exactly this period."""
    cls: Any = records.ForecastCommit
    query = select(cls).where(cls.deleted_at.is_(None), cls.owner_id == user_id)
    query = query.where(cls.period_start == period.start, cls.period_end == period.end).order_by(cls.id.desc())
    found: records.ForecastCommit | None = world.session.scalars(query.limit(1)).first()
    return found


def commit(world: World, amount: Money, period: Period) -> "records.ForecastCommit":
    """Write down what the person commits to; a later word takes the place of an earlier one."""
    require(world.actor, world.crm, "forecast_commit", "create")
    found = commit_of(world, world.actor.user_id, period)
    if found is not None:
        found.amount = amount
        return found
    made = records.ForecastCommit(**_span(period))
    made.amount = amount
    return world.create(made)


def _span(period: Period) -> dict[str, Any]:
    return {"period_start": period.start, "period_end": period.end}


def _whom(world: World, whose: Whose) -> dict[str, Any]:
    if whose.kind == "team":
        return {"for_team_id": whose.id, "team_id": whose.id}
    return {"owner_id": whose.id, "team_id": _team_of(world, whose.id)}


def _team_of(world: World, user_id: int) -> int | None:
    cls: Any = records.User
    found: int | None = world.tx.connection.execute(select(cls.team_id).where(cls.id == user_id)).scalar_one_or_none()
    return found
