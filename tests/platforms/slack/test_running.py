"""`crmbot run` as a process of its own, with Slack on loopback: the main job by both ways in, and faults around it."""

import asyncio
import os
import signal
import socket as socket_module
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import pytest

from tests.fakes.slack import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET, Delivery, FakeSlack, Fault, Message
from tests.platforms.nursery import Child
from tests.platforms.process import begin, command
from tests.platforms.slack.conftest import MENTION

VISIT = "上午去了蓝海物流，见了仓储部的何经理，他们想先试三个月，价格觉得偏高，周五前给他新报价"


@dataclass
class Installation:
    """A data directory, its settings, and the process that runs on them."""

    slack: FakeSlack
    folder: Path
    environ: dict[str, str]
    process: Child | None = None
    logs: list[IO[bytes]] = field(default_factory=list)

    def crmbot(self, *words: str) -> str:
        """What a command prints."""
        done = command(self.environ, *words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    async def start(self) -> None:
        log = (self.folder / f"log-{len(self.logs)}").open("wb")
        self.logs.append(log)
        known = len(self.slack.sockets)
        self.process = await asyncio.to_thread(begin, self.environ, log)
        if self.slack.events_url:
            await self.slack.wait(lambda: self._answers())
        else:
            await self.slack.wait(lambda: len(self.slack.sockets) > known)

    def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.log
        with socket_module.socket() as probe:
            return probe.connect_ex(("127.0.0.1", int(self.environ["CRMBOT_HTTP_PORT"]))) == 0

    async def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        assert self.process is not None
        self.process.send_signal(how)
        return await asyncio.to_thread(self.process.wait, 20)

    @property
    def log(self) -> str:
        return "".join(path.read_text("utf-8", "replace") for path in sorted(self.folder.glob("log-*")))


@asynccontextmanager
async def installed(
    slack: FakeSlack, folder: Path, database_url: str, *, socket: bool = True, config: str = ""
) -> AsyncIterator[Installation]:
    """crmbot with one team and one representative, running."""
    with socket_module.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    secret = {"CRMBOT_SLACK_APP_TOKEN": APP_TOKEN} if socket else {"CRMBOT_SLACK_SIGNING_SECRET": SIGNING_SECRET}
    slack.events_url = "" if socket else f"http://127.0.0.1:{port}/slack/events"
    kept = {key: value for key, value in os.environ.items() if not key.startswith("CRMBOT_")}
    environ = {
        **kept,
        "CRMBOT_DATA_DIR": str(folder),
        "CRMBOT_DATABASE_URL": database_url,
        "CRMBOT_SLACK_BOT_TOKEN": BOT_TOKEN,
        "CRMBOT_SLACK_BASE_URL": slack.base_url,
        "CRMBOT_HTTP_PORT": str(port),
        "CRMBOT_LOG_LEVEL": "DEBUG",
        **secret,
    }
    if config:
        (folder / "crm.toml").write_text(config, "utf-8")
        environ["CRMBOT_CONFIG"] = str(folder / "crm.toml")
    here = Installation(slack, folder, environ)
    here.crmbot("team", "add", "华东")
    here.crmbot("user", "add", "李雷", "--role", "rep", "--team", "华东", "--slack", "U0REP")
    await here.start()
    try:
        yield here
    finally:
        if here.process is not None and here.process.poll() is None:
            await here.stop(signal.SIGKILL)
        for log in here.logs:
            log.close()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'crm.db'}"


def labels(message: Message) -> list[str]:
    return [label for label, *_ in message.choices()]


@pytest.mark.parametrize("socket", [False, True], ids=["http", "socket"])
async def test_the_main_job(slack: FakeSlack, tmp_path: Path, database_url: str, socket: bool) -> None:
    async with installed(slack, tmp_path, database_url, socket=socket) as here:
        await slack.say("U0REP", VISIT)
        card = await slack.answer("D0REP", 0)
        assert "蓝海物流" in card.shown
        await slack.say("U0REP", "不是三个月，是半年")
        card = await slack.answer("D0REP", 1)
        assert "半年" in card.shown
        assert (await slack.press("U0REP", card, labels(card)[0])).is_acked
        assert (await slack.answer("D0REP", 2)).shown.startswith("已保存")
        assert await here.stop() == 0
        notes = here.crmbot("export", "-", "--format", "jsonl", "--kind", "follow_up").splitlines()
        assert ["半年" in note for note in notes] == [True]
    assert all(delivery.attempts == ["acked"] for delivery in slack.deliveries)
    assert "ERROR" not in here.log
    for secret in (BOT_TOKEN, APP_TOKEN, SIGNING_SECRET, "蓝海", "ticket-"):
        assert secret not in here.log


async def test_two_people_in_a_channel_have_two_drafts(slack: FakeSlack, tmp_path: Path, sqlite_url: str) -> None:
    async with installed(slack, tmp_path, sqlite_url) as here:
        here.crmbot("user", "add", "韩梅梅", "--role", "rep", "--team", "华东", "--slack", "U0MGR")
        first = await slack.say("U0REP", f"{MENTION} {VISIT}", "C1")
        await slack.say("U0MGR", f"{MENTION} {VISIT.replace('蓝海', '远景')}", "C1", thread_ts=first)
        answers = await slack.wait(lambda: len(slack.in_channel("C1")) == 2 and slack.in_channel("C1"))
        assert [one.thread_ts for one in answers] == [first, first]
        assert ("蓝海" in answers[0].shown, "远景" in answers[1].shown) == (True, True)
        slack.members["C1"] = {"U0REP", "U0MGR"}
        await slack.press("U0MGR", answers[0], labels(answers[0])[0])
        refused = await slack.answer("C1", 2)
        assert ("somebody else's" in refused.shown, refused.only_for, refused.thread_ts) == (True, "U0MGR", first)
        await slack.say("U0REP", "保存", "C1", thread_ts=first)
        saved = await slack.answer("C1", 3)
        assert saved.shown.startswith("已保存")
        assert "蓝海" in saved.shown


async def test_a_command_is_answered_where_the_bot_is_not(slack: FakeSlack, tmp_path: Path, sqlite_url: str) -> None:
    async with installed(slack, tmp_path, sqlite_url) as here:
        slack.closed["C2"] = "not_in_channel"
        await slack.command("U0REP", VISIT, "C2")
        card = await slack.answer("C2", 0)
        await slack.press("U0REP", card, labels(card)[0])
        saved = await slack.answer("C2", 1)
        assert (saved.shown.startswith("已保存"), saved.only_for) == (True, "U0REP")
        slack.answers_each = 0
        await slack.command("U0REP", "我的提醒", "C2")
        assert "报价" in (await slack.answer("D0REP", 0)).shown, "no longer there: in private"
        assert "respond/" not in here.log


async def test_killed_after_the_acknowledgement_the_answer_comes_after_the_restart(
    slack: FakeSlack, tmp_path: Path, database_url: str
) -> None:
    async with installed(slack, tmp_path, database_url) as here:
        slack.faults["chat.postMessage"].append(Fault(cut="before", times=1000))
        await slack.say("U0REP", VISIT)
        await here.stop(signal.SIGKILL)
        slack.faults.clear()
        assert slack.in_channel("D0REP") == []
        await here.start()
        assert "蓝海物流" in (await slack.answer("D0REP", 0)).shown


async def test_the_same_delivery_again_and_again_has_one_effect(
    slack: FakeSlack, tmp_path: Path, sqlite_url: str
) -> None:
    async with installed(slack, tmp_path, sqlite_url, socket=False) as here:
        await slack.say("U0REP", VISIT)
        payload = slack.deliveries[0].payload
        again = await asyncio.gather(*(slack.deliver(payload, "events_api") for _ in range(3)))
        await slack.answer("D0REP", 0)
        await here.stop(signal.SIGKILL)
        await here.start()
        again.append(await slack.deliver({**payload, "event_id": "Ev-other"}, "events_api"))
        assert all(delivery.is_acked for delivery in again)
        await slack.say("U0REP", "取消")
        await slack.answer("D0REP", 1)
        assert len(slack.in_channel("D0REP")) == 2


async def test_one_channel_waits_and_one_is_gone_while_others_go_on(
    slack: FakeSlack, tmp_path: Path, sqlite_url: str
) -> None:
    async with installed(slack, tmp_path, sqlite_url) as here:
        slack.closed["C9"] = "is_archived"
        slack.faults["chat.postMessage"].append(Fault(status=429, retry_after="5", channel="C1"))
        for channel in ("C1", "C9", "C2"):
            await slack.say("U0REP", f"{MENTION} 帮助", channel)
        await slack.answer("C2", 0)
        assert slack.in_channel("C1") == []
        await slack.answer("C1", 0)
        tries = [arguments["channel"] for method, arguments in slack.calls if method == "chat.postMessage"]
        assert (tries.count("C9"), tries.count("C1")) == (1, 2)
        await here.stop()
        assert "is_archived" in here.crmbot("outbox", "list")


async def test_a_reply_whose_fate_is_unknown_is_sent_again(slack: FakeSlack, tmp_path: Path, sqlite_url: str) -> None:
    async with installed(slack, tmp_path, sqlite_url):
        slack.faults["chat.postMessage"].append(Fault(cut="after"))
        await slack.say("U0REP", "帮助")
        first = await slack.answer("D0REP", 0)
        again = await slack.answer("D0REP", 1)
        assert first.shown == again.shown


async def test_a_changed_message_corrects_its_draft(slack: FakeSlack, tmp_path: Path, sqlite_url: str) -> None:
    async with installed(slack, tmp_path, sqlite_url):
        ts = await slack.say("U0REP", VISIT)
        assert "三个月" in (await slack.answer("D0REP", 0)).shown
        assert (await slack.edit(ts, VISIT.replace("三个月", "半年"))).is_acked
        corrected = await slack.answer("D0REP", 1)
        assert "半年" in corrected.shown
        assert "三个月" not in corrected.shown


async def test_a_code_links_whoever_sends_it(slack: FakeSlack, tmp_path: Path, sqlite_url: str) -> None:
    async with installed(slack, tmp_path, sqlite_url) as here:
        here.crmbot("user", "add", "韩梅梅", "--role", "rep", "--team", "华东")
        code = here.crmbot("user", "code", "韩梅梅").split()[0]
        await slack.say("U0MGR", VISIT)
        assert "蓝海" not in (await slack.answer("D0MGR", 0)).shown, "a stranger"
        await slack.say("U0MGR", code)
        await slack.answer("D0MGR", 1)
        await slack.say("U0MGR", VISIT)
        assert "蓝海" in (await slack.answer("D0MGR", 2)).shown


async def test_slack_is_away_for_a_while(slack: FakeSlack, tmp_path: Path, sqlite_url: str) -> None:
    async with installed(slack, tmp_path, sqlite_url):
        slack.faults["chat.postMessage"] += [Fault(status=503), Fault(error="service_unavailable")]
        slack.faults["users.info"].append(Fault(status=503, times=100))
        await slack.say("U0REP", "帮助")
        await slack.answer("D0REP", 0)
        assert [method for method, _ in slack.calls].count("chat.postMessage") == 3


@pytest.mark.parametrize("socket", [False, True], ids=["http", "socket"])
async def test_what_slack_lacks_stops_nothing(slack: FakeSlack, tmp_path: Path, sqlite_url: str, socket: bool) -> None:
    for method in ("auth.test", "users.info", "conversations.open", "conversations.replies", "chat.update"):
        slack.faults[method].append(Fault(error="unknown_method", times=1000))
    async with installed(slack, tmp_path, sqlite_url, socket=socket):
        bare = {"type": "message", "user": "U0REP", "text": VISIT, "ts": "1795759000.000100", "channel": "D0REP"}
        assert (await slack.event(bare, authorizations=None)).is_acked
        card = await slack.answer("D0REP", 0)
        await slack.press("U0REP", card, "保存")
        assert (await slack.answer("D0REP", 1)).shown.startswith("已保存")
        await slack.say("U0REP", "这句话谁也没叫它", "C1", thread_ts="1795759000.000200")
        await slack.say("U0REP", f"{MENTION} 帮助", "C1")
        await slack.answer("C1", 0)
        assert all(delivery.is_acked for delivery in slack.deliveries)


async def test_a_message_of_a_megabyte_is_answered_politely(slack: FakeSlack, tmp_path: Path, sqlite_url: str) -> None:
    async with installed(slack, tmp_path, sqlite_url, socket=False) as here:
        assert (await _said(slack, "长" * 350_000)).attempts == ["acked"]
        assert 0 < len((await slack.answer("D0REP", 0)).shown) < 200
        assert (await _said(slack, "帮助")).attempts == ["acked"]
        await slack.answer("D0REP", 1)
        assert "长长长" not in here.log


async def _said(slack: FakeSlack, text: str) -> Delivery:
    await slack.say("U0REP", text)
    return slack.deliveries[-1]


async def test_what_people_type_pings_nobody(slack: FakeSlack, tmp_path: Path, sqlite_url: str) -> None:
    typed = "新客户 A&lt;!channel&gt; *B* &amp; C"
    async with installed(slack, tmp_path, sqlite_url):
        await slack.say("U0REP", typed)
        answer = await slack.answer("D0REP", 0)
        assert "<" not in answer.text
        assert not any("<!channel>" in text for text in _raw(answer))


def _raw(message: Message) -> list[str]:
    return [block["text"]["text"] for block in message.blocks if block["type"] == "section"]


async def test_the_whole_card_is_changed_on_one_sheet(slack: FakeSlack, tmp_path: Path, sqlite_url: str) -> None:
    async with installed(slack, tmp_path, sqlite_url) as here:
        await slack.say("U0REP", VISIT)
        card = await slack.answer("D0REP", 0)
        await slack.press("U0REP", card, "修改")
        (sheet,) = await slack.wait(lambda: slack.views)
        shown = {block["label"]["text"]: block["element"].get("initial_value") for block in sheet["blocks"]}
        assert (shown["客户"], shown["联系人"]) == ("蓝海物流", "何经理")
        assert len(slack.in_channel("D0REP")) == 1, "the sheet stands for the question what to change"
        await slack.submit("U0REP", sheet, content="想先试半年", channel="电话", occurred_at="昨天下午三点", contact="")
        changed = await slack.answer("D0REP", 1)
        assert "想先试半年" in changed.shown
        assert "电话" in changed.shown
        assert "15:00" in changed.shown
        assert "何经理" not in changed.shown.split("内容")[0]
        await slack.press("U0REP", changed, "保存")
        assert (await slack.answer("D0REP", 2)).shown.startswith("已保存")
        await slack.submit("U0REP", sheet | {"hash": "another"}, content="又改")
        assert "已保存" not in (await slack.answer("D0REP", 3)).shown, "that card is gone"
        assert here.crmbot("export", "-", "--format", "jsonl", "--kind", "follow_up").count("想先试半年") == 1


@pytest.mark.parametrize("socket", [True, False])
async def test_a_sheet_says_at_its_field_what_was_not_understood(
    slack: FakeSlack, tmp_path: Path, sqlite_url: str, socket: bool
) -> None:
    """The form stays open with all that was typed; the chat is left alone, and the card is as it was until all fits."""
    async with installed(slack, tmp_path, sqlite_url, socket=socket):
        await slack.say("U0REP", VISIT)
        await slack.press("U0REP", await slack.answer("D0REP", 0), "修改")
        (sheet,) = await slack.wait(lambda: slack.views)
        filled_in = {"occurred_at": "当时", "content": "想先试半年", "next_at": "3020-13-45"}
        refused = await slack.submit("U0REP", sheet, **filled_in)
        assert not refused.has_closed
        assert (refused.answer["errors"].keys(), "当时" in refused.answer["errors"]["occurred_at"]) == (
            {"occurred_at"} | ({"next_at"} & {block["block_id"] for block in sheet["blocks"]}),
            True,
        )
        assert (await slack.submit("U0REP", sheet, **filled_in | {"occurred_at": "昨天", "next_at": ""})).has_closed
        answer = await slack.answer("D0REP", 1)
        assert "想先试半年" in answer.shown
        assert "当时" not in answer.shown


async def test_the_page_of_a_person(slack: FakeSlack, tmp_path: Path, sqlite_url: str) -> None:
    async with installed(slack, tmp_path, sqlite_url):
        await slack.say("U0REP", "明天上午十点提醒我给何经理发报价")
        await slack.press("U0REP", await slack.answer("D0REP", 0), "保存")
        await slack.answer("D0REP", 1)
        await slack.open_home("U0REP")
        page = await slack.wait(lambda: slack.homes.get("U0REP"))
        texts = " ".join(block["text"]["text"] for block in page["blocks"] if block["type"] == "section")
        assert "给何经理发报价" in texts
        assert "李雷" in texts
        await slack.open_home("U0MGR")
        strange = await slack.wait(lambda: slack.homes.get("U0MGR"))
        assert "何经理" not in str(strange)


@pytest.mark.parametrize("socket", [False, True], ids=["http", "socket"])
async def test_a_reminder_comes_by_itself(slack: FakeSlack, tmp_path: Path, sqlite_url: str, socket: bool) -> None:
    async with installed(slack, tmp_path, sqlite_url, socket=socket) as here:
        await slack.say("U0REP", "2秒后提醒我喝水")
        card = await slack.answer("D0REP", 0)
        await slack.press("U0REP", card, labels(card)[0])
        await slack.answer("D0REP", 1)
        came = await slack.answer("D0REP", 2)
        assert "喝水" in came.shown
        await slack.press("U0REP", came, "已完成")
        assert "已完成" in (await slack.answer("D0REP", 3)).shown
        assert await here.stop() == 0
