"""Whoever calls without the platform's proof is refused and leaves nothing behind; what the platform itself delivers
again has one effect. The real process with all its doors open, on both engines."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest_asyncio
from sqlalchemy import create_engine, func, select
from sqlalchemy.pool import NullPool

from storage.tables import inbox, outbox
from tests.fakes.slack import BOT_TOKEN, SIGNING_SECRET, FakeSlack, fake_slack
from tests.fakes.slack_state import BOT_USER, TEAM
from tests.fakes.telegram import TOKEN, Telegram, telegram
from tests.fakes.wecom import AGENT, CORP, KEY, SECRET, FakeWeCom
from tests.fakes.wecom import TOKEN as WECOM_TOKEN
from tests.platforms.process import Running, command, environment, free_port

HOOK_SECRET = "a-secret-of-the-webhook_01"
HOOK_HEADER = "X-Telegram-Bot-Api-Secret-Token"
JSON = {"Content-Type": "application/json"}
LATE_S = 600
Call = Callable[[], Awaitable[int]]


@dataclass
class House:
    """The bot, the platforms that it belongs to, and what stands in its database."""

    bot: Running
    env: dict[str, str]
    slack: FakeSlack
    telegram: Telegram
    wecom: FakeWeCom
    database_url: str

    async def post(self, path: str, body: bytes, headers: dict[str, str]) -> int:
        raw = {name: value.encode("utf-8", "surrogateescape") for name, value in headers.items()}
        async with httpx.AsyncClient(trust_env=False, timeout=10) as http:
            return (await http.post(self.bot.url + path, content=body, headers=raw)).status_code

    async def slack_door(self, body: bytes, **headers: str) -> int:
        signed = self.slack.signed(body) | JSON | {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.post("/slack/events", body, signed)

    async def telegram_door(self, body: bytes, secret: str = HOOK_SECRET) -> int:
        return await self.post("/telegram/webhook", body, JSON | {HOOK_HEADER: secret})

    async def app_door(self, fields: dict[str, str], **stamp: str) -> int:
        return (await self.wecom.push(self.bot.url + "/wecom/callback", fields, **stamp))[0]

    async def robot_door(self, said: dict[str, Any], **stamp: str) -> int:
        return (await self.wecom.push_aibot(self.bot.url + "/wecom/aibot", said, **stamp))[0]

    async def rows(self) -> tuple[int, int]:
        """How many messages were taken, and how many answers there are to them."""
        return await asyncio.to_thread(self._rows)

    def _rows(self) -> tuple[int, int]:
        engine = create_engine(self.database_url, poolclass=NullPool)
        with engine.connect() as connection:
            taken, answers = (
                connection.execute(select(func.count()).select_from(table)).scalar_one() for table in (inbox, outbox)
            )
        engine.dispose()
        return taken, answers

    async def until(self, rows: tuple[int, int]) -> None:
        await asyncio.to_thread(self.telegram.wait, lambda: self._rows() == rows, f"{rows} messages and answers")


@pytest_asyncio.fixture
async def house(tmp_path: Path, database_url: str) -> AsyncIterator[House]:
    port = free_port()
    wecom = await FakeWeCom().start()
    async with fake_slack() as slack:
        with telegram() as hook:
            env = environment(
                tmp_path,
                database_url=database_url,
                **{
                    "slack_bot_token": BOT_TOKEN,
                    "slack_signing_secret": SIGNING_SECRET,
                    "slack_base_url": slack.base_url,
                },
                **{"telegram_token": TOKEN, "telegram_base_url": hook.url, "telegram_mode": "webhook"},
                **{"telegram_webhook_secret": HOOK_SECRET, "public_url": f"http://127.0.0.1:{port}"},
                **{"wecom_corp_id": CORP, "wecom_agent_id": AGENT, "wecom_secret": SECRET, "wecom_token": WECOM_TOKEN},
                **{"wecom_aes_key": KEY, "wecom_base_url": wecom.base_url},
                **{"wecom_aibot_token": WECOM_TOKEN, "wecom_aibot_aes_key": KEY},
            )
            linked = ("--slack", slack.add_user("U0REP", "李雷"), "--telegram", "1001", "--wecom", "lilei")
            added = await asyncio.to_thread(command, env, "user", "add", "李雷", "--role", "rep", *linked)
            assert added.returncode == 0, added.stderr
            bot = Running(env, tmp_path / "log.txt", port=port)
            here = House(bot, env, slack, hook, wecom, database_url)
            try:
                await asyncio.to_thread(bot.until_ready)
                await asyncio.to_thread(hook.wait, lambda: hook.webhook, "the webhook")
                yield here
            finally:
                await asyncio.to_thread(here.bot.kill)
                await wecom.stop()


def from_slack(text: str) -> bytes:
    event = {"type": "message", "user": "U0REP", "text": text, "channel": "D0REP", "channel_type": "im", "team": TEAM}
    authorized = [{"team_id": TEAM, "user_id": BOT_USER, "is_bot": True}]
    outer = {"type": "event_callback", "event_id": "Ev1", "team_id": TEAM, "authorizations": authorized}
    return json.dumps({**outer, "event": {**event, "ts": f"{int(time.time())}.000100"}}).encode()


def from_telegram(house: House, text: str) -> bytes:
    return json.dumps({"update_id": 700_001, "message": house.telegram.message(1001, text)}).encode()


async def test_forgeries(house: House) -> None:
    said = from_slack("帮助")
    now, late, ahead = (str(int(time.time()) + seconds) for seconds in (0, -LATE_S, LATE_S))
    for secret, at in (("another", None), (SIGNING_SECRET, float(late)), (SIGNING_SECRET, float(ahead))):
        assert await house.post("/slack/events", said, house.slack.signed(said, at=at, secret=secret) | JSON) == 401
    assert await house.post("/slack/events", said, JSON) == 401
    for signature in ("", "v0=", "v0=签名", "v0=" + "0" * 64, "v1" + house.slack.signed(said)["X-Slack-Signature"][2:]):
        assert await house.slack_door(said, X_Slack_Signature=signature) == 401, signature
    for stamp in ("", "yesterday", "-1", "1e9", "１２３", "9" * 400):
        assert await house.slack_door(said, X_Slack_Request_Timestamp=stamp) == 401, stamp
    for secret in ("", "wrong", HOOK_SECRET[:-1], HOOK_SECRET + "x", "秘密"):
        assert await house.telegram_door(from_telegram(house, "帮助"), secret) == 401, secret
    fields, asked = house.wecom.message("lilei", "帮助"), house.wecom.aibot_text("lilei", "帮助")
    spoilt = [{"msg_signature": text} for text in ("", "签名", "0" * 40)]
    spoilt += [{"timestamp": text} for text in ("", "letters", "１２３", late, ahead)]
    for stamp_of in spoilt:
        assert await house.app_door(fields, **stamp_of) == 401, stamp_of
        assert await house.robot_door(asked, **stamp_of) == 401, stamp_of
    for path in ("/wecom/callback", "/wecom/aibot"):
        for body in (b"", b"\xff\xfe", b"<xml/>", b"{}"):
            stamped = {"msg_signature": "0" * 40, "timestamp": now, "nonce": "n"}
            assert (await house.wecom.call(house.bot.url + path, stamped, body))[0] == 401, (path, body)
    assert await house.rows() == (0, 0)
    assert house.bot.get("/readyz").status_code == 200


async def test_replays(house: House) -> None:
    """The very bytes again, some minutes or a restart later; of Slack's the first copy calls itself a repeat."""
    said, hooked = from_slack("帮助"), from_telegram(house, "帮助")
    fields, asked = house.wecom.message("lilei", "帮助"), house.wecom.aibot_text("lilei", "帮助")
    calls: list[Call] = [
        lambda: house.slack_door(said, X_Slack_Retry_Num="2", X_Slack_Retry_Reason="http_timeout"),
        lambda: house.telegram_door(hooked),
        lambda: house.app_door(fields),
        lambda: house.robot_door(asked),
    ]
    for call in calls:
        assert [await call(), *await asyncio.gather(call(), call())] == [200] * 3
    await house.until((len(calls), len(calls)))
    await asyncio.to_thread(house.bot.kill)
    house.bot = Running(house.env, house.bot.log_path, port=house.bot.port)
    await asyncio.to_thread(house.bot.until_ready)
    assert [await call() for call in calls] == [200] * len(calls)
    assert await house.rows() == (len(calls), len(calls))
