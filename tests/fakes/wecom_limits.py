"""What WeCom refuses, as far as the limits are published: the error code for each body, 0 where it is taken."""

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from typing import Any

from adapters.wecom.text import width

TEXT_BYTES, MARKDOWN_BYTES = 2048, 20_480
ROBOT_MARKDOWN_BYTES, ROBOT_IMAGE_BYTES = 4096, 2 * 2**20
MOST_BYTES = {"image": 10 * 2**20, "voice": 2 * 2**20, "video": 10 * 2**20, "file": 20 * 2**20}
_TASK_ID = re.compile(r"[0-9A-Za-z_\-@]{1,128}")


def card(body: Any) -> int:
    """Of a template card; that no two of them have the same task id is for their keeper to see to."""
    if not isinstance(body, dict) or body.get("card_type") != "button_interaction":
        return 40058
    buttons = body.get("button_list")
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= 6 or not all(map(_is_button, buttons)):
        return 40058
    if not _TASK_ID.fullmatch(body.get("task_id", "")):
        return 42014
    if not (body.get("main_title", {}).get("title") or body.get("sub_title_text")):
        return 40058
    rows = body.get("horizontal_content_list", [])
    return 0 if isinstance(rows, list) and len(rows) <= 6 and all(map(_is_row, rows)) else 40058


def robot(body: Mapping[str, Any]) -> int:
    """Of what is posted to a group's robot webhook."""
    kind = body.get("msgtype")
    if kind in ("text", "markdown"):
        most = TEXT_BYTES if kind == "text" else ROBOT_MARKDOWN_BYTES
        return 0 if _fits(body[kind].get("content"), most) else 40058
    if kind != "image":
        return 40008
    try:
        content = base64.b64decode(body["image"]["base64"], validate=True)
    except (KeyError, binascii.Error):
        return 40058
    is_whole = body["image"].get("md5") == hashlib.md5(content, usedforsecurity=False).hexdigest()
    return 0 if is_whole and len(content) <= ROBOT_IMAGE_BYTES else 40009


def kf(body: Mapping[str, Any]) -> int:
    """Of a message to a customer."""
    kind = body.get("msgtype")
    if kind == "text":
        return 0 if _fits(body["text"].get("content"), TEXT_BYTES) else 40058
    if kind == "msgmenu":
        menu = body["msgmenu"]
        items = menu.get("list") or []
        is_menu = 1 <= len(items) <= 10 and all(map(_is_item, items))
        return 0 if is_menu and len(menu.get("head_content", "").encode()) <= 1024 else 40058
    return 0 if kind in ("image", "file") and body[kind].get("media_id") else 40008


def answer(body: Mapping[str, Any]) -> int:
    """Of what the 智能机器人 answers to a question on its long connection."""
    kind = body.get("msgtype")
    if kind == "stream":
        stream = body["stream"]
        is_said = isinstance(stream.get("finish"), bool) and bool(stream.get("id"))
        return 0 if is_said and _fits(stream.get("content"), MARKDOWN_BYTES) else 40058
    return card(body.get("template_card")) if kind == "template_card" else 40008


def upload(kind: str | None, content: bytes) -> int:
    """Of a file that is uploaded."""
    if kind not in MOST_BYTES or len(content) <= 5:
        return 40006
    if len(content) > MOST_BYTES[kind]:
        return 40009 if kind == "image" else 40006
    return 40009 if kind == "image" and not content.startswith((b"\x89PNG", b"\xff\xd8")) else 0


def _fits(text: Any, most: int) -> bool:
    return isinstance(text, str) and 0 < len(text.encode()) <= most


def _is_button(item: Any) -> bool:
    return bool(item.get("text")) and _fits(item.get("key"), 1024)


def _is_item(item: Any) -> bool:
    """An entry of a menu that comes back as text."""
    click = item.get("click", {})
    return item.get("type") == "click" and _fits(click.get("id"), 128) and _fits(click.get("content"), 128)


def _is_row(row: Any) -> bool:
    """A name and a value, neither so long that it would be shown cut off."""
    return (
        isinstance(row, dict)
        and set(row) == {"keyname", "value"}
        and 0 < width(row["keyname"]) <= 5
        and 0 < width(row["value"]) <= 26
    )
