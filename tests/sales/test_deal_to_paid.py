"""From a won deal to the money, in ten ways of saying it in each language, with nothing typed twice: neither the
customer nor an amount is said again once it is known."""

from datetime import datetime

import pytest
from sqlalchemy import select

from storage import records
from tests.transcripts.talk import Talk

NOW = datetime.fromisoformat("2026-11-26T10:00+08:00")
ZH = [
    # (the deal is won, the contract, the order, the invoice, the money)
    ("二期扩容赢了", "[建合同]", "[建订单]", "[开票]", "[记回款]"),
    ("二期扩容签下来了", "[建合同]", "下单", "开票", "回款"),
    ("恭喜一下，星河的二期扩容拿下了", "建合同", "建订单", "开发票", "收到回款"),
    ("星河那单赢了", "签合同", "下订单", "给星河开票", "星河回款了"),
    ("二期扩容成交了", "做合同", "新订单", "开票给星河", "星河打款了"),
    ("把二期扩容改成赢单", "新建合同", "录订单", "星河的发票开了", "星河的钱到账了"),
    ("二期扩容赢单", "出合同", "星河下单了", "给星河开发票", "星河付款了"),
    ("二期扩容中标了", "录合同", "[建订单]", "[开票]", "星河全款到账"),
    ("搞定了，二期扩容赢了", "拟合同", "[建订单]", "开票", "登记回款"),
    ("二期扩容这单赢了，客户今天定的", "[建合同]", "下单", "[开票]", "记回款"),
]
EN = [
    ("Phase two is won", "[Create contract]", "[Create order]", "[Invoice]", "[Record payment]"),
    ("we won phase two", "create contract", "create order", "create invoice", "record payment"),
    ("Phase two closed, we won it", "new contract", "new order", "new invoice", "new payment"),
    ("won the Corval deal", "make the contract", "place the order", "[Invoice]", "Corval paid"),
    ("Phase two has been won", "draft contract", "order", "issue an invoice", "payment received"),
    ("mark phase two as won", "[Create contract]", "Corval ordered", "create invoice", "Corval has paid"),
    ("phase two is a win", "contract", "[Create order]", "[Invoice]", "log a payment"),
    (
        "Phase two was won today",
        "create the contract",
        "[Create order]",
        "send an invoice to Corval",
        "Corval paid in full",
    ),
    ("we closed phase two, won", "add contract", "new order", "[Invoice]", "the money from Corval came in"),
    ("great news, we won phase two", "new contract", "create order", "invoice", "add a payment"),
]


@pytest.mark.parametrize(("language", "said"), [*(("zh", s) for s in ZH), *(("en", s) for s in EN)], ids=str)
def test_a_won_deal_is_paid_without_typing_anything_twice(tmp_path, language, said):
    save, who = ("保存", "李雷") if language == "zh" else ("Save", "Ben")
    talk = Talk(tmp_path, NOW)
    try:
        _begin(talk, language, who)
        told = []
        for words in said:
            reply = talk.press(who, words[1:-1]) if words.startswith("[") else talk.say(who, words)
            told += [f"> {words}", reply.text]
            if save in reply.buttons:
                told.append(talk.press(who, save).text)
        assert _counts(talk) == {"contract": 1, "order": 1, "invoice": 1, "payment": 1}, "\n".join(told)
        assert _is_paid(talk), "\n".join(told)
    finally:
        talk.close()


def _begin(talk, language, who):
    customer, deal = ("星河科技有限公司", "二期扩容") if language == "zh" else ("Corval Ltd", "Phase two")
    talk.add("user", {"name": who, "role": "rep", "team": "华东", "language": language})
    talk.add("customer", {"name": customer}, who)
    talk.add("opportunity", {"name": deal, "customer": customer, "stage": "negotiation", "amount": "480000 CNY"}, who)


def _counts(talk):
    kinds = ("contract", "order", "invoice", "payment")
    with talk.bot.database.read() as tx:
        return {kind: len(tx.session.scalars(select(records.record_class(kind))).all()) for kind in kinds}


def _is_paid(talk):
    with talk.bot.database.read() as tx:
        papers = [
            tx.session.scalars(select(records.record_class(kind))).one()
            for kind in ("contract", "order", "invoice", "payment")
        ]
        order = papers[1]
        same = {(paper.amount_minor, paper.amount_currency) for paper in papers}
        return same == {(48_000_000, "CNY")} and order.status == "paid"
