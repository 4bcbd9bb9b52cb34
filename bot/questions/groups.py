"""Records put together: by customer, person, month or status, as it was asked (「哪个客户投诉最多」, "by rep")."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.questions.kinds import KINDS, Kind
from bot.questions.question import Question
from bot.questions.sums import shown, sums_of, worth
from bot.reports.rates import Rates
from bot.talk.periods import month_of, named
from bot.world import World
from storage import records

MOST = 12  # groups that are told: a year has so many months
_ASKED = {
    "by_customer": "customer", "by_owner": "owner", "by_person": "person", "by_month": "month", "by_status": "status",
}  # fmt: skip


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
    is_who = "who" in question.asks and is_all and not is_named
    who = "customer" if "unpaid" in question.states else "person"  # 「谁欠款最多」
    return next((by for ask, by in _ASKED.items() if ask in question.asks), who if is_who else "")


def grouped(world: World, question: Question, items: Sequence[Any], by: str) -> Iterator[str]:
    """A line for each group, with most in them first: most money where that is asked for; months in their order."""
    kind, words = KINDS[question.kind], world.words
    is_by_worth = (
        kind.is_money or "sum" in question.asks or "unpaid" in question.states or "unbilled" in question.states
    )
    groups = list(_groups(world, question, items, by))
    groups.sort(key=lambda group: group.worth if is_by_worth else len(group.items), reverse=True)
    if by == "month":
        groups.sort(key=lambda group: group.key)
    if "smallest" in question.asks:
        groups.reverse()
    for group in groups[: question.first or MOST]:
        count = words.say(
            f"question.group.{kind.name}", count=len(group.items), amount=shown(world, group.sums.items())
        )
        left = sum(getattr(item, "status", "") in kind.unfinished for item in group.items)
        cells = count.strip() + (words.say("question.say.unfinished", count=left) if left else "")
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
    for item in items:
        found.setdefault(_key_of(world, KINDS[question.kind], item, by), []).append(item)
    rates = Rates(world.tx, world.currency)
    for key, own in found.items():
        sums = sums_of(world, question, own)
        yield Group(key, _label(world, KINDS[question.kind], key, by), own, sums, worth(world, rates, sums))


def _key_of(world: World, kind: Kind, item: Any, by: str) -> Any:
    if by == "customer":
        return getattr(item, "customer_id", None)
    if by == "owner":
        return item.owner_id
    if by == "person":
        return getattr(item, kind.person)
    if by == "status":
        return item.status
    at = getattr(item, next(iter(kind.dates.values())))
    day = at.astimezone(world.now.tzinfo).date() if isinstance(at, datetime) else at
    return day.replace(day=1) if day else date.min


def _label(world: World, kind: Kind, key: Any, by: str) -> str:
    if not key or key == date.min:
        return world.words.say("question.say.nobody" if by in ("owner", "person") else "question.say.empty")
    if by == "status":
        return world.crm.label(kind.statuses, key, world.words.language)
    if by == "month":
        return named(month_of(key), world.words, today=world.now.date())
    cls: Any = records.Customer if by == "customer" else records.User
    return str(world.session.get_one(cls, key).name)
