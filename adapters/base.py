"""The border between the chat platforms and the bot.

An adapter turns what its platform delivers into `Inbound`, draws `Outbound`, and holds a connection. It knows nothing
of what the bot is about.
"""

import mimetypes
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

from config.types import Row, Table

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

Platform: TypeAlias = str  # "console", "slack", "telegram", "wecom"

# To an account that begins so only people from outside write, and it may write to them only for a while afterwards.
DESK = "kf:"
DESK_OPEN_FOR = timedelta(hours=48)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """Something sent along. ``kind`` says which of the other fields are filled."""

    kind: Literal["photo", "file", "voice", "contact", "location"]
    file_id: str = ""  # the platform's handle; never a URL with a token in it
    name: str = ""
    text: str = ""  # contact: a vCard or "name phone"
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """One thing a person did, on any platform."""

    platform: Platform
    account: str = ""  # the bot's own account there, where it has several
    event_id: str  # unique within platform and account; repeats are dropped
    chat_id: str  # where to answer
    thread_id: str = ""
    sender_id: str  # the platform's id, not ours
    text: str = ""  # mentions of the bot removed, otherwise as typed
    action: str | None = None  # the id of a pressed button
    edits: str | None = None  # message id of the earlier message that this one replaces
    message_id: str = ""
    replies_to: str = ""  # message id of the earlier message, maybe of ours, below which it is said
    attachments: tuple[Attachment, ...] = ()
    is_private: bool = True
    sent_at: datetime  # aware
    sender_name: str = ""
    sender_email: str = ""  # only where the platform vouches that it is the sender's
    language: str | None = None  # hints, where the platform gives them
    timezone: str | None = None
    trigger: str = ""  # what `Outbound.trigger` needs to open a form in answer; good for some seconds
    answers: Mapping[str, str] | None = None  # a filled-in form, by field id; ``action`` is the form's id
    is_form_open: bool = False  # the form waits: it can still be told what does not fit, see `Unfit`
    surface: Literal["", "home"] = ""  # home: nothing was said, somebody opened the bot's own page
    moved_from: str = ""  # nothing was said: the chat had this id before and goes on as ``chat_id``
    joined: tuple[str, ...] = ()  # nothing was said: these people came into the group,
    left: tuple[str, ...] = ()  # and these went
    is_caseless: bool = False  # to the platform the sender's id is the same in capitals and in small letters
    is_outside: bool = False  # the platform does not vouch that the sender belongs to the organisation
    is_shared: bool = False  # people of other organisations are in the chat, as the platform says


@dataclass(frozen=True, slots=True)
class Button:
    """``id`` comes back as `Inbound.action`; at most 64 bytes, so that every platform can carry it."""

    id: str
    label: str
    style: Literal["", "primary", "danger"] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One line of a form. With ``options`` one of them is chosen and its id comes back, else what was typed."""

    id: str
    label: str
    value: str = ""
    options: tuple[Button, ...] = ()
    hint: str = ""
    is_long: bool = False
    is_required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """Several questions on one sheet. ``id`` comes back as `Inbound.action`, with `Inbound.answers`."""

    id: str
    title: str
    submit: str
    cancel: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Upload:
    """What goes with a message: a picture that is shown, or a file to be opened elsewhere.

    ``handle``: the platform's own, of something it has already; then there are no bytes.
    """

    kind: Literal["image", "file"]
    name: str
    content: bytes
    alt: str = ""
    handle: str = ""

    @property
    def content_type(self) -> str:
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbound:
    """One message to send. ``text`` is plain: each adapter escapes it for its platform and splits it by its limits.

    Where a platform has no forms, or it is too late to open one, the message is sent instead of its ``form``.
    ``has_heading``: the first line of the text is its heading, and stands out where a platform can do that.
    ``table``: lines of the text that a platform may draw as rows instead; the text has all that they say.
    """

    platform: Platform
    account: str = ""
    chat_id: str
    thread_id: str = ""
    text: str
    has_heading: bool = False
    table: Table | None = None
    buttons: tuple[Button, ...] = ()
    picture: bytes | None = None  # PNG
    picture_alt: str = ""
    file: Upload | None = None
    only_for: str | None = None  # sender id: nobody else in the chat may see it
    asker: str = ""  # in a group the sender id of whom it answers: the buttons are theirs
    answers: str = ""  # in a group the id of the message that it answers: among several dialogs it shows which is meant
    form: Form | None = None  # to be opened before the person whose `Inbound.trigger` is given
    trigger: str = ""
    surface: Literal["", "home"] = ""  # home: redraws the person's own page, where there is one


def uploads(message: Outbound) -> tuple[Upload, ...]:
    """What goes with the message, in the order in which it is sent: before the text, which has the buttons below it."""
    pictures = (Upload("image", "picture.png", message.picture, message.picture_alt),) if message.picture else ()
    return (*pictures, message.file) if message.file else pictures


class RetryLater(Exception):
    """The platform asks to wait. ``after_s`` seconds; ``everywhere``: for the whole account, not only this chat."""

    def __init__(self, after_s: float, *, everywhere: bool = False) -> None:
        super().__init__(after_s)
        self.after_s = after_s
        self.everywhere = everywhere


class Undeliverable(Exception):
    """It will never arrive: blocked, no such chat, archived. ``reason`` is the platform's code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class OutcomeUnknown(Exception):
    """The request went out and no answer came back: it may have been delivered."""


class TooBig(Exception):
    """What was sent along is bigger than it may be here; nothing of it is kept."""


class Moved(Exception):
    """The chat has another id now: whatever was to go to it goes to ``chat_id``."""

    def __init__(self, chat_id: str) -> None:
        super().__init__(chat_id)
        self.chat_id = chat_id


Receive: TypeAlias = Callable[[Inbound], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Rate:
    """At most ``count`` messages in any ``per_s`` seconds."""

    count: int
    per_s: float


@dataclass(frozen=True, slots=True)
class Limits:
    """What the platform bears, with room to spare: per private chat, per group, and for the whole account.

    ``redraws``: how often messages may be redrawn, where that does not count as one more message.
    """

    chat: tuple[Rate, ...] = ()
    group: tuple[Rate, ...] = ()
    account: tuple[Rate, ...] = ()
    redraws: tuple[Rate, ...] = ()


class NotStored(Exception):
    """Raised by ``receive``: nothing was kept, so the platform must not be told that it was. Answer 503."""


class Unfit(Exception):
    """Raised by ``receive`` for a form that waits: it stays open, and nobody is told in the chat. ``problems``: by
    field id, what does not fit there."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(*problems)
        self.problems = problems


class Adapter(Protocol):
    """A chat platform. Holds a connection and nothing else."""

    platform: Platform
    limits: Limits

    def routes(self, receive: Receive) -> Sequence["BaseRoute"]:
        """The HTTP paths on which the platform calls us; () where we call it."""
        ...

    async def run(self, receive: Receive) -> None:
        """Hand over each event; acknowledge once ``receive`` returns (it is then stored). Runs until cancelled."""
        ...

    async def send(self, message: Outbound) -> str:
        """Deliver; the platform's message id. Raises RetryLater, Undeliverable, OutcomeUnknown, Moved; anything
        else is tried again."""
        ...

    async def redraw(self, message: Outbound, sent_as: str) -> None:
        """Let a message that was sent under this id have the buttons that it has now. Nothing happens where the
        platform cannot do that, or no longer; raises what `send` raises."""
        ...

    async def fetch(self, file_id: str, *, account: str = "", most: int) -> bytes:
        """The content of an `Attachment`, of at most so many bytes. Raises TooBig, Undeliverable for what is gone or
        is not given out, RetryLater; anything else is tried again."""
        ...


def laid_out(message: Outbound) -> tuple[str, tuple[Row, ...], str]:
    """The text above the table, its rows, and the text below; no rows where there is no table, or no longer one where
    it was: then all of the text stands above."""
    table, lines = message.table, message.text.split("\n")
    if table is None:
        return message.text, (), ""
    end = table.line + len(table.rows)
    of_table = lines[table.line : end]
    if len(of_table) < len(table.rows) or not all(map(_says, of_table, table.rows)):
        return message.text, (), ""
    return "\n".join(lines[: table.line]), table.rows, "\n".join(lines[end:])


def _says(line: str, row: Row) -> bool:
    """Whether a line of text has all that stands in a row."""
    return line.startswith(row[0]) and all(cell in line for cell in row)


def number_buttons(message: Outbound) -> str:
    """The text of a message for a place that draws no buttons: each on a line of its own behind its number.

    The bot takes the number as an answer.
    """
    if not message.buttons:
        return message.text
    numbered = "  ".join(f"[{n}] {button.label}" for n, button in enumerate(message.buttons, 1))
    return f"{message.text}\n{numbered}"
