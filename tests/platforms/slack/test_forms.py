"""Forms as modals, and the page of one's own."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from adapters.base import Button, Field, Form, Outbound
from adapters.slack.forms import answers, read_place, to_view
from tests.fakes.slack import FakeSlack
from tests.fakes.slack_blocks import view_problems
from tests.platforms.slack.conftest import REPLY, Bot, running

STAGES = (Button("proposal", "方案制定"), Button("won", "赢单"))
CARD = Form(
    id="17.form",
    title="修改",
    submit="保存",
    cancel="取消",
    fields=(
        Field(id="content", label="内容", value="想先试三个月", is_long=True, is_required=True, hint="他们说了什么"),
        Field(id="stage", label="阶段", value="proposal", options=STAGES),
        Field(id="amount", label="金额"),
    ),
)
ANSWER = Outbound(platform="slack", chat_id="U0REP", text="改哪一项？", buttons=(Button("17.1", "内容"),), form=CARD)


def test_a_form_and_back() -> None:
    view = to_view(CARD, chat_id="C1", thread_id="1.2")
    assert view_problems(view) == []
    place = read_place(view["private_metadata"])
    assert place is not None
    assert (place.chat_id, place.thread_id, place.form_id) == ("C1", "1.2", "17.form")
    assert answers({"state": {"values": {"amount": {"value": {"type": "plain_text_input", "value": None}}}}}) == {
        "amount": ""
    }


def test_long_words_are_cut_to_what_a_modal_takes() -> None:
    fields = tuple(Field(id=str(n), label="标签" * 200, value="长" * 9000, hint="x" * 3000) for n in range(120))
    many = tuple(Button(str(n), "选项" * 60) for n in range(150))
    form = Form(
        id="1",
        title="标题" * 30,
        submit="s" * 60,
        cancel="c" * 60,
        fields=(Field(id="s", label="s", options=many), *fields),
    )
    assert view_problems(to_view(form, chat_id="U0REP", thread_id="")) == []


async def test_a_form_is_opened_filled_in_and_comes_back(slack: FakeSlack, bot: Bot) -> None:
    await bot.adapter.send(REPLY)
    await slack.press("U0REP", slack.in_channel("D0REP")[0], "保存")
    opened = await bot.adapter.send(replace(ANSWER, trigger=bot.heard[-1].trigger))
    (view,) = slack.views
    assert (view["id"], len(slack.in_channel("D0REP"))) == (opened, 1), "the form instead of the message"
    assert (await slack.submit("U0REP", view, content="想先试半年", stage="赢单")).is_acked
    heard = bot.heard[-1]
    assert (heard.action, heard.chat_id, heard.answers) == (
        "17.form",
        "U0REP",
        {"content": "想先试半年", "stage": "won", "amount": ""},
    )


async def test_a_form_stays_open_with_what_does_not_fit(slack: FakeSlack, bot: Bot) -> None:
    """At the fields that are meant; what is about none that is shown stands at the first."""
    view = await _opened(slack, bot)
    for problems in ({"amount": "金额没看懂"}, {"content": "太长", "amount": "金额没看懂"}):
        bot.problems = problems
        sent = await slack.submit("U0REP", view, amount="很多")
        assert (sent.attempts, sent.answer["errors"], sent.has_closed) == (["acked"], problems, False)
    bot.problems = {"unseen": "不合适"}
    assert (await slack.submit("U0REP", view)).answer["errors"] == {"content": "不合适"}
    bot.problems = {}
    assert (await slack.submit("U0REP", view, amount="50万")).has_closed


@pytest.mark.parametrize(("locale", "said"), [("zh-CN", "再点一次"), ("en-GB", "press again")])
async def test_a_form_that_cannot_be_taken_now_says_so_in_time(
    slack: FakeSlack, bot: Bot, locale: str, said: str
) -> None:
    """Slack gives three seconds, and delivers no form twice."""
    slack.add_user("U0REP", "Rep", locale=locale)
    view = await _opened(slack, bot)
    bot.refuses = 1
    assert said in (await slack.submit("U0REP", view)).answer["errors"]["content"]
    bot.delay_s = 5.0
    late = await slack.submit("U0REP", view)
    assert (late.attempts, said in late.answer["errors"]["content"]) == (["acked"], True)


async def _opened(slack: FakeSlack, bot: Bot) -> dict[str, Any]:
    await bot.adapter.send(REPLY)
    await slack.press("U0REP", slack.in_channel("D0REP")[0], "保存")
    await bot.adapter.send(replace(ANSWER, trigger=bot.heard[-1].trigger))
    return slack.views[-1]


async def test_too_late_for_a_form_the_message_is_sent(slack: FakeSlack, bot: Bot) -> None:
    slack.trigger_s = 0.05
    await bot.adapter.send(REPLY)
    await slack.press("U0REP", slack.in_channel("D0REP")[0], "保存")
    await asyncio.sleep(0.1)
    await bot.adapter.send(replace(ANSWER, trigger=bot.heard[-1].trigger))
    assert [message.shown for message in slack.in_channel("D0REP")] == [REPLY.text, "改哪一项？"]
    assert slack.views == []


@pytest.mark.parametrize("shows_home", [False, True])
async def test_the_page_of_ones_own(slack: FakeSlack, shows_home: bool) -> None:
    async with running(slack, socket=True, shows_home=shows_home) as bot:
        assert (await slack.open_home("U0REP")).is_acked
        assert [heard.surface for heard in bot.heard] == (["home"] if shows_home else [])
        page = Outbound(
            platform="slack", chat_id="U0REP", text="3 个商机 & 2 个提醒", surface="home", buttons=REPLY.buttons
        )
        await bot.adapter.send(page)
        assert [block["type"] for block in slack.homes["U0REP"]["blocks"]] == ["section", "actions"]
        assert slack.messages == []
