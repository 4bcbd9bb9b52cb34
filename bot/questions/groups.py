"""Records put together: by customer, person, month or status, as it was asked (「哪个客户投诉最多」, "by rep")."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from bot.questions.kinds import KINDS, Kind
from bot.questions.question import SPLITS, Question
from bot.questions.sums import average_of, mean_of, shown, sums_of, worth
from bot.reports.rates import Rates
from bot.talk.periods import month_of, named, quarter_of
from bot.world import World
from storage import records

MOST = 12  # groups that are told: a year has so many months
_TIMES = ("month", "quarter")
_TRAITS = {"industry": "industries", "source": "sources"}  # of the customer, and the list that each is of
_PAPERS = ("opportunity", "contract", "order", "invoice")  # through which a paper leads to its deal


@dataclass(frozen=True, slots=True)
class Group:
    """Records that have something in common; ``key`` orders months."""

    key: Any
    label: str
    items: Sequence[Any]
    sums: dict[str, int]
    worth: int


def by_what(question: Question) -> str:
    """What the records are put together by: what was asked, or whom (「哪些客户有没付的发票」); "" for nothing."""
    is_named = question.kind in ("customer", "contact") and not question.dated  # "who has never bought": the customers
    is_all = not question.first or question.asks_who_most  # 「投诉最多的三家」: so many groups
    if "whom" in question.asks and is_all and question.kind not in ("customer", "contact"):
        return "customer"
    is_of_mine = question.kind == "follow_up" and question.is_mine  # 「我见了谁」: everybody there
    is_who = "who" in question.asks and is_all and not is_named and not is_of_mine
    who = "customer" if "unpaid" in question.states else "person"  # 「谁欠款最多」
    return next((ask.removeprefix("by_") for ask in SPLITS if ask in question.asks), who if is_who else "")


def grouped(world: World, question: Question, items: Sequence[Any], by: str) -> Iterator[str]:
    """A line for each group, with most in them first: most money where that is asked for; months in their order."""
    kind, words = KINDS[question.kind], world.words
    is_by_worth = (
        kind.is_money
        or not {"sum", "average"}.isdisjoint(question.asks)
        or not {"unpaid", "unbilled"}.isdisjoint(question.states)
    )
    least, most = question.counts or (0, 0)
    groups = [
        group
        for group in _groups(world, question, items, by)
        if least <= len(group.items) and (not most or len(group.items) <= most)
    ]
    groups.sort(key=lambda group: group.worth if is_by_worth else len(group.items), reverse=True)
    if by in _TIMES and not question.first and {"largest", "smallest"}.isdisjoint(question.asks):
        groups.sort(key=lambda group: group.key)
    if "smallest" in question.asks:
        groups.reverse()
    if not groups:
        yield words.say("question.say.no_group")
    for group in groups[: question.first or MOST]:
        count = words.say(
            f"question.group.{kind.name}", count=len(group.items), amount=shown(world, group.sums.items())
        )
        left = sum(getattr(item, "status", "") in kind.unfinished for item in group.items)
        cells = count.strip() + (words.say("question.say.unfinished", count=left) if left else "")
        if "average" in question.asks:
            cells += words.say("question.say.average_lead", value=average_of(world, question, group.items))
        yield words.say("common.row", label=group.label, cells=cells)
    if len(groups) > MOST and not question.first:
        yield words.say("list.rest", count=len(groups) - MOST)


def by_status(world: World, kind: Kind, items: Sequence[Any]) -> str:
    """How many of them stand where, in the order of the list."""
    counts = [(code, sum(item.status == code for item in items)) for code in world.crm.codes(kind.statuses)]
    label = world.crm.label
    told = (
        world.words.say("question.say.standing", status=label(kind.statuses, code, world.words.language), count=count)
        for code, count in counts
        if count
    )
    return world.words.say("common.list_separator").join(told)


def _groups(world: World, question: Question, items: Sequence[Any], by: str) -> Iterator[Group]:
    """In the order in which the records stand."""
    found: dict[Any, list[Any]] = {}
    kept = _customers(world, items) if by in _TRAITS else ()  # while they are held, none is looked up by itself
    for item in items:
        found.setdefault(_key_of(world, KINDS[question.kind], item, by), []).append(item)
    del kept
    rates = Rates(world.tx, world.currency)
    for key, own in found.items():
        sums = sums_of(world, question, own)
        size = worth(world, rates, sums)
        if "average" in question.asks:
            size = mean_of(world, question, rates, own)
        yield Group(key, _label(world, KINDS[question.kind], key, by), own, sums, size)


def _key_of(world: World, kind: Kind, item: Any, by: str) -> Any:
    if by == "customer":
        return getattr(item, "customer_id", None)
    if by == "owner":
        return item.owner_id
    if by == "person":
        return getattr(item, kind.person)
    if by == "status":
        return item.stage if kind.name == "opportunity" else item.status
    if by == "team":
        return item.team_id
    if by in _TRAITS:
        return getattr(item if kind.name == "customer" else item.customer, by, None)
    if by == "product":
        return _product(item)
    at = getattr(item, next(iter(kind.dates.values())))
    day = at.astimezone(world.now.tzinfo).date() if isinstance(at, datetime) else at
    if not day:
        return date.min
    return day.replace(day=1) if by == "month" else day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)


def _product(paper: Any) -> str | None:
    """The product of a deal, or of the deal that a paper is of."""
    if hasattr(paper, "product"):
        return str(paper.product) if paper.product else None
    others = (getattr(paper, name, None) for name in _PAPERS)
    return next((product for other in others if other is not None and (product := _product(other))), None)


def _customers(world: World, items: Sequence[Any]) -> Sequence[Any]:
    ids = {getattr(item, "customer_id", None) for item in items}
    return world.session.scalars(select(records.Customer).where(records.Customer.id.in_(ids))).all()


def _label(world: World, kind: Kind, key: Any, by: str) -> str:
    if not key or key == date.min:
        return world.words.say("question.say.nobody" if by in ("owner", "person") else "question.say.empty")
    if by == "status":
        return world.crm.label(kind.statuses, key, world.words.language)
    if by in _TRAITS:
        return world.crm.label(_TRAITS[by], key, world.words.language)
    if by == "product":
        return str(key)
    if by in _TIMES:
        period = month_of(key) if by == "month" else quarter_of(key)
        return named(period, world.words, today=world.now.date())
    cls: Any = {"customer": records.Customer, "team": records.Team}.get(by, records.User)
    return str(world.session.get_one(cls, key).name)
