"""What people do reaches the bot: once, stored before it is acknowledged, and with what Slack knows of them."""

import asyncio

from adapters.base import Button, Outbound
from tests.fakes.slack import Delivery, FakeSlack, Fault, Message
from tests.platforms.slack.conftest import MENTION, REPLY, Bot, patience


class TestHearing:
    async def test_a_direct_message_with_what_slack_knows_of_its_sender(self, slack: FakeSlack, bot: Bot) -> None:
        await slack.say("U0REP", "上午去了蓝海物流")
        (heard,) = bot.heard
        assert (heard.text, heard.chat_id, heard.is_private) == ("上午去了蓝海物流", "U0REP", True)
        assert (heard.sender_name, heard.language, heard.timezone) == ("Rep", "zh-CN", "Asia/Shanghai")
        assert heard.sender_email == "u0rep@example.com"
        assert all(delivery.attempts == ["acked"] for delivery in slack.deliveries)

    async def test_a_mention_is_delivered_twice_and_is_one_message(self, slack: FakeSlack, bot: Bot) -> None:
        ts = await slack.say("U0MGR", f"{MENTION} pipeline", "C1")
        assert len(bot.heard) == 2
        assert bot.heard[0] == bot.heard[1]
        assert (bot.heard[0].thread_id, bot.heard[0].language) == (ts, "en-GB")

    async def test_talk_in_a_channel_is_none_of_our_business(self, slack: FakeSlack, bot: Bot) -> None:
        await slack.say("U0REP", "lunch?", "C1")
        assert bot.heard == []
        assert slack.deliveries[0].is_acked

    async def test_a_thread_goes_on_without_mentions(self, slack: FakeSlack, bot: Bot) -> None:
        ts = await slack.say("U0REP", f"{MENTION} log a call", "C1")
        await slack.say("U0REP", "with Northwind", "C1", thread_ts=ts)
        assert bot.texts == ["log a call", "with Northwind"]
        assert [one.thread_id for one in bot.heard] == [ts] * 3
        assert not [method for method, _ in slack.calls if method == "conversations.replies"]

    async def test_a_thread_of_before_the_start_is_remembered_by_slack(self, slack: FakeSlack, bot: Bot) -> None:
        slack.closed = {}
        ours = await slack_thread(slack, f"{MENTION} pipeline")
        others = await slack_thread(slack, "lunch?")
        await slack.say("U0REP", "why?", "C1", thread_ts=ours)
        await slack.say("U0REP", "noodles", "C1", thread_ts=others)
        assert bot.texts == ["why?"]
        asked = [arguments["ts"] for method, arguments in slack.calls if method == "conversations.replies"]
        assert asked == [ours, others]

    async def test_slack_cannot_tell_of_a_thread_and_the_message_comes_again(self, slack: FakeSlack, bot: Bot) -> None:
        ours = await slack_thread(slack, f"{MENTION} pipeline")
        slack.faults["conversations.replies"].append(Fault(status=500))
        await slack.say("U0REP", "why?", "C1", thread_ts=ours)
        assert bot.texts == ["why?"]
        assert len(slack.deliveries[-1].attempts) == 2

    async def test_nothing_stored_means_no_acknowledgement(self, slack: FakeSlack, bot: Bot) -> None:
        bot.refuses = 2
        if slack.events_url == "":
            slack.retry_after_s = (0.1, 0.1, 0.1)
        with patience(slack):
            await slack.say("U0REP", "保存")
        (delivery,) = slack.deliveries
        assert delivery.attempts in (["503", "503", "acked"], ["late", "late", "acked"])
        assert bot.texts == ["保存"]

    async def test_a_first_copy_that_calls_itself_a_retry_is_heard(self, slack: FakeSlack, bot: Bot) -> None:
        event = {
            "type": "message",
            "channel": "D0REP",
            "channel_type": "im",
            "user": "U0REP",
            "text": "是",
            "ts": "1.1",
        }
        payload = {"type": "event_callback", "team_id": "T0HOME", "event_id": "Ev1", "event": event}
        assert await slack._attempt(Delivery(payload), "events_api", 2) == "acked"
        assert bot.texts == ["是"]

    async def test_a_command_with_any_words_in_it(self, slack: FakeSlack, bot: Bot) -> None:
        assert (await slack.command("U0REP", "find payload=x&y 蓝海", "C1")).is_acked
        (heard,) = bot.heard
        assert (heard.text, heard.chat_id, heard.is_private) == ("find payload=x&y 蓝海", "C1/U0REP", True)

    async def test_a_pressed_button_and_a_chosen_option(self, slack: FakeSlack, bot: Bot) -> None:
        await bot.adapter.send(REPLY)
        many = tuple(Button(f"18.{n}", f"客户 {n}") for n in range(30))
        await bot.adapter.send(Outbound(platform="slack", chat_id="U0REP", text="哪一个？", buttons=many))
        first, second = slack.in_channel("D0REP")
        assert (await slack.press("U0REP", first, "保存")).is_acked
        assert (await slack.press("U0REP", second, "客户 29")).is_acked
        assert [(heard.action, heard.chat_id) for heard in bot.heard] == [("17.0", "U0REP"), ("18.29", "U0REP")]

    async def test_profiles_are_asked_once_and_never_hold_up_a_message(self, slack: FakeSlack, bot: Bot) -> None:
        slack.faults["users.info"].append(Fault(delay_s=5.0, status=500))
        before = asyncio.get_running_loop().time()
        await slack.say("U0REP", "一")
        assert asyncio.get_running_loop().time() - before < 2
        await slack.say("U0MGR", "two")
        await slack.say("U0MGR", "three")
        assert [heard.language for heard in bot.heard] == [None, "en-GB", "en-GB"]
        assert len([method for method, _ in slack.calls if method == "users.info"]) == 2

    async def test_an_address_that_slack_does_not_vouch_for(self, slack: FakeSlack, bot: Bot) -> None:
        slack.add_user("U0GUEST", "Guest", is_restricted=True)
        slack.add_user("U0NEW", "New", is_email_confirmed=False)
        await slack.say("U0GUEST", "hi")
        await slack.say("U0NEW", "hi")
        assert [heard.sender_email for heard in bot.heard] == ["", ""]

    async def test_messages_of_one_person_keep_their_order(self, slack: FakeSlack, bot: Bot) -> None:
        await slack.say("U0REP", "first")
        for n in range(20):
            task = asyncio.create_task(slack.say("U0REP", str(n)))
            await asyncio.sleep(0.005)
        await task
        await slack.wait(lambda: len(bot.heard) == 21)
        if not slack.events_url:  # HTTP requests go by several connections, and Slack promises no order
            assert bot.texts == ["first", *map(str, range(20))]

    async def test_a_delivery_that_makes_no_sense_is_refused_once(self, slack: FakeSlack, bot: Bot) -> None:
        for event in ("text", {"type": "message", "channel_type": "im", "user": "U1"}, ["x"], {"type": None}):
            delivery = await slack.event(event)  # type: ignore[arg-type]
            assert delivery.attempts in (["acked"], ["400 for good"])
        assert bot.heard == []
        await slack.say("U0REP", "还在吗")
        assert bot.texts == ["还在吗"]


async def slack_thread(slack: FakeSlack, text: str) -> str:
    """The ts of a message of earlier, of which the bot was told before its last start."""

    ts = slack._ts()
    slack.messages.append(Message("C1", ts, text, user="U0REP"))
    return ts
