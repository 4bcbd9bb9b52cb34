"""What a watcher may ask: does it live, is it ready, how is it doing. Numbers only: no names, no texts."""

import asyncio
from collections.abc import Iterator
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import func, select
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.app import Bot
from bot.intake import Intake
from bot.reminders.due import unsent
from storage.database import Tx
from storage.errors import DatabaseUnavailable
from storage.tables import inbox, outbox

Numbers: TypeAlias = list[tuple[str, dict[str, str], float]]

ANSWER_S = 2.0
_HELP = {
    "crmbot_inbox": ("gauge", "Messages taken in whose turn is not done, by status."),
    "crmbot_outbox": ("gauge", "Messages to send, by status and lane."),
    "crmbot_oldest_waiting_seconds": ("gauge", "Age of the oldest message that waits, in and out."),
    "crmbot_due_unsent": ("gauge", "What is due and has not been sent, by kind."),
    "crmbot_turns_total": ("counter", "Turns done by this process."),
    "crmbot_repeats_total": ("counter", "Messages delivered once more."),
    "crmbot_not_stored_total": ("counter", "Messages that could not be stored and will be delivered again."),
}


def routes(bot: Bot, intake: Intake) -> list[Route]:
    async def healthz(_request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def readyz(_request: Request) -> Response:
        found = await _ask(bot, _queue)
        is_ready = intake.is_open and found is not None
        database = "ok" if found is not None else "away"
        status = "ready" if is_ready else "stopping" if found is not None else "not ready"
        return JSONResponse(
            {"status": status, "database": database, "queue": found}, status_code=200 if is_ready else 503
        )

    async def metrics(_request: Request) -> Response:
        found = await _ask(bot, lambda tx: _numbers(tx, bot.clock()))
        if found is None:
            return PlainTextResponse("", status_code=503)
        counted: Numbers = [
            ("crmbot_turns_total", {}, intake.turns),
            ("crmbot_repeats_total", {}, intake.repeats),
            ("crmbot_not_stored_total", {}, intake.refused),
        ]
        text = "".join(f"{line}\n" for line in _lines(found + counted))
        return PlainTextResponse(text, media_type="text/plain; version=0.0.4")

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]


async def _ask(bot: Bot, question: Any) -> Any:
    """The answer of the database; None when it has none within two seconds."""

    def read() -> Any:
        with bot.database.read() as tx:
            return question(tx)

    try:
        return await asyncio.wait_for(asyncio.to_thread(read), ANSWER_S)
    except (DatabaseUnavailable, TimeoutError):
        return None


def _queue(tx: Tx) -> dict[str, int]:
    """How much waits, as far as an index can tell at once."""
    waiting = select(func.count()).select_from(inbox).where(inbox.c.status == "waiting")
    going = select(func.count()).select_from(outbox).where(outbox.c.status.in_(("waiting", "sending")))
    return {"inbox": tx.connection.scalar(waiting) or 0, "outbox": tx.connection.scalar(going) or 0}


def _numbers(tx: Tx, now: datetime) -> Numbers:
    run = tx.connection.execute
    by_status = select(inbox.c.status, func.count()).where(inbox.c.status != "done").group_by(inbox.c.status)
    found: dict[str, int] = dict(run(by_status).tuples().all())
    numbers: Numbers = [("crmbot_inbox", {"status": name}, found.get(name, 0)) for name in ("waiting", "dead")]
    by_lane = select(outbox.c.status, outbox.c.lane, func.count()).group_by(outbox.c.status, outbox.c.lane)
    for status, lane, number in run(by_lane).tuples():
        numbers.append(("crmbot_outbox", {"status": status, "lane": lane}, number))
    oldest_in = select(func.min(inbox.c.received_at)).where(inbox.c.status == "waiting")
    oldest_out = select(func.min(outbox.c.created_at)).where(outbox.c.status.in_(("waiting", "sending")))
    for queue, oldest in (("inbox", oldest_in), ("outbox", oldest_out)):
        since = tx.connection.scalar(oldest)
        age = (now - since).total_seconds() if since else 0.0
        numbers.append(("crmbot_oldest_waiting_seconds", {"queue": queue}, max(0.0, age)))
    return [*numbers, *_due(tx, now)]


def _due(tx: Tx, now: datetime) -> Numbers:
    lanes = select(outbox.c.lane, func.count()).where(outbox.c.status == "waiting", outbox.c.try_at <= now)
    found: dict[str, int] = dict(tx.connection.execute(lanes.group_by(outbox.c.lane)).tuples().all())
    numbers: Numbers = [("crmbot_due_unsent", {"kind": "undecided_reminder"}, tx.connection.scalar(unsent(now)) or 0)]
    return numbers + [
        ("crmbot_due_unsent", {"kind": lane}, found.get(lane, 0)) for lane in ("reply", "reminder", "survey", "digest")
    ]


def _lines(numbers: Numbers) -> Iterator[str]:
    """Prometheus' text format."""
    for name, (kind, text) in _HELP.items():
        yield f"# HELP {name} {text}"
        yield f"# TYPE {name} {kind}"
        for each, labels, value in numbers:
            if each == name:
                shown = ",".join(f'{key}="{label}"' for key, label in labels.items())
                yield f"{name}{{{shown}}} {_plain(value)}" if shown else f"{name} {_plain(value)}"


def _plain(value: float) -> str:
    return str(int(value)) if value == int(value) else f"{value:.3f}"
