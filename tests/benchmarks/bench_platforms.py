"""What the six-turn dialog costs through the real client libraries, beside handlers of theirs that store nothing.

The same people say the same things to two processes, one after the other: `crmbot run`, with everything durable, and a
few lines on the library alone (`rivals/`). Compared is the CPU time of each process for a turn. 1.00 would mean that
keeping everything costs nothing. Also printed: the memory of `crmbot run` beside what its libraries alone take, and how
soon Slack's deliveries are acknowledged at a hundred messages a second.

python -m tests.benchmarks.bench_platforms [--people 20] [--rounds 2]
"""

import argparse
import asyncio
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from bot.clock import system_clock
from storage import records, schema
from storage.author import Author
from storage.database import Database, Tx
from tests.fakes.slack import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET, FakeSlack, fake_slack
from tests.fakes.telegram import TOKEN, Telegram, telegram
from tests.platforms.process import COMMAND, environment, free_port

DIALOG = ("记录跟进", "华为", "拜访", "看了样机，想要报价", "下周三下午三点", "确认")
DONE = "已保存"  # both say so in the end
STEP_S = 1.05  # a chat takes a message a second
TICKS = os.sysconf("SC_CLK_TCK")
RIVALS = "tests.benchmarks.rivals"
# What a bot on the platform cannot do without, whatever it does.
COMMON = "asyncio, sqlalchemy.orm, orjson, typer, starlette.applications, uvicorn"
LIBRARIES = {"python-telegram-bot": f"{COMMON}, telegram.request", "slack-bolt": f"{COMMON}, slack_bolt.async_app"}


def cpu_s(process: "subprocess.Popen[bytes]") -> float:
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory_mb(process: "subprocess.Popen[bytes]") -> float:
    lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def libraries_mb(modules: str) -> float:
    """The memory of a process that has loaded these modules, without those parts of them that nobody uses."""
    code = (
        "from bot.cli.loading import leave_out; from bot.cli.run import PASSPORTS, UNUSED\n"
        "leave_out(*UNUSED, PASSPORTS)\n"
        f"import {modules}\nprint(next(line for line in open('/proc/self/status') if line.startswith('VmRSS')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return int(done.stdout.split()[1]) / 1024


@contextmanager
def started(command: list[str], env: dict[str, str]) -> "Iterator[subprocess.Popen[bytes]]":
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, env=env, stdin=quiet, stdout=quiet, stderr=quiet)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(20)


def with_people(folder: str, platform: str, accounts: list[str]) -> None:
    """A store in which everybody who will write is known."""
    database = Database(f"sqlite:///{folder}/crmbot.db")
    schema.ensure(database)

    def fill(tx: Tx) -> None:
        tx.author = Author(user_id=None, at=system_clock())
        for account in accounts:
            user = records.User(name=f"同事{account}", role="rep", language="zh")
            tx.session.add(records.Identity(platform=platform, external_id=account, user=user))
        tx.session.flush()

    database.write(fill)
    database.close()


def on_telegram(people: int, rounds: int) -> tuple[float, float, float]:
    """Turns per CPU-second of crmbot and of the library alone, and crmbot's memory."""
    persons = list(range(1000, 1000 + people))

    def drive(fake: Telegram, process: "subprocess.Popen[bytes]") -> float:
        before = 0.0
        for number in range(rounds + 1):
            for text in DIALOG:
                counts = {person: len(fake.to(person)) for person in persons}
                for person in persons:
                    fake.say(person, text)
                fake.wait(lambda counts=counts: all(len(fake.to(p)) > n for p, n in counts.items()), text, 30)
                time.sleep(STEP_S)
            assert all(DONE in fake.to(person)[-1].text for person in persons)
            if number == 0:  # the first round warms up
                before = cpu_s(process)
        return rounds * len(DIALOG) * people / (cpu_s(process) - before)

    with tempfile.TemporaryDirectory() as folder, telegram() as fake:
        with_people(folder, "telegram", [str(person) for person in persons])
        env = environment(Path(folder), telegram_token=TOKEN, telegram_base_url=fake.url, http_port=str(free_port()))
        with started([*COMMAND, "run"], env) as process:
            ours = drive(fake, process)
            memory = memory_mb(process)
    with telegram() as fake:
        env = {**os.environ, "RIVAL_URL": fake.url, "RIVAL_TOKEN": TOKEN}
        with started([sys.executable, "-m", f"{RIVALS}.telegram_in_memory"], env) as process:
            theirs = drive(fake, process)
    return ours, theirs, memory


async def on_slack(people: int, rounds: int) -> tuple[float, float, float]:
    persons = [f"U0P{n:03}" for n in range(people)]

    async def drive(slack: FakeSlack, process: "subprocess.Popen[bytes]") -> float:
        await slack.wait(lambda: slack.sockets, 20)
        before = 0.0
        for number in range(rounds + 1):
            for text in DIALOG:
                counts = {person: len(slack.in_channel(slack.direct(person))) for person in persons}
                end = time.monotonic() + STEP_S
                await asyncio.gather(*(slack.say(person, text) for person in persons))
                for person, n in counts.items():
                    await slack.answer(slack.direct(person), n, timeout_s=30)
                await asyncio.sleep(max(0.0, end - time.monotonic()))
            assert all(DONE in str(slack.in_channel(slack.direct(person))[-1]) for person in persons)
            if number == 0:  # the first round warms up
                before = cpu_s(process)
        return rounds * len(DIALOG) * people / (cpu_s(process) - before)

    with tempfile.TemporaryDirectory() as folder:
        with_people(folder, "slack", persons)
        async with people_of(persons) as slack:
            env = slack_environment(folder, slack, slack_app_token=APP_TOKEN)
            with started([*COMMAND, "run"], env) as process:
                ours = await drive(slack, process)
                memory = memory_mb(process)
    async with people_of(persons) as slack:
        env = {**os.environ, "RIVAL_URL": slack.base_url, "RIVAL_TOKEN": BOT_TOKEN, "RIVAL_APP_TOKEN": APP_TOKEN}
        with started([sys.executable, "-m", f"{RIVALS}.slack_in_memory"], env) as process:
            theirs = await drive(slack, process)
    return ours, theirs, memory


@asynccontextmanager
async def people_of(persons: list[str]) -> AsyncIterator[FakeSlack]:
    async with fake_slack() as slack:
        for person in persons:
            slack.add_user(person, f"同事{person}")
        yield slack


def slack_environment(folder: str, slack: FakeSlack, **more: str) -> dict[str, str]:
    base = {"slack_bot_token": BOT_TOKEN, "slack_base_url": slack.base_url, "http_port": str(free_port()), **more}
    return environment(Path(folder), **base)


async def acks(per_s: int, seconds: int) -> tuple[float, float]:
    """Median and 99th percentile, in ms, of Slack's deliveries by HTTP at a steady rate."""
    persons = [f"U0P{n:03}" for n in range(per_s)]
    with tempfile.TemporaryDirectory() as folder:
        with_people(folder, "slack", persons)
        async with people_of(persons) as slack:
            env = slack_environment(folder, slack, slack_signing_secret=SIGNING_SECRET)
            slack.events_url = f"http://127.0.0.1:{env['CRMBOT_HTTP_PORT']}/slack/events"
            with started([*COMMAND, "run"], env):
                await listening(int(env["CRMBOT_HTTP_PORT"]))
                await asyncio.gather(*(slack.say(person, "帮助") for person in persons[:5]))
                return await _steadily(slack, persons, per_s, seconds)


async def _steadily(slack: FakeSlack, persons: list[str], per_s: int, seconds: int) -> tuple[float, float]:
    taken: list[float] = []

    async def one(person: str) -> None:
        begun = time.perf_counter()
        await slack.say(person, "我的商机")
        taken.append((time.perf_counter() - begun) * 1000)

    tasks = []
    begun = time.monotonic()
    for n in range(per_s * seconds):
        await asyncio.sleep(max(0.0, begun + n / per_s - time.monotonic()))
        tasks.append(asyncio.create_task(one(persons[n % len(persons)])))
    await asyncio.gather(*tasks)
    taken.sort()
    return statistics.median(taken), taken[int(len(taken) * 0.99)]


async def listening(port: int) -> None:
    for _ in range(400):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        await asyncio.sleep(0.05)
    raise TimeoutError("crmbot run did not come up")


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args(arguments)
    found = {
        "python-telegram-bot": on_telegram(options.people, options.rounds),
        "slack-bolt": asyncio.run(on_slack(options.people, options.rounds)),
    }
    for name, (ours, theirs, memory) in found.items():
        print(
            f"{name}: {ours:.0f} durable turns per CPU-second beside {theirs:.0f} in memory: {ours / theirs:.2f}; "
            f"{memory:.0f} MB resident, of which the libraries {libraries_mb(LIBRARIES[name]):.0f}"
        )
    median, p99 = asyncio.run(acks(100, 5))
    print(f"acknowledged at 100 messages a second: median {median:.0f} ms, p99 {p99:.0f} ms")


if __name__ == "__main__":
    main()
