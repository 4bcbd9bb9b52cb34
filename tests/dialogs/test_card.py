"""The customer card fits a phone, however much there is to say."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from config.crm import load_crm
from tests.transcripts.talk import Talk

NOW = datetime.fromisoformat("2026-11-23T14:30:00+08:00")


def test_a_customer_with_a_long_history_fits_in_25_lines(tmp_path: Path) -> None:
    talk = Talk(tmp_path, NOW)
    talk.add("user", {"name": "李雷", "role": "rep", "team": "华东"})
    facts = {"industry": "通信", "address": "深圳", "preferences": "上午", "needs": "扩容", "interests": "高尔夫"}
    ways = {"phones": "+8675528780808,+8675528780809", "emails": "a@huawei.example,b@huawei.example"}
    talk.add("customer", {"name": "华为技术有限公司", **facts, **ways}, "李雷")
    for number in range(12):
        at = (NOW - timedelta(days=number)).isoformat(timespec="minutes")[:16]
        about = {"customer": "华为技术有限公司"}
        talk.add("contact", {"name": f"联系人{number}", "position": "经理", **about}, "李雷")
        talk.add("opportunity", {"name": f"项目{number}", "stage": "proposal", "amount": "500000 CNY", **about}, "李雷")
        talk.add("follow_up", {"channel": "call", "content": "说了很多" * 100, "occurred_at": at, **about}, "李雷")
        request = {"number": f"SR-{number}", "description": "坏了" * 50, "status": "open", "requested_at": at}
        talk.add("service_request", {**request, **about}, "李雷")
    card = talk.say("李雷", "华为的情况")
    talk.close()
    lines = card.text.splitlines()
    assert len(lines) <= 25
    assert all(len(line) <= 130 for line in lines)
    assert lines[0] == "🏢 华为技术有限公司（C-1）"


def test_without_emoji_the_words_alone_are_left(tmp_path: Path) -> None:
    talk = Talk(tmp_path, NOW, crm=replace(load_crm(), with_emoji=False))
    talk.add("user", {"name": "李雷", "role": "rep", "team": "华东"})
    card = talk.say("李雷", "今天下午拜访了红山贸易有限公司，聊了二期扩容，预算大概50万，下周三下午三点再跟进")
    talk.close()
    assert [line[:4] for line in card.text.splitlines() if not line.startswith("　")] == [
        "要这样记", "跟进　红", "商机　二", "下次跟进",
    ]  # fmt: skip
