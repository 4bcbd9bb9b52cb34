"""The two doors of the database: what is submitted is durable or not there at all, whoever else is writing."""

import subprocess
import sys
import threading
import time
from concurrent.futures import wait

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from storage import records
from storage.author import Author
from storage.database import Database
from storage.errors import DatabaseUnavailable
from storage.tables import settings
from tests.storage.samples import NOW, people, write


def put(key):
    return lambda tx: tx.connection.execute(settings.insert().values(key=key, value=1)) and key


def keys(database):
    with database.read() as tx:
        return set(tx.connection.execute(select(settings.c.key)).scalars())


def fail_after(key, error):
    def job(tx):
        put(key)(tx)
        raise error

    return job


def test_a_failing_job_takes_back_only_its_own_part(database):
    gate = threading.Event()
    first = database.submit(lambda tx: gate.wait(5) and put("gate")(tx))  # so that the others wait for one commit
    good = [database.submit(put(f"good {n}")) for n in range(10)]
    bad = [database.submit(fail_after(f"bad {n}", ValueError(n))) for n in range(5)]
    twice = database.submit(lambda tx: (put("late")(tx), put("gate")(tx)))
    last = database.submit(put("last"))
    gate.set()
    wait([first, *good, *bad, twice, last], timeout=10)
    assert [str(job.exception()) for job in bad] == ["0", "1", "2", "3", "4"]
    assert isinstance(twice.exception(), IntegrityError)
    assert keys(database) == {"gate", "last", *(f"good {n}" for n in range(10))}


def test_a_record_that_is_refused_takes_back_only_its_own_turn(database):
    gate = threading.Event()

    def team(name):
        def job(tx):
            tx.session.author = Author(None, NOW)
            tx.session.add(records.Team(name=name))
            tx.session.flush()

        return job

    first = database.submit(lambda tx: gate.wait(5))
    jobs = [database.submit(team(name)) for name in ("a", "b", "a", "c")]
    gate.set()
    wait([first, *jobs], timeout=10)
    assert sum(job.exception() is not None for job in jobs) == 1
    with database.read() as tx:
        assert sorted(tx.session.scalars(select(records.Team.name))) == ["a", "b", "c"]


def test_who_waits_for_slow_work_waits_for_no_more_than_a_piece_of_it(database):
    gate, settled = threading.Event(), []

    def slow(tx):
        settled.append(bool(jobs) and jobs[0].done())
        time.sleep(0.03)

    jobs = []
    database.write(slow)
    first = database.submit(lambda tx: gate.wait(5))
    jobs += [database.submit(slow) for _ in range(8)]
    gate.set()
    wait([first, *jobs], timeout=10)
    assert settled[1] is False
    assert settled[-1] is True


def test_what_is_written_while_reading_is_not_kept(database):
    with database.read() as tx:
        put("x")(tx)
    assert keys(database) == set()


def test_a_reader_sees_what_was_there_when_it_began(database):
    database.write(put("before"))
    with database.read() as tx:
        assert tx.connection.execute(select(settings.c.key)).scalars().all() == ["before"]
        database.write(put("after"))
        if database.is_sqlite:
            assert tx.connection.execute(select(settings.c.key)).scalars().all() == ["before"]
    assert keys(database) == {"before", "after"}


def test_what_is_looked_up_before_a_turn_is_what_is_committed_by_then(database, database_url):
    """By the writer itself, maybe on its own connection; of what is written through that nothing stays."""
    other = Database(database_url)

    def look(wanted):
        with database.read() as tx:
            found = set(tx.connection.execute(select(settings.c.key)).scalars())
            put(f"while reading {len(found)}")(tx)
        if wanted not in found:
            raise LookupError(wanted)
        return wanted

    def turns(tx, found):
        return [put(f"saw {one}")(tx) for one in found]

    def turn(wanted):
        return database.submit_together(turns, look, wanted, rescue=lambda tx, error: str(error)).result(10)

    database.write(put("ours"))
    other.write(put("theirs"))
    other.close()
    assert [*map(turn, ("ours", "nobody's", "theirs", "saw ours"))] == [
        "saw ours", "nobody's", "saw theirs", "saw saw ours"
    ]  # fmt: skip
    assert keys(database) == {"ours", "theirs", "saw ours", "saw theirs", "saw saw ours"}


@pytest.mark.parametrize("scope", ["team", "owner"])
def test_two_who_create_the_same_customer_at_once_end_with_one(database, database_url, scope):
    """The second insert waits for the first and is refused: by two processes as by two threads."""
    team_id, user_id = write(database, lambda session: tuple(item.id for item in people(session)))
    other = Database(database_url)
    barrier = threading.Barrier(2)
    refused = []

    def create(door):
        def job(tx):
            tx.session.author = Author(user_id, NOW, team_id=team_id if scope == "team" else None)
            tx.session.add(records.Customer(name="华为技术有限公司", name_key="华为"))
            tx.session.flush()

        barrier.wait(5)
        try:
            door.write(job)
        except IntegrityError:
            refused.append(door)

    threads = [threading.Thread(target=create, args=(door,)) for door in (database, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    other.close()
    assert len(refused) == 1
    with database.read() as tx:
        assert len(tx.session.scalars(select(records.Customer)).all()) == 1


def test_many_writers_from_two_processes_lose_nothing(database, database_url):
    other = Database(database_url)
    jobs = [door.submit(put(f"{n}")) for n, door in enumerate([database, other] * 50)]
    assert {job.result(20) for job in jobs} == {f"{n}" for n in range(100)}
    assert len(keys(database)) == 100
    other.close()


def test_closing_finishes_what_was_submitted(database, database_url):
    jobs = [database.submit(put(f"{n}")) for n in range(100)]
    database.close()
    assert all(job.done() for job in jobs)
    again = Database(database_url)
    assert len(keys(again)) == 100
    again.close()


def test_a_database_that_is_away_is_said_so(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/no/such/folder/crmbot.db")
    with pytest.raises(DatabaseUnavailable):
        database.write(put("x"))
    with pytest.raises(DatabaseUnavailable):
        keys(database)
    database.close()


def test_a_full_disk_refuses_the_turn_and_heals(database):
    if not database.is_sqlite:
        pytest.skip("the server's disk cannot be made small from here")
    database.write(lambda tx: tx.connection.execute(text("PRAGMA max_page_count = 1")))  # as many as there are
    with pytest.raises(DatabaseUnavailable):
        database.write(lambda tx: [put(f"{n}" * 90)(tx) for n in range(2000)])
    database.write(lambda tx: tx.connection.execute(text("PRAGMA max_page_count = 1000000")))
    database.write(put("again"))
    assert keys(database) == {"again"}


SIDE_BY_SIDE = """
import sys
from concurrent.futures import wait
from sqlalchemy import select
from storage import records
from storage.database import Database
from storage.tables import settings

sys.setswitchinterval(1e-5)  # every thread gets its turn while another one loads
database = Database(sys.argv[1])


def ask(tx):
    return str(select(settings.c.key).where(settings.c.key.in_([])))


jobs = [database.submit(ask, key=str(n)) for n in range(8)]
jobs.append(database.submit(lambda tx: records.Customer))
jobs += [database.submit(ask, key=str(n)) for n in range(400)]
wait(jobs)
print([job.exception() for job in jobs if job.exception()][:1])
database.close()
"""


def test_records_load_in_one_thread_while_others_are_at_work(database_url):
    run = subprocess.run([sys.executable, "-c", SIDE_BY_SIDE, database_url], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"
