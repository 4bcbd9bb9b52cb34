"""The answer to a question about records: the number, the fact or the name that was asked for, then the rows."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from bot.dialogs.model import Json
from bot.dialogs.reply import Press, Reply
from bot.errors import NotFound
from bot.flows.documents import STATUSES, papers
from bot.questions.about import about
from bot.questions.events import EVENTS
from bot.questions.finding import MANY, MOST, counted, found
from bot.questions.further import told
from bot.questions.groups import by_status, by_what, grouped
from bot.questions.kinds import KINDS
from bot.questions.owing import rest_of
from bot.questions.question import PAID, Question
from bot.questions.rows import fact, name_of, rows
from bot.questions.sums import average_of, mean_of, shown, sums_of, worth
from bot.reports.rates import Rates
from bot.reports.show import tenth
from bot.rules.fields import require_amounts
from bot.talk.memory import Memory
from bot.talk.paging import PAGES, page
from bot.talk.periods import before, named
from bot.world import World
from config.types import Period

# The conditions that tell a part of a kind from all of it; when, and whose, both are of.
_NARROWER = ("states", "status", "lacks", "own", "least", "most", "scores", "traits", "words", "idle")
DAY = len("2026-11-27")
MAX_FACTS = 5  # records of which the fact is told


def answer(world: World, memory: Memory, action: Json) -> Reply:
    """The answer. Raises NotFound for a number that no record has, FieldHidden for a sum that is not to be seen."""
    question = Question.from_json(action)
    if question.missing:
        raise NotFound(name=question.missing)
    kind = KINDS[question.kind]
    if kind.has_amount and not {"sum", "average"}.isdisjoint(question.asks):
        require_amounts(world.tx, world.actor, world.crm, kind.name)
    if question.unused:
        reply = answer(world, memory, replace(question, unused="").to_json())
        return replace(reply, text=f"{reply.text}\n{world.words.say('question.say.unused', words=question.unused)}")
    memory.report = told(world, question)
    by = by_what(question)
    items = found(world, question, is_grouped=bool(by))
    if not items:
        lines = [
            _none(world, question),
            *([_other(world, question, items)] if question.other_since and question.dated not in EVENTS else []),
        ]
        return Reply("\n".join(lines), is_empty=True)
    _remember(memory, question, items)
    is_few = len(items) <= MAX_FACTS and not by
    facts = [(item, fact(world, question, item)) for item in items] if is_few else []
    if facts and facts[0][1]:
        return _facts(world, question, facts)
    head = "\n".join([_head(world, question, items), *_beside(world, question, items)])
    if by:
        return Reply("\n".join([head, *grouped(world, question, items, by)]))
    kept = rows(world, question, items[: world.crm.limits.list_rows * PAGES])  # those that the list keeps for "more"
    listed = page(world, memory, "report", kept, _count_of(world, question, items))
    below = listed.text.split("\n")[1:]
    if len(items) == 1 and "unpaid" in question.states:
        below += list(rest_of(world, items[0]))[1:]  # its instalments
    return replace(listed, text="\n".join([head, *below]), buttons=(*listed.buttons, *_buttons(world, items)))


def _facts(world: World, question: Question, facts: Sequence[tuple[Any, str]]) -> Reply:
    """The fact of each, and of the only one the record below."""
    is_whose = question.field == "customer"  # then the name says it already
    named = ((item.number if is_whose else name_of(world, item), value) for item, value in facts)
    lines = [world.words.say("fact.is", name=name, value=value) for name, value in named]
    if len(facts) == 1 and question.field in PAID:
        lines = list(rest_of(world, facts[0][0]))
    elif len(facts) == 1:
        lines += rows(world, question, [facts[0][0]])
    return Reply("\n".join(lines), _buttons(world, [item for item, _value in facts]))


def _remember(memory: Memory, question: Question, items: Sequence[Any]) -> None:
    """What the talk is about now: the only record that was told, and whose all of them are."""
    if len(items) == 1 and items[0].kind != "customer":
        memory.focus[items[0].kind] = items[0].id
    if len(question.owners) == 1:
        memory.focus["user"] = question.owners[0]
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


def _count_of(world: World, question: Question, items: Sequence[Any]) -> int:
    return counted(world, question)[0] if len(items) in (MOST, MANY) else len(items)


def _head(world: World, question: Question, items: Sequence[Any]) -> str:
    """What was asked for, how many, what they come to, and by which conditions."""
    words, kind = world.words, KINDS[question.kind]
    count = len(items)
    sums = sums_of(world, question, items)
    if count in (MOST, MANY):
        count, sums = counted(world, question)
    key = next((f"{state}_total" for state in ("unbilled", "unpaid") if state in question.states), "total")
    total = words.say(f"question.say.{key}", amount=shown(world, sums.items())) if sums else ""
    if kind.name == "follow_up" and count > 1 and by_what(question) == "customer":
        total = words.say("question.say.groups", count=len({item.customer_id for item in items}))
    if "average" in question.asks:
        total = words.say("question.say.average_lead", value=average_of(world, question, items))
    return words.say(f"question.head.{kind.name}", count=count, total=total, about=about(world, question))


def _beside(world: World, question: Question, items: Sequence[Any]) -> Iterator[str]:
    """Where it is asked how many: how many stand where, and how many there were in the time before."""
    words, kind = world.words, KINDS[question.kind]
    is_beside = bool(question.other_since) and question.dated not in EVENTS
    if is_beside:
        yield _other(world, question, items)
        return
    if "share" in question.asks:
        yield _share(world, question, items)
    if not (kind.unfinished and (not {"count", "many"}.isdisjoint(question.asks) or by_what(question))):
        return
    if not question.states and len({item.status for item in items}) > 1:
        yield by_status(world, kind, items)
    if question.since and question.until and len(question.since) == len(question.until) == DAY:
        period = before(Period(date.fromisoformat(question.since), date.fromisoformat(question.until)))
        earlier = replace(question, since=period.start.isoformat(), until=period.end.isoformat())
        shown_as = named(period, words, today=world.now.date())
        yield words.say("question.say.before", period=shown_as, count=counted(world, earlier)[0])


def _share(world: World, question: Question, items: Sequence[Any]) -> str:
    """How much they are of all that there are without the conditions: by number, and by what they come to."""
    words, asks = world.words, tuple(ask for ask in question.asks if ask != "share")
    bare = {name: getattr(Question(""), name) for name in _NARROWER}
    if not any(getattr(question, name) != value for name, value in bare.items()):
        bare |= {"owners": (), "customers": (), "is_mine": False}
    bare |= {"currency": ""} if question.least or question.most else {}
    whole = replace(question, asks=asks, **bare)
    total, sums = counted(world, whole)
    own, own_sums = counted(world, question)
    rates = Rates(world.tx, world.currency)
    worths = [worth(world, rates, amounts) for amounts in (own_sums, sums)]
    share = tenth(Decimal(worths[0] * 100) / worths[1]) if worths[1] else ""
    by_worth = words.say("question.say.share_worth", percent=share) if share else ""
    percent = tenth(Decimal(own * 100) / total) if total else "0"
    return words.say("question.say.share", own=own, total=total, percent=percent, worth=by_worth)


def _other(world: World, question: Question, items: Sequence[Any]) -> str:
    """How many there are in the time that it is set beside, what they come to, and the difference."""
    words = world.words
    beside = replace(question, since=question.other_since, until=question.other_until, other_since="", other_until="")
    there = found(world, beside)
    period = Period(date.fromisoformat(beside.since), date.fromisoformat(beside.until))
    sums, others = sums_of(world, question, items), sums_of(world, beside, there)
    shown_as = named(period, words, today=world.now.date())
    gaps = {code: sums.get(code, 0) - others.get(code, 0) for code in sorted(sums | others)}
    if KINDS[question.kind].score:
        return _other_score(world, question, items, there, shown_as)
    if gaps:
        parts = (
            words.say(f"question.say.{'more' if gap > 0 else 'less'}", amount=shown(world, [(code, abs(gap))]))
            for code, gap in gaps.items()
            if gap
        )
    else:
        gap = len(items) - len(there)
        parts = (words.say(f"question.say.{'more' if gap > 0 else 'less'}", amount=abs(gap)) for gap in (gap,) if gap)
    group = f"question.group.{question.kind}"
    there_are = words.say(group, count=len(there), amount=shown(world, others.items())).strip()
    difference = words.say("common.list_separator").join(parts) or words.say("question.say.the_same")
    return words.say("question.say.beside", period=shown_as, count=there_are, difference=difference)


def _other_score(world: World, question: Question, items: Sequence[Any], there: Sequence[Any], shown_as: str) -> str:
    """The mean of the time that it is set beside, and by how much it differs."""
    words, rates = world.words, Rates(world.tx, world.currency)
    count = words.say(f"question.group.{question.kind}", count=len(there), amount="").strip()
    if not there or not items:
        return words.say("question.say.beside", period=shown_as, count=count, difference="—")
    gap = mean_of(world, question, rates, items) - mean_of(world, question, rates, there)
    amount = f"{abs(gap) / 100:.2f}".rstrip("0").rstrip(".")
    said = words.say(f"question.say.{'higher' if gap > 0 else 'lower'}", amount=amount)
    count += words.say("question.say.average_lead", value=average_of(world, question, there))
    difference = said if gap else words.say("question.say.the_same")
    return words.say("question.say.beside", period=shown_as, count=count, difference=difference)


def _none(world: World, question: Question) -> str:
    """That there is none, by which conditions, and among whose it was looked where nobody was named."""
    level = world.crm.level(world.actor.role, question.kind, "view")
    names_some = question.is_mine or question.owners or question.team or question.customers or question.contacts
    among = f"question.say.among_{level}"
    whose = (
        "" if names_some or world.actor.audience is not None or not world.words.has(among) else world.words.say(among)
    )
    return world.words.say(f"question.none.{question.kind}", about=about(world, question, whose))
