"""The methods of the Bot API, one bot's state behind them, and the limits that the platform keeps."""

import re
import threading
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.telegram_text import Refused, parsed, read_keyboard

MOST_DOWN, MOST_PHOTO, MOST_UP = 20 * 2**20, 10 * 2**20, 50 * 2**20
USERNAME = "ledger_test_bot"
BOT_ID = 424242


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
    redrawn: list[dict[str, str]] | None = None
    answers: int | None = None

    @property
    def shown(self) -> list[dict[str, str]]:
        """The buttons that are there now; one that is gone can still be pressed where that has not been heard of."""
        return self.buttons if self.redrawn is None else self.redrawn

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


class Methods:
    """What each method does. A subclass serves them."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.updates: list[dict[str, Any]] = []
        self.sent: list[Sent] = []
        self.documents: list[bytes] = []
        self.answered: list[str] = []
        self.files: dict[str, bytes] = {}
        self.blocked: set[int] = set()
        self.gone: set[int] = set()
        self.closed_topics: set[int] = set()
        self.moved: dict[int, int] = {}
        self.started: set[int] = set()
        self.webhook: dict[str, Any] | None = None
        self.commands: dict[str, list[dict[str, str]]] = {}
        self.limits = (Limit(4, 3.0), Limit(20, 60.0), Limit(30, 1.0))
        self._next_message = 1
        self._queries: dict[str, float] = {}

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
        if len(params.get("photo", b"")) > MOST_PHOTO:
            raise Refused(413, "Request Entity Too Large")
        if not params.get("photo", b"").startswith(b"\x89PNG"):
            raise Refused(400, "Bad Request: IMAGE_PROCESS_FAILED")
        return self._put(params, parsed(params, "caption", 1024), params.get("caption", ""), params["photo"])

    def _do_send_document(self, params: dict[str, Any]) -> dict[str, Any]:
        if not params.get("document"):
            raise Refused(400, "Bad Request: file must be non-empty")
        if len(params["document"]) > MOST_UP:
            raise Refused(413, "Request Entity Too Large")
        self.documents.append(params["document"])
        return self._put(params, parsed(params, "caption", 1024), params.get("caption", ""))

    def _put(self, params: dict[str, Any], text: str, html: str, picture: bytes | None = None) -> dict[str, Any]:
        buttons = read_keyboard(params)
        chat = self._open_chat(params)
        if params.get("message_thread_id") in self.closed_topics:
            raise Refused(400, "Bad Request: message thread not found")
        answered = params.get("reply_parameters") or {}
        if answered and not isinstance(answered.get("message_id"), int):
            raise Refused(400, "Bad Request: object expected as reply parameters")
        now = time.monotonic()
        per_chat, per_group, whole = self.limits
        per_chat.check(chat, now)
        if chat < 0:
            per_group.check(chat, now)
        whole.check("", now)
        for limit, key in ((per_chat, chat), (per_group, chat), (whole, "")):
            limit.note(key, now)
        number, self._next_message = self._next_message, self._next_message + 1
        topic, answers = params.get("message_thread_id"), answered.get("message_id")
        self.sent.append(Sent(chat, number, text, html, buttons, now, topic, picture, answers=answers))
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

    def _do_edit_message_reply_markup(self, params: dict[str, Any]) -> dict[str, Any]:
        buttons, chat = read_keyboard(params), self._open_chat(params)
        for sent in self.sent:
            if sent.chat == chat and sent.message_id == params.get("message_id"):
                if sent.shown == buttons:
                    raise Refused(400, "Bad Request: message is not modified: the new content is the same")
                sent.redrawn = buttons
                return {"message_id": sent.message_id, "date": int(time.time()), "chat": chat_of(chat)}
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
        if len(self.files[path]) > MOST_DOWN:
            raise Refused(400, "Bad Request: file is too big")
        return {"file_id": params["file_id"], "file_unique_id": "1", "file_path": path}


def chat_of(chat: int) -> dict[str, Any]:
    if chat > 0:
        return {"id": chat, "type": "private", "first_name": f"P{chat}"}
    return {"id": chat, "type": "supergroup" if str(chat).startswith("-100") else "group", "title": "Team"}
