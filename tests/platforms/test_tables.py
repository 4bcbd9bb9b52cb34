"""Rows of a report: laid out where a platform can do that, in words elsewhere, whole everywhere."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.base import Button, Outbound, laid_out
from adapters.console import Console
from adapters.slack.outbound import to_payload as to_slack
from adapters.telegram.outbound import to_payload as to_telegram
from adapters.wecom.app_messages import to_payloads as to_wecom
from bot.messages import message as messages
from bot.messages import outbox
from bot.messages.address import Address, chat_key
from bot.tables import tabled
from config.catalog import catalog
from config.types import Row
from storage.database import Database
from tests.fakes.slack_blocks import problems
from tests.fakes.slack_state import Message
from tests.fakes.telegram_text import parsed
from tests.fakes.wecom import FakeWeCom, card_text

HEAD, FOOT = "华东 · 本季度管道", "合计 20 单 ¥5,229,000"
ROWS: tuple[Row, ...] = (
    ("初步接触", "6", "¥1,165,000", "加权 ¥116,500"),
    ("需求分析", "14", "¥90,000", "加权 ¥27,000", "↑1"),
)


def report(rows: tuple[Row, ...] = ROWS, *, foot: str = FOOT, buttons: tuple[Button, ...] = ()) -> Outbound:
    reply = tabled(catalog("zh"), [HEAD], rows, [foot])
    return Outbound(platform="x", chat_id="7", text=reply.text, table=reply.table, has_heading=True, buttons=buttons)


def slack_fields(message: Outbound) -> list[list[str]]:
    blocks = to_slack(message)["blocks"]
    assert problems(blocks) == []
    return [[field["text"] for field in block["fields"]] for block in blocks if "fields" in block]


def wecom_card(message: Outbound) -> dict[str, Any]:
    (payload,) = to_wecom(message, agent_id="1", task_id="t")
    assert payload["msgtype"] == "template_card"
    assert FakeWeCom().card_problem(payload["template_card"]) == 0
    return dict(payload["template_card"])


def console(message: Outbound) -> str:
    said: list[str] = []
    asyncio.run(Console(said.append, lambda upload: "").send(message))
    return said[0]


def test_slack_draws_fields() -> None:
    assert slack_fields(report()) == [
        ["*初步接触*\n6 · ¥1,165,000 · 加权 ¥116,500", "*需求分析*\n14 · ¥90,000 · 加权 ¥27,000 · ↑1"]
    ]
    payload = to_slack(report())
    assert [block["text"]["text"] for block in payload["blocks"] if "text" in block] == [f"*{HEAD}*", FOOT]
    assert payload["text"] == report().text  # what is read aloud, and stands in the notification


def test_slack_puts_ten_fields_into_a_section() -> None:
    months = tuple((f"{day} 日", str(day)) for day in range(1, 32))
    assert [len(fields) for fields in slack_fields(report(months))] == [10, 10, 10, 1]


def test_wecom_draws_the_rows_of_a_card() -> None:
    card = wecom_card(report(buttons=(Button("7.0", "为什么"),)))
    assert card["horizontal_content_list"] == [
        {"keyname": "初步接触", "value": "6 · ¥1,165,000 · 加权 ¥116,500"},
        {"keyname": "需求分析", "value": "14 · ¥90,000 · 加权 ¥27,000 · ↑1"},
    ]
    assert (card["main_title"]["title"], card["sub_title_text"]) == (HEAD, FOOT)


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(tuple((f"{n} 号", str(n)) for n in range(7)), id="too many"),
        pytest.param((("仓储管理系统", "1"),), id="the label is too long"),
        pytest.param((("产品", "¥1,165,000 + US$250,000 + €90,000", "加权 ¥116,500 + US$25,000"),), id="the value is"),
    ],
)
def test_wecom_says_what_a_card_would_cut_off(rows: tuple[Row, ...]) -> None:
    card = wecom_card(report(rows, buttons=(Button("7.0", "为什么"),)))
    assert "horizontal_content_list" not in card
    assert card["sub_title_text"] == report(rows).text.removeprefix(f"{HEAD}\n")


def test_telegram_has_bold_labels() -> None:
    (call,) = to_telegram(report((("<A> & 价", "6"),)))
    assert call.params["text"] == f"<b>{HEAD}</b>\n<b>&lt;A&gt; &amp; 价</b>　6\n{FOOT}"


def test_a_terminal_has_columns() -> None:
    assert console(report()).splitlines() == [
        HEAD,
        "初步接触   6  ¥1,165,000  加权 ¥116,500",
        "需求分析  14     ¥90,000  加权 ¥27,000   ↑1",
        FOOT,
    ]


def test_a_text_that_was_changed_is_said_as_it_is() -> None:
    message = report()
    shifted = replace(message, text=f"练习结束。\n{message.text}")
    assert laid_out(shifted) == (shifted.text, (), "")
    assert slack_fields(shifted) == []
    assert console(shifted) == shifted.text


_CELLS = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"), exclude_characters="\u2060\u200b"),
    min_size=1,
    max_size=40,
).filter(lambda text: text == text.strip())
_TABLES = st.lists(st.lists(_CELLS, min_size=1, max_size=5).map(tuple), min_size=1, max_size=14).map(tuple)


@given(_TABLES)
def test_no_cell_is_lost_anywhere(rows: tuple[Row, ...]) -> None:
    message = report(rows, buttons=(Button("7.0", "为什么"),))
    cells = [cell for row in rows for cell in row]
    payload = to_slack(message)
    assert problems(payload["blocks"]) == []
    telegram = "".join(parsed(call.params, "text", 4096) for call in to_telegram(message))
    wecom = "".join(
        card_text(one["template_card"]) if one["msgtype"] == "template_card" else one["text"]["content"]
        for one in to_wecom(message, agent_id="1", task_id="t")
    ).replace("\u200b", "")
    seen = (Message("C1", "1", "", payload["blocks"]).shown, telegram, wecom, console(message))
    assert [cell for cell in cells for text in seen if cell not in text] == []


def test_the_table_survives_the_outbox(database: Database) -> None:
    reply = tabled(catalog("zh"), [HEAD], ROWS, [FOOT])
    to = Address(platform="console", chat_id="7", sender_id="7")
    now = datetime(2026, 11, 27, tzinfo=UTC)
    database.write(lambda tx: outbox.enqueue(tx.connection, [messages.Message(to, reply, "once")], now=now))
    with database.read() as tx:
        row = outbox.next_of(tx.connection, chat_key(to), now)
    assert row is not None
    assert laid_out(messages.outbound(row)) == (HEAD, ROWS, FOOT)
