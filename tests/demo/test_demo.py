"""The invented company: the same for the same seed, its sums right, its histories true, and one can talk to it."""

import json
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text

from bot.cli.export import administrator
from bot.demo.fill import fill
from bot.rules.export import exported
from config.crm import load_crm
from config.kinds import KINDS
from config.settings import Settings
from storage import schema
from storage.database import Database
from storage.errors import NotEmpty
from storage.tables import audit
from tests.cli.conftest import crmbot, crmbot_on  # noqa: F401 — fixtures

SETTINGS = Settings(data_dir=Path(), database_url="")
NOW = datetime(2026, 11, 26, 10, tzinfo=ZoneInfo("Asia/Shanghai"))


def filled(url: str, *, seed: int = 1, language: str = "zh") -> Database:
    from bot.people.naming import forms_of

    settings = Settings(data_dir=Path(), database_url=url, language=language)
    database = Database(url, namer=forms_of)
    schema.ensure(database)
    database.write(lambda tx: fill(tx, settings, load_crm(), seed=seed, size="small", now=NOW))
    return database


def export(database: Database) -> list[str]:
    with database.read() as tx:
        return [
            json.dumps(record, ensure_ascii=False)
            for kind in KINDS
            for record in exported(tx, administrator(SETTINGS), load_crm(), kind)
        ]


@pytest.fixture(scope="module")
def company(new_database_url):
    database = filled(new_database_url())
    yield database
    database.close()


def rows(database: Database, statement: str) -> list[tuple]:
    with database.read() as tx:
        return [tuple(row) for row in tx.connection.execute(text(statement))]


def test_the_same_seed_and_moment_make_the_same_company(company, tmp_path):
    """... on either engine."""
    again, other = (filled(f"sqlite:///{tmp_path / str(seed)}.db", seed=seed) for seed in (1, 2))
    try:
        assert export(again) == export(company)
        assert export(other) != export(company)
    finally:
        again.close()
        other.close()


def test_it_has_the_people_and_the_histories_that_were_promised(company):
    counts = dict(rows(company, "SELECT role, count(*) FROM users GROUP BY role"))
    assert counts == {"rep": 12, "manager": 3, "service": 2, "finance": 1, "admin": 1}
    assert rows(company, "SELECT count(*) FROM teams WHERE parent_id IS NULL") == [(3,)]
    assert len(rows(company, "SELECT DISTINCT amount_currency FROM opportunities")) == 3
    assert {row[0] for row in rows(company, "SELECT DISTINCT stage FROM opportunities")} == set(
        load_crm().codes("stages")
    )
    (first, last) = rows(company, "SELECT min(created_at), max(created_at) FROM opportunities")[0]
    assert str(first)[:4] == "2024"
    assert str(last)[:7] == "2026-11"


@pytest.mark.parametrize("kind", ["quote", "contract", "order"])
def test_lines_add_up_to_the_paper(company, kind):
    lines = rows(
        company,
        f"SELECT p.id, p.amount_minor, sum(l.unit_price_minor * CAST(l.quantity AS INTEGER)) FROM {kind}s p "
        f"JOIN line_items l ON l.{kind}_id = p.id GROUP BY p.id, p.amount_minor",
    )
    assert len(lines) > 100
    assert [line for line in lines if line[1] != line[2]] == []


def test_every_won_deal_has_one_contract_and_one_order_over_its_amount(company):
    assert (
        rows(
            company,
            "SELECT o.id FROM opportunities o LEFT JOIN contracts c ON c.opportunity_id = o.id "
            "LEFT JOIN orders s ON s.contract_id = c.id WHERE (o.stage = 'won') <> (c.id IS NOT NULL) OR "
            "(o.stage = 'won' AND (c.amount_minor <> o.amount_minor OR s.amount_minor <> o.amount_minor OR "
            "c.amount_currency <> o.amount_currency OR c.signed_on <> o.closed_on))",
        )
        == []
    )
    deals, contracts = rows(
        company, "SELECT (SELECT count(*) FROM opportunities WHERE stage = 'won'), (SELECT count(*) FROM contracts)"
    )[0]
    assert deals == contracts > 100


def test_no_contract_is_invoiced_or_paid_beyond_its_amount(company):
    assert (
        rows(
            company,
            "SELECT c.id FROM contracts c JOIN (SELECT contract_id, sum(amount_minor) AS s FROM invoices "
            "GROUP BY contract_id) i ON i.contract_id = c.id "
            "WHERE i.s > c.amount_minor OR (c.status = 'completed' AND i.s <> c.amount_minor)",
        )
        == []
    )
    assert (
        rows(
            company,
            "SELECT p.id FROM payments p JOIN invoices i ON i.id = p.invoice_id WHERE p.amount_minor <> i.amount_minor",
        )
        == []
    )
    assert rows(company, "SELECT count(*) > 100 FROM payments")[0][0]


def test_the_trail_of_every_deal_leads_to_what_it_is(company):
    """Each change begins where the one before it ended, none lies in the future, and the last value is the record's."""
    with company.read() as tx:
        query = select(audit).where(audit.c.kind == "opportunity").order_by(audit.c.at, audit.c.id)
        lines = tx.connection.execute(query).all()
        deals = {row.id: row for row in tx.connection.execute(text("SELECT * FROM opportunities"))}
    known: dict[int, dict] = {number: {} for number in deals}
    for line in lines:
        assert line.at <= NOW.astimezone(UTC)
        for column, (old, new) in line.changes.items():
            assert known[line.record_id].get(column) == old
            known[line.record_id][column] = new
    for number, deal in deals.items():
        for column in ("stage", "amount_minor", "amount_currency", "owner_id", "expected_close", "closed_on"):
            value = getattr(deal, column)
            assert known[number].get(column) == (
                str(value) if column in ("expected_close", "closed_on") and value else value
            )
    assert sum(line.action == "update" for line in lines) > 2 * len(deals)


def test_the_target_of_a_team_is_the_sum_of_its_people(company):
    assert (
        rows(
            company,
            "SELECT t.id FROM sales_targets t "
            "WHERE t.for_team_id IN (SELECT id FROM teams WHERE parent_id IS NOT NULL) "
            "AND t.metric = 'revenue' AND CAST(t.value AS INTEGER) <> (SELECT sum(CAST(r.value AS INTEGER)) "
            "FROM sales_targets r WHERE r.for_team_id IS NULL AND r.metric = 'revenue' AND r.team_id = t.for_team_id "
            "AND r.period_start = t.period_start)",
        )
        == []
    )


def test_a_filled_database_is_left_alone(company):
    with pytest.raises(NotEmpty):
        company.write(lambda tx: fill(tx, SETTINGS, load_crm(), seed=3, size="small", now=NOW))
    assert rows(company, "SELECT count(*) FROM users") == [(19,)]


def test_what_is_made_afterwards_gets_the_ids_that_follow(new_database_url):
    from storage import records
    from storage.author import Author

    database = filled(new_database_url())

    def add(tx):
        tx.author = Author(user_id=1, at=NOW)
        return tx.create(records.Opportunity(name="x", customer_id=1, stage="proposal")).id

    last = rows(database, "SELECT max(id) FROM opportunities")[0][0]
    assert database.write(add) == last + 1
    database.close()


@pytest.mark.parametrize(
    ("language", "who", "question"), [("zh", "陈静", "团队的商机"), ("en", "Helen Ashdown", "team deals")]
)
def test_the_command_says_whom_to_be(crmbot, capsys, monkeypatch, language, who, question):  # noqa: F811
    done = crmbot("demo", "--now", "2026-11-26T10:00", LANGUAGE=language)
    assert done.code == 0
    assert who in done.err
    again = crmbot("demo", LANGUAGE=language)
    assert again.code == 1
    assert len(again.err.splitlines()) == 1
    assert crmbot("demo", "--size", "huge", LANGUAGE=language).code == 1


def test_how_each_deal_stood_is_known_without_gaps(company):
    """What the trail tells is what the history tells; and the kept sums are the sums."""
    assert (
        rows(
            company,
            "SELECT o.id FROM opportunities o LEFT JOIN opportunity_history h "
            "ON h.opportunity_id = o.id AND h.until IS NULL "
            "WHERE h.id IS NULL OR h.stage <> o.stage OR h.amount_minor <> o.amount_minor OR h.owner_id <> o.owner_id "
            "OR h.expected_close <> o.expected_close "
            "OR coalesce(h.closed_on, '1900-01-01') <> coalesce(o.closed_on, '1900-01-01')",
        )
        == []
    )
    assert (
        rows(
            company,
            "SELECT h.id FROM opportunity_history h WHERE h.until IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "
            "opportunity_history n WHERE n.opportunity_id = h.opportunity_id AND n.since = h.until)",
        )
        == []
    )
    stood, changed = rows(
        company,
        "SELECT (SELECT count(*) FROM opportunity_history), (SELECT count(*) FROM audit WHERE kind = 'opportunity')",
    )[0]
    assert stood == changed
    kept = "SELECT team_id, stage, currency, sum(count), sum(amount_minor) FROM pipeline_totals GROUP BY 1, 2, 3"
    real = "SELECT team_id, stage, amount_currency, count(*), sum(amount_minor) FROM opportunities GROUP BY 1, 2, 3"
    assert sorted(rows(company, kept)) == sorted(rows(company, real))
