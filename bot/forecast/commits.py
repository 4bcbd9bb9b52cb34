"""「大家的承诺各是多少」, "what has everyone committed?": each person's commit beside what they have won of it."""

from decimal import Decimal

from sqlalchemy import select

from bot.dialogs.reply import Reply
from bot.dialogs.show import show_day, show_money
from bot.forecast.outlook import commits_for, committed
from bot.reports.buttons import ask
from bot.reports.lines import Report
from bot.reports.query import Query
from bot.rules.access import require, visible
from bot.tables import tabled
from bot.talk.periods import named, quarter_of
from bot.targets.attainment import reached, won_in
from bot.targets.exchange import Exchange
from bot.targets.said import exact
from bot.targets.whose import Whose, owned_by, people_of, query_of, user_as, whose_of
from bot.world import World
from config.types import Period
from storage import records


def commits_of(world: World, query: Query) -> Report:
    """The commits of the people of a team, the largest first; then who has made none."""
    require(world.actor, world.crm, "opportunity", "view")
    whose, period = whose_of(world, query), query.period or quarter_of(world.now.date())
    words, today = world.words, world.now.date()
    people = committers(world, whose, period)
    rates = Exchange(world, world.currency, min(period.end, today))
    made = [(one, commit.amount) for one in people if (commit := commits_for(world, one, period, rates)) is not None]
    told = {one for one, _amount in made}
    unrated = {one: money for one in people if one not in told for money in committed(world, one, period)[:1]}
    made.sort(key=lambda pair: pair[1], reverse=not query.is_least_first)
    day = show_day(today, words, today=today)
    head = words.say("forecast.commits_of.title", who=whose.name, period=named(period, words, today=today), day=day)
    total = sum((amount for _one, amount in made), Decimal(0))
    says = "total" if made or unrated else "nobody"
    said = words.say(
        f"forecast.commits_of.{says}", count=len(told) + len(unrated), people=len(people), total=exact(world, total)
    )
    said = f"{said}{_beside_target(world, whose, period, total)}" if made else said
    rows = [(one.name, exact(world, amount), _won(world, one, period, rates)) for one, amount in made]
    rows += [(one.name, show_money(money, words), _won(world, one, period, rates)) for one, money in unrated.items()]
    without = [one.name for one in people if one not in told | unrated.keys()]
    names, amounts = (
        words.say("common.list_separator").join(said)
        for said in (without, (show_money(money, words) for money in unrated.values()))
    )
    notes = [words.say("forecast.commits_of.without", names=names)] if without and made else []
    notes += [words.say("attainment.left_out", amounts=amounts)] if unrated else []
    buttons = (ask(world, "forecast", query_of("forecast", whose, period)),)
    reply: Reply = tabled(words, [head, said], rows, notes, buttons)
    return Report(reply, tuple(query_of("won", one, period) for one, _amount in made))


def _beside_target(world: World, whose: Whose, period: Period, total: Decimal) -> str:
    """How the commits together stand to the target of the same, "" where there is none in the organisation's money."""
    found = reached(world, whose, "revenue", period)
    if found is None or found.target.currency != world.currency:
        return ""
    gap, aim = total - found.pace.aim, exact(world, found.pace.aim)
    way = "over" if gap > 0 else "short" if gap < 0 else "even"
    return world.words.say(f"forecast.commits_of.target_{way}", target=aim, gap=exact(world, abs(gap)))


def committers(world: World, whose: Whose, period: Period) -> list[Whose]:
    """Who may have committed: the reps of a team, and whoever of it has, so that the lines add up to the whole."""
    if whose.kind == "user":
        return [whose]
    reps, cls = people_of(world, whose), records.ForecastCommit
    known = {one.id for one in reps}
    made = select(cls.owner_id).distinct().where(visible(world.actor, world.crm, cls), owned_by(world, whose, cls))
    made = made.where(cls.period_start == period.start, cls.period_end == period.end).order_by(cls.owner_id)
    others = [one for one in world.tx.connection.execute(made).scalars() if one is not None and one not in known]
    return [*reps, *(user for one in others if (user := user_as(world, one)) is not None)]


def _won(world: World, whose: Whose, period: Period, rates: Exchange) -> str:
    won = won_in(world, whose, period).in_one(rates)[0]
    return world.words.say("forecast.commits_of.won", won=exact(world, won))
