"""What managers ask of other times, of things side by side, and of what stands out; each figure against plain SQL."""

import pytest

from tests.demo.company import OWNER, TEAM, YEAR, Company, holds, split_by, total_of

HISTORY = (
    "SELECT h.amount_currency, h.amount_minor FROM opportunity_history h WHERE h.since <= ? "
    "AND (h.until IS NULL OR h.until > ?) AND h.deleted_at IS NULL AND h.stage NOT IN ('won', 'lost') "
    "AND h.team_id IN (OURS)"
)
PRODUCT = {"zh": ("叉车租赁", "分拣线"), "en": ("Forklift lease", "Sorting line")}


@pytest.mark.parametrize(
    ("zh", "en", "ended"),
    [
        ("去年这个时候管道有多大", "how big was the pipeline this time last year", "2025-11-26 16:00"),
        ("十月初的时候管道怎么样", "what did the pipeline look like at the start of October", "2026-10-01 16:00"),
        ("9月底的时候我们管道有多少", "what was in the pipeline at the end of September", "2026-09-30 16:00"),
    ],
)
def test_how_open_deals_stood(company: Company, zh: str, en: str, ended: str) -> None:
    rows = company.rows(HISTORY, ended, ended)
    assert len(rows) > 20
    holds(company.ask(zh, en), total_of(company, len(rows), company.amounts(rows)))


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("叉车租赁和分拣线哪个好卖", "what sells better, forklift lease or sorting line"),
        ("分拣线跟叉车租赁今年哪个卖得好", "which sells more this year, sorting line or forklift lease"),
    ],
)
def test_two_products_side_by_side(company: Company, zh: str, en: str) -> None:
    names = PRODUCT[company.language]
    where = "stage = 'won' AND closes BETWEEN ? AND ? AND product IN (?, ?)"
    split_by(company, company.ask(zh, en), "product", where, *YEAR, *names)


def test_one_among_the_rest(company: Company) -> None:
    where = "stage = 'won' AND closes BETWEEN ? AND ?"
    one = {"zh": "王芳今年和其他人比怎么样", "en": "how does Alex compare with the others this year?"}
    split_by(company, company.ask(one["zh"], one["en"]), OWNER, where, *YEAR)
    team = {"zh": "杭州组今年和其他组比怎么样", "en": "how does Harbour compare with the rest of us this year"}
    split_by(company, company.ask(team["zh"], team["en"]), TEAM, where, *YEAR)


def test_the_same_quarter_of_another_year(company: Company) -> None:
    lines = company.ask("去年第四季度我们签了多少，今年呢", "what did we win in Q4 last year, and in Q4 this year")
    where = "stage = 'won' AND closes BETWEEN ? AND ?"
    holds(lines, total_of(company, *company.total(where, "2026-10-01", "2026-12-31")))
    count, amount = company.total(where, "2025-10-01", "2025-12-31")
    assert any(f"{count} 单 {amount}" in line or f"{count} for {amount}" in line for line in lines)


def test_what_was_put_off_more_than_once(company: Company) -> None:
    moved = (
        "SELECT count(*) FROM (SELECT expected_close AS now, lag(expected_close) OVER (ORDER BY since) AS before "
        "FROM opportunity_history WHERE opportunity_id = o.id AND expected_close IS NOT NULL) WHERE now > before"
    )
    count = len(company.deals("o.id", f"stage NOT IN ('won', 'lost') AND ({moved}) >= 2"))
    lines = company.ask("哪几个单子推迟过两次以上", "which deals have slipped more than once")
    start = {"zh": f"推迟 {count} 单", "en": f"Moved later: {count} for"}[company.language]
    assert count
    holds(lines, start)


def test_what_is_due_and_what_was_won_at_all(company: Company) -> None:
    owner = f"{OWNER} = ?"
    rep = company.names["rep"]
    first = rep.split()[0]
    lines = company.ask(f"{rep}手上的单子里有几个是下个月要签的", f"how many of {first}'s deals are due next month")
    where = f"stage NOT IN ('won', 'lost') AND closes BETWEEN '2026-12-01' AND '2026-12-31' AND {owner}"
    count, amount = company.total(where, rep)
    holds(lines, {"zh": f"合计 {count} 单 {amount}", "en": f"Total: {count} for {amount}"}[company.language])
    lines = company.ask("物流行业我们赢过几单", "how many deals have we ever won in logistics")
    trade = {"zh": "物流", "en": "Logistics"}[company.language]
    industry = "(SELECT c.industry FROM customers c WHERE c.id = o.customer_id) = ?"
    count, _amount = company.total(f"stage = 'won' AND {industry}", trade)
    assert count
    holds(lines, {"zh": f"商机 {count} 个", "en": f"Deals: {count},"}[company.language])


def test_whose_customers_they_are(company: Company) -> None:
    requests = (
        "SELECT u.name, count(*) FROM service_requests s JOIN users u ON u.id = s.owner_id "
        "WHERE s.deleted_at IS NULL AND s.team_id IN (OURS) GROUP BY 1 ORDER BY 2 DESC"
    )
    if company.language == "zh":
        name, count = company.rows(requests)[0]
        holds(company.ask("谁的客户投诉最多", ""), f"{name}　{count} 个")
    company.ask("还有哪些发票没回款", "which invoices haven't been paid")
    said = {"zh": "都是谁的客户", "en": "whose customers are they"}[company.language]
    lines = company.talk.say(company.names["boss"], said).text.split("\n")
    unpaid = (
        "SELECT u.name, count(*) FROM invoices i JOIN users u ON u.id = i.owner_id WHERE i.deleted_at IS NULL "
        "AND i.team_id IN (OURS) AND i.amount_minor > coalesce((SELECT sum(p.amount_minor) FROM payments p "
        "WHERE p.invoice_id = i.id AND p.deleted_at IS NULL), 0) GROUP BY 1"
    )
    owners = company.rows(unpaid)
    assert owners
    for name, count in owners:
        holds(lines, {"zh": f"{name}　{count} 张", "en": f"{name}: {count} "}[company.language])


def test_a_row_by_its_place(company: Company) -> None:
    lines = company.ask("前十大客户是谁", "who are our top ten customers")
    second = lines[2].split({"zh": "　", "en": ":"}[company.language])[0]
    said = {"zh": "第二个是谁在跟", "en": "who looks after the second one"}[company.language]
    answer = company.talk.say(company.names["boss"], said).text
    owner = "SELECT u.name FROM customers c JOIN users u ON u.id = c.owner_id WHERE c.name = ?"
    assert second in answer
    assert str(company.rows(owner, second)[0][0]) in answer


def test_who_lost_to_a_rival(company: Company) -> None:
    rival = {"zh": "云仓科技", "en": "Cloudstore"}[company.language]
    lines = company.ask("云仓科技抢了我们多少单", "how many deals did Cloudstore take from us")
    where = "stage = 'lost' AND closes BETWEEN ? AND ? AND competitor = ?"
    holds(lines, total_of(company, *company.total(where, *YEAR, rival)))
