"""`Outbound` as the arguments of a Slack method. Pure functions."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, TypeAlias

from adapters.base import Button, Outbound, laid_out
from adapters.slack.forms import plain
from adapters.slack.inbound import CORNER, corner_of, slack_user
from adapters.slack.tables import sections
from adapters.slack.text import ELLIPSIS, MAX_MESSAGE, bold, escape, length, pieces, text_objects

Block: TypeAlias = dict[str, Any]

MAX_LABEL = 75  # of a button and of an option
PER_ROW = 5
MAX_BUTTONS = 10  # more of them are offered as a list to choose from
MAX_OPTIONS = 100
MAX_VIEW_BLOCKS = 100


def split(message: Outbound) -> list[Outbound]:
    """The message as messages that Slack takes; what belongs below the text comes with the last of them."""
    if length(escape(message.text)) <= MAX_MESSAGE:
        return [message]
    texts = [_unescape(piece) for piece in pieces(escape(message.text), MAX_MESSAGE)]
    first = [replace(message, text=text, buttons=(), picture=None, picture_alt="", file=None) for text in texts[:-1]]
    return [
        part if n == 0 else replace(part, has_heading=False, table=None)
        for n, part in enumerate([*first, replace(message, text=texts[-1])])
    ]


def to_payload(message: Outbound) -> dict[str, Any]:
    """Arguments for chat.postMessage; with ``user`` for chat.postEphemeral.

    ``text`` is what notifications and screen readers get. Links get no preview: nobody asked for it.
    """
    corner = corner_of(message.chat_id)
    channel = corner[0] if corner else message.chat_id
    text = message.text.strip() or message.picture_alt.strip() or ELLIPSIS
    payload: dict[str, Any] = {"channel": channel, "text": escape(text), "blocks": to_blocks(message, text)}
    if message.thread_id:
        payload["thread_ts"] = message.thread_id
    only_for = corner[1] if corner else message.only_for
    if only_for and only_for != message.chat_id:
        return {**payload, "user": slack_user(only_for)}
    return {**payload, "unfurl_links": False, "unfurl_media": False}


def to_update(message: Outbound, ts: str) -> dict[str, Any] | None:
    """Arguments for chat.update of the message that has the buttons; None where Slack has none to change: what one
    person alone sees, or a page."""
    is_alone = corner_of(message.chat_id) or message.only_for not in (None, message.chat_id)
    if not ts or is_alone or message.surface or (message.file is not None and message.file.handle):
        return None
    last = to_payload(replace(split(message)[-1], picture=None, file=None))
    return {**{key: last[key] for key in ("channel", "text", "blocks")}, "ts": ts}


def to_blocks(message: Outbound, text: str) -> list[Block]:
    """The text in sections, its table in fields, the buttons below it."""
    corner = corner_of(message.chat_id)
    place = f"{CORNER}{corner[0]}:" if corner else ""
    above, rows, below = laid_out(replace(message, text=text)) if message.table else (text, (), "")
    table = sections(rows)
    if rows and not table:
        above, below = text, ""
    heading, _, rest = above.partition("\n") if message.has_heading else ("", "", above)
    blocks = [*_texts(bold(heading) if heading else []), *_texts(text_objects(rest)), *table]
    blocks += _texts(text_objects(below))
    for n, elements in enumerate(_rows(message.buttons)):
        blocks.append({"type": "actions", "block_id": f"{place}{n}", "elements": elements})
    return blocks


def _texts(objects: list[dict[str, object]]) -> list[Block]:
    return [{"type": "section", "text": item} for item in objects if item["text"]]


def to_home(message: Outbound) -> dict[str, Any]:
    """Arguments for views.publish: the person's own page."""
    blocks = to_blocks(message, message.text.strip() or ELLIPSIS)[:MAX_VIEW_BLOCKS]
    return {"user_id": slack_user(message.chat_id), "view": {"type": "home", "blocks": blocks}}


def _rows(buttons: tuple[Button, ...]) -> Iterator[list[Block]]:
    """Buttons in rows; where there are many, those without a style become a list to choose from."""
    if len(buttons) > MAX_BUTTONS:
        options = [button for button in buttons if not button.style]
        for start in range(0, len(options), MAX_OPTIONS):
            yield [_select(options[start : start + MAX_OPTIONS])]
        buttons = tuple(button for button in buttons if button.style)
    for start in range(0, len(buttons), PER_ROW):
        yield [_button(button) for button in buttons[start : start + PER_ROW]]


def _button(button: Button) -> Block:
    drawn: Block = {
        "type": "button",
        "action_id": button.id,
        "value": button.id,
        "text": plain(button.label, MAX_LABEL),
    }
    return {**drawn, "style": button.style} if button.style else drawn


def _select(buttons: list[Button]) -> Block:
    return {
        "type": "static_select",
        "action_id": f"choose:{buttons[0].id}",
        "placeholder": plain(ELLIPSIS, MAX_LABEL),
        "options": [{"text": plain(button.label, MAX_LABEL), "value": button.id} for button in buttons],
    }


def _unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
