"""The self-built app's messages, in and out: pure translation (document paths 90239, 90240, 90236)."""

import hashlib
import logging
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from adapters.base import Attachment, Inbound, Outbound, number_buttons
from adapters.wecom.cards import button_card, read_key
from adapters.wecom.parts import Payload
from adapters.wecom.text import TEXT_BYTES, pieces

log = logging.getLogger(__name__)

PLATFORM = "wecom"
APP = ""  # the account of the self-built app; userids are linked to people under this one
CARD_ID = "card:"  # a message id that begins so goes on with a response code: that card can be redrawn
HELLO = "/start"


def to_inbound(fields: Mapping[str, str]) -> Inbound | None:
    """What a member did, from the fields of a decrypted callback; None where it is nothing for us."""
    kind = fields.get("MsgType", "")
    if kind == "event":
        return _event(fields)
    if kind == "text":
        return _inbound(fields, text=fields.get("Content", ""))
    if kind == "link":
        lines = (fields.get("Title", ""), fields.get("Description", ""), fields.get("Url", ""))
        return _inbound(fields, text="\n".join(line for line in lines if line))
    if kind == "location":
        place = _place(fields)
        return None if place is None else _inbound(fields, attachment=place)
    attachment = _media(kind, fields.get("MediaId", ""))
    if attachment is None:
        log.info("wecom message of type %s left aside", safe_word(kind))
        return None
    return _inbound(fields, attachment=attachment)


def _event(fields: Mapping[str, str]) -> Inbound | None:
    event = fields.get("Event", "").lower()
    key = fields.get("EventKey", "")
    if event in ("template_card_event", "template_card_menu_event"):
        code = fields.get("ResponseCode", "")
        return _inbound(fields, action=read_key(key)[0], message_id=CARD_ID + code if code else "")
    if event == "click" and key:
        return _inbound(fields, text=key)  # a menu entry says what stands in its key
    if event == "subscribe":
        return _inbound(fields, text=HELLO)
    # enter_agent comes many times a day: greeting each time would be a nuisance.
    log.info("wecom event %s left aside", safe_word(event))
    return None


def _inbound(
    fields: Mapping[str, str],
    *,
    text: str = "",
    action: str | None = None,
    message_id: str = "",
    attachment: Attachment | None = None,
) -> Inbound | None:
    sender, sent_at = fields.get("FromUserName", ""), instant(fields.get("CreateTime", ""))
    if not sender or sent_at is None:
        return None
    message_id = message_id or fields.get("MsgId", "")
    return Inbound(
        platform=PLATFORM,
        account=APP,
        event_id=fields.get("MsgId") or _event_id(fields),
        chat_id=sender,
        sender_id=sender,
        is_caseless=True,
        text=text,
        action=action,
        message_id=message_id,
        attachments=(attachment,) if attachment else (),
        sent_at=sent_at,
    )


def _event_id(fields: Mapping[str, str]) -> str:
    """Events have no id: two presses may fall in one second, so the card and the button count too."""
    names = ("FromUserName", "CreateTime", "Event", "EventKey", "TaskId")
    told_apart = "\n".join(fields.get(name, "") for name in names)
    return "event:" + hashlib.sha256(told_apart.encode("utf-8", "replace")).hexdigest()[:40]


def _media(kind: str, media_id: str) -> Attachment | None:
    if kind == "image":
        return Attachment(kind="photo", file_id=media_id)
    if kind == "voice":
        return Attachment(kind="voice", file_id=media_id)
    if kind in ("video", "shortvideo", "file"):
        return Attachment(kind="file", file_id=media_id)
    return None


def _place(fields: Mapping[str, str]) -> Attachment | None:
    """Location_X is the latitude, Location_Y the longitude."""
    try:
        latitude, longitude = float(fields["Location_X"]), float(fields["Location_Y"])
    except (KeyError, ValueError):
        return None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return None
    return Attachment(kind="location", name=fields.get("Label", ""), latitude=latitude, longitude=longitude)


def instant(seconds: str | int | float | None) -> datetime | None:
    """The moment, from seconds since 1970."""
    text = str(seconds)
    if not (text.isascii() and text.isdigit() and len(text) <= 11):
        return None
    return datetime.fromtimestamp(int(text), UTC)


def safe_word(text: str) -> str:
    """A name that WeCom gives to something, as it may stand in a log."""
    return text if re.fullmatch(r"[A-Za-z0-9_.-]{1,64}", text) else "?"


def to_payloads(message: Outbound, *, agent_id: str, task_id: str, media: Sequence[Payload] = ()) -> list[Payload]:
    """The bodies for message/send, in order: what was uploaded, then the text, as a card if its buttons fit one."""
    to: Payload = {"touser": message.chat_id, "agentid": int(agent_id) if agent_id.isdigit() else agent_id}
    payloads: list[Payload] = [{**to, **item} for item in media]
    card = button_card(message, task_id=task_id)
    if card is not None:
        return [*payloads, {**to, "msgtype": "template_card", "template_card": card}]
    return payloads + [{**to, "msgtype": "text", "text": {"content": text}} for text in text_pieces(message)]


def text_pieces(message: Outbound) -> list[str]:
    """The text with its buttons as numbered lines, in pieces that WeCom does not cut."""
    return [piece for piece in pieces(number_buttons(message), TEXT_BYTES) if piece.strip()]
