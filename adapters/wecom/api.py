"""Calls of WeCom's server API, with one token for all of them (document path 91039).

Neither an address nor an answer of these calls is ever logged: they carry the token.
"""

import asyncio
import json
import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

import httpx

from adapters.base import Outbound, OutcomeUnknown, RetryLater, TooBig, Undeliverable, Upload, uploads
from adapters.wecom.errors import MISCONFIGURED, TOKEN_ENDED, ApiError, Unreachable, error_of

log = logging.getLogger(__name__)

MEDIA_GONE = frozenset({40007, 40058})  # no such media id: it is older than three days
EARLY_S = 300  # a token is renewed before it ends
TIMEOUT = httpx.Timeout(10.0, connect=5.0)
# Nothing was sent when one of these is raised.
_NOT_SENT: tuple[type[Exception], ...] = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
)


def new_http() -> httpx.AsyncClient:
    """The connection pool. httpx logs addresses, and httpcore headers: both are silenced, whatever the level."""
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
    return httpx.AsyncClient(timeout=TIMEOUT, limits=httpx.Limits(max_connections=20))


async def post(http: httpx.AsyncClient, url: str, **request: Any) -> dict[str, Any]:
    """The JSON that an address answers to a POST. Raises Unreachable, RetryLater or OutcomeUnknown."""
    try:
        response = await http.post(url, **request)
    except _NOT_SENT as error:
        raise Unreachable(type(error).__name__) from None
    except httpx.HTTPError as error:
        raise OutcomeUnknown(type(error).__name__) from None
    if response.status_code == 429:
        raise RetryLater(_seconds(response.headers.get("retry-after", "")))
    if response.status_code >= 300:
        raise Unreachable(f"HTTP {response.status_code}")
    try:
        answer = response.json()
    except ValueError:
        raise OutcomeUnknown("no JSON") from None
    return answer if isinstance(answer, dict) else {}


def _seconds(text: str) -> float:
    return min(float(text), 3600.0) if text.isascii() and text.isdigit() else 30.0


class Api:
    """The server API for one app secret."""

    def __init__(
        self,
        base_url: str,
        corp_id: str,
        secret: str,
        http: httpx.AsyncClient,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._root = base_url.rstrip("/") + "/cgi-bin/"
        self._corp_id = corp_id
        self._secret = secret
        self._http = http
        self._clock = clock
        self._token = ""
        self._good_until = 0.0
        self._fetching: asyncio.Task[str] | None = None

    async def call(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to a call. Raises what `error_of` gives, Unreachable or OutcomeUnknown."""
        return await self._call(path, json=body)

    async def upload(self, item: Upload) -> str:
        """The media id of a file, good for three days."""
        if item.handle:
            return item.handle
        files = {"media": (item.name, item.content, item.content_type)}
        try:
            answer = await self._call("media/upload", files=files, params={"type": item.kind})
        except OutcomeUnknown as error:
            raise Unreachable("upload") from error  # a second upload does no harm
        return str(answer.get("media_id", ""))

    async def download(self, media_id: str, *, most: int) -> bytes:
        """What somebody sent, kept by the platform for three days. Raises TooBig, and as `call` does."""
        token = await self._current_token(refused="")
        content, code = await self._media(media_id, token, most)
        if code in TOKEN_ENDED:
            content, code = await self._media(media_id, await self._current_token(refused=token), most)
        if code in MEDIA_GONE:
            raise Undeliverable(str(code))
        if code:
            _complain(code)
            raise error_of(code)
        return content

    async def _media(self, media_id: str, token: str, most: int) -> tuple[bytes, int]:
        """The bytes, or the code of an error, which comes as JSON with status 200."""
        params = {"access_token": token, "media_id": media_id}
        content = bytearray()
        try:
            async with self._http.stream("GET", self._root + "media/get", params=params) as response:
                if response.status_code >= 300:
                    raise Unreachable(f"HTTP {response.status_code}")
                async for piece in response.aiter_bytes():
                    content += piece
                    if len(content) > most:
                        raise TooBig
                is_error = "json" in response.headers.get("content-type", "")
        except httpx.HTTPError as error:
            raise Unreachable(type(error).__name__) from None
        return bytes(content), _code(_json(content)) if is_error else 0

    async def upload_all(self, message: Outbound) -> list[dict[str, Any]]:
        """Upload what goes with a message; the bodies that show it, without whom they go to."""
        return [{"msgtype": item.kind, item.kind: {"media_id": await self.upload(item)}} for item in uploads(message)]

    async def _call(self, path: str, *, params: Mapping[str, str] | None = None, **request: Any) -> dict[str, Any]:
        token = await self._current_token(refused="")
        answer = await self._post(path, token, params, request)
        if _code(answer) in TOKEN_ENDED:
            # Once only: a token that stays refused is no reason to go round in circles.
            token = await self._current_token(refused=token)
            answer = await self._post(path, token, params, request)
        code = _code(answer)
        if code:
            _complain(code)
            raise RetryLater(30.0) if code in TOKEN_ENDED else error_of(code)
        return answer

    async def _post(
        self, path: str, token: str, params: Mapping[str, str] | None, request: dict[str, Any]
    ) -> dict[str, Any]:
        return await post(self._http, self._root + path, params={"access_token": token, **(params or {})}, **request)

    async def _current_token(self, *, refused: str) -> str:
        """The token; all who need a new one wait for the same request."""
        if self._token and self._token != refused and self._clock() < self._good_until:
            return self._token
        if self._fetching is None:
            self._fetching = asyncio.get_running_loop().create_task(self._fetch())
            self._fetching.add_done_callback(self._fetched)
        return await asyncio.shield(self._fetching)

    def _fetched(self, task: asyncio.Task[str]) -> None:
        self._fetching = None
        if not task.cancelled():
            task.exception()  # has been raised for each who waits; if nobody does, it is of no interest

    async def _fetch(self) -> str:
        try:
            response = await self._http.get(
                self._root + "gettoken", params={"corpid": self._corp_id, "corpsecret": self._secret}
            )
            answer = response.json()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise Unreachable(type(error).__name__) from None
        code = _code(answer)
        if code:
            _complain(code)
            raise error_of(code)
        token = answer.get("access_token") if isinstance(answer, dict) else None
        if not isinstance(token, str) or not token:
            raise ApiError(0)
        lasts = answer.get("expires_in", 7200)
        lasts_s = float(lasts) if isinstance(lasts, int | float) else 7200.0
        self._token, self._good_until = token, self._clock() + max(lasts_s - EARLY_S, lasts_s / 2)
        return token


def _json(content: bytes | bytearray) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return None


def _code(answer: Any) -> int:
    code = answer.get("errcode", 0) if isinstance(answer, dict) else 0
    return code if isinstance(code, int) else 0


def _complain(code: int) -> None:
    """Only the code and the setting to look at: texts of errors may quote what was sent."""
    if code in MISCONFIGURED:
        log.error("wecom refused a call: errcode %d, see %s", code, MISCONFIGURED[code])
    elif code:
        log.warning("wecom refused a call: errcode %d", code)
