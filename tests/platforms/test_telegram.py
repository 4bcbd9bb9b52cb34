"""The bot on Telegram as a black box: the real process against a Telegram on loopback."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.fakes.telegram import TOKEN, Telegram, telegram
from tests.platforms.process import Running, command, environment

LI, WANG = 1001, 1002
SECRET = "a-secret-of-the-webhook_01"
VISIT = "上午去了蓝海物流，见了仓储部的何经理，他们想先试三个月，价格觉得偏高，周五前给他新报价"


@pytest.fixture
def fake() -> Iterator[Telegram]:
    with telegram() as running:
        yield running


class Place:
    """An installation: its environment, and the processes that were started in it."""

    def __init__(self, folder: Path, fake: Telegram, **settings: str) -> None:
        self.folder = folder
        self.fake = fake
        self.env = environment(folder, telegram_token=TOKEN, telegram_base_url=fake.url, **settings)
        self.running: list[Running] = []

    def crmbot(self, *arguments: str) -> str:
        done = command(self.env, *arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self, **settings: str) -> Running:
        env = self.env | {f"CRMBOT_{name.upper()}": value for name, value in settings.items()}
        bot = Running(env, self.folder / f"log-{len(self.running)}.txt")
        self.running.append(bot)
        return bot.until_ready()

    def webhook(self) -> Running:
        """Start in webhook mode; the platform calls back on the port that the process got."""
        from tests.platforms import process

        port = process.free_port()
        public = f"http://127.0.0.1:{port}"
        original = process.free_port
        process.free_port = lambda: port
        try:
            bot = self.start(telegram_mode="webhook", public_url=public, telegram_webhook_secret=SECRET)
        finally:
            process.free_port = original
        self.fake.wait(lambda: self.fake.webhook, "the webhook")
        return bot


@pytest.fixture
def place(tmp_path: Path, fake: Telegram) -> Iterator[Place]:
    made = Place(tmp_path, fake)
    made.crmbot("user", "add", "李雷", "--role", "rep", "--telegram", str(LI), "--lang", "zh")
    yield made
    for bot in made.running:
        bot.kill()


Start = Callable[[Place], Running]
MODES = pytest.mark.parametrize("start", [Place.start, Place.webhook], ids=["polling", "webhook"])


@MODES
def test_a_visit_in_one_message(place: Place, fake: Telegram, start: Start) -> None:
    bot = start(place)
    card = fake.answer_to(LI, VISIT)
    assert "蓝海物流" in card.text
    saved = fake.answer_to_press(LI, card, "保存")
    assert "已保存" in saved.text
    fake.wait(lambda: fake.answered == ["q1"], "the answered query")
    assert "蓝海物流" in place.crmbot("export", "-", "--format", "jsonl", "--kind", "follow_up")
    assert bot.stop() == 0
    assert not fake.refusals
    assert TOKEN not in bot.log
