"""A change without the session leaves what a change with it leaves."""

import pytest
from sqlalchemy import select

from storage import records
from storage.audit import changes_of, last_step
from storage.author import Author
from storage.tables import audit
from storage.undo import revert
from tests.storage.samples import NOW, people, write


@pytest.fixture
def note_id(database):
    """A note of Li Lei, whose id is 1."""

    def job(session):
        _team, user = people(session)
        customer = records.Customer(name="华为", name_key="华为", customer_type="company")
        session.add(customer)
        session.flush()
        note = records.FollowUp(customer_id=customer.id, channel="visit", occurred_at=NOW, content="聊了扩容")
        session.author.user_id = user.id
        session.add(note)
        session.flush()
        return note.id

    return write(database, job)


def amend(database, note_id, **values):
    def job(tx):
        tx.author = Author(1, NOW)
        return tx.change(records.FollowUp, note_id, **values)

    return database.write(job)


def content(database, note_id):
    with database.read() as tx:
        note = tx.session.get(records.FollowUp, note_id)
        return note.content, note.version


def test_it_is_written_audited_and_can_be_taken_back(database, note_id):
    changed = amend(database, note_id, content="聊了搬家", channel="visit")
    assert (changed.content, changed.channel) == ("聊了搬家", "visit")
    assert content(database, note_id) == ("聊了搬家", 2)
    with database.read() as tx:
        step = last_step(tx.connection, 1)
        (told,) = changes_of(tx.connection, step)
    assert (told.kind, told.action, told.changes) == ("follow_up", "update", {"content": ["聊了扩容", "聊了搬家"]})
    write(database, lambda session: revert(session, step), author=Author(1, NOW, undoes_step_id=step))
    assert content(database, note_id) == ("聊了扩容", 3)


def test_what_stays_as_it_was_leaves_no_trace_in_the_trail(database, note_id):
    with database.read() as tx:
        before = len(tx.connection.execute(select(audit)).all())
    amend(database, note_id, content="聊了扩容")
    with database.read() as tx:
        assert len(tx.connection.execute(select(audit)).all()) == before


def test_what_is_not_there_cannot_be_changed(database, note_id):
    with pytest.raises(LookupError):
        amend(database, note_id + 1, content="x")
    with pytest.raises(RuntimeError):
        database.write(lambda tx: tx.change(records.FollowUp, note_id, content="x"))
