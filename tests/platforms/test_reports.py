"""A manager asks in a group, with real processes: text, picture and the next questions; nothing where it may not be."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, Protocol

import pytest

from tests.fakes.slack import Fault
from tests.fakes.telegram_methods import USERNAME
from tests.fakes.wecom import card_text
from tests.platforms.process import command
from tests.platforms.slack.conftest import MENTION
from tests.platforms.ways import (
    WAYS,
    ConnectedRobot,
    Installation,
    OnSlack,
    OnTelegram,
    Way,
    installed,
    read_markdown,
)


class Group(Protocol):
    """The same places on each platform: a group of the team East, one of nobody's, and private chats."""

    bound: str
    unbound: str
    boss: str

    async def ask(self, person: str, text: str, chat: str) -> None: ...

    def texts(self, chat: str) -> list[str]: ...

    def labels(self, chat: str) -> list[str]: ...

    def pictures(self) -> list[bytes]: ...

    def lose_pictures(self) -> None: ...


class SlackGroup:
    bound, unbound, boss = "C1", "C2", "U0BOSS"

    def __init__(self, way: OnSlack) -> None:
        self.slack = way.slack
        self.slack.add_user(self.boss, "老板")
        self.slack.members["C1"] |= {"U0REP", self.boss}

    async def ask(self, person: str, text: str, chat: str) -> None:
        """In the thread that a first question has begun."""
        thread = next((one.thread_ts for one in self.slack.in_channel(chat)), "")
        await self.slack.say(person, f"{MENTION} {text}", chat, thread_ts=thread)

    def texts(self, chat: str) -> list[str]:
        chat = self.slack.direct(chat) if chat.startswith("U") else chat
        ephemeral = [one for one in self.slack.messages if one.only_for and self.slack.direct(one.only_for) == chat]
        public = [one for one in self.slack.in_channel(chat) if not one.only_for]
        return [one.shown for one in [*public, *ephemeral]]

    def labels(self, chat: str) -> list[str]:
        return [label for label, *_ in self.slack.in_channel(chat)[-1].choices()]

    def pictures(self) -> list[bytes]:
        return [file["bytes"] for file in self.slack.files.values() if file["shared"]]

    def lose_pictures(self) -> None:
        self.slack.faults["files.getUploadURLExternal"].append(Fault(error="unknown_method", times=1000))


class TelegramGroup:
    bound, unbound, boss = "-1001", "-1002", "1009"

    def __init__(self, way: OnTelegram) -> None:
        self.fake = way.fake
        self.fake.started.add(int(self.boss))

    async def ask(self, person: str, text: str, chat: str) -> None:
        await asyncio.to_thread(self.fake.say, int(person), f"@{USERNAME} {text}", chat=int(chat))

    def texts(self, chat: str) -> list[str]:
        return [sent.text for sent in self.fake.to(int(chat))]

    def labels(self, chat: str) -> list[str]:
        return [button["text"] for button in self.fake.to(int(chat))[-1].buttons]

    def pictures(self) -> list[bytes]:
        return [sent.picture for sent in self.fake.sent if sent.picture]

    def lose_pictures(self) -> None:
        self.fake.missing.add("sendPhoto")


class RobotGroup:
    bound, unbound, boss = "wrEast", "wrOther", "laoban"

    def __init__(self, way: ConnectedRobot) -> None:
        self.way = way

    async def ask(self, person: str, text: str, chat: str) -> None:
        await self.way.server.push(self.way.wecom.aibot_text(person, text, chat=chat))

    def _to(self, chat: str) -> list[dict[str, Any]]:
        shown = [body for body in self.way.server.sent if body["msgtype"] in ("markdown", "template_card")]
        return [body for body in shown if body["chatid"] == chat]

    def texts(self, chat: str) -> list[str]:
        cards = [body.get("template_card") for body in self._to(chat)]
        shown = zip(self._to(chat), cards, strict=True)
        return [card_text(card) if card else read_markdown(body["markdown"]["content"]) for body, card in shown]

    def labels(self, chat: str) -> list[str]:
        card = self._to(chat)[-1].get("template_card")
        return [item["text"] for item in card["button_list"]] if card else [self.texts(chat)[-1].splitlines()[-1]]

    def pictures(self) -> list[bytes]:
        return list(self.way.server.uploads.values())

    def lose_pictures(self) -> None:
        self.way.server.lost.add("aibot_upload_media_init")


def group_of(way: Way) -> Group:
    if isinstance(way, OnSlack):
        return SlackGroup(way)
    if isinstance(way, OnTelegram):
        return TelegramGroup(way)
    assert isinstance(way, ConnectedRobot)
    return RobotGroup(way)


@pytest.fixture(params=["slack-socket", "telegram-polling", "wecom-robot-connected"])
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[tuple[Way, Group, Installation]]:
    """Two teams with a deal each, a group of the East's, and somebody above both."""
    async with WAYS[request.param]() as way:
        group, platform = group_of(way), request.param.partition("-")[0]
        users = (
            ("韩梅梅", "--role", "rep", "--lang", "zh", "--team", "华南"),
            ("老板", "--role", "admin", "--lang", "zh", f"--{platform}", group.boss),
        )
        async with installed(way, request.param, tmp_path, teams=("华东", "华南"), users=users) as here:
            await here.crmbot("user", "set", "李雷", "--team", "华东", "--role", "manager")
            await here.crmbot("channel", "bind", platform, group.bound, "--team", "华东")
            await deal(here, "李雷", "新商机 冷库改造，客户蓝海物流，50万，今年12月10日签")
            await deal(here, "韩梅梅", "新商机 密银展厅，客户金丝雀贸易，777万，今年12月10日签")
            yield way, group, here


async def deal(here: Installation, who: str, text: str) -> None:
    done = await asyncio.to_thread(command, here.env, "chat", "--as", who, typed=f"{text}\n保存\n")
    assert "已保存" in done.stdout, done


async def until(condition: Callable[[], Any], within_s: float = 60.0) -> Any:
    for _ in range(int(within_s / 0.05)):
        if found := condition():
            return found
        await asyncio.sleep(0.05)
    raise AssertionError("nothing of the kind came")


async def test_asked_in_a_group(place: tuple[Way, Group, Installation]) -> None:
    way, group, _here = place
    await group.ask(way.person, "本季度管道汇总", group.bound)
    (report,) = await until(lambda: group.texts(group.bound))
    assert "¥500,000" in report
    assert "777" not in report
    assert "按人看" in " ".join(group.labels(group.bound))
    assert (await until(group.pictures))[0].startswith(b"\x89PNG")
    await group.ask(way.person, "为什么", group.bound)
    why = await until(lambda: group.texts(group.bound)[1:])
    assert "冷库改造" in why[0]
    await group.ask(way.person, "本季度管道汇总", group.unbound)
    (how,) = await until(lambda: group.texts(group.unbound))
    assert "500,000" not in how
    assert "绑定" in how
    await group.ask(group.boss, "华南的管道", group.bound)
    await until(lambda: any("7,770,000" in text for text in group.texts(group.boss)))
    assert not any("777" in text or "7,770,000" in text for text in group.texts(group.bound))


async def test_a_picture_that_does_not_get_through_holds_nothing_up(place: tuple[Way, Group, Installation]) -> None:
    way, group, _here = place
    group.lose_pictures()
    await group.ask(way.person, "本季度管道汇总", group.bound)
    (report,) = await until(lambda: group.texts(group.bound))
    assert "¥500,000" in report
    assert not group.pictures()
