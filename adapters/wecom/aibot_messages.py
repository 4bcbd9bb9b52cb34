"""The 智能机器人's messages, in and out: pure translation (document paths 100719, 101027, 101138, 101463)."""

import hashlib
import json
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from adapters.base import Attachment, Inbound, Outbound, number_buttons
from adapters.wecom.app_messages import APP, PLATFORM, instant, safe_word
from adapters.wecom.cards import button_card, read_key
from adapters.wecom.parts import Payload
from adapters.wecom.text import MARKDOWN_BYTES, bold_heading, markdown, pieces

log = logging.getLogger(__name__)

# A member's chat with the robot is, beside the chat with the app, a thread of its own. It is no other account: userids
# are the same for both, and so are the people and the bound groups that the bot knows by them.
THREAD = "aibot"
# In a group the robot hears only what is addressed to it, and the text begins so.
_MENTION = re.compile(r"^\s*@\S+(?:\s+|$)")

_EXTERNAL = re.compile(r"w[mo][A-Za-z0-9_-]{30}")


def to_inbound(body: Mapping[str, Any], *, now: datetime) -> Inbound | None:
    """What somebody did, from a decrypted callback or a frame's body; None where it is nothing for us.

    ``now`` stands in where the platform does not say when.
    """
    kind = str(body.get("msgtype", ""))
    if kind == "event" or "event" in body:
        return _event(body, now)
    part = _part(body, kind)
    if kind == "text":
        return _inbound(body, now, text=_addressed(body, str(part.get("content", ""))))
    if kind == "mixed":
        return _mixed(body, part, now)
    if kind == "voice":  # the platform has written it down
        return _inbound(body, now, text=str(part.get("content", "")), attachments=_attachments(body, [kind]))
    if kind in ("image", "file", "video"):
        name = str(part.get("filename") or part.get("name") or "")
        return _inbound(body, now, attachments=_attachments(body, [kind], name))
    if kind != "stream":
        log.info("wecom robot message of type %s left aside", safe_word(kind))
    return None


def _mixed(body: Mapping[str, Any], part: Mapping[str, Any], now: datetime) -> Inbound | None:
    items = [item for item in part.get("msg_item") or () if isinstance(item, dict)]
    texts = [str(_part(item, "text").get("content", "")) for item in items if item.get("msgtype") == "text"]
    images = [str(item.get("msgtype")) for item in items if item.get("msgtype") == "image"]
    text = _addressed(body, "\n".join(texts))
    return _inbound(body, now, text=text, attachments=_attachments(body, images))


def _event(body: Mapping[str, Any], now: datetime) -> Inbound | None:
    event = _part(body, "event")
    kind = str(event.get("eventtype", ""))
    if kind == "template_card_event":
        return _inbound(body, now, action=read_key(card_press(body).key)[0])
    if kind == "enter_chat":  # the first time of a day
        log.debug("wecom robot: somebody has opened the chat")
        return None
    log.info("wecom robot event %s left aside", safe_word(kind))
    return None


@dataclass(frozen=True, slots=True)
class CardPress:
    """A pressed button of a card, and who pressed it."""

    task_id: str
    key: str
    by: str


def card_press(body: Mapping[str, Any]) -> CardPress:
    """What was pressed; it stands in a part of its own, or right in the event. Empty where nothing was."""
    event = _part(body, "event")
    detail = _part(event, "template_card_event") or event
    task_id, key = (str(detail.get(name, "")) for name in ("task_id", "event_key"))
    return CardPress(task_id, key, str(_part(body, "from").get("userid") or ""))


def _inbound(
    body: Mapping[str, Any],
    now: datetime,
    *,
    text: str = "",
    action: str | None = None,
    attachments: tuple[Attachment, ...] = (),
) -> Inbound | None:
    sender = str(_part(body, "from").get("userid") or "")
    if not sender:
        return None
    is_group = is_in_group(body)
    return Inbound(
        platform=PLATFORM,
        account=APP,
        thread_id=THREAD,
        event_id=f"{THREAD}:{body.get('msgid') or _digest(body)}",
        chat_id=str(body.get("chatid") or sender) if is_group else sender,
        sender_id=sender,
        text=text,
        action=action,
        message_id=str(body.get("msgid") or ""),
        attachments=attachments,
        is_private=not is_group,
        is_outside=is_external(sender),
        is_caseless=not is_external(sender),
        sent_at=instant(body.get("create_time")) or now.astimezone(UTC),
    )


def is_external(userid: str) -> bool:
    """Whether an id is that of somebody outside the company: members have names that the company gave them."""
    return _EXTERNAL.fullmatch(userid) is not None


def is_in_group(body: Mapping[str, Any]) -> bool:
    return body.get("chattype") == "group" or (body.get("chattype") != "single" and bool(body.get("chatid")))


def _addressed(body: Mapping[str, Any], text: str) -> str:
    """The text without the robot's name at its head."""
    return _MENTION.sub("", text, count=1) if is_in_group(body) else text


def _attachments(body: Mapping[str, Any], kinds: list[str], name: str = "") -> tuple[Attachment, ...]:
    """Named by their message: the address that the platform gives opens the file to everybody who knows it."""
    msgid = str(body.get("msgid") or "")
    known: dict[str, Any] = {"image": "photo", "voice": "voice"}
    return tuple(
        Attachment(kind=known.get(kind, "file"), file_id=f"{msgid}/{number}", name=name)
        for number, kind in enumerate(kinds)
    )


def _part(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = body.get(name)
    return part if isinstance(part, dict) else {}


def _digest(body: Mapping[str, Any]) -> str:
    whole = json.dumps(body, sort_keys=True, default=str)
    return hashlib.sha256(whole.encode("utf-8", "replace")).hexdigest()[:40]


def to_payloads(message: Outbound, *, task_id: str) -> list[Payload]:
    """The bodies, in order: a card if the message fits one, else Markdown in which nothing but a heading is marked up.

    A proactive message of type text is refused (errcode 40008), so plain text is no choice here.
    """
    card = button_card(message, task_id=task_id)
    if card is not None:
        return [{"msgtype": "template_card", "template_card": card}]
    return [{"msgtype": "markdown", "markdown": {"content": text}} for text in in_markdown(message) if text.strip()]


def in_markdown(message: Outbound) -> list[str]:
    """The text with its buttons as numbered lines, in pieces; at least one."""
    texts = pieces(number_buttons(message), MARKDOWN_BYTES - len("****"), markdown) or ["…"]
    if message.has_heading:
        texts[0] = bold_heading(texts[0])
    return texts
