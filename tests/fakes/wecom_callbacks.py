"""How WeCom calls us: with bodies that are really encrypted, and a stamp that may be spoilt."""

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import quote, urlencode
from xml.sax.saxutils import escape

import aiohttp
from yarl import URL

from adapters.wecom.crypto import Seal

CORP, AGENT = "wwfake0000000001", "1000002"


@dataclass(slots=True)
class Sent:
    """A message that the platform took. ``text``: what the member sees."""

    touser: str
    kind: str
    text: str
    payload: dict[str, Any]
    response_code: str = ""

    @property
    def buttons(self) -> list[dict[str, Any]]:
        return list(self.payload.get("template_card", {}).get("button_list", ()))


class Callbacks:
    """The part of the fake that calls. The rest gives it keys, numbers, and the books of codes and addresses."""

    seal: Seal
    aibot_seal: Seal
    base_url: str
    clock: Callable[[], float]
    _numbers: Iterator[int]
    _codes: dict[str, str]
    _open_urls: dict[str, float]
    _http: aiohttp.ClientSession

    def message(self, who: str, text: str) -> dict[str, str]:
        """The fields of a text message."""
        common = {"ToUserName": CORP, "FromUserName": who, "CreateTime": str(int(self.clock())), "AgentID": AGENT}
        return {**common, "MsgType": "text", "Content": text, "MsgId": str(10**18 + next(self._numbers))}

    def press(self, who: str, sent: Sent, number: int) -> dict[str, str]:
        """The fields of the event when the button with this number (from 0) is pressed."""
        code = f"code-{next(self._numbers)}"
        self._codes[code] = "open"
        common = {"ToUserName": CORP, "FromUserName": who, "CreateTime": str(int(self.clock())), "AgentID": AGENT}
        card = sent.payload["template_card"]
        event = {"MsgType": "event", "Event": "template_card_event", "EventKey": card["button_list"][number]["key"]}
        return {**common, **event, "TaskId": card["task_id"], "CardType": card["card_type"], "ResponseCode": code}

    async def push(self, url: str, fields: Mapping[str, str], **stamp: str) -> tuple[int, str]:
        """Call the app's address; status and body of its answer."""
        inner = "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in fields.items())
        query, encrypted = self._sealed(self.seal, f"<xml>{inner}</xml>".encode(), stamp)
        body = f"<xml><ToUserName>{CORP}</ToUserName><Encrypt>{escape(encrypted)}</Encrypt><AgentID>2</AgentID></xml>"
        return await self.call(url, query, body.encode())

    async def deliver(self, url: str, fields: Mapping[str, str]) -> int:
        """Push as the platform does: up to three times more, with the same MsgId, where no 200 comes; how often."""
        for attempt in range(1, 5):
            try:
                if (await self.push(url, fields))[0] == 200:
                    return attempt
            except (aiohttp.ClientError, TimeoutError):
                continue
        return 0

    async def push_aibot(self, url: str, body: Mapping[str, Any], **stamp: str) -> tuple[int, str]:
        query, encrypted = self._sealed(self.aibot_seal, json.dumps(body).encode(), stamp)
        return await self.call(url, query, json.dumps({"encrypt": encrypted}).encode())

    async def verify(
        self, url: str, echo: str, *, aibot: bool = False, safe: str = "", **stamp: str
    ) -> tuple[int, str]:
        """Ask whether an address is real; ``safe``: signs of the echo that are not escaped."""
        query, encrypted = self._sealed(self.aibot_seal if aibot else self.seal, echo.encode(), stamp)
        while not set(safe) <= set(encrypted):  # it begins with 16 random bytes
            query, encrypted = self._sealed(self.aibot_seal if aibot else self.seal, echo.encode(), stamp)
        asked = URL(f"{url}?{urlencode(query)}&echostr={quote(encrypted, safe=safe)}", encoded=True)
        async with self._http.get(asked) as response:
            return response.status, await response.text()

    def _sealed(self, seal: Seal, message: bytes, stamp: Mapping[str, str]) -> tuple[dict[str, str], str]:
        timestamp = stamp.get("timestamp", str(int(self.clock())))
        nonce = f"nonce{next(self._numbers)}"
        encrypted, signature = seal.close(message, timestamp=timestamp, nonce=nonce)
        return {"msg_signature": signature, "timestamp": timestamp, "nonce": nonce, **stamp}, encrypted

    async def call(self, url: str, query: Mapping[str, str], body: bytes) -> tuple[int, str]:
        """As the platform does: within 5 s, or it counts as failed."""
        async with asyncio.timeout(5), self._http.post(f"{url}?{urlencode(query)}", data=BytesIO(body)) as response:
            return response.status, await response.text()

    def aibot_text(self, who: str, text: str, *, chat: str = "") -> dict[str, Any]:
        """A message to the robot, with an address to answer to; in a group it begins with the robot's name."""
        number = next(self._numbers)
        code = f"r{number}"
        self._open_urls[code] = self.clock()
        where = {"chattype": "group", "chatid": chat} if chat else {"chattype": "single"}
        content = f"@CRM助手 {text}" if chat else text
        return {
            **{"msgid": f"aibot-{number}", "aibotid": "aib-fake", "from": {"userid": who}, **where},
            **{"response_url": f"{self.base_url}/response/{code}", "msgtype": "text", "text": {"content": content}},
        }

    def aibot_press(self, who: str, card: Mapping[str, Any], number: int, *, chat: str = "") -> dict[str, Any]:
        body = self.aibot_text(who, "", chat=chat)
        del body["text"]
        detail = {"card_type": card["card_type"], "event_key": card["button_list"][number]["key"]}
        event = {"eventtype": "template_card_event", "template_card_event": {**detail, "task_id": card["task_id"]}}
        return {**body, "msgtype": "event", "event": event}
