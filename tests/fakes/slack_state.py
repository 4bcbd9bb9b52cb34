"""What a Slack on loopback knows: people, channels, messages, and what is to go wrong."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from aiohttp import ClientSession, web

from tests.fakes import PATIENCE_S

Json = dict[str, Any]

TEAM, BOT_USER, BOT_ID, APP = "T0HOME", "U0BOT", "B0BOT", "A0APP"
BOT_TOKEN, APP_TOKEN, SIGNING_SECRET = "xoxb-fake-bot-token", "xapp-fake-app-token", "fake-signing-secret"


@dataclass
class Message:
    """A message in a channel, as people see it. ``only_for``: shown to one person."""

    channel: str
    ts: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    thread_ts: str = ""
    user: str = BOT_USER
    only_for: str = ""
    updates: int = 0
    first: list[Json] = field(default_factory=list)  # the blocks before it was changed

    @property
    def shown(self) -> str:
        """The text in the blocks as a reader sees it."""
        sections = [block for block in self.blocks if block["type"] == "section"]
        objects = [one for block in sections for one in (*filter(None, [block.get("text")]), *block.get("fields", ()))]
        text = "\n".join(item["text"] for item in objects) if objects else self.text
        text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        return text.replace("\u2060", "")

    def choices(self) -> list[tuple[str, Json, Json]]:
        """Label, block and element of all that can be pressed; options stand in their select."""
        return self._choices(self.blocks)

    def choices_ever(self) -> list[tuple[str, Json, Json]]:
        """With those that are gone: a screen that has not heard of it still shows them."""
        return self._choices([*self.blocks, *self.first])

    @staticmethod
    def _choices(blocks: list[Json]) -> list[tuple[str, Json, Json]]:
        found = []
        for block in blocks:
            for element in block.get("elements", ()) if block["type"] == "actions" else ():
                for option in element.get("options", ()):
                    found.append((option["text"]["text"], block, {**element, "selected_option": option}))
                if element["type"] == "button":
                    found.append((element["text"]["text"], block, element))
        return found


@dataclass
class Fault:
    """What happens to calls of a method: an ``error`` or ``status``, or a ``cut`` before or after it takes effect."""

    error: str = ""
    status: int = 200
    cut: str = ""
    retry_after: str = ""
    delay_s: float = 0.0
    times: int = 1
    channel: str = ""


@dataclass
class Delivery:
    """Something delivered to the bot: how often, how each attempt ended, and what was answered to it.

    A form closes by an empty answer; another that is understood changes it.
    """

    payload: Json
    attempts: list[str] = field(default_factory=list)
    answer: Json = field(default_factory=dict)

    @property
    def is_acked(self) -> bool:
        return "acked" in self.attempts

    def judge(self, answer: Json) -> str:
        """How an answer in time is taken."""
        self.answer = answer
        view = self.payload.get("view", {}) if self.payload.get("type") == "view_submission" else {}
        if answer and (not view or answer.get("response_action") != "errors"):
            return "malformed"
        inputs = {block["block_id"] for block in view.get("blocks", ()) if block["type"] == "input"}
        errors = answer.get("errors", {})
        is_right = not answer or (errors and errors.keys() <= inputs and all(errors.values()))
        return "acked" if is_right else "malformed"

    @property
    def has_closed(self) -> bool:
        """Whether the form is gone from the screen."""
        return self.is_acked and not self.answer


class State:
    """``events_url``: where the bot listens, for HTTP; without it deliveries go to the Socket Mode connections."""

    def __init__(self) -> None:
        self.base_url = ""
        self.events_url = ""
        self.retry_after_s = (0.05, 0.5, 1.0)
        self.per_channel_s = 0.0  # with 1.0: a message a second and channel, as Slack says
        self.messages: list[Message] = []
        self.files: dict[str, Json] = {}
        self.shows_files = True  # whether the app may read files; else there is a page to sign in
        self.homes: dict[str, Json] = {}
        self.users: dict[str, Json] = {}
        self.members: dict[str, set[str]] = defaultdict(set)  # channel: people in it; the bot is in all but `closed`
        self.shared: set[str] = set()  # channels of several workspaces (Slack Connect)
        self.closed: dict[str, str] = {}  # channel: the error that its use gives
        self.calls: list[tuple[str, Json]] = []
        self.faults: dict[str, list[Fault]] = defaultdict(list)
        self.deliveries: list[Delivery] = []
        self.sockets: list[web.WebSocketResponse] = []
        self.deaf: set[web.WebSocketResponse] = set()
        self.views: list[Json] = []
        self.trigger_s = 3.0
        self.ack_within_s = 3.0
        self._triggers: dict[str, tuple[str, float]] = {}
        self.answers_each = 5  # that a command or a press takes at its address
        self._tickets: set[str] = set()
        self._answers: dict[str, tuple[str, str, int]] = {}  # of commands and presses: person, channel, how many more
        self._waiting_acks: dict[str, asyncio.Future[Json]] = {}
        self._numbers = count(1)
        self._last_post: dict[str, float] = {}
        self._changed = asyncio.Event()
        self._session: ClientSession | None = None

    def add_user(self, user: str, name: str, **more: Any) -> str:
        profile = {"real_name": name, "display_name": name, "email": more.pop("email", f"{user.lower()}@example.com")}
        self.users[user] = {"id": user, "team_id": TEAM, "name": name, "profile": profile, "tz": "Asia/Shanghai"}
        self.users[user] |= {"locale": "zh-CN", "is_email_confirmed": True, **more}
        return user

    @staticmethod
    def direct(user: str) -> str:
        return "D" + user[1:]

    def in_channel(self, channel: str) -> list[Message]:
        return [message for message in self.messages if message.channel == channel and message.user == BOT_USER]

    async def wait(self, until: Callable[[], Any], timeout_s: float = PATIENCE_S) -> Any:
        """What ``until`` gives as soon as it is true; looked at whenever something happens here."""
        end = time.monotonic() + timeout_s
        while not (found := until()):
            left = end - time.monotonic()
            assert left > 0, "nothing of the kind came"
            self._changed.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), min(left, 0.25))
        return found

    async def answer(self, channel: str, after: int, timeout_s: float = PATIENCE_S) -> Message:
        """The bot's message number ``after`` (from 0) in a channel."""
        await self.wait(lambda: self.in_channel(channel)[after:], timeout_s)
        return self.in_channel(channel)[after]

    def _ts(self) -> str:
        return f"{int(time.time())}.{next(self._numbers):06d}"

    def _trigger(self, user: str) -> str:
        trigger = f"{next(self._numbers)}.{next(self._numbers)}.abcdef"
        self._triggers[trigger] = (user, time.monotonic() + self.trigger_s)
        return trigger
