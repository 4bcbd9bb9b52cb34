"""Requests as python-telegram-bot has them made, through aiohttp.

Its own go through httpx, where one costs four times as much, and ten times where twenty are under way: before each of
them it looks at every open connection.
"""

import asyncio
import ssl
from typing import Any
from urllib.request import getproxies

import certifi
from aiohttp import ClientError, ClientSession, ClientTimeout, DummyCookieJar, FormData, TCPConnector
from telegram.error import NetworkError, TimedOut
from telegram.request._baserequest import BaseRequest  # not by way of the package, which brings httpx
from telegram.request._requestdata import RequestData
from yarl import URL

CALL_S, CONNECT_S, BODY_S = 15.0, 5.0, 60.0
AT_ONCE = 64
WORDS = "application/x-www-form-urlencoded"
KEEP_ALIVE_S = 10  # shorter than any server's: a call on a connection that just died could not be told from a lost one


class Request(BaseRequest):
    """Its connections are open until the event loop ends."""

    def __init__(self) -> None:
        self._session: ClientSession | None = None
        self._owner: asyncio.Task[None] | None = None

    @property
    def read_timeout(self) -> float:
        return CALL_S

    async def initialize(self) -> None:
        """There is nothing to do before the first request."""

    async def shutdown(self) -> None:
        if self._owner is not None:
            self._owner.cancel()
            await asyncio.wait([self._owner])

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = None,
        *args: Any,
        **kwargs: Any,
    ) -> tuple[int, bytes]:
        """Status and body of the answer. Raises the library's errors, whose cause tells how far it came."""
        read_s = read_timeout if isinstance(read_timeout, int | float) else CALL_S
        timeout = ClientTimeout(total=read_s + BODY_S, connect=CONNECT_S, sock_read=read_s)
        try:
            async with self._open(url).request(
                method, url, timeout=timeout, allow_redirects=False, **_body(request_data)
            ) as response:
                return response.status, await response.read()
        except TimeoutError as error:
            raise TimedOut from error
        except (ClientError, OSError) as error:
            raise NetworkError(type(error).__name__) from error

    def _open(self, url: str) -> ClientSession:
        if self._session is None or self._session.closed:
            connector = TCPConnector(
                limit=AT_ONCE, keepalive_timeout=KEEP_ALIVE_S, ssl=_trust() if url.startswith("https:") else True
            )
            self._session = ClientSession(
                connector=connector,
                cookie_jar=DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
                trust_env=bool(getproxies()),  # to look for a proxy each time costs as much as the request
            )
            self._owner = asyncio.create_task(_until_cancelled(self._session))
        return self._session


async def _until_cancelled(session: ClientSession) -> None:
    async with session:
        await asyncio.Event().wait()


def _body(request_data: RequestData | None) -> dict[str, Any]:
    """What is sent along, as aiohttp takes it. Its form for words alone costs as much as the rest of a request."""
    if request_data is None:
        return {}
    if not request_data.contains_files:
        words = URL.build(query=request_data.json_parameters).raw_query_string  # urlencode goes byte by byte
        return {"data": words.encode(), "headers": {"Content-Type": WORDS}}
    form = FormData(request_data.json_parameters)
    for name, (filename, content, kind) in request_data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return {"data": form}


def _trust() -> ssl.SSLContext:
    """Whom the system trusts, and whom certifi does: a bare container trusts nobody."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context
