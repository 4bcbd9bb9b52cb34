"""A field that a role does not see is on no road out: not in a card, list, hit, sum, picture, file, page or error.

The roads are walked twice, by somebody who sees the field and by somebody who does not: what never came out on either
would prove nothing.
"""

import json
from datetime import datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import event, select
from starlette.applications import Starlette

from bot.errors import NotAllowed
from bot.exchange import api
from bot.people.identity import actor_of
from bot.rules.export import exported
from bot.rules.fields import FieldHidden, veil_for
from bot.rules.staff import bind_channel
from config.crm import load_crm
from config.errors import ConfigError
from storage import records, veil
from storage.author import Author
from storage.tables import audit, opportunity_history, outbox
from tests.exchange.test_api import Client, token_of
from tests.transcripts.talk import Talk

NOW = datetime.fromisoformat("2026-11-26T16:20:00+08:00")
MONEY = ("7,777,777", "7777777", "777.8", "777万", "778万", "7.78M", "7.8M")
PHONE = ("13987654321", "139 8765 4321", "8765", "4321")
ASKED = {
    "zh": (
        "我的商机", "超过700万的商机", "金额超过 7000000 的商机", "最大的5单", "蓝海物流", "冷库改造多少钱", "冷库改造",
        "本季度管道汇总", "为什么", "为什么 1", "做成表格", "按客户看", "按产品看", "管道有什么变化", "预测",
        "目标完成情况",
        "哪些单子要关注", "今年成交情况", "蓝海物流的电话", "何经理电话多少", "13987654321", "4321", "蓝海物流还欠多少",
        "和蓝海物流对账", "这个月回款多少", "合同 HT-1", "开了票没回款的", "冷库改造改成80万", "保存", "取消",
        "新联系人 何经理，电话 13987654321，蓝海物流", "取消", "撤销", "导出我的商机", "导出我的客户",
        "哪些合同还没付清", "HT-1 付了多少", "HT-1 多少钱", "超过700万的合同有哪些", "金额最大的合同",
        "合同平均多少钱", "按客户看合同",
        "今年回款多少", "姓何的联系人", "蓝海物流的联系人有哪些", "没有电话的联系人", "没有电话的客户",
    ),
    "en": (
        "my opportunities", "my deals over 7000000", "biggest deals", "look up 蓝海物流", "how much is 冷库改造",
        "pipeline this quarter", "why", "why 1", "as a table", "pipeline by product", "what changed this quarter",
        "forecast",
        "who owes us money", "deals at risk", "phone of 蓝海物流", "phone of 何经理", "13987654321", "4321", "undo",
        "export my deals", "which contracts are not paid in full", "how much is left on HT-1", "contracts over 7000000",
        "largest contract",
        "average contract value", "contracts by customer", "how much did we receive this year",
        "contacts without a phone number", "customers without a phone number",
    ),
}  # fmt: skip


@pytest.fixture
def company(tmp_path, database_url):
    """A rep's customer with a deal, a contract and people, in a company whose reps see what the test says."""
    talks = []

    def make(rights, language="zh"):
        own = tmp_path / "own.toml"
        own.write_text(f"[roles.rep]\n{rights}\n", "utf-8")
        load_crm.cache_clear()
        talk = Talk(tmp_path, NOW, url=database_url, crm=load_crm(own))
        talks.append(talk)
        for name, role in (("李雷", "rep"), ("陈静", "manager")):
            talk.add("user", {"name": name, "role": role, "team": "华东", "language": language})
        talk.add("customer", {"name": "蓝海物流有限公司", "phones": "+8613987654321"}, "李雷")
        talk.add("contact", {"name": "何经理", "customer": "蓝海物流有限公司", "phones": "+8613987654321"}, "李雷")
        deal = {"name": "冷库改造", "customer": "蓝海物流有限公司", "stage": "proposal", "expected_close": "2026-12-20"}
        talk.add("opportunity", deal | {"amount": "7777777 CNY"}, "李雷")
        paper = {"number": "HT-1", "customer": "蓝海物流有限公司", "status": "active", "amount": "7777777 CNY"}
        talk.add("contract", paper, "李雷")
        return talk

    yield make
    for talk in talks:
        talk.close()


def said(talk, who, language, chat=None):
    """All that comes out when everything is asked: texts, buttons, what pictures show, what files hold."""
    for question in ASKED[language]:
        talk.say(who, question, chat=chat)
    with talk.bot.database.read() as tx:
        rows = tx.connection.execute(select(outbox.c.payload, outbox.c.file)).all()
    files = [cell for row in rows if row.file for cell in _cells(row.file)]
    return json.dumps([row.payload for row in rows], ensure_ascii=False) + " ".join(files)


def _cells(content):
    for sheet in load_workbook(BytesIO(content)):
        yield from (str(cell.value) for row in sheet.iter_rows() for cell in row)


@pytest.mark.parametrize("language", ASKED)
def test_hidden_fields_are_on_no_road_of_the_chat(company, language):
    talk = company('hidden = ["amount", "unit_price", "phones"]', language)
    for question in ASKED[language]:
        answer = talk.say("李雷", question).text
        typed = question.replace(" ", "")
        leaks = [canary for canary in (*MONEY, *PHONE) if canary in answer and canary.replace(" ", "") not in typed]
        assert not leaks, f"{question}: {answer}"
        assert not any(sign in answer for sign in ("编号 0", "reference 0", "(ref")), f"{question}: {answer}"
    said_to_him = said(talk, "李雷", language)
    assert "7,777,777" not in said_to_him
    assert "7,777,777" in said(talk, "陈静", language)


def test_hidden_and_absent_look_the_same(company):
    """Whether a deal is worth much or little, or a number is somebody's, cannot be found out by asking."""
    talk = company('hidden = ["amount", "phones"]')
    assert talk.say("李雷", "超过700万的商机").text == talk.say("李雷", "超过900万的商机").text
    assert talk.say("李雷", "13987654321").text == talk.say("李雷", "13987654322").text.replace("22", "21")
    for question in ("超过{}万的合同有哪些", "超过{}万的合同有几份"):
        found = talk.say("李雷", question.format(700)).text
        assert found == talk.say("李雷", question.format(900)).text.replace("9,000,000", "7,000,000")
    assert talk.say("李雷", "4321").text == talk.say("李雷", "4322").text.replace("4322", "4321")


def test_masked_fields_stay_masked(company):
    talk = company('masked = ["phones", "emails"]')
    assert "139 **** 21" in talk.say("李雷", "蓝海物流的电话").text
    assert "139 **** 21" in talk.say("李雷", "姓何的联系人").text
    assert not any(canary in said(talk, "李雷", "zh").replace("13987654321", "") for canary in PHONE[1:2])
    with talk.bot.database.read() as tx:
        row = next(exported(tx, actor(tx, talk, "李雷"), crm_of(talk), "customer"))
    assert row["phones"] == ["139 **** 21"]


def test_a_mask_is_never_written(company):
    """Who sees a mask adds no number to it: the whole one would be lost. What else they change leaves it findable."""
    talk = company('masked = ["phones"]')

    def job(tx):
        tx.author = Author(user_id=1, at=NOW)
        tx.see_through(veil_for(tx, actor(tx, talk, "李雷"), crm_of(talk)))
        customer = tx.session.get(records.Customer, 1)
        customer.address = "上海"
        tx.session.flush()
        customer.phones = [*customer.phones, "+8613800138000"]
        with pytest.raises(FieldHidden):
            tx.session.flush()
        raise NotAllowed

    with pytest.raises(NotAllowed):
        talk.bot.database.write(job)
    talk.say("李雷", "蓝海物流的地址是上海市")
    talk.say("李雷", "保存")
    assert "蓝海物流" in talk.say("陈静", "13987654321").text


def test_the_interface_and_files(company, tmp_path):
    talk = company('hidden = ["amount", "phones", "competitor"]')
    app = Starlette(routes=api.routes(talk.bot))
    clients = {name: Client(app, {"Authorization": f"Bearer {token_of(talk, name)}"}) for name in ("李雷", "陈静")}
    for path in ("opportunity", "opportunity/O-1", "contract", "customer", "contact/P-1"):
        whole, part = (clients[name].get(f"/api/{path}").text for name in ("陈静", "李雷"))
        assert any(canary in whole for canary in (*MONEY, *PHONE)), path
        assert not any(canary in part for canary in (*MONEY, *PHONE)), path
    filters = [clients["李雷"].get(f"/api/opportunity?competitor={word}") for word in ("A", "B")]
    assert filters[0].status_code == 403
    assert filters[0].text == filters[1].text
    changed = clients["李雷"].patch("/api/opportunity/O-1", json={"amount": {"value": "1", "currency": "CNY"}})
    assert changed.status_code == 403
    assert not any(canary in changed.text for canary in MONEY)
    with talk.bot.database.read() as tx:
        who, crm = actor(tx, talk, "李雷"), crm_of(talk)
        rows = [row for kind in ("opportunity", "contract") for row in exported(tx, who, crm, kind)]
    assert len(rows) == 2
    assert all("amount" not in row for row in rows)


def test_what_the_house_keeps_is_whole(company):
    """Sums, history and trail follow the true values, whoever moves the deal."""
    talk = company('hidden = ["amount"]')
    talk.say("李雷", "冷库改造推进到合同谈判")
    talk.say("李雷", "保存")
    with talk.bot.database.read() as tx:
        newest = opportunity_history.c.until.is_(None)
        row = tx.connection.execute(select(opportunity_history).where(newest)).one()
        changed = tx.connection.execute(select(audit.c.changes).order_by(audit.c.id.desc())).scalars().first()
    assert (row.stage, row.amount_minor) == ("negotiation", 777777700)
    assert "amount_minor" not in changed
    assert "7,777,777" in talk.say("陈静", "本季度管道汇总").text


def test_the_trail_is_no_way_round(company):
    """A big change of the amount is told to those who see amounts, from the trail; to the others it is none."""
    talk = company('hidden = ["amount"]')
    talk.add("user", {"name": "周总", "role": "manager", "team": "华东"})
    talk.say("陈静", "冷库改造金额改成 333 万")
    talk.say("陈静", "保存")
    assert "3,330,000" in talk.say("周总", "变化大的商机").text
    said_to_him = talk.say("李雷", "变化大的商机").text
    assert not any(sign in said_to_him for sign in ("3,330,000", "7,777,777", "编号 0"))


def test_a_group_hears_what_its_least_entitled_member_may(company):
    talk = company('hidden = ["amount"]')
    talk.bot.database.write(_bind)
    assert "7,777,777" in talk.say("陈静", "本季度管道汇总").text
    aloud = talk.say("陈静", "本季度管道汇总", chat="group")
    assert "7,777,777" not in aloud.text
    assert "1" in aloud.text
    assert "7,777,777" in talk.say("陈静", "本季度管道汇总").text


def _bind(tx):
    tx.author = Author(user_id=None, at=NOW)
    bind_channel(tx.session, "console", "group", "华东")


@pytest.mark.parametrize("wrong", ["amounts", "customer.amount", "amount.order", "name"])
def test_a_field_that_there_is_not_is_told(tmp_path, wrong):
    own = tmp_path / "own.toml"
    own.write_text(f'[roles.rep]\nhidden = ["{wrong}"]\n', "utf-8")
    with pytest.raises(ConfigError):
        load_crm(own)


def actor(tx, talk, name):
    number = tx.connection.execute(select(records.User.id).where(records.User.name == name)).scalar_one()
    found = actor_of(tx, number, talk.bot.settings)
    _ = found.teams
    return found


def crm_of(talk):
    return talk.bot.crm


@pytest.mark.parametrize("rights", ["", 'hidden = ["amount"]'])
def test_statements_pay_for_a_veil_only_where_a_role_has_one(company, rights):
    talk = company(rights)
    talk.say("李雷", "我的商机")
    with talk.bot.database.read() as tx:
        tx.see_through(veil_for(tx, actor(tx, talk, "李雷"), crm_of(talk)))
        assert event.contains(tx.connection.engine, "before_execute", veil._covered) == bool(rights)
