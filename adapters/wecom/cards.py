"""Template cards: a text with up to six rows and six buttons (document path 90236, 按钮交互型)."""

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, unquote

from adapters.base import Button, Outbound, laid_out
from adapters.wecom.text import plain, width
from config.types import Row

MAX_BUTTONS = MAX_ROWS = 6
# In Chinese characters; what is longer is shown cut off.
TITLE, SUBTITLE, LABEL, ROW_NAME, ROW_VALUE = 26, 160, 10, 5, 26
PRESSED = "✓ "
_STYLES = {"primary": 1, "": 2, "danger": 3}
_HEAD = re.compile(r"^.{1,50}?(?:[。？！：]|[?!.:](?=\s))")  # what may stand as a title of its own


def button_card(message: Outbound, *, task_id: str) -> dict[str, Any] | None:
    """The card, or None where the message does not fit one: the caller then numbers the buttons."""
    if not 1 <= len(message.buttons) <= MAX_BUTTONS or any(width(item.label) > LABEL for item in message.buttons):
        return None
    above, rows, below = laid_out(message)
    items = _items(rows)
    if rows and not items:
        above, below = message.text, ""
    title, rest = _title(above.strip())
    rest = "\n".join(filter(None, (rest, below.strip("\n"))))
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
    if items:
        card["horizontal_content_list"] = items
    return card


def _items(rows: Sequence[Row]) -> list[dict[str, str]]:
    """The rows of a table as those of a card; [] where they are too many or too wide to be shown whole."""
    found = [(label, " · ".join(cells)) for label, *cells in rows]
    if len(found) > MAX_ROWS or any(width(name) > ROW_NAME or width(value) > ROW_VALUE for name, value in found):
        return []
    return [{"keyname": plain(name), "value": plain(value)} for name, value in found]


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
    return {"text": button.label.strip() or "…", "style": _STYLES[button.style], "key": key_of(button)}


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
