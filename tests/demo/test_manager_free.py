"""What managers ask freely, and what they go on to ask: each figure against plain SQL that knows nothing of the bot."""

from tests.demo.company import OWNER, YEAR, Company, holds, row_of, total_of

LAST_YEAR = ("2025-01-01", "2025-12-31")
RESTS = (
    "SELECT t.amount_currency, t.amount_minor - coalesce((SELECT sum(i.amount_minor) FROM invoices i "
    "WHERE i.contract_id = t.id AND i.deleted_at IS NULL), 0) AS missing FROM contracts t WHERE t.deleted_at IS NULL "
    "AND t.team_id IN (OURS) AND t.status NOT IN ('draft', 'cancelled', 'historical') AND missing > 0"
)
BOUGHT = (
    "EXISTS (SELECT 1 FROM opportunities d WHERE d.customer_id = c.id AND d.deleted_at IS NULL AND d.stage = 'won' "
    "AND d.closed_on BETWEEN ? AND ?)"
)


def goes_on(company: Company, zh: str, en: str) -> list[str]:
    return company.talk.say(company.names["boss"], {"zh": zh, "en": en}[company.language]).text.split("\n")


def test_what_is_still_to_be_invoiced(company: Company) -> None:
    rows = company.rows(RESTS)
    amount = company.amounts(rows).replace(" + ", {"zh": "、", "en": ", "}[company.language])
    head = {
        "zh": f"合同 {len(rows)} 份，还有 {amount} 没开票",
        "en": f"Contracts: {len(rows)}, {amount} still to be invoiced",
    }
    assert rows
    for zh, en in (
        ("还差多少没开票", "how much is still to be invoiced?"),
        ("还有哪些合同没开完票", "what's left to invoice?"),
    ):
        holds(company.ask(zh, en), head[company.language])


def test_one_month_beside_another(company: Company) -> None:
    def received(first: str, last: str) -> list[tuple[str, int]]:
        statement = "SELECT amount_currency, amount_minor FROM payments WHERE deleted_at IS NULL AND team_id IN (OURS)"
        return company.rows(f"{statement} AND received_on BETWEEN ? AND ?", first, last)

    october, september = received("2026-10-01", "2026-10-31"), received("2026-09-01", "2026-09-30")
    lines = company.ask("10月比9月多回了多少款", "payments in October compared with September")
    head = {"zh": f"回款 {len(october)} 笔，共 ", "en": f"Payments: {len(october)}, "}[company.language]
    holds(lines, head + company.amounts(october))
    gap = sum(row[1] for row in october) - sum(row[1] for row in september)
    more = {"zh": "多 " if gap > 0 else "少 ", "en": ""}[company.language] + company.shown(abs(gap), "CNY")
    count = {"zh": f"2026 年 9 月：{len(september)} 笔 ", "en": f"Sep 2026: {len(september)} "}[company.language]
    assert lines[1].startswith(count + company.amounts(september)), lines
    assert more in lines[1]


def test_who_bought_then_and_not_now(company: Company) -> None:
    statement = f"SELECT c.id FROM customers c WHERE c.deleted_at IS NULL AND c.team_id IN (OURS) AND {BOUGHT}"
    rows = company.rows(f"{statement} AND NOT {BOUGHT}", *LAST_YEAR, *YEAR)
    assert rows
    head = {"zh": f"客户 {len(rows)} 家", "en": f"Customers: {len(rows)} "}[company.language]
    holds(company.ask("去年买过今年没买的客户", "customers who bought last year but not this year"), head)


def test_most_requests_by_customer(company: Company) -> None:
    """So many customers as were asked for, out of all requests."""
    counts = company.rows(
        "SELECT count(*) AS n FROM service_requests WHERE deleted_at IS NULL AND team_id IN (OURS) "
        "AND date(requested_at, '+8 hours') BETWEEN ? AND ? GROUP BY customer_id ORDER BY n DESC",
        *YEAR,
    )
    lines = company.ask("今年报修最多的三家", "top 3 customers by complaints this year")
    head = {"zh": "服务请求 {} 个", "en": "Service requests: {}"}[company.language]
    assert lines[0].startswith(head.format(sum(row[0] for row in counts)))
    told = [line for line in lines[-3:] if line.split({"zh": "　", "en": ": "}[company.language])[1].startswith(
        tuple(str(row[0]) for row in counts[:3])
    )]  # fmt: skip
    assert len(told) == 3, lines


def test_two_products_side_by_side(company: Company) -> None:
    named = {"zh": ("年度维保", "叉车租赁"), "en": ("Sorting line", "Forklift lease")}[company.language]
    where = "stage = 'won' AND closed_on BETWEEN ? AND ? AND product IN (?, ?)"
    lines = company.ask(
        "年度维保和叉车租赁今年哪个卖得多", "sorting line or forklift lease, which sold better this year?"
    )
    for product in named:
        one = company.total("stage = 'won' AND closed_on BETWEEN ? AND ? AND product = ?", *YEAR, product)
        holds(lines, row_of(company, product, *one))
    holds(lines, total_of(company, *company.total(where, *YEAR, *named)))


def test_he_is_who_stood_on_top(company: Company) -> None:
    best = company.deals(
        f"{OWNER}, sum(amount_minor)",
        "stage = 'won' AND closed_on BETWEEN ? AND ? AND amount_currency = 'CNY' GROUP BY 1 ORDER BY 2 DESC",
        *YEAR,
    )[0][0]
    company.ask("今年谁签的最多", "who closed the most this year?")
    assert goes_on(company, "他今年目标完成了多少", "how is he doing against target?")[0].startswith(best)


def test_those_of_the_last_question(company: Company) -> None:
    """What is said of what was just listed keeps its conditions."""
    where = "stage NOT IN ('won', 'lost') AND amount_minor >= 30000000 AND amount_currency = 'CNY' AND owner_id = {}"
    owner = f"(SELECT id FROM users WHERE name = '{company.names['rep']}')"
    where = where.format(owner)
    rep = company.names["rep"]
    company.ask(f"{rep}手里30万以上的单子有哪些", f"{rep}'s open deals over 300k")
    count, amount = company.total(f"{where} AND coalesce(next_step, '') = ''")
    lines = goes_on(company, "其中没有下一步的", "which of those have no next step?")
    head = {"zh": f"商机 {count} 个，共 {amount}", "en": f"Deals: {count}, {amount}"}[company.language]
    none = {"zh": "没有这样的商机", "en": "No deals found"}[company.language]
    assert lines[0].startswith(head if count else none), lines
