"""The forecast on the invented company: its intervals hold about what they promise, and it beats the usual one."""

from datetime import date
from zoneinfo import ZoneInfo

from bot.forecast.backtest import Record, rolled_back
from bot.forecast.lives import past_of
from bot.forecast.outlook import forecast, stage_chances
from bot.forecast.replies import foretold, record
from bot.talk.memory import Memory
from bot.talk.periods import quarter_of
from bot.targets.exchange import Exchange
from bot.targets.whose import own, teams_seen
from bot.world import World
from tests.demo.test_demo import NOW


def records_of(world: World) -> list[Record]:
    past = past_of(world, Exchange(world, "CNY", NOW.date()))
    teams = [[life for life in past.lives if life.team_id == team] for team, _name in teams_seen(world)]
    zone = ZoneInfo("Asia/Shanghai")
    return [rolled_back(past, mine, stage_chances(world), today=NOW.date(), zone=zone) for mine in (past.lives, *teams)]


def test_the_intervals_hold_what_they_promise(world):
    """Those of other seeds are in the benchmark."""
    found = Record(tuple(trial for one in records_of(world) for trial in one.trials))
    assert len(found.trials) >= 60
    assert 0.75 <= found.coverage <= 0.85
    assert found.loss < found.baseline_loss / 2
    assert abs(found.bias) < 0.25


def test_no_trial_is_about_what_is_not_over(world):
    days = [trial.day for trial in records_of(world)[0].trials]
    assert days == sorted(days)
    assert all(quarter_of(day).end < date(2026, 11, 26) for day in days)
    assert days[0] > date(2025, 5, 1)  # before that too little was known


def test_the_parts_of_a_forecast_fit_together(world):
    found = forecast(world, own(world), quarter_of(NOW.date()))
    assert found.ahead is not None
    assert found.won_amount <= found.total(0.1) <= found.total(0.5) <= found.total(0.9)
    assert found.won_amount < found.weighted
    assert found.commit is not None
    assert found.commit.people == 12


def test_it_is_said_in_words(world):
    asked = {"who": own(world).to_json(), "period": quarter_of(NOW.date()).to_json()}
    said = foretold(world, Memory(), asked).text
    assert said.startswith("全公司 · 2026 年 Q4 · 预测（截至 11-26 周四）\n预计 ¥")
    assert "八成把握" in said
    assert "不如它" in record(world, Memory(), asked).text
