"""The self-built app (自建应用): members write to it one by one, and it writes to them."""

import logging
from collections import OrderedDict
from dataclasses import replace
from typing import Any
from uuid import uuid4

from starlette.routing import Route

from adapters.base import Outbound, Rate, Receive, Undeliverable, number_buttons
from adapters.wecom.api import Api
from adapters.wecom.app_messages import CARD_ID, safe_word, to_inbound, to_payloads
from adapters.wecom.callback import Errands, callback_route
from adapters.wecom.cards import PRESSED, read_key
from adapters.wecom.crypto import Forged, Seal
from adapters.wecom.errors import ApiError
from adapters.wecom.kf import Kf
from adapters.wecom.pace import Pace
from adapters.wecom.parts import Parts, Payload
from adapters.wecom.xml import NotXml, fields_of

log = logging.getLogger(__name__)

PATH = "/wecom/callback"
MAX_CARDS = 2000
MAX_CODE = 190  # what is kept of a sent message has room for no more
# Above 30 a minute or 1000 an hour to one member WeCom drops messages and says nothing.
PER_MEMBER = (Rate(28, 60.0), Rate(950, 3600.0))


class App:
    """Takes callbacks in, and sends through message/send. Without ``seal`` it only sends."""

    def __init__(
        self, api: Api, agent_id: str, *, seal: Seal | None, errands: Errands, kf: Kf | None = None, answered: str = "✓"
    ) -> None:
        """``answered``: what stands on a card instead of its buttons when they are of no more use."""
        self._api = api
        self._agent_id = agent_id
        self._seal = seal
        self._errands = errands
        self._kf = kf
        self._pace = Pace(*PER_MEMBER)
        self._parts = Parts()
        self._answered = answered
        self._unpressed: OrderedDict[str, str] = OrderedDict()  # by task id, the cards of this process and their ids

    def routes(self, receive: Receive) -> list[Route]:
        if self._seal is None:
            return []

        async def handle(message: bytes) -> str:
            await self._take(_fields(message), receive)
            return ""  # nothing to say here: an answer in the response could not be repeated

        return [callback_route(PATH, self._seal, _encrypted, handle)]

    async def _take(self, fields: dict[str, str], receive: Receive) -> None:
        if fields.get("Event") == "kf_msg_or_event":
            if self._kf is not None:
                self._kf.notify(receive, fields.get("OpenKfId", ""), fields.get("Token", ""))
            else:
                kfid = safe_word(fields.get("OpenKfId", ""))
                log.warning("wecom: a customer has written to %s: set CRMBOT_WECOM_KF_OPEN_ID to hear it", kfid)
            return
        inbound = to_inbound(fields)
        if inbound is None:
            return
        await receive(inbound)
        self._unpressed.pop(fields.get("TaskId", ""), None)
        if inbound.action is not None and inbound.message_id.startswith(CARD_ID):
            self._errands.start(self._tick_off(inbound.sender_id, inbound.message_id, fields.get("EventKey", "")))

    async def _tick_off(self, userid: str, card_id: str, key: str) -> None:
        """Show that a press has arrived, and take the buttons away: a card can be pressed for 72 hours."""
        label = read_key(key)[1]
        await self._update(userid, card_id, {"button": {"replace_name": f"{PRESSED}{label}".rstrip()}})

    async def send(self, message: Outbound) -> str:
        """Deliver to a member; a message id, which for a card allows to redraw it once."""
        media = await self._api.upload_all(message)
        payloads = to_payloads(message, agent_id=self._agent_id, task_id=uuid4().hex, media=media)
        try:
            return await self._parts.deliver(message, payloads, self._send_one)
        except ApiError:
            if payloads[-1]["msgtype"] != "template_card":
                raise
        # A card that WeCom refuses must not keep its text from arriving.
        plain = to_payloads(
            replace(message, text=number_buttons(message), buttons=()),
            agent_id=self._agent_id,
            task_id="",
            media=media,
        )
        return await self._parts.deliver(message, plain, self._send_one)

    async def _send_one(self, payload: Payload) -> str:
        self._pace.step(payload["touser"].lower())
        answer = await self._api.call("message/send", payload)
        _check_reached(answer, payload["touser"])
        code = answer.get("response_code")
        if not (isinstance(code, str) and 0 < len(code) <= MAX_CODE):
            return str(answer.get("msgid", ""))
        self._unpressed[payload["template_card"]["task_id"]] = CARD_ID + code
        if len(self._unpressed) > MAX_CARDS:
            self._unpressed.popitem(last=False)
        return CARD_ID + code

    async def redraw(self, message: Outbound, sent_as: str) -> None:
        """Take the buttons off a card that has none left. One that was pressed has lost them already."""
        task = next((task for task, card_id in self._unpressed.items() if card_id == sent_as), None)
        if task is not None and not message.buttons:
            del self._unpressed[task]
            await self._update(message.chat_id, sent_as, {"button": {"replace_name": self._answered}})

    async def _update(self, userid: str, card_id: str, change: dict[str, Any]) -> None:
        """A response code works once, for 72 hours."""
        body = {"userids": [userid], "agentid": int(self._agent_id) if self._agent_id.isdigit() else self._agent_id}
        await self._api.call(
            "message/update_template_card", {**body, "response_code": card_id.removeprefix(CARD_ID), **change}
        )


def _check_reached(answer: dict[str, Any], userid: str) -> None:
    """A member who cannot be reached is named in the answer of a call that succeeded."""
    for name in ("invaliduser", "unlicenseduser"):
        if userid.lower() in str(answer.get(name) or "").lower().split("|"):
            raise Undeliverable(name)


def _fields(message: bytes) -> dict[str, str]:
    try:
        return fields_of(message.decode())
    except (NotXml, UnicodeDecodeError) as error:
        raise Forged("content") from error


def _encrypted(body: str) -> str:
    try:
        encrypted = fields_of(body).get("Encrypt")
    except NotXml as error:
        raise Forged("XML") from error
    if not encrypted:
        raise Forged("Encrypt")
    return encrypted
