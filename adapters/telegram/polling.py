"""Long polling. The offset that is sent never passes what is stored: a lost process loses no update."""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable
from typing import Any

from telegram.error import Conflict, RetryAfter, TelegramError

from adapters.base import NotStored
from adapters.telegram.client import POLL_S, Client, seconds_of
from adapters.telegram.inbound import ALLOWED_UPDATES

log = logging.getLogger(__name__)

Take = Callable[[dict[str, Any]], Awaitable[None]]

BATCH = 100
LONGEST_WAIT_S = 30.0
QUICK_S = 0.1
GIVE_UP_AFTER = 5  # attempts at an update that fails though the store is there


async def poll(client: Client, take: Take) -> None:
    """Fetch updates and hand them over, for ever."""
    offset: int | None = None
    failures = 0
    refused: dict[int, int] = {}
    while True:
        began = time.monotonic()
        params = {"timeout": POLL_S, "limit": BATCH, "allowed_updates": list(ALLOWED_UPDATES)}
        try:
            updates = await client.call("getUpdates", params if offset is None else params | {"offset": offset})
            stored, is_whole = await _take_all(updates, take, refused)
            offset = stored if stored is not None else offset
            failures = 0 if is_whole else failures + 1
            if not is_whole:
                await asyncio.sleep(_backoff(failures))
            elif not updates and time.monotonic() - began < QUICK_S:
                await asyncio.sleep(QUICK_S)  # a server that does not hold the request
        except TelegramError as error:
            failures += 1
            if isinstance(error, Conflict):
                log.warning("somebody else is fetching this bot's updates, or a webhook is set")
                await forget_webhook(client)
            elif failures > 1:
                log.warning("getUpdates failed %d times: %s", failures, type(error).__name__)
            await asyncio.sleep(wait_after(error, failures))


async def forget_webhook(client: Client) -> None:
    """Take away a webhook that is set: beside one nothing can be fetched. What waits for it is kept."""
    try:
        await client.call("deleteWebhook", {"drop_pending_updates": False})
    except TelegramError as error:
        log.info("deleteWebhook was refused: %s", type(error).__name__)


async def _take_all(updates: Any, take: Take, refused: dict[int, int]) -> tuple[int | None, bool]:
    """Hand over a batch, all at once: they are stored together, in order. Gives the next offset (None: nothing is
    settled) and whether all of it was taken."""
    batch = [update for update in updates if isinstance(update, dict) and isinstance(update.get("update_id"), int)]
    batch.sort(key=lambda update: int(update["update_id"]))
    results = await asyncio.gather(*(take(update) for update in batch), return_exceptions=True)
    offset = None
    for update, result in zip(batch, results, strict=True):
        if isinstance(result, BaseException) and not _is_given_up(update["update_id"], result, refused):
            return offset, False
        offset = update["update_id"] + 1
    return offset, True


def _is_given_up(update_id: int, error: BaseException, refused: dict[int, int]) -> bool:
    """Whether an update is to be left behind: one that fails again and again while others are stored."""
    if not isinstance(error, Exception):
        raise error
    if isinstance(error, NotStored | TelegramError):
        return False
    refused[update_id] = refused.get(update_id, 0) + 1
    if refused[update_id] < GIVE_UP_AFTER:
        log.error("an update could not be taken", exc_info=error)
        return False
    log.error("an update is given up after %d attempts", refused.pop(update_id), exc_info=error)
    return True


def wait_after(error: TelegramError, failures: int) -> float:
    """How long to wait after a failure: as told, or longer with each."""
    if isinstance(error, RetryAfter):
        return seconds_of(error)
    return _backoff(failures)


def _backoff(failures: int) -> float:
    return random.uniform(0.5, 1.0) * float(min(LONGEST_WAIT_S, 0.5 * 2 ** min(failures, 10)))  # noqa: S311
