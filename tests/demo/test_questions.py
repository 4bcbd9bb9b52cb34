"""A manager's most natural questions, asked of the invented company: each figure against plain SQL of its own.

Nothing of ``bot.reports`` is used to check what it says: sums, counts, rates and order come from statements written
here, and amounts are written by the two lines of `shown`.
"""

import re
from typing import Any

import pytest

from tests.demo.company import (
    IS_OPEN,
    LAST_MONTH,
    MONTH,
    OPEN,
    OWNER,
    QUARTER,
    RATES,
    STAGES,
    TEAM,
    WEEK,
    YEAR,
    YEAR_AGO,
    Company,
    holds,
    row_of,
    split_by,
    total_of,
)


def test_the_pipeline_by_stage(company: Company) -> None:
    lines = company.ask("本季度管道汇总", "pipeline this quarter")
    for code, label in zip(OPEN, STAGES[company.language], strict=True):
        count, amount = company.total("stage = ? AND closes BETWEEN ? AND ?", code, *QUARTER)
        holds(lines, row_of(company, label, count, amount))
    found = company.deals("amount_currency, amount_minor, stage", f"{IS_OPEN} AND closes BETWEEN ? AND ?", *QUARTER)
    likely = company.amounts([(code, minor * OPEN[stage] // 100) for code, minor, stage in found])
    joined = {"zh": "，加权 ", "en": ", weighted "}[company.language]
    start = total_of(company, len(found), company.amounts([row[:2] for row in found]))
    assert f"{start}{joined}{likely}" in lines


@pytest.mark.parametrize(
    ("zh", "en", "key"),
    [
        ("本季度管道按人看", "pipeline this quarter by rep", OWNER),
        ("这个季度各团队的管道", "pipeline this quarter by team", TEAM),
        ("本季度管道按产品", "this quarter's pipeline by product", "product"),
    ],
)
def test_the_pipeline_split(company: Company, zh: str, en: str, key: str) -> None:
    split_by(company, company.ask(zh, en), key, f"{IS_OPEN} AND closes BETWEEN ? AND ?", *QUARTER)


@pytest.mark.parametrize(
    ("zh", "en", "period", "before"),
    [
        ("华东上个月成交了多少", "how much did North win last month?", LAST_MONTH, ("2026-09-01", "2026-09-30")),
        ("这个季度我们签了多少", "how much have we won this quarter?", QUARTER, ("2026-07-01", "2026-09-30")),
        ("今年的业绩怎么样", "how much have we sold this year?", YEAR, ("2025-01-01", "2025-12-31")),
    ],
)
def test_what_was_won(company: Company, zh: str, en: str, period: Any, before: Any) -> None:
    lines = company.ask(zh, en)
    won = "stage = 'won' AND closes BETWEEN ? AND ?"
    count, amount = company.total(won, *period)
    holds(lines, total_of(company, count, amount))
    other = company.total(won, *before)
    text = {"zh": f"{other[0]} 单 {other[1]}", "en": f"{other[0]} for {other[1]}"}[company.language]
    assert any(text in line for line in lines if line.startswith(("上期", "Period before")))
    if count > 1:
        mean = company.shown(round(company.in_base(won, *period) / count), "CNY")
        assert {"zh": f"平均每单 {mean}", "en": f"On average {mean} a deal"}[company.language] in lines


def test_what_was_won_a_year_ago(company: Company) -> None:
    lines = company.ask("今年成交和去年同期比怎么样", "how does this year compare to last year?")
    won = "stage = 'won' AND closes BETWEEN ? AND ?"
    holds(lines, total_of(company, *company.total(won, *YEAR)))
    count, amount = company.total(won, *YEAR_AGO)
    now, then = company.in_base(won, *YEAR), company.in_base(won, *YEAR_AGO)
    percent = round((now - then) * 100 / then)
    sign = (percent > 0) - (percent < 0)
    grown = {
        "zh": {1: f"，多 {percent}%", -1: f"，少 {-percent}%", 0: "，持平"},
        "en": {1: f", up {percent}%", -1: f", down {-percent}%", 0: ", the same"},
    }
    shown = {"zh": f"{count} 单 {amount}{grown['zh'][sign]}", "en": f"{count} for {amount}{grown['en'][sign]}"}
    assert any(line.endswith(shown[company.language]) for line in lines), (shown, lines)


def test_who_won_most(company: Company) -> None:
    lines = company.ask("今年谁的业绩最好", "who sold the most this year?")
    split_by(company, lines, OWNER, "stage = 'won' AND closes BETWEEN ? AND ?", *YEAR)
    owners = [row[0] for row in company.deals(f"DISTINCT {OWNER}", "stage = 'won' AND closes BETWEEN ? AND ?", *YEAR)]
    rates, theirs = dict(company.rows(RATES)), f"stage = 'won' AND closes BETWEEN ? AND ? AND {OWNER} = ?"
    worth = {
        owner: sum(
            minor * rates.get(code, 1.0)
            for code, minor in company.deals("amount_currency, amount_minor", theirs, *YEAR, owner)
        )
        for owner in owners
    }
    assert lines[1].startswith(max(worth, key=lambda owner: worth[owner]))


def test_month_by_month(company: Company) -> None:
    lines = company.ask("今年各月成交趋势", "monthly trend of won deals this year")
    months = {"zh": "{} 月", "en": "{}"}[company.language]
    names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    for month in range(1, 12):
        count, amount = company.total("stage = 'won' AND closes LIKE ?", f"2026-{month:02}%")
        label = months.format(month if company.language == "zh" else names[month - 1])
        if count:
            holds(lines, row_of(company, label, count, amount))


def test_why_deals_were_lost(company: Company) -> None:
    lines = company.ask("今年输单的主要原因是什么", "why are we losing deals this year?")
    split_by(company, lines, "lost_reason", "stage = 'lost' AND closes BETWEEN ? AND ?", *YEAR)


@pytest.mark.parametrize(
    ("zh", "en", "by_owner"),
    [
        ("今年赢单率多少", "what's our win rate this year?", False),
        ("今年每个人的赢率", "win rate by rep this year", True),
    ],
)
def test_the_win_rate(company: Company, zh: str, en: str, by_owner: bool) -> None:
    lines = company.ask(zh, en)

    def counts(where: str = "1 = 1", *values: Any) -> tuple[int, int]:
        period = f"closes BETWEEN ? AND ? AND {where}"
        found = [company.total(f"stage = '{kind}' AND {period}", *YEAR, *values)[0] for kind in ("won", "lost")]
        return found[0], found[1]

    def percent(won: int, lost: int) -> str:
        return f"{won * 100 / (won + lost):.1f}".removesuffix(".0")

    won, lost = counts()
    total = {
        "zh": f"赢单率 {percent(won, lost)}%（赢 {won} 单，输 {lost} 单）",
        "en": f"Win rate {percent(won, lost)}% ({won} won, {lost} lost)",
    }
    holds(lines, total[company.language])
    for (owner,) in company.deals(f"DISTINCT {OWNER}", "closed_on BETWEEN ? AND ?", *YEAR) if by_owner else ():
        won, lost = counts(f"{OWNER} = ?", owner)
        line = {
            "zh": f"{owner}　赢 {won}　输 {lost}　{percent(won, lost)}%",
            "en": f"{owner}: {won} won, {lost} lost, {percent(won, lost)}%",
        }
        assert line[company.language] in lines


def test_the_biggest_deals(company: Company) -> None:
    lines = company.ask("最大的五个商机", "what are our five biggest deals?")
    rates = dict(company.rows(RATES))
    found = company.deals("name, amount_currency, amount_minor", f"{IS_OPEN} ORDER BY id")
    found.sort(key=lambda row: -row[2] * rates.get(row[1], 1.0))
    for number, (name, code, minor) in enumerate(found[:5], 1):
        line = next(line for line in lines if line.startswith(f"{number} "))
        assert line.startswith(f"{number} {name} · ")
        assert f" · {company.shown(minor, code)} · " in line


def test_what_closes_this_month(company: Company) -> None:
    lines = company.ask("这个月预计成交的单子有哪些", "which deals close this month?")
    where = f"{IS_OPEN} AND closes BETWEEN ? AND ?"
    holds(lines, total_of(company, *company.total(where, *MONTH)))
    found = company.deals("name", f"{where} ORDER BY closes, id", *MONTH)
    shown = [line.split(" · ")[0].split(" ", 1)[1] for line in lines if line[:1].isdigit() and " · " in line]
    assert shown == [name for (name,) in found][: len(shown)]
    assert shown


def test_attainment_of_a_rep(company: Company) -> None:
    rep = company.names["rep"]
    lines = company.ask("张伟这个季度完成了多少", "how is Maria doing against her target?")
    won = company.in_base(f"stage = 'won' AND closed_on BETWEEN ? AND '2026-11-26' AND {OWNER} = ?", QUARTER[0], rep)
    target = company.rows(
        "SELECT CAST(value AS INTEGER) FROM sales_targets o WHERE metric = 'revenue' AND for_team_id IS NULL "
        f"AND period_start = ? AND {OWNER} = ?",
        QUARTER[0],
        rep,
    )[0][0]
    assert company.shown(target * 100, "CNY") in lines[1]
    assert f"（{round(won / target)}%）" in lines[1] or f"({round(won / target)}%)" in lines[1]


def test_the_forecast_says_what_is_won_and_weighted(company: Company) -> None:
    lines = company.ask("本季度预测", "forecast for this quarter")
    won = "stage = 'won' AND closed_on BETWEEN ? AND '2026-11-26'"
    base = round(company.in_base(won, QUARTER[0]) / 100)
    count = company.total(won, QUARTER[0])[0]
    shown = company.shown(base * 100, "CNY")
    said = {"zh": f"其中已赢 {count} 单，{shown}。", "en": f"Won so far: {shown} (deals: {count})."}
    assert said[company.language] in lines


def notes(company: Company, what: str, period: tuple[str, str], where: str = "1 = 1", *values: Any) -> list[Any]:
    day = "date(occurred_at, '+8 hours')"
    found = f"SELECT {what} FROM follow_ups o WHERE deleted_at IS NULL AND team_id IN (OURS) AND {day} BETWEEN ? AND ?"
    return company.rows(f"{found} AND {where}", *period, *values)


def test_contacts_of_each_person(company: Company) -> None:
    lines = company.ask("这周每个人跟进了多少次", "activity per rep this week")
    found = notes(company, f"{OWNER}, count(*)", WEEK, "1 = 1 GROUP BY owner_id")
    for owner, count in found:
        holds(lines, {"zh": f"{owner}　{count}　", "en": f"{owner}: {count}, "}[company.language])
    total = sum(count for _owner, count in found)
    assert {"zh": f"合计 {total} 次", "en": f"Total: {total}"}[company.language] in lines


def test_contacts_of_one_person_day_by_day(company: Company) -> None:
    lines = company.ask("李雷这个月每天的跟进次数", "Alex's activity this month by day")
    day = "date(occurred_at, '+8 hours')"
    found = notes(company, f"{day}, count(*)", MONTH, f"{OWNER} = ? GROUP BY 1 ORDER BY 1", company.names["other"])
    gap = {"zh": "　", "en": ": "}[company.language]
    counted = [int(line.split(gap)[1].split(" ")[0].rstrip(",")) for line in lines[1:-1]]
    assert counted == [count for _day, count in found]


def test_what_customers_say(company: Company) -> None:
    lines = company.ask("这个月客户主要反馈", "top objections this month")
    said = [text for (text,) in notes(company, "feedback", MONTH, "feedback IS NOT NULL AND feedback <> ''")]
    assert {"zh": f"有反馈的跟进 {len(said)} 条", "en": f"Notes with feedback: {len(said)}"}[company.language] in lines
    theme, words = {"zh": ("预算", ("预算",)), "en": ("Budget", ("budget",))}[company.language]
    count = sum(any(word in text.casefold() for word in words) for text in said)
    assert any(f"{theme}　{count} 条" in line or f"{theme}: {count}," in line for line in lines)


def test_new_customers(company: Company) -> None:
    lines = company.ask("今年新增了多少客户", "how many new customers did we add this year?")
    day = "date(created_at, '+8 hours')"
    ours = "SELECT count(*) FROM customers WHERE deleted_at IS NULL AND team_id IN (OURS)"
    count = company.rows(f"{ours} AND {day} BETWEEN ? AND ?", *YEAR)[0][0]
    assert count > 5
    assert {"zh": f"新增客户 {count} 家", "en": f"New customers: {count}"}[company.language] in lines


def test_new_deals(company: Company) -> None:
    lines = company.ask("这个月新增了多少商机", "how many new deals were created this month?")
    count, amount = company.total("date(created_at, '+8 hours') BETWEEN ? AND ?", *MONTH)
    assert {"zh": f"新增商机 {count} 个，{amount}", "en": f"New deals: {count} for {amount}"}[company.language] in lines


def test_unpaid_invoices(company: Company) -> None:
    lines = company.ask("哪些发票逾期了", "which invoices are overdue?")
    paid = "(SELECT coalesce(sum(p.amount_minor), 0) FROM payments p WHERE p.invoice_id = i.id)"
    count = company.rows(f"SELECT count(*) FROM invoices i WHERE amount_minor > {paid} AND team_id IN (OURS)")[0][0]
    assert lines[0].startswith({"zh": f"发票 {count} 张，还有", "en": f"Invoices: {count}, "}[company.language])


def test_receivables_by_age(company: Company) -> None:
    lines = company.ask("应收账龄", "aging report")
    paid = (
        "(SELECT coalesce(sum(p.amount_minor), 0) FROM payments p WHERE p.invoice_id = i.id AND p.deleted_at IS NULL)"
    )
    unpaid = f"FROM invoices i WHERE deleted_at IS NULL AND amount_minor > {paid} AND team_id IN (OURS)"
    ages = {"90 天以上|over 90 days": "> 90", "0–30 天|0–30 days": "BETWEEN 0 AND 30"}
    told = 0
    for names, days in ages.items():
        name = names.split("|")[company.language == "en"]
        age = f"julianday('2026-11-26') - julianday(issued_on) {days}"
        count = company.rows(f"SELECT count(*) {unpaid} AND {age}")[0][0]
        row = next((line for line in lines if line.startswith(f"· {name}")), "")
        assert row.endswith({"zh": f"，{count} 张", "en": f"({count})"}[company.language]) if count else not row
        for currency, minor in company.rows(
            f"SELECT amount_currency, sum(amount_minor - {paid}) {unpaid} AND {age} GROUP BY amount_currency"
        ):
            assert company.shown(minor, currency) in row
            told += 1
    assert told


def test_won_without_a_contract(company: Company) -> None:
    lines = company.ask("哪些赢单还没签合同", "which won deals have no contract yet")
    signed = "(SELECT 1 FROM contracts c WHERE c.opportunity_id = o.id AND c.deleted_at IS NULL)"
    assert company.total(f"stage = 'won' AND NOT EXISTS {signed}")[0] == 0
    assert lines[0] == {"zh": "赢单都签了合同。", "en": "Every won deal has its contract."}[company.language]


def test_the_sales_cycle_counts_the_won_deals(company: Company) -> None:
    lines = company.ask("销售周期多长", "how long is our sales cycle?")
    count = company.total("stage = 'won'")[0]
    assert any(line.endswith({"zh": f"，{count} 次", "en": f", {count} cases"}[company.language]) for line in lines)


def test_quiet_deals_are_open_and_as_quiet_as_is_said(company: Company) -> None:
    lines = company.ask("哪些商机好久没动静了", "which deals have gone quiet?")
    name, customer = lines[1].split(" ", 1)[1].split(" · ")[:2]
    days = next(int(part) for part in lines[2].replace("　", " ").split() if part.isdigit())
    last = company.rows(
        "SELECT max(julianday(f.occurred_at)) FROM follow_ups f JOIN opportunities o ON o.id = f.opportunity_id "
        "JOIN customers c ON c.id = o.customer_id WHERE o.name = ? AND c.name LIKE ? AND f.contact_id IS NOT NULL "
        f"AND o.{IS_OPEN}",
        name,
        customer.rstrip("…") + "%",
    )[0][0]
    now = company.rows("SELECT julianday('2026-11-26T08:20:00')")[0][0]
    assert days in (int(now - last), round(now - last))


WHY = {
    "本季度管道汇总": "pipeline this quarter",
    "上个月成交多少": "how much did we win last month",
    "今年赢单率": "win rate this year",
    "本季度预测": "forecast for this quarter",
    "目标完成情况": "how are we doing against target",
    "本周跟进统计": "activity this week",
    "这个月客户主要反馈": "top objections this month",
    "今年新增了多少客户": "how many new customers this year",
    "这个月新增了多少商机": "how many new deals this month",
    "本季度管道有什么变化": "what changed this quarter",
    "哪些单子要关注": "deals at risk",
}


@pytest.mark.parametrize("zh", WHY)
def test_every_figure_can_be_asked_why(company: Company, zh: str) -> None:
    """The answer says what was counted and up to when, and lists the rows."""
    company.ask(zh, WHY[zh])
    lines = company.talk.say(company.names["boss"], {"zh": "为什么", "en": "why?"}[company.language]).text.split("\n")
    assert company.names["team"] in lines[0]
    assert any(mark in line for line in lines for mark in ("16:20", "结束时起", "since the end of")), lines
    assert any(line.startswith("1 ") for line in lines), lines


def test_why_of_a_line_counts_what_the_line_says(company: Company) -> None:
    for zh, en in (
        ("今年成交按人看", "won this year by rep"),
        ("今年输单原因", "lost this year by reason"),
        ("本周跟进统计", "activity per rep this week"),
        ("今年新增客户按人看", "new customers this year by rep"),
        ("这个月客户主要反馈", "top objections this month"),
    ):
        lines = company.ask(zh, en)
        first = lines[2] if lines[1].startswith(("有反馈", "Notes")) else lines[1]
        digits = first.split("　")[1] if "　" in first else first.split(": ")[1]
        count = int("".join(c for c in digits.split(" ")[0].split(",")[0] if c.isdigit()))
        asked = {"zh": "为什么1", "en": "why 1"}[company.language]
        why = company.talk.say(company.names["boss"], asked).text.split("\n")
        assert str(count) in why[0], (first, why)


def test_satisfaction_by_who_handled_it(company: Company) -> None:
    by_handler = (
        "SELECT u.name, sum(s.status = 'answered'), sum(s.satisfaction >= 4) FROM surveys s "
        "JOIN service_requests r ON r.id = s.service_request_id JOIN users u ON u.id = r.handler_id "
        "WHERE s.team_id IN (OURS) AND s.sent_at >= '2025-12-31 16:00' GROUP BY u.name ORDER BY u.name"
    )
    rows = company.rows(by_handler)
    lines = company.ask("今年满意度按处理人", "CSAT this year by handler")
    assert rows
    for name, answered, content in rows:
        line = next(line for line in lines if line.startswith(name))
        assert f"CSAT {round(100 * content / answered)}%" in line


def test_the_best_chances_come_first_with_their_reason(company: Company) -> None:
    """Every deal named is open and the team's, the likeliest on top; "why" tells how such chances turned out."""
    lines = company.ask("哪些商机最有把握", "which deals are most likely to close?")
    rows = [line for line in lines if re.match(r"\d ", line)]
    percents = [int(re.search(r"(\d+)%$", line).group(1)) for line in rows]
    assert len(rows) == 5
    assert percents == sorted(percents, reverse=True)
    known = {
        f"{name} · {customer}"
        for name, customer in company.deals("name, (SELECT c.name FROM customers c WHERE c.id = customer_id)", IS_OPEN)
    }
    assert {" · ".join(line.split(" ", 1)[1].split(" · ")[:2]) for line in rows} <= known
    why = company.talk.say(company.names["boss"], {"zh": "为什么", "en": "why"}[company.language]).text
    assert {"zh": "赢单的可能怎么算的", "en": "how the chances are worked out"}[company.language] in why


def test_advice_names_its_facts(company: Company) -> None:
    """What to do first: each line a deal of the team that is open, and why."""
    lines = company.ask("有什么建议", "any advice?")
    assert len(lines) == 11
    names = {row[0] for row in company.deals("name", IS_OPEN)}
    for told, why in zip(lines[1::2], lines[2::2], strict=True):
        done, _, deal = told.partition({"zh": "：", "en": ": "}[company.language])
        assert done
        assert deal.split(" · ")[0] in names
        assert {"zh": "赢单的可能约", "en": "likely to be won"}[company.language] in why


def test_customers_of_one_short_name_are_told_apart(company: Company) -> None:
    """A short name that several have is all of them, each on its own line: none is taken for the other."""
    short = "substr(c.name, 1, 2)" if company.language == "zh" else "substr(c.name, 1, instr(c.name, ' ') - 1)"
    of = f"(SELECT {short} FROM customers c WHERE c.id = o.customer_id)"
    shared = f"{IS_OPEN} GROUP BY {of} HAVING count(DISTINCT customer_id) BETWEEN 2 AND 6 ORDER BY count(*) DESC"
    asked = (company.ask(f"{name}的管道", f"{name} pipeline") for (name,) in company.deals(of, shared))
    # One that is called just so, but for its trade, is meant alone.
    lines = next(lines for lines in asked if lines[0].count(" · ") > 2)
    customer = "(SELECT c.name FROM customers c WHERE c.id = o.customer_id)"
    for label, count in company.deals(
        f"{customer}, count(*)",
        f"{IS_OPEN} AND {customer} IN ({{}}) GROUP BY 1".format(
            ", ".join(f"'{part}'" for part in lines[0].split(" · ")[:-1])
        ),
    ):
        row = next(line for line in lines if line.startswith(label))
        assert str(count) in row
