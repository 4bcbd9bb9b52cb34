"""The terminal, or the pipe, that `crmbot chat` reads lines from and writes to."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from adapters.base import Upload
from config.catalog import Catalog

SPINNER_AFTER_S = 0.5
MAX_LINE = 4_000_000  # bytes of one line that are read at all


class Screen:
    """Where a person reads and types. What comes unasked stands above the line that is being typed."""

    def __init__(self, words: Catalog, folder: Path) -> None:
        self._words = words
        self._folder = folder
        self.is_terminal = sys.stdin.isatty() and sys.stdout.isatty()
        self._is_typing = False
        self._lost: OSError | None = None

    def show(self, text: str) -> None:
        """To stdout at once. Raises OSError where it takes nothing; so does `require_shown` from then on."""
        try:
            self._write(text)
        except OSError as error:
            self._lost = error
            raise

    def require_shown(self) -> None:
        """Raises OSError once something could not be shown: whoever sends only tries again, and nobody would know."""
        if self._lost is not None:
            raise self._lost

    def _write(self, text: str) -> None:
        if not self._is_typing:
            write(f"{text}\n")
            return
        import readline  # loaded since somebody is typing

        write(f"\n{text}\n{self._words.say('chat.prompt')}{readline.get_line_buffer()}")

    def keep(self, upload: Upload) -> str:
        """Put a file away beside the database; a line that says where. Nobody looks at pictures in a pipe."""
        if not upload.content or (upload.kind == "image" and not self.is_terminal):
            return ""
        folder = self._folder / "files"
        folder.mkdir(exist_ok=True)
        name = Path(upload.name)
        path = folder / name.name
        number = 1
        while path.exists() and path.read_bytes() != upload.content:
            number += 1
            path = folder / f"{name.stem}-{number}{name.suffix}"
        path.write_bytes(upload.content)
        return self._words.say("chat.kept", path=path)

    def lines(self) -> Iterator[str]:
        """What is typed, line by line, until the end of input."""
        return self._typed() if self.is_terminal else self._piped()

    def _typed(self) -> Iterator[str]:
        """Lines typed at a prompt, with a history that outlives the session."""
        import readline  # only a terminal needs it

        history = self._folder / "history"
        with suppress(OSError):
            readline.read_history_file(history)
        readline.set_history_length(1000)
        try:
            while (line := self._line()) is not None:
                yield line
            self.show(self._words.say("chat.goodbye"))
        finally:
            with suppress(OSError):
                readline.write_history_file(history)

    def _line(self) -> str | None:
        """The next line; None at the end."""
        while True:
            self._is_typing = True
            try:
                return input(self._words.say("chat.prompt"))
            except (EOFError, KeyboardInterrupt):
                return None
            except UnicodeDecodeError:
                write(f"{self._words.say('error.encoding')}\n")
            finally:
                self._is_typing = False

    def _piped(self) -> Iterator[str]:
        """Lines of a pipe; one that is not UTF-8 is refused with a sentence, and the next one is read."""
        stream = sys.stdin.buffer
        while raw := stream.readline(MAX_LINE):
            try:
                yield raw.decode("utf-8").rstrip("\r\n")
            except UnicodeDecodeError:
                self.show(self._words.say("error.encoding"))

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """A sign of life in a terminal while an answer takes longer than half a second."""
        if not self.is_terminal:
            yield
            return
        stop = threading.Event()
        spinner = threading.Thread(target=_spin, args=(stop,), daemon=True)
        spinner.start()
        try:
            yield
        finally:
            stop.set()
            spinner.join()


def _spin(stop: threading.Event) -> None:
    if stop.wait(SPINNER_AFTER_S):
        return
    while not stop.wait(0.1):
        for sign in "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏":
            sys.stderr.write(f"\r{sign} ")
            sys.stderr.flush()
            if stop.wait(0.1):
                break
    sys.stderr.write("\r  \r")
    sys.stderr.flush()


def write(text: str) -> None:
    """To stdout at once; a terminal that cannot show a character gets a mark for it instead of an error."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "replace").decode(encoding))
    sys.stdout.flush()
