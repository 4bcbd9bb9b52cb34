"""A running bot tells another program of changes: signed, in order, again after a kill; nobody its secret."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from cryptography.fernet import Fernet

from bot.exchange.webhooks import signature
from tests.platforms.process import Running, command, environment

CHANGES = 12


class Receiver:
    """Another program: it notes what it was told, and answers as ``answer`` says."""

    def __init__(self):
        self.told = []
        self.answer = lambda _count: 200
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = outer.answer(len(outer.told))
                outer.told.append((dict(self.headers), body, status))
                self.send_response(status)
                self.end_headers()

            def log_message(self, *_args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"

    def names(self):
        """Of the changes that were taken, in the order in which they came."""
        return [json.loads(body)["changes"].get("name") for _headers, body, status in self.told if status == 200]

    def wait(self, is_enough, within_s=60.0):
        end = time.monotonic() + within_s
        while not is_enough() and time.monotonic() < end:
            time.sleep(0.05)
        assert is_enough(), self.names()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def receiver():
    receiver = Receiver()
    yield receiver
    receiver.close()


def test_a_killed_bot_goes_on_telling_in_order_and_keeps_the_secret(tmp_path, database_url, receiver):
    env = environment(tmp_path, database_url=database_url, secrets_key=Fernet.generate_key().decode(), language="en")
    assert command(env, "user", "add", "Ann", "--role", "admin").returncode == 0
    token = command(env, "token", "add", "Ann").stdout.strip()
    added = command(env, "webhook", "add", receiver.url, "--kind", "customer", "--private", "--role", "admin")
    secret = added.stdout.strip()
    assert secret, added.stderr
    names = [f"Customer {number}" for number in range(CHANGES)]
    # The third is not taken at first: what comes after it has to wait.
    receiver.answer = lambda count: 500 if count == 2 else 200
    bot = Running(env, tmp_path / "log.txt").until_ready()

    def create(some):
        for name in some:
            made = httpx.post(
                f"{bot.url}/api/customer", json={"name": name}, headers={"Authorization": f"Bearer {token}"}, timeout=30
            )
            assert made.status_code == 201, made.text

    create(names[: CHANGES // 2])
    receiver.wait(lambda: len(receiver.told) >= 3)
    bot.kill()
    bot = Running(env, tmp_path / "log.txt").until_ready()
    create(names[CHANGES // 2 :])
    receiver.wait(lambda: names[-1] in receiver.names(), 120)
    assert bot.stop() == 0
    # What was on its way when the bot was killed may have come twice, under the same id; nothing is lost or overtaken.
    assert list(dict.fromkeys(receiver.names())) == names
    ids = {(headers["X-Crmbot-Delivery"], body) for headers, body, _status in receiver.told}
    assert len(ids) == CHANGES
    for headers, body, _status in receiver.told:
        stamp = int(headers["X-Crmbot-Signature"].partition(",")[0].removeprefix("t="))
        assert headers["X-Crmbot-Signature"] == signature(secret, stamp, body)
        assert abs(stamp - time.time()) < 300
        assert secret.encode() not in body
    assert secret not in bot.log
    assert secret not in command(env, "webhook", "list").stdout
    exported = command(env, "export", str(tmp_path / "all.jsonl"))
    assert exported.returncode == 0, exported.stderr
    stored = database_url.removeprefix("sqlite:///").rpartition("/")
    files = Path(stored[0]).glob(f"{stored[2]}*") if database_url.startswith("sqlite") else ()
    for path in (*tmp_path.rglob("*"), *files):
        assert path.is_dir() or secret.encode() not in path.read_bytes(), path
