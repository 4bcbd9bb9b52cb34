"""Running numbers: none doubled and none left out, however many are given at once."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.rules import contracts
from bot.rules.access import Actor, Named
from bot.rules.documents import next_number
from bot.world import World
from config.catalog import catalog
from config.crm import load_crm
from config.settings import Settings
from storage import records
from storage.author import Author

NOW = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)
MANY = 1000


def people(tx):
    tx.author = Author(user_id=None, at=NOW)
    user = records.User(name="李雷", role="admin", language="zh", timezone="Asia/Shanghai")
    customer = records.Customer(name="星河", name_key="星河")
    tx.session.add_all([user, customer])
    tx.session.flush()
    return user.id, customer.id


def world_of(tx, user_id, now=NOW):
    actor = Actor(user_id, "李雷", "admin", None, "zh", UTC, "UTC")
    return World(tx, actor, load_crm(), Settings(data_dir=Path()), catalog("zh"), now)


def sign(tx, user_id, customer_id, number=None):
    values = {
        "amount": {"value": "1", "currency": "CNY"},
        "signed_on": "2026-11-26",
        "tax": {"included": True, "rate": None},
    }
    if number:
        values["contract_number"] = number
    world = world_of(tx, user_id)
    world.sign()
    return contracts.create(world, Named(customer_id, "星河", "C-1"), values).number


def test_a_thousand_at_once_are_all_different_and_without_a_gap(database):
    ids = database.write(people)
    done = [database.submit(lambda tx: sign(tx, *ids), key=str(n)) for n in range(MANY)]
    numbers = sorted(future.result(120) for future in done)
    assert numbers == [f"HT-2026-{n:04}" for n in range(1, MANY + 1)]


def test_a_number_that_was_given_by_hand_is_passed_over(database):
    ids = database.write(people)
    assert database.write(lambda tx: sign(tx, *ids, number="HT-2026-0002")) == "HT-2026-0002"
    assert [database.write(lambda tx: sign(tx, *ids)) for _ in range(2)] == ["HT-2026-0001", "HT-2026-0003"]


def test_what_is_rolled_back_leaves_no_gap(database):
    ids = database.write(people)

    def fail(tx):
        sign(tx, *ids)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        database.write(fail)
    assert database.write(lambda tx: sign(tx, *ids)) == "HT-2026-0001"


def test_a_new_year_begins_anew(database):
    ids = database.write(people)
    days = [datetime(2026, 12, 31, 9, tzinfo=UTC), datetime(2027, 1, 1, 9, tzinfo=UTC)]
    found = [database.write(lambda tx, day=day: next_number(world_of(tx, ids[0], day), "contract")) for day in days]
    assert found == ["HT-2026-0001", "HT-2027-0001"]


def test_patterns_are_filled():
    sales = load_crm().sales
    assert sales.number("invoice", date(2026, 11, 26), 7) == "INV-2026-0007"
    assert sales.run_of("invoice", date(2026, 11, 26)) == "invoice INV-2026-#"
