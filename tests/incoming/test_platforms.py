"""A table sent in Telegram or Slack: fetched, shown, brought in once, whatever happens meanwhile. Real processes."""

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.fakes.slack import FakeSlack, fake_slack
from tests.fakes.telegram import TOKEN, Telegram, telegram
from tests.platforms.process import Running, command, environment
from tests.platforms.slack.test_running import installed, labels

BOSS = 1001
DOCUMENT = {"file_id": "d1", "file_unique_id": "d1", "file_name": "leads.csv", "mime_type": "text/csv"}


@pytest.fixture
def fake() -> Iterator[Telegram]:
    with telegram() as running:
        yield running


@pytest.fixture
def env(tmp_path: Path, database_url: str, fake: Telegram) -> dict[str, str]:
    made = environment(tmp_path, telegram_token=TOKEN, telegram_base_url=fake.url, database_url=database_url)
    added = command(made, "user", "add", "Ann", "--role", "admin", "--telegram", str(BOSS), "--lang", "en")
    assert added.returncode == 0, added.stderr
    return made


def names(env: dict[str, str]) -> list[str]:
    lines = command(env, "export", "-", "--kind", "customer").stdout.splitlines()
    return sorted(json.loads(line)["name"] for line in lines)


def test_telegram_fetches_shows_and_imports(env: dict[str, str], tmp_path: Path, fake: Telegram) -> None:
    bot = Running(env, tmp_path / "log").until_ready()
    try:
        fake.files["documents/d1"] = b"Company,Phone\nNorthwind Traders,+442079460000\n,1\n"
        fake.fail("getFile", "500")
        fake.say(BOSS, "", document=DOCUMENT)
        fake.wait(lambda: len(fake.to(BOSS)) == 2, "the preview")
        got, preview = fake.to(BOSS)
        assert "Got leads.csv" in got.text
        assert "1 new; 1 will not come in" in preview.text
        fake.press(BOSS, preview, "Import 1 row")
        fake.press(BOSS, preview, "Import 1 row")
        fake.wait(lambda: [one for one in fake.to(BOSS) if "is in: customer: 1 new" in one.text], "the summary")
        fake.wait(lambda: fake.documents, "the refused rows")
        assert b",1" in fake.documents[0]
        assert names(env) == ["Northwind Traders"]
        assert TOKEN not in bot.log
    finally:
        bot.kill()


def test_a_kill_in_the_middle_doubles_and_loses_nothing(env: dict[str, str], tmp_path: Path, fake: Telegram) -> None:
    bot = Running(env, tmp_path / "log").until_ready()
    wanted = sorted(f"Fabrikam {n} Ltd" for n in range(12_000))
    try:
        fake.files["documents/d1"] = ("Company\n" + "\n".join(wanted) + "\n").encode()
        fake.say(BOSS, "", document=DOCUMENT)
        fake.wait(lambda: len(fake.to(BOSS)) == 2, "the preview", within_s=60)
        fake.press(BOSS, fake.to(BOSS)[1], "Import all")
        fake.wait(lambda: [one for one in fake.to(BOSS) if "Importing leads.csv" in one.text], "the beginning")
        bot.kill()
        bot = Running(env, tmp_path / "log2").until_ready()
        fake.wait(lambda: [one for one in fake.to(BOSS) if "12,000 new" in one.text], "the summary", within_s=120)
        assert names(env) == wanted
    finally:
        bot.kill()


def test_a_file_that_is_gone_or_too_big(env: dict[str, str], tmp_path: Path, fake: Telegram) -> None:
    bot = Running(env, tmp_path / "log").until_ready()
    try:
        fake.say(BOSS, "", document={**DOCUMENT, "file_id": "gone"})
        fake.wait(lambda: [one for one in fake.to(BOSS) if "send it again" in one.text], "the sentence")
        fake.files["documents/d1"] = b"x" * 20_000_001
        fake.say(BOSS, "", document=DOCUMENT)
        fake.wait(lambda: [one for one in fake.to(BOSS) if "20 MB at most" in one.text], "the sentence")
        assert bot.process.poll() is None
    finally:
        bot.kill()


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with fake_slack() as running:
        yield running


async def test_slack_fetches_shows_and_imports(slack: FakeSlack, tmp_path: Path) -> None:
    async with installed(slack, tmp_path, f"sqlite:///{tmp_path / 'crm.db'}") as here:
        here.crmbot("user", "set", "李雷", "--role", "admin")
        slack.files["F1"] = {
            "length": 0,
            "bytes": "公司名称,电话\n华为技术有限公司,13800138000\n".encode(),
            "shared": None,
        }
        file = {"id": "F1", "name": "客户.csv", "mimetype": "text/csv"}
        await slack.say("U0REP", "", files=[file], subtype="file_share")
        preview = await slack.answer("D0REP", 1)
        assert "当作客户" in preview.shown
        assert labels(preview) == ["导入 1 行", "不导入"]
        await slack.press("U0REP", preview, "导入 1 行")
        summary = await slack.answer("D0REP", 3)
        assert "新建客户 1" in summary.shown
        assert "华为技术有限公司" in here.crmbot("export", "-", "--kind", "customer")
