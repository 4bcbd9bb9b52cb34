"""The adapter at work against a Slack on loopback, by HTTP and by Socket Mode."""

import asyncio
import socket as socket_module
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import uvicorn
from starlette.applications import Starlette

from adapters.base import Button, Inbound, NotStored, Outbound, Unfit
from adapters.slack.adapter import Slack
from adapters.slack.link import Pace
from config.settings import Secret, Settings
from tests.fakes.slack import APP_TOKEN, BOT_TOKEN, BOT_USER, SIGNING_SECRET, FakeSlack, fake_slack

MENTION = f"<@{BOT_USER}>"
QUICK = Pace(ping_every_s=0.1, deaf_after_s=0.5, hello_within_s=1.0, linger_s=0.5)
REPLY = Outbound(platform="slack", chat_id="U0REP", text="要这样记吗？", buttons=(Button("17.0", "保存", "primary"),))


@dataclass
class Bot:
    """Records what the adapter hands over. ``refuses``: how many times nothing can be stored."""

    adapter: Slack
    url: str = ""
    heard: list[Inbound] = field(default_factory=list)
    refuses: int = 0
    delay_s: float = 0.0
    problems: dict[str, str] = field(default_factory=dict)  # what does not fit of a form

    async def receive(self, inbound: Inbound) -> None:
        await asyncio.sleep(self.delay_s)
        if self.refuses:
            self.refuses -= 1
            raise NotStored
        if inbound.is_form_open and self.problems:
            raise Unfit(self.problems)
        self.heard.append(inbound)

    @property
    def texts(self) -> list[str]:
        """Of distinct messages, as the inbox keeps them."""
        return list({inbound.event_id: inbound.text for inbound in self.heard}.values())


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with fake_slack() as server:
        server.add_user("U0REP", "Rep")
        server.add_user("U0MGR", "Manager", tz="Europe/London", locale="en-GB")
        yield server


def settings_for(slack: FakeSlack, *, socket: bool = False, token: str = BOT_TOKEN) -> Settings:
    return Settings(
        data_dir=Path("unused"),
        slack_bot_token=Secret(token),
        slack_signing_secret=Secret(SIGNING_SECRET),
        slack_app_token=Secret(APP_TOKEN if socket else ""),
        slack_base_url=slack.base_url,
    )


@asynccontextmanager
async def running(slack: FakeSlack, *, socket: bool, shows_home: bool = False) -> AsyncIterator[Bot]:
    """The adapter at work, with a server of its own where Slack calls us."""
    bot = Bot(Slack(settings_for(slack, socket=socket), shows_home=shows_home, pace=QUICK))
    listening = socket_module.create_server(("127.0.0.1", 0))
    site = Starlette(routes=list(bot.adapter.routes(bot.receive)))
    server = uvicorn.Server(uvicorn.Config(site, log_config=None))
    serving = asyncio.create_task(server.serve([listening]))
    bot.url = f"http://127.0.0.1:{listening.getsockname()[1]}/slack/events"
    slack.events_url = "" if socket else bot.url
    work = asyncio.create_task(bot.adapter.run(bot.receive))
    if socket:
        await slack.wait(lambda: slack.sockets)
    try:
        yield bot
    finally:
        work.cancel()
        with suppress(asyncio.CancelledError):
            await work
        server.should_exit = True
        await serving


@pytest.fixture(params=["http", "socket"])
async def bot(slack: FakeSlack, request: pytest.FixtureRequest) -> AsyncIterator[Bot]:
    async with running(slack, socket=request.param == "socket") as bot:
        yield bot


@pytest.fixture
async def http(slack: FakeSlack) -> AsyncIterator[Bot]:
    async with running(slack, socket=False) as bot:
        yield bot


@pytest.fixture
async def by_socket(slack: FakeSlack) -> AsyncIterator[Bot]:
    async with running(slack, socket=True) as bot:
        yield bot


@contextmanager
def patience(slack: FakeSlack) -> Iterator[None]:
    """Slack waits less long for acknowledgements by Socket Mode, so that the test does too."""
    before = slack.ack_within_s
    slack.ack_within_s = before if slack.events_url else 0.5
    yield
    slack.ack_within_s = before
