"""Questions about records of the invented company, in people's own words: each answer against plain SQL of its own."""

from dataclasses import dataclass

import pytest

from config.crm import load_crm
from tests.demo.company import Company

TABLES = {
    "customer": "customers",
    "contact": "contacts",
    "quote": "quotes",
    "contract": "contracts",
    "order": "orders",
    "invoice": "invoices",
    "payment": "payments",
    "service_request": "service_requests",
    "follow_up": "follow_ups",
    "survey": "surveys",
}
HEADS = {
    "zh": {
        "customer": "客户 {} 家",
        "contact": "联系人 {} 位",
        "quote": "报价 {} 份",
        "contract": "合同 {} 份",
        "order": "订单 {} 个",
        "invoice": "发票 {} 张",
        "payment": "回款 {} 笔",
        "service_request": "服务请求 {} 个",
        "follow_up": "跟进 {} 条",
        "survey": "满意度回答 {} 份",
    },
    "en": {
        "customer": "Customers: {}",
        "contact": "Contacts: {}",
        "quote": "Quotes: {}",
        "contract": "Contracts: {}",
        "order": "Orders: {}",
        "invoice": "Invoices: {}",
        "payment": "Payments: {}",
        "service_request": "Service requests: {}",
        "follow_up": "Follow-ups: {}",
        "survey": "Survey answers: {}",
    },
}
WITH_AMOUNTS = ("quote", "contract", "order", "invoice", "payment")
PAID = "(SELECT coalesce(sum(p.amount_minor), 0) FROM payments p WHERE p.{}_id = t.id AND p.deleted_at IS NULL)"
ORDER_PAID = (
    "(SELECT coalesce(sum(p.amount_minor), 0) FROM payments p LEFT JOIN invoices i ON i.id = p.invoice_id "
    "WHERE t.id IN (p.order_id, i.order_id))"
)
BILLED = "EXISTS (SELECT 1 FROM invoices i WHERE i.{}_id = t.id AND i.deleted_at IS NULL)"
DAY = "date(t.{}, '+8 hours')"  # the company's own day of an instant
DEAL = "SELECT 1 FROM opportunities o WHERE o.customer_id = t.id AND o.deleted_at IS NULL AND o.stage"
NOTE = "SELECT 1 FROM follow_ups f WHERE f.customer_id = t.id AND f.deleted_at IS NULL AND f.occurred_at >"
AT = "t.customer_id IN (SELECT c.id FROM customers c WHERE c.{} LIKE '{}')"
MINE = "t.owner_id = (SELECT u.id FROM users u WHERE u.name = '{}')"


@dataclass(frozen=True)
class Case:
    """A question, its kind and the condition that answers it; "{…}" are the company's own names. ``minor``: what of
    each record counts."""

    zh: str
    en: str
    kind: str
    where: str
    minor: str = "t.amount_minor"


CASES = (
    Case("今年签了多少份合同，总额多少", "how many contracts did we sign this year",
         "contract", "t.signed_on BETWEEN '2026-01-01' AND '2026-12-31'"),
    Case("去年一共签了几份合同，合计多少钱", "contracts signed last year",
         "contract", "t.signed_on BETWEEN '2025-01-01' AND '2025-12-31'"),
    Case("上个月签的合同有哪些，按金额排", "contracts signed last month by amount",
         "contract", "t.signed_on BETWEEN '2026-10-01' AND '2026-10-31'"),
    Case("30万以上的合同有几份", "contracts over 300k",
         "contract", "t.amount_minor >= 30000000"),
    Case("去年四季度签了哪些合同", "which contracts did we sign in Q4 2025",
         "contract", "t.signed_on BETWEEN '2025-10-01' AND '2025-12-31'"),
    Case("美元合同有几份", "contracts in dollars",
         "contract", "t.amount_currency = 'USD'"),
    Case("哪些合同还没开票", "contracts we haven't invoiced yet",
         "contract", f"t.status <> 'draft' AND NOT {BILLED.format('contract')}"),
    Case("{rep}签的合同有哪些", "which contracts has {rep} signed",
         "contract", MINE),
    Case("还有哪些报价没回音", "which quotes are still waiting for an answer",
         "quote", "t.status = 'sent'"),
    Case("被拒绝的报价有几份", "how many quotes were rejected",
         "quote", "t.status = 'declined'"),
    Case("这周到期的报价有几份", "which quotes expire this week",
         "quote", "t.valid_until BETWEEN '2026-11-23' AND '2026-11-29'"),
    Case("下周到期的报价", "quotes expiring next week",
         "quote", "t.valid_until BETWEEN '2026-11-30' AND '2026-12-06'"),
    Case("上季度被接受的报价有几份", "quotes accepted last quarter",
         "quote", f"t.status = 'accepted' AND {DAY.format('created_at')} BETWEEN '2026-07-01' AND '2026-09-30'"),
    Case("上个月发了多少份报价，总额多少", "total value of quotes sent last month",
         "quote", f"{DAY.format('created_at')} BETWEEN '2026-10-01' AND '2026-10-31'"),
    Case("10万以上的报价有哪些", "quotes over 100k",
         "quote", "t.amount_minor >= 10000000"),
    Case("还有几个订单没发货", "how many orders are waiting to ship",
         "order", "t.status IN ('placed', 'awaiting_payment', 'paid')"),
    Case("已发货还没送达的订单", "orders in transit",
         "order", "t.status = 'shipped'"),
    Case("五月份的订单总额是多少", "order value in May",
         "order", f"{DAY.format('created_at')} BETWEEN '2026-05-01' AND '2026-05-31'"),
    Case("本月下了几个订单", "how many orders came in this month",
         "order", f"{DAY.format('created_at')} BETWEEN '2026-11-01' AND '2026-11-30'"),
    Case("20万以上的订单有几个", "how many orders are over 200k",
         "order", "t.amount_minor >= 20000000"),
    Case("制造行业客户的订单有哪些", "orders from manufacturing customers",
         "order", AT.format("industry", "{manufacturing}")),
    Case("还有哪些订单没付清", "which orders are not paid yet",
         "order", "t.status NOT IN ('cancelled', 'historical') AND t.amount_minor > "
         f"{ORDER_PAID}", f"t.amount_minor - {ORDER_PAID}"),
    Case("没付的发票一共多少钱，按金额排", "unpaid invoices sorted by amount",
         "invoice", f"t.amount_minor > {PAID.format('invoice')}", f"t.amount_minor - {PAID.format('invoice')}"),
    Case("谁欠我们钱", "who owes us money",
         "invoice", f"t.amount_minor > {PAID.format('invoice')}", f"t.amount_minor - {PAID.format('invoice')}"),
    Case("哪些合同还没付清", "contracts not paid in full",
         "contract", f"t.status <> 'cancelled' AND t.amount_minor > {PAID.format('contract')}",
         f"t.amount_minor - {PAID.format('contract')}"),
    Case("本月开了多少票", "how much did we invoice this month",
         "invoice", "t.issued_on BETWEEN '2026-11-01' AND '2026-11-30'"),
    Case("今年回款按月看", "monthly payments this year",
         "payment", "t.received_on BETWEEN '2026-01-01' AND '2026-12-31'"),
    Case("上个月回了多少", "how much did we receive last month",
         "payment", "t.received_on BETWEEN '2026-10-01' AND '2026-10-31'"),
    Case("3分以下的评价有哪些", "which surveys rated 3 or less",
         "survey", "t.satisfaction <= 3"),
    Case("4分以上的评价有几份", "how many ratings of 4 or more",
         "survey", "t.satisfaction >= 4"),
    Case("打2到4分的评价", "ratings between 2 and 4",
         "survey", "t.satisfaction BETWEEN 2 AND 4"),
    Case("打5分的评价有几份", "how many ratings of 5 stars",
         "survey", "t.satisfaction = 5"),
    Case("上个月解决了几个工单", "how many tickets did we resolve last month",
         "service_request", f"t.status IN ('resolved', 'closed') AND {DAY.format('resolved_at')} "
         "BETWEEN '2026-10-01' AND '2026-10-31'"),
    Case("还有几个工单没解决", "how many tickets are still open",
         "service_request", "t.status IN ('open', 'in_progress')"),
    Case("十万以上的发票有哪些", "invoices over 100k",
         "invoice", "t.amount_minor >= 10000000"),
    Case("{rep}开的发票上个月有几张", "how many invoices did {rep} issue last month",
         "invoice", f"{MINE} AND t.issued_on BETWEEN '2026-10-01' AND '2026-10-31'"),
    Case("十万以上的回款有哪些", "payments over 100k",
         "payment", "t.amount_minor >= 10000000"),
    Case("{rep}上个月有几笔回款", "how many payments did {rep} get last month",
         "payment", f"{MINE} AND t.received_on BETWEEN '2026-10-01' AND '2026-10-31'"),
    Case("有没有还没成交过的客户", "which customers have never bought from us",
         "customer", f"NOT EXISTS ({DEAL} = 'won')"),
    Case("哪些客户现在没有在谈的商机", "customers with no open deals",
         "customer", f"NOT EXISTS ({DEAL} NOT IN ('won', 'lost'))"),
    Case("哪些客户超过一个月没人跟了", "which accounts have had no contact for 30 days",
         "customer", f"NOT EXISTS ({NOTE} '2026-10-27 08:20:00')"),
    Case("哪些客户超过两周没人动了", "which customers has nobody touched in 2 weeks",
         "customer", f"NOT EXISTS ({NOTE} '2026-11-12 08:20:00')"),
    Case("超过三个月的报价有几份", "how many quotes are older than 3 months",
         "quote", f"{DAY.format('created_at')} <= '2026-08-28'"),
    Case("今年新增的客户有哪些", "customers added this year",
         "customer", f"{DAY.format('created_at')} BETWEEN '2026-01-01' AND '2026-12-31'"),
    Case("没有联系电话的客户有哪些", "customers missing a phone number",
         "customer", "t.phones = '[]'"),
    Case("来源是{website}的客户有多少", "customers from {website}",
         "customer", "t.source LIKE '%{website}%'"),
    Case("{rep}名下有多少客户，做制造的", "how many manufacturing accounts does {rep} have",
         "customer", f"{MINE} AND t.industry = '{{manufacturing}}'"),
    Case("姓{surname}的联系人有哪些", "any contacts with the surname {surname}",
         "contact", "{named}"),
    Case("这个月新加了几个联系人", "how many contacts have we added this month",
         "contact", f"{DAY.format('created_at')} BETWEEN '2026-11-01' AND '2026-11-30'"),
    Case("没有填邮箱的联系人", "contacts with no email",
         "contact", "t.emails = '[]'"),
    Case("{purchasing}的联系人有哪些", "contacts in {purchasing}",
         "contact", "t.department LIKE '%{purchasing}%' OR t.position LIKE '%{purchasing}%'"),
    Case("最久没处理的报修是哪个", "oldest open service request",
         "service_request", "t.id = (SELECT r.id FROM service_requests r WHERE r.team_id IN (OURS) "
         "AND r.status IN ('open', 'in_progress') ORDER BY r.requested_at, r.id LIMIT 1)"),
    Case("昨天录了几条跟进", "how many follow-ups were logged yesterday",
         "follow_up", f"{DAY.format('occurred_at')} = '2026-11-25'"),
    Case("{rep}这周打了哪些电话", "which calls did {rep} make this week",
         "follow_up",
         f"{MINE} AND t.channel = 'call' AND {DAY.format('occurred_at')} BETWEEN '2026-11-23' AND '2026-11-29'"),
    Case("上个月拜访记录有多少条", "how many visits were logged last month",
         "follow_up", f"t.channel = 'visit' AND {DAY.format('occurred_at')} BETWEEN '2026-10-01' AND '2026-10-31'"),
)  # fmt: skip


def names(company: Company) -> dict[str, str]:
    said = {
        "zh": {"manufacturing": "制造", "website": "官网", "surname": "王", "purchasing": "采购"},
        "en": {
            "manufacturing": "Manufacturing", "website": "website", "surname": "Garroway", "purchasing": "Purchasing",
        },
    }[company.language]  # fmt: skip
    named = {"zh": "t.name LIKE '王%'", "en": "t.name LIKE '% Garroway'"}[company.language]
    return {**said, "named": named, "rep": company.names["rep"]}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.en)
def test_the_answer_is_what_sql_says(company: Company, case: Case) -> None:
    said = names(company)
    where = case.where.format(company.names["rep"], **said)
    amounts = f"t.amount_currency, {case.minor}" if case.kind in WITH_AMOUNTS else "'', 0"
    scope = "t.deleted_at IS NULL AND t.team_id IN (OURS)"
    rows = company.rows(f"SELECT {amounts} FROM {TABLES[case.kind]} t WHERE {scope} AND ({where})")
    first = company.ask(case.zh.format(**said), case.en.format(**said))[0]
    if not rows:
        assert first.startswith({"zh": "没有这样的", "en": "No "}[company.language]), first
        return
    head = HEADS[company.language][case.kind].format(len(rows))
    assert first.startswith(head), (first, head)
    assert not first[len(head) : len(head) + 1].isdigit()
    if case.kind in WITH_AMOUNTS:
        total = company.amounts(rows).replace(" + ", {"zh": "、", "en": ", "}[company.language])
        assert total in first, (first, total)


def test_the_average(company: Company) -> None:
    first = company.ask("去年四季度签的合同平均多少钱", "average value of contracts signed in Q4 2025")[0]
    signed = "t.deleted_at IS NULL AND t.team_id IN (OURS) AND t.signed_on BETWEEN '2025-10-01' AND '2025-12-31'"
    of_each = "SELECT amount_currency, round(avg(amount_minor)) FROM contracts t"
    for code, mean in company.rows(f"{of_each} WHERE {signed} GROUP BY amount_currency"):
        assert company.shown(int(mean), code) in first


def test_one_fact_of_a_record(company: Company) -> None:
    """The terms, the day and the state of a paper that is named by its number."""
    of_ours = "JOIN customers c ON c.id = t.customer_id WHERE t.team_id IN (OURS) ORDER BY t.id DESC LIMIT 1"
    [(number, customer, terms)] = company.rows(f"SELECT t.number, c.name, t.payment_terms FROM contracts t {of_ours}")
    asked = (f"合同{number}的付款方式是啥", f"payment terms on contract {number}")
    sign = {"zh": "：", "en": ": "}[company.language]
    assert company.ask(*asked)[0] == f"{number} · {customer}{sign}{terms}"
    [(order, buyer, status)] = company.rows(f"SELECT t.number, c.name, t.status FROM orders t {of_ours}")
    labels = {item.code: item.labels[company.language] for item in load_crm().items("order_statuses")}
    shown = company.ask(f"订单{order}发货没有", f"has order {order} shipped")[0]
    assert shown == f"{order} · {buyer}{sign}{labels[status]}"


def test_the_largest(company: Company) -> None:
    lines = company.ask("金额最大的三份合同", "three largest contracts")
    biggest = "SELECT number FROM contracts t WHERE t.team_id IN (OURS) ORDER BY amount_minor DESC, id LIMIT 3"
    assert [line.split(" ")[1] for line in lines[1:4]] == [number for (number,) in company.rows(biggest)]


def test_who_signed_most(company: Company) -> None:
    lines = company.ask("今年谁签的合同最多", "who signed the most contracts this year")
    by_owner = (
        "SELECT u.name, count(*) FROM contracts t JOIN users u ON u.id = t.owner_id WHERE t.team_id IN (OURS) "
        "AND t.signed_on BETWEEN '2026-01-01' AND '2026-12-31' GROUP BY u.name ORDER BY count(*) DESC LIMIT 1"
    )
    [(name, count)] = company.rows(by_owner)
    assert lines[1].startswith({"zh": f"{name}　{count} ", "en": f"{name}: {count} "}[company.language])
