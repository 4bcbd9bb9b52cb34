"""Who is who is kept between turns, but never a moment longer than it is true."""

import pytest
from sqlalchemy import bindparam, select

from bot.people.vocabulary import lexicon_in
from config.crm import load_crm
from storage import records
from storage.database import Database
from storage.kept import Kept, edition
from storage.prepared import always
from tests.storage.samples import people, write


@pytest.fixture
def role(database):
    """Asks for the role of the only user, in a transaction of its own or in a given one."""
    write(database, people)
    statement = Kept(always(select(records.User.role).where(records.User.name == bindparam("b_name"))))

    def ask(tx=None):
        if tx is None:
            return database.write(ask)
        found = statement.rows(tx.connection, {"b_name": "Li Lei"})
        return found[0].role if found else None

    assert ask() == "rep"
    return ask


def promote(session):
    session.query(records.User).filter_by(name="Li Lei").one().role = "manager"


def test_a_change_is_known_to_the_next_turn_and_to_the_same(database, role):
    def change(tx):
        promote(tx.session)
        tx.flush()
        return role(tx)

    assert write(database, lambda session: change(session.unit)) == "manager"
    assert role() == "manager"


def test_what_is_put_into_the_bin_at_once_is_known_to_be_there(database):
    """As undo does it; and whoever keeps more than rows is told with the commit."""
    write(database, people)
    write(
        database,
        lambda session: session.add(
            records.TaughtWord(section="stage", code="proposal", word="Zwirn", meaning="Zwirn")
        ),
    )
    assert database.write(lambda tx: lexicon_in(tx, load_crm()).kinds_of("Zwirn")) == ("stage.proposal",)
    before = edition()
    write(database, lambda session: session.unit.bin_all(records.TaughtWord, [1]))
    assert edition() > before
    assert database.write(lambda tx: lexicon_in(tx, load_crm()).kinds_of("Zwirn")) == ()


def test_what_another_process_changes_is_known(database, database_url, role):
    other = Database(database_url)
    write(other, promote)
    other.close()
    assert role() == "manager"


def test_what_is_taken_back_was_never_kept(database, role):
    def change_and_fail(session):
        promote(session)
        session.flush()
        assert role(session.unit) == "manager"
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011
        write(database, change_and_fail)
    assert role() == "rep"


def test_who_was_unknown_is_looked_for_again(database, role):
    write(database, lambda session: setattr(session.query(records.User).one(), "name", "Lucy"))
    assert role() is None
    write(database, lambda session: setattr(session.query(records.User).one(), "name", "Li Lei"))
    assert role() == "rep"
