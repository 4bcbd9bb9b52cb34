"""Processes of the bot that are forked from one that has loaded everything, so that a test can afford many.

Each is a process of its own, told everything by its environment and its arguments, which ends as any other. What it is
spared is loading the code and the words, most of what a short command costs. That a start from nothing works is shown
where that is the matter: by the command line, in a terminal, in the deployment.
"""

import atexit
import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).parents[2]
SAID = {
    "zh": "帮助|上午去了蓝海物流，见了何经理，价格觉得偏高，周五前给他新报价|不是周五，是周四|保存|查一下蓝海物流"
    "|我的跟进|本季度管道汇总|新客户|星河科技|跳过|取消|提醒我明天下午三点给他打电话|撤销",
    "en": "hi|met Sarah Lin at Northwind, price is too high, call her on Friday|save|my follow-ups",
}


class Child:
    """A process that was forked; used as a `subprocess.Popen`."""

    def __init__(self, pid: int, end: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._end = end  # where the nursery tells how it ended
        self._lock = threading.Lock()

    def poll(self) -> int | None:
        return self._look(0.0)

    def wait(self, timeout: float | None = None) -> int:
        end = time.monotonic() + (timeout if timeout is not None else 1e6)
        while self._look(min(0.1, max(0.0, end - time.monotonic()))) is None:
            if time.monotonic() >= end:
                raise subprocess.TimeoutExpired("crmbot", timeout or 0.0)
        assert self.returncode is not None
        return self.returncode

    def _look(self, within_s: float) -> int | None:
        with self._lock:
            if self.returncode is None and select.select([self._end], [], [], within_s)[0]:
                self.returncode = int(os.read(self._end, 20) or -signal.SIGKILL)
                os.close(self._end)
            return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class Nursery:
    """One for this process, and as long as it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._orders, theirs = socket.socketpair()
        place = theirs.fileno()
        command = [sys.executable, "-m", __name__, str(place)]
        clean = {name: value for name, value in os.environ.items() if not name.startswith("CRMBOT_")}
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=clean, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, pass_fds=[place]
        )
        theirs.close()
        atexit.register(self.close)

    def start(self, command: Sequence[str], env: Mapping[str, str], *, stdin: int, stdout: int, stderr: int) -> Child:
        """What this command line of Python's would start (``python -c … arguments``); the three are descriptors."""
        ending, told = os.pipe()
        order = json.dumps({"command": list(command), "env": dict(env)}).encode()
        with self._lock:
            self._orders.sendall(len(order).to_bytes(4))
            socket.send_fds(self._orders, [order[:1]], [stdin, stdout, stderr, told])
            self._orders.sendall(order[1:])
            pid = int.from_bytes(self._orders.recv(8))
        os.close(told)
        return Child(pid, ending)

    def close(self) -> None:
        self._orders.close()
        self._process.wait(10)


@cache
def nursery() -> Nursery:
    return Nursery()


def _fork_on_demand(orders: socket.socket) -> tuple[dict[str, Any], list[int]]:
    """Fork a child for each order until there are no more; returns in the child, with what it is to do."""
    woken, wakes = os.pipe()
    os.set_blocking(wakes, False)
    signal.set_wakeup_fd(wakes)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    told: dict[int, int] = {}
    while True:
        ready, *_ = select.select([orders, woken], [], [])
        if woken in ready:
            os.read(woken, 4096)
            _tell_ends(told)
        if orders in ready:
            given = _next_order(orders)
            if given is None:
                sys.exit()
            order, descriptors = given
            pid = os.fork()
            if pid == 0:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                for descriptor in (*told.values(), descriptors.pop(), woken, wakes):
                    os.close(descriptor)
                orders.close()
                return order, descriptors
            *streams, told[pid] = descriptors
            for descriptor in streams:
                os.close(descriptor)
            orders.sendall(pid.to_bytes(8))


def _tell_ends(told: dict[int, int]) -> None:
    while told:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        end = told.pop(pid)
        os.write(end, str(os.waitstatus_to_exitcode(status)).encode())
        os.close(end)


def _next_order(orders: socket.socket) -> tuple[dict[str, Any], list[int]] | None:
    size = orders.recv(4, socket.MSG_WAITALL)
    if not size:
        return None
    first, descriptors, *_ = socket.recv_fds(orders, 1, 4)
    rest = orders.recv(int.from_bytes(size) - 1, socket.MSG_WAITALL)
    return json.loads(first + rest), descriptors


def _warm_up() -> None:
    """Load what a process of the bot will need, and say what people say to it."""
    import adapters
    import bot
    from bot.cli.loading import leave_out, take_parts_of
    from bot.cli.run import LARGE, UNUSED
    from storage import leases
    from tests.transcripts.talk import Talk

    leave_out(*UNUSED)
    take_parts_of(*LARGE)
    for package in (adapters, bot):
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            import_module(module.name)
    with TemporaryDirectory() as folder:
        talk = Talk(Path(folder), datetime.now(UTC))
        for language, said in SAID.items():
            talk.add("user", {"name": language, "role": "admin", "language": language})
            for text in said.split("|"):
                talk.say(language, text)
        talk.close()
    assert threading.active_count() == 1, "a thread is not forked with the rest"
    leases.this_process.cache_clear()
    gc.freeze()


def main() -> None:
    orders = socket.socket(fileno=int(sys.argv[1]))
    _warm_up()
    order, descriptors = _fork_on_demand(orders)
    for place, descriptor in enumerate(descriptors):
        os.dup2(descriptor, place)
        os.close(descriptor)
    os.environ.clear()
    os.environ.update(order["env"])
    time.tzset()
    sys.orig_argv, sys.argv = order["command"], order["command"][2:]  # some begin anew by their own command
    sys.argv[0] = "-c"
    from bot.cli import main as crmbot

    crmbot()


if __name__ == "__main__":
    main()
