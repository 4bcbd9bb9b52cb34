"""What a manager asks about deals that move, commits, coverage, single conditions, and "what if".

Each figure stands against plain SQL that knows nothing of the bot.
"""

from typing import Any

import pytest

from tests.demo.company import MONTH, OPEN, OWNER, QUARTER, RATES, WEEK, YEAR, Company, holds, row_of, total_of

QUARTER_BEGAN = "2026-09-30 15:59:59.999999"
STAGES = ("initial_contact", "needs_analysis", "proposal", "negotiation")
IS_OPEN = "stage NOT IN ('won', 'lost')"
HEAD = {"zh": "　", "en": ": "}


def test_which_deals_moved(company: Company) -> None:
    """Open and due in the quarter when it began and now, at a later stage now; and the same the other way round."""
    then = dict(company.rows(
        "SELECT h.opportunity_id, h.stage FROM opportunity_history h WHERE h.since <= ? AND (h.until IS NULL OR "
        f"h.until > ?) AND h.deleted_at IS NULL AND h.team_id IN (OURS) AND h.{IS_OPEN} "
        "AND expected_close BETWEEN ? AND ?",
        QUARTER_BEGAN, QUARTER_BEGAN, *QUARTER,
    ))  # fmt: skip
    now = {row[0]: row[1:] for row in company.deals(
        "id, stage, amount_currency, amount_minor", f"{IS_OPEN} AND closes BETWEEN ? AND ?", *QUARTER
    )}  # fmt: skip
    order = STAGES.index
    forward = [now[deal][1:] for deal, stage in then.items() if deal in now and order(now[deal][0]) > order(stage)]
    back = [deal for deal, stage in then.items() if deal in now and order(now[deal][0]) < order(stage)]
    assert forward
    lines = company.ask("哪些商机推进了", "which deals moved forward?")
    said = {"zh": "推进 {} 单 {}", "en": "Moved forward: {} for {}"}[company.language]
    assert lines[1] == said.format(len(forward), company.amounts(forward))
    assert not back
    assert company.ask("哪些商机退回了", "which deals moved back?")[1] == {
        "zh": "没有退回的商机。", "en": "No deal moved back.",
    }[company.language]  # fmt: skip


def test_a_filtered_summary_counts_the_same_won_and_lost_twice(company: Company) -> None:
    """What changed is told of the deals that were asked about, as what was won and lost is."""
    lines = company.ask("制造业客户本季度的管道", "pipeline this quarter for manufacturing customers")
    theirs = (
        "(SELECT c.industry FROM customers c WHERE c.id = o.customer_id) IN ('manufacturing', '制造', 'Manufacturing')"
    )
    lost = company.total(f"stage = 'lost' AND closes BETWEEN ? AND ? AND {theirs}", *QUARTER)[0]
    assert lost
    changed = {"zh": f"输单 {lost}", "en": f"{lost} lost"}[company.language]
    assert lines[-1].endswith(changed), lines


def test_commits_of_each(company: Company) -> None:
    lines = company.ask("大家的承诺各是多少", "what has everyone committed?")
    rows = company.rows(
        f"SELECT {OWNER}, o.owner_id, amount_minor FROM forecast_commits o WHERE period_start = ? "
        "AND deleted_at IS NULL AND owner_id IN (SELECT id FROM users WHERE team_id IN (OURS))",
        QUARTER[0],
    )
    assert len(rows) == 5
    for name, owner, minor in rows:
        won = company.in_base(
            "stage = 'won' AND closed_on BETWEEN ? AND ? AND owner_id = ?", QUARTER[0], QUARTER[1], owner
        )
        commit, done = company.shown(minor, "CNY"), f"{won / 100:,.0f}"
        holds(lines, f"{name}{HEAD[company.language]}{commit}")
        assert any(line.startswith(name) and line.endswith(f"¥{done}") for line in lines), (name, done)
    total = company.shown(sum(row[2] for row in rows), "CNY")
    assert total in lines[1]


def _worth(company: Company, where: str, *values: Any) -> float:
    """Open deals at today's rates, in whole units."""
    rates = {"CNY": 1.0, **dict(company.rows(RATES))}
    rows = company.deals("amount_currency, amount_minor", where, *values)
    return sum(minor * rates[code] for code, minor in rows if code) / 100


def test_coverage(company: Company) -> None:
    lines = company.ask("本季度管道覆盖率", "pipeline coverage this quarter")
    (aim,) = company.rows(
        "SELECT CAST(value AS INTEGER) FROM sales_targets WHERE metric = 'revenue' AND period_start = ? "
        "AND period_end = ? AND for_team_id = (SELECT id FROM teams WHERE name = ?)",
        *QUARTER, company.names["team"],
    )[0]  # fmt: skip
    won = company.in_base("stage = 'won' AND closed_on BETWEEN ? AND ?", *QUARTER) / 100
    times = _worth(company, f"{IS_OPEN} AND closes BETWEEN ? AND ?", *QUARTER) / (aim - won)
    assert lines[1].startswith({"zh": f"{times:.1f} 倍：", "en": f"{times:.1f} times:"}[company.language])
    rows = [line for line in lines[2:] if {"zh": " 倍", "en": " times"}[company.language] in line]
    assert rows == sorted(rows, key=lambda line: float(line.replace("　", " ").split()[-2]))  # the thinnest first


def test_the_end_of_the_month_is_its_month(company: Company) -> None:
    lines = company.ask("月底前能签多少", "what can we close by the end of the month?")
    assert {"zh": "2026 年 11 月 · 预测", "en": "forecast for Nov 2026"}[company.language] in lines[0]


@pytest.mark.parametrize(("fate", "zh", "en"), [
    ("lost", "如果{}的单子丢了，本季度预测还剩多少", "what if we lose {}?"),
    ("later", "如果{}的单子推到下季度会怎样", "what if {} slips to next quarter?"),
    ("won", "要是赢下{}的单子，能完成目标吗", "what if we win {}?"),
])  # fmt: skip
def test_what_if(company: Company, fate: str, zh: str, en: str) -> None:
    """Pipeline and weighted sum differ by exactly those deals; nothing is written."""
    customer = "(SELECT c.name FROM customers c WHERE c.id = o.customer_id)"
    name, count = company.deals(
        f"{customer}, count(*)", f"{IS_OPEN} AND closes BETWEEN ? AND ? GROUP BY 1 ORDER BY sum(amount_minor) DESC "
        "LIMIT 1",
        *QUARTER,
    )[0]  # fmt: skip
    before = company.rows("SELECT count(*) FROM audit")
    lines = company.ask(zh.format(name), en.format(name))
    assert company.rows("SELECT count(*) FROM audit") == before
    total = company.total(f"{IS_OPEN} AND closes BETWEEN ? AND ?", *QUARTER)[0]
    arrow = {"zh": f"管道：{total} 单 ", "en": f"Pipeline: {total} for "}[company.language]
    after = {"zh": f"→ {total - count} 单 ", "en": f"→ {total - count} for "}[company.language]
    assert any(line.startswith(arrow) and after in line for line in lines), lines
    theirs = f"{IS_OPEN} AND {customer} = ?"
    due = f"{theirs} AND closes BETWEEN ? AND ?"
    likely = sum(_worth(company, f"{due} AND stage = ?", name, *QUARTER, stage) * OPEN[stage] / 100 for stage in STAGES)
    gap = _worth(company, theirs, name) - likely if fate == "won" else likely
    assert any(f"¥{gap:,.0f}" in line for line in lines), (gap, lines)
    last = {"zh": "只是推算，没有改动任何记录。", "en": "Only a reckoning: no record was changed."}
    assert lines[-1] == last[company.language]


def test_of_one_channel(company: Company) -> None:
    """Who asks for calls is told the calls."""
    name = company.names["rep"]
    lines = company.ask("张伟这周打了几个电话", "how many calls did Maria make this week")
    count = company.rows(
        f"SELECT count(*) FROM follow_ups o WHERE {OWNER} = ? AND channel = 'call' AND deleted_at IS NULL "
        "AND occurred_at >= '2026-11-22 16:00' AND occurred_at < '2026-11-29 16:00'",
        name,
    )[0][0]
    assert {"zh": f"合计 {count} 次", "en": f"Total: {count}"}[company.language] in lines


def test_most_visits(company: Company) -> None:
    lines = company.ask("本月拜访最多的是谁", "who made the most visits this month?")
    rows = company.rows(
        f"SELECT {OWNER}, count(*) FROM follow_ups o WHERE channel = 'visit' AND deleted_at IS NULL "
        "AND team_id IN (OURS) AND occurred_at >= '2026-10-31 16:00' AND occurred_at < '2026-11-30 16:00' "
        "GROUP BY 1 ORDER BY 2 DESC"
    )
    assert any(
        lines[1].startswith(f"{name}{HEAD[company.language]}{count}") for name, count in rows if count == rows[0][1]
    )


def test_the_fewest_deals_come_first(company: Company) -> None:
    lines = company.ask("谁的单子最少", "who has the fewest deals?")
    rows = company.deals(f"{OWNER}, count(*)", f"{IS_OPEN} GROUP BY 1 ORDER BY 2")
    assert any(
        lines[1].startswith(f"{name}{HEAD[company.language]}{count}") for name, count in rows if count == rows[0][1]
    )


def test_customers_lost_are_counted_by_deals(company: Company) -> None:
    lines = company.ask("谁的客户流失最多", "who lost the most customers?")
    rows = company.deals(
        f"{OWNER}, count(*)", "stage = 'lost' AND closes BETWEEN ? AND ? GROUP BY 1 ORDER BY 2 DESC", *MONTH
    )
    assert any(
        lines[1].startswith(f"{name}{HEAD[company.language]}{count}") for name, count in rows if count == rows[0][1]
    )


def test_the_large_ones_of_what_was_asked(company: Company) -> None:
    """「只看……以上的」 goes on with the question before; other currencies are held against it at today's rate."""
    company.ask("本季度管道汇总", "pipeline this quarter")
    boss = company.names["boss"]
    lines = company.talk.say(
        boss, {"zh": "只看50万以上的", "en": "just the ones over 500k"}[company.language]
    ).text.split("\n")
    rates = {"CNY": 1.0, **dict(company.rows(RATES))}
    large = [
        (code, minor)
        for code, minor in company.deals(
            "amount_currency, amount_minor", f"{IS_OPEN} AND closes BETWEEN ? AND ?", *QUARTER
        )
        if minor * rates[code] >= 50_000_000
    ]
    assert large
    assert "≥ ¥500,000" in lines[0]
    holds(lines, total_of(company, len(large), company.amounts(large)))


@pytest.mark.parametrize("is_old", [True, False])
def test_new_and_old_buyers(company: Company, is_old: bool) -> None:
    """Old: whoever had bought before the year began."""
    zh, en = (("老客户今年成交多少", "repeat business this year") if is_old
              else ("新客户今年贡献了多少", "how much did new customers bring in this year?"))  # fmt: skip
    lines = company.ask(zh, en)
    before = (
        "EXISTS (SELECT 1 FROM opportunities b WHERE b.customer_id = o.customer_id AND b.stage = 'won' "
        "AND b.deleted_at IS NULL AND b.closed_on < ?)"
    )
    where = f"stage = 'won' AND closes BETWEEN ? AND ? AND {'' if is_old else 'NOT '}{before}"
    count, amount = company.total(where, *YEAR, YEAR[0])
    assert count
    holds(lines, total_of(company, count, amount))


def test_what_is_to_be_won_next_week_is_open(company: Company) -> None:
    lines = company.ask("下周哪些商机要成交", "which deals close next week?")
    count, amount = company.total(f"{IS_OPEN} AND closes BETWEEN '2026-11-30' AND '2026-12-06'")
    assert count
    holds(lines, total_of(company, count, amount))


def test_words_that_nothing_was_made_of_are_named(company: Company) -> None:
    """Better than to answer as if they had not been there."""
    lines = company.ask("今年穿山甲渠道成交多少", "how much did we win through pangolins this year?")
    assert {"zh": "穿山甲", "en": "pangolins"}[company.language] in lines[1], lines


def test_each_of_them(company: Company) -> None:
    lines = company.ask("上季度每个人签了几单", "how many deals did each rep close last quarter?")
    rows = company.deals(
        f"{OWNER}, amount_currency, amount_minor", "stage = 'won' AND closes BETWEEN '2026-07-01' AND '2026-09-30'"
    )
    for name in {row[0] for row in rows}:
        theirs = [row[1:] for row in rows if row[0] == name]
        holds(lines, row_of(company, name, len(theirs), company.amounts(theirs)))


def test_this_week_is_told_from_the_quarter(company: Company) -> None:
    lines = company.ask("本周新增了几个商机", "how many deals were added this week?")
    count = company.rows(
        "SELECT count(*) FROM opportunities WHERE deleted_at IS NULL AND team_id IN (OURS) "
        "AND created_at >= '2026-11-22 16:00' AND created_at < '2026-11-29 16:00'"
    )[0][0]
    assert str(count) in lines[1]
    assert WEEK[0][5:].replace("11-", "") in lines[0]


def test_lost_to_one_rival(company: Company) -> None:
    rival = company.deals(
        "competitor", "stage = 'lost' AND competitor IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
    )[0][0]
    lines = company.ask(f"今年输给{rival}的单子有多少", f"how many deals did we lose to {rival} this year?")
    holds(
        lines,
        total_of(company, *company.total("stage = 'lost' AND closes BETWEEN ? AND ? AND competitor = ?", *YEAR, rival)),
    )


def test_a_product_by_the_beginning_of_its_name(company: Company) -> None:
    lines = company.ask("叉车今年卖了多少", "how many forklift leases did we win this year?")
    product = {"zh": "叉车租赁", "en": "Forklift lease"}[company.language]
    holds(
        lines,
        total_of(company, *company.total("stage = 'won' AND closes BETWEEN ? AND ? AND product = ?", *YEAR, product)),
    )


def test_the_half_year_that_is_gone(company: Company) -> None:
    lines = company.ask("上半年成交多少", "how much did we win in H1?")
    holds(lines, total_of(company, *company.total("stage = 'won' AND closes BETWEEN '2026-01-01' AND '2026-06-30'")))


def test_the_calls_after_all_contacts(company: Company) -> None:
    company.ask("本月跟进次数", "activity this month")
    lines = company.talk.say(
        company.names["boss"], {"zh": "只看电话", "en": "just calls"}[company.language]
    ).text.split("\n")
    count = company.rows(
        "SELECT count(*) FROM follow_ups o WHERE channel = 'call' AND deleted_at IS NULL AND team_id IN (OURS) "
        "AND occurred_at >= '2026-10-31 16:00' AND occurred_at < '2026-11-30 16:00'"
    )[0][0]
    assert {"zh": f"合计 {count} 次", "en": f"Total: {count}"}[company.language] in lines


def test_of_two_where_nobody_knows_one(company: Company) -> None:
    lines = company.ask("华东和华南谁的业绩好", "who is doing better, North or South?")
    assert {"zh": "没有找到「华南」", "en": 'I can\'t find "South"'}[company.language] in lines[0]


def test_a_list_by_size_counts_every_currency(company: Company) -> None:
    """Other currencies are held against the limit at today's rate."""
    lines = company.ask("50万以上的商机有哪些", "which deals are over 500k?")
    rates = {"CNY": 1.0, **dict(company.rows(RATES))}
    rows = company.deals("amount_currency, amount_minor", IS_OPEN)
    count = sum(1 for code, minor in rows if code and minor * rates[code] >= 50_000_000)
    assert any(code != "CNY" and minor * rates[code] >= 50_000_000 for code, minor in rows if code)
    assert str(count) in lines[0]
