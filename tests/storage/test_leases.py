"""Leases: one holder at a time, a new one as soon as the old one is gone."""

import os
import subprocess
import sys

from storage.leases import PROCESS, acquire, processes, release, this_process

OTHER = "elsewhere/boot/pid:[1]|17|4711|ab12cd34"


def test_one_holder_at_a_time(database):
    take = lambda holder, **more: database.write(lambda tx: acquire(tx.connection, "telegram", holder, **more))  # noqa: E731
    assert take(OTHER) == 1
    assert take("me") is None
    assert take(OTHER) == 1
    database.write(lambda tx: release(tx.connection, OTHER))
    assert take("me") == 1
    assert take("me", for_s=-1) == 1
    assert take(OTHER) == 2, "the fence grows with each change of hands"
    assert take("me") is None


def test_a_process_that_ended_holds_nothing(database):
    code = "import time; from storage.leases import this_process; print(this_process(), flush=True); time.sleep(60)"
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout is not None
        holder = child.stdout.readline().strip()
        for name in ("telegram", PROCESS + holder):
            assert database.write(lambda tx, name=name: acquire(tx.connection, name, holder)) == 1
        assert database.write(lambda tx: acquire(tx.connection, "telegram", this_process())) is None
        assert database.write(lambda tx: processes(tx.connection)) == {holder}
        child.kill()
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # ended, and nobody has asked yet how
        assert database.write(lambda tx: acquire(tx.connection, "telegram", this_process())) == 2
        assert database.write(lambda tx: processes(tx.connection)) == set()
    finally:
        child.kill()
        child.wait(5)
        child.stdout.close()


def test_of_other_machines_only_the_clock_tells(database):
    database.write(lambda tx: acquire(tx.connection, PROCESS + OTHER, OTHER))
    assert database.write(lambda tx: processes(tx.connection)) == {OTHER}
    database.write(lambda tx: acquire(tx.connection, PROCESS + OTHER, OTHER, for_s=-1))
    assert database.write(lambda tx: processes(tx.connection)) == set()
