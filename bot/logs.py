"""What is written down about a run: one line for each event, and never a word that somebody wrote.

    2026-11-23T08:00:00.123Z WARNING bot.app inbox=12 ref=000C turn failed error=ValueError at=bot/turn.py:91:_turn

``ref`` is the code that the person was told.

Our own lines say what they say, without telephone numbers, e-mail addresses and secrets. Of other libraries only
warnings are written, by their place and template: nobody knows what they put into their texts. An exception is written
as its type and the places it went through; its own words may be somebody's and are left out, and so are those of
whatever caused it.
"""

import logging
import logging.handlers
import re
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import fields
from pathlib import Path
from traceback import walk_tb
from types import TracebackType
from typing import Any

from config.settings import Secret, Settings

OURS = ("adapters", "bot", "config", "nlu", "storage")
ROOT = Path(__file__).resolve().parent.parent
MAX_BYTES, KEPT_FILES = 5_000_000, 2
MAX_LINE = 4_000

# The inbox row whose turn is being done: every line that is written meanwhile names it.
inbox_id: ContextVar[int | None] = ContextVar("inbox_id", default=None)

_PERSONAL = re.compile(
    r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+"  # an e-mail address
    r"|(?<![\w.:-])\+?\d(?:[\s().-]?\d){6,}(?![\w.:])"  # seven digits and more are a telephone number, or may be one
    r"|\b(?:xox[a-z]|xapp)-[\w-]+"  # Slack
    r"|\b\d{6,12}:[\w-]{30,}"  # Telegram
    r"|(?i:(?<=token=)|(?<=key=)|(?<=secret=)|(?<=password=)|(?<=code=)|(?<=authorization: ))[^\s&\"']+"
    r"|(?<=://)[^\s/@]+:[^\s/@]+(?=@)"  # name and password in an address
)
_HIDDEN = "…"
_BREAKS = {code: f"\\x{code:02x}" for code in (*range(32), 127, *range(0x80, 0xA0))}
_BREAKS |= {9: "\\t", 10: "\\n", 13: "\\r", 0x2028: "\\u2028", 0x2029: "\\u2029"}


def set_up_logging(settings: Settings, *, to: Path | None = None) -> None:
    """Write the log to stderr, or to a file (with two older ones beside it), as the settings' level says.

    What nobody caught is logged as well, wherever it happened: main thread, other threads, clean-up, event loop.
    """
    handler = _File(to) if to is not None else _Stream()
    handler.setFormatter(OneLine(_secrets(settings)))
    root = logging.getLogger()
    for old in [item for item in root.handlers if isinstance(item, _Quiet)]:
        root.removeHandler(old)
        old.close()
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    for name in OURS:
        logging.getLogger(name).setLevel(settings.log_level)
    logging.captureWarnings(capture=True)
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread
    sys.unraisablehook = _unraisable


def reference(inbox_id: int) -> str:
    """The short code under which a failed message is found in the log: a person can read it out."""
    digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    code = ""
    while inbox_id:
        inbox_id, digit = divmod(inbox_id, 32)
        code = digits[digit] + code
    return code.rjust(4, "0")


class OneLine(logging.Formatter):
    """A record as one line without anything personal. ``secrets``: values that must not be seen in any form."""

    def __init__(self, secrets: tuple[str, ...] = ()) -> None:
        super().__init__()
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        parts = [self._moment(record), record.levelname, record.name]
        row = getattr(record, "inbox_id", None) or inbox_id.get()
        if row is not None:
            parts.append(f"inbox={row} ref={reference(row)}")
        parts.append(self._clean(_said(record)))
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            parts.append(describe(error))
        return " ".join(part for part in parts if part)

    def formatException(self, ei: Any) -> str:  # noqa: N802 — the library's name
        return describe(ei[1]) if ei[1] is not None else ""

    def _moment(self, record: logging.LogRecord) -> str:
        return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03d}Z"

    def _clean(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, _HIDDEN)
        return _PERSONAL.sub(_HIDDEN, text)[:MAX_LINE].translate(_BREAKS)


def describe(error: BaseException) -> str:
    """An exception and what led to it, by type and place: ``error=KeyError at=bot/turn.py:91:_turn<bot/app.py:40:run``.

    No message, no values, no lines of code.
    """
    parts = []
    for each in _chain(error):
        parts.append(f"error={type(each).__name__}")
        places = [f"{_short(code.co_filename)}:{line}:{code.co_name}" for code, line in _places(each.__traceback__)]
        if places:
            parts.append("at=" + "<".join(reversed(places[-12:])))
    return " ".join(parts)


def bare(error: BaseException) -> BaseException:
    """The error with its place in the code but without the values that it carries: they may be somebody's words."""
    return type(error).__new__(type(error)).with_traceback(error.__traceback__)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The exception, then what caused it or was being handled when it came up."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen and len(seen) < 5:
        seen.add(id(current))
        yield current
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)


def _places(traceback: TracebackType | None) -> Iterator[tuple[Any, int]]:
    return ((frame.f_code, line) for frame, line in walk_tb(traceback))


def _short(path: str) -> str:
    """A file as seen from the project, or its last two parts where it belongs to somebody else."""
    file = Path(path)
    with suppress(ValueError):
        return file.relative_to(ROOT).as_posix()
    return "/".join(file.parts[-2:])


def _said(record: logging.LogRecord) -> str:
    """What a line says. Of others, only the template: their arguments and ready-made texts may be anything."""
    if isinstance(record.msg, BaseException):
        return type(record.msg).__name__
    if record.name.partition(".")[0] in OURS:
        args = record.args
        if isinstance(args, tuple):
            args = tuple(type(arg).__name__ if isinstance(arg, BaseException) else arg for arg in args)
        try:
            return str(record.msg) % args if args else str(record.msg)
        except (TypeError, ValueError, KeyError):
            return str(record.msg)
    place = f"{_short(record.pathname)}:{record.lineno}:{record.funcName}"
    return f"{record.msg} ({place})" if record.args and isinstance(record.msg, str) else place


def _secrets(settings: Settings) -> tuple[str, ...]:
    """All values of the settings that must not be seen, longest first; also the password of the database."""
    values = [getattr(settings, item.name) for item in fields(settings)]
    found = {value.reveal() for value in values if isinstance(value, Secret) and value}
    password = re.search(r"://[^/@:]*:([^@]+)@", settings.database_url)
    if password:
        found.add(password.group(1))
    return tuple(sorted(found, key=len, reverse=True))


class _Quiet(logging.Handler):
    """A handler whose own trouble (a full disk) is nobody's: the library would print the line, with all values."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 — the library's name
        pass


class _Stream(_Quiet, logging.StreamHandler[Any]):
    """Stderr as it is at the moment of writing."""

    def __init__(self) -> None:
        super().__init__(sys.stderr)


class _File(_Quiet, logging.handlers.RotatingFileHandler):
    """A file that only its owner reads, made when there is something to write."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, maxBytes=MAX_BYTES, backupCount=KEPT_FILES, encoding="utf-8", delay=True)

    def _open(self) -> Any:
        stream = super()._open()
        with suppress(OSError):
            Path(self.baseFilename).chmod(0o600)
        return stream


def _uncaught(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger("bot").critical("stopped by an error", exc_info=error.with_traceback(traceback))


def _uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    name = args.thread.name if args.thread else "?"
    logging.getLogger("bot").error("thread %s stopped by an error", name, exc_info=args.exc_value)


def _unraisable(args: Any) -> None:
    logging.getLogger("bot").error("error while cleaning up", exc_info=args.exc_value)
