"""In a group nobody's telephone number or address is told in full: on no platform, in no form that it draws."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from adapters.base import Outbound
from adapters.slack.outbound import to_payload as to_slack
from adapters.telegram.outbound import to_payload as to_telegram
from adapters.wecom.aibot_messages import in_markdown
from adapters.wecom.aibot_messages import to_payloads as to_aibot
from adapters.wecom.app_messages import to_payloads as to_app
from adapters.wecom.robot import to_payloads as to_webhook
from bot.messages.message import Row, outbound
from bot.rules.staff import bind_channel, link, user_named
from storage.author import Author
from storage.database import Tx
from storage.tables import outbox
from tests.clock.test_digests import MONDAY
from tests.reports.test_audience import NOW
from tests.transcripts.talk import Talk

PHONE, EMAIL = "13987654321", "zhang.wei@lanhai-test.cn"
NAME = f"冷库 {PHONE}"
DRAWN: dict[str, tuple[str, Callable[[Outbound], Any]]] = {
    "slack": ("C1", to_slack),
    "telegram": ("-1001", lambda message: [repr(call) for call in to_telegram(message)]),
    "wecom": (
        "wrEast",
        lambda message: [
            *to_aibot(message, task_id="t"),
            *in_markdown(message),
            *to_app(message, agent_id="1", task_id="t"),
            *to_webhook(message),
        ],
    ),
}
ASKED = (
    "蓝海物流的情况", "张总的电话", "张总", "本季度管道汇总", "按客户看", "按产品看", "要关注的单", "为什么",
    "我的商机", "蓝海物流的跟进", "本月跟进次数", "客户反馈汇总", "谁提到蓝海", PHONE,
    "拜访了蓝海物流张总，聊了价格", "取消",
)  # fmt: skip


@pytest.fixture
def talk(tmp_path: Path) -> Iterator[Talk]:
    found = Talk(tmp_path, NOW)
    found.add("user", {"name": "王芳", "role": "manager", "team": "华东", "language": "zh"})
    found.add("customer", {"name": "蓝海物流有限公司", "phones": PHONE, "emails": EMAIL}, "王芳")
    who = {"name": "张总", "customer": "蓝海物流有限公司", "phones": PHONE, "emails": EMAIL}
    found.add("contact", who, "王芳")
    deal = {"customer": "蓝海物流有限公司", "amount": "500000 CNY", "stage": "proposal", "expected_close": "2026-12-10"}
    found.add("opportunity", {"name": NAME, "product": f"找 {EMAIL}"} | deal, "王芳")
    note = {
        "customer": "蓝海物流有限公司",
        "channel": "call",
        "occurred_at": "2026-11-20T10:00",
        "content": f"打 {PHONE}",
    }
    found.add("follow_up", note | {"feedback": f"价格偏高，写信到 {EMAIL}"}, "王芳")
    yield found
    found.close()


def settle_in(talk: Talk, platform: str) -> str:
    """王芳 on the platform, and the group of her team there."""
    chat = DRAWN[platform][0]

    def job(tx: Tx) -> None:
        tx.session.author = Author(None, NOW)
        link(tx.session, user_named(tx.session, "王芳"), platform, "1001")
        bind_channel(tx.session, platform, chat, "华东")

    talk.bot.database.write(job)
    return chat


def drawn(talk: Talk, platform: str, chat: str) -> list[str]:
    """All that went to the group, as the platform is told it."""
    with talk.bot.database.read() as tx:
        query = select(outbox).where(outbox.c.chat_key == f"{platform}||{chat}").order_by(outbox.c.id)
        found = tx.connection.execute(query).all()
    public = [row for row in found if not row.payload.get("only_for")]
    messages = [outbound(Row(row.id, row.chat_key, row.lane, row.payload, 0)) for row in public]
    return [json.dumps(DRAWN[platform][1](message), ensure_ascii=False) for message in messages]


@pytest.mark.parametrize("platform", DRAWN)
def test_what_is_asked_in_a_group(talk: Talk, platform: str) -> None:
    chat = settle_in(talk, platform)
    for text in ASKED:
        talk.say("1001", text, chat=chat, platform=platform)
    said = drawn(talk, platform, chat)
    assert len(said) >= len(ASKED)
    assert [one for one in said if PHONE in one or EMAIL in one or "139 8765 4321" in one] == []
    assert any("****" in one for one in said)


@pytest.mark.parametrize("platform", DRAWN)
def test_a_digest_for_a_group(talk: Talk, platform: str) -> None:
    chat = settle_in(talk, platform)
    talk.say("1001", "每周一9点把周报发到这个群", chat=chat, platform=platform)
    asked = len(drawn(talk, platform, chat))
    talk.pass_time(MONDAY)
    (digest,) = drawn(talk, platform, chat)[asked:]
    assert "冷库" in digest
    assert PHONE not in digest
