"""「每个人预测多少」, "forecast by team": what each is likely to win, with the commit beside it."""

from dataclasses import replace

from bot.dialogs.show import show_day
from bot.forecast.backtest import HIGH, LOW
from bot.forecast.outlook import Forecast, forecasts
from bot.forecast.replies import about, too_little
from bot.reports.buttons import ask
from bot.reports.lines import Report
from bot.reports.query import By, Query
from bot.rules.access import teams_below
from bot.tables import tabled
from bot.talk.periods import named, quarter_of
from bot.targets.said import exact, rates_named
from bot.targets.whose import Whose, people_of, query_of, teams_seen, whose_of
from bot.world import World
from config.types import Row


def forecast_by_person(world: World, query: Query) -> Report:
    """A line for each person, the most first; then the team as a whole, whose forecast is more than a sum of those."""
    whose, period = whose_of(world, query), query.period or quarter_of(world.now.date())
    words, today = world.words, world.now.date()
    whole, *each = forecasts(world, [whose, *(_parts(world, whose, query.by) or [whose])], period)
    each.sort(key=lambda one: (one.total(0.5), one.whose.name), reverse=not query.is_least_first)
    head = {"who": whose.name, "period": named(period, words, today=today)}
    key = "forecast.by_person.title_team" if query.by == "team" else "forecast.by_person.title"
    title = words.say(key, day=show_day(today, words, today=today), **head)
    said = [] if whole.ahead is not None or period.end < today else [too_little(world, whole.known)]
    notes = [_together(world, whole)] if whose.kind != "user" else []
    notes += rates_named(world, tuple(sorted(whole.rates.used)), whole.left_out)
    team = query_of("forecast", whose, period)
    buttons = (ask(world, "forecast", team), ask(world, "commits", replace(team, what="commits")))
    reply = tabled(words, [title, *said], [_row(world, one) for one in each], notes, buttons)
    return Report(reply, tuple(query_of("forecast", one.whose, period) for one in each))


def _parts(world: World, whose: Whose, by: By) -> list[Whose]:
    """The people, or the teams below: each with its own sub-teams."""
    if by != "team":
        return people_of(world, whose)
    below = teams_below(world.tx, whose.id) if whose.kind == "team" else None
    teams = ((key, name) for key, name in teams_seen(world) if below is None or (key in below and key != whose.id))
    return [Whose("team", key, name) for key, name in teams]


def _row(world: World, one: Forecast) -> Row:
    """「张伟　¥1,200,000　¥900,000 – ¥1,500,000　已赢 ¥436,000　承诺 ¥1,000,000」."""
    words = world.words
    span = words.say("forecast.by_person.span", low=about(world, one.total(LOW)), high=about(world, one.total(HIGH)))
    cells = [about(world, one.total(0.5)), span] if one.ahead is not None else []
    cells.append(words.say("forecast.by_person.won", won=exact(world, one.won_amount)))
    commit = words.say("forecast.by_person.commit", commit=exact(world, one.commit.amount)) if one.commit else ""
    return (one.whose.name, *cells, *([commit] if commit else [words.say("forecast.by_person.no_commit")]))


def _together(world: World, whole: Forecast) -> str:
    if whole.ahead is None:
        return world.words.say("forecast.by_person.won_together", won=exact(world, whole.won_amount))
    low, point, high = (about(world, whole.total(share)) for share in (LOW, 0.5, HIGH))
    return world.words.say("forecast.by_person.together", who=whole.whose.name, point=point, low=low, high=high)
