"""Who may hear what: what somebody may not see never shows, in no chat, text, picture or count.

The test is a comparison: what people of the East are told, alone or in their group, is the same to the letter whether
the South has a secret or not. And no word of the secret is ever said in a group that is not the South's.
"""

import itertools
import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.rules.fields import mask
from bot.rules.staff import bind_channel
from config.types import LANGUAGES, Language
from storage import records
from storage.author import Author
from storage.database import Tx
from storage.tables import outbox
from tests.transcripts.talk import Talk

NOW = datetime.fromisoformat("2026-11-26T16:20:00+08:00")
CANARY = (
    "金丝雀",
    "密银",
    "7,777,777",
    "777万",
    "778万",
    "白鸽",
    "13987654321",
    "987 6543",
    "鹦鹉",
    "隐形涂料",
    "韩梅梅",
    "白鹭系统",
    "6,666,666",
)
EAST, SOUTH = ("李雷", "陈静"), ("韩梅梅", "周总", "老板", "小财")

ASKED = {
    "zh": (
        "本季度管道汇总", "按人看", "按客户看", "按产品看", "按团队看", "为什么", "为什么 1", "换成上季度",
        "上个月成交情况", "南区的管道", "华南的管道", "华南上个月成交情况", "韩梅梅的管道", "只看韩梅梅的",
        "金丝雀的管道", "金丝雀的商机", "隐形涂料产品本季度管道", "全公司管道", "10月1日的管道", "管道有什么变化",
        "哪些单子要关注", "本月跟进统计", "本季度反馈汇总", "今年输单情况", "金丝雀的情况", "金丝雀",
        "金丝雀贸易有限公司", "13987654321", "白鸽是谁", "白鸽的电话", "我的商机", "团队的商机", "密银展厅",
        "上次和金丝雀聊了什么", "谁提到鹦鹉", "提到鹦鹉的跟进", "我的跟进", "我的提醒", "我的客户", "华南有哪些客户",
        "更多", "服务请求列表",
        "哪些单子推迟了", "为什么", "这个月哪些单子推迟了", "竞争对手抢走的单子", "今年主要输给谁",
        "输给白鹭系统的单子", "列出来", "如果金丝雀的单子丢了会怎样", "要是赢下密银新厅，能完成目标吗", "管道覆盖率",
        "没填预计成交日期的商机", "哪些商机推进了", "本季度管道", "只看600万以上的", "为什么",
        "和月初比", "为什么", "这周管道变化", "赢单率和上季度比", "谁落后了", "上季度呢", "完成率", "谁没达标",
        "韩梅梅完成得怎么样",
        "哪些客户好久没联系了", "哪些客户三个月没联系了", "我们有多少客户", "韩梅梅有多少客户", "前十大客户",
        "哪个产品卖得最好", "销冠是谁",
        "韩梅梅和李雷对比一下", "华东和华南哪个业绩好", "逾期应收有多少", "谁欠款最多", "这个月回款多少",
        "这个月该收多少款",
        "销售周期多长", "本季度预测", "每个人的承诺", "本周谁没写跟进", "今年成交按行业", "今年输单原因",
        "新增客户按月",
        "李雷占团队成交额的多少", "华东占全公司的比例", "韩梅梅占全公司的多少", "今年各团队成交占比", "为什么",
        "哪个行业客户最多", "按城市呢", "为什么", "客户来源哪个最多", "每个销售有多少客户", "今年成交按客户来源看",
        "停得最久的商机", "为什么", "每个销售预测多少", "新老客户今年成交对比", "今年成交", "换成美元",
        "谁这个月一单没开",
        "跟上个月比新签涨了还是跌了", "李雷比韩梅梅今年多签多少", "跟韩梅梅比", "全团队的", "平均多久解决", "为什么",
        "韩梅梅自己报的和系统算的差多少", "大家报的和系统算的差多少", "为什么", "哪些单子好久没动了", "按人分",
        "只看韩梅梅的", "谁名下逾期最多", "如果最大的那单丢了呢", "一季度跟二季度比", "哪个行业做得最好",
        "客户都从哪来的", "前两名就行", "这个月要成的单子有哪些", "南区这个月咋样", "画个图看看", "周报给我看一下",
        "拜访了金丝雀贸易，聊了价格", "取消", "密银展厅推进到合同谈判", "取消", "密银展厅改成80万", "取消",
    ),
    "en": (
        "pipeline this quarter by rep", "pipeline by customer", "pipeline by product", "why", "why 1",
        "last quarter instead", "how much did we win last month", "pipeline for the 华南 team", "only 韩梅梅's",
        "pipeline for 金丝雀", "金丝雀 pipeline", "whole company pipeline this quarter", "pipeline on 1 October",
        "what changed this quarter", "deals at risk", "visits per rep this month", "top objections this quarter",
        "look up 金丝雀", "金丝雀", "13987654321", "who is 白鸽", "my opportunities", "the team's deals",
        "notes mentioning 鹦鹉", "my follow-ups", "my reminders", "my customers",
        "which deals slipped", "why", "what if we lose 金丝雀?", "pipeline coverage", "deals without a close date",
        "which deals moved forward?", "pipeline this quarter", "just the ones over 6000k", "why",
        "deals lost to competitors", "who do we lose to most", "list them",
        "compare with the start of the month", "what moved this week", "win rate vs last quarter",
        "who is behind target",
        "what about last quarter", "how is 韩梅梅 doing", "who hasn't hit target", "which customers have gone quiet",
        "how many customers do we have", "how many customers does 韩梅梅 have", "top 10 customers",
        "who's the top rep",
        "compare 韩梅梅 and 李雷", "overdue receivables", "who owes us the most", "cash collected this month",
        "sales cycle", "forecast for this quarter", "what has everyone committed",
        "who hasn't logged anything this week",
        "are new wins up or down on last month", "did 韩梅梅 outsell 李雷 this year", "compared with 韩梅梅",
        "whole team",
        "average time to resolve a request", "why", "韩梅梅's commit vs the system", "commit vs forecast by rep", "why",
        "which deals have gone quiet", "split that by rep", "just 韩梅梅's", "who has the most overdue deals",
        "what if we lose the biggest deal", "q1 vs q2", "best industry by revenue", "whats closing this month",
        "show me a chart", "show me the weekly report",
        "won this year by industry", "why did we lose deals this year",
        "more", "visited 金丝雀, they like it", "cancel", "密银展厅 moved to negotiation", "cancel",
    ),
}  # fmt: skip


def company(folder: Path, language: Language, *, with_secret: bool) -> Talk:
    """Two teams, people above them, and perhaps the secret of the South, which was entered last."""
    folder.mkdir()
    talk = Talk(folder, NOW)
    for name, role, team in (
        ("李雷", "rep", "华东"), ("陈静", "manager", "华东"), ("周总", "manager", "华南"), ("老板", "admin", ""),
        ("小财", "finance", ""), ("韩梅梅", "rep", "华南"),
    ):  # fmt: skip
        talk.add("user", {"name": name, "role": role, "language": language} | ({"team": team} if team else {}))
    talk.add("customer", {"name": "蓝海物流有限公司"}, "李雷")
    add_deal(talk, "冷库改造", "蓝海物流有限公司", "500000 CNY", "李雷")
    if with_secret:
        secret(talk)
    talk.bot.database.write(bind)
    return talk


def bind(tx: Tx) -> None:
    tx.session.author = Author(None, NOW)
    bind_channel(tx.session, "console", "华东群", "华东")


def add_deal(talk: Talk, name: str, customer: str, amount: str, owner: str, **more: str) -> None:
    values = {"name": name, "customer": customer, "amount": amount, "expected_close": "2026-12-10", "stage": "proposal"}
    talk.add("opportunity", values | more, owner)


def aim(tx: Tx) -> None:
    """A target of the South's, and money of theirs that is to come and that came."""
    tx.session.author = Author(None, NOW)
    owner = tx.session.scalars(select(records.User).where(records.User.name == "韩梅梅")).one()
    customer = tx.session.scalars(select(records.Customer).where(records.Customer.owner_id == owner.id)).one()
    theirs = {"owner_id": owner.id, "team_id": owner.team_id}
    money = {"amount_minor": 666666666, "amount_currency": "CNY", "customer_id": customer.id, **theirs}
    aimed = {"period_start": date(2026, 10, 1), "period_end": date(2026, 12, 31), "metric": "revenue"}
    tx.session.add(records.SalesTarget(value=Decimal("6666666"), currency="CNY", **aimed, **theirs))
    tx.session.add(records.Invoice(number="FP-1", issued_on=date(2026, 11, 2), **money))
    tx.session.add(records.Payment(received_on=date(2026, 11, 3), **money))
    contract = records.Contract(number="HT-1", status="active", signed_on=date(2026, 11, 1), **money)
    tx.session.add(contract)
    tx.session.flush()
    due = {"position": 1, "share": Decimal(100), "milestone": "", "due_on": date(2026, 11, 20)}
    amount = {"amount_minor": 666666666, "amount_currency": "CNY"}
    tx.session.add(records.Instalment(contract_id=contract.id, **due, **amount))


def secret(talk: Talk) -> None:
    talk.add("customer", {"name": "金丝雀贸易有限公司", "aliases": "金丝雀", "phones": "13987654321"}, "韩梅梅")
    name = {"name": "白鸽", "customer": "金丝雀贸易有限公司", "phones": "13987654321"}
    talk.add("contact", name, "韩梅梅")
    add_deal(talk, "密银展厅", "金丝雀贸易有限公司", "7777777.77 CNY", "韩梅梅", product="隐形涂料")
    won = {"stage": "won", "closed_on": "2026-10-20"}
    add_deal(talk, "密银旧厅", "金丝雀贸易有限公司", "7777777.77 CNY", "韩梅梅", **won)
    lost = {"stage": "lost", "closed_on": "2026-11-18", "competitor": "白鹭系统", "lost_reason": "价格"}
    add_deal(talk, "密银老厅", "金丝雀贸易有限公司", "6666666.66 CNY", "韩梅梅", **lost)
    add_deal(talk, "密银新厅", "金丝雀贸易有限公司", "6666666.66 CNY", "韩梅梅", expected_close="2026-11-10")
    talk.bot.database.write(aim)
    note = {
        "customer": "金丝雀贸易有限公司",
        "channel": "visit",
        "occurred_at": "2026-11-20T10:00",
        "content": "暗号鹦鹉",
    }
    talk.add("follow_up", note | {"feedback": "鹦鹉价格偏高"}, "韩梅梅")


@pytest.fixture(params=LANGUAGES)
def two(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Language, Talk, Talk]]:
    language: Language = request.param
    talks = [company(tmp_path / str(n), language, with_secret=bool(n)) for n in (0, 1)]
    yield language, talks[0], talks[1]
    for talk in talks:
        talk.close()


def said_in(talk: Talk, chat: str) -> list[Any]:
    """Everything that went to a chat: texts, labels, what the buttons carry, and the words of pictures."""
    with talk.bot.database.read() as tx:
        query = select(outbox.c.payload, outbox.c.picture).where(outbox.c.chat_key == f"console||{chat}")
        rows = tx.connection.execute(query.order_by(outbox.c.id)).all()
    return [(row.payload["text"], row.payload["buttons"], row.payload.get("alt"), row.picture) for row in rows]


@pytest.mark.parametrize("chat", [None, "华东群", "野群"])
def test_people_of_the_east_hear_the_same_with_and_without_the_secret(two: Any, chat: str | None) -> None:
    language, without, with_secret = two
    for who, text in itertools.product(EAST, ASKED[language]):
        one, other = (talk.say(who, text, chat=chat) for talk in (without, with_secret))
        assert (one.text, one.buttons) == (other.text, other.buttons), (who, text)
    for where in (chat, *EAST):
        assert where is None or said_in(without, where) == said_in(with_secret, where)


@pytest.mark.parametrize("chat", ["华东群", "野群"])
def test_the_secret_is_not_said_in_a_group_that_is_not_its_own(two: Any, chat: str) -> None:
    language, _without, talk = two
    for who, text in itertools.product(SOUTH, ASKED[language]):
        answer = talk.say(who, text, chat=chat)
        echoed = [word for word in CANARY if word in text]  # what the asker said themself may be said again
        for word in set(CANARY) - set(echoed):
            assert word not in f"{answer.text} {answer.buttons}", (who, text)
    for said in said_in(talk, chat):
        assert not any(word in _without_own_words(str(said[1:3]), language) for word in CANARY), said


def test_what_the_group_may_not_hear_comes_to_the_asker_alone(two: Any) -> None:
    language, _without, talk = two
    talk.say("周总", {"zh": "金丝雀的情况", "en": "look up 金丝雀"}[language], chat="华东群")
    assert any("金丝雀贸易有限公司" in said[0] for said in said_in(talk, "周总"))
    talk.say("老板", {"zh": "华南的管道", "en": "pipeline for the 华南 team"}[language], chat="华东群")
    assert any("14,444,444.43" in said[0] and said[3] for said in said_in(talk, "老板"))


def test_an_unbound_group_is_told_how_to_bind_it_and_nothing_else(two: Any) -> None:
    language, _without, talk = two
    asked = {
        "zh": ("本季度管道汇总", "蓝海物流有限公司的情况", "我的商机"),
        "en": ("pipeline", "蓝海物流有限公司", "my deals"),
    }
    for text in asked[language]:
        answer = talk.say("陈静", text, chat="野群")
        assert "crmbot channel bind console 野群 --team" in answer.text
        assert "蓝海" not in answer.text
    assert said_in(talk, "陈静") == []


def test_a_bound_group_hears_its_team(two: Any) -> None:
    language, _without, talk = two
    answer = talk.say("老板", {"zh": "本季度管道汇总", "en": "pipeline this quarter"}[language], chat="华东群")
    assert answer.text.startswith("华东 · ")
    assert "¥500,000" in answer.text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("张总 13800138000", "张总 138 **** 00"),
        ("张总 138 0013 8000，", "张总 138 **** 00，"),
        ("zhang.wei@example.com.cn", "z***@example.com.cn"),
        ("+44 20 7946 0958", "+44 2 **** 58"),
        ("021-62345678", "021 **** 78"),
        ("¥1,380,013.80 · 2026-11-26 · HT-2026-118", "¥1,380,013.80 · 2026-11-26 · HT-2026-118"),
        ("10-01 – 12-31, 16:20", "10-01 – 12-31, 16:20"),
    ],
)
def test_numbers_and_addresses_are_masked(text: str, masked: str) -> None:
    assert mask(text) == masked


def test_a_short_question_goes_on_with_what_was_answered_alone(two: Any) -> None:
    """Where a group cannot show something to one person, it is in their own chat, and so is what comes next."""
    language, _without, talk = two
    talk.say("老板", {"zh": "你好", "en": "hello"}[language])
    talk.say("老板", {"zh": "华南的管道", "en": "pipeline for the 华南 team"}[language], chat="华东群")
    answer = talk.say("老板", {"zh": "按人看", "en": "by rep"}[language])
    assert answer.text.startswith("华南 · ")
    assert "韩梅梅" in answer.text
    assert "韩梅梅" not in talk.say("老板", {"zh": "按人看", "en": "by rep"}[language], chat="华东群").text


def _without_own_words(told: str, language: str) -> str:
    """What was told, without what a button keeps of the asker's own message, to be noted with one tap."""
    kept = re.compile(r"'(?:content|name|new)': '([^']*)'")
    return kept.sub(lambda one: "" if any(one[1] in text for text in ASKED[language]) else one[0], told)
