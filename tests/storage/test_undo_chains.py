"""Whatever is saved and taken back in whatever order, taking back all of it leaves the store as it was."""

from datetime import timedelta
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from storage import audit, records
from storage import undo as trail_back
from storage.author import Author
from storage.tables import filed, grams, name_keys
from tests.storage.samples import NOW, dump, people, write

names = st.sampled_from(["蓝海物流", "远景", "Northwind", "华为", "中兴"])
texts = st.sampled_from(["报价偏高", "想要样品", "call again", ""])
numbers = count(1)

# One step makes up to four changes; each is (what, which of the records there are, new words).
changes = st.tuples(
    st.sampled_from(["add", "rename", "alias", "bin", "note", "edit note"]), st.integers(0, 9), names, texts
)
chains = st.lists(st.one_of(st.just("undo"), st.lists(changes, min_size=1, max_size=4)), max_size=12)


def live(session, cls, user_id):
    query = select(cls).where(cls.owner_id == user_id, cls.deleted_at.is_(None)).order_by(cls.id)
    return session.scalars(query).all()


def make(session, user_id, change):
    what, which, name, words = change
    if what == "add":
        session.add(records.Customer(name=name, name_key=f"{name} {next(numbers)}"))
    found = live(session, records.FollowUp if what == "edit note" else records.Customer, user_id)
    if not found or what == "add":
        return
    record = found[which % len(found)]
    if what == "rename":
        record.name, record.custom = name, {"was": record.name}
    elif what == "alias":
        record.aliases = [*record.aliases, name][-3:]
    elif what == "bin":
        record.deleted_at = NOW
    elif what == "note":
        session.add(records.FollowUp(customer_id=record.id, channel="call", occurred_at=NOW, content=words or name))
    else:
        record.content, record.occurred_at = words, record.occurred_at + timedelta(days=1)


def save(database, user_id, changes):
    def job(session):
        for change in changes:
            make(session, user_id, change)
            session.flush()

    author = Author(user_id, NOW)
    write(database, job, author=author)
    return author.step_id is not None


def undo(database, user_id):
    """Take back the user's last step; False when there is none."""

    def job(session):
        step_id = audit.last_step(session.connection(), user_id)
        if step_id is None:
            return False
        assert trail_back.conflict(session.connection(), step_id) is None
        session.author.undoes_step_id = step_id
        trail_back.revert(session, step_id)
        return True

    return write(database, job, author=Author(user_id, NOW))


def state(database):
    """Everything but the trail itself: live rows, and under what they are found."""
    with database.read() as tx:
        index = {table.name: set(map(tuple, tx.connection.execute(select(table)))) for table in (name_keys, grams)}
        rows = list(tx.connection.execute(select(filed)))
    # What is filed is what stands in the index, no less and no more.
    assert {(key, form, row.kind, row.record_id) for row in rows for form, key in row.forms} == index["name_keys"]
    assert {(gram, row.kind, row.record_id) for row in rows for gram in row.grams.split()} == index["grams"]
    return dump(database), index


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(chain=chains)
def test_taking_back_restores_every_earlier_state(database, chain):
    user_id = write(database, lambda session: people(session, f"team {next(numbers)}")[1].id)
    states = [state(database)]
    for link in chain:
        if link == "undo":
            assert undo(database, user_id) == (len(states) > 1)
            del states[max(1, len(states) - 1) :]
        elif save(database, user_id, link):
            states.append(state(database))
        assert state(database) == states[-1]
    while undo(database, user_id):
        states.pop()
        assert state(database) == states[-1]
    assert len(states) == 1
