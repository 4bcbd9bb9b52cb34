"""My customers, or those of somebody, of a team, of an industry, of a place; those nobody has spoken to for long."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select

from bot.dialogs.model import Json, Reply
from bot.dialogs.show import show_day
from bot.lookups.lists import page
from bot.lookups.whose import owned_by
from bot.rules.access import visible
from bot.talk.memory import Memory
from bot.world import World
from storage import records

MAX_ROWS = 200
_DAYS = {"day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}
MAX_WORD = 20  # letters of a word that says whose, which or where


def my_customers(world: World, memory: Memory) -> Reply:
    """One's own customers, those spoken to last on top."""
    return listed(world, memory, records.Customer.owner_id == world.actor.user_id)


def quiet_customers(world: World, memory: Memory, days: int = 0) -> Reply:
    """One's own customers, those nobody has spoken to for longest on top; only those of whom that is so many days."""
    cls, note = records.Customer, records.FollowUp
    since = world.now - timedelta(days=days)
    spoken = select(note.id).where(
        visible(world.actor, world.crm, note), note.customer_id == cls.id, note.occurred_at > since
    )
    found = listed(world, memory, (cls.owner_id == world.actor.user_id) & ~spoken.exists(), is_quiet_first=True)
    return replace(found, text=world.words.say("list.quiet_customers.none")) if days and found.is_empty else found


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
    """What a word says about a customer: whose it is, its industry, or where it is; None where it says nothing."""
    for read in (_whose, _in_industry, _at):
        condition = read(world, said)
        if condition is not None:
            return condition
    return None


def _whose(world: World, said: str) -> "ColumnElement[bool] | None":
    return owned_by(world, records.Customer, said)


def _in_industry(world: World, said: str) -> "ColumnElement[bool] | None":
    """「制造业」 is the industry 制造."""
    word = said.casefold().removesuffix("行业").removesuffix("业")
    cls = records.Customer
    for item in world.crm.items("industries"):
        names = {item.code, *(label.casefold() for label in item.labels.values())}
        if word in names or said.casefold() in names:
            return func.lower(cls.industry).in_(names | {name + "业" for name in names})
    return _holds(world, cls.industry, word)


def _at(world: World, said: str) -> "ColumnElement[bool] | None":
    return _holds(world, records.Customer.address, said)


def _holds(world: World, column: Any, word: str) -> "ColumnElement[bool] | None":
    """Where the column holds the word; None where no customer that may be seen has it."""
    condition: ColumnElement[bool] = column.icontains(word, autoescape=True)
    query = select(records.Customer.id).where(visible(world.actor, world.crm, records.Customer), condition)
    return condition if world.session.scalar(query.limit(1)) is not None else None


def listed(world: World, memory: Memory, condition: "ColumnElement[bool]", *, is_quiet_first: bool = False) -> Reply:
    """Those to whom the condition applies, spoken to last (or for longest not) on top."""
    cls = records.Customer
    seen = (visible(world.actor, world.crm, cls), condition)
    total = world.session.scalar(select(func.count()).select_from(cls).where(*seen)) or 0
    rows = world.session.execute(_with_last_contact(world, seen, is_quiet_first=is_quiet_first).limit(MAX_ROWS))
    return page(world, memory, "customers", [_line(world, row) for row in rows], total)


def _with_last_contact(
    world: World, conditions: "tuple[ColumnElement[bool], ...]", *, is_quiet_first: bool
) -> "Select[Any]":
    cls, note = records.Customer, records.FollowUp
    last = (
        select(note.customer_id, func.max(note.occurred_at).label("at"))
        .where(visible(world.actor, world.crm, note))
        .group_by(note.customer_id)
        .subquery()
    )
    query = (
        select(cls.name, cls.industry, cls.address, last.c.at)
        .outerjoin(last, last.c.customer_id == cls.id)
        .where(*conditions)
    )
    order = (last.c.at.is_not(None), last.c.at) if is_quiet_first else (last.c.at.is_(None), last.c.at.desc())
    return query.order_by(*order, cls.id)


def _line(world: World, row: "Row[Any]") -> str:
    """A customer in one line, with the day of the last contact."""
    industry = world.crm.label("industries", row.industry, world.words.language) if row.industry else ""
    facts: list[Json] = [row.name, industry, row.address]
    if row.at is not None:
        day = row.at.astimezone(world.now.tzinfo).date()
        facts.append(world.words.say("list.customers.last", day=show_day(day, world.words, today=world.now.date())))
    return world.words.say("common.value_separator").join(fact for fact in facts if fact)
