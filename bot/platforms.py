"""Which platforms are connected: the one place that knows them all."""

import asyncio
from collections.abc import Callable
from importlib import import_module
from typing import Any, TypeVar

from sqlalchemy import delete, insert, select, update

from adapters.base import Adapter
from bot.landing import landed
from config.settings import Settings
from storage.database import Database, Tx
from storage.tables import settings as facts

T = TypeVar("T")


def connect(settings: Settings, database: Database) -> dict[str, Adapter]:
    """The adapters of all platforms that have credentials, by platform; only their libraries are loaded.

    Raises ValueError, naming the setting, for credentials that cannot be right.
    """
    adapters: dict[str, Adapter] = {}
    for platform in settings.platforms:
        more = _MORE[platform](database) if platform in _MORE else {}
        for adapter in import_module(f"adapters.{platform}").create(settings, **more):
            adapters[adapter.platform] = adapter
    return adapters


# What an adapter is given beside the settings.
_MORE: dict[str, Callable[[Database], dict[str, Any]]] = {
    "wecom": lambda database: {"store": Kept(database, "wecom/")},
    "slack": lambda database: {"shows_home": True},
}


class Kept:
    """A few short strings that an adapter remembers over a restart and shares with other processes."""

    def __init__(self, database: Database, prefix: str) -> None:
        self._database = database
        self._prefix = prefix

    async def get(self, key: str) -> str | None:
        found = await asyncio.to_thread(self._read, facts.c.key == self._prefix + key)
        return found[0][1] if found else None

    async def put(self, key: str, value: str) -> None:
        """Durable when it returns. Raises what the store raises."""
        mine = facts.c.key == self._prefix + key

        def job(tx: Tx) -> None:
            if tx.connection.execute(update(facts).where(mine).values(value=value)).rowcount == 0:
                tx.connection.execute(insert(facts).values(key=self._prefix + key, value=value))

        await self._write(job)

    async def keys(self, prefix: str) -> list[str]:
        """The keys that begin so, in order."""
        begins = facts.c.key.startswith(self._prefix + prefix, autoescape=True)
        return sorted(key.removeprefix(self._prefix) for key, _value in await asyncio.to_thread(self._read, begins))

    async def drop(self, key: str) -> bool:
        """Remove it; False when it was not there, so that of several processes one gets it."""
        statement = delete(facts).where(facts.c.key == self._prefix + key)
        return await self._write(lambda tx: tx.connection.execute(statement).rowcount == 1)

    def _read(self, condition: Any) -> list[tuple[str, str]]:
        with self._database.read() as tx:
            return [(row.key, row.value) for row in tx.connection.execute(select(facts).where(condition))]

    async def _write(self, job: Callable[[Tx], T]) -> T:
        return await landed(self._database.submit(job))
