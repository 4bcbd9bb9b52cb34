"""`crmbot check` asks the platforms: one exact line each, and no secret."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import time
from typing import ClassVar

import pytest
import yaml

from adapters.slack.asking import NEEDED, USEFUL
from tests.platforms.process import ROOT, free_port

TOKEN = "1234567890:AAE-this-is-no-real-token-of-a-bot"
KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"


class Platform(BaseHTTPRequestHandler):
    """Says what it is told to, by the last part of the path."""

    answers: ClassVar[dict[str, tuple[int, object]]]
    headers_of: ClassVar[dict[str, str]]

    def do_GET(self) -> None:
        status, body = self.answers[self.path.partition("?")[0].rpartition("/")[2]]
        self.send_response_only(status)
        for name, value in {"Date": formatdate(usegmt=True), **self.headers_of}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode() if not isinstance(body, str) else body.encode())

    do_POST = do_GET  # noqa: N815

    def log_message(self, *_args: object) -> None:
        pass


@contextmanager
def platform(answers: dict[str, tuple[int, object]], **headers: str) -> Iterator[str]:
    told = {"answers": answers, "headers_of": {name.replace("_", "-"): value for name, value in headers.items()}}
    with ThreadingHTTPServer(("127.0.0.1", 0), type("Told", (Platform,), told)) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def check(crmbot):
    def call(*arguments, **settings):
        done = crmbot("check", *arguments, LANGUAGE="en", HTTP_PORT=free_port(), **settings)
        for name in ("TELEGRAM_TOKEN", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "WECOM_SECRET", "WECOM_AES_KEY"):
            assert name not in settings or settings[name] not in done.out + done.err
        return done

    return call


GOOD = {"ok": True, "result": {"id": 1, "username": "acme_bot"}}


@pytest.mark.parametrize(
    ("status", "body", "code", "line"),
    [
        (200, GOOD, 0, "✓ telegram: credentials valid (@acme_bot)"),
        (401, {"ok": False, "error_code": 401, "description": "Unauthorized"}, 1,
         "✗ telegram: CRMBOT_TELEGRAM_TOKEN is not accepted (Unauthorized)"),
        (502, "<html>", 0, "· telegram: credentials complete, could not be verified (HTTP 502)"),
    ],
)  # fmt: skip
def test_telegram(check, status, body, code, line):
    with platform({"getMe": (status, body)}) as url:
        done = check(TELEGRAM_TOKEN=TOKEN, TELEGRAM_BASE_URL=url)
    assert (done.code, line in done.out.splitlines()) == (code, True), done.out


def test_who_cannot_be_reached_is_no_error(check):
    done = check(TELEGRAM_TOKEN=TOKEN, TELEGRAM_BASE_URL="http://127.0.0.1:9")
    assert "telegram: credentials complete, could not be verified (ConnectError)" in done.out
    assert done.code == 0
    assert "✓ telegram: credentials complete\n" in check("--offline", TELEGRAM_TOKEN=TOKEN).out


@pytest.mark.parametrize(("port", "code"), [("", 0), (":8443", 0), (":8443/bot", 0), (":9443", 1), (":844", 1)])
def test_telegram_calls_some_ports_only(check, port, code):
    webhook = {"TELEGRAM_MODE": "webhook", "TELEGRAM_WEBHOOK_SECRET": "s-1"}
    done = check("--offline", TELEGRAM_TOKEN=TOKEN, PUBLIC_URL=f"https://crm.example.com{port}", **webhook)
    assert (done.code, "CRMBOT_PUBLIC_URL (https://… :443 :80 :88 :8443)" in done.out) == (code, bool(code)), done.out


SLACK = {"SLACK_BOT_TOKEN": "xoxb-1-secret", "SLACK_APP_TOKEN": "xapp-1-secret"}
ME = {"ok": True, "team": "Acme", "user": "crmbot"}
OPEN = {"ok": True, "url": "wss://x.example"}


@pytest.mark.parametrize(
    ("me", "opened", "scopes", "line"),
    [
        (ME, OPEN, ", ".join(NEEDED), "✓ slack: credentials valid (Acme · crmbot)"),
        (ME, OPEN, "", "✓ slack: credentials valid (Acme · crmbot)"),
        (ME, OPEN, "chat:write,commands,files:read,files:write,im:history,users:read",
         "✗ slack: the app still lacks app_mentions:read, im:write"),
        ({"ok": False, "error": "invalid_auth"}, OPEN, "",
         "✗ slack: CRMBOT_SLACK_BOT_TOKEN is not accepted (invalid_auth)"),
        (ME, {"ok": False, "error": "not_allowed_token_type"}, "",
         "✗ slack: CRMBOT_SLACK_APP_TOKEN is not accepted (not_allowed_token_type)"),
        ({"ok": False, "error": "internal_error"}, OPEN, "",
         "· slack: credentials complete, could not be verified (internal_error)"),
    ],
)  # fmt: skip
def test_slack(check, me, opened, scopes, line):
    answers = {"auth.test": (200, me), "apps.connections.open": (200, opened)}
    with platform(answers, **({"x_oauth_scopes": scopes} if scopes else {})) as url:
        done = check(SLACK_BASE_URL=url + "/api/", **SLACK)
    assert line in done.out.splitlines(), done.out


def test_the_scopes_asked_for_are_those_of_the_manifest():
    manifest = yaml.safe_load((ROOT / "docs/slack-manifest.yaml").read_text("utf-8"))
    assert sorted((*NEEDED, *USEFUL)) == sorted(manifest["oauth_config"]["scopes"]["bot"])


WECOM = {
    "WECOM_CORP_ID": "ww1", "WECOM_AGENT_ID": "1000002", "WECOM_SECRET": "s-e-c", "WECOM_TOKEN": "t",
    "WECOM_AES_KEY": KEY,
}  # fmt: skip


@pytest.mark.parametrize(
    ("token", "agent", "line"),
    [
        (0, {"errcode": 0, "name": "CRM 助手"}, "✓ wecom: credentials valid (CRM 助手)"),
        (0, {"errcode": 48002}, "✓ wecom: credentials complete"),
        (40001, {}, "✗ wecom: CRMBOT_WECOM_SECRET is not accepted (errcode 40001)"),
        (40013, {}, "✗ wecom: CRMBOT_WECOM_CORP_ID is not accepted (errcode 40013)"),
        (0, {"errcode": 60020}, "✗ wecom: 企业可信IP is not accepted (errcode 60020)"),
        (0, {"errcode": 301002}, "✗ wecom: CRMBOT_WECOM_AGENT_ID is not accepted (errcode 301002)"),
        (-1, {}, "· wecom: credentials complete, could not be verified (errcode -1)"),
    ],
)
def test_wecom(check, token, agent, line):
    answers = {"gettoken": (200, {"errcode": token, "access_token": "tok"}), "get": (200, agent)}
    with platform(answers) as url:
        done = check(WECOM_BASE_URL=url, **WECOM)
    assert line in done.out.splitlines(), done.out


def test_a_clock_that_runs_wrong(check):
    with platform({"getMe": (200, GOOD)}, Date=formatdate(time() - 600, usegmt=True)) as url:
        done = check(TELEGRAM_TOKEN=TOKEN, TELEGRAM_BASE_URL=url)
    assert done.code == 1
    assert "This computer's clock is 60" in done.out


def test_a_port_that_somebody_else_has(crmbot):
    with socket.create_server(("127.0.0.1", 0)) as taken, platform({"getMe": (200, GOOD)}) as url:
        port = taken.getsockname()[1]
        done = crmbot("check", LANGUAGE="en", HTTP_PORT=port, TELEGRAM_TOKEN=TOKEN, TELEGRAM_BASE_URL=url)
    assert done.code == 1
    assert f"127.0.0.1:{port} cannot be used: Address already in use" in done.out


def test_a_port_that_the_running_bot_has(crmbot):
    with platform({"healthz": (200, {"status": "ok"}), "getMe": (200, GOOD)}) as url:
        port = url.rpartition(":")[2]
        done = crmbot("check", LANGUAGE="en", HTTP_PORT=port, TELEGRAM_TOKEN=TOKEN, TELEGRAM_BASE_URL=url)
    assert done.code == 0, done.out


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_MODE": "webhook", "PUBLIC_URL": "http://crm.example"},
         "telegram: CRMBOT_TELEGRAM_WEBHOOK_SECRET still missing; malformed: CRMBOT_PUBLIC_URL (https://… :443"),
        ({"SLACK_BOT_TOKEN": "xapp-1", "SLACK_APP_TOKEN": "xoxb-1"},
         "slack: malformed: CRMBOT_SLACK_BOT_TOKEN (xoxb-…), CRMBOT_SLACK_APP_TOKEN (xapp-…)"),
        (WECOM | {"WECOM_AES_KEY": "short", "WECOM_AGENT_ID": "crm"},
         "wecom: malformed: CRMBOT_WECOM_AGENT_ID (1000002), CRMBOT_WECOM_AES_KEY (43 × A–Z a–z 0–9)"),
        ({"WECOM_AIBOT_ID": "b"}, "wecom: CRMBOT_WECOM_AIBOT_SECRET still missing"),
        ({"WECOM_AIBOT_TOKEN": "t"}, "wecom: CRMBOT_WECOM_AIBOT_AES_KEY still missing"),
        ({"WECOM_KF_OPEN_ID": "wk1", **WECOM, "WECOM_TOKEN": ""}, "wecom: CRMBOT_WECOM_TOKEN still missing"),
        ({"WECOM_ROBOT_WEBHOOK": "https://x.example"},
         "wecom: malformed: CRMBOT_WECOM_ROBOT_WEBHOOK (https://…?key=…)"),
        ({"WECOM_AIBOT_ID": "b", "WECOM_AIBOT_SECRET": "s", "WECOM_AIBOT_WS_URL": "https://x"},
         "wecom: malformed: CRMBOT_WECOM_AIBOT_WS_URL (wss://…)"),
    ],
)  # fmt: skip
def test_what_cannot_be_right_is_shown_as_it_should_look(check, settings, said):
    done = check(**settings)
    assert (done.code, said in done.out) == (1, True), done.out
