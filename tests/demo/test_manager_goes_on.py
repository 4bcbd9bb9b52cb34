"""What a manager asks next: short messages that change the question that was told last, and free combinations.

Each figure stands against plain SQL that knows nothing of the bot.
"""

from typing import Any

from tests.demo.company import IS_OPEN, OWNER, QUARTER, YEAR, Company, holds, row_of, split_by, total_of

HALF = ("2026-01-01", "2026-06-30")
# What is invoiced and not paid, each invoice by what is left of it.
LEFT = (
    "SELECT i.amount_currency, i.amount_minor - coalesce((SELECT sum(p.amount_minor) FROM payments p "
    "WHERE p.invoice_id = i.id AND p.deleted_at IS NULL), 0) AS missing FROM invoices i "
    "WHERE i.deleted_at IS NULL AND i.team_id IN (OURS) AND missing > 0"
)
TWO_MONTHS_AGO = "2026-09-27 08:20"  # sixty days before the talk


def goes_on(company: Company, zh: str, en: str) -> list[str]:
    """The lines of the answer to what is said next."""
    return company.talk.say(company.names["boss"], {"zh": zh, "en": en}[company.language]).text.split("\n")


def of_town(company: Company) -> tuple[str, Any]:
    town = {"zh": "上海", "en": "Hamburg"}[company.language]
    return town, f"(SELECT c.address FROM customers c WHERE c.id = o.customer_id) LIKE '%{town}%'"


def test_what_is_owed_and_then_of_one(company: Company) -> None:
    rows = company.rows(LEFT)
    owed = {"zh": f"发票 {len(rows)} 张，还有 ", "en": f"Invoices: {len(rows)}, "}[company.language]
    holds(company.ask("还有多少钱没收回来", "how much are we still owed?"), owed + company.amounts(rows))
    of_one = company.rows(f"{LEFT} AND (i.owner_id = (SELECT id FROM users WHERE name = ?))", company.names["other"])
    assert of_one
    owed = {"zh": f"发票 {len(of_one)} 张，还有 ", "en": f"Invoices: {len(of_one)}, "}[company.language]
    holds(goes_on(company, "李雷的呢", "and Alex's?"), owed + company.amounts(of_one))


def test_large_deals_and_then_of_one_stage_and_person(company: Company) -> None:
    company.ask("50万以上的单子有几个", "which deals are over 500k?")
    worth = f"{IS_OPEN} AND amount_minor * CASE amount_currency WHEN 'CNY' THEN 1 ELSE 7 END >= 50000000"
    lines = goes_on(company, "其中方案制定的呢", "and in proposal?")
    count, amount = company.total(f"{worth} AND stage = 'proposal'")
    holds(lines, total_of(company, count, amount))
    name = company.names["rep"]
    lines = goes_on(company, "张伟的呢", "and Maria's?")
    holds(lines, total_of(company, *company.total(f"{worth} AND stage = 'proposal' AND {OWNER} = ?", name)))


def test_what_was_listed_is_added_up(company: Company) -> None:
    company.ask("20万以上、年底前要签的单子有哪些", "deals over 200k closing before year end")
    worth = "amount_minor * CASE amount_currency WHEN 'CNY' THEN 1 ELSE 7 END >= 20000000"
    lines = goes_on(company, "总共多少钱", "what do they come to")
    where = f"{IS_OPEN} AND {worth} AND closes BETWEEN '2026-11-26' AND '2026-12-31'"
    holds(lines, total_of(company, *company.total(where)))


def test_deals_that_stand_still_for_two_months(company: Company) -> None:
    lines = company.ask("有没有超过两个月没动静的大单", "any big deals stalled for two months?")
    touched = "SELECT 1 FROM follow_ups f WHERE f.customer_id = o.customer_id AND f.deleted_at IS NULL"
    rows = company.deals(
        "name, amount_currency, amount_minor", f"{IS_OPEN} AND NOT EXISTS ({touched} AND f.occurred_at > ?)",
        TWO_MONTHS_AGO,
    )  # fmt: skip
    said = {"zh": f"商机 {len(rows)} 个，", "en": f"Deals: {len(rows)}, "}[company.language]
    assert rows
    holds(lines, said)
    assert max(rows, key=lambda row: row[2] * (1 if row[1] == "CNY" else 7))[0] in lines[1]


def test_customers_that_never_had_a_deal(company: Company) -> None:
    lines = company.ask("从来没有商机的客户有多少家", "how many customers never had a deal?")
    count = company.rows(
        "SELECT count(*) FROM customers c WHERE deleted_at IS NULL AND team_id IN (OURS) AND NOT EXISTS "
        "(SELECT 1 FROM opportunities o WHERE o.customer_id = c.id AND o.deleted_at IS NULL)"
    )[0][0]
    assert count
    holds(lines, {"zh": f"客户 {count} 家", "en": f"Customers: {count} "}[company.language])


def test_the_first_half(company: Company) -> None:
    lines = company.ask("上半年卖了多少", "first half sales")
    holds(lines, total_of(company, *company.total("stage = 'won' AND closes BETWEEN ? AND ?", *HALF)))


def test_what_customers_of_a_town_bought(company: Company) -> None:
    _town, theirs = of_town(company)
    lines = company.ask("上海的客户今年买了多少", "what did Hamburg customers buy this year?")
    found = company.total(f"stage = 'won' AND closes BETWEEN ? AND ? AND {theirs}", *YEAR)
    assert found[0]
    holds(lines, total_of(company, *found))


def test_whose_the_lost_deals_were(company: Company) -> None:
    lines = company.ask("10月份丢的单子都是谁的", "whose deals did we lose in October?")
    split_by(company, lines, OWNER, "stage = 'lost' AND closes BETWEEN '2026-10-01' AND '2026-10-31'")


def test_one_reason_of_all_that_were_told(company: Company) -> None:
    company.ask("今年丢了多少单，主要为什么", "how many did we lose this year and why?")
    lines = goes_on(company, "因为价格丢的有多少", "how many did we lose on price?")
    reason = {"zh": "价格", "en": "Price"}[company.language]
    found = company.total("stage = 'lost' AND closes BETWEEN ? AND ? AND lost_reason = ?", *YEAR, reason)
    holds(lines, total_of(company, *found))


def test_whom_somebody_saw(company: Company) -> None:
    """In person: a visit or a meeting, not a call."""
    lines = company.ask("张伟这个月见了哪些客户", "which customers did Maria see this month?")
    seen = company.rows(
        "SELECT c.name, count(*) FROM follow_ups f JOIN customers c ON c.id = f.customer_id JOIN users u ON "
        "u.id = f.owner_id WHERE f.deleted_at IS NULL AND u.name = ? AND f.channel IN ('visit', 'meeting') AND "
        "f.occurred_at BETWEEN '2026-10-31 16:00' AND '2026-11-30 16:00' GROUP BY c.name",
        company.names["rep"],
    )
    assert seen
    for name, count in seen:
        holds(lines, {"zh": f"{name}　{count} 条", "en": f"{name}: {count}"}[company.language])


def test_the_target_by_team_is_the_whole_target(company: Company) -> None:
    """The teams below, and who is in none of them: together they are the team."""
    lines = company.ask("本季度目标按团队拆一下", "split this quarter's target by team")
    aims = company.rows(
        "SELECT u.name, t.name, CAST(s.value AS INTEGER) FROM sales_targets s JOIN users u ON u.id = s.owner_id JOIN "
        "teams t ON t.id = u.team_id WHERE s.metric = 'revenue' AND s.for_team_id IS NULL AND s.period_start = ? "
        "AND u.team_id IN (OURS)",
        QUARTER[0],
    )
    own = company.names["team"]
    parts: dict[str, int] = {}
    for person, team, aim in aims:
        part = person if team == own else team
        parts[part] = parts.get(part, 0) + aim
    assert len(parts) > 1
    for part, aim in parts.items():
        assert any(line.startswith(part) and company.shown(aim * 100, "CNY") in line for line in lines), (part, lines)


def test_two_months_side_by_side(company: Company) -> None:
    lines = company.ask("上个月和这个月新增商机对比", "new deals this month vs last month")
    sql = (
        "SELECT count(*) FROM opportunities WHERE deleted_at IS NULL AND team_id IN (OURS) "
        "AND created_at >= ? AND created_at < ?"
    )
    months = (("2026-10-31 16:00", "2026-11-30 16:00"), ("2026-09-30 16:00", "2026-10-31 16:00"))
    now, then = (company.rows(sql, *month)[0][0] for month in months)
    holds(lines, {"zh": f"新增商机 {now} 个", "en": f"New deals: {now} for"}[company.language])
    other = {"zh": f"另一段（10-01 – 10-31）{then}", "en": f"The other (1 Oct – 31 Oct): {then}"}[company.language]
    assert other in lines


def test_who_is_stronger(company: Company) -> None:
    lines = company.ask("今年李雷和张伟他俩谁强", "who's stronger this year, Alex or Maria?")
    for name in (company.names["rep"], company.names["other"]):
        found = company.total(f"stage = 'won' AND closes BETWEEN ? AND ? AND {OWNER} = ?", *YEAR, name)
        holds(lines, row_of(company, name, *found))


def test_what_one_still_has_to_collect(company: Company) -> None:
    """「他」 is whom the talk is about; of many it is what all of them come to."""
    company.ask("李雷的管道", "Alex's pipeline")
    lines = goes_on(company, "他还有多少应收没收回来", "how much is unpaid by his customers")
    rows = company.rows(f"{LEFT} AND (i.owner_id = (SELECT id FROM users WHERE name = ?))", company.names["other"])
    owed = {"zh": f"发票 {len(rows)} 张，还有 ", "en": f"Invoices: {len(rows)}, "}[company.language]
    assert rows
    holds(lines, owed + company.amounts(rows))


def test_what_of_a_contract_is_invoiced_and_ordered(company: Company) -> None:
    number, contract = company.rows(
        "SELECT c.number, c.id FROM contracts c WHERE c.deleted_at IS NULL AND c.team_id IN (OURS) AND EXISTS "
        "(SELECT 1 FROM invoices i WHERE i.contract_id = c.id) AND EXISTS (SELECT 1 FROM orders o WHERE "
        "o.contract_id = c.id) ORDER BY c.id DESC LIMIT 1"
    )[0]
    for table, zh, en, heads in (
        (
            "invoices",
            "{} 开了多少票",
            "how much of {} is invoiced",
            {"zh": "发票 {} 张，共 {}", "en": "Invoices: {}, {} "},
        ),
        ("orders", "{} 的订单", "orders for {}", {"zh": "订单 {} 个，共 {}", "en": "Orders: {}, {} "}),
    ):
        lines = company.ask(zh.format(number), en.format(number))
        rows = company.rows(
            f"SELECT amount_currency, amount_minor FROM {table} WHERE contract_id = ? AND deleted_at IS NULL", contract
        )
        holds(lines, heads[company.language].format(len(rows), company.amounts(rows)))


def test_two_customers_side_by_side(company: Company) -> None:
    name = "(SELECT c.name FROM customers c WHERE c.id = o.customer_id)"
    won = "stage = 'won' AND closes BETWEEN ? AND ?"
    both = [one for (one,) in company.deals(f"DISTINCT {name}", f"{won} ORDER BY o.id LIMIT 2", *YEAR)]
    lines = company.ask("今年{}和{}对比一下".format(*both), "compare {} and {} this year".format(*both))
    for one in both:
        holds(lines, row_of(company, one, *company.total(f"{won} AND {name} = ?", *YEAR, one)))


def test_a_customer_that_nobody_knows_is_no_condition_to_be_dropped(company: Company) -> None:
    lines = company.ask("宏达重工欠我们多少钱", "what does Harborline Foods owe us?")
    start = {"zh": "没有找到「宏达重工」", "en": 'I can\'t find "Harborline Foods"'}[company.language]
    assert lines[0].startswith(start), lines
