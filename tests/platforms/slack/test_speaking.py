"""Messages out: drawn, redrawn, shown to one, split, with pictures; and what Slack's refusals mean."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest
import slack_sdk.errors

from adapters.base import Button, Outbound, OutcomeUnknown, RetryLater, Undeliverable, Upload
from adapters.slack import post as post_module
from adapters.slack.adapter import Slack
from adapters.slack.api import Refused, SlackError, meaning
from config.settings import Secret, Settings
from tests.fakes.slack import FakeSlack, Fault
from tests.platforms.slack.conftest import REPLY, Bot, settings_for


class TestSpeaking:
    async def test_a_card_in_private(self, slack: FakeSlack, bot: Bot) -> None:
        sent_as = await bot.adapter.send(REPLY)
        (message,) = slack.in_channel("D0REP")
        assert (message.ts, message.shown, message.text) == (sent_as, REPLY.text, REPLY.text)

    async def test_an_answer_stands_in_the_thread(self, slack: FakeSlack, bot: Bot) -> None:
        await bot.adapter.send(Outbound(platform="slack", chat_id="C1", thread_id="1.2", text="ok"))
        assert slack.in_channel("C1")[0].thread_ts == "1.2"

    async def test_only_one_person_sees_it(self, slack: FakeSlack, bot: Bot) -> None:
        slack.members["C1"] = {"U0REP"}
        await bot.adapter.send(
            Outbound(platform="slack", chat_id="C1", thread_id="1.2", text="for you", only_for="U0REP")
        )
        await bot.adapter.send(Outbound(platform="slack", chat_id="C1", text="and you", only_for="U0MGR"))
        await bot.adapter.send(Outbound(platform="slack", chat_id="C1/U0REP", text="by command"))
        assert [(one.text, one.only_for) for one in slack.in_channel("C1")] == [
            ("for you", "U0REP"),
            ("by command", "U0REP"),
        ]
        assert [one.text for one in slack.in_channel("D0MGR")] == ["and you"], "not in the channel: in private"

    async def test_a_message_is_redrawn(self, slack: FakeSlack, bot: Bot) -> None:
        first = await bot.adapter.send(REPLY)
        await bot.adapter.redraw(replace(REPLY, buttons=()), first)
        assert [(one.shown, one.choices()) for one in slack.in_channel("D0REP")] == [(REPLY.text, [])]
        with pytest.raises(SlackError):
            await bot.adapter.redraw(REPLY, "9.9")
        assert len(slack.in_channel("D0REP")) == 1, "gone: nothing comes instead"

    async def test_a_picture_with_its_text(self, slack: FakeSlack, bot: Bot) -> None:
        chart = Outbound(platform="slack", chat_id="U0REP", text="A & B", picture=b"PNG" * 99, picture_alt="管道")
        await bot.adapter.send(chart)
        (file,) = slack.files.values()
        assert file["bytes"] == chart.picture
        assert file["shared"] == {"channel_id": "D0REP", "initial_comment": "A &amp; B"}

    async def test_a_file_under_its_name(self, slack: FakeSlack, bot: Bot) -> None:
        quote = Upload("file", "报价.pdf", b"%PDF" * 9)
        await bot.adapter.send(Outbound(platform="slack", chat_id="U0REP", text="报价", picture=b"P", file=quote))
        picture, file = slack.files.values()
        assert "initial_comment" not in picture["shared"]
        assert (file["bytes"], file["shared"]["initial_comment"]) == (quote.content, "报价")

    async def test_a_picture_in_a_channel_with_buttons(self, slack: FakeSlack, bot: Bot) -> None:
        buttons = (Button("1.0", "为什么"),)
        chart = Outbound(platform="slack", chat_id="C1", thread_id="1.2", text="华东", picture=b"P", buttons=buttons)
        await bot.adapter.send(chart)
        assert next(iter(slack.files.values()))["shared"] == {"channel_id": "C1", "thread_ts": "1.2"}
        assert slack.in_channel("C1")[0].choices()[0][0] == "为什么"

    async def test_a_long_text_goes_on_where_it_was_cut_off(
        self, slack: FakeSlack, bot: Bot, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(post_module, "BETWEEN_PARTS_S", 0.0)
        text = "\n".join(f"line {n} " + "x" * 90 for n in range(100))
        long = Outbound(platform="slack", chat_id="C1", text=text)
        slack.faults["chat.postMessage"] += [Fault(times=0), Fault(times=0)]
        slack.faults["chat.postMessage"].append(Fault(status=429, retry_after="1", times=0))
        sending = asyncio.create_task(bot.adapter.send(long))
        await slack.wait(lambda: slack.in_channel("C1"))
        slack.faults["chat.postMessage"][-1].times = 1
        with suppress(RetryLater):
            await sending
            pytest.skip("all parts were out before the fault")
        await bot.adapter.send(long)
        assert "\n".join(one.text for one in slack.in_channel("C1")) == text

    async def test_blocks_that_slack_does_not_take_become_lines(self, slack: FakeSlack, bot: Bot) -> None:
        slack.faults["chat.postMessage"].append(Fault(error="invalid_blocks"))
        await bot.adapter.send(REPLY)
        assert slack.in_channel("D0REP")[0].text == "要这样记吗？\n[1] 保存"

    async def test_a_person_whose_chat_cannot_be_opened(self, slack: FakeSlack, bot: Bot) -> None:
        slack.faults["conversations.open"].append(Fault(error="missing_scope"))
        await bot.adapter.send(REPLY)
        assert len(slack.in_channel("D0REP")) == 1
        with pytest.raises(Undeliverable):
            await bot.adapter.send(Outbound(platform="slack", chat_id="U0NOBODY", text="hi"))


class TestFailing:
    SAY = Outbound(platform="slack", chat_id="C1", text="hello")

    @pytest.mark.parametrize(
        "code",
        [
            "channel_not_found",
            "is_archived",
            "not_in_channel",
            "account_inactive",
            "user_not_found",
            "restricted_action",
        ],
    )
    async def test_what_will_never_arrive(self, slack: FakeSlack, http: Bot, code: str) -> None:
        slack.closed["C1"] = code
        with pytest.raises(Undeliverable) as caught:
            await http.adapter.send(self.SAY)
        assert caught.value.reason == code
        assert [method for method, _ in slack.calls].count("chat.postMessage") == 1

    async def test_slack_asks_to_wait(self, slack: FakeSlack, http: Bot) -> None:
        slack.faults["chat.postMessage"] += [
            Fault(status=429, retry_after="30"),
            Fault(status=429),
            Fault(error="ratelimited", retry_after="7"),
            Fault(error="message_limit_exceeded"),
        ]
        told = []
        for _ in range(4):
            with pytest.raises(RetryLater) as caught:
                await http.adapter.send(self.SAY)
            told.append((caught.value.after_s, caught.value.everywhere))
        assert told == [(30, False), (30, False), (7, False), (30, True)]

    @pytest.mark.parametrize("code", ["invalid_auth", "missing_scope", "token_revoked", "not_allowed_token_type"])
    async def test_only_an_administrator_can_help(
        self, slack: FakeSlack, http: Bot, code: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        slack.faults["chat.postMessage"].append(Fault(error=code))
        with pytest.raises(Refused):
            await http.adapter.send(self.SAY)
        assert f"Slack refuses the app: {code}" in caplog.text

    async def test_a_wrong_token_is_refused_and_not_shown(
        self, slack: FakeSlack, caplog: pytest.LogCaptureFixture
    ) -> None:
        adapter = Slack(settings_for(slack, token="xoxb-another-token"))
        with pytest.raises(Refused):
            await adapter.send(self.SAY)
        assert "xoxb" not in caplog.text

    @pytest.mark.parametrize("fault", [Fault(cut="after"), Fault(cut="before"), Fault(error="fatal_error")])
    async def test_nobody_knows_whether_it_arrived(self, slack: FakeSlack, http: Bot, fault: Fault) -> None:
        slack.faults["chat.postMessage"].append(fault)
        with pytest.raises(OutcomeUnknown):
            await http.adapter.send(self.SAY)
        assert [method for method, _ in slack.calls].count("chat.postMessage") == 1, "never twice by itself"

    async def test_slack_is_away(self, slack: FakeSlack, http: Bot) -> None:
        slack.faults["chat.postMessage"].append(Fault(status=503))
        with pytest.raises(SlackError):
            await http.adapter.send(self.SAY)
        adapter = Slack(Settings(data_dir=Path("x"), slack_bot_token=Secret("t"), slack_base_url="http://127.0.0.1:9/"))
        with pytest.raises(SlackError):
            await adapter.send(self.SAY)

    def test_every_error_of_the_libraries_is_mapped(self) -> None:
        border = (RetryLater, Undeliverable, OutcomeUnknown, SlackError)
        families = (aiohttp.ClientError, slack_sdk.errors.SlackClientError, OSError, asyncio.TimeoutError)
        for family in families:
            for kind in _family(family):
                error = kind.__new__(kind)
                if isinstance(error, slack_sdk.errors.SlackApiError):
                    error.response = {}
                assert isinstance(meaning(error), border), kind
        never_sent = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
        for kind in [k for base in never_sent for k in _family(base)]:
            assert isinstance(meaning(kind.__new__(kind)), SlackError), kind


def _family(base: type[BaseException]) -> list[type[BaseException]]:
    return [base, *(kind for child in base.__subclasses__() for kind in _family(child))]
