"""Who may see and do what. Every query for records goes through here; there is no way without an actor.

A record is somebody's: its owner's, and the team's that owned it when it was assigned. People at a customer, notes and
the like are also seen by whoever sees the customer. What is absent and what is forbidden look the same.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from functools import cache, cached_property, lru_cache
from typing import Any, NamedTuple, TypeAlias, TypeVar

from sqlalchemy import ColumnElement, Executable, Select, and_, bindparam, column, false, insert, or_, select, table

from bot.errors import NotAllowed, NotFound
from config.crm import Crm
from config.roles import LEVELS, Action, Level
from config.types import Language
from storage import records
from storage.database import Tx
from storage.kept import Kept
from storage.prepared import Prepared, always
from storage.tables import access_log

R = TypeVar("R", bound="records.Record")
# What is shared by name, each with the column of a share that means it; who may look at it may do no more.
_SHARED = {"customer": "customer_id", "opportunity": "opportunity_id"}
_NOBODYS = frozenset({"user", "team", "identity", "exchange_rate"})  # what a group may hear of, whoever's it is


@dataclass(frozen=True, slots=True)
class Audience:
    """A group chat's team, and with it all below it: what is said there, they all may see."""

    team_id: int
    teams: frozenset[int]


@dataclass(frozen=True)
class Actor:
    """The person for whom something is done. ``teams``: their team and all below it, looked up when first needed.

    A customer's person has a ``contact_id`` and the ``user_id`` 0, which owns nothing.
    ``audience``: in a group chat, who else hears it; None: nobody does. ``has_language``: False where nobody has chosen
    their language: then it is the one in which they write.
    """

    user_id: int
    name: str
    role: str
    team_id: int | None
    language: Language
    zone: tzinfo
    zone_name: str
    teams_of: Callable[[], frozenset[int]] = field(default=frozenset, repr=False, compare=False)
    contact_id: int | None = None
    audience: Audience | None = None
    has_language: bool = True

    @cached_property
    def teams(self) -> frozenset[int]:
        return self.teams_of()


def visible(actor: Actor, crm: Crm, cls: type[R], action: Action = "view") -> ColumnElement[bool]:
    """The condition under which the actor may do this with a record of the class; records in the bin never match."""
    level = crm.level(actor.role, cls.kind, action)
    customers = crm.level(actor.role, "customer", "view") if action == "view" else "none"
    teams = actor.teams if "team" in (level, customers) else frozenset()
    mine = _condition(cls, level, customers, actor.user_id, teams)
    if actor.audience is None or cls.kind in _NOBODYS:
        return mine
    is_personal = crm.level(actor.role, cls.kind, "view") == "own"
    return false() if is_personal else and_(mine, _heard(cls, actor.audience.teams))


@lru_cache(maxsize=10_000)
def _heard(cls: Any, teams: frozenset[int]) -> ColumnElement[bool]:
    """The condition that a group of these teams may hear of a record: it is theirs, or about a customer of theirs."""
    theirs: ColumnElement[bool] = cls.team_id.in_(teams)
    at_customer = getattr(cls, "customer_id", None)
    if at_customer is None:
        return theirs
    customers = select(records.Customer.id).where(records.Customer.team_id.in_(teams))
    return or_(theirs, at_customer.in_(customers))


@lru_cache(maxsize=10_000)
def _condition(
    cls: "type[records.Record]", level: Level, customers: Level, user_id: int, teams: frozenset[int]
) -> ColumnElement[bool]:
    """Built once for each reach that somebody has: building costs more than asking the database."""
    return _reach(cls, level, customers, user_id, teams, _SHARED.get(cls.kind) if customers != "none" else None)


def _is_shared(record_id: Any, column_of: str, user_id: Any, teams: Any) -> ColumnElement[bool]:
    """Is a record shared with this person, their team, or one that they lead?"""
    share: Any = records.Share.__table__.alias().c
    user: Any = records.User.__table__.alias().c
    own_team = select(user.team_id).where(user.id == user_id).scalar_subquery()
    is_with = or_(share.with_user_id == user_id, share.with_team_id == own_team, share.with_team_id.in_(teams))
    return select(share.id).where(share[column_of] == record_id, share.deleted_at.is_(None), is_with).exists()


def _reach(
    cls: Any, level: Level, customers: Level, user_id: Any, teams: Any, shared: str | None = None
) -> ColumnElement[bool]:
    """The condition for a level; ``user_id`` and ``teams`` are values, or parameters yet to be given. ``shared``: the
    column of a share that means records of the class, where what is shared counts.

    What is at a customer of theirs counts as theirs: of their own at level own, of their team at level team. Who sees
    every customer does not for that see everybody's notes."""
    alive: ColumnElement[bool] = cls.deleted_at.is_(None)
    if level == "all":
        return alive
    if level == "none":
        return false()
    mine = cls.owner_id == user_id
    scope: ColumnElement[bool] = or_(mine, cls.team_id.in_(teams)) if level == "team" else mine
    if shared is not None:
        scope = or_(scope, _is_shared(cls.id, shared, user_id, teams))
    at_customer = getattr(cls, "customer_id", None)
    if at_customer is not None and customers != "none":
        # Asked of each record by its key: a list of all the customers somebody may see may have a million entries.
        table_of: Any = records.Customer.__table__
        customer = table_of.alias().c
        nearer = min(level, customers, key=LEVELS.index)
        theirs = _reach(customer, nearer, "none", user_id, teams, _SHARED["customer"])
        scope = or_(scope, select(customer.id).where(customer.id == at_customer, theirs).exists())
    return and_(alive, scope)


def select_visible(actor: Actor, crm: Crm, cls: type[R], action: Action = "view") -> Select[R]:
    """A query for the records of the class that the actor may see (or edit …)."""
    return select(cls).where(visible(actor, crm, cls, action))


def fetch(tx: Tx, actor: Actor, crm: Crm, cls: type[R], record_id: int, action: Action = "view") -> R:
    """The record. Raises NotFound where it is absent or not to be seen, NotAllowed where it may only be looked at."""
    record = tx.session.scalars(select_visible(actor, crm, cls).where(cls.id == record_id)).one_or_none()
    if record is None:
        raise NotFound(name=f"{cls.prefix}-{record_id}")
    if action != "view":
        may = tx.session.scalar(select(cls.id).where(visible(actor, crm, cls, action), cls.id == record_id))
        if may is None:
            raise NotAllowed
    return record


class Named(NamedTuple):
    """A record as far as most rules need it; ``is_new``: it was made in this turn."""

    id: int
    name: str
    public_id: str
    is_new: bool = False


def names_of(tx: Tx, actor: Actor, crm: Crm, cls: Any, ids: Collection[int]) -> list[Named]:
    """The names of those records that the actor may see, those changed last first; at most fifty."""
    rows = seen(tx, actor, crm, cls, _names, b_ids=sorted(ids)) if ids else []
    return [Named(row.id, row.name, f"{cls.prefix}-{row.id}") for row in rows]


def _names(cls: Any, condition: ColumnElement[bool]) -> Select[int, str]:
    query = select(cls.id, cls.name).where(cls.id.in_(bindparam("b_ids", expanding=True)), condition)
    return query.order_by(cls.updated_at.desc(), cls.id).limit(50)


Query: TypeAlias = "Callable[[Any, ColumnElement[bool]], Executable]"


def seen(tx: Tx, actor: Actor, crm: Crm, cls: Any, query: Query, **params: object) -> list[Any]:
    """The rows of a query about records of the class that the actor may see, which is built once for each level.

    ``query`` is given the class and the condition; it is a function of a module, and what varies are parameters.
    """
    level = crm.level(actor.role, cls.kind, "view")
    customers = crm.level(actor.role, "customer", "view")
    if level == "none":
        return []
    teams = sorted(actor.teams) if "team" in (level, customers) else []
    reach: dict[str, object] = {"b_user": actor.user_id, "b_teams": teams}
    is_heard = actor.audience is not None and cls.kind not in _NOBODYS
    if is_heard or crm.fields(actor.role):
        heard = query(cls, visible(actor, crm, cls))
        return list(tx.connection.execute(heard, params))
    return _prepared(cls, level, customers, query).rows(tx.connection, params | reach)


@cache
def _prepared(cls: Any, level: Level, customers: Level, query: Query) -> Prepared:
    shared = _SHARED.get(cls.kind) if customers != "none" else None
    condition = _reach(cls, level, customers, bindparam("b_user"), bindparam("b_teams", expanding=True), shared)
    return Prepared(always(query(cls, condition)))


def check(tx: Tx, actor: Actor, crm: Crm, cls: "type[records.Customer | records.Contact]", record_id: int) -> Named:
    """The record's name, without the record. Raises NotFound where it is absent or not to be seen."""
    found = names_of(tx, actor, crm, cls, (record_id,))
    if not found:
        raise NotFound(name=f"{cls.prefix}-{record_id}")
    return found[0]


def note_refused(tx: Tx, actor: Actor, kind: str, ids: Collection[int]) -> None:
    """Write down that somebody asked for what is there and not theirs to see. They are told the same as if it were not
    there; whoever looks after privacy can see it."""
    _note(tx, actor, "refused", {"kind": kind, "ids": sorted(set(ids))[:20]})


def note_read(tx: Tx, actor: Actor, kind: str, record_id: int) -> None:
    """Write down that somebody was shown how people can be reached."""
    _note(tx, actor, "read", {"kind": kind, "id": record_id})


def _note(tx: Tx, actor: Actor, action: str, what: dict[str, Any]) -> None:
    if tx.author is not None:
        row = {"user_id": actor.user_id or None, "chat_key": tx.author.chat_key, "action": action, "what": what}
        _NOTE.many(tx.connection, [row | {"at": tx.author.at}])


_NOTE = Prepared(always(insert(access_log)), ("user_id", "chat_key", "action", "what", "at"))


def note_export(tx: Tx, actor: Actor, form: str, counts: Mapping[str, int], *, at: datetime, chat_key: str) -> None:
    """Write down that somebody was given so many records of each kind as a file."""
    what = {"format": form, "counts": dict(counts)}
    row = {"user_id": actor.user_id or None, "chat_key": chat_key, "action": "export", "what": what, "at": at}
    tx.connection.execute(insert(access_log), row)


def require(actor: Actor, crm: Crm, kind: str, action: Action) -> None:
    """Raises NotAllowed where the actor's role never does this."""
    if crm.level(actor.role, kind, action) == "none":
        raise NotAllowed


def teams_below(tx: Tx, team_id: int) -> frozenset[int]:
    """A team and all its sub-teams."""
    return frozenset(row.id for row in _BELOW.rows(tx.connection, {"b_team": team_id}))


def _below(_dialect: str) -> Executable:
    # A light stand-in for the mapped class, which the first answer must not wait for.
    teams = table("teams", *map(column, ("id", "parent_id", "deleted_at")))
    tree = select(teams.c.id).where(teams.c.id == bindparam("b_team"), teams.c.deleted_at.is_(None))
    below = tree.cte("below", recursive=True)
    children = select(teams.c.id).join(below, teams.c.parent_id == below.c.id).where(teams.c.deleted_at.is_(None))
    return select(below.union(children).c.id)


_BELOW = Kept(_below)
