"""What was promised to a customer: a note is the moment at which it is kept, put off, or still open."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import NamedTuple

from sqlalchemy import bindparam, literal_column, or_, select

from bot.rules.access import Named
from bot.world import World
from storage import records
from storage.prepared import Prepared, always

MANY = 20


class Promise(NamedTuple):
    """A reminder about the customer that is not settled. ``follow_up_id``: the note whose plan it is."""

    id: int
    subject: str
    remind_at: datetime
    follow_up_id: int | None
    repeat: str | None


@dataclass(frozen=True, slots=True)
class Kept:
    """What a note did to the promises: those it kept, those it put off, and the next one that is still open."""

    kept: tuple[Promise, ...] = ()
    put_off: tuple[Promise, ...] = ()
    still_open: Promise | None = None


def keep_promises(world: World, customer: Named, *, plan: "records.Reminder | None") -> Kept:
    """Settle the planned follow-ups that the new note about the customer is; ``plan``: the reminder of its own plan.

    A plan for today or earlier is kept by it; a later one is put off where the note plans anew.
    """
    asked = {"b_user": world.actor.user_id, "b_about": customer.id, "b_besides": plan.id if plan else 0}
    kept, put_off, others = [], [], []
    for promise in (Promise(*row) for row in _promises().rows(world.tx.connection, asked)):
        is_plan = promise.follow_up_id is not None and promise.repeat is None
        if is_plan and promise.remind_at.astimezone(world.now.tzinfo).date() <= world.now.date():
            kept.append(promise)
        elif is_plan and plan is not None:
            put_off.append(promise)
        else:
            others.append(promise)
    for status, promises in (("done", kept), ("cancelled", put_off)):
        for promise in promises:
            world.change(records.Reminder, promise.id, status=status)
    return Kept(tuple(kept), tuple(put_off), others[0] if others else None)


@cache
def _promises() -> Prepared:
    cls = records.Reminder
    query = select(cls.id, cls.subject, cls.remind_at, cls.follow_up_id, cls.repeat).where(
        cls.about_id == bindparam("b_about"),
        cls.about_kind == "customer",
        cls.user_id == bindparam("b_user"),
        cls.deleted_at.is_(None),
        # Written out: of a parameter SQLite would plan the statement anew each time, since an index asks for its value.
        or_(cls.status == literal_column("'pending'"), cls.status == literal_column("'fired'")),
        cls.id != bindparam("b_besides"),
    )
    return Prepared(always(query.order_by(cls.remind_at, cls.id).limit(MANY)))
