"""`crmbot forecast`: what will be won this quarter, and how accurate such forecasts were."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.chat_command import clock_at
from bot.cli.export import administrator
from bot.cli.output import command_group, json_of, note, put, put_table, say, words
from bot.cli.store import open_store
from config.crm import load_crm
from config.settings import load_settings

if TYPE_CHECKING:
    from bot.forecast.backtest import Record
    from bot.world import World

app = command_group()
HEADS = ("scope", "forecasts", "coverage", "loss", "baseline_loss", "bias", "baseline_bias", "luck")


@app.command(help=say("forecast.cli.help"))
def forecast(
    backtest: Annotated[bool, typer.Option("--backtest", help=say("forecast.cli.backtest"))] = False,
    now: Annotated[str | None, typer.Option(help=say("cli.help.now"))] = None,
    json: Annotated[bool, typer.Option("--json", help=say("cli.help.json"))] = False,
) -> None:
    from bot.forecast.replies import foretold
    from bot.talk.memory import Memory
    from bot.talk.periods import quarter_of
    from bot.targets.whose import own

    with _looking(now) as world:
        if not backtest:
            asked = {"who": own(world).to_json(), "period": quarter_of(world.now.date()).to_json()}
            put(json_of(_figures(world)) if json else foretold(world, Memory(), asked).text)
            return
        rows = _rows(world)
        put_table(HEADS, rows, as_json=json)
        if not rows:
            note("forecast.cli.nothing")


def _figures(world: "World") -> dict[str, Any]:
    """The forecast of this quarter for a program; what cannot be foretold yet is null."""
    from bot.forecast.backtest import HIGH, LOW
    from bot.forecast.outlook import forecast as forecast_of
    from bot.talk.periods import quarter_of
    from bot.targets.whose import own

    found = forecast_of(world, own(world), quarter_of(world.now.date()))

    def plain(value: Decimal) -> dict[str, str]:
        return {"value": f"{value:.2f}", "currency": world.currency}

    shares = {"low": LOW, "expected": 0.5, "high": HIGH}
    return {
        "scope": found.whose.name,
        "period": found.period.to_json(),
        "as_of": world.now.isoformat(),
        "won": {"count": found.won.count, "amount": plain(found.won_amount)},
        **{name: plain(found.total(share)) if found.ahead else None for name, share in shares.items()},
        "weighted": plain(found.weighted),
        "committed": plain(found.commit.amount) if found.commit else None,
        "closed_before": found.known.closed,
        "won_before": found.known.won,
    }


@contextmanager
def _looking(now: str | None) -> "Iterator[World]":
    """The whole organisation, as somebody sees it who works on the database by hand."""
    from zoneinfo import ZoneInfo

    from bot.lists.sections import crm_in
    from bot.world import World

    settings = load_settings()
    moment = clock_at(now, settings)().astimezone(ZoneInfo(settings.timezone))
    with open_store(settings=settings) as database, database.read() as tx:
        crm, actor = crm_in(tx, load_crm(settings.config)), administrator(settings)
        yield World(tx=tx, actor=actor, crm=crm, settings=settings, words=words(), now=moment)


def _rows(world: "World") -> list[tuple[str, int, str, str, str, str, str, str]]:
    """The record of everybody, of each team, and of all these forecasts together. ``luck``: between which shares the
    coverage of so many forecasts lies by chance alone, where the intervals are right."""
    from bot.forecast.backtest import Record
    from bot.forecast.replies import record_of
    from bot.targets.whose import Whose, own, teams_seen

    scopes: list[Whose] = [own(world), *(Whose("team", team, name) for team, name in teams_seen(world))]
    records = [(whose.name, record_of(world, whose)) for whose in scopes]
    together = Record(tuple(trial for _name, record in records for trial in record.trials))
    shown = [*records, (say("forecast.cli.in_all"), together)]
    return [_row(world, name, record) for name, record in shown if record.trials]


def _row(world: "World", name: str, record: "Record") -> tuple[str, int, str, str, str, str, str, str]:
    def percent(share: float) -> str:
        return f"{share * 100:+.0f}%"

    def amount(value: float) -> str:
        return f"{value:.0f} {world.currency}"

    coverage = f"{record.coverage * 100:.0f}%"
    losses = (amount(record.loss), amount(record.baseline_loss))
    luck = "–".join(f"{share * 100:.0f}%" for share in record.band)
    return name, len(record.trials), coverage, *losses, percent(record.bias), percent(record.baseline_bias), luck
