"""The server side of the 智能机器人's long connection, on loopback."""

import asyncio
import base64
import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from itertools import count
from typing import Any

from aiohttp import WSMsgType, web

from tests.fakes import wecom_limits
from tests.fakes.wecom import FakeWeCom, card_text
from tests.fakes.wecom_limits import MARKDOWN_BYTES

ROBOT, ROBOT_SECRET = "aib-fake", "robot-secret-of-the-fake"


class FakeRobotServer:
    """One connection per robot: a new one ends the old one with a disconnected_event."""

    def __init__(self, wecom: FakeWeCom) -> None:
        self.wecom = wecom
        self.sent: list[dict[str, Any]] = []  # bodies of aibot_send_msg
        self.updates: list[tuple[str, dict[str, Any]]] = []
        self.responses: list[tuple[str, dict[str, Any]]] = []  # bodies of aibot_respond_msg
        self.uploads: dict[str, bytes] = {}
        self.connections = 0
        self.pings = 0
        self.refuse_next: list[int] = []
        self.lost: set[str] = set()  # commands that it does not know
        self.is_deaf = False
        self._socket: web.WebSocketResponse | None = None
        self._parts: dict[str, tuple[dict[str, Any], dict[int, bytes]]] = {}
        self._asked: set[str] = set()
        self._numbers = count(1)

    async def start(self) -> "FakeRobotServer":
        app = web.Application()
        app.router.add_get("/", self._serve)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"ws://127.0.0.1:{self._runner.addresses[0][1]}/"
        return self

    async def stop(self) -> None:
        await self.cut()
        await self._runner.cleanup()

    @property
    def is_connected(self) -> bool:
        return self._socket is not None

    async def cut(self) -> None:
        """End the connection without a word."""
        socket, self._socket = self._socket, None
        if socket is not None:
            with suppress(Exception):
                await asyncio.wait_for(socket.close(), 2)

    async def push(self, body: Mapping[str, Any]) -> str:
        """Send a callback; its req_id."""
        req_id = f"callback-{next(self._numbers)}"
        self._asked.add(req_id)
        kind = "aibot_event_callback" if body.get("msgtype") == "event" else "aibot_msg_callback"
        assert self._socket is not None
        await self._socket.send_str(json.dumps({"cmd": kind, "headers": {"req_id": req_id}, "body": body}))
        return req_id

    async def take_over(self) -> None:
        await self.push({"msgtype": "event", "event": {"eventtype": "disconnected_event"}})
        await self.cut()

    def shown(self) -> list[str]:
        """What people see, oldest first."""
        return [
            card_text(body["template_card"]) if body["msgtype"] == "template_card" else body["markdown"]["content"]
            for body in self.sent
            if body["msgtype"] in ("markdown", "template_card")
        ]

    async def _serve(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(max_msg_size=8 * 1024 * 1024)
        await socket.prepare(request)
        is_subscribed = False
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                continue
            frame = json.loads(message.data)
            if frame["cmd"] == "aibot_subscribe":
                code = await self._subscribe(socket, frame["body"])
                is_subscribed = code == 0
                await self._answer(socket, frame, code)
            elif not is_subscribed:
                await self._answer(socket, frame, 846601)
            elif not self.is_deaf:
                code, body = self._handle(frame)
                await self._answer(socket, frame, code, body)
        if self._socket is socket:
            self._socket = None
        return socket

    async def _subscribe(self, socket: web.WebSocketResponse, body: Mapping[str, Any]) -> int:
        if body != {"bot_id": ROBOT, "secret": ROBOT_SECRET}:
            return 846600
        if self._socket is not None:
            await self.take_over()
        self._socket = socket
        self.connections += 1
        return 0

    async def _answer(
        self, socket: web.WebSocketResponse, frame: Mapping[str, Any], code: int, body: Mapping[str, Any] | None = None
    ) -> None:
        answer = {"headers": frame["headers"], "errcode": code, "errmsg": "ok" if code == 0 else "hint"}
        await socket.send_str(json.dumps(answer | ({"body": body} if body else {})))

    def _handle(self, frame: Mapping[str, Any]) -> tuple[int, dict[str, Any] | None]:
        command, body = frame["cmd"], frame.get("body") or {}
        if command == "ping":
            self.pings += 1
            return 0, None
        if command in self.lost:
            return 40058, None
        if self.refuse_next:
            return self.refuse_next.pop(0), None
        if command == "aibot_send_msg":
            return self._send(body), None
        if command == "aibot_respond_msg":
            return self._respond(frame["headers"]["req_id"], body), None
        if command == "aibot_respond_update_msg":
            self.updates.append((frame["headers"]["req_id"], body))
            return 0, None
        return self._media(command, body)

    def _respond(self, req_id: str, body: dict[str, Any]) -> int:
        """An answer bears the req_id of what it answers."""
        problem = wecom_limits.answer(body) if req_id in self._asked else 40058
        if not problem:
            self.responses.append((req_id, body))
        return problem

    def _send(self, body: dict[str, Any]) -> int:
        kind = body.get("msgtype")
        if not body.get("chatid"):
            return 93006
        if kind == "markdown":
            problem = 0 if 0 < len(body["markdown"]["content"].encode()) <= MARKDOWN_BYTES else 40058
        elif kind == "template_card":
            problem = self.wecom.card_problem(body.get("template_card"))
        elif kind in ("image", "file"):
            problem = 0 if body[kind]["media_id"] in self.uploads else 40007
        else:
            problem = 40008  # text is refused
        if not problem:
            self.sent.append(body)
        return problem

    def _media(self, command: str, body: dict[str, Any]) -> tuple[int, dict[str, Any] | None]:
        if command == "aibot_upload_media_init":
            upload_id = f"upload-{next(self._numbers)}"
            self._parts[upload_id] = (body, {})
            return 0, {"upload_id": upload_id}
        about, parts = self._parts[body["upload_id"]]
        if command == "aibot_upload_media_chunk":
            chunk = base64.b64decode(body["base64_data"])
            parts[body["chunk_index"]] = chunk
            return (0 if len(chunk) <= 512 * 1024 else 40058), None
        content = b"".join(parts[index] for index in sorted(parts))
        is_whole = len(parts) == about["total_chunks"] and hashlib.md5(content).hexdigest() == about["md5"]
        if not is_whole or len(content) != about["total_size"]:
            return 40058, None
        media_id = f"media-{next(self._numbers)}"
        self.uploads[media_id] = content
        return 0, {"type": "image", "media_id": media_id}
