"""The audit trail tells every change, undo walks back along it, and nothing that others did since is lost."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError

from storage import audit, records
from storage import undo as trail_back
from storage.author import Author
from storage.errors import Occupied
from storage.tables import audit as trail
from storage.tables import steps
from tests.storage.samples import NOW, dump, everything, people, write


@pytest.fixture
def li(database):
    """The id of a user whose steps these are."""
    return write(database, lambda session: people(session)[1].id)


def step(database, user_id, job, **more):
    """Do something as one step of the user's; gives (what the job gave, the step's id)."""
    author = Author(user_id, NOW, **more)
    return write(database, job, author=author), author.step_id


def add(name):
    def job(session):
        customer = records.Customer(name=name, name_key=name)
        session.add(customer)
        session.flush()
        return customer.id

    return job


def change(record_id, cls=records.Customer, **values):
    def job(session):
        record = session.get(cls, record_id)
        for key, value in values.items():
            setattr(record, key, value)

    return job


def undo(database, user_id, step_id):
    author = Author(user_id, NOW + timedelta(minutes=1), undoes_step_id=step_id)
    write(database, lambda session: trail_back.revert(session, step_id), author=author)


def conflict(database, step_id):
    with database.read() as tx:
        return trail_back.conflict(tx.connection, step_id)


def test_each_change_is_written_with_who_when_and_where(database, li):
    customer_id, step_id = step(database, li, add("远景"), inbox_id=7, chat_key="console||1", what={"words": "记客户"})
    _none, second = step(database, li, change(customer_id, industry="it"))
    with database.read() as tx:
        first = tx.connection.execute(select(steps).where(steps.c.id == step_id)).one()
        assert (first.user_id, first.inbox_id, first.chat_key, first.what) == (li, 7, "console||1", {"words": "记客户"})
        (created,) = audit.changes_of(tx.connection, step_id)
        assert (created.kind, created.record_id, created.action) == ("customer", customer_id, "create")
        assert created.changes["name"] == [None, "远景"]
        (changed,) = audit.changes_of(tx.connection, second)
        assert (changed.action, changed.changes) == ("update", {"industry": [None, "it"]})
        row = tx.connection.execute(select(trail).where(trail.c.step_id == second)).one()
        assert (row.user_id, row.at) == (li, NOW)


def test_setting_what_is_there_already_changes_nothing(database, li):
    customer_id, _step = step(database, li, add("远景"))
    assert step(database, li, change(customer_id, name="远景"))[1] is None


def test_every_kind_can_be_taken_back(database, li):
    before = dump(database)
    _made, step_id = step(database, li, lambda session: everything(session) and None)
    assert conflict(database, step_id) is None
    undo(database, li, step_id)
    assert dump(database) == before


def test_an_update_is_taken_back_with_all_its_values(database, li):
    made, _step = step(database, li, lambda session: {k: r.id for k, r in everything(session).items()})
    before = dump(database)

    def job(session):
        change(made["customer"], name="蓝海物流集团", name_key="蓝海物流集团", phones=[], custom={}, address=None)(
            session
        )
        change(made["opportunity"], records.Opportunity, amount=None, stage="won", closed_on=NOW.date())(session)
        change(made["exchange_rate"], records.ExchangeRate, rate=Decimal("7.2"))(session)
        note = session.get(records.FollowUp, made["follow_up"])
        note.contact, note.occurred_at = None, NOW
        session.get(records.Quote, made["quote"]).lines[0].deleted_at = NOW

    _none, step_id = step(database, li, job)
    assert dump(database) != before
    undo(database, li, step_id)
    assert dump(database) == before


def test_a_deletion_is_taken_back(database, li):
    customer_id, _step = step(database, li, add("远景"))
    before = dump(database)
    _none, step_id = step(database, li, change(customer_id, deleted_at=NOW))
    assert customer_id not in dump(database)["customer"]
    undo(database, li, step_id)
    assert dump(database) == before


def test_the_last_step_is_the_newest_that_stands(database, li):
    _one, first = step(database, li, add("甲"))
    _two, second = step(database, li, add("乙"))
    with database.read() as tx:
        assert audit.last_step(tx.connection, li) == second
    undo(database, li, second)
    with database.read() as tx:
        assert audit.last_step(tx.connection, li) == first


def test_what_somebody_changed_since_stands_in_the_way(database, li):
    customer_id, step_id = step(database, li, add("远景"))
    other = write(database, lambda session: session.add(records.User(name="Han", role="rep")) or None)
    assert other is None
    _none, later = step(database, None, change(customer_id, industry="it"))
    found = conflict(database, step_id)
    assert (found.kind, found.record_id, found.user_id) == ("customer", customer_id, None)
    undo(database, None, later)
    assert conflict(database, step_id) is None


def test_what_refers_to_a_new_record_stands_in_the_way(database, li):
    customer_id, step_id = step(database, li, add("远景"))

    def note(session):
        session.add(records.FollowUp(customer_id=customer_id, channel="call", content="x", occurred_at=NOW))

    _none, later = step(database, li, note)
    assert conflict(database, step_id).kind == "follow_up"
    undo(database, li, later)
    assert conflict(database, step_id) is None


def test_a_name_taken_meanwhile_cannot_come_back(database):
    def job(session):
        team, user = people(session)
        return team.id, user.id

    team_id, user_id = write(database, job)
    customer_id, _step = step(database, user_id, add("远景"), team_id=team_id)
    _none, step_id = step(database, user_id, change(customer_id, deleted_at=NOW), team_id=team_id)
    step(database, user_id, add("远景"), team_id=team_id)
    with pytest.raises(Occupied):
        undo(database, user_id, step_id)


def test_two_who_change_the_same_version(database, li):
    customer_id, _step = step(database, li, add("远景"))

    def stale(session):
        customer = session.get(records.Customer, customer_id)
        session.connection().execute(
            records.Customer.__table__.update().where(records.Customer.id == customer_id).values(version=99)
        )
        customer.industry = "it"

    with pytest.raises(StaleDataError):
        step(database, li, stale)
    assert dump(database)["customer"][customer_id]["industry"] is None


def test_a_new_contact_leaves_its_customer_as_it_is(database, li):
    customer_id, _step = step(database, li, add("远景"))

    def version(session):
        return session.get(records.Customer, customer_id).version

    before = write(database, version)

    def job(session):
        session.add(records.Contact(name="王芳", customer=session.get(records.Customer, customer_id)))

    step(database, li, job)
    assert write(database, version) == before


def fail_after(session, job):
    """Do something in a savepoint that is rolled back."""
    savepoint = session.begin_nested()
    job(session)
    session.flush()
    savepoint.rollback()


def test_what_a_failed_part_of_a_turn_wrote_leaves_no_trace(database, li):
    """A savepoint inside a turn may fail after its step was opened; the turn goes on with a step of its own."""

    def job(session):
        fail_after(session, add("甲"))
        return add("乙")(session)

    customer_id, step_id = step(database, li, job)
    with database.read() as tx:
        assert [change.record_id for change in audit.changes_of(tx.connection, step_id)] == [customer_id]


def test_old_values_are_known_even_after_a_failed_part(database, li):
    customer_id, _step = step(database, li, add("远景"))

    def job(session):
        customer = session.get(records.Customer, customer_id)
        fail_after(session, change(customer_id, name="别的"))
        customer.name = "远景科技"

    _none, step_id = step(database, li, job)
    with database.read() as tx:
        (changed,) = audit.changes_of(tx.connection, step_id)
    assert changed.changes["name"] == ["远景", "远景科技"]
