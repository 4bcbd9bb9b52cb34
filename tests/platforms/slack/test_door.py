"""POST /slack/events refuses whatever is not surely Slack's, and never fails."""

import asyncio
import json
import time
from contextlib import suppress
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest

from tests.fakes.slack import FakeSlack
from tests.platforms.slack.conftest import Bot


class TestDoor:
    """POST /slack/events refuses whatever is not surely Slack's, and never fails."""

    BODY = json.dumps({"type": "url_verification", "challenge": "c-1", "token": "t"}).encode()

    async def _post(self, bot: Bot, body: bytes, headers: dict[str, Any]) -> tuple[int, str]:
        async with (
            aiohttp.ClientSession() as session,
            session.post(bot.url, data=BytesIO(body), headers=headers) as answer,
        ):
            return answer.status, await answer.text()

    async def test_the_challenge_is_answered(self, slack: FakeSlack, http: Bot) -> None:
        headers = slack.signed(self.BODY) | {"Content-Type": "application/json"}
        status, text = await self._post(http, self.BODY, headers)
        assert (status, json.loads(text)) == (200, {"challenge": "c-1"})

    async def test_the_certificate_check_is_answered(self, slack: FakeSlack, http: Bot) -> None:
        body = b"ssl_check=1&token=t"
        headers = slack.signed(body) | {"Content-Type": "application/x-www-form-urlencoded"}
        assert (await self._post(http, body, headers))[0] == 200

    @pytest.mark.parametrize(
        "change",
        [
            {"X-Slack-Signature": None},
            {"X-Slack-Request-Timestamp": None},
            {"X-Slack-Request-Timestamp": "yesterday"},
            {"X-Slack-Request-Timestamp": ""},
            {"X-Slack-Request-Timestamp": "-1"},
            {"X-Slack-Request-Timestamp": "１７９５３９２０００"},
            {"X-Slack-Request-Timestamp": "9" * 400},
            {"X-Slack-Request-Timestamp": "1e9"},
            {"X-Slack-Signature": "v0="},
            {"X-Slack-Signature": "v0=签名"},
            {"X-Slack-Signature": "v1=" + "0" * 64},
            {"X-Slack-Signature": "v0=" + "0" * 64},
        ],
        ids=str,
    )
    async def test_headers_that_are_wrong(self, slack: FakeSlack, http: Bot, change: dict[str, str | None]) -> None:
        headers = {key: value for key, value in (slack.signed(self.BODY) | change).items() if value is not None}
        assert (await self._post(http, self.BODY, headers))[0] == 401

    async def test_another_secret_another_body_another_time(self, slack: FakeSlack, http: Bot) -> None:
        now = asyncio.get_running_loop  # only to keep the three cases below on one line each
        assert now

        wrong = slack.signed(self.BODY, secret="another")
        assert (await self._post(http, self.BODY, wrong))[0] == 401
        assert (await self._post(http, self.BODY + b" ", slack.signed(self.BODY)))[0] == 401
        for minutes in (-10, 10):
            old = slack.signed(self.BODY, at=time.time() + 60 * minutes)
            assert (await self._post(http, self.BODY, old))[0] == 401
        fresh = slack.signed(self.BODY, at=time.time() - 200)
        assert (await self._post(http, self.BODY, fresh))[0] == 200

    @pytest.mark.parametrize("body", [b"\xff\xfe", b"{", b"[1]", b"payload=%7B", b'payload="x"', b"", b"a=\xff"])
    async def test_bodies_that_nobody_can_read(self, slack: FakeSlack, http: Bot, body: bytes) -> None:
        headers = slack.signed(body) | {"Content-Type": "application/x-www-form-urlencoded"}
        assert (await self._post(http, body, headers))[0] in (200, 400, 401)
        assert http.heard == []

    async def test_a_body_larger_than_any(self, slack: FakeSlack, http: Bot) -> None:
        body = b"{" + b" " * (9 * 2**20)
        with suppress(aiohttp.ClientError):  # the answer may come while we are still writing
            assert (await self._post(http, body, slack.signed(body)))[0] == 413

    async def test_a_message_of_a_megabyte_is_handed_over(self, slack: FakeSlack, http: Bot) -> None:
        await slack.say("U0REP", "长" * 350_000)
        assert len(http.heard[0].text) == 350_000

    async def test_a_command_comes_as_a_form(self, slack: FakeSlack, http: Bot) -> None:
        body = urlencode({"command": "/crm", "text": "", "user_id": "U0REP", "trigger_id": "1.2", "team_id": "T0HOME"})
        headers = slack.signed(body.encode()) | {"Content-Type": "application/x-www-form-urlencoded"}
        assert (await self._post(http, body.encode(), headers))[0] == 200
        assert http.heard[0].text == ""
