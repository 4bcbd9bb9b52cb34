"""Slack, as far as a bot sees it, on loopback: Web API, Events API, interactions, Socket Mode.

As strict as the platform: it refuses wrong tokens, malformed Block Kit and over-long texts, limits, counts late and
missing acknowledgements, and delivers again what was not acknowledged.
"""

import asyncio
import hashlib
import hmac
import json
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from io import BytesIO
from itertools import count
from typing import Any
from urllib.parse import urlencode

from aiohttp import ClientError, ClientSession, ClientTimeout, WSMsgType, web

from tests.fakes.slack_blocks import problems, text_size, view_problems

Json = dict[str, Any]

TEAM, BOT_USER, BOT_ID, APP = "T0HOME", "U0BOT", "B0BOT", "A0APP"
BOT_TOKEN, APP_TOKEN, SIGNING_SECRET = "xoxb-fake-bot-token", "xapp-fake-app-token", "fake-signing-secret"
ACK_WITHIN_S = 3.0


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

    @property
    def shown(self) -> str:
        """The text in the blocks as a reader sees it."""
        sections = [block["text"]["text"] for block in self.blocks if block["type"] == "section"]
        text = "\n".join(sections) if sections else self.text
        text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        return text.replace("\u2060", "")

    def choices(self) -> list[tuple[str, Json, Json]]:
        """Label, block and element of all that can be pressed; options stand in their select."""
        found = []
        for block in self.blocks:
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
    """Something delivered to the bot: how often, and how each attempt ended."""

    payload: Json
    attempts: list[str] = field(default_factory=list)

    @property
    def is_acked(self) -> bool:
        return "acked" in self.attempts


class FakeSlack:
    """``events_url``: where the bot listens, for HTTP; without it deliveries go to the Socket Mode connections."""

    def __init__(self) -> None:
        self.base_url = ""
        self.events_url = ""
        self.retry_after_s = (0.05, 0.5, 1.0)
        self.per_channel_s = 0.0  # with 1.0: a message a second and channel, as Slack says
        self.messages: list[Message] = []
        self.files: dict[str, Json] = {}
        self.homes: dict[str, Json] = {}
        self.users: dict[str, Json] = {}
        self.members: dict[str, set[str]] = defaultdict(set)  # channel: people in it; the bot is in all but `closed`
        self.closed: dict[str, str] = {}  # channel: the error that its use gives
        self.calls: list[tuple[str, Json]] = []
        self.faults: dict[str, list[Fault]] = defaultdict(list)
        self.deliveries: list[Delivery] = []
        self.sockets: list[web.WebSocketResponse] = []
        self.deaf: set[web.WebSocketResponse] = set()
        self.views: list[Json] = []
        self.trigger_s = 3.0
        self._triggers: dict[str, tuple[str, float]] = {}
        self._tickets: set[str] = set()
        self._waiting_acks: dict[str, asyncio.Future[Json]] = {}
        self._numbers = count(1)
        self._last_post: dict[str, float] = {}
        self._changed = asyncio.Event()
        self._session: ClientSession | None = None

    # -- people and channels -------------------------------------------------------------------------------------------

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

    async def wait(self, until: Callable[[], Any], timeout_s: float = 10.0) -> Any:
        """What ``until`` gives as soon as it is true; looked at whenever something happens here."""
        end = time.monotonic() + timeout_s
        while not (found := until()):
            left = end - time.monotonic()
            assert left > 0, "nothing of the kind came"
            self._changed.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), min(left, 0.25))
        return found

    async def answer(self, channel: str, after: int, timeout_s: float = 10.0) -> Message:
        """The bot's message number ``after`` (from 0) in a channel."""
        await self.wait(lambda: self.in_channel(channel)[after:], timeout_s)
        return self.in_channel(channel)[after]

    # -- what people do ------------------------------------------------------------------------------------------------

    async def say(self, user: str, text: str, channel: str = "", *, thread_ts: str = "", **more: Any) -> str:
        """Somebody writes. In a channel a mention of the bot comes twice, with different event ids. Gives the ts."""
        channel = channel or self.direct(user)
        ts = self._ts()
        event: Json = {
            "type": "message",
            "user": user,
            "text": text,
            "ts": ts,
            "channel": channel,
            "team": TEAM,
            **more,
        }
        event["channel_type"] = "im" if channel.startswith("D") else "channel"
        if thread_ts:
            event["thread_ts"] = thread_ts
            event["parent_user_id"] = next((m.user for m in self.messages if m.ts == thread_ts), user)
        self.messages.append(Message(channel, ts, text, thread_ts=thread_ts, user=user))
        jobs = [self.event(event)]
        if f"<@{BOT_USER}>" in text and not channel.startswith("D"):
            jobs.append(self.event({k: v for k, v in event.items() if k != "channel_type"} | {"type": "app_mention"}))
        await asyncio.gather(*jobs)
        return ts

    async def event(self, event: Json, **outer: Any) -> Delivery:
        payload = {
            "token": "verification",
            "team_id": TEAM,
            "api_app_id": APP,
            "type": "event_callback",
            "event_id": f"Ev{next(self._numbers):08d}",
            "event_time": int(time.time()),
            "is_ext_shared_channel": False,
            "authorizations": [{"enterprise_id": None, "team_id": TEAM, "user_id": BOT_USER, "is_bot": True}],
            "event": event,
            **outer,
        }
        return await self.deliver(payload, "events_api", retries=3)

    async def press(self, user: str, message: Message, label: str) -> Delivery:
        """Somebody presses a button or chooses an option by its label."""
        _, block, element = next(choice for choice in message.choices() if choice[0] == label)
        action = {"type": element["type"], "action_id": element["action_id"], "block_id": block["block_id"]}
        action |= {key: element[key] for key in ("value", "selected_option") if key in element}
        payload: Json = {
            "type": "block_actions",
            "user": {"id": user, "username": user.lower(), "team_id": TEAM},
            "api_app_id": APP,
            "token": "verification",
            "container": {
                "type": "message",
                "message_ts": message.ts,
                "channel_id": message.channel,
                "is_ephemeral": bool(message.only_for),
            },
            "trigger_id": self._trigger(user),
            "team": {"id": TEAM, "domain": "example"},
            "channel": {"id": message.channel, "name": "directmessage"},
            "actions": [{**action, "action_ts": self._ts()}],
        }
        if not message.only_for:
            payload["message"] = {"type": "message", "ts": message.ts, "user": BOT_USER, "bot_id": BOT_ID}
            if message.thread_ts:
                payload["message"]["thread_ts"] = message.thread_ts
        return await self.deliver(payload, "interactive")

    async def command(self, user: str, text: str, channel: str = "") -> Delivery:
        channel = channel or self.direct(user)
        form = {
            "token": "verification",
            "team_id": TEAM,
            "channel_id": channel,
            "channel_name": "directmessage" if channel.startswith("D") else "sales",
            "user_id": user,
            "user_name": user.lower(),
            "command": "/crm",
            "text": text,
            "api_app_id": APP,
            "trigger_id": self._trigger(user),
            "response_url": f"{self.base_url}respond",
        }
        return await self.deliver(form, "slash_commands")

    async def submit(self, user: str, view: Json, **filled_in: str) -> Delivery:
        """Somebody fills in a modal and sends it off."""
        values: Json = {}
        for block in view["blocks"]:
            element = block["element"]
            state: Json = {"type": element["type"]}
            if element["type"] == "static_select":
                wanted = filled_in.get(block["block_id"])
                option = next((one for one in element["options"] if one["text"]["text"] == wanted), None)
                state["selected_option"] = option or element.get("initial_option")
            else:
                state["value"] = filled_in.get(block["block_id"], element.get("initial_value"))
            values[block["block_id"]] = {element["action_id"]: state}
        payload = {
            "type": "view_submission",
            "team": {"id": TEAM, "domain": "example"},
            "user": {"id": user, "name": user.lower(), "team_id": TEAM},
            "api_app_id": APP,
            "token": "verification",
            "trigger_id": self._trigger(user),
            "view": {**view, "state": {"values": values}},
            "response_urls": [],
        }
        return await self.deliver(payload, "interactive")

    async def open_home(self, user: str) -> Delivery:
        event = {"type": "app_home_opened", "user": user, "channel": self.direct(user), "tab": "home"}
        return await self.event({**event, "event_ts": self._ts()})

    # -- delivering ----------------------------------------------------------------------------------------------------

    async def deliver(self, payload: Json, kind: str, *, retries: int = 0) -> Delivery:
        """Deliver until it is acknowledged in time, at most ``retries`` times again (as Slack does for events)."""
        delivery = Delivery(payload)
        self.deliveries.append(delivery)
        for attempt in range(retries + 1):
            if attempt:
                await asyncio.sleep(self.retry_after_s[attempt - 1])
            outcome = await self._attempt(payload, kind, attempt)
            delivery.attempts.append(outcome)
            self._changed.set()
            if outcome == "acked" or outcome.endswith("for good"):
                break
        return delivery

    async def _attempt(self, payload: Json, kind: str, attempt: int) -> str:
        try:
            if self.events_url:
                return await self._post_event(payload, kind, attempt)
            return await self._send_envelope(payload, kind, attempt)
        except TimeoutError:
            return "late"
        except (ClientError, ConnectionError, OSError):
            return "lost"

    async def _post_event(self, payload: Json, kind: str, attempt: int) -> str:
        form = {"slash_commands": payload, "interactive": {"payload": json.dumps(payload)}}.get(kind)
        body = (json.dumps(payload) if form is None else urlencode(form)).encode()
        headers = self.signed(body)
        headers["Content-Type"] = "application/json" if form is None else "application/x-www-form-urlencoded"
        if attempt:
            headers |= {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": "http_timeout"}
        assert self._session is not None
        timeout = ClientTimeout(total=ACK_WITHIN_S)
        async with self._session.post(self.events_url, data=BytesIO(body), headers=headers, timeout=timeout) as answer:
            if answer.headers.get("X-Slack-No-Retry") == "1":
                return f"{answer.status} for good"
            return "acked" if answer.status < 300 else str(answer.status)

    @staticmethod
    def signed(body: bytes, *, at: float | None = None, secret: str = SIGNING_SECRET) -> dict[str, str]:
        """The headers with which Slack signs a body."""
        timestamp = str(int(time.time() if at is None else at))
        signature = hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={signature}"}

    async def _send_envelope(self, payload: Json, kind: str, attempt: int) -> str:
        socket = next((one for one in reversed(self.sockets) if not one.closed), None)
        if socket is None:
            return "lost"
        envelope_id = f"env-{next(self._numbers)}"
        envelope: Json = {"envelope_id": envelope_id, "type": kind, "payload": payload}
        envelope["accepts_response_payload"] = kind != "events_api"
        if attempt:
            envelope |= {"retry_attempt": attempt, "retry_reason": "timeout"}
        ack = self._waiting_acks[envelope_id] = asyncio.get_running_loop().create_future()
        try:
            await socket.send_json(envelope)
            answer = await asyncio.wait_for(ack, ACK_WITHIN_S)
        finally:
            del self._waiting_acks[envelope_id]
        return "acked" if set(answer) <= {"envelope_id", "payload"} else "malformed"

    async def refresh(self, *, reason: str = "refresh_requested", after_s: float = 1.0) -> None:
        """Announce the end of the present connections, and end them a little later."""
        for socket in [one for one in self.sockets if not one.closed]:
            await socket.send_json({"type": "disconnect", "reason": reason})
            asyncio.get_running_loop().call_later(after_s, lambda s=socket: asyncio.ensure_future(s.close()))

    def cut(self) -> None:
        """Break the present connections without a word."""
        for socket in self.sockets:
            transport = socket._req.transport if socket._req is not None else None
            if transport is not None:
                transport.abort()

    def go_deaf(self) -> None:
        """From now on nothing comes on the present connections, not even answers to pings."""
        self.deaf |= set(self.sockets)

    # -- serving -------------------------------------------------------------------------------------------------------

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_post("/upload/{file}", self._receive_file)
        app.router.add_get("/link/{ticket}", self._link)
        return app

    async def _link(self, request: web.Request) -> web.StreamResponse:
        ticket = request.match_info["ticket"]
        if ticket not in self._tickets:
            return web.Response(status=401)
        self._tickets.remove(ticket)
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        self.sockets.append(socket)
        await socket.send_json({"type": "hello", "num_connections": 1, "connection_info": {"app_id": APP}})
        self._changed.set()
        async for frame in socket:
            if socket in self.deaf:
                continue
            if frame.type is WSMsgType.PING:
                await socket.pong(frame.data)
            elif frame.type is WSMsgType.TEXT:
                answer = json.loads(frame.data)
                ack = self._waiting_acks.get(answer.get("envelope_id"))
                if ack is not None and not ack.done():
                    ack.set_result(answer)
        self._changed.set()
        return socket

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        arguments = await _arguments(request)
        self.calls.append((method, arguments))
        self._changed.set()
        fault = self._fault(method, arguments)
        if fault is not None:
            if fault.delay_s:
                await asyncio.sleep(fault.delay_s)
            if fault.cut != "after" and (fault.cut or fault.error or fault.status != 200):
                return self._break(request, fault)
        expected = APP_TOKEN if method == "apps.connections.open" else BOT_TOKEN
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not token:
            return _refuse("not_authed")
        if token != expected:
            return _refuse("invalid_auth" if token[:4] == expected[:4] else "not_allowed_token_type")
        handle = getattr(self, "_do_" + method.replace(".", "_"), None)
        if handle is None:
            return _refuse("unknown_method")
        answer = handle(arguments)
        self._changed.set()
        if fault is not None and fault.cut == "after":
            return self._break(request, fault)
        if answer.get("error") == "ratelimited":
            return web.json_response(answer, status=429, headers={"Retry-After": "1"})
        return web.json_response(answer)

    def _fault(self, method: str, arguments: Json) -> Fault | None:
        for fault in self.faults[method]:
            if fault.times > 0 and fault.channel in ("", arguments.get("channel")):
                fault.times -= 1
                return fault
        return None

    @staticmethod
    def _break(request: web.Request, fault: Fault) -> web.StreamResponse:
        if fault.cut:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        headers = {"Retry-After": fault.retry_after} if fault.retry_after else {}
        if fault.status >= 500:
            return web.Response(status=fault.status, text="<html>upstream</html>", content_type="text/html")
        error = fault.error or ("ratelimited" if fault.status == 429 else "fatal_error")
        return web.json_response({"ok": False, "error": error}, status=fault.status, headers=headers)

    # -- methods -------------------------------------------------------------------------------------------------------

    def _do_auth_test(self, arguments: Json) -> Json:
        return _ok(
            team_id=TEAM, user_id=BOT_USER, bot_id=BOT_ID, team="Example", user="crmbot", url="https://e.example"
        )

    def _do_apps_connections_open(self, arguments: Json) -> Json:
        ticket = f"ticket-{next(self._numbers)}"
        self._tickets.add(ticket)
        return _ok(url=self.base_url.replace("http://", "ws://").removesuffix("api/") + f"link/{ticket}")

    def _do_users_info(self, arguments: Json) -> Json:
        user = self.users.get(arguments.get("user", ""))
        if user is None:
            return {"ok": False, "error": "user_not_found"}
        wanted = str(arguments.get("include_locale")).lower() in ("1", "true")
        return _ok(user=user if wanted else {key: value for key, value in user.items() if key != "locale"})

    def _do_conversations_open(self, arguments: Json) -> Json:
        user = arguments.get("users", "")
        if user not in self.users:
            return {"ok": False, "error": "user_not_found"}
        return _ok(channel={"id": self.direct(user)})

    def _do_conversations_replies(self, arguments: Json) -> Json:
        channel, ts = arguments.get("channel"), arguments.get("ts")
        parent = next((one for one in self.messages if one.channel == channel and one.ts == ts), None)
        if parent is None:
            return {"ok": False, "error": "thread_not_found"}
        users = list(dict.fromkeys(one.user for one in self.messages if one.thread_ts == ts))
        return _ok(messages=[{"ts": ts, "user": parent.user, "text": parent.text, "reply_users": users}])

    def _do_chat_postMessage(self, arguments: Json) -> Json:  # noqa: N802 - Slack's name
        return self._refusal(arguments) or self._posted(arguments)

    def _do_chat_postEphemeral(self, arguments: Json) -> Json:  # noqa: N802 - Slack's name
        refusal = self._refusal(arguments)
        if refusal is None and arguments.get("user") not in self.members[arguments["channel"]]:
            refusal = {"ok": False, "error": "user_not_in_channel"}
        return refusal or self._posted(arguments, only_for=arguments["user"])

    def _do_chat_update(self, arguments: Json) -> Json:
        if arguments.get("channel", "")[:1] not in "CDG":
            return {"ok": False, "error": "channel_not_found"}
        message = next((one for one in self.messages if one.ts == arguments.get("ts") and not one.only_for), None)
        if message is None or message.channel != arguments["channel"]:
            return {"ok": False, "error": "message_not_found"}
        refusal = self._refusal(arguments, most=4000)
        if refusal is not None:
            return refusal
        message.text, message.blocks = arguments["text"], arguments.get("blocks") or []
        message.updates += 1
        return _ok(channel=message.channel, ts=message.ts, text=message.text)

    def _do_views_open(self, arguments: Json) -> Json:
        user, until = self._triggers.pop(arguments.get("trigger_id", ""), ("", 0.0))
        if not user:
            return {"ok": False, "error": "exchanged_trigger_id"}
        if time.monotonic() > until:
            return {"ok": False, "error": "expired_trigger_id"}
        wrong = view_problems(_parsed(arguments.get("view")))
        if wrong:
            return {"ok": False, "error": "invalid_arguments", "response_metadata": {"messages": wrong}}
        view = {**_parsed(arguments["view"]), "id": f"V{next(self._numbers):08d}", "hash": f"{time.time()}.x"}
        self.views.append(view)
        return _ok(view=view)

    def _do_views_publish(self, arguments: Json) -> Json:
        view = _parsed(arguments.get("view"))
        if arguments.get("user_id") not in self.users or view_problems(view):
            return {"ok": False, "error": "invalid_arguments", "response_metadata": {"messages": view_problems(view)}}
        self.homes[arguments["user_id"]] = view
        return _ok(view={**view, "id": f"V{next(self._numbers):08d}"})

    def _refusal(self, arguments: Json, most: int = 40_000) -> Json | None:
        """Why a message is not taken, or None."""
        channel, text, blocks = arguments.get("channel", ""), arguments.get("text", ""), arguments.get("blocks") or []
        if channel in self.closed:
            return {"ok": False, "error": self.closed[channel]}
        if channel[:1] not in "CDGUW" or (channel[:1] == "U" and channel not in self.users):
            return {"ok": False, "error": "channel_not_found"}
        if not text:
            return {"ok": False, "error": "no_text"}
        wrong = problems(blocks)
        if wrong:
            return {"ok": False, "error": "invalid_blocks", "response_metadata": {"messages": wrong}}
        if len(text) > most:
            return {"ok": False, "error": "msg_too_long"}
        return {"ok": False, "error": "msg_blocks_too_long"} if text_size(blocks) > 13_000 else None

    def _posted(self, arguments: Json, only_for: str = "") -> Json:
        channel = arguments["channel"]
        channel = self.direct(channel) if channel[:1] in "UW" else channel
        now = time.monotonic()
        if now - self._last_post.get(channel, 0.0) < self.per_channel_s * 0.9:
            return {"ok": False, "error": "ratelimited"}
        self._last_post[channel] = now
        message = Message(
            channel=channel,
            ts=self._ts(),
            text=arguments["text"],
            blocks=arguments.get("blocks") or [],
            thread_ts=arguments.get("thread_ts") or "",
            only_for=only_for,
        )
        self.messages.append(message)
        return _ok(message_ts=message.ts) if only_for else _ok(channel=channel, ts=message.ts)

    def _do_files_getUploadURLExternal(self, arguments: Json) -> Json:  # noqa: N802 - Slack's name
        if not arguments.get("filename") or not str(arguments.get("length", "")).isdigit():
            return {"ok": False, "error": "invalid_arguments"}
        file = f"F{next(self._numbers):08d}"
        self.files[file] = {"length": int(arguments["length"]), "bytes": b"", "shared": None}
        return _ok(file_id=file, upload_url=self.base_url.removesuffix("api/") + f"upload/{file}")

    async def _receive_file(self, request: web.Request) -> web.Response:
        self.files[request.match_info["file"]]["bytes"] = await request.read()
        return web.Response(text="OK")

    def _do_files_completeUploadExternal(self, arguments: Json) -> Json:  # noqa: N802 - Slack's name
        files = arguments.get("files")
        listed: list[Json] = json.loads(files) if isinstance(files, str) else files or []
        for item in listed:
            file = self.files.get(item.get("id", ""))
            if file is None or len(file["bytes"]) != file["length"]:
                return {"ok": False, "error": "file_not_found"}
            if arguments.get("channel_id", "")[:1] not in "CDG":
                return {"ok": False, "error": "channel_not_found"}
            file["shared"] = {key: value for key, value in arguments.items() if key != "files"}
        return _ok(files=listed)

    # -- numbers -------------------------------------------------------------------------------------------------------

    def _ts(self) -> str:
        return f"{int(time.time())}.{next(self._numbers):06d}"

    def _trigger(self, user: str) -> str:
        trigger = f"{next(self._numbers)}.{next(self._numbers)}.abcdef"
        self._triggers[trigger] = (user, time.monotonic() + self.trigger_s)
        return trigger


@asynccontextmanager
async def fake_slack() -> AsyncIterator[FakeSlack]:
    """A Slack on a free port of loopback."""
    slack = FakeSlack()
    runner = web.AppRunner(slack.app(), shutdown_timeout=0.5, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    slack.base_url = f"http://{host}:{port}/api/"
    async with ClientSession() as session:
        slack._session = session
        try:
            yield slack
        finally:
            for socket in slack.sockets:
                await socket.close()
            await runner.cleanup()


async def _arguments(request: web.Request) -> Json:
    """A method's arguments: in the address, a form or JSON, as its client likes."""
    found: Json = dict(request.query)
    if request.content_type == "application/json":
        found |= await request.json()
    elif request.can_read_body:
        found |= {key: value for key, value in (await request.post()).items() if isinstance(value, str)}
    if isinstance(found.get("blocks"), str):
        found["blocks"] = json.loads(found["blocks"])
    return found


def _parsed(view: Any) -> Json:
    found: Json = json.loads(view) if isinstance(view, str) else view or {}
    return found


def _ok(**answer: Any) -> Json:
    return {"ok": True, **answer}


def _refuse(error: str) -> web.Response:
    return web.json_response({"ok": False, "error": error})
