"""Answers to callbacks of the 智能机器人 that bring no address to answer to.

The callback is answered with a stream, for which the platform asks again until it is finished, for six minutes at most
(document path 101031). Streams are kept like the addresses: another process may be asked for what this one has said.
"""

import hashlib
import time
from collections.abc import Callable
from typing import Any

from adapters.wecom.store import Store

OPEN_FOR_S = 330.0
_FAMILY = "wecom.stream."


class Streams:
    """A stream's id is made of its message's, so that a repeated message gets the same one."""

    def __init__(self, store: Store, *, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._clock = clock

    async def begin(self, chat: str, msgid: str) -> dict[str, Any]:
        """The answer to a callback: a stream with nothing in it yet. Forgets streams that are over."""
        stream_id = _digest(msgid)
        keys = await self._store.keys(_FAMILY)
        for key in keys:
            if self._clock() - _begun_at(key) > OPEN_FOR_S:
                await self._store.drop(key)
        if not any(key.endswith(stream_id) for key in keys):
            await self._store.put(f"{_prefix(chat)}{int(self._clock() * 1000):014d}.{stream_id}", "")
        return _stream(stream_id, "", is_finished=False)

    async def say(self, chat: str, text: str) -> bool:
        """Put an answer into the oldest open stream of the chat; False: there is none."""
        for key in await self._store.keys(_prefix(chat)):
            if self._clock() - _begun_at(key) <= OPEN_FOR_S and await self._store.get(key) == "":
                await self._store.put(key, text)
                return True
        return False

    async def asked(self, chat: str, stream_id: str) -> dict[str, Any]:
        """The answer when the platform asks for a stream: finished once something has been said, or it is too late."""
        for key in await self._store.keys(_prefix(chat)):
            if stream_id and key.endswith("." + stream_id):
                text = await self._store.get(key) or ""
                return _stream(stream_id, text, is_finished=bool(text))
        return _stream(stream_id, "", is_finished=True)


def _stream(stream_id: str, content: str, *, is_finished: bool) -> dict[str, Any]:
    return {"msgtype": "stream", "stream": {"id": stream_id, "finish": is_finished, "content": content}}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:24]


def _prefix(chat: str) -> str:
    return f"{_FAMILY}{_digest(chat)}."


def _begun_at(key: str) -> float:
    return int(key.split(".")[3]) / 1000
