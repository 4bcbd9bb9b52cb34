"""How honest the forecast is: the invented company over several seeds, rolled back month by month.

    python -m tests.benchmarks.bench_forecast [--seeds 8]

Coverage of the 80 % interval, pinball loss beside that of amount × stage per cent, and bias; what one forecast costs.
"""

import argparse
import tempfile
import time
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.cli.export import administrator
from bot.demo.fill import fill
from bot.forecast.backtest import Record, rolled_back
from bot.forecast.lives import past_of
from bot.forecast.outlook import forecast, stage_chances
from bot.talk.periods import quarter_of
from bot.targets.exchange import Exchange
from bot.targets.whose import own, teams_seen
from bot.world import World
from config.catalog import catalog
from config.crm import load_crm
from config.settings import Settings
from storage import schema
from storage.database import Database

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 26, 10, tzinfo=ZONE)


def record(seed: int) -> tuple[Record, float]:
    """All forecasts of one company and its teams, and the CPU milliseconds of a forecast as it is asked in chat."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), database_url=f"sqlite:///{folder}/crm.db")
        database = Database(settings.database_url, synchronous="NORMAL")
        schema.ensure(database)
        database.write(lambda tx: fill(tx, settings, load_crm(), seed=seed, size="small", now=NOW))
        with database.read() as tx:
            actor = administrator(settings)
            world = World(tx=tx, actor=actor, crm=load_crm(), settings=settings, words=catalog("zh"), now=NOW)
            past = past_of(world, Exchange(world, "CNY", NOW.date()))
            groups = [past.lives]
            groups += [tuple(x for x in past.lives if x.team_id == team) for team, _name in teams_seen(world)]
            chances = stage_chances(world)
            found = [rolled_back(past, mine, chances, today=NOW.date(), zone=ZONE) for mine in groups]
            begun = time.process_time()
            forecast(world, own(world), quarter_of(NOW.date()))
            spent = time.process_time() - begun
        database.close()
    return Record(tuple(trial for one in found for trial in one.trials)), spent * 1000


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=8)
    records = []
    for seed in range(1, parser.parse_args(arguments).seeds + 1):
        found, spent = record(seed)
        records.append(found)
        print(f"seed {seed}: {_line(found)}; one forecast {spent:.0f} ms CPU")
    print(f"all: {_line(Record(tuple(trial for one in records for trial in one.trials)))}")


def _line(found: Record) -> str:
    losses = f"loss {found.loss / 1e3:,.0f}k against {found.baseline_loss / 1e3:,.0f}k"
    biases = f"bias {found.bias:+.0%} against {found.baseline_bias:+.0%}"
    return f"{len(found.trials)} forecasts, coverage {found.coverage:.0%}, {losses}, {biases}"


if __name__ == "__main__":
    main()
