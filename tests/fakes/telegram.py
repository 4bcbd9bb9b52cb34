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
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx

TOKEN = "424242:test-token-of-a-bot-that-does-not-exist"
USERNAME = "ledger_test_bot"
BOT_ID = 424242

TAGS = {"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "code", "pre", "a", "blockquote", "tg-spoiler"}
METHODS = {
    "getMe", "getUpdates", "setWebhook", "deleteWebhook", "getWebhookInfo", "sendMessage", "sendPhoto", "sendDocument",
    "editMessageText", "answerCallbackQuery", "setMyCommands", "getFile",
}  # fmt: skip


class Refused(Exception):
    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters


@dataclass
class Fault:
    """What is to go wrong with a method: ``429``, ``500``, ``before`` (cut, nothing done), ``after`` (done, then cut),
    ``hang``."""

    method: str
    kind: str
    times: int = 1
    retry_after: int = 1
    chat: int | None = None


@dataclass
class Sent:
    """A message of the bot as a person sees it: its text without markup."""

    chat: int
    message_id: int
    text: str
    html: str
    buttons: list[dict[str, str]]
    at: float
    thread: int | None = None
    picture: bytes | None = None

    def data(self, label: str) -> str:
        """What is behind the button with this label."""
        return next(button["callback_data"] for button in self.buttons if button["text"] == label)


@dataclass
class Limit:
    """At most so many in so many seconds."""

    count: int
    per_s: float
    times: dict[object, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def check(self, key: object, now: float) -> None:
        times = self.times[key]
        while times and times[0] <= now - self.per_s:
            times.popleft()
        if len(times) >= self.count:
            wait = int(times[0] + self.per_s - now) + 1
            raise Refused(429, f"Too Many Requests: retry after {wait}", retry_after=wait)

    def note(self, key: object, now: float) -> None:
        self.times[key].append(now)


class Telegram:
    """One bot's Telegram. ``url`` is what CRMBOT_TELEGRAM_BASE_URL is set to."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.updates: list[dict[str, Any]] = []
        self.sent: list[Sent] = []
        self.documents: list[bytes] = []
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.refusals: list[tuple[str, str]] = []
        self.answered: list[str] = []
        self.faults: list[Fault] = []
        self.files: dict[str, bytes] = {}
        self.blocked: set[int] = set()
        self.gone: set[int] = set()
        self.moved: dict[int, int] = {}
        self.started: set[int] = set()
        self.webhook: dict[str, Any] | None = None
        self.posts: list[tuple[int, int]] = []
        self.confirmed = 0
        self.commands: dict[str, list[dict[str, str]]] = {}
        self.missing: set[str] = set()
        self.limits = (Limit(4, 3.0), Limit(20, 60.0), Limit(30, 1.0))
        self._next_update = 700_001
        self._next_message = 1
        self._polls = 0
        self._queries: dict[str, float] = {}
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

    def wait(self, condition: Callable[[], Any], what: str = "", within_s: float = 15.0) -> Any:
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

    # --- methods

    def _do_get_me(self, _params: dict[str, Any]) -> dict[str, Any]:
        return {"id": BOT_ID, "is_bot": True, "first_name": "Ledger", "username": USERNAME}

    def _do_set_webhook(self, params: dict[str, Any]) -> bool:
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", params.get("secret_token", "x")):
            raise Refused(400, "Bad Request: secret token contains unallowed characters")
        self.webhook = params if params.get("url") else None
        return True

    def _do_delete_webhook(self, params: dict[str, Any]) -> bool:
        assert not params.get("drop_pending_updates")
        self.webhook = None
        return True

    def _do_get_webhook_info(self, _params: dict[str, Any]) -> dict[str, Any]:
        return {"url": (self.webhook or {}).get("url", ""), "pending_update_count": len(self.updates)}

    def _do_send_message(self, params: dict[str, Any]) -> dict[str, Any]:
        text = parsed(params, "text", 4096)
        if not text.strip():
            raise Refused(400, "Bad Request: message text is empty")
        return self._put(params, text, params["text"])

    def _do_send_photo(self, params: dict[str, Any]) -> dict[str, Any]:
        if not params.get("photo", b"").startswith(b"\x89PNG"):
            raise Refused(400, "Bad Request: IMAGE_PROCESS_FAILED")
        return self._put(params, parsed(params, "caption", 1024), params.get("caption", ""), params["photo"])

    def _do_send_document(self, params: dict[str, Any]) -> dict[str, Any]:
        if not params.get("document"):
            raise Refused(400, "Bad Request: file must be non-empty")
        self.documents.append(params["document"])
        return self._put(params, parsed(params, "caption", 1024), params.get("caption", ""))

    def _put(self, params: dict[str, Any], text: str, html: str, picture: bytes | None = None) -> dict[str, Any]:
        buttons = read_keyboard(params)
        chat = self._open_chat(params)
        now = time.monotonic()
        per_chat, per_group, whole = self.limits
        per_chat.check(chat, now)
        if chat < 0:
            per_group.check(chat, now)
        whole.check("", now)
        for limit, key in ((per_chat, chat), (per_group, chat), (whole, "")):
            limit.note(key, now)
        number, self._next_message = self._next_message, self._next_message + 1
        self.sent.append(Sent(chat, number, text, html, buttons, now, params.get("message_thread_id"), picture))
        return {"message_id": number, "date": int(time.time()), "chat": chat_of(chat), "text": text}

    def _open_chat(self, params: dict[str, Any]) -> int:
        chat = params.get("chat_id")
        if not isinstance(chat, int):
            raise Refused(400, "Bad Request: chat_id is empty")
        if chat in self.moved:
            new = self.moved[chat]
            text = "Bad Request: group chat was upgraded to a supergroup chat"
            raise Refused(400, text, migrate_to_chat_id=new)
        if chat in self.gone:
            raise Refused(400, "Bad Request: chat not found")
        if chat in self.blocked:
            raise Refused(403, "Forbidden: bot was blocked by the user")
        if chat > 0 and chat not in self.started:
            raise Refused(403, "Forbidden: bot can't initiate conversation with a user")
        return chat

    def _do_edit_message_text(self, params: dict[str, Any]) -> dict[str, Any]:
        text, buttons = parsed(params, "text", 4096), read_keyboard(params)
        chat = self._open_chat(params)
        for sent in self.sent:
            if sent.chat == chat and sent.message_id == params.get("message_id"):
                if (sent.text, sent.buttons) == (text, buttons):
                    raise Refused(400, "Bad Request: message is not modified: the new content is the same")
                sent.text, sent.html, sent.buttons = text, params["text"], buttons
                return {"message_id": sent.message_id, "date": int(time.time()), "chat": chat_of(chat), "text": text}
        raise Refused(400, "Bad Request: message to edit not found")

    def _do_answer_callback_query(self, params: dict[str, Any]) -> bool:
        query = params.get("callback_query_id", "")
        if query not in self._queries or query in self.answered or time.monotonic() - self._queries[query] > 15:
            raise Refused(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        if len(params.get("text", "")) > 200:
            raise Refused(400, "Bad Request: MESSAGE_TOO_LONG")
        self.answered.append(query)
        return True

    def _do_set_my_commands(self, params: dict[str, Any]) -> bool:
        for command in params["commands"]:
            if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]) or not 1 <= len(command["description"]) <= 256:
                raise Refused(400, "Bad Request: BOT_COMMAND_INVALID")
        self.commands[params.get("language_code", "")] = params["commands"]
        return True

    def _do_get_file(self, params: dict[str, Any]) -> dict[str, Any]:
        path = f"documents/{params['file_id']}"
        if path not in self.files:
            raise Refused(400, "Bad Request: invalid file_id")
        return {"file_id": params["file_id"], "file_unique_id": "1", "file_path": path}


def chat_of(chat: int) -> dict[str, Any]:
    if chat > 0:
        return {"id": chat, "type": "private", "first_name": f"P{chat}"}
    return {"id": chat, "type": "supergroup" if str(chat).startswith("-100") else "group", "title": "Team"}


def envelope(error: Refused) -> tuple[int, dict[str, Any]]:
    body: dict[str, Any] = {"ok": False, "error_code": error.code, "description": error.description}
    if error.parameters:
        body["parameters"] = error.parameters
    return error.code, body


def read_params(query: str, headers: dict[str, str], body: bytes) -> dict[str, Any]:
    """Parameters from the address, a form, a form with files, or JSON."""
    kind = headers.get("content-type", "")
    params: dict[str, Any] = dict(parse_qsl(query, keep_blank_values=True))
    if kind.startswith("application/json"):
        return params | json.loads(body or b"{}")
    if kind.startswith("multipart/"):
        parts = BytesParser(policy=HTTP).parsebytes(f"content-type: {kind}\r\n\r\n".encode() + body)
        for part in parts.iter_parts():
            name = part.get_param("name", header="content-disposition")
            content = part.get_payload(decode=True)
            params[name] = content if part.get_filename() else content.decode()
    else:
        params |= dict(parse_qsl(body.decode(), keep_blank_values=True))
    return {name: value if isinstance(value, bytes) else loose(name, value) for name, value in params.items()}


def loose(name: str, value: str) -> Any:
    """Numbers, booleans and objects come as JSON; texts as they are."""
    if name in ("text", "caption", "secret_token", "url", "data", "callback_query_id", "file_id", "language_code"):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def parsed(params: dict[str, Any], name: str, most: int) -> str:
    text = params.get(name, "")
    if params.get("parse_mode") == "HTML":
        text = Html(text).text
    elif params.get("parse_mode"):
        raise Refused(400, "Bad Request: unsupported parse_mode")
    if len(text.encode("utf-16-le")) // 2 > most:
        raise Refused(400, "Bad Request: message is too long" if name == "text" else "Bad Request: caption is too long")
    return text


class Html(HTMLParser):
    """The text of a message; refuses what the platform cannot parse."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=False)
        self.text = ""
        self.open: list[str] = []
        if re.search(r"<(?![/a-zA-Z])|&(?!(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);)", source) and "<" in source:
            raise Refused(400, "Bad Request: can't parse entities: Unsupported start tag")
        self.feed(source)
        self.close()
        if self.open:
            raise Refused(400, f"Bad Request: can't parse entities: Can't find end tag for {self.open[-1]!r}")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            raise Refused(400, f'Bad Request: can\'t parse entities: Unsupported start tag "{tag}"')
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise Refused(400, "Bad Request: can't parse entities: Unexpected end tag")

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_entityref(self, name: str) -> None:
        self.text += {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}.get(name, f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.text += chr(int(name[1:], 16) if name[0] in "xX" else int(name))


def read_keyboard(params: dict[str, Any]) -> list[dict[str, str]]:
    markup = params.get("reply_markup")
    if markup is None:
        return []
    rows = markup["inline_keyboard"]
    buttons = [button for row in rows for button in row]
    if len(buttons) > 100 or any(len(row) > 8 for row in rows):
        raise Refused(400, "Bad Request: reply markup is too long")
    for button in buttons:
        if not button.get("text"):
            raise Refused(400, "Bad Request: can't parse reply keyboard markup: text of a button is empty")
        if len(set(button) - {"text", "style", "icon_custom_emoji_id"}) != 1:
            raise Refused(400, "Bad Request: Text buttons are unallowed in the inline keyboard")
        if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= 64:
            raise Refused(400, "Bad Request: BUTTON_DATA_INVALID")
    return buttons


@contextmanager
def telegram() -> Iterator[Telegram]:
    with Telegram() as fake:
        yield fake
