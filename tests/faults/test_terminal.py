"""`crmbot chat` as a process of its own: ended in every way, and before a store that it cannot use."""

import os
import pty
import signal
import sqlite3
import subprocess
import sys
from codecs import getincrementaldecoder
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from select import select

import pytest

ROOT = Path(__file__).resolve().parents[2]
CHAT = [sys.executable, "-c", "from bot.cli import main; main()", "chat", "--as", "jo", "--lang", "en"]
WITHIN_S = 60


def _environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CRMBOT_")}
    return kept | {
        "CRMBOT_DATA_DIR": str(folder),
        "CRMBOT_LANGUAGE": "en",
        "CRMBOT_LOG_LEVEL": "DEBUG",
        "PYTHONPATH": str(ROOT),
        "PYTHONIOENCODING": "utf-8",
        "TERM": "dumb",
    }


def _pipe(folder: Path, *lines: bytes) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        CHAT, env=_environment(folder), input=b"".join(line + b"\n" for line in lines), capture_output=True, timeout=60
    )


class Terminal:
    """A chat in a terminal of its own."""

    def __init__(self, folder: Path) -> None:
        self._here, there = pty.openpty()
        self.process = subprocess.Popen(CHAT, env=_environment(folder), stdin=there, stdout=there, stderr=there)
        os.close(there)
        self.seen = ""
        self._decode = getincrementaldecoder("utf-8")("replace").decode

    def type(self, text: str) -> None:
        os.write(self._here, text.encode() + b"\n")

    def until(self, text: str) -> None:
        """Read until the text was shown, after what was waited for before."""
        while text not in self.seen:
            assert select([self._here], [], [], WITHIN_S)[0], f"{text!r} was not shown after {self.seen!r}"
            try:
                self.seen += self._decode(os.read(self._here, 65536))
            except OSError as error:  # the terminal's way to say that nobody is there any more
                raise AssertionError(f"ended before {text!r}, after {self.seen!r}") from error
        self.seen = self.seen.partition(text)[2]

    def signal(self, number: signal.Signals) -> int:
        """End it by a signal; gives the exit code. Python's prompt misses a signal that comes in the very moment in
        which it begins to wait, hence the second one."""
        for _ in range(WITHIN_S):
            self.process.send_signal(number)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(1)
                break
        return self.end()

    def end(self) -> int:
        code = self.process.wait(WITHIN_S)
        os.close(self._here)
        return code


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    opened = Terminal(tmp_path)
    opened.until("› ")
    yield opened
    if opened.process.poll() is None:
        opened.process.kill()
        opened.end()


@pytest.mark.parametrize(
    ("how", "code"), [(signal.SIGKILL, -9), (signal.SIGTERM, 0), (signal.SIGINT, 0), (signal.SIGHUP, -1)]
)
def test_ended_in_the_middle_of_a_form(terminal: Terminal, tmp_path: Path, how: signal.Signals, code: int) -> None:
    """However it ends, the next one goes on where the person was."""
    terminal.type("new customer")
    terminal.until("name?")
    terminal.until("› ")
    terminal.type("Qbadafo")
    terminal.until("contact")
    terminal.until("› ")
    assert terminal.signal(how) == code
    again = Terminal(tmp_path)
    again.until("contact")
    again.until("› ")
    for text in ("skip", "skip"):
        again.type(text)
        again.until("› ")
    again.type("save")
    again.until("Saved: customer Qbadafo")
    again.until("› ")
    again.type("\x04")
    assert again.end() == 0


def test_killed_again_and_again(tmp_path: Path) -> None:
    """One line at a time, killed after each answer: as if nothing had happened."""
    for text, answer in (
        ("new customer", "name?"),
        ("Qbadafo", "contact"),
        ("skip", "phone"),
        ("skip", "Save this?"),
        ("save", "Saved: customer Qbadafo"),
    ):
        process = subprocess.Popen(CHAT, env=_environment(tmp_path), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        with process:
            try:
                assert process.stdin is not None
                assert process.stdout is not None
                process.stdin.write(text.encode() + b"\n")
                process.stdin.flush()
                seen = b""  # it may begin with an answer that was being given when the last one was killed
                while answer.encode() not in seen:
                    assert select([process.stdout], [], [], WITHIN_S)[0], seen
                    seen += os.read(process.stdout.fileno(), 65536)
            finally:
                process.kill()
    with sqlite3.connect(tmp_path / "crmbot.db") as connection:
        assert connection.execute("SELECT name FROM customers").fetchall() == [("Qbadafo",)]
    connection.close()


def test_broken_utf8_on_the_pipe(tmp_path: Path) -> None:
    """A sentence for that line, and the others are answered."""
    done = _pipe(
        tmp_path, b"new customer", b"\xff\xfe\x80", "Qbadafo \ud800".encode("utf-8", "surrogatepass"), b"Qbadafo"
    )
    assert done.returncode == 0
    assert done.stderr == b""
    lines = [line for line in done.stdout.decode().splitlines() if not line.startswith("[1]")]
    assert [("UTF-8" in line, "contact" in line) for line in lines] == [
        (False, False), (True, False), (True, False), (False, True),
    ]  # fmt: skip


def test_strange_input(tmp_path: Path) -> None:
    """Nothing, emoji, control characters, far too much: an answer each, and the bot goes on."""
    strange = [b"", b"   ", "🎉🎉".encode(), b"\x00\x01\x1b[2J\x7f", "‮".encode(), b"x" * 1_000_000, b"new customer"]
    done = _pipe(tmp_path, *strange, b"N" * 5000, b"Qbadafo")
    assert done.returncode == 0
    assert done.stderr == b""
    text = done.stdout.decode()
    assert "100000 characters at most" in text
    assert "200 characters at most" in text
    assert "\x1b" not in text
    assert "contact" in text.splitlines()[-2]
    assert len(done.stdout) < 100_000


def _newer(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE schema_version SET version_num = '9999'")
    connection.close()


def _foreign(path: Path) -> None:
    path.write_bytes(b"This is a letter to a friend. " * 500)


def _other(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE recipes (name)")
    connection.close()


def _torn(path: Path) -> None:
    """Half of the file is gone and the head is there."""
    for side in path.parent.glob(f"{path.name}-*"):
        side.unlink()
    path.write_bytes(path.read_bytes()[:6000])


@pytest.mark.parametrize("spoil", [_newer, _foreign, _other, _torn])
def test_a_store_it_cannot_use(tmp_path: Path, spoil: "object") -> None:
    """One line on stderr, exit 1, and the file is as it was."""
    assert _pipe(tmp_path, b"hello").returncode == 0
    database = tmp_path / "crmbot.db"
    spoil(database)  # type: ignore[operator]
    before = database.read_bytes()
    done = _pipe(tmp_path, b"hello")
    assert done.returncode == 1, done
    assert done.stdout == b""
    assert len(done.stderr.decode().splitlines()) == 1
    assert b"Traceback" not in done.stderr
    assert database.read_bytes() == before


def test_a_disk_that_takes_nothing(tmp_path: Path) -> None:
    """Files that may not grow stand in for a disk that may not be written: one line, exit 1, nothing is lost."""
    assert _pipe(tmp_path, b"new customer", b"Qbadafo").returncode == 0
    limited = ["/bin/sh", "-c", 'ulimit -f 0; exec "$@"', "sh", *CHAT]
    done = subprocess.run(limited, env=_environment(tmp_path), input=b"hello\n", capture_output=True, timeout=60)
    assert done.returncode == 1
    assert done.stdout == b""
    assert len(done.stderr.decode().splitlines()) == 1
    assert b"contact" in _pipe(tmp_path, b"continue").stdout


def test_the_log_is_beside_the_database_and_says_nothing(tmp_path: Path) -> None:
    """At DEBUG nobody's words are in it, and the terminal shows none of it."""
    done = _pipe(tmp_path, b"new customer", b"Qbadafo", b"13800138000", b"skip", b"save")
    assert done.stderr == b""
    log = tmp_path / "crmbot.log"
    if log.exists():
        assert "Qbadafo" not in log.read_text("utf-8")
        assert log.stat().st_mode & 0o077 == 0


def test_a_reminder_comes_while_nobody_types(terminal: Terminal) -> None:
    """Above the line that is being typed; the number of its button counts."""
    terminal.type("remind me in 3 seconds to drink water")
    terminal.until("Save")
    terminal.until("› ")
    terminal.type("save")
    terminal.until("Saved: reminder")
    terminal.until("Now: drink water")
    terminal.until("› ")
    terminal.type("1")
    terminal.until('"drink water" is done')
    terminal.until("› ")
    terminal.type("\x04")
    assert terminal.end() == 0


def test_the_clock_was_set_back_since_something_was_to_be_said(tmp_path: Path) -> None:
    """Nobody waits for an answer until the old time has come again."""
    assert _pipe(tmp_path, b"help").returncode == 0
    store = sqlite3.connect(tmp_path / "crmbot.db")
    moment = "2099-01-01 00:00:00.000000"
    store.execute("UPDATE outbox SET status = 'waiting', sent_at = NULL, try_at = ?, created_at = ?", (moment, moment))
    store.commit()
    store.close()
    said = _pipe(tmp_path, b"who am I").stdout.decode()
    assert 0 < said.index("Saved by mistake?") < said.index("You are jo.")
