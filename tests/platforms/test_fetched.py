"""What people send along is fetched from Slack and from Telegram: whole, never more than is wanted, and with a word for
what cannot be had."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from adapters.base import RetryLater, TooBig, Undeliverable
from adapters.slack.adapter import Slack
from adapters.slack.api import Refused
from adapters.telegram.adapter import Telegram as Adapter
from config.settings import Secret, Settings
from tests.fakes.slack import FakeSlack, Fault, fake_slack
from tests.fakes.telegram import TOKEN, Telegram, telegram
from tests.fakes.telegram_methods import MOST_DOWN
from tests.platforms.slack.conftest import settings_for

TABLE = "name\n客户一\n".encode()


@pytest.fixture
def fake() -> Iterator[Telegram]:
    with telegram() as running:
        yield running


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with fake_slack() as server:
        yield server


def on_telegram(fake: Telegram) -> Adapter:
    return Adapter(Settings(data_dir=Path("unused"), telegram_token=Secret(TOKEN), telegram_base_url=fake.url))


async def test_from_telegram(fake: Telegram) -> None:
    fake.files |= {"documents/f1": TABLE, "documents/huge": bytes(MOST_DOWN + 1)}
    adapter = on_telegram(fake)
    assert await adapter.fetch("f1", most=len(TABLE)) == TABLE
    with pytest.raises(TooBig):
        await adapter.fetch("f1", most=len(TABLE) - 1)
    with pytest.raises(TooBig):
        await adapter.fetch("huge", most=2 * MOST_DOWN)  # Telegram itself gives out no more
    with pytest.raises(Undeliverable):
        await adapter.fetch("gone", most=len(TABLE))
    fake.fail("getFile", "429", retry_after=7)
    with pytest.raises(RetryLater) as wait:
        await adapter.fetch("f1", most=len(TABLE))
    assert wait.value.after_s == 7
    assert await adapter.fetch("f1", most=len(TABLE)) == TABLE


async def test_from_slack(slack: FakeSlack) -> None:
    adapter = Slack(settings_for(slack))
    slack.files["F1"] = {"bytes": TABLE, "length": len(TABLE)}
    assert await adapter.fetch("F1", most=len(TABLE)) == TABLE
    with pytest.raises(TooBig):
        await adapter.fetch("F1", most=len(TABLE) - 1)
    with pytest.raises(Undeliverable, match="file_not_found"):
        await adapter.fetch("F2", most=len(TABLE))
    slack.shows_files = False
    with pytest.raises(Undeliverable, match="sign_in_page"):
        await adapter.fetch("F1", most=len(TABLE))
    slack.shows_files = True
    slack.faults["files.info"] += [Fault(error="missing_scope"), Fault(status=429, retry_after="7")]
    with pytest.raises(Refused):
        await adapter.fetch("F1", most=len(TABLE))
    with pytest.raises(RetryLater) as wait:
        await adapter.fetch("F1", most=len(TABLE))
    assert wait.value.after_s == 7
    assert await adapter.fetch("F1", most=len(TABLE)) == TABLE
