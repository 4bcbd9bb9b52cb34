"""The HTTP side of a callback address: what is common to the app's XML and the 智能机器人's JSON."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeAlias

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from adapters.base import NotStored
from adapters.wecom.crypto import Forged, Seal, Stamp

log = logging.getLogger(__name__)

MAX_BODY = 4 * 1024 * 1024

# Takes the encrypted part out of a body, raising Forged where there is none.
Extract: TypeAlias = Callable[[str], str]
# Handles the decrypted message; what it gives is the body of the answer. Raises NotStored, or Forged.
Handle: TypeAlias = Callable[[bytes], Awaitable[str]]


def callback_route(path: str, seal: Seal, extract: Extract, handle: Handle) -> Route:
    """GET proves the address to WeCom; POST takes a message: 200 once it is stored, 401 forged, 503 not stored."""

    async def answer(request: Request) -> Response:
        stamp = _stamp(request)
        try:
            if request.method == "GET":
                # A plus sign that nobody has escaped arrives as a space, of which Base64 has none.
                echo = seal.open(request.query_params.get("echostr", "").replace(" ", "+"), stamp)
                return PlainTextResponse(echo.decode("utf-8", "replace"))
            body = await _body(request)
            if body is None:
                return Response(status_code=413)
            message = seal.open(extract(_decoded(body)), stamp)
            return PlainTextResponse(await handle(message))
        except Forged as error:
            log.warning("wecom callback refused: %s", error.reason)
            return Response(status_code=401)
        except NotStored:
            return Response(status_code=503)
        except ClientDisconnect:
            return Response(status_code=400)

    return Route(path, answer, methods=["GET", "POST"])


def _stamp(request: Request) -> Stamp:
    query = request.query_params
    return Stamp(query.get("msg_signature", ""), query.get("timestamp", ""), query.get("nonce", ""))


async def _body(request: Request) -> bytes | None:
    """The body, or None as soon as it turns out to be too long."""
    collected = bytearray()
    async for chunk in request.stream():
        collected += chunk
        if len(collected) > MAX_BODY:
            return None
    return bytes(collected)


def _decoded(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise Forged("not UTF-8") from error


class Errands:
    """Small things to be done after an answer has gone out. Their failures are logged, by type only."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def start(self, errand: Coroutine[Any, Any, object]) -> None:
        task = asyncio.get_running_loop().create_task(_quietly(errand))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def close(self) -> None:
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)


async def _quietly(errand: Coroutine[Any, Any, object]) -> None:
    try:
        await errand
    except Exception as error:
        log.info("wecom errand failed: %s %s", type(error).__name__, getattr(error, "code", ""))
