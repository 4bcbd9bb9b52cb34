"""What is said back: a reply with its buttons, a sheet, a document; and what a save gives."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.dialogs.model import Json
from config.types import Table


@dataclass(frozen=True, slots=True)
class Press:
    """A button: what it says and does. ``is_open`` ones work long after, the others while their card is current."""

    label: str
    action: Mapping[str, Json]
    style: Literal["", "primary", "danger"] = ""
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One value on a sheet, as it would be typed; with ``options`` one of these labels."""

    name: str
    label: str
    value: str = ""
    options: tuple[str, ...] = ()
    is_long: bool = False
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A card to be changed all at once. ``flow``: whose card it is."""

    flow: str
    title: str
    submit: str
    cancel: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A file that is handed over: a quote as PDF, a list as XLSX. ``name`` ends as its kind does.

    ``handle``: the platform's own, of a file that somebody sent there; then it has no ``content``.
    """

    name: str
    content: bytes = b""
    handle: str = ""
    is_picture: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said. ``picture``: a PNG that goes with it, ``picture_alt`` what it shows, in words.

    ``file``: to be opened elsewhere. ``sheet``: shown instead of the text where the platform has forms and the person
    is there to fill one in.
    ``has_heading``: its first line is a heading. ``table``: which of its lines are rows. ``is_empty``: it says that
    nothing was found. ``alone``: beside what a group is told, what its asker alone is. ``only_for_asker``: it is
    nothing to the rest of a group, which does not see it where the platform can show something to one person.
    ``misfits``: a sheet that is still open is told what does not fit, by field; nothing is said in the chat.
    """

    text: str
    buttons: tuple[Press, ...] = ()
    picture: bytes | None = None
    picture_alt: str = ""
    sheet: Sheet | None = None
    file: Document | None = None
    is_empty: bool = False
    has_heading: bool = False
    table: Table | None = None
    alone: "Reply | None" = None
    only_for_asker: bool = False
    misfits: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Saved:
    """What a save gives back to the person; ``about``: the ids of what the talk is now about, by kind."""

    reply: Reply
    about: Mapping[str, int] = field(default_factory=dict)
