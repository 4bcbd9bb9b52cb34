"""A WeCom on loopback: the server API as strict as the real one, with callbacks that are really encrypted.

It cuts texts at 2048 bytes and drops what goes above 30 a minute to one member, both without an error, and counts it.
"""

import asyncio
import time
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import aiohttp
from aiohttp import web

from adapters.wecom.crypto import Seal
from tests.fakes import PATIENCE_S, wecom_limits
from tests.fakes.wecom_callbacks import AGENT, CORP, Callbacks, Sent
from tests.fakes.wecom_limits import MARKDOWN_BYTES, TEXT_BYTES

SECRET = "app-secret-of-the-fake"
TOKEN, KEY = "QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
PER_MINUTE, PER_HOUR, PER_ROBOT = 30, 1000, 20


@dataclass
class FakeWeCom(Callbacks):
    """``members`` are the userids that exist; ``hidden`` may not be written to, which only ``invaliduser`` says."""

    members: set[str] = field(default_factory=lambda: {"lilei", "hanmeimei"})
    hidden: set[str] = field(default_factory=set)
    clock: Callable[[], float] = time.time

    def __post_init__(self) -> None:
        self.sent: list[Sent] = []
        self.dropped: list[Sent] = []
        self.cut_texts = 0
        self.token_fetches = 0
        self.calls: list[str] = []
        self.updates: list[dict[str, Any]] = []
        self.uploads: dict[str, bytes] = {}
        self.media: dict[str, bytes] = {}  # what members sent
        self.kf_items: list[dict[str, Any]] = []
        self.kf_sent: list[dict[str, Any]] = []
        self.kf_cursors: list[str] = []
        self.robot_posts: list[dict[str, Any]] = []
        self.response_posts: list[tuple[str, dict[str, Any]]] = []
        self._open_urls: dict[str, float] = {}
        self._codes: dict[str, str] = {}
        self._task_ids: set[str] = set()
        self._faults: dict[str, deque[Any]] = defaultdict(deque)
        self._times: dict[str, list[float]] = defaultdict(list)
        self._token = "token-1"
        self._kf_left: dict[str, int] = {}
        self._numbers = count(1)
        self._news = asyncio.Event()
        self.seal = Seal(TOKEN, KEY, CORP, clock=self.clock)
        self.aibot_seal = Seal(TOKEN, KEY, "", clock=self.clock)

    # Life

    async def start(self) -> "FakeWeCom":
        app = web.Application(client_max_size=32 * 1024 * 1024)
        app.router.add_get("/cgi-bin/gettoken", self._gettoken)
        app.router.add_get("/cgi-bin/media/get", self._api)
        app.router.add_post("/cgi-bin/webhook/send", self._robot)
        app.router.add_post("/cgi-bin/{path:.+}", self._api)
        app.router.add_post("/response/{code}", self._response)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.base_url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self._http = aiohttp.ClientSession()
        return self

    async def stop(self) -> None:
        await self._http.close()
        await self._runner.cleanup()

    def fail(self, path: str, *faults: Any) -> None:
        """Let the next calls of ``path`` fail: an errcode, "500", "cut before" or "cut after" taking effect."""
        self._faults[path].extend(faults)

    def mend(self, path: str) -> None:
        self._faults[path].clear()

    def end_token(self) -> None:
        self._token = f"token-{next(self._numbers) + 1}"

    async def until(self, condition: Callable[[], Any], within_s: float = PATIENCE_S) -> Any:
        """Wait until something holds; fails after a bounded time."""
        async with asyncio.timeout(within_s):
            while not (found := condition()):
                self._news.clear()
                try:
                    async with asyncio.timeout(0.05):
                        await self._news.wait()
                except TimeoutError:
                    continue
        return found

    # The server API

    async def _gettoken(self, request: web.Request) -> web.Response:
        self.token_fetches += 1
        if request.query.get("corpid") != CORP:
            return _json(40013)
        if request.query.get("corpsecret") != SECRET:
            return _json(40001)
        return _json(0, access_token=self._token, expires_in=7200)

    async def _api(self, request: web.Request) -> web.StreamResponse:
        path = request.path.removeprefix("/cgi-bin/")
        self.calls.append(path)
        given = request.query.get("access_token")
        if not given:
            return _json(41001)
        if given != self._token:
            return _json(42001 if given.startswith("token-") else 40014)
        fault = self._faults[path].popleft() if self._faults[path] else None
        if fault == "500":
            return web.Response(status=500)
        if isinstance(fault, int):
            return _json(fault)
        if fault == "cut before":
            return _cut(request)
        handlers = {
            "message/send": self._send,
            "message/update_template_card": self._update,
            "media/upload": self._upload,
            "media/get": self._media,
            "kf/sync_msg": self._kf_sync,
            "kf/send_msg": self._kf_send,
        }
        answer = await handlers[path](request) if path in handlers else _json(40066)
        self._news.set()
        return _cut(request) if fault == "cut after" else answer

    async def _send(self, request: web.Request) -> web.Response:
        body = await request.json()
        touser, kind = str(body.get("touser", "")), body.get("msgtype")
        if body.get("agentid") != int(AGENT):
            return _json(40056)
        if touser.lower() not in {name.lower() for name in self.members}:
            return _json(81013, invaliduser=touser)
        if touser in self.hidden:
            return _json(0, invaliduser=touser, msgid="hidden")
        problem = self._problem(kind, body)
        if problem:
            return _json(problem)
        code = f"code-{next(self._numbers)}" if kind == "template_card" else ""
        sent = Sent(touser, kind, self._shown(kind, body), body, code)
        if self._is_too_fast(touser.lower()):
            self.dropped.append(sent)  # and says nothing
        else:
            self.sent.append(sent)
            self._codes[code] = "open"
        return _json(0, msgid=f"msg-{next(self._numbers)}", invaliduser="", **({"response_code": code} if code else {}))

    def _problem(self, kind: Any, body: Mapping[str, Any]) -> int:
        if kind == "text":
            return 0 if body.get("text", {}).get("content") else 44004
        if kind in ("image", "file"):
            return 0 if body.get(kind, {}).get("media_id") in self.uploads else 40007
        if kind == "template_card":
            return self.card_problem(body.get("template_card"))
        return 40008

    def card_problem(self, card: Any) -> int:
        """What the platform says about a card; 0: nothing."""
        if problem := wecom_limits.card(card):
            return problem
        if card["task_id"] in self._task_ids:
            return 42014
        self._task_ids.add(card["task_id"])
        return 0

    def _shown(self, kind: str, body: Mapping[str, Any]) -> str:
        if kind == "template_card":
            return card_text(body["template_card"])
        content = body["text"]["content"].encode() if kind == "text" else b""
        if len(content) > TEXT_BYTES:
            self.cut_texts += 1
        return content[:TEXT_BYTES].decode("utf-8", "replace")

    def _is_too_fast(self, member: str) -> bool:
        now, times = self.clock(), self._times[member]
        is_too_fast = (
            len([at for at in times if at > now - 60]) >= PER_MINUTE
            or len([at for at in times if at > now - 3600]) >= PER_HOUR
        )
        times.append(now)
        return is_too_fast

    async def _update(self, request: web.Request) -> web.Response:
        body = await request.json()
        code = body.get("response_code", "")
        if self._codes.get(code) != "open":
            return _json(42016)
        if not body.get("userids") or not (body.get("button", {}).get("replace_name") or body.get("template_card")):
            return _json(40058)
        if "template_card" in body and (problem := self.card_problem(body["template_card"])):
            return _json(problem)
        self._codes[code] = "used"
        self.updates.append(body)
        return _json(0, invaliduser=[])

    async def _upload(self, request: web.Request) -> web.Response:
        form = await request.post()
        media = form.get("media")
        content = media.file.read() if isinstance(media, web.FileField) else b""
        if problem := wecom_limits.upload(request.query.get("type"), content):
            return _json(problem)
        media_id = f"media-{next(self._numbers)}"
        self.uploads[media_id] = content
        return _json(0, type=request.query["type"], media_id=media_id, created_at=str(int(self.clock())))

    async def _media(self, request: web.Request) -> web.Response:
        """Bytes, but an error as JSON, both with status 200."""
        content = self.media.get(request.query.get("media_id", ""))
        if content is None:
            return _json(40007)
        shown = {"Content-Disposition": 'attachment; filename="photo.png"'}
        return web.Response(body=content, content_type="image/png", headers=shown)

    # 微信客服

    def customer_says(self, text: str, *, who: str = "wmCustomer", menu_id: str = "", origin: int = 3) -> None:
        number = next(self._numbers)
        body = {"content": text} | ({"menu_id": menu_id} if menu_id else {})
        self.kf_items.append(
            {"msgid": f"kf-{number}", "open_kfid": "wkFake", "external_userid": who, "send_time": int(self.clock())}
            | {"origin": origin, "msgtype": "text", "text": body}
        )
        self._kf_left[who] = 5

    async def _kf_sync(self, request: web.Request) -> web.Response:
        body = await request.json()
        cursor = body.get("cursor", "")
        self.kf_cursors.append(cursor)
        start = int(cursor.removeprefix("cursor-") or 0) if cursor.startswith("cursor-") or not cursor else -1
        if start < 0 or body.get("open_kfid") != "wkFake":
            return _json(95007)
        end = min(start + 2, len(self.kf_items))  # small pages, so that has_more matters
        has_more = int(end < len(self.kf_items))
        return _json(0, next_cursor=f"cursor-{end}", has_more=has_more, msg_list=self.kf_items[start:end])

    async def _kf_send(self, request: web.Request) -> web.Response:
        body = await request.json()
        who = body.get("touser", "")
        if body.get("open_kfid") != "wkFake" or who not in self._kf_left:
            return _json(95002)
        if self._kf_left[who] == 0:
            return _json(95001)
        if problem := wecom_limits.kf(body):
            return _json(problem)
        self._kf_left[who] -= 1
        self.kf_sent.append(body)
        return _json(0, msgid=f"kfsent-{next(self._numbers)}")

    # Group robot

    async def _robot(self, request: web.Request) -> web.Response:
        if request.query.get("key") != "robot-key":
            return _json(93000)
        body = await request.json()
        if problem := wecom_limits.robot(body):
            return _json(problem)
        now, times = self.clock(), self._times["robot"]
        if len([at for at in times if at > now - 60]) >= PER_ROBOT:
            return _json(45009)
        times.append(now)
        self.robot_posts.append(body)
        self._news.set()
        return _json(0)

    # Answers of the 智能机器人

    async def _response(self, request: web.Request) -> web.Response:
        """An answer's address: once, for an hour, Markdown or a card."""
        code, body = request.match_info["code"], await request.json()
        self.calls.append("response")
        if self._faults["response"]:
            self._faults["response"].popleft()
            return _cut(request)
        opened = self._open_urls.pop(code, None)
        if opened is None or self.clock() - opened > 3600:
            return _json(860002)
        if body.get("msgtype") == "template_card":
            if problem := self.card_problem(body.get("template_card")):
                return _json(problem)
        elif body.get("msgtype") != "markdown" or not 0 < len(body["markdown"]["content"].encode()) <= MARKDOWN_BYTES:
            return _json(40008)
        self.response_posts.append((code, body))
        self._news.set()
        return _json(0)


def card_text(card: Mapping[str, Any]) -> str:
    """What a card shows, buttons last."""
    lines = [card.get("main_title", {}).get("title", ""), card.get("sub_title_text", "")]
    lines += [f"{row['keyname']}　{row['value']}" for row in card.get("horizontal_content_list", ())]
    return "\n".join([*filter(None, lines), " ".join(f"[{item['text']}]" for item in card["button_list"])])


def _json(errcode: int, **more: Any) -> web.Response:
    # The text of an error is never to be relied upon, so it is nonsense here.
    return web.json_response({"errcode": errcode, "errmsg": "ok" if errcode == 0 else "hint: [x]", **more})


def _cut(request: web.Request) -> web.Response:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()
