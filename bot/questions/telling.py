"""The answer to a question about records: the number, the fact or the name that was asked for, then the rows."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from bot.dialogs.model import Json, Press, Reply
from bot.dialogs.show import show_money
from bot.errors import NotFound
from bot.flows.documents import STATUSES, papers
from bot.questions.finding import MOST, counted, found
from bot.questions.kinds import KINDS, Kind
from bot.questions.question import Question
from bot.questions.rows import day_of, fact, name_of, row
from bot.questions.when import moment
from bot.rules.fields import require_amounts
from bot.talk.memory import Memory
from bot.talk.paging import PAGES, page
from bot.talk.periods import named
from bot.world import World
from config.catalog import Catalog
from config.types import Money, Period
from storage import records

MAX_FACTS = 5  # records of which the fact is told
GROUPS = 10
TOP = 5  # the best score
_GROUPED = {"by_customer": "customer", "by_person": "person", "by_month": "month", "by_status": "status"}
_BY_SIZE = ("largest", "smallest")
_SORTED = (*_BY_SIZE, "oldest", "latest")


def answer(world: World, memory: Memory, action: Json) -> Reply:
    """The answer. Raises NotFound for a number that no record has, FieldHidden for a sum that is not to be seen."""
    question = Question.from_json(action)
    if question.missing:
        raise NotFound(name=question.missing)
    kind = KINDS[question.kind]
    if kind.has_amount and not {"sum", "average"}.isdisjoint(question.asks):
        require_amounts(world.tx, world.actor, world.crm, kind.name)
    if question.unused:
        told = answer(world, memory, replace(question, unused="").to_json())
        return replace(told, text=f"{told.text}\n{world.words.say('question.say.unused', words=question.unused)}")
    items = found(world, question)
    if not items:
        return Reply(_none(world, question), is_empty=True)
    _remember(memory, items)
    is_few = len(items) <= MAX_FACTS and not question.asks_who_most
    facts = [(item, fact(world, question, item)) for item in items] if is_few else []
    if facts and facts[0][1]:
        return _facts(world, question, facts)
    head = _head(world, question, items)
    by = _by(kind, question)
    if by:
        return Reply("\n".join([head, *_groups(world, kind, items, by, is_least_first="smallest" in question.asks)]))
    # only those that the list keeps for "more": each may ask what is paid of it
    rows = [row(world, question, item) for item in items[: world.crm.limits.list_rows * PAGES]]
    listed = page(world, memory, "report", rows, _count_of(world, question, items))
    below = listed.text.split("\n")[1:]
    return replace(listed, text="\n".join([head, *below]), buttons=(*listed.buttons, *_buttons(world, items)))


def _facts(world: World, question: Question, facts: Sequence[tuple[Any, str]]) -> Reply:
    """The fact of each, and of the only one the record below."""
    lines = [world.words.say("fact.is", name=name_of(world, item), value=value) for item, value in facts]
    if len(facts) == 1:
        lines.append(row(world, question, facts[0][0]))
    return Reply("\n".join(lines), _buttons(world, [item for item, _value in facts]))


def _remember(memory: Memory, items: Sequence[Any]) -> None:
    """What the talk is about now: the only record that was told, and whose all of them are."""
    if len(items) == 1:
        memory.focus[items[0].kind] = items[0].id
    customers = {getattr(item, "customer_id", None) for item in items}
    if len(customers) == 1 and (only := customers.pop()) is not None:
        memory.focus["customer"] = only


def _buttons(world: World, items: Sequence[Any]) -> tuple[Press, ...]:
    if len(items) != 1:
        return ()
    if items[0].kind in STATUSES:
        return papers(world, items[0])
    customer = items[0] if items[0].kind == "customer" else getattr(items[0], "customer", None)
    if customer is None:
        return ()
    label = world.words.say("unclear.look", name=customer.name)
    return (Press(label, {"do": "card", "id": customer.id}, is_open=True),)


def _by(kind: Kind, question: Question) -> str:
    """What the records are put together by: what was asked, or whom (「哪些客户有没付的发票」)."""
    if "whom" in question.asks and not question.first and kind.name not in ("customer", "contact"):
        return "customer"
    is_named = kind.name in ("customer", "contact") and not question.dated  # "who has never bought": the customers
    is_who = "who" in question.asks and not question.first and not is_named
    return next((by for ask, by in _GROUPED.items() if ask in question.asks), "person" if is_who else "")


def _groups(world: World, kind: Kind, items: Sequence[Any], by: str, *, is_least_first: bool) -> list[str]:
    """The groups with most in them first; months in their order."""
    counts = Counter(_group_of(world, kind, item, by) for item in items)
    ordered = sorted(counts.items(), key=lambda one: one[0]) if by == "month" else counts.most_common()
    ordered = ordered[::-1] if is_least_first else ordered
    lines = []
    for label, count in ordered[:GROUPS]:
        own = [item for item in items if _group_of(world, kind, item, by) == label]
        cells = world.words.say("question.say.group", count=count, amount=_sum(world, kind, own)).strip()
        lines.append(world.words.say("common.row", label=label, cells=cells))
    left = len(ordered) - GROUPS
    return [*lines, world.words.say("list.rest", count=left)] if left > 0 else lines


def _group_of(world: World, kind: Kind, item: Any, by: str) -> str:
    if by == "customer":
        customer = getattr(item, "customer", None)
        return customer.name if customer else ""
    if by == "person":
        person = getattr(item, kind.person)
        return world.session.get_one(records.User, person).name if person else ""
    if by == "status":
        return world.crm.label(kind.statuses, item.status, world.words.language)
    return f"{getattr(item, next(iter(kind.dates.values()))):%Y-%m}"


def _count_of(world: World, question: Question, items: Sequence[Any]) -> int:
    return counted(world, question)[0] if len(items) == MOST else len(items)


def _head(world: World, question: Question, items: Sequence[Any]) -> str:
    """What was asked for, how many, what they come to, and by which conditions."""
    words, kind = world.words, KINDS[question.kind]
    count = len(items)
    if count == MOST:
        count, sums = counted(world, question)
        total = words.say("question.say.total", amount=_shown(world, sorted(sums.items()))) if sums else ""
    elif "average" in question.asks:
        total = words.say("question.say.average_lead", value=_average(world, kind, items))
    else:
        amount = _sum(world, kind, items)
        total = words.say("question.say.total", amount=amount) if amount else ""
    return words.say(f"question.head.{kind.name}", count=count, total=total, about=_about(world, question))


def _none(world: World, question: Question) -> str:
    return world.words.say(f"question.none.{question.kind}", about=_about(world, question))


def _sum(world: World, kind: Kind, items: Sequence[Any]) -> str:
    """What they come to, each currency by itself; what is cancelled does not count, beside what is asked for."""
    if not kind.has_amount:
        return ""
    sums: Counter[str] = Counter()
    is_all_void = all(getattr(item, "status", "") == "cancelled" for item in items)
    for item in items:
        if item.amount_minor is not None and (is_all_void or getattr(item, "status", "") != "cancelled"):
            sums[item.amount_currency] += item.amount_minor
    return _shown(world, sorted(sums.items()))


def _average(world: World, kind: Kind, items: Sequence[Any]) -> str:
    """The mean of the scores, or of the amounts, each currency by itself."""
    if kind.score:
        scores = [getattr(item, kind.score) for item in items]
        mean = f"{sum(scores) / len(scores):.2f}".rstrip("0").rstrip(".")
        return world.words.say("question.say.points", score=mean)
    by_currency: dict[str, list[int]] = {}
    for item in items:
        by_currency.setdefault(item.amount_currency, []).append(item.amount_minor)
    return _shown(world, [(code, round(sum(all_) / len(all_))) for code, all_ in sorted(by_currency.items())])


def _shown(world: World, amounts: Sequence[tuple[str, int]]) -> str:
    shown = (show_money(Money.from_minor(minor, code), world.words) for code, minor in amounts)
    return world.words.say("common.and_separator").join(shown)


def _about(world: World, question: Question) -> str:
    """The conditions, as they were understood."""
    said = world.words.say("common.list_separator").join(filter(None, _conditions(world, question)))
    return world.words.say("question.say.about", conditions=said) if said else ""


def _conditions(world: World, question: Question) -> Iterator[str]:
    words, kind = world.words, KINDS[question.kind]
    yield from _names(world, question)
    yield from question.traits
    yield from (words.say(f"question.state_name.{kind.name}.{state}") for state in question.states)
    if question.status:
        yield world.crm.label(kind.statuses, question.status, words.language)
    yield from (
        words.say("question.say.lack", field=words.say(f"question.field_name.{name}")) for name in question.lacks
    )
    yield from question.words
    if question.surname:
        yield words.say("question.say.surname", name=question.surname)
    if question.idle:
        yield words.say("question.say.idle", days=question.idle)
    if question.since or question.until:
        verb = words.say(f"question.verb.{question.dated}")
        yield words.say("question.say.when", verb=verb, period=_period(world, question)).strip()
    yield from _bounds(world, question)
    kind_of = "score_" if kind.score else ""
    sorted_by = [name for name in _SORTED if name in question.asks and question.first]
    yield from (words.say(f"question.say.{kind_of if name in _BY_SIZE else ''}{name}") for name in sorted_by)


def _names(world: World, question: Question) -> Iterator[str]:
    if question.is_mine:
        yield world.actor.name
    for cls, ids in (
        (records.User, question.owners),
        (records.Team, (question.team,) if question.team else ()),
        (records.Customer, question.customers),
        (records.Contact, question.contacts),
    ):
        found_names: Any = select(cls.name).where(cls.id.in_(ids)).order_by(cls.id)
        yield from world.session.scalars(found_names) if ids else ()


def _bounds(world: World, question: Question) -> Iterator[str]:
    words = world.words
    for key, said in (("at_least", question.least), ("at_most", question.most)):
        if said:
            money = Money(Decimal(said), question.currency or None)
            yield words.say(f"question.say.{key}", amount=show_money(money, words))
    if question.currency and not (question.least or question.most):
        yield question.currency
    if question.scores:
        yield _scores(words, *question.scores)


def _scores(words: Catalog, low: int, high: int) -> str:
    if low == high:
        return words.say("question.say.score_exact", score=low)
    if low > 1 and high < TOP:
        return words.say("question.say.score_between", low=low, high=high)
    return (
        words.say("question.say.score_most", score=high)
        if low == 1
        else words.say("question.say.score_least", score=low)
    )


def _period(world: World, question: Question) -> str:
    words, today = world.words, world.now.date()
    since, until = question.since, question.until
    if not since or not until:
        key, said = ("until", until) if until else ("from", since)
        return words.say(f"question.say.{key}", day=day_of(world, date.fromisoformat(said[:10])))
    if (first := moment(since)) is not None and (last := moment(until)) is not None:
        return words.say("question.say.hours", day=day_of(world, first), start=f"{first:%H:%M}", end=f"{last:%H:%M}")
    return named(Period(date.fromisoformat(since[:10]), date.fromisoformat(until[:10])), words, today=today)
