"""微信客服: customers write in WeChat. The callback only says that there is something; the messages are fetched with a
cursor that must outlive the process (document paths 94670, 94677)."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from adapters.base import DESK, Attachment, Inbound, NotStored, Outbound, Receive, RetryLater, number_buttons
from adapters.wecom.api import Api
from adapters.wecom.app_messages import PLATFORM, instant, safe_word
from adapters.wecom.callback import Errands
from adapters.wecom.parts import Parts, Payload
from adapters.wecom.store import Store
from adapters.wecom.text import TEXT_BYTES, pieces, plain

log = logging.getLogger(__name__)

ACCOUNT = DESK  # followed by the 客服账号's open_kfid
MENU_HEAD, MENU_ITEM, MAX_ITEMS = 1024, 128, 10  # bytes, bytes, items
LOOK_EVERY_S = 300.0  # a callback may get lost; messages are kept for three days
AGAIN_AFTER_S = (1.0, 5.0, 30.0)  # what a callback told about, when it could not be fetched or stored
FROM_CUSTOMER = 3


class Kf:
    """One 客服账号. Uses the token of the app that may call it."""

    def __init__(self, api: Api, open_kfid: str, store: Store, errands: Errands) -> None:
        self.account = ACCOUNT + open_kfid
        self._api = api
        self._open_kfid = open_kfid
        self._store = store
        self._errands = errands
        self._cursor_key = f"wecom.kf.cursor.{open_kfid}"[:100]
        self._parts = Parts()
        self._lock = asyncio.Lock()
        self._is_asked = False

    def notify(self, receive: Receive, open_kfid: str, token: str) -> None:
        """A callback came: fetch, after it has been answered. Several callbacks are one fetch."""
        if open_kfid not in ("", self._open_kfid) or self._is_asked:
            return
        self._is_asked = True
        self._errands.start(self._fetch_asked(receive, token))

    async def _fetch_asked(self, receive: Receive, token: str) -> None:
        for wait_s in (*AGAIN_AFTER_S, 0.0):
            async with self._lock:
                self._is_asked = False
                try:
                    return await self._fetch(receive, token)
                except Exception as error:
                    if not wait_s:
                        raise
                    log.info("wecom kf: to be fetched again: %s", type(error).__name__)
            await asyncio.sleep(wait_s)

    async def run(self, receive: Receive) -> None:
        """Look for what no callback has told about: at the start, and now and then."""
        while True:
            try:
                async with self._lock:
                    await self._fetch(receive, "")
                wait_s = LOOK_EVERY_S
            except RetryLater as error:
                wait_s = error.after_s
            except NotStored:
                wait_s = 2.0
            except Exception as error:
                log.warning("wecom kf: messages could not be fetched: %s", type(error).__name__)
                wait_s = 30.0
            await asyncio.sleep(wait_s)

    async def _fetch(self, receive: Receive, token: str) -> None:
        """All that is new. The cursor moves on when everything before it is stored; what comes twice is recognised."""
        cursor = await self._store.get(self._cursor_key) or ""
        while True:
            body = {"cursor": cursor, "limit": 1000, "open_kfid": self._open_kfid}
            answer = await self._api.call("kf/sync_msg", {**body, "token": token} if token else body)
            for item in answer.get("msg_list") or ():
                inbound = to_inbound(item)
                if inbound is not None:
                    await receive(inbound)
            following = str(answer.get("next_cursor") or "")
            if not following or following == cursor:
                return
            cursor = following
            await self._store.put(self._cursor_key, cursor)
            if not answer.get("has_more"):
                return

    async def send(self, message: Outbound) -> str:
        """Deliver to a customer. WeCom allows five messages within 48 hours of the customer's last one."""
        media = await self._api.upload_all(message)
        payloads = to_payloads(message, open_kfid=self._open_kfid, media=media)
        return await self._parts.deliver(message, payloads, self._send_one)

    async def _send_one(self, payload: Payload) -> str:
        answer = await self._api.call("kf/send_msg", payload)
        return str(answer.get("msgid", ""))


def to_inbound(item: Mapping[str, Any]) -> Inbound | None:
    """What a customer did, from an item of sync_msg; None for what colleagues wrote and for the system's events."""
    kind = str(item.get("msgtype", ""))
    sender, msgid, sent_at = item.get("external_userid"), item.get("msgid"), instant(item.get("send_time"))
    if item.get("origin") != FROM_CUSTOMER or kind == "event" or not sender or not msgid or sent_at is None:
        return None
    body = item.get(kind)
    body = body if isinstance(body, dict) else {}
    attachment = _attachment(kind, body)
    if kind not in ("text", "link") and attachment is None:
        log.info("wecom kf message of type %s left aside", safe_word(kind))
        return None
    menu_id = str(body.get("menu_id") or "")
    return Inbound(
        platform=PLATFORM,
        account=ACCOUNT + str(item.get("open_kfid", "")),
        event_id=str(msgid),
        chat_id=str(sender),
        sender_id=str(sender),
        text=_text(kind, body),
        action=menu_id or None,
        message_id=str(msgid),
        attachments=(attachment,) if attachment else (),
        sent_at=sent_at,
    )


def _text(kind: str, body: Mapping[str, Any]) -> str:
    if kind == "link":
        return "\n".join(str(body[name]) for name in ("title", "desc", "url") if body.get(name))
    return str(body.get("content", "")) if kind == "text" else ""


def _attachment(kind: str, body: Mapping[str, Any]) -> Attachment | None:
    if kind == "location":
        latitude, longitude = body.get("latitude"), body.get("longitude")
        if not isinstance(latitude, int | float) or not isinstance(longitude, int | float):
            return None
        name = str(body.get("name") or body.get("address") or "")
        return Attachment(kind="location", name=name, latitude=float(latitude), longitude=float(longitude))
    media_id = str(body.get("media_id") or "")
    if kind == "image":
        return Attachment(kind="photo", file_id=media_id)
    if kind == "voice":
        return Attachment(kind="voice", file_id=media_id)
    return Attachment(kind="file", file_id=media_id) if kind in ("video", "file") else None


def to_payloads(message: Outbound, *, open_kfid: str, media: Sequence[Payload] = ()) -> list[Payload]:
    """The bodies for kf/send_msg: buttons become a menu whose entries come back as text with the button's id."""
    to: Payload = {"touser": message.chat_id, "open_kfid": open_kfid}
    payloads: list[Payload] = [{**to, **item} for item in media]
    head = plain(message.text)
    labels = [plain(button.label).strip() or "…" for button in message.buttons]
    fits = len(labels) <= MAX_ITEMS and len(head.encode()) <= MENU_HEAD
    if labels and fits and all(len(label.encode()) <= MENU_ITEM for label in labels):
        items = [
            {"type": "click", "click": {"id": button.id, "content": label}}
            for button, label in zip(message.buttons, labels, strict=True)
        ]
        return [*payloads, {**to, "msgtype": "msgmenu", "msgmenu": {"head_content": head, "list": items}}]
    texts = pieces(number_buttons(message), TEXT_BYTES)
    return payloads + [{**to, "msgtype": "text", "text": {"content": text}} for text in texts if text.strip()]
