"""Slack's Web API: one client, and its errors in the border's words."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    TCPConnector,
)
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.base import OutcomeUnknown, RetryLater, Undeliverable
from config.settings import Secret

log = logging.getLogger(__name__)

Answer: TypeAlias = Any  # AsyncSlackResponse: a mapping as far as we use it

TIMEOUT = ClientTimeout(total=20, sock_connect=5)
KEEP_ALIVE_S = 10  # shorter than any server's: a call on a connection that just died could not be told from a lost one
WAIT_S = 30.0  # where Slack asks to wait and does not say how long

# The libraries write what they send and receive at DEBUG, and addresses with tickets in them elsewhere: message texts
# and secrets. Nothing of theirs may reach a log.
silent = logging.getLogger(f"{__name__}.library")
silent.setLevel(logging.CRITICAL)
silent.propagate = False
silent.addHandler(logging.NullHandler())

LIMITED = frozenset({"ratelimited", "rate_limited"})
UNREACHABLE = frozenset(
    {
        "account_inactive",
        "as_user_not_supported",
        "cannot_dm_bot",
        "cannot_reply_to_message",
        "channel_is_limited_access",
        "channel_not_found",
        "channel_type_not_supported",
        "ekm_access_denied",
        "invalid_blocks",
        "invalid_blocks_format",
        "is_archived",
        "is_inactive",
        "messages_tab_disabled",
        "msg_blocks_too_long",
        "msg_too_long",
        "no_text",
        "not_in_channel",
        "restricted_action",
        "restricted_action_non_threadable_channel",
        "restricted_action_read_only_channel",
        "restricted_action_thread_locked",
        "restricted_action_thread_only_channel",
        "team_access_not_granted",
        "team_not_found",
        "user_disabled",
        "user_not_found",
        "user_not_in_channel",
        "user_not_visible",
        "users_not_found",
    }
)
REFUSED = frozenset(
    {
        "access_denied",
        "app_missing_action_url",
        "enterprise_is_restricted",
        "forbidden_team",
        "invalid_auth",
        "missing_scope",
        "no_permission",
        "not_allowed_token_type",
        "not_authed",
        "token_expired",
        "token_revoked",
        "two_factor_setup_required",
    }
)
NO_METHOD = frozenset({"unknown_method", "http_404"})  # a server that speaks only a part of the Web API
HALF_DONE = frozenset({"fatal_error", "internal_error"})  # "some aspect of the operation may have succeeded"
NOT_DRAWN = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"})


class SlackError(Exception):
    """Slack said no, and may say yes later. ``code`` is Slack's."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Refused(SlackError):
    """Slack does not let this app do it: a wrong token, a missing scope. Only an administrator can help."""


class Web:
    """The client and its connections: open while somebody uses them, so that nothing is left open at the end."""

    def __init__(self, token: Secret, base_url: str) -> None:
        self._token = token
        self._base_url = base_url
        self._session: ClientSession | None = None
        self._client: AsyncWebClient | None = None
        self._users = 0

    @asynccontextmanager
    async def in_use(self) -> AsyncIterator[None]:
        """Keep the connections open for as long as this lasts."""
        self._users += 1
        try:
            yield
        finally:
            self._users -= 1
            if not self._users:
                await self.aclose()

    @property
    def session(self) -> ClientSession:
        if self._session is None or self._session.closed:
            connector = TCPConnector(keepalive_timeout=KEEP_ALIVE_S)
            self._session = ClientSession(timeout=TIMEOUT, connector=connector)
        return self._session

    @property
    def client(self) -> AsyncWebClient:
        """Slack's methods. It repeats nothing by itself: a message sent twice arrives twice."""
        if self._client is None or self._client.session is not self.session:
            self._client = AsyncWebClient(
                self._token.reveal(), self._base_url, session=self.session, retry_handlers=[], logger=silent
            )
        return self._client

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()


async def call(method: Awaitable[Answer]) -> Answer:
    """The answer of a method. Raises the border's errors, `SlackError` or `Refused`; never one with a token in it."""
    try:
        return await method
    except (TimeoutError, SlackApiError, ClientError, OSError) as error:
        raise meaning(error) from None


def meaning(error: BaseException) -> Exception:
    """What a library's error means for the message that was to be sent."""
    if isinstance(error, SlackApiError):
        return _answer_meaning(error)
    if isinstance(error, ClientConnectorError | ConnectionTimeoutError):
        return SlackError("not_reached")
    if isinstance(error, ClientError | asyncio.TimeoutError | OSError):
        return OutcomeUnknown(type(error).__name__)
    return SlackError(type(error).__name__)


def code_of(error: BaseException) -> str:
    """Slack's code of an error that `call` raised; "" where there is none."""
    if isinstance(error, Undeliverable):
        return error.reason
    return error.code if isinstance(error, SlackError) else ""


def _answer_meaning(error: SlackApiError) -> Exception:
    answer = error.response
    status = getattr(answer, "status_code", None) or getattr(answer, "status", 0)
    data = getattr(answer, "data", None)
    body: dict[str, Any] = data if isinstance(data, dict) else {}
    code = str(body.get("error") or f"http_{status}")
    if status == 429 or code in LIMITED:
        return RetryLater(_wait_s(answer))
    if code == "message_limit_exceeded":
        return RetryLater(_wait_s(answer), everywhere=True)
    if code in REFUSED:
        log.error("Slack refuses the app: %s%s", code, f" ({body['needed']})" if "needed" in body else "")
        return Refused(code)
    if code in UNREACHABLE:
        return Undeliverable(code)
    return OutcomeUnknown(code) if code in HALF_DONE else SlackError(code)


def _wait_s(answer: Any) -> float:
    headers = {str(name).lower(): value for name, value in dict(getattr(answer, "headers", None) or {}).items()}
    try:
        return max(0.0, float(str(headers.get("retry-after", WAIT_S))))
    except ValueError:
        return WAIT_S
