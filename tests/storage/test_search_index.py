"""Whatever happens to a record, it is found under exactly its present names and words."""

import pytest
from sqlalchemy import select

from bot.people.refiling import PIECE, refile
from storage import records, search, undo
from storage.author import Author
from storage.tables import name_keys
from tests.storage.samples import NOW, write


def add(name, *aliases):
    def job(session):
        customer = records.Customer(name=name, name_key=name, aliases=list(aliases))
        session.add(customer)
        session.flush()
        return customer.id

    return job


def note(customer_id, words):
    def job(session):
        item = records.FollowUp(customer_id=customer_id, channel="call", occurred_at=NOW, content=words)
        session.add(item)
        session.flush()
        return item.id

    return job


def change(record_id, **values):
    def job(session):
        record = session.get(records.Customer, record_id)
        for key, value in values.items():
            setattr(record, key, value)

    return job


def names_in(database, text):
    with database.read() as tx:
        spans = search.candidate_spans(search.fold(text), lambda found: search.prefix_lengths(tx.connection, found))
        return sorted(search.names_at(tx.connection, spans)) if spans else []


def by_key(database, *keys, forms=()):
    with database.read() as tx:
        return sorted(search.by_key(tx.connection, "customer", {search.fold(key) for key in keys}, forms))


def containing(database, kind, words):
    with database.read() as tx:
        found = search.containing(tx.connection, kind, words)
        return sorted(found) if found is not None else None


def test_names_are_found_in_running_text(database):
    blue = write(database, add("蓝海物流", "蓝海"))
    west = write(database, add("Westwind Ltd"))
    assert names_in(database, "今天去了蓝海物流，明天去 WESTWIND LTD") == [
        (4, 6, "customer", blue), (4, 8, "customer", blue), (13, 25, "customer", west),
    ]  # fmt: skip
    assert names_in(database, "蓝") == []
    assert names_in(database, "") == []


def test_names_are_found_by_key_and_form(database):
    blue = write(database, add("蓝海物流", "蓝海"))
    assert by_key(database, "蓝海") == [blue]
    assert by_key(database, "蓝海", forms=("name",)) == []
    assert by_key(database, "红海", "蓝海物流") == [blue]


def test_words_are_found_in_notes_both_scripts(database):
    customer_id = write(database, add("甲"))
    first = write(database, note(customer_id, "对方嫌报价偏高，想要样品"))
    second = write(database, note(customer_id, "Shipping costs are too high; 再报一次价"))
    assert containing(database, "follow_up", "报价") == [first]
    assert containing(database, "follow_up", "价") == [first, second]
    assert containing(database, "follow_up", "SHIPPING high") == [second]
    assert containing(database, "follow_up", "样品 shipping") == []
    assert containing(database, "follow_up", "！？") is None


def test_a_change_moves_the_record_in_the_index(database):
    customer_id = write(database, add("蓝海物流", "蓝海"))
    write(database, change(customer_id, name="红山物流", aliases=[]))
    assert by_key(database, "蓝海物流", "蓝海") == []
    assert by_key(database, "红山物流") == [customer_id]
    assert containing(database, "customer", "蓝海") == []
    assert containing(database, "customer", "红山") == [customer_id]


def test_the_bin_is_not_searched(database):
    customer_id = write(database, add("蓝海物流"))
    write(database, change(customer_id, deleted_at=NOW))
    assert by_key(database, "蓝海物流") == []
    write(database, change(customer_id, deleted_at=None))
    assert by_key(database, "蓝海物流") == [customer_id]


def test_undo_brings_the_old_names_back(database):
    customer_id = write(database, add("蓝海物流"))
    author = Author(None, NOW)
    write(database, change(customer_id, name="红山物流"), author=author)
    back = Author(None, NOW, undoes_step_id=author.step_id)
    write(database, lambda session: undo.revert(session, author.step_id), author=back)
    assert by_key(database, "蓝海物流") == [customer_id]
    assert by_key(database, "红山物流") == []


def test_a_failed_turn_leaves_nothing_in_the_index(database):
    def job(session):
        add("蓝海物流")(session)
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        write(database, job)
    assert by_key(database, "蓝海物流") == []


def test_a_very_long_name_is_stored_and_found_by_its_parts(database):
    customer_id = write(database, add("龙" * 300 + "凤", "a" * 501))
    assert containing(database, "customer", "龙凤") == [customer_id]
    with database.read() as tx:
        assert len(tx.connection.execute(select(name_keys.c.key)).scalars().all()) == 1


def test_records_that_an_older_version_filed_are_filed_anew(database):
    names = [f"云栖{n}度假酒店管理" for n in range(PIECE + 1)]
    write(database, lambda session: session.add_all(records.Customer(name=name, name_key=name) for name in names))
    assert by_key(database, "云栖7") == []  # as who knows no short names files them
    assert refile(database) == len(names)
    assert len(by_key(database, "云栖7")) == 1
    assert len(by_key(database, f"云栖{PIECE}")) == 1
