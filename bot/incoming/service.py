"""The service of the running bot that looks for tables that people sent."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress

from adapters.base import Adapter
from bot.app import Bot
from bot.beat import rest
from bot.incoming import waiting
from storage.errors import DatabaseUnavailable

EVERY_S = 0.5


async def carry(adapters: Mapping[str, Adapter], bot: Bot, wake: Callable[[str], None]) -> None:
    """Work on them until cancelled. The readers of files, and the records with them, come with the first table."""
    while True:
        if await asyncio.to_thread(_one_waits, bot):
            from bot.incoming.carrier import Carrier

            await Carrier(bot, adapters, wake).run()
        await rest(EVERY_S)


def _one_waits(bot: Bot) -> bool:
    with suppress(DatabaseUnavailable), bot.database.read() as tx:
        return waiting.is_one_due(tx, bot.clock())
    return False
