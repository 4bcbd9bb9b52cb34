"""A message that goes out as several of WeCom's is not begun anew when one of them has to wait."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeAlias

from adapters.base import Outbound

Payload: TypeAlias = dict[str, Any]
MAX_UNFINISHED = 1000


class Parts:
    """Remembers, for as long as the process lives, which parts of an unfinished message have arrived."""

    def __init__(self) -> None:
        self._arrived: OrderedDict[Outbound, list[str]] = OrderedDict()

    async def deliver(
        self, message: Outbound, payloads: Sequence[Payload], send: Callable[[Payload], Awaitable[str]]
    ) -> str:
        """Send the parts that have not arrived yet, in order; the last one's id."""
        ids = self._arrived.get(message, [])
        for payload in payloads[len(ids) :]:
            sent_as = await send(payload)
            ids = [*ids, sent_as]
            self._keep(message, ids)
        self._arrived.pop(message, None)
        return ids[-1] if ids else ""

    def _keep(self, message: Outbound, ids: list[str]) -> None:
        self._arrived[message] = ids
        while len(self._arrived) > MAX_UNFINISHED:
            self._arrived.popitem(last=False)
