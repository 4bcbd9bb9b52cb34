"""What the WeCom adapter has to remember over a restart, and share with other processes: a few short strings."""

from typing import Protocol


class Store(Protocol):
    """Kept by whoever runs the adapter. Keys have at most 100 characters."""

    async def get(self, key: str) -> str | None: ...

    async def put(self, key: str, value: str) -> None:
        """Durable when it returns. Raises what the storage raises: then nothing may be acknowledged."""
        ...

    async def keys(self, prefix: str) -> list[str]:
        """The keys that begin so, in order."""
        ...

    async def drop(self, key: str) -> bool:
        """Remove it; False when it was not there, so that of several processes one gets it."""
        ...


class MemoryStore:
    """For tests: forgets with the process."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}

    async def get(self, key: str) -> str | None:
        return self.values.get(key)

    async def put(self, key: str, value: str) -> None:
        self.values[key] = value

    async def keys(self, prefix: str) -> list[str]:
        return sorted(key for key in self.values if key.startswith(prefix))

    async def drop(self, key: str) -> bool:
        return self.values.pop(key, None) is not None
