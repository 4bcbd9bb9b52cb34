"""The books of the invented company against plain SQL: reconciliation, what is owed, what came in.

Nothing of ``bot.rules`` is used to check what is said: the sums come from statements written here.
"""

import sqlite3
from collections.abc import Iterator
from datetime import datetime

import pytest

from bot.demo.fill import fill
from config.crm import load_crm
from config.settings import Settings
from tests.transcripts.talk import Talk

NOW = datetime.fromisoformat("2026-11-26T16:20:00+08:00")
BOSS = "审计"  # an administrator, who sees all
SUM = (
    "SELECT coalesce(sum(amount_minor), 0) FROM {table}"
    " WHERE customer_id = ? AND amount_currency = ? AND deleted_at IS NULL"
)
ALIVE = " AND status != 'cancelled'"


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Talk, sqlite3.Connection]]:
    folder = tmp_path_factory.mktemp("demo")
    talk = Talk(folder, NOW)
    settings = Settings(data_dir=folder, language="zh")
    begun = NOW.replace(hour=10)
    talk.bot.database.write(lambda tx: fill(tx, settings, load_crm(), seed=7, size="small", now=begun))
    talk.add("user", {"name": BOSS, "role": "admin"}, None)
    yield talk, sqlite3.connect(folder / "crm.db")
    talk.close()


def shown(minor: int) -> str:
    return f"{minor // 100:,}" if minor % 100 == 0 else f"{minor / 100:,.2f}"


def test_the_reconciliation_of_every_customer_adds_up(company: tuple[Talk, sqlite3.Connection]) -> None:
    talk, sql = company
    customers = sql.execute(
        "SELECT DISTINCT c.id, c.name FROM customers c JOIN contracts k ON k.customer_id = c.id"
        " WHERE k.deleted_at IS NULL ORDER BY c.id LIMIT 12"
    ).fetchall()
    assert len(customers) > 5
    for customer, name in customers:
        told = talk.say(BOSS, f"和{name}对账").text
        for table, label in (("contracts", "合同"), ("orders", "订单"), ("invoices", "开票"), ("payments", "回款")):
            condition = ALIVE if table in ("contracts", "orders") else ""
            for currency, symbol in (("CNY", "¥"), ("USD", "US$")):
                (minor,) = sql.execute(SUM.format(table=table) + condition, (customer, currency)).fetchone()
                assert not minor or f"{label} {symbol}{shown(minor)}" in told, (name, table, told)


def test_what_came_in_is_what_the_payments_come_to(company: tuple[Talk, sqlite3.Connection]) -> None:
    talk, sql = company
    statement = (
        "SELECT amount_currency, sum(amount_minor), count(*) FROM payments"
        " WHERE received_on BETWEEN ? AND ? AND deleted_at IS NULL GROUP BY 1"
    )
    for said, start, end in (("这个月", "2026-11-01", "2026-11-30"), ("上个月", "2026-10-01", "2026-10-31")):
        rows = {code: (minor, count) for code, minor, count in sql.execute(statement, (start, end))}
        told = talk.say(BOSS, f"{said}回款多少").text.split("\n")[0]
        assert not rows or f"¥{shown(rows['CNY'][0])}" in told, told
        assert not rows or f"回款 {sum(count for _minor, count in rows.values())} 笔" in told


def test_what_falls_due_is_what_the_instalments_lack(company: tuple[Talk, sqlite3.Connection]) -> None:
    """Payments settle the oldest first: what a contract lacks of its first n instalments is their sum less all paid."""
    talk, sql = company
    statement = """
        SELECT i.due_on, i.amount_minor, i.amount_currency,
          (SELECT sum(o.amount_minor) FROM instalments o
           WHERE o.contract_id = i.contract_id AND o.position <= i.position AND o.deleted_at IS NULL),
          (SELECT coalesce(sum(p.amount_minor), 0) FROM payments p
           WHERE p.contract_id = i.contract_id AND p.deleted_at IS NULL)
        FROM instalments i JOIN contracts k ON k.id = i.contract_id
        WHERE i.due_on BETWEEN '2026-12-01' AND '2026-12-31' AND i.deleted_at IS NULL AND k.deleted_at IS NULL
          AND k.status != 'cancelled'
    """
    left = 0
    for _due, minor, currency, until, paid in sql.execute(statement):
        left += max(0, min(minor, until - paid)) if currency == "CNY" else 0
    told = talk.say(BOSS, "下个月该收多少").text.split("\n")[0]
    assert (f"¥{shown(left)}" in told) if left else ("没有到期" in told), told


def test_what_was_invoiced_month_by_month(company: tuple[Talk, sqlite3.Connection]) -> None:
    talk, sql = company
    statement = (
        "SELECT cast(strftime('%m', issued_on) AS int), amount_currency, sum(amount_minor), count(*) FROM invoices"
        " WHERE issued_on BETWEEN '2026-01-01' AND '2026-12-31' AND deleted_at IS NULL GROUP BY 1, 2 ORDER BY 1, 2"
    )
    found = sql.execute(statement).fetchall()
    told = talk.say(BOSS, "今年每个月开票多少").text.split("\n")[1:]
    assert len(told) == len({month for month, *_rest in found})
    for month, currency, minor, _count in found:
        symbol = {"CNY": "¥", "USD": "US$", "EUR": "€"}[currency]
        line = next(line for line in told if line.startswith(f"2026 年 {month} 月　"))
        assert f"{symbol}{shown(minor)}" in line
        assert f"　{sum(count for of, _code, _minor, count in found if of == month)} " in line


def test_who_owes_most_is_what_their_invoices_lack(company: tuple[Talk, sqlite3.Connection]) -> None:
    talk, sql = company
    statement = """
        SELECT c.name, i.amount_currency, sum(i.amount_minor - coalesce((SELECT sum(p.amount_minor) FROM payments p
          WHERE p.invoice_id = i.id AND p.deleted_at IS NULL), 0)) AS missing
        FROM invoices i JOIN customers c ON c.id = i.customer_id
        WHERE i.deleted_at IS NULL GROUP BY 1, 2 HAVING missing > 0
    """
    missing = {(name, currency): minor for name, currency, minor in sql.execute(statement)}
    head, *told = talk.say(BOSS, "哪个客户欠款最多").text.split("\n")
    assert f"¥{shown(sum(minor for (_name, code), minor in missing.items() if code == 'CNY'))}" in head
    most = max((minor, name) for (name, code), minor in missing.items() if code == "CNY")
    assert any(line.startswith(most[1]) and f"¥{shown(most[0])}" in line for line in told)


def test_the_products_that_sell_best_are_what_the_lines_of_orders_come_to(
    company: tuple[Talk, sqlite3.Connection],
) -> None:
    talk, sql = company
    worth = "sum(round(unit_price_minor * CAST(l.quantity AS REAL) * (1 - coalesce(CAST(discount AS REAL), 0) / 100)))"
    best = sql.execute(
        f"SELECT l.product, sum(CAST(l.quantity AS REAL)), {worth} AS minor FROM line_items l"
        " JOIN orders o ON o.id = l.order_id WHERE l.unit_price_currency = 'CNY' AND l.deleted_at IS NULL"
        " AND o.deleted_at IS NULL AND o.status != 'cancelled' AND date(o.created_at, '+8 hours') >= '2025-11-26'"
        " GROUP BY l.product ORDER BY minor DESC LIMIT 3"
    ).fetchall()
    lines = talk.say(BOSS, "卖得最好的产品").text.split("\n")
    assert len(best) == 3
    for number, (product, quantity, minor) in enumerate(best, 1):
        assert lines[number] == f"{number} {product} · {quantity:g} · ¥{shown(int(minor))}"


def test_who_should_order_again_is_who_is_later_than_usual(company: tuple[Talk, sqlite3.Connection]) -> None:
    talk, sql = company
    late = sql.execute(
        "SELECT c.name, (last - first) / (days - 1) AS usual, CAST(julianday('2026-11-26') AS INTEGER) - last AS since"
        " FROM (SELECT customer_id, count(DISTINCT day) AS days, min(day) AS first, max(day) AS last FROM"
        " (SELECT customer_id, CAST(julianday(date(created_at, '+8 hours')) AS INTEGER) AS day FROM orders"
        "  WHERE deleted_at IS NULL AND status != 'cancelled') GROUP BY customer_id) o"
        " JOIN customers c ON c.id = o.customer_id WHERE days > 1 AND since > usual ORDER BY usual - since, c.id"
    ).fetchall()
    told = talk.say(BOSS, "谁该复购了").text.split("\n")
    assert told[0] == f"比平时更久没下单的客户 {len(late)} 家"
    named = {line.split(" ", 1)[1] for line in told[1:6]}
    assert named <= {f"{name}：平均 {usual} 天一单，已经 {since} 天没下单" for name, usual, since in late}
    assert named
