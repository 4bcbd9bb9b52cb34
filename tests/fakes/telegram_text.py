"""What the Bot API reads of a call, and what it refuses of it: texts, markup, keyboards."""

import json
import re
from email.parser import BytesParser
from email.policy import HTTP
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl

TAGS = {"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "code", "pre", "a", "blockquote", "tg-spoiler"}


class Refused(Exception):
    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters


def envelope(error: Refused) -> tuple[int, dict[str, Any]]:
    body: dict[str, Any] = {"ok": False, "error_code": error.code, "description": error.description}
    if error.parameters:
        body["parameters"] = error.parameters
    return error.code, body


def read_params(query: str, headers: dict[str, str], body: bytes) -> dict[str, Any]:
    """Parameters from the address, a form, a form with files, or JSON."""
    kind = headers.get("content-type", "")
    params: dict[str, Any] = dict(parse_qsl(query, keep_blank_values=True))
    if kind.startswith("application/json"):
        return params | json.loads(body or b"{}")
    if kind.startswith("multipart/"):
        parts = BytesParser(policy=HTTP).parsebytes(f"content-type: {kind}\r\n\r\n".encode() + body)
        for part in parts.iter_parts():
            name = part.get_param("name", header="content-disposition")
            content = part.get_payload(decode=True)
            params[name] = content if part.get_filename() else content.decode()
    else:
        params |= dict(parse_qsl(body.decode(), keep_blank_values=True))
    return {name: value if isinstance(value, bytes) else loose(name, value) for name, value in params.items()}


def loose(name: str, value: str) -> Any:
    """Numbers, booleans and objects come as JSON; texts as they are."""
    if name in ("text", "caption", "secret_token", "url", "data", "callback_query_id", "file_id", "language_code"):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def parsed(params: dict[str, Any], name: str, most: int) -> str:
    text = params.get(name, "")
    if params.get("parse_mode") == "HTML":
        text = Html(text).text
    elif params.get("parse_mode"):
        raise Refused(400, "Bad Request: unsupported parse_mode")
    if len(text.encode("utf-16-le")) // 2 > most:
        raise Refused(400, "Bad Request: message is too long" if name == "text" else "Bad Request: caption is too long")
    return text


class Html(HTMLParser):
    """The text of a message; refuses what the platform cannot parse."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=False)
        self.text = ""
        self.open: list[str] = []
        if re.search(r"<(?![/a-zA-Z])|&(?!(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);)", source) and "<" in source:
            raise Refused(400, "Bad Request: can't parse entities: Unsupported start tag")
        self.feed(source)
        self.close()
        if self.open:
            raise Refused(400, f"Bad Request: can't parse entities: Can't find end tag for {self.open[-1]!r}")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            raise Refused(400, f'Bad Request: can\'t parse entities: Unsupported start tag "{tag}"')
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise Refused(400, "Bad Request: can't parse entities: Unexpected end tag")

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_entityref(self, name: str) -> None:
        self.text += {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}.get(name, f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.text += chr(int(name[1:], 16) if name[0] in "xX" else int(name))


def read_keyboard(params: dict[str, Any]) -> list[dict[str, str]]:
    markup = params.get("reply_markup")
    if markup is None:
        return []
    rows = markup["inline_keyboard"]
    buttons = [button for row in rows for button in row]
    if len(buttons) > 100 or any(len(row) > 8 for row in rows):
        raise Refused(400, "Bad Request: reply markup is too long")
    for button in buttons:
        if not button.get("text"):
            raise Refused(400, "Bad Request: can't parse reply keyboard markup: text of a button is empty")
        if len(set(button) - {"text", "style", "icon_custom_emoji_id"}) != 1:
            raise Refused(400, "Bad Request: Text buttons are unallowed in the inline keyboard")
        if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= 64:
            raise Refused(400, "Bad Request: BUTTON_DATA_INVALID")
    return buttons
