"""The connection to Telegram: what comes in by polling or webhook, what goes out."""

import asyncio
import hashlib
import hmac
import json
import logging
from collections.abc import Coroutine, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from telegram.error import BadRequest, InvalidToken, TelegramError
from telegram.request._baserequest import BaseRequest

from adapters.base import Inbound, Limits, NotStored, Outbound, Platform, Rate, Receive, TooBig, Undeliverable
from adapters.telegram.client import Client, translate
from adapters.telegram.inbound import ALLOWED_UPDATES, PLATFORM, Me, callback_of, kind_of, to_inbound
from adapters.telegram.outbound import Call, to_payload, to_redrawn
from adapters.telegram.polling import forget_webhook, poll, wait_after
from config.catalog import catalog
from config.settings import Settings
from config.types import LANGUAGES, Language

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute

log = logging.getLogger(__name__)

WEBHOOK_PATH = "/telegram/webhook"
MAX_BODY = 1_000_000
# A second for each message of a chat, with room for a short burst; 20 a minute in a group, 30 a second in all,
# these in steps of a fifth: what was held up on the way would else arrive together with the next second's.
LIMITS = Limits(chat=(Rate(3, 3.0),), group=(Rate(3, 3.0), Rate(18, 60.0)), account=(Rate(5, 0.2), Rate(25, 1.0)))
_NO_TOPIC = "message thread not found", "topic_closed", "topic_deleted"  # then it goes to the group itself


class Telegram:
    """One bot on Telegram."""

    platform: Platform = PLATFORM
    limits: Limits = LIMITS

    def __init__(self, settings: Settings, *, request: BaseRequest | None = None) -> None:
        self._settings = settings
        self._client = Client(settings.telegram_token, settings.telegram_base_url, request=request)
        self._is_webhook = settings.telegram_mode == "webhook"
        self._secret = settings.telegram_webhook_secret.reveal() or _derived(settings.telegram_token.reveal())
        self._account: Me | None = None
        self._lock = asyncio.Lock()
        self._parts: dict[Outbound, int] = {}  # of messages in several parts that were interrupted: how many are out
        self._errands: set[asyncio.Task[None]] = set()

    def routes(self, receive: Receive) -> "Sequence[BaseRoute]":
        if not self._is_webhook:
            return ()
        from starlette.routing import Route

        async def webhook(request: "Request") -> "Response":
            return await self._on_webhook(request, receive)

        return (Route(WEBHOOK_PATH, webhook, methods=["POST"]),)

    async def run(self, receive: Receive) -> None:
        """Tell the platform how we want to hear, then hear. Ends only by being cancelled."""
        await self._until_done("getMe", self._me)
        self._aside(self._publish_commands())
        if self._is_webhook:
            await self._until_done("setWebhook", self._set_webhook)
            await asyncio.Event().wait()
        await forget_webhook(self._client)
        await poll(self._client, lambda update: self._take(update, receive))

    async def send(self, message: Outbound) -> str:
        sent_as = ""
        done = self._parts.pop(message, 0)
        for number, call in enumerate(to_payload(message)):
            if number < done:
                continue
            try:
                sent_as = await self._send(call)
            except TelegramError as error:
                if number:
                    self._parts[message] = number
                raise translate(error) from error
        return sent_as

    async def _send(self, call: Call) -> str:
        try:
            result = await self._client.call(call.method, call.params, upload=call.upload)
        except BadRequest as error:
            topic = "message_thread_id"
            if topic not in call.params or not any(reason in error.message.lower() for reason in _NO_TOPIC):
                raise
            again = {key: value for key, value in call.params.items() if key != topic}
            result = await self._client.call(call.method, again, upload=call.upload)
        return str(result["message_id"]) if isinstance(result, dict) and "message_id" in result else ""

    async def redraw(self, message: Outbound, sent_as: str) -> None:
        call = to_redrawn(message, sent_as)
        if call is not None:
            await self._try(call.method, call.params)

    async def fetch(self, file_id: str, *, account: str = "", most: int) -> bytes:
        """The content of something that was sent along; the platform itself gives out no more than 20 MB."""
        try:
            found = await self._client.call("getFile", {"file_id": file_id})
            if int(found.get("file_size") or 0) > most:
                raise TooBig
            if "file_path" not in found:
                raise Undeliverable("no file_path")
            content = await self._client.download(found["file_path"])
        except BadRequest as error:
            if "too big" in error.message.lower():
                raise TooBig from None
            raise translate(error) from error
        except TelegramError as error:
            raise translate(error) from error
        if len(content) > most:
            raise TooBig
        return content

    async def _take(self, update: dict[str, Any], receive: Receive) -> None:
        """Hand over one update. Raises `NotStored`; what cannot be read is logged by its type and left."""
        try:
            inbound = self._read(update, await self._me())
        except (LookupError, TypeError, ValueError, AttributeError, OverflowError) as error:
            log.warning("an update of type %s could not be read", kind_of(update), exc_info=error)
            inbound = None
        if inbound is not None:
            await receive(inbound)
        else:
            log.debug("an update of type %s is not for us", kind_of(update))
        query = callback_of(update)
        if query is not None:
            self._answer(query)

    def _read(self, update: dict[str, Any], me: Me) -> Inbound | None:
        return to_inbound(update, me, now=datetime.now(UTC))

    def _answer(self, query: str) -> None:
        """Stop the little clock on a pressed button. What the press led to comes as a message."""
        self._aside(self._try("answerCallbackQuery", {"callback_query_id": query}))

    def _aside(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something that nobody waits for."""
        task = asyncio.create_task(work)
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)

    async def _on_webhook(self, request: "Request", receive: Receive) -> "Response":
        from starlette.responses import Response

        given = request.headers.get("x-telegram-bot-api-secret-token", "")
        if not hmac.compare_digest(given.encode("utf-8", "replace"), self._secret.encode()):
            return Response(status_code=401)
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_BODY:
                return Response(status_code=413)
        try:
            update = json.loads(body)
            if not isinstance(update, dict) or not isinstance(update.get("update_id"), int):
                return Response(status_code=400)
        except (ValueError, RecursionError):
            return Response(status_code=400)
        try:
            await self._take(update, receive)
        except (NotStored, TelegramError) as error:
            log.warning("an update could not be taken: %s", type(error).__name__)
            return Response(status_code=503)
        return Response(status_code=200)

    async def _me(self) -> Me:
        """The bot's own account, asked for once. Raises the library's errors."""
        async with self._lock:
            if self._account is None:
                found = await self._ask_who_we_are()
                says: dict[str, dict[str, str]] = {language: _says(language) for language in LANGUAGES}
                self._account = Me(int(found["id"]), found.get("username", ""), says, self._settings.language)
            return self._account

    async def _ask_who_we_are(self) -> dict[str, Any]:
        try:
            return dict(await self._client.call("getMe", {}))
        except InvalidToken as error:
            number = self._settings.telegram_token.reveal().partition(":")[0]
            if "not found" not in error.message.lower() or not number.isdecimal():
                raise
            # Perhaps a server that speaks only a part of the Bot API. Our id begins the token.
            log.error("getMe failed: %s: is CRMBOT_TELEGRAM_TOKEN right?", type(error).__name__)
            return {"id": number}

    async def _set_webhook(self) -> None:
        if not self._settings.public_url:
            log.warning("CRMBOT_PUBLIC_URL is not set: the platform is not told where to call")
            return
        params = {
            "url": self._settings.public_url.rstrip("/") + WEBHOOK_PATH,
            "secret_token": self._secret,
            "allowed_updates": list(ALLOWED_UPDATES),
        }
        await self._client.call("setWebhook", params)

    async def _publish_commands(self) -> None:
        """Put our commands into the menu, in each language; the organisation's is for everybody else."""
        for language in LANGUAGES:
            words = catalog(language)
            commands = [
                {"command": name, "description": words.say(f"telegram.command.{name}.description")}
                for name in words.words("telegram.order")
            ]
            await self._try("setMyCommands", {"commands": commands, "language_code": language})
            if language == self._settings.language:
                await self._try("setMyCommands", {"commands": commands})

    async def _try(self, method: str, params: dict[str, Any]) -> None:
        """Call something that we can do without."""
        try:
            await self._client.call(method, params)
        except TelegramError as error:
            log.info("%s was refused: %s", method, type(error).__name__)

    async def _until_done(self, what: str, action: Any) -> None:
        """Try until it is done: without it there is no connection."""
        failures = 0
        while True:
            try:
                await action()
                return
            except TelegramError as error:
                failures += 1
                level = logging.ERROR if isinstance(error, InvalidToken) else logging.WARNING
                hint = ": is CRMBOT_TELEGRAM_TOKEN right?" if isinstance(error, InvalidToken) else ""
                log.log(level, "%s failed: %s%s", what, type(error).__name__, hint)
                await asyncio.sleep(wait_after(error, failures))


def _says(language: Language) -> dict[str, str]:
    words = catalog(language)
    table: dict[str, Any] = words.symbols("telegram.command")
    return {name: entry["says"] for name, entry in table.items()}


def _derived(token: str) -> str:
    """A secret for the webhook where none is set: known to nobody who does not know the token."""
    return hashlib.sha256(f"webhook of {token}".encode()).hexdigest()
