"""What was promised to a customer: a note is the moment at which it is kept, put off, or still open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import NamedTuple

from sqlalchemy import bindparam, literal_column, or_, select

from bot.dialogs.model import Json
from bot.rules.access import Named
from bot.rules.follow_ups import instant, is_exact_time
from bot.rules.reminders import remind
from bot.world import World
from config.catalog import Catalog
from nlu.segment import words_of
from storage import records
from storage.prepared import Prepared, always

MANY = 20
MANY_SHOWN = 50


class Promise(NamedTuple):
    """A reminder about the customer that is not settled. ``follow_up_id``: the note whose plan it is."""

    id: int
    subject: str
    remind_at: datetime
    follow_up_id: int | None
    repeat: str | None
    promised_by: str | None


@dataclass(frozen=True, slots=True)
class Kept:
    """What a note did to the promises: those it kept, those it put off, and the next one that is still open."""

    kept: tuple[Promise, ...] = ()
    put_off: tuple[Promise, ...] = ()
    still_open: Promise | None = None


def keep_promises(
    world: World, customer: Named, *, plan: "records.Reminder | None", told: str, anew: Sequence[Json]
) -> Kept:
    """Settle the planned follow-ups that the new note about the customer is; ``plan``: the reminder of its own plan.

    A plan for today or earlier is kept by it; a later one is put off where the note plans for a day after it. What
    was promised is kept where the note ``told`` says so, and put off where it is promised ``anew``.
    """
    asked = {"b_user": world.actor.user_id, "b_about": customer.id, "b_besides": plan.id if plan else 0}
    kept, put_off, others = [], [], []
    for promise in (Promise(*row) for row in _promises().rows(world.tx.connection, asked)):
        is_plan = promise.follow_up_id is not None and promise.repeat is None and promise.promised_by is None
        if promise.promised_by is not None and _is_fulfilled(world.words, promise.subject, told):
            kept.append(promise)
        elif any(each["by"] == promise.promised_by and _is_same(world.words, promise, each["what"]) for each in anew):
            put_off.append(promise)
        elif is_plan and promise.remind_at.astimezone(world.now.tzinfo).date() <= world.now.date():
            kept.append(promise)
        elif is_plan and plan is not None and plan.remind_at >= promise.remind_at:
            put_off.append(promise)
        else:
            others.append(promise)
    for status, promises in (("done", kept), ("cancelled", put_off)):
        for promise in promises:
            world.change(records.Reminder, promise.id, status=status)
    return Kept(tuple(kept), tuple(put_off), others[0] if others else None)


def open_promises(world: World, by: str) -> "list[records.Reminder]":
    """The actor's promises that are not settled, ours or theirs, the next one first."""
    cls = records.Reminder
    query = select(cls).where(
        cls.user_id == world.actor.user_id,
        cls.deleted_at.is_(None),
        cls.status.in_(("pending", "fired")),
        cls.promised_by == by,
    )
    return list(world.session.scalars(query.order_by(cls.remind_at).limit(MANY_SHOWN)))


def _is_fulfilled(words: Catalog, subject: str, told: str) -> bool:
    """Does a note say that what was promised has been given? It must name the thing, and that it came or went."""
    said = told.casefold()
    objects = _objects(words, subject)
    has_come = any(cue in said for cue in words.words("promise.fulfilled"))
    return has_come and bool(objects) and sum(thing in said for thing in objects) * 2 >= len(objects)


def _is_same(words: Catalog, promise: Promise, what: str) -> bool:
    return bool(_objects(words, promise.subject) & _objects(words, what))


def _objects(words: Catalog, subject: str) -> set[str]:
    """The words of a promise that name the thing: 给新报价 → 报价."""
    thing = subject.removeprefix(words.say("promise.awaited", subject="").strip())
    found = (word.casefold().strip(" .,:;!?：，。") for word in words_of(thing))
    return {word for word in found if len(word) > 1} - set(words.words("promise.verbs"))


def promise(world: World, customer: Named, given: Json, *, follow_up_id: int | None = None) -> "records.Reminder":
    """A reminder of what was promised: ours, or theirs, to chase. ``given``: {"by", "what", "at", "has_time"}."""
    return remind(
        world,
        _subject(world.words, given),
        instant(world, given),
        about=("customer", customer.id),
        is_exact=is_exact_time(given),
        follow_up_id=follow_up_id,
        promised_by=given["by"],
    )


def promise_all(
    world: World, customer: Named, given: Sequence[Json], *, plan: "records.Reminder | None", follow_up_id: int
) -> "list[records.Reminder]":
    """The promises of a note. The one for the day of its plan is that plan; the others stand beside it."""
    made = []
    for each in given:
        day = datetime.fromisoformat(each["at"]).date()
        if plan is not None and plan.promised_by is None and plan.remind_at.astimezone(world.now.tzinfo).date() == day:
            plan.subject, plan.promised_by = _subject(world.words, each), each["by"]
            world.change(records.Reminder, plan.id, subject=plan.subject, promised_by=plan.promised_by)
        else:
            made.append(promise(world, customer, each, follow_up_id=follow_up_id))
    return made


def _subject(words: Catalog, given: Json) -> str:
    return str(given["what"] if given["by"] == "us" else words.say("promise.awaited", subject=given["what"]))


@cache
def _promises() -> Prepared:
    cls = records.Reminder
    query = select(cls.id, cls.subject, cls.remind_at, cls.follow_up_id, cls.repeat, cls.promised_by).where(
        cls.about_id == bindparam("b_about"),
        cls.about_kind == "customer",
        cls.user_id == bindparam("b_user"),
        cls.deleted_at.is_(None),
        # Written out: of a parameter SQLite would plan the statement anew each time, since an index asks for its value.
        or_(cls.status == literal_column("'pending'"), cls.status == literal_column("'fired'")),
        cls.id != bindparam("b_besides"),
    )
    return Prepared(always(query.order_by(cls.remind_at, cls.id).limit(MANY)))
