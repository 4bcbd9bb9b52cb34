"""`Outbound` as calls of the Bot API. Pure.

Everything is plain text made safe for HTML: an unknown or unclosed tag would cost the whole message. Limits count
UTF-16 units after the HTML is read (4096 in a message, 1024 under a picture); a button carries at most 64 bytes.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Any, TypeAlias

from adapters.base import Button, Outbound, Upload, laid_out, number_buttons, uploads
from adapters.telegram.units import length, split

Params: TypeAlias = dict[str, Any]

MAX_TEXT, MAX_CAPTION, MAX_BUTTONS, MAX_DATA = 4096, 1024, 100, 64
ROW_WIDTH, ROW_BUTTONS = 26, 4  # how much fits beside each other on a telephone
_METHODS = {"image": "sendPhoto", "file": "sendDocument"}
_PING = re.compile(r"(?<![\w@.])@(?=[A-Za-z])")


@dataclass(frozen=True, slots=True)
class Call:
    """One method of the Bot API with its parameters, and what is uploaded with it."""

    method: str
    params: Params
    upload: Upload | None = None


def to_payload(message: Outbound) -> tuple[Call, ...]:
    """The calls that make the message, in order; the buttons stand under the last one."""
    message = _ringing_nobody(_drawable(message))
    chat = _chat(message)
    calls = []
    text = message.text
    *before, under = uploads(message) or (None,)
    calls += [Call(_METHODS[upload.kind], {**chat}, upload) for upload in before if upload]
    if under is not None:
        fits = length(text) <= MAX_CAPTION
        caption = _html(message, text if fits else split(under.alt, MAX_CAPTION)[0])
        calls.append(Call(_METHODS[under.kind], {**chat, "caption": caption, "parse_mode": "HTML"}, under))
        text = "" if fits else text
    if text or not calls:
        calls += [Call("sendMessage", {**chat, **_text(message, part)}) for part in split(text, MAX_TEXT)]
    calls[0].params.update(_answering(message))
    calls[-1].params.update(_keyboard(message.buttons))
    return tuple(calls)


def to_redrawn(message: Outbound, sent_as: str) -> Call | None:
    """The call that gives a message the buttons it has now; None where it has no message id."""
    if not sent_as.isdecimal():
        return None
    place = {"chat_id": _chat(message)["chat_id"], "message_id": int(sent_as)}
    return Call("editMessageReplyMarkup", {**place, **_keyboard(message.buttons)})


def _chat(message: Outbound) -> Params:
    """Where it goes. What only one person may see goes to their private chat, which has their own id."""
    if message.only_for is not None and message.only_for != message.chat_id:
        return {"chat_id": int(message.only_for)}
    thread = {"message_thread_id": int(message.thread_id)} if message.thread_id else {}
    return {"chat_id": int(message.chat_id), **thread}


def _answering(message: Outbound) -> Params:
    """In a group several people talk with the bot at once: each answer shows what it answers, as long as that is
    there."""
    if not message.answers.isdecimal() or message.only_for is not None:
        return {}
    return {"reply_parameters": {"message_id": int(message.answers), "allow_sending_without_reply": True}}


def _drawable(message: Outbound) -> Outbound:
    """The message as it can be shown: never empty, and without buttons that the platform would refuse."""
    buttons = message.buttons
    if len(buttons) > MAX_BUTTONS or any(len(button.id.encode()) > MAX_DATA for button in buttons):
        return replace(message, text=number_buttons(message), buttons=())
    return message if message.text.strip() or uploads(message) else replace(message, text="…")


def _ringing_nobody(message: Outbound) -> Outbound:
    """In a group a name behind @ would ring somebody: an invisible joiner stops that. It counts as any other character,
    so it has to be there before the text is split."""
    if not message.chat_id.startswith("-"):
        return message
    table = message.table
    if table is not None:
        table = replace(table, rows=tuple(tuple(map(_joined, row)) for row in table.rows))
    file = message.file and replace(message.file, alt=_joined(message.file.alt))
    alt = _joined(message.picture_alt)
    return replace(message, text=_joined(message.text), table=table, picture_alt=alt, file=file)


def _joined(text: str) -> str:
    return _PING.sub("@\u2060", text)


def _text(message: Outbound, text: str) -> Params:
    return {
        "text": _html(message, text),
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
    }


def _html(message: Outbound, text: str) -> str:
    """What people typed, as they typed it; the heading and the labels of a table stand out.

    There is no table to draw: digits and Chinese characters are no column on a telephone, whatever the font.
    """
    is_begun = text[:1] == message.text[:1] and message.text.startswith(text.partition("\n")[0])
    above, rows, _ = laid_out(message) if text == message.text else ("", (), "")
    labels = dict(enumerate((row[0] for row in rows), above.count("\n") + 1))
    lines = text.split("\n")
    if message.has_heading and is_begun:
        labels[0] = lines[0]
    return "\n".join(_line(line, labels.get(n, "")) for n, line in enumerate(lines))


def _line(line: str, label: str) -> str:
    """A line, of which the label it begins with is bold."""
    if not label.strip():
        return escape(line, quote=False)
    return f"<b>{escape(label, quote=False)}</b>{escape(line[len(label) :], quote=False)}"


def _keyboard(buttons: Sequence[Button]) -> Params:
    if not buttons:
        return {}
    rows = [[{"text": button.label or "…", "callback_data": button.id} for button in row] for row in _rows(buttons)]
    return {"reply_markup": {"inline_keyboard": rows}}


def _rows(buttons: Sequence[Button]) -> list[list[Button]]:
    """Short labels share a row, long ones have one of their own."""
    rows: list[list[Button]] = []
    room = 0
    for button in buttons:
        width = 2 + sum(2 if character >= "\u1100" else 1 for character in button.label)
        if not rows or width > room or len(rows[-1]) >= ROW_BUTTONS:
            rows.append([])
            room = ROW_WIDTH
        rows[-1].append(button)
        room -= width
    return rows
