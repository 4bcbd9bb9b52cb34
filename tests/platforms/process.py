"""`crmbot` as a process of its own, told everything by its environment, as an operator runs it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import httpx

from tests.platforms.nursery import Child, nursery

COMMAND = [sys.executable, "-c", "from bot.cli import main; main()"]
ROOT = Path(__file__).parents[2]


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """A clean environment with the given settings (``telegram_token=…``)."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CRMBOT_")}
    given = {f"CRMBOT_{name.upper()}": value for name, value in settings.items()}
    return kept | {"CRMBOT_DATA_DIR": str(folder), "PYTHONPATH": str(ROOT)} | given


def command(env: Mapping[str, str], *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    """A command that ends by itself, and what is typed into it."""
    with TemporaryFile() as said, TemporaryFile() as out, TemporaryFile() as err:
        said.write(typed.encode())
        said.seek(0)
        child = nursery().start(
            [*COMMAND, *arguments], env, stdin=said.fileno(), stdout=out.fileno(), stderr=err.fileno()
        )
        code = child.wait(60)
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(["crmbot", *arguments], code, out.read().decode(), err.read().decode())


def begin(env: Mapping[str, str], log: IO[bytes]) -> Child:
    """A bot that runs, and writes to the log whatever it says."""
    with open(os.devnull) as nothing:
        return nursery().start([*COMMAND, "run"], env, stdin=nothing.fileno(), stdout=log.fileno(), stderr=log.fileno())


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as place:
        return int(place.getsockname()[1])


class Running:
    """A running bot. ``log`` is all that it wrote to stderr."""

    def __init__(self, env: Mapping[str, str], log: Path, *, port: int | None = None) -> None:
        self.port = port or free_port()
        self.log_path = log
        self._env = {**env, "CRMBOT_HTTP_PORT": str(self.port)}
        self._file = log.open("ab")
        self.process = begin(self._env, self._file)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        return self.log_path.read_text("utf-8")

    def get(self, path: str) -> httpx.Response:
        return httpx.get(self.url + path, trust_env=False, timeout=10)

    def until_ready(self, within_s: float = 60.0) -> "Running":
        end = time.monotonic() + within_s
        while time.monotonic() < end:
            assert self.process.poll() is None, self.log
            try:
                if self.get("/readyz").status_code == 200:
                    return self
            except httpx.HTTPError:
                pass
            time.sleep(0.05)
        raise AssertionError(f"not ready: {self.log}")

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(10)
        self._file.close()

    def stop(self, within_s: float = 15.0) -> int:
        """End it as systemd does; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(within_s)
        finally:
            self.kill()
