"""Every kind of record comes back as it was written, on both engines."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, StatementError

from config.types import Money
from storage import records
from storage.author import Author
from storage.database import Database
from storage.tables import audit as trail
from storage.tables import grams, metadata, name_keys, name_prefixes
from tests.storage.samples import NOW, dump, everything, forms_of, people, write


@pytest.fixture
def written(database):
    """{kind: {column: value}} as it was given, after it was stored."""

    def job(session):
        made = everything(session)
        return {
            kind: {column.key: getattr(record, column.key) for column in record.__mapper__.column_attrs}
            for kind, record in made.items()
        }

    return write(database, job)


def test_no_kind_is_left_out(written):
    assert set(written) == {cls.kind for cls in records.all_records()}


def test_every_field_comes_back(database, written):
    with database.read() as tx:
        for kind, values in written.items():
            record = tx.session.get(records.record_class(kind), values["id"])
            assert {key: getattr(record, key) for key in values} == values, kind


def test_money_is_exact_in_every_currency(database, written):
    with database.read() as tx:
        deal = tx.session.get(records.Opportunity, written["opportunity"]["id"])
        assert (deal.amount_minor, deal.amount) == (50_000_005, Money(Decimal("500000.05"), "CNY"))
        assert tx.session.scalars(records.Payment.__table__.select()).first() is not None
        payment = tx.session.get(records.Payment, written["payment"]["id"])
        assert (payment.amount_minor, payment.amount) == (1234, Money(Decimal("1.234"), "KWD"))  # three decimals
        commit = tx.session.get(records.ForecastCommit, written["forecast_commit"]["id"])
        assert commit.amount_minor == 90  # none


def test_decimals_keep_every_digit(database, written):
    with database.read() as tx:
        rate = tx.session.get(records.ExchangeRate, written["exchange_rate"]["id"])
        assert rate.rate == Decimal("7.10293847561")
        quote = tx.session.get(records.Quote, written["quote"]["id"])
        assert [str(line.quantity) for line in quote.lines] == ["2.500", "1"]


def test_instants_are_kept_in_utc(database, written):
    with database.read() as tx:
        note = tx.session.get(records.FollowUp, written["follow_up"]["id"])
        assert note.occurred_at == datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
        assert note.occurred_at.utcoffset().total_seconds() == 0
        shown = tx.connection.execute(text("SELECT CAST(occurred_at AS TEXT) FROM follow_ups")).scalar_one()
        assert "07:00:00" in shown


def test_a_naive_time_is_refused(database):
    def job(session):
        session.add(records.Reminder(subject="x", remind_at=datetime(2026, 1, 1), user_id=1, status="pending"))  # noqa: DTZ001
        session.flush()

    with pytest.raises((StatementError, ValueError)):
        write(database, job)


def test_everything_is_stamped_with_who_and_when(database):
    team_id, user_id = write(database, lambda s: tuple(item.id for item in people(s)))
    author = Author(user_id, NOW, team_id=team_id)

    def job(session):
        customer = records.Customer(name="远景", name_key="远景")
        session.add(customer)
        session.flush()
        return customer.created_by_id, customer.owner_id, customer.team_id, customer.created_at, customer.updated_at

    assert write(database, job, author=author) == (user_id, user_id, team_id, NOW, NOW)


def test_a_write_without_an_author_is_refused(database):
    def job(tx):
        tx.session.add(records.Team(name="x"))
        tx.session.flush()

    with pytest.raises(RuntimeError):
        database.write(job)


def test_rows_are_never_deleted(database):
    team_id = write(database, lambda s: people(s)[0].id)

    def job(session):
        session.delete(session.get(records.Team, team_id))
        session.flush()

    with pytest.raises((RuntimeError, IntegrityError)):
        write(database, job)


def test_a_line_in_the_bin_is_not_a_line(database, written):
    def job(session):
        quote = session.get(records.Quote, written["quote"]["id"])
        quote.lines[0].deleted_at = NOW
        session.flush()
        session.expire(quote)
        return [line.position for line in quote.lines]

    assert write(database, job) == [2]


def test_a_number_is_free_again_once_its_record_is_in_the_bin(database, written):
    def again(session):
        old = session.get(records.Order, written["order"]["id"])
        session.add(records.Order(number=old.number, customer_id=old.customer_id, status="placed"))
        session.flush()

    with pytest.raises(IntegrityError):
        write(database, again)

    def drop(session):
        session.get(records.Order, written["order"]["id"]).deleted_at = NOW

    write(database, drop)
    write(database, again)


def trail_of(database):
    with database.read() as tx:
        rows = tx.connection.execute(select(trail.c.kind, trail.c.record_id, trail.c.action, trail.c.changes))
        index = [set(map(tuple, tx.connection.execute(select(table)))) for table in (name_keys, grams, name_prefixes)]
        return sorted((kind, key, action, repr(sorted(changes.items()))) for kind, key, action, changes in rows), index


def test_the_fast_way_to_create_is_the_same_as_adding(database, new_database_url):
    """``Tx.create`` leaves the same rows, the same trail and the same index as a session does, for every kind."""
    write(database, lambda session: everything(session) and None)
    rows = dump(database)
    classes = {cls.__table__: cls for cls in (*records.all_records(), records.LineItem, records.ServiceStep)}
    other = Database(new_database_url(), namer=forms_of)

    def job(tx):
        tx.author = Author(None, NOW)
        for table in metadata.sorted_tables:
            for row in rows[classes[table].kind].values() if table in classes else ():
                made = tx.create(classes[table](**{key: value for key, value in row.items() if key != "id"}))
                assert made.id == row["id"]

    other.write(job)
    assert dump(other) == rows
    assert trail_of(other) == trail_of(database)
    other.close()


def test_ids_as_people_say_them_name_one_kind_each():
    prefixes = [cls.prefix for cls in records.all_records()]
    assert sorted(prefixes) == sorted(set(prefixes))
