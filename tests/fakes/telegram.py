"""A Telegram that is as strict as the real one, on loopback: the Bot API over HTTP, for one bot.

It refuses what the platform refuses (entities that do not parse, texts and callback data that are too long, buttons
without an action, strangers that never wrote), keeps to its limits, delivers again what was not confirmed, and can be
told to fail: before or after a call took effect. It runs in a thread of its own; tests speak to it from theirs.
"""

import asyncio
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

from tests.fakes import PATIENCE_S
from tests.fakes.telegram_methods import Methods, Sent, chat_of
from tests.fakes.telegram_text import Refused, envelope, read_params

TOKEN = "424242:test-token-of-a-bot-that-does-not-exist"
METHODS = {
    "getMe", "getUpdates", "setWebhook", "deleteWebhook", "getWebhookInfo", "sendMessage", "sendPhoto", "sendDocument",
    "editMessageReplyMarkup", "answerCallbackQuery", "setMyCommands", "getFile",
}  # fmt: skip


@dataclass
class Fault:
    """What is to go wrong with a method: ``429``, ``429 bare`` (without a word on how long), ``500``, ``before`` (cut,
    nothing done), ``after`` (done, then cut), ``hang``."""

    method: str
    kind: str
    times: int = 1
    retry_after: int = 1
    chat: int | None = None


class Telegram(Methods):
    """One bot's Telegram. ``url`` is what CRMBOT_TELEGRAM_BASE_URL is set to."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.refusals: list[tuple[str, str]] = []
        self.faults: list[Fault] = []
        self.posts: list[tuple[int, int]] = []
        self.confirmed = 0
        self.missing: set[str] = set()
        self._next_update = 700_001
        self._polls = 0
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._arrived: asyncio.Event | None = None
        self._thread = threading.Thread(target=self._run, name="fake telegram", daemon=True)
        self.url = ""

    # --- for tests

    def __enter__(self) -> "Telegram":
        self._thread.start()
        assert self._ready.wait(5)
        return self

    def __exit__(self, *_error: object) -> None:
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(5)

    def say(self, person: int, text: str, *, chat: int | None = None, **more: Any) -> dict[str, Any]:
        """A person writes. ``more``: further fields of the message."""
        return self.deliver("message", self.message(person, text, chat=chat, **more))

    def message(self, person: int, text: str, *, chat: int | None = None, **more: Any) -> dict[str, Any]:
        with self.lock:
            self.started.add(person)
            number, self._next_message = self._next_message, self._next_message + 1
        message = {
            "message_id": number,
            "date": int(time.time()),
            "from": {"id": person, "is_bot": False, "first_name": f"P{person}", "language_code": "zh-hans"},
            "chat": chat_of(chat if chat is not None else person),
        }
        entities = [
            {"type": kind, "offset": len(text[: found.start()].encode("utf-16-le")) // 2, "length": len(found.group())}
            for kind, pattern in (("bot_command", r"^/\w+(@\w+)?"), ("mention", r"(?<!\w)@\w+"))
            for found in re.finditer(pattern, text)
        ]
        if text:
            message["text"] = text
        if entities:
            message["entities"] = entities
        return message | more

    def press(self, person: int, sent: Sent, label: str) -> dict[str, Any]:
        """A person presses a button under a message."""
        with self.lock:
            query = f"q{len(self._queries) + 1}"
            self._queries[query] = time.monotonic()
        message = {"message_id": sent.message_id, "date": int(time.time()), "chat": chat_of(sent.chat)}
        return self.deliver(
            "callback_query",
            {
                "id": query,
                "from": {"id": person, "is_bot": False, "first_name": f"P{person}"},
                "message": message,
                "chat_instance": "1",
                "data": sent.data(label),
            },
        )

    def deliver(self, kind: str, content: dict[str, Any]) -> dict[str, Any]:
        with self.lock:
            update = {"update_id": self._next_update, kind: content}
            self._next_update += 1
        self.queue(update)
        return update

    def queue(self, update: dict[str, Any]) -> None:
        """Put an update (perhaps once more) where the bot gets it."""
        with self.lock:
            self.updates.append(update)
        assert self._loop is not None
        assert self._arrived is not None
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._arrived.set)

    def fail(self, method: str, kind: str, **more: Any) -> Fault:
        fault = Fault(method, kind, **more)
        with self.lock:
            self.faults.append(fault)
        return fault

    def to(self, chat: int) -> list[Sent]:
        with self.lock:
            return [sent for sent in self.sent if sent.chat == chat]

    def wait(self, condition: Callable[[], Any], what: str = "", within_s: float = PATIENCE_S) -> Any:
        """The first true answer of a condition. Fails after a while."""
        end = time.monotonic() + within_s
        while time.monotonic() < end:
            found = condition()
            if found:
                return found
            time.sleep(0.02)
        with self.lock:
            raise AssertionError(f"waited in vain for {what}: {[s.text[:60] for s in self.sent]} {self.refusals}")

    def answer_to(self, person: int, text: str, *, chat: int | None = None, **more: Any) -> Sent:
        """Write, and wait for the next message of the bot in that chat."""
        where = chat if chat is not None else person
        count = len(self.to(where))
        self.say(person, text, chat=chat, **more)
        found: Sent = self.wait(lambda: self.to(where)[count:], f"an answer to {text!r}")[0]
        return found

    def answer_to_press(self, person: int, sent: Sent, label: str) -> Sent:
        count = len(self.to(sent.chat))
        self.press(person, sent, label)
        found: Sent = self.wait(lambda: self.to(sent.chat)[count:], f"an answer to [{label}]")[0]
        return found

    # --- the server

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._arrived, self._stop = asyncio.Event(), asyncio.Event()
        server = await asyncio.start_server(self._connection, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        pushing = asyncio.create_task(self._push())
        self._ready.set()
        await self._stop.wait()
        server.close()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(pushing, *tasks, return_exceptions=True)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                line, *rest = head.split("\r\n")
                headers = {name.lower(): value.strip() for name, _, value in (item.partition(":") for item in rest)}
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                _verb, target, _version = line.split(" ")
                code, content = await self._answer(target, headers, body)
                if code == 0:
                    writer.transport.abort()
                    return
                kind = "application/json" if isinstance(content, dict) else "application/octet-stream"
                raw = json.dumps(content).encode() if isinstance(content, dict) else content
                writer.write(
                    f"HTTP/1.1 {code} X\r\ncontent-type: {kind}\r\ncontent-length: {len(raw)}\r\n\r\n".encode()
                )
                writer.write(raw)
                await writer.drain()
        writer.close()

    async def _answer(self, target: str, headers: dict[str, str], body: bytes) -> tuple[int, Any]:
        url = urlsplit(target)
        found = re.fullmatch(r"/(file/)?bot([^/]*)/(.+)", url.path)
        if found is None:
            return 404, {"ok": False, "error_code": 404, "description": "Not Found"}
        is_file, token, method = found.groups()
        if token != TOKEN:
            return 401, {"ok": False, "error_code": 401, "description": "Unauthorized"}
        if is_file:
            return (200, self.files[method]) if method in self.files else (404, {"ok": False})
        params = read_params(url.query, headers, body)
        with self.lock:
            self.calls.append((method, params))
            fault = self._fault_for(method, params)
        return await self._with_fault(fault, method, params)

    async def _with_fault(self, fault: Fault | None, method: str, params: dict[str, Any]) -> tuple[int, Any]:
        kind = fault.kind if fault else ""
        if kind == "hang":
            await asyncio.sleep(120)
        if kind == "before":
            return 0, None
        if kind == "429" and fault is not None:
            return envelope(Refused(429, "Too Many Requests", retry_after=fault.retry_after))
        if kind == "429 bare":
            return 429, {"ok": False, "error_code": 429, "description": "Too Many Requests"}
        if kind == "500":
            return 500, {"ok": False, "error_code": 500, "description": "Internal Server Error"}
        try:
            result = await self._call(method, params)
        except Refused as error:
            with self.lock:
                self.refusals.append((method, error.description))
            return envelope(error)
        return (0, None) if kind == "after" else (200, {"ok": True, "result": result})

    def _fault_for(self, method: str, params: dict[str, Any]) -> Fault | None:
        for fault in self.faults:
            chat = params.get("chat_id")
            if fault.method == method and fault.times > 0 and fault.chat in (None, chat):
                fault.times -= 1
                return fault
        return None

    async def _call(self, method: str, params: dict[str, Any]) -> Any:
        if method not in METHODS or method in self.missing:
            raise Refused(404, "Not Found: method not found")
        if method == "getUpdates":
            return await self._get_updates(params)
        with self.lock:
            return getattr(self, f"_do_{re.sub('([A-Z])', lambda m: '_' + m[1].lower(), method)}")(params)

    async def _get_updates(self, params: dict[str, Any]) -> list[dict[str, Any]]:
        if self.webhook is not None:
            raise Refused(409, "Conflict: can't use getUpdates method while webhook is active")
        self._polls += 1
        mine = self._polls
        offset = params.get("offset")
        if offset is not None:
            with self.lock:
                self.confirmed = max(self.confirmed, offset - 1)
                self.updates = [update for update in self.updates if update["update_id"] >= offset]
        end = time.monotonic() + min(params.get("timeout", 0), 50)
        assert self._arrived is not None
        while True:
            if mine != self._polls:
                raise Refused(409, "Conflict: terminated by other getUpdates request")
            self._arrived.clear()
            with self.lock:
                allowed = params.get("allowed_updates") or ["message", "edited_message", "callback_query"]
                ready = [each for each in self.updates if any(kind in each for kind in allowed)]
            if ready or time.monotonic() >= end:
                return ready[: params.get("limit", 100)]
            with suppress(TimeoutError):
                await asyncio.wait_for(self._arrived.wait(), 0.25)

    async def _push(self) -> None:
        """Deliver to the webhook, one after the other; what is not taken is delivered again."""
        async with httpx.AsyncClient(timeout=10, trust_env=False) as client:
            while True:
                with self.lock:
                    hook, update = self.webhook, self.updates[0] if self.updates else None
                if hook is None or update is None:
                    await asyncio.sleep(0.02)
                    continue
                headers = {"X-Telegram-Bot-Api-Secret-Token": hook.get("secret_token", "")}
                try:
                    code = (await client.post(hook["url"], json=update, headers=headers)).status_code
                except httpx.HTTPError:
                    code = 0
                with self.lock:
                    self.posts.append((update["update_id"], code))
                    if 200 <= code < 300 and self.updates and self.updates[0] is update:
                        self.updates.pop(0)
                if not 200 <= code < 300:
                    await asyncio.sleep(0.2)


@contextmanager
def telegram() -> Iterator[Telegram]:
    with Telegram() as fake:
        yield fake
