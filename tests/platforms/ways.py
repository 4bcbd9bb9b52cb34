"""The ways to talk with a running bot, alike to whoever uses them: write, press, and see what comes."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from tests.fakes import slack as slack_fake
from tests.fakes import wecom as wecom_fake
from tests.fakes import wecom_socket as robot_fake
from tests.fakes.slack import FakeSlack, Message
from tests.fakes.telegram import TOKEN, Telegram
from tests.fakes.telegram_methods import Sent
from tests.fakes.wecom import FakeWeCom, card_text
from tests.platforms.process import Running, command, environment, free_port

_NUMBERED = re.compile(r"\[(\d+)\] (\S.*?)(?=  \[|$)", re.MULTILINE)


@dataclass(frozen=True)
class Said:
    """What the bot said: the text as a person reads it, what can be pressed, and the message as its platform has it.

    Where the platform could not draw the buttons they stand in the text, and their numbers answer.
    """

    text: str
    labels: tuple[str, ...]
    message: Any = None

    def choices(self) -> tuple[str, ...]:
        return self.labels or tuple(label for _number, label in _NUMBERED.findall(self.text))

    def number_of(self, label: str) -> str:
        return str(self.choices().index(label) + 1)


class Way(Protocol):
    """``person`` is the id of 李雷 there."""

    person: str
    settings: dict[str, str]

    async def open(self, bot: Running | None) -> None: ...

    async def say(self, text: str) -> Said: ...

    async def press(self, said: Said, label: str) -> Said: ...


async def pressed(way: Way, said: Said, label: str) -> Said:
    """Press a button; where there is none, answer with its number."""
    return await (way.press(said, label) if label in said.labels else way.say(said.number_of(label)))


class Console:
    """Each line is a process of its own: what was said before it finds in the database."""

    person = ""
    env: dict[str, str]

    def __init__(self) -> None:
        self.settings: dict[str, str] = {}

    async def open(self, bot: Running | None) -> None: ...

    async def say(self, text: str) -> Said:
        done = await asyncio.to_thread(command, self.env, "chat", "--as", "李雷", typed=f"{text}\n")
        assert done.returncode == 0, done.stderr
        return Said(done.stdout.strip(), ())

    async def press(self, said: Said, label: str) -> Said:
        raise AssertionError("a terminal has no buttons")


class OnSlack:
    person = "U0REP"

    def __init__(self, slack: FakeSlack, *, socket: bool) -> None:
        self.slack = slack
        self.socket = socket
        slack.add_user(self.person, "李雷")
        secret = (
            {"slack_app_token": slack_fake.APP_TOKEN} if socket else {"slack_signing_secret": slack_fake.SIGNING_SECRET}
        )
        self.settings = {"slack_bot_token": slack_fake.BOT_TOKEN, "slack_base_url": slack.base_url, **secret}

    async def open(self, bot: Running | None) -> None:
        assert bot is not None
        if self.socket:
            await self.slack.wait(lambda: self.slack.sockets)
        else:
            self.slack.events_url = f"{bot.url}/slack/events"

    async def say(self, text: str) -> Said:
        return await self._after(self.slack.say(self.person, text))

    async def press(self, said: Said, label: str) -> Said:
        return await self._after(self.slack.press(self.person, said.message, label))

    async def _after(self, deed: Any) -> Said:
        count = len(self.slack.in_channel("D0REP"))
        await deed
        message: Message = await self.slack.answer("D0REP", count)
        return Said(message.shown, tuple(label for label, *_ in message.choices()), message)


class OnTelegram:
    person = "1001"

    def __init__(self, fake: Telegram, *, webhook: bool) -> None:
        self.fake = fake
        self.webhook = webhook
        self.settings = {"telegram_token": TOKEN, "telegram_base_url": fake.url}
        if webhook:
            self.port = free_port()
            self.settings |= {"telegram_mode": "webhook", "public_url": f"http://127.0.0.1:{self.port}"}

    async def open(self, bot: Running | None) -> None:
        if self.webhook:
            await asyncio.to_thread(self.fake.wait, lambda: self.fake.webhook, "the webhook")

    async def say(self, text: str) -> Said:
        return _on_telegram(await asyncio.to_thread(self.fake.answer_to, int(self.person), text))

    async def press(self, said: Said, label: str) -> Said:
        return _on_telegram(await asyncio.to_thread(self.fake.answer_to_press, int(self.person), said.message, label))


def _on_telegram(sent: Sent) -> Said:
    return Said(sent.text, tuple(button["text"] for button in sent.buttons), sent)


class OnWeCom:
    """The self-built app."""

    person = "lilei"

    def __init__(self, wecom: FakeWeCom) -> None:
        self.wecom = wecom
        self.settings = {
            **{"wecom_corp_id": wecom_fake.CORP, "wecom_agent_id": wecom_fake.AGENT},
            **{"wecom_secret": wecom_fake.SECRET, "wecom_base_url": wecom.base_url},
            **{"wecom_token": wecom_fake.TOKEN, "wecom_aes_key": wecom_fake.KEY},
        }

    async def open(self, bot: Running | None) -> None:
        assert bot is not None
        self.url = bot.url

    async def say(self, text: str) -> Said:
        return await self._after(self.wecom.message(self.person, text))

    async def press(self, said: Said, label: str) -> Said:
        return await self._after(self.wecom.press(self.person, said.message, said.labels.index(label)))

    async def _after(self, fields: dict[str, str]) -> Said:
        count = len(self.wecom.sent)
        assert await self.wecom.push(f"{self.url}/wecom/callback", fields) == (200, "")
        await self.wecom.until(lambda: len(self.wecom.sent) > count)
        sent = self.wecom.sent[count]
        return Said(sent.text, tuple(item["text"] for item in sent.buttons), sent)


class ToRobot:
    """The 智能机器人, without an app beside it."""

    person = "lilei"
    settings: dict[str, str]

    def __init__(self, wecom: FakeWeCom) -> None:
        self.wecom = wecom

    async def say(self, text: str) -> Said:
        return await self._after(self.wecom.aibot_text(self.person, text))

    async def press(self, said: Said, label: str) -> Said:
        return await self._after(self.wecom.aibot_press(self.person, said.message, said.labels.index(label)))

    async def _after(self, body: dict[str, Any]) -> Said:
        count = len(self._shown())
        await self._push(body)
        await self.wecom.until(lambda: len(self._shown()) > count)
        shown = self._shown()[count]
        if shown["msgtype"] == "template_card":
            card = shown["template_card"]
            return Said(card_text(card), tuple(item["text"] for item in card["button_list"]), card)
        return Said(read_markdown(shown["markdown"]["content"]), ())

    def _shown(self) -> list[dict[str, Any]]:
        raise NotImplementedError

    async def _push(self, body: dict[str, Any]) -> None:
        raise NotImplementedError


def read_markdown(text: str) -> str:
    """Markdown as a person reads it."""
    text = re.sub(r"\\([\\`*_\[\]|~])", r"\1", text)
    for sign, entity in (("<", "&lt;"), (">", "&gt;"), ("&", "&amp;")):
        text = text.replace(entity, sign)
    return text.replace("\u200b", "").replace("\u00a0", " ")


class CalledRobot(ToRobot):
    """In callback mode."""

    def __init__(self, wecom: FakeWeCom) -> None:
        super().__init__(wecom)
        self.settings = {"wecom_aibot_token": wecom_fake.TOKEN, "wecom_aibot_aes_key": wecom_fake.KEY}

    async def open(self, bot: Running | None) -> None:
        assert bot is not None
        self.url = f"{bot.url}/wecom/aibot"

    def _shown(self) -> list[dict[str, Any]]:
        return [body for _code, body in self.wecom.response_posts]

    async def _push(self, body: dict[str, Any]) -> None:
        assert (await self.wecom.push_aibot(self.url, body))[0] == 200


class ConnectedRobot(ToRobot):
    """On a long connection."""

    def __init__(self, wecom: FakeWeCom, server: robot_fake.FakeRobotServer) -> None:
        super().__init__(wecom)
        self.server = server
        self.settings = {
            **{"wecom_aibot_id": robot_fake.ROBOT, "wecom_aibot_secret": robot_fake.ROBOT_SECRET},
            **{"wecom_aibot_ws_url": server.url},
        }

    async def open(self, bot: Running | None) -> None:
        await self.wecom.until(lambda: self.server.is_connected)

    def _shown(self) -> list[dict[str, Any]]:
        return [body for body in self.server.sent if body["msgtype"] in ("markdown", "template_card")]

    async def _push(self, body: dict[str, Any]) -> None:
        await self.server.push(body)


@asynccontextmanager
async def _slack(*, socket: bool) -> AsyncIterator[Way]:
    async with slack_fake.fake_slack() as slack:
        yield OnSlack(slack, socket=socket)


@asynccontextmanager
async def _telegram(*, webhook: bool) -> AsyncIterator[Way]:
    with Telegram() as fake:
        yield OnTelegram(fake, webhook=webhook)


@asynccontextmanager
async def _wecom(make: Callable[[FakeWeCom], Way]) -> AsyncIterator[Way]:
    wecom = await FakeWeCom().start()
    try:
        yield make(wecom)
    finally:
        await wecom.stop()


@asynccontextmanager
async def _connected_robot() -> AsyncIterator[Way]:
    wecom = await FakeWeCom().start()
    server = await robot_fake.FakeRobotServer(wecom).start()
    try:
        yield ConnectedRobot(wecom, server)
    finally:
        await server.stop()
        await wecom.stop()


@asynccontextmanager
async def _console() -> AsyncIterator[Way]:
    yield Console()


WAYS: dict[str, Callable[[], Any]] = {
    "console": _console,
    "slack-socket": lambda: _slack(socket=True),
    "slack-http": lambda: _slack(socket=False),
    "telegram-polling": lambda: _telegram(webhook=False),
    "telegram-webhook": lambda: _telegram(webhook=True),
    "wecom-app": lambda: _wecom(OnWeCom),
    "wecom-robot-callback": lambda: _wecom(CalledRobot),
    "wecom-robot-connected": _connected_robot,
}


@dataclass
class Installation:
    """A data directory with 李雷 in it, and commands on it."""

    env: dict[str, str]
    running: Running | None

    async def crmbot(self, *arguments: str) -> str:
        done = await asyncio.to_thread(command, self.env, *arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout


@asynccontextmanager
async def installed(
    way: Way, name: str, folder: Path, *, teams: Sequence[str] = (), users: Sequence[Sequence[str]] = ()
) -> AsyncIterator[Installation]:
    """The bot, running where the way needs that."""
    env = environment(folder, **way.settings)
    here = Installation(env, None)
    linked = ("--" + name.partition("-")[0], way.person) if way.person else ()
    await here.crmbot("user", "add", "李雷", "--role", "rep", "--lang", "zh", *linked)
    for team in teams:
        await here.crmbot("team", "add", team)
    for user in users:
        await here.crmbot("user", "add", *user)
    if isinstance(way, Console):
        way.env = env
        yield here
        return
    port = way.port if isinstance(way, OnTelegram) and way.webhook else None
    here.running = Running(env, folder / "log.txt", port=port)
    try:
        await asyncio.to_thread(here.running.until_ready)
        await way.open(here.running)
        yield here
        assert await asyncio.to_thread(here.running.stop) == 0
    finally:
        await asyncio.to_thread(here.running.kill)
