"""A group's robot webhook (消息推送, formerly 群机器人): it only speaks, in the one group that it belongs to."""

import base64
import hashlib

import httpx

from adapters.base import Outbound, Rate, number_buttons
from adapters.wecom.api import post
from adapters.wecom.errors import error_of
from adapters.wecom.pace import Pace
from adapters.wecom.parts import Parts, Payload
from adapters.wecom.text import TEXT_BYTES, pieces

ACCOUNT = "robot"
GROUP = "robot:group"
PER_GROUP = Rate(18, 60.0)  # the platform's limit is 20


class Robot:
    """Posts to the webhook, whose address is the secret that lets one post."""

    def __init__(self, webhook: str, http: httpx.AsyncClient) -> None:
        self._webhook = webhook
        self._http = http
        self._pace = Pace(PER_GROUP)
        self._parts = Parts()

    async def send(self, message: Outbound) -> str:
        return await self._parts.deliver(message, to_payloads(message), self._send_one)

    async def _send_one(self, payload: Payload) -> str:
        self._pace.step("")
        answer = await post(self._http, self._webhook, json=payload)
        code = answer.get("errcode", 0)
        if isinstance(code, int) and code:
            raise error_of(code)
        return ""


def to_payloads(message: Outbound) -> list[Payload]:
    """The bodies to post: the picture, then the text. Nobody is mentioned, and a robot hears no buttons."""
    payloads: list[Payload] = []
    if message.picture is not None:
        checksum = hashlib.md5(message.picture, usedforsecurity=False).hexdigest()
        image = {"base64": base64.b64encode(message.picture).decode(), "md5": checksum}
        payloads.append({"msgtype": "image", "image": image})
    texts = pieces(number_buttons(message), TEXT_BYTES)
    return payloads + [{"msgtype": "text", "text": {"content": text}} for text in texts if text.strip()]
