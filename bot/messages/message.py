"""A message that goes out: as it is put into the outbox, as it lies there, and as an adapter draws it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, TypeAlias

from adapters.base import Button, Field, Form, Outbound, Upload
from bot.dialogs.reply import Reply
from bot.messages.address import Addressed
from config.types import Table

Lane: TypeAlias = Literal["reply", "reminder", "survey", "digest"]


@dataclass(frozen=True, slots=True)
class Row:
    """A message in the outbox."""

    id: int
    chat_key: str
    lane: Lane
    payload: dict[str, Any]
    attempts: int
    picture: bytes | None = None
    file: bytes | None = None

    @property
    def is_group(self) -> bool:
        return bool(self.payload.get("group"))


@dataclass(frozen=True, slots=True)
class Message:
    """Something to be sent to a place; ``only_for``: to one person (by their id there) within it. ``ends``: the outbox
    id of an earlier message whose buttons are of no more use when this one is there. ``about``: what who replies to it
    speaks of, ids by kind."""

    to: Addressed
    reply: Reply
    dedupe_key: str
    lane: Lane = "reply"
    only_for: str | None = None
    ends: int | None = None
    about: Mapping[str, int] = field(default_factory=dict)


def payload_of(message: Message) -> dict[str, Any]:
    """The message as it is stored."""
    to, reply = message.to, message.reply
    payload: dict[str, Any] = {
        "to": [to.platform, to.account, to.chat_id, to.thread_id],
        "text": reply.text,
        "buttons": [[press.label, dict(press.action), press.style, press.is_open] for press in reply.buttons],
    }
    if reply.file is not None:
        payload["file"] = [reply.file.name, reply.file.handle, "image" if reply.file.is_picture else "file"]
    if reply.has_heading:
        payload["heading"] = True
    if reply.table is not None:
        payload["table"] = [reply.table.line, [list(row) for row in reply.table.rows]]
    if reply.picture_alt:
        payload["alt"] = reply.picture_alt
    if reply.sheet is not None and to.trigger:
        payload |= {"trigger": to.trigger, "sheet": asdict(reply.sheet)}
    if to.surface:
        payload["surface"] = to.surface
    if message.only_for:
        payload["only_for"] = message.only_for
    if message.about:
        payload["about"] = dict(message.about)
    if message.ends is not None:
        payload["ends"] = message.ends
    if to.is_private:
        return payload
    answers = {"answers": to.message_id} if to.message_id else {}
    return payload | {"group": True, "asker": to.sender_id} | answers


def outbound(row: Row, *, is_ended: bool = False) -> Outbound:
    """The message as an adapter draws it. A button's id names the row and the button's place in it.

    ``is_ended``: with those buttons only that do not belong to the last message alone."""
    platform, account, chat_id, thread_id = row.payload["to"]
    buttons = tuple(
        Button(f"{row.id}.{n}", label, style)
        for n, (label, _action, style, is_open) in enumerate(row.payload["buttons"])
        if is_open or not is_ended
    )
    return Outbound(
        platform=platform,
        account=account,
        chat_id=chat_id,
        thread_id=thread_id,
        text=row.payload["text"],
        has_heading=row.payload.get("heading", False),
        table=_table(row),
        buttons=buttons,
        picture=row.picture,
        picture_alt=row.payload.get("alt", ""),
        file=_file(row),
        only_for=row.payload.get("only_for"),
        asker=row.payload.get("asker", ""),
        answers=row.payload.get("answers", ""),
        form=_form(row),
        trigger=row.payload.get("trigger", ""),
        surface=row.payload.get("surface", ""),
    )


def _table(row: Row) -> Table | None:
    if "table" not in row.payload:
        return None
    line, rows = row.payload["table"]
    return Table(line, tuple(tuple(cells) for cells in rows))


def _file(row: Row) -> Upload | None:
    if "file" not in row.payload:
        return None
    name, handle, kind = row.payload["file"]
    return Upload(kind, name, row.file or b"", handle=handle)


def _form(row: Row) -> Form | None:
    """The sheet of a message as a form. Its id names the row."""
    sheet = row.payload.get("sheet")
    if sheet is None:
        return None
    fields = tuple(
        Field(
            id=entry["name"],
            label=entry["label"],
            value=entry["value"],
            options=tuple(Button(label, label) for label in entry["options"]),
            is_long=entry["is_long"],
            is_required=entry["is_required"],
        )
        for entry in sheet["entries"]
    )
    return Form(
        id=f"{row.id}.sheet", title=sheet["title"], submit=sheet["submit"], cancel=sheet["cancel"], fields=fields
    )
