"""My customers, or those of somebody, of a team, of an industry, of a place; those nobody has spoken to for long."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, or_, select

from bot.dialogs.model import Json
from bot.dialogs.reply import Reply
from bot.dialogs.show import show_day
from bot.lookups.whose import owned_by
from bot.reports.scope import book_of, scope_of
from bot.rules.access import visible
from bot.rules.industries import industry_of, kept_as
from bot.rules.provinces import places_of
from bot.talk.memory import Memory
from bot.talk.paging import page
from bot.world import World
from storage import records

MAX_ROWS = 200
QUIET = 30  # days without a word that are long, where nobody says how many
_DAYS = {"day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}
MIN_PART = (2, 4)  # letters of a part of a name, Chinese and Latin
MAX_WORD = 20  # letters of a word that says whose, which or where


def my_customers(world: World, memory: Memory) -> Reply:
    """The customers of one's book, a manager's of the team, those spoken to last on top."""
    return listed(world, memory, _ours(world))


def _ours(world: World) -> "ColumnElement[bool]":
    return scope_of(world, book_of(world.actor, world.crm)).condition(records.Customer)


def quiet_customers(world: World, memory: Memory, days: int = 0) -> Reply:
    """The customers of one's book, a manager's of the team, whom nobody has spoken to for so many days, for longest on
    top."""
    cls, note, days = records.Customer, records.FollowUp, days or QUIET
    since = world.now - timedelta(days=days)
    spoken = select(note.id).where(
        visible(world.actor, world.crm, note), note.customer_id == cls.id, note.occurred_at > since
    )
    found = listed(world, memory, _ours(world) & ~spoken.exists(), is_quiet_first=True)
    words = world.words
    if found.is_empty:
        return replace(found, text=words.say("list.quiet_customers.none", days=days))
    _head, *rows = found.text.split("\n")
    head = words.say("list.quiet_customers.head", days=days, count=memory.listing.get("total", len(rows)))
    return replace(found, text="\n".join([head, *rows]))


def quiet_days(world: World, said: str) -> int | None:
    """How many days 「两周」 or "this month" is so far; None for what is no length of time and no more."""
    length = next(iter(world.understand(said).of_kind("duration", "range")), None) if said else None
    if length is None or length.end - length.start < len(said.strip()):
        return None
    if length.past is not None:  # this month
        return (world.now.date() - length.past.days.start).days
    return int(length.number * _DAYS[length.unit]) if length.number is not None and length.unit in _DAYS else None


def customers_of(world: World, memory: Memory, said: str) -> Reply:
    """The customers that a word stands for. Only for what `are_customers_of` has found to mean something."""
    condition = condition_of(world, said)
    assert condition is not None  # noqa: S101 — that is what was found
    return listed(world, memory, condition)


def are_customers_of(world: World, said: str) -> bool:
    """Does a word name somebody, a team, an industry or a place of customers?"""
    return 1 < len(said) <= MAX_WORD and condition_of(world, said) is not None


def condition_of(world: World, said: str) -> "ColumnElement[bool] | None":
    """What a word says about a customer: whose it is, its industry, where it is, or a part of its name; None where it
    says nothing."""
    for read in (_whose, _in_industry, _at, _called):
        condition = read(world, said)
        if condition is not None:
            return condition
    return None


def _whose(world: World, said: str) -> "ColumnElement[bool] | None":
    return owned_by(world, records.Customer, said)


def _in_industry(world: World, said: str) -> "ColumnElement[bool] | None":
    """「制造业」 is the industry 制造."""
    column: Any = records.Customer.industry
    code = industry_of(world.crm, said)
    return column.in_(kept_as(world.crm, code)) if code else _holds(world, column, said)


def _at(world: World, said: str) -> "ColumnElement[bool] | None":
    return _holds(world, records.Customer.address, *places_of(said))


def _called(world: World, said: str) -> "ColumnElement[bool] | None":
    """「食品」: what stands in the names of customers, where it is no industry of the list."""
    return _holds(world, records.Customer.name, said) if len(said) >= MIN_PART[said.isascii()] else None


def _holds(world: World, column: Any, *words: str) -> "ColumnElement[bool] | None":
    """Where the column holds one of the words; None where no customer that may be seen has it."""
    condition: ColumnElement[bool] = or_(*(column.icontains(word, autoescape=True) for word in words))
    query = select(records.Customer.id).where(visible(world.actor, world.crm, records.Customer), condition)
    return condition if world.session.scalar(query.limit(1)) is not None else None


def listed(world: World, memory: Memory, condition: "ColumnElement[bool]", *, is_quiet_first: bool = False) -> Reply:
    """Those to whom the condition applies, spoken to last (or for longest not) on top."""
    cls = records.Customer
    seen = (visible(world.actor, world.crm, cls), condition)
    total = world.session.scalar(select(func.count()).select_from(cls).where(*seen)) or 0
    rows = world.session.execute(with_last_contact(world, seen, is_quiet_first=is_quiet_first).limit(MAX_ROWS))
    return page(world, memory, "customers", [_line(world, row, is_quiet=is_quiet_first) for row in rows], total)


def with_last_contact(
    world: World, conditions: "tuple[ColumnElement[bool], ...]", *, is_quiet_first: bool
) -> "Select[Any]":
    """The customers of whom the conditions hold, with when somebody was last in touch (``at``)."""
    cls, note = records.Customer, records.FollowUp
    last = (
        select(note.customer_id, func.max(note.occurred_at).label("at"))
        .where(visible(world.actor, world.crm, note))
        .group_by(note.customer_id)
        .subquery()
    )
    query = (
        select(cls.id, cls.name, cls.industry, cls.address, cls.owner_id, last.c.at)
        .outerjoin(last, last.c.customer_id == cls.id)
        .where(*conditions)
    )
    order = (last.c.at.is_not(None), last.c.at) if is_quiet_first else (last.c.at.is_(None), last.c.at.desc())
    return query.order_by(*order, cls.id)


def _line(world: World, row: "Row[Any]", *, is_quiet: bool) -> str:
    """A customer in one line, with the day of the last contact."""
    industry = world.crm.label("industries", row.industry, world.words.language) if row.industry else ""
    is_own = row.owner_id in (None, world.actor.user_id)
    owner = "" if is_own else world.session.get_one(records.User, row.owner_id).name
    facts: list[Json] = [row.name, industry, row.address, owner]
    if row.at is not None:
        day = row.at.astimezone(world.now.tzinfo).date()
        facts.append(world.words.say("list.customers.last", day=show_day(day, world.words, today=world.now.date())))
    elif is_quiet:
        facts.append(world.words.say("list.customers.never"))
    return world.words.line(facts)
