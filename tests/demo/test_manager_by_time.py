"""What a manager asks since and before a day, by what customers are and by what happened with them: against SQL."""

from collections import defaultdict
from statistics import mean

from tests.demo.company import OWNER, Company, holds, split_by

OURS = "deleted_at IS NULL AND team_id IN (OURS)"
QUARTER_BEGAN = "2026-09-30 16:00:00.000000"  # in China


def test_since_a_month(company: Company) -> None:
    """「8月以来」 goes on until today."""
    lines = company.ask("8月以来各产品丢单金额", "lost since August by product")
    split_by(company, lines, "product", "stage = 'lost' AND closed_on BETWEEN '2026-08-01' AND '2026-11-26'")


def test_before_a_month(company: Company) -> None:
    """「10月以前」 ends before October begins, and has no beginning."""
    lines = company.ask("10月以前谁成交最多", "who won the most before October")
    split_by(company, lines, OWNER, "stage = 'won' AND closed_on < '2026-10-01'")


def test_before_a_month_of_papers(company: Company) -> None:
    lines = company.ask("10月以前签了几份合同", "how many contracts were signed before October")
    count = company.rows(f"SELECT count(*) FROM contracts WHERE {OURS} AND signed_on < '2026-10-01'")[0][0]
    holds(lines, {"zh": f"合同 {count} 份，", "en": f"Contracts: {count},"}[company.language])


def test_papers_by_industry(company: Company) -> None:
    lines = company.ask("今年各行业的报价金额", "quotes this year by industry, total amount")
    source = "quotes q JOIN customers c ON c.id = q.customer_id WHERE q.deleted_at IS NULL AND q.team_id IN (OURS)"
    groups = company.rows(
        f"SELECT c.industry, count(*) FROM {source} AND q.created_at >= '2025-12-31 16:00' GROUP BY c.industry"
    )
    assert len(groups) > 2
    unit = {"zh": "{}　{} 份", "en": "{}: {} "}[company.language]
    for industry, count in groups:
        holds(lines, unit.format(industry, count))


def test_who_was_not_visited(company: Company) -> None:
    lines = company.ask("这个季度没拜访过的客户有几家", "how many customers were not visited this quarter")
    visits = (
        "SELECT customer_id FROM follow_ups WHERE deleted_at IS NULL AND channel IN ('visit', 'meeting') "
        "AND occurred_at >= ?"
    )
    query = f"SELECT count(*) FROM customers WHERE {OURS} AND id NOT IN ({visits})"
    count = company.rows(query, QUARTER_BEGAN)[0][0]
    holds(lines, {"zh": f"客户 {count} 家", "en": f"Customers: {count} "}[company.language])


def test_what_share_was_accepted(company: Company) -> None:
    lines = company.ask("今年报价里接受的占多少", "what share of quotes this year was accepted")
    query = (
        f"SELECT status = 'accepted', count(*) FROM quotes WHERE {OURS} AND created_at >= '2025-12-31 16:00' GROUP BY 1"
    )
    counts = dict(company.rows(query))
    whole = sum(counts.values())
    holds(lines, {"zh": f"{counts[1]} / {whole}，", "en": f"{counts[1]} of {whole}: "}[company.language])


def test_cycle_by_source(company: Company) -> None:
    """From the first day until it was won, the longest first."""
    lines = company.ask("今年各来源的成交周期", "sales cycle this year by source")
    taken = defaultdict(list)
    source = "(SELECT c.source FROM customers c WHERE c.id = o.customer_id)"
    days = "julianday(closed_on) - julianday(date(created_at, '+8 hours'))"
    for key, count in company.deals(f"{source}, {days}", "stage = 'won' AND closed_on >= '2026-01-01'"):
        taken[key].append(count)
    assert len(taken) > 2
    for key, found in taken.items():
        told = {"zh": f"{key}　平均 {round(mean(found))} 天，{len(found)} 单"}
        told["en"] = f"{key}: {round(mean(found))} days on average, {len(found)} won"
        holds(lines, told[company.language])
