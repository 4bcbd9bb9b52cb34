"""What a manager asks beyond the summary: what slipped, who took deals away, who is behind, whom nobody has spoken to.

Each figure stands against plain SQL that knows nothing of the bot.
"""

from typing import Any

import pytest

from tests.demo.company import MONTH, OWNER, QUARTER, YEAR, Company, holds, row_of, split_by, total_of

TODAY = "2026-11-26"
CLOSES = "coalesce(closed_on, expected_close)"
# How a deal stood at the end of a day in China, by the history of changes; the last one holds from then on.
STOOD = (
    "SELECT h.opportunity_id, h.expected_close FROM opportunity_history h WHERE h.since <= ? "
    "AND (h.until IS NULL OR h.until > ?) AND h.deleted_at IS NULL AND h.team_id IN (OURS) "
    "AND h.stage NOT IN ('won', 'lost') AND h.expected_close BETWEEN ? AND ?"
)
MONTH_BEGAN, QUARTER_BEGAN = "2026-10-31 15:59:59.999999", "2026-09-30 15:59:59.999999"


def amounts_of(company: Company, deals: list[int]) -> str:
    marks = ", ".join("?" * len(deals))
    return company.amounts(
        company.rows(f"SELECT amount_currency, amount_minor FROM opportunities WHERE id IN ({marks})", *deals)
    )


@pytest.mark.parametrize(
    ("zh", "en", "period", "began"),
    [
        ("这个月哪些单子推迟了", "which deals slipped this month?", MONTH, MONTH_BEGAN),
        ("哪些商机延期了", "which deals slipped", QUARTER, QUARTER_BEGAN),
    ],
)
def test_what_slipped(company: Company, zh: str, en: str, period: Any, began: str) -> None:
    """Due in the period when it began, and now due later; or due in it, past, and open still."""
    lines = company.ask(zh, en)
    before = dict(company.rows(STOOD, began, began, *period))
    now = dict(company.rows(
        "SELECT id, expected_close FROM opportunities WHERE deleted_at IS NULL AND stage NOT IN ('won', 'lost') "
        "AND team_id IN (OURS)"
    ))  # fmt: skip
    moved = [deal for deal, day in before.items() if deal in now and now[deal] and now[deal] > day]
    past = [deal for deal, day in now.items() if day and period[0] <= day < TODAY and deal not in moved]
    assert moved
    assert past
    put_off = {"zh": "推迟 {} 单 {}", "en": "Moved later: {} for {}"}[company.language]
    over = {"zh": "预计日已过、还没结束 {} 单 {}", "en": "Past their day and still open: {} for {}"}[company.language]
    assert put_off.format(len(moved), amounts_of(company, moved)) in lines
    assert over.format(len(past), amounts_of(company, past)) in lines


def test_what_slipped_is_what_the_summary_counts(company: Company) -> None:
    summary = company.ask("本季度管道汇总", "pipeline this quarter")
    slipped = company.ask("本季度推迟了多少单子", "which deals slipped this quarter")
    count = {"zh": "推迟 {}", "en": "{} slipped"}[company.language]
    said = next(int(word) for word in slipped[1].replace(":", " ").split() if word.isdigit())
    assert any(count.format(said) in line for line in summary), (slipped[1], summary)


TAKEN = "stage = 'lost' AND closes BETWEEN ? AND ? AND (competitor IS NOT NULL OR lost_reason IN (?, ?))"
REASON = ("选了竞争对手", "Chose a competitor")


def test_to_whom_deals_were_lost(company: Company) -> None:
    lines = company.ask("今年主要输给谁", "who do we lose to most?")
    split_by(company, lines, "competitor", TAKEN, *YEAR, *REASON)
    holds(lines, total_of(company, *company.total(TAKEN, *YEAR, *REASON)))


def test_the_deals_a_rival_took(company: Company) -> None:
    lines = company.ask("竞争对手抢走的单子", "deals lost to competitors this year")
    holds(lines, total_of(company, *company.total(TAKEN, *YEAR, *REASON)))
    name = "name || ' · ' || (SELECT c.name FROM customers c WHERE c.id = o.customer_id)"
    to = {"zh": "输给", "en": "lost to "}[company.language]
    known = {f"{deal} · {to}{rival}" for deal, rival in company.deals(f"{name}, competitor", TAKEN, *YEAR, *REASON)}
    shown = [line.split(" ", 1)[1] for line in lines if line[:2] in {f"{n} " for n in range(1, 6)}]
    assert len(shown) == 5
    assert all(any(line.startswith(deal) for deal in known) for line in shown)


def test_since_the_first_of_the_month(company: Company) -> None:
    """The legs of the bridge are what stood then, what happened, and what stands now."""
    lines = company.ask("和月初比", "compare with the start of the month")
    then = company.rows(
        "SELECT amount_currency, amount_minor FROM opportunity_history h WHERE h.since <= ? "
        "AND (h.until IS NULL OR h.until > ?) AND h.deleted_at IS NULL AND h.team_id IN (OURS) "
        "AND h.stage NOT IN ('won', 'lost') AND amount_currency IS NOT NULL",
        MONTH_BEGAN, MONTH_BEGAN,
    )  # fmt: skip
    gap = {"zh": "　", "en": ": "}[company.language]
    first = {"zh": "10-31 结束时", "en": "End of 31 Oct"}[company.language]
    assert f"{first}{gap}{company.amounts(then)}" in lines
    now = company.total("stage NOT IN ('won', 'lost')")[1]
    assert f"{ {'zh': '现在', 'en': 'Now'}[company.language] }{gap}{now}" in lines


def test_who_is_behind(company: Company) -> None:
    lines = company.ask("谁落后了", "who is behind target?")
    aims = company.rows(
        f"SELECT {OWNER}, owner_id, CAST(value AS INTEGER) FROM sales_targets o WHERE metric = 'revenue' "
        "AND for_team_id IS NULL AND period_start = ? AND owner_id IN (SELECT id FROM users WHERE team_id IN (OURS))",
        QUARTER[0],
    )
    behind = []
    for name, owner, aim in aims:
        won = company.in_base("stage = 'won' AND closed_on BETWEEN ? AND ? AND owner_id = ?", QUARTER[0], TODAY, owner)
        if won / 100 < aim * 57 / 92:  # of 92 days, 57 have begun
            behind.append(name)
    count = {"zh": f"：{len(behind)} 人落后于进度", "en": f": {len(behind)} behind the pace"}[company.language]
    assert behind
    assert lines[0].endswith(count)
    rows = lines[1 : len(behind) + 1]
    assert sorted(behind) == sorted(next(name for name in behind if row.startswith(name)) for row in rows)


def test_customers_nobody_has_spoken_to(company: Company) -> None:
    """A manager asks about the team's customers, not the own ones."""
    lines = company.ask("哪些客户好久没联系了", "which customers haven't we spoken to in a while?")
    count = company.rows(
        "SELECT count(*) FROM customers c WHERE deleted_at IS NULL AND team_id IN (OURS) AND NOT EXISTS (SELECT 1 "
        "FROM follow_ups f WHERE f.customer_id = c.id AND f.deleted_at IS NULL AND f.occurred_at > '2026-10-27 08:20')"
    )[0][0]
    assert count > 5
    assert lines[0] == {
        "zh": f"30 天没联系的客户 {count} 家", "en": f"Customers without contact for 30 days: {count}",
    }[company.language]  # fmt: skip


def test_how_many_customers(company: Company) -> None:
    lines = company.ask("张伟有多少客户", "how many customers does Maria have")
    count = company.rows(
        f"SELECT count(*) FROM customers o WHERE deleted_at IS NULL AND {OWNER} = ?", company.names["rep"]
    )[0][0]
    assert lines[0] == {"zh": f"客户 {count} 家", "en": f"Customers: {count}"}[company.language]


def test_two_against_each_other(company: Company) -> None:
    lines = company.ask("今年张伟和李雷对比一下", "compare Maria and Alex this year")
    for name in (company.names["rep"], company.names["other"]):
        count, amount = company.total(f"stage = 'won' AND closes BETWEEN ? AND ? AND {OWNER} = ?", *YEAR, name)
        holds(lines, row_of(company, name, count, amount))


def test_the_win_rate_beside_the_quarter_before(company: Company) -> None:
    lines = company.ask("赢单率和上季度比", "what's our win rate vs last quarter?")
    for period in (QUARTER, ("2026-07-01", "2026-09-30")):
        won, lost = (
            company.total(f"stage = '{kind}' AND closes BETWEEN ? AND ?", *period)[0] for kind in ("won", "lost")
        )
        said = {"zh": (f"赢 {won} 单，输 {lost} 单", f"赢 {won}，输 {lost}"), "en": (f"{won} won, {lost} lost",)}
        assert any(one in line for one in said[company.language] for line in lines), (won, lost, lines)


def test_the_best_customers_are_those_of_the_year(company: Company) -> None:
    lines = company.ask("前十大客户", "top 10 customers")
    name = "(SELECT c.name FROM customers c WHERE c.id = o.customer_id)"
    worth: dict[str, float] = {}
    for (one,) in company.deals(f"DISTINCT {name}", "stage = 'won' AND closes BETWEEN ? AND ?", *YEAR):
        worth[one] = company.in_base(f"stage = 'won' AND closes BETWEEN ? AND ? AND {name} = ?", *YEAR, one)
    best = max(worth, key=lambda one: worth[one])
    assert lines[1].startswith(best)


def test_what_is_asked_for_in_no_words_we_know_is_not_answered_with_something_else(company: Company) -> None:
    lines = company.ask("销售漏洞哪里来的故事", "the story of our sales pipe dreams")
    assert not any(line.startswith(("合计", "Total")) for line in lines)


def test_one_industry(company: Company) -> None:
    lines = company.ask("物流行业今年成交多少", "how much did logistics customers buy this year?")
    label = {"zh": "物流", "en": "Logistics"}[company.language]
    theirs = "(SELECT c.industry FROM customers c WHERE c.id = o.customer_id) IN ('logistics', ?)"
    count, amount = company.total(f"stage = 'won' AND closes BETWEEN ? AND ? AND {theirs}", *YEAR, label)
    assert count
    holds(lines, total_of(company, count, amount))


def test_lost_for_one_reason(company: Company) -> None:
    lines = company.ask("今年因为价格丢了多少单", "how many deals did we lose on price this year?")
    reason = {"zh": "价格", "en": "Price"}[company.language]
    found = company.total("stage = 'lost' AND closes BETWEEN ? AND ? AND lost_reason = ?", *YEAR, reason)
    holds(lines, total_of(company, *found))


def test_won_and_lost_in_one_question(company: Company) -> None:
    lines = company.ask("这个季度赢了几单，丢了几单", "how many deals did we win and lose this quarter?")
    won, lost = (company.total(f"stage = '{kind}' AND closes BETWEEN ? AND ?", *QUARTER)[0] for kind in ("won", "lost"))
    assert {"zh": f"（赢 {won} 单，输 {lost} 单）", "en": f"({won} won, {lost} lost)"}[company.language] in lines[1]


def test_what_can_close_by_the_end_of_the_month_lies_ahead(company: Company) -> None:
    lines = company.ask("月底前能签下来的有哪些", "which deals will close before the end of the month?")
    where = "stage NOT IN ('won', 'lost') AND closes BETWEEN ? AND ?"
    holds(lines, total_of(company, *company.total(where, TODAY, MONTH[1])))
