"""The rules of time zones change a few times a year: what was promised as a wall time is worked out anew, once for each
release of the zones' data."""

from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import TZPATH, ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select

from bot.duty import Done
from bot.house import House
from bot.reminders.due import are_to_come
from storage.database import Tx
from storage.prepared import insert_for
from storage.tables import counters

PIECE = 500
AT_MOST = timedelta(hours=3)  # no zone moved its clocks by more; what is further off was put off by its person
DONE = -1


def work_out_anew(house: House, tx: Tx, now: datetime) -> Done:
    """Go through the pending reminders, a piece at a time, where the zones' data is another than last time."""
    name = f"zones:{release()}"
    reached = tx.connection.execute(select(counters.c.value).where(counters.c.name == name)).scalar_one_or_none()
    if reached == DONE:
        return Done()
    last = _piece(tx, now, after=reached or 0)
    first = insert_for(tx.connection.dialect.name)(counters).values(name=name, value=last or DONE)
    tx.connection.execute(first.on_conflict_do_update(index_elements=["name"], set_={"value": last or DONE}))
    return Done(has_more=last is not None)


def _piece(tx: Tx, now: datetime, *, after: int) -> int | None:
    """Correct some reminders; the last id of a full piece, None where no more are left."""
    if not are_to_come(tx, now):
        return None
    from bot.people.acting import sign  # with the records, which are loaded when there is something to do
    from bot.rules.wall_time import instant_of
    from storage import records

    sign(tx, now, "reminders/zones")
    cls = records.Reminder
    query = select(cls).where(cls.id > after, cls.status == "pending", cls.deleted_at.is_(None), cls.remind_at > now)
    found = tx.session.scalars(query.order_by(cls.id).limit(PIECE).with_for_update()).all()
    for item in found:
        try:
            at = instant_of(datetime.fromisoformat(item.wall_time), ZoneInfo(item.zone))
        except (ZoneInfoNotFoundError, ValueError):
            continue  # a zone that is no more: its instant is all that is left of it
        if at != item.remind_at and now < at and abs(at - item.remind_at) <= AT_MOST:
            item.remind_at = at
    tx.flush()
    return found[-1].id if len(found) == PIECE else None


@cache
def release() -> str:
    """Which release of the zones' data this process reads: the system's, else that of the package tzdata."""
    for source in (Path(folder) / "tzdata.zi" for folder in TZPATH):
        if source.is_file():
            with source.open(encoding="ascii", errors="replace") as lines:
                return lines.readline().strip("# \n")[:40]
    import tzdata  # not at the top: most systems have data of their own

    return f"version {tzdata.IANA_VERSION}"
