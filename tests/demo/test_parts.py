"""What a manager asks about parts of a whole: shares, how many customers of which kind, who has stood longest, the
forecast of each. Each figure stands against plain SQL that knows nothing of the bot.
"""

import re
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.demo.company import NOW, OWNER, YEAR, Company, holds, row_of, total_of

WON_THIS_YEAR = "stage = 'won' AND closes BETWEEN ? AND ?"
OURS = "deleted_at IS NULL AND team_id IN (OURS)"
SOURCE = "(SELECT c.source FROM customers c WHERE c.id = o.customer_id)"


def tenth(part: float, whole: float) -> str:
    return f"{part * 100 / whole:.1f}".removesuffix(".0") + "%"


def cells(company: Company, *told: str) -> str:
    label, *rest = told
    return {"zh": label + "　" + "　".join(rest), "en": f"{label}: {', '.join(rest)}"}[company.language]


def test_the_share_of_one(company: Company) -> None:
    name = {"zh": "张伟", "en": "Ben Okonwe"}[company.language]
    lines = company.ask("张伟今年占团队成交额的多少", "what share of the team's sales this year is Ben's?")
    theirs = f"{WON_THIS_YEAR} AND {OWNER} = '{name}'"
    part, whole = company.in_base(theirs, *YEAR), company.in_base(WON_THIS_YEAR, *YEAR)
    assert 0 < part < whole
    assert tenth(part, whole) in lines[1], lines
    counts = company.total(theirs, *YEAR)[0], company.total(WON_THIS_YEAR, *YEAR)[0]
    label = {"zh": "单数", "en": "Deals"}[company.language]
    holds(lines, cells(company, label, f"{counts[0]} / {counts[1]}", tenth(*counts)))
    sums: dict[str, list[int]] = {}
    for owner, code, minor in company.deals(f"{OWNER}, amount_currency, amount_minor", WON_THIS_YEAR, *YEAR):
        of_code = sums.setdefault(code, [0, 0])
        of_code[0] += minor if owner == name else 0
        of_code[1] += minor
    assert len(sums) > 1
    for code, (mine, all_of_it) in sums.items():
        amounts = f"{company.shown(mine, code)} / {company.shown(all_of_it, code)}"
        holds(lines, cells(company, code, amounts, tenth(mine, all_of_it)))


def test_nobody_is_told_their_share_of_what_they_may_not_see(company: Company) -> None:
    (said,) = company.ask("华东今年成交占全公司的比例", "North's share of company revenue this year")
    assert said.startswith({"zh": "没有找到", "en": "I can't find"}[company.language])


def test_the_share_of_each(company: Company) -> None:
    lines = company.ask("今年各销售成交占比", "share of wins by rep this year")
    whole = company.in_base(WON_THIS_YEAR, *YEAR)
    for (name,) in company.deals(f"DISTINCT {OWNER}", WON_THIS_YEAR, *YEAR):
        theirs = f"{WON_THIS_YEAR} AND {OWNER} = '{name}'"
        row = row_of(company, name, *company.total(theirs, *YEAR))
        share = tenth(company.in_base(theirs, *YEAR), whole)
        assert any(line.startswith(row) and line.endswith(share) for line in lines), (row, share, lines)
    holds(lines, total_of(company, *company.total(WON_THIS_YEAR, *YEAR)))


def counted(company: Company, lines: list[str], found: Counter[Any]) -> None:
    """Each group has its line, with its share where one is told, and the sum is told."""
    total = sum(found.values())
    for label, count in found.most_common(10):
        row = cells(company, label, str(count))
        assert any(line in (row, cells(company, label, str(count), tenth(count, total))) for line in lines), (
            row,
            lines,
        )
    holds(lines, {"zh": f"客户 {total} 家", "en": f"Customers: {total}"}[company.language])


@pytest.mark.parametrize(
    ("zh", "en", "column"),
    [
        ("哪个行业客户最多", "which industry has the most customers?", "industry"),
        ("客户来源哪个最多", "which lead source brings the most customers?", "source"),
        ("每个销售有多少客户", "how many customers does each rep have?",
         "(SELECT u.name FROM users u WHERE u.id = customers.owner_id)"),
    ],
)  # fmt: skip
def test_how_many_customers_of_each_kind(company: Company, zh: str, en: str, column: str) -> None:
    lines = company.ask(zh, en)
    counted(company, lines, Counter(row[0] for row in company.rows(f"SELECT {column} FROM customers WHERE {OURS}")))


def test_where_customers_are(company: Company) -> None:
    lines = company.ask("哪个地区客户最多", "which region has the most customers?")
    addresses = [row[0] for row in company.rows(f"SELECT address FROM customers WHERE {OURS}")]
    towns = [text.split("市")[0] if company.language == "zh" else text.rpartition(", ")[2] for text in addresses]
    counted(company, lines, Counter(towns))


def test_what_each_source_has_brought(company: Company) -> None:
    lines = company.ask("今年成交按客户来源看", "won this year by lead source")
    for (source,) in company.deals(f"DISTINCT {SOURCE}", WON_THIS_YEAR, *YEAR):
        theirs = f"{WON_THIS_YEAR} AND {SOURCE} = '{source}'"
        holds(lines, row_of(company, source, *company.total(theirs, *YEAR)))


def test_who_has_stood_longest(company: Company) -> None:
    """Since the last change to the stage in which it is."""
    lines = company.ask("合同谈判阶段停得最久的商机", "which deals have been in negotiation the longest?")
    moved = "(SELECT max(h.until) FROM opportunity_history h WHERE h.opportunity_id = o.id AND h.stage != o.stage)"
    found = company.deals(f"name, coalesce({moved}, created_at)", "stage = 'negotiation' ORDER BY 2, id")
    assert found
    for number, (name, since) in enumerate(found[:5], 1):
        began = datetime.fromisoformat(since).replace(tzinfo=UTC).astimezone(NOW.tzinfo)
        days = (NOW.date() - began.date()).days
        said = {"zh": f"合同谈判 {days} 天", "en": f"Negotiation for {days} d"}[company.language]
        row = next(line for line in lines if line.startswith(f"{number} "))
        assert name in row
        assert said in row


def test_the_forecast_of_each_with_the_commit(company: Company) -> None:
    lines = company.ask("每个销售预测多少", "forecast by rep")
    commits = company.rows(
        f"SELECT {OWNER}, amount_minor FROM forecast_commits o WHERE period_start = '2026-10-01' "
        "AND deleted_at IS NULL AND owner_id IN (SELECT id FROM users WHERE role = 'rep' AND team_id IN (OURS))"
    )
    assert len(commits) == 5
    for name, minor in commits:
        won = company.in_base("stage = 'won' AND closes BETWEEN ? AND ? AND " + f"{OWNER} = '{name}'",
                              "2026-10-01", "2026-12-31")  # fmt: skip
        shown = {"zh": ("已赢 {}", "承诺 {}"), "en": ("won {}", "commit {}")}[company.language]
        row = next(line for line in lines if line.startswith(name))
        assert shown[0].format(company.shown(round(won / 100) * 100, "CNY")) in row
        assert row.endswith(shown[1].format(company.shown(minor, "CNY")))


def test_totals_in_another_currency(company: Company) -> None:
    """Each deal at the newest rate on the day it closed, the other way round."""
    company.ask("今年成交", "won this year")
    lines = company.talk.say(company.names["boss"], {"zh": "换成美元", "en": "in dollars"}[company.language]).text
    rate = (
        "(SELECT CAST(rate AS REAL) FROM exchange_rates r WHERE r.currency = 'USD' AND r.valid_on <= o.closed_on "
        "ORDER BY r.valid_on DESC LIMIT 1)"
    )
    worth = f"sum(CASE amount_currency WHEN 'USD' THEN amount_minor * 1.0 ELSE amount_minor / {rate} END)"
    total = float(company.deals(worth, WON_THIS_YEAR, *YEAR)[0][0])
    found = re.search(
        {"zh": r"全部折合约 US\$([\d,.]+)", "en": r"Altogether about \$([\d,.]+)"}[company.language], lines
    )
    assert found is not None, lines
    assert abs(float(found[1].replace(",", "")) * 100 - total) < 100


def test_first_and_repeat_buyers(company: Company) -> None:
    lines = company.ask("新老客户今年成交对比", "new vs existing customers this year")
    before = (
        "EXISTS (SELECT 1 FROM opportunities b WHERE b.customer_id = o.customer_id AND b.stage = 'won' "
        "AND b.deleted_at IS NULL AND b.closed_on < '2026-01-01')"
    )
    labels = {"zh": ("老客户（之前买过）", "新客户（之前没买过）"), "en": ("repeat buyers", "first-time buyers")}
    for label, which in zip(labels[company.language], (before, f"NOT {before}"), strict=True):
        holds(lines, row_of(company, label, *company.total(f"{WON_THIS_YEAR} AND {which}", *YEAR)))
