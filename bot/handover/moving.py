"""A hand-over done, and given back. Each is one step, which undo takes back like any other."""

from datetime import date
from typing import Any

from sqlalchemy import select

from bot.errors import NotAllowed, NotFound
from bot.handover.book import HOLDERS, Book, Choice, book_of, clashing
from bot.world import World
from storage import records
from storage.audit import changes_of
from storage.many import pieces_of, set_all
from storage.tables import audit


def check(world: World, *people: "records.User") -> None:
    """Books go from hand to hand by who looks after all of the people. Raises NotAllowed."""
    level = world.crm.level(world.actor.role, "user", "edit")
    if level == "all" or (level == "team" and all(person.team_id in world.actor.teams for person in people)):
        return
    raise NotAllowed("handover.other_team" if level == "team" else "handover.not_allowed")


def hand_over(
    world: World, giver: "records.User", taker: "records.User", book: Book, trial_until: date | None
) -> "records.HandOver":
    """Have the book go from one to the other."""
    check(world, giver, taker)
    made = world.create(records.HandOver(from_user_id=giver.id, to_user_id=taker.id, trial_until=trial_until))
    _assign(world, book, taker)
    return world.session.get_one(records.HandOver, made.id)


def give_back(world: World, one: "records.HandOver") -> Book:
    """Have all that went over, and what was begun with it since, go back to who had it; what the taker has passed on
    or what was merged away meanwhile stays. Gives what went."""
    giver, taker = one.giver, one.taker
    check(world, giver, taker)
    if not giver.active:
        raise NotFound(name=giver.name)
    step = select(audit.c.step_id).where(
        audit.c.kind == one.kind, audit.c.record_id == one.id, audit.c.action == "create"
    )
    step_id = world.tx.connection.execute(step).scalar_one()
    went = select(audit.c.record_id).where(audit.c.step_id == step_id, audit.c.kind == "customer")
    begun = book_of(world, Choice(taker.id, records.Customer.id.in_(went), since=one.created_at))
    back, clashes = _return(world, step_id, taker)
    _assign(world, begun, giver)
    world.change(records.HandOver, one.id, returned_at=world.now)
    kinds = {*back, *begun.ids}
    return Book({kind: [*back.get(kind, ()), *begun.ids.get(kind, ())] for kind in kinds}, clashes)


def last(world: World, giver: "records.User | None" = None) -> "records.HandOver":
    """The newest hand-over that stands (of somebody's book) and that the actor may have go back. Raises NotFound."""
    cls = records.HandOver
    query = select(cls).where(cls.deleted_at.is_(None), cls.returned_at.is_(None))
    if giver is not None:
        query = query.where(cls.from_user_id == giver.id)
    for one in world.session.scalars(query.order_by(cls.id.desc()).limit(100)):
        try:
            check(world, one.giver, one.taker)
        except NotAllowed:
            continue
        return one
    raise NotFound("handover.none")


def _assign(world: World, book: Book, user: "records.User") -> None:
    world.sign()
    world.tx.flush()
    for kind, ids in book.ids.items():
        set_all(world.tx, records.record_class(kind), ids, _values(kind, user))
    world.session.expire_all()


def _values(kind: str, user: "records.User") -> dict[str, int | None]:
    """Whose a record is afterwards. A request keeps its owner, the customer's rep who may be another; its handler
    changes."""
    holder = HOLDERS.get(kind, "owner_id")
    owned = {} if kind == "service_request" else {"owner_id": user.id, "team_id": user.team_id}
    return {holder: user.id, **owned}


def _return(world: World, step_id: int, taker: "records.User") -> tuple[dict[str, list[int]], tuple[Any, ...]]:
    """Give the records of a step their holders again, as far as the taker still has them."""
    world.sign()
    groups: dict[tuple[str, tuple[tuple[str, Any], ...]], list[int]] = {}
    for change in changes_of(world.tx.connection, step_id):
        if change.action == "update":
            was = tuple(sorted((key, pair[0]) for key, pair in change.changes.items()))
            groups.setdefault((change.kind, was), []).append(change.record_id)
    back: dict[str, list[int]] = {}
    clashes: list[Any] = []
    for (kind, was), ids in groups.items():
        values = dict(was)
        still = _still_held(world, kind, ids, taker.id)
        if kind == "customer" and "team_id" in values:
            clashes += clashing(world, still, values["team_id"])
            still = [number for number in still if number not in {clash.id for clash in clashes}]
        set_all(world.tx, records.record_class(kind), still, values)
        back.setdefault(kind, []).extend(still)
    world.session.expire_all()
    return {kind: ids for kind, ids in back.items() if ids}, tuple(clashes)


def _still_held(world: World, kind: str, ids: list[int], holder: int) -> list[int]:
    cls: Any = records.record_class(kind)
    column = getattr(cls, HOLDERS.get(kind, "owner_id"))
    found: list[int] = []
    for piece in pieces_of(ids):
        query = select(cls.id).where(cls.id.in_(piece), column == holder, cls.deleted_at.is_(None))
        found += world.tx.connection.execute(query.order_by(cls.id)).scalars()
    return found
