"""The paper that a customer gets: who sells it, to whom and where, whether tax is in it; page after page."""

import re
from dataclasses import replace

from bot.papers.content import paper_of
from bot.papers.pdf import pdf_of
from bot.rules import contracts
from tests.sales.test_adding_up import TERMS, Shop

LINE = {"quantity": "2", "unit": "套", "unit_price": {"value": "10", "currency": "CNY"}, "discount": None}
LINES = [{"product": f"边缘网关 {n}", **LINE} for n in range(60)]


def _paper(shop, *, seller=""):
    def work(world):
        sales = replace(world.crm.sales, seller=seller, seller_address="苏州" if seller else "")
        world.crm = replace(world.crm, sales=sales)
        amount = {"value": "1200", "currency": "CNY"}
        values = {
            "amount": amount,
            "signed_on": "2026-11-26",
            "tax": {"included": False, "rate": "0.13"},
            "payment_terms": TERMS,
        }
        contract = contracts.create(world, shop.customer, {**values, "lines": LINES})
        contract.customer.address = "上海"
        return paper_of(world, contract)

    return shop.do(work)


def test_the_paper_names_both_sides_and_the_tax(database):
    paper = _paper(Shop(database), seller="甲公司")
    assert paper.facts[:2] == [("供方", "甲公司"), ("供方地址", "苏州")]
    assert ("客户地址", "上海") in paper.facts
    assert ("税", "不含税 13%，税额 ¥156，价税合计 ¥1,356") in paper.notes


def test_a_seller_that_nobody_named_is_left_out(database):
    assert _paper(Shop(database)).facts[0][0] == "编号"


def test_many_lines_take_several_pages(database):
    content = pdf_of(_paper(Shop(database)))
    assert len(re.findall(rb"/Type /Page\b", content)) == 3
