"""What managers type on a phone: what comes on each rep, the share of those they name, one beside another, and what
goes on from there; each figure against plain SQL."""

from decimal import ROUND_HALF_EVEN, Decimal

import pytest

from tests.demo.company import IS_OPEN, MONTH, OWNER, QUARTER, YEAR, Company, holds, row_of, total_of

WON = "stage = 'won' AND closes BETWEEN ? AND ?"
QUARTER_BEFORE, QUARTER_YEAR_AGO = ("2026-07-01", "2026-09-30"), ("2025-10-01", "2025-12-31")
PEOPLE = "SELECT name FROM users WHERE role = 'rep' AND active AND deleted_at IS NULL AND team_id IN (OURS)"
PRODUCTS = {"zh": ("分拣线", "冷库改造"), "en": ("Sorting line", "Cold store refit")}


def goes_on(company: Company, zh: str, en: str) -> list[str]:
    return company.talk.say(company.names["boss"], {"zh": zh, "en": en}[company.language]).text.split("\n")


def in_tenths(part: float, whole: float) -> str:
    value = (Decimal(str(part)) / Decimal(str(whole))).quantize(Decimal("0.1"), ROUND_HALF_EVEN)
    return f"{value:f}".removesuffix(".0")


def share_of(company: Company, part: float, whole: float) -> str:
    """How the answer begins that tells a share of the team's."""
    percent, team = in_tenths(part * 100, whole), company.names["team"]
    return {"zh": f"占{team}的 {percent}%", "en": f"{percent}% of {team}"}[company.language]


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("今年每人平均签几单", "how many deals did each of us close on average this year"),
        ("今年人均成交多少", "average won per rep this year"),
    ],
)
def test_what_comes_on_each_rep(company: Company, zh: str, en: str) -> None:
    heads, count = len(company.rows(PEOPLE)), company.total(WON, *YEAR)[0]
    amount = company.shown(round(company.in_base(WON, *YEAR) / heads), "CNY")
    told = in_tenths(count, heads)
    head = {
        "zh": f"人均 {told} 单，{amount}（{heads} 人）",
        "en": f"Deals per head: {told}, worth {amount} ({heads} people)",
    }
    assert head[company.language] in company.ask(zh, en)


def test_visits_of_each_and_who_made_fewest(company: Company) -> None:
    counts = company.rows(
        "SELECT u.name, (SELECT count(*) FROM follow_ups f WHERE f.owner_id = u.id AND f.deleted_at IS NULL AND "
        "date(f.occurred_at, '+8 hours') BETWEEN ? AND ?) AS n FROM users u WHERE u.role = 'rep' "
        "AND u.team_id IN (OURS) ORDER BY n",
        *MONTH,
    )
    lines = company.ask("谁这个月跟进最少", "who logged fewest follow ups this month")
    assert lines[1].startswith(row_start(company, *counts[0]))
    told = in_tenths(sum(row[1] for row in counts), len(counts))
    mean = {"zh": f"人均 {told}（{len(counts)} 人）", "en": f"Per head: {told} ({len(counts)} people)"}
    assert mean[company.language] in goes_on(company, "人均呢", "per head?")


def row_start(company: Company, label: str, count: int) -> str:
    return {"zh": f"{label}　{count}　", "en": f"{label}: {count}, "}[company.language]


def test_the_share_of_two(company: Company) -> None:
    whole = company.in_base(WON, *YEAR)
    both = (company.names["rep"], company.names["other"])
    theirs = company.in_base(f"{WON} AND {OWNER} IN (?, ?)", *YEAR, *both)
    lines = company.ask("张伟和李雷今年占团队多少", "what share do Maria and Alex have this year")
    assert lines[1].startswith(share_of(company, theirs, whole))
    named = PRODUCTS[company.language]
    theirs = company.in_base(f"{WON} AND product IN (?, ?)", *YEAR, *named)
    lines = company.ask("分拣线和冷库改造占今年业绩多少", "sorting line and cold store refit share of this years sales")
    assert lines[1].startswith(share_of(company, theirs, whole))
    for product in named:
        holds(lines, row_of(company, product, *company.total(f"{WON} AND product = ?", *YEAR, product)))


def test_the_share_of_the_largest(company: Company) -> None:
    worth = sorted(
        (company.in_base(f"{WON} AND customer_id = ?", *YEAR, customer)
         for (customer,) in company.deals("DISTINCT customer_id", WON, *YEAR)),
        reverse=True,
    )  # fmt: skip
    company.ask("今年前三大客户", "top 3 customers this year")
    lines = goes_on(company, "他们占总额多少", "what % of the total is that")
    assert lines[1].startswith(share_of(company, sum(worth[:3]), sum(worth)))


def test_targets_beside_the_quarter_before(company: Company) -> None:
    aim = company.rows(
        "SELECT sum(CAST(value AS INTEGER)) FROM sales_targets o WHERE metric = 'revenue' AND deleted_at IS NULL "
        "AND period_start = ? AND period_end = ? AND for_team_id = (SELECT id FROM teams WHERE name = ?)",
        *QUARTER_BEFORE,
        company.names["team"],
    )[0][0]
    company.ask("季度目标完成多少了", "are we on target this quarter")
    lines = goes_on(company, "比上季度呢", "against last quarter?")
    assert company.shown(aim * 100, "CNY") in lines[3]
    assert {"zh": "2026 年 Q3：目标", "en": "Q3 2026: Target"}[company.language] in lines[3]
    assert lines[1].startswith({"zh": "目标", "en": "Target"}[company.language])


def test_the_quarter_before_that(company: Company) -> None:
    def told(period: tuple[str, str]) -> str:
        won, lost = (
            company.total(f"stage = '{kind}' AND closes BETWEEN ? AND ?", *period)[0] for kind in ("won", "lost")
        )
        percent = in_tenths(won * 100, won + lost)
        return {"zh": f"赢单率 {percent}%", "en": f"Win rate {percent}%"}[company.language]

    company.ask("上季度赢单率", "win rate last qtr")
    holds(goes_on(company, "跟前一季度比呢", "vs the quarter before?"), told(QUARTER_BEFORE))
    holds(goes_on(company, "再往前一个季度呢", "and the quarter before that"), told(("2026-04-01", "2026-06-30")))


def test_a_quarter_of_another_year_beside_this_one(company: Company) -> None:
    lines = company.ask("去年四季度签了多少 跟今年比", "q4 last year won vs this year")
    holds(lines, total_of(company, *company.total(WON, *QUARTER_YEAR_AGO)))
    count, amount = company.total(WON, *QUARTER)
    assert any(f"{count} 单 {amount}" in line or f"{count} for {amount}" in line for line in lines)


def test_customers_by_how_many_people_they_have(company: Company) -> None:
    size = "(SELECT c.size FROM customers c WHERE c.id = o.customer_id) LIKE ?"
    large = {"zh": "1000 人%", "en": "1,000 people%"}[company.language]
    lines = company.ask("1000人以上的客户今年签了多少", "won from companies with 1000+ people this year")
    holds(lines, total_of(company, *company.total(f"{WON} AND {size}", *YEAR, large)))


@pytest.mark.parametrize(
    ("zh", "en", "table", "day", "period", "head"),
    [
        ("10月开票", "invoiced in october", "invoices", "issued_on", ("2026-10-01", "2026-10-31"),
         {"zh": "发票 {} 张，共 {}", "en": "Invoices: {}, {} "}),
        ("上季度回款", "collected last quarter", "payments", "received_on", QUARTER_BEFORE,
         {"zh": "回款 {} 笔，共 {}", "en": "Payments: {}, {} "}),
        ("三季度订单额", "q3 order value", "orders", "date(created_at, '+8 hours')", QUARTER_BEFORE,
         {"zh": "订单 {} 个，共 {}", "en": "Orders: {}, {} "}),
    ],
)  # fmt: skip
def test_papers_and_a_period_alone_ask(
    company: Company, zh: str, en: str, table: str, day: str, period: tuple[str, str], head: dict[str, str]
) -> None:
    rows = company.rows(
        f"SELECT amount_currency, amount_minor FROM {table} WHERE deleted_at IS NULL AND team_id IN (OURS) "
        f"AND {day} BETWEEN ? AND ?",
        *period,
    )
    amount = company.amounts(rows).replace(" + ", {"zh": "、", "en": ", "}[company.language])
    assert rows
    assert company.ask(zh, en)[0].startswith(head[company.language].format(len(rows), amount))


def test_which_of_them_can_close(company: Company) -> None:
    where = f"{IS_OPEN} AND closes BETWEEN ? AND ? AND {OWNER} = ?"
    company.ask("张伟手上有哪些单子", "Maria's open deals")
    lines = goes_on(company, "这个月能成的呢", "and the ones that can close this month")
    holds(lines, total_of(company, *company.total(where, *MONTH, company.names["rep"])))


def test_loss_rate_and_each_of_two(company: Company) -> None:
    def rate(product: str) -> float:
        won, lost = (company.total(f"stage = '{kind}' AND closes BETWEEN ? AND ? AND product = ?", *YEAR, product)[0]
                     for kind in ("won", "lost"))  # fmt: skip
        return won / (won + lost)

    closed = "stage IN ('won', 'lost') AND closes BETWEEN ? AND ?"
    worst = min((rate(product), product) for (product,) in company.deals("DISTINCT product", closed, *YEAR))[1]
    lines = company.ask("今年丢单率最高的产品", "loss rate by product this year")
    assert lines[1].startswith(worst)
    lines = company.ask("张伟和李雷今年成交各多少", "Maria and Alex, won this year each")
    for name in (company.names["rep"], company.names["other"]):
        holds(lines, row_of(company, name, *company.total(f"{WON} AND {OWNER} = ?", *YEAR, name)))


def test_grades_below_one_and_customers_seen(company: Company) -> None:
    count = company.rows(
        "SELECT count(*) FROM surveys WHERE deleted_at IS NULL AND team_id IN (OURS) AND satisfaction < 3"
    )[0][0]
    head = {"zh": f"满意度回答 {count} 份", "en": f"Survey answers: {count} "}[company.language]
    assert count
    holds(company.ask("低于3分的评价", "ratings below 3"), head)
    notes, customers = company.rows(
        "SELECT count(*), count(DISTINCT customer_id) FROM follow_ups f WHERE deleted_at IS NULL AND channel IN "
        "('visit', 'meeting') AND date(occurred_at, '+8 hours') BETWEEN ? AND ? "
        "AND (SELECT name FROM users u WHERE u.id = f.owner_id) = ?",
        *MONTH,
        company.names["rep"],
    )[0]
    lines = company.ask("张伟这个月见了多少客户", "how many customers did Maria see this month")
    seen = {"zh": f"跟进 {notes} 条，{customers} 家客户", "en": f"Follow-ups: {notes} with {customers} customer"}
    assert lines[0].startswith(seen[company.language])


def test_a_town_beside_another(company: Company) -> None:
    one, other = {"zh": ("苏州", "上海"), "en": ("Leeds", "Hamburg")}[company.language]
    town = "(SELECT c.address FROM customers c WHERE c.id = o.customer_id) LIKE ?"
    company.ask(f"{one}的客户今年贡献多少", f"{one} customers, how much this year")
    lines = goes_on(company, f"跟{other}比呢", f"vs {other}?")
    for name in (one, other):
        holds(lines, row_of(company, name, *company.total(f"{WON} AND {town}", *YEAR, f"%{name}%")))


def test_the_first_quarters_of_a_year(company: Company) -> None:
    if company.language == "zh":
        months = ("2025-01-01", "2025-09-30")
        holds(company.ask("去年前三季度签了多少", ""), total_of(company, *company.total(WON, *months)))


def test_quarters_of_the_year_that_is_named(company: Company) -> None:
    two = company.ask("今年三季度和二季度签单比", "q3 vs q2 wins this year")
    one = company.ask("今年三季度签了多少", "wins in q3 this year")
    for lines in (one, two):
        holds(lines, total_of(company, *company.total(WON, *QUARTER_BEFORE)))


def test_what_is_still_to_go_of_the_same_targets(company: Company) -> None:
    team = {"zh": "杭州组", "en": "Harbour"}[company.language]
    told = company.ask(f"{team}今年完成目标没", f"has {team} hit target this year")
    assert goes_on(company, "还差多少", "how much to go")[:2] == told[:2]


def test_how_it_stood_and_stands(company: Company) -> None:
    company.ask("十月初管道多大", "pipeline at the start of october")
    holds(goes_on(company, "现在呢", "and now?"), total_of(company, *company.total(IS_OPEN)))


def test_the_months_with_most(company: Company) -> None:
    month, worth = "substr(received_on, 1, 7)", "sum(amount_minor)"
    best = company.rows(
        f"SELECT {month}, {worth} FROM payments WHERE deleted_at IS NULL AND team_id IN (OURS) "
        f"AND amount_currency = 'CNY' GROUP BY 1 ORDER BY 2 DESC LIMIT 1"
    )[0]
    lines = company.ask("回款最多的月份", "best month for collections")
    assert company.shown(best[1], "CNY") in lines[1]


def test_who_bought_a_product(company: Company) -> None:
    product = {"zh": "年度维保", "en": "Annual service plan"}[company.language]
    lines = company.ask("年度维保今年卖给了谁", "who bought annual service plan this year")
    where = f"{WON} AND product = ?"
    holds(lines, total_of(company, *company.total(where, *YEAR, product)))
    for (customer,) in company.deals(
        "(SELECT name FROM customers c WHERE c.id = o.customer_id)", where, *YEAR, product
    ):
        assert any(line.startswith(customer) for line in lines), (customer, lines)


def test_whose_rate_is_best(company: Company) -> None:
    def rate(owner: str) -> float:
        closed = f"stage = ? AND closes BETWEEN ? AND ? AND {OWNER} = ?"
        won, lost = (company.total(closed, kind, *YEAR, owner)[0] for kind in ("won", "lost"))
        return won / (won + lost)

    best = max((name for (name,) in company.rows(PEOPLE)), key=rate)
    assert company.ask("赢率最高的销售", "rep with the best win rate")[1].startswith(best)
