"""Whatever the bot has to say, each platform takes it: no text too long, no markup broken, no button refused."""

from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.base import Button, Outbound, Upload
from adapters.slack.outbound import split, to_home
from adapters.slack.outbound import to_payload as to_slack
from adapters.slack.text import length
from adapters.telegram.outbound import to_payload as to_telegram
from adapters.wecom import robot
from adapters.wecom.aibot_messages import to_payloads as to_aibot
from adapters.wecom.app_messages import to_payloads as to_app
from adapters.wecom.kf import to_payloads as to_kf
from config.types import Table
from tests.fakes import wecom_limits
from tests.fakes.slack_blocks import problems, text_size, view_problems
from tests.fakes.telegram_text import parsed, read_keyboard

ANY = st.characters(codec="utf-8")
LONG = ("@name " * 900, "x" * 5000, "汉" * 3000, "<b>&" * 1500, "😀" * 2500, "*_~`" * 900)
LINES = st.one_of(st.text(ANY, max_size=60), st.sampled_from([*LONG, "", " ", "ask @someone", "> - 1. #"]))
TEXTS = st.lists(LINES, max_size=6).map("\n".join)
STYLES = st.sampled_from(["", "primary", "danger"])
BUTTONS = st.builds(Button, st.integers(0, 10**9).map("{}.0".format), st.text(ANY, max_size=90), STYLES)
CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\n"), min_size=1, max_size=30)
ROWS = st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=8)
PICTURES = st.sampled_from([None, b"\x89PNG"])
FILES = st.sampled_from([None, Upload("file", "a.csv", b"a,b,c\n", alt="@someone's list")])


@st.composite
def messages(draw: st.DrawFn) -> Outbound:
    """A message in a private chat, to be sent to any platform."""
    above, rows, below = draw(TEXTS), tuple(draw(ROWS)), draw(TEXTS)
    text = "\n".join([above, *("　".join(row) for row in rows), below])
    table = Table(above.count("\n") + 1, rows) if rows else None
    buttons = tuple(draw(st.lists(BUTTONS, max_size=14, unique_by=lambda button: button.id)))
    shown: dict[str, Any] = {"picture": draw(PICTURES), "picture_alt": draw(LINES), "file": draw(FILES)}
    heading = draw(st.booleans())
    return Outbound(platform="x", chat_id="7", text=text, table=table, has_heading=heading, buttons=buttons, **shown)


ANY_MESSAGE = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@given(messages(), st.sampled_from(["7", "-1007"]))
@ANY_MESSAGE
def test_telegram_takes_it(message: Outbound, chat: str) -> None:
    for call in to_telegram(replace(message, chat_id=chat)):
        read_keyboard(call.params)
        if call.method == "sendMessage":
            assert parsed(call.params, "text", 4096).strip()
        else:
            parsed(call.params, "caption", 1024)


@given(messages())
@ANY_MESSAGE
def test_slack_takes_it(message: Outbound) -> None:
    for part in split(message):
        payload = to_slack(part)
        assert problems(payload["blocks"]) == []
        assert 1 <= length(payload["text"]) <= 4000
        assert text_size(payload["blocks"]) <= 13_000
    assert view_problems(to_home(message)["view"]) == []


@given(messages())
@ANY_MESSAGE
def test_wecom_takes_it(message: Outbound) -> None:
    for payload in to_app(message, agent_id="1", task_id="t"):
        if payload["msgtype"] == "text":
            assert 0 < len(payload["text"]["content"].encode()) <= wecom_limits.TEXT_BYTES
        else:
            assert wecom_limits.card(payload["template_card"]) == 0
    for payload in to_aibot(message, task_id="t"):
        if payload["msgtype"] == "markdown":
            assert 0 < len(payload["markdown"]["content"].encode()) <= wecom_limits.MARKDOWN_BYTES
        else:
            assert wecom_limits.card(payload["template_card"]) == 0
    assert not any(map(wecom_limits.robot, robot.to_payloads(message)))
    assert not any(map(wecom_limits.kf, to_kf(message, open_kfid="wk")))
