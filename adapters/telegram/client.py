"""Calls of the Bot API through python-telegram-bot's requests, and its errors as the border knows them.

The library's `Bot` would read each answer into its classes and raise for one it cannot read, after the message has long
arrived; here an answer is the JSON that came.
"""

import json
import os
import re
from http import HTTPStatus
from typing import Any

from aiohttp import ClientConnectorError, ClientHttpProxyError, ConnectionTimeoutError, InvalidURL
from telegram._files.inputfile import InputFile  # not by way of the library's classes
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request._baserequest import BaseRequest
from telegram.request._requestdata import RequestData
from telegram.request._requestparameter import RequestParameter  # `RequestData` is made of nothing else

from adapters.base import Moved, OutcomeUnknown, RetryLater, Undeliverable, Upload
from adapters.telegram.request import CALL_S, Request
from config.settings import Secret

os.environ.setdefault("PTB_TIMEDELTA", "true")  # or the library warns of each wait that it reports

POLL_S = 50  # how long the platform may hold a getUpdates
UPLOAD_S = 60.0
UNSAID_WAIT_S = 5
UPLOADED_AS = {"image": "photo", "file": "document"}
# Failures of a request that had not gone out: it may be made again.
_NOT_SENT = (ClientConnectorError, ConnectionTimeoutError, ClientHttpProxyError, InvalidURL)
_REFUSED = re.compile(rb'"ok"\s*:\s*false')


class Client:
    """The Bot API of one bot. The token is part of every address, so addresses are never shown."""

    def __init__(self, token: Secret, base_url: str, *, request: BaseRequest | None = None) -> None:
        self._token = token
        self._root = base_url.rstrip("/")
        self._request = request or _Request()

    async def call(self, method: str, params: dict[str, Any], *, upload: Upload | None = None) -> Any:
        """The result of a method. Raises the library's errors."""
        parameters = [RequestParameter.from_input(name, value) for name, value in params.items()]
        if upload is not None:
            file = upload.handle or InputFile(upload.content, filename=upload.name)
            parameters.append(RequestParameter.from_input(UPLOADED_AS[upload.kind], file))
        read_s = POLL_S + 10.0 if method == "getUpdates" else (UPLOAD_S if upload else CALL_S)
        return await self._request.post(
            url=f"{self._root}/bot{self._token.reveal()}/{method}",
            request_data=RequestData(parameters=parameters),
            read_timeout=read_s,
        )

    async def download(self, file_path: str) -> bytes:
        """The content of a file that getFile has named."""
        return await self._request.retrieve(
            f"{self._root}/file/bot{self._token.reveal()}/{file_path}", read_timeout=UPLOAD_S
        )


class _Request(Request):
    """Requests whose refusals are found by what the answer says: some servers refuse with status 200."""

    async def do_request(self, *args: Any, **options: Any) -> tuple[int, bytes]:
        code, payload = await super().do_request(*args, **options)
        if code == HTTPStatus.OK and b'"ok"' in payload[:4096] and _REFUSED.search(payload[:4096]):
            found = json.loads(payload)
            if isinstance(found, dict) and found.get("ok") is False:
                code = int(found.get("error_code") or HTTPStatus.BAD_REQUEST)
        if code == HTTPStatus.TOO_MANY_REQUESTS and b'"retry_after"' not in payload[:4096]:
            raise RetryAfter(UNSAID_WAIT_S)  # a proxy on the way asks to wait, and does not say for how long
        return code, payload


def translate(error: TelegramError) -> Exception:
    """What an error of sending means for the sender: one of the border's, or the error itself: try again.

    A wait that the platform asks for is for one chat: the limit for the whole account is kept by the sender.
    """
    match error:
        case RetryAfter():
            return RetryLater(seconds_of(error))
        case ChatMigrated():
            return Moved(str(error.new_chat_id))
        case Forbidden() | BadRequest():
            return Undeliverable(error.message)
        case InvalidToken() | EndPointNotFound() | Conflict():
            return error
        case TimedOut() | NetworkError():
            return error if _was_not_done(error) else OutcomeUnknown()
    return OutcomeUnknown()  # it was taken, and the answer was no JSON


def seconds_of(error: RetryAfter) -> float:
    """How long the platform wants us to wait."""
    wait = error.retry_after
    return float(wait) if isinstance(wait, int) else wait.total_seconds()


def _was_not_done(error: NetworkError) -> bool:
    """Whether the platform itself refused (5xx), or the request did not reach it."""
    return error.__cause__ is None or isinstance(error.__cause__, (*_NOT_SENT, TelegramError))
