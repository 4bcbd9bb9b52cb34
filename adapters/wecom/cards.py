"""Template cards: a text with up to six buttons (document path 90236, 按钮交互型)."""

import re
from typing import Any
from urllib.parse import quote, unquote

from adapters.base import Button, Outbound
from adapters.wecom.text import plain, width

MAX_BUTTONS = 6
TITLE, SUBTITLE, LABEL = 26, 160, 10  # in Chinese characters; what is longer is shown cut off
PRESSED = "✓ "
_STYLES = {"primary": 1, "": 2, "danger": 3}
_HEAD = re.compile(r"^.{1,50}?(?:[。？！：]|[?!.:](?=\s))")  # what may stand as a title of its own


def button_card(message: Outbound, *, task_id: str) -> dict[str, Any] | None:
    """The card, or None where the message does not fit one: the caller then numbers the buttons."""
    if not 1 <= len(message.buttons) <= MAX_BUTTONS or any(width(item.label) > LABEL for item in message.buttons):
        return None
    title, rest = _title(message.text.strip())
    if not title or width(rest) > SUBTITLE:
        return None
    card: dict[str, Any] = {
        "card_type": "button_interaction",
        "main_title": {"title": plain(title)},
        "task_id": task_id,
        "button_list": [_button(item) for item in message.buttons],
    }
    if rest:
        card["sub_title_text"] = plain(rest)
    return card


def _title(text: str) -> tuple[str, str]:
    """The first line, or the beginning of a long one, and what follows."""
    first, _, rest = text.partition("\n")
    if width(first) <= TITLE:
        return first, rest.strip("\n")
    head = _HEAD.match(first)
    if head and width(head[0]) <= TITLE:
        return head[0], text[len(head[0]) :].lstrip(" ")
    short = first
    while width(short) > TITLE - 1:
        short = short[:-1]
    return short + "…", text


def _button(button: Button) -> dict[str, Any]:
    return {"text": button.label, "style": _STYLES[button.style], "key": key_of(button)}


def key_of(button: Button) -> str:
    """A button's key carries its label too, so that whoever handles the press can show it without knowing the card."""
    return f"{quote(button.id, safe=':.,;-_ ')}|{button.label}"


def read_key(key: str) -> tuple[str, str]:
    """The button's id and its label, from a key."""
    button_id, _, label = key.partition("|")
    return unquote(button_id), label


def pressed_card(card: dict[str, Any], key: str) -> dict[str, Any]:
    """The card after a press: of its buttons the pressed one is left, ticked."""
    label = read_key(key)[1]
    return {**card, "button_list": [{"text": f"{PRESSED}{label}".rstrip(), "style": 2, "key": key}]}
