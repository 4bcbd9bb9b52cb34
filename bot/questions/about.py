"""The conditions of a question, told as they were understood."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from bot.dialogs.show import show_money
from bot.questions.events import EVENTS, NOT
from bot.questions.kinds import KINDS
from bot.questions.own import shown
from bot.questions.question import DENIED, Question
from bot.questions.rows import day_of
from bot.questions.traits import TOP
from bot.questions.when import moment
from bot.talk.periods import named
from bot.world import World
from config.catalog import Catalog
from config.types import Money, Period
from storage import records

_BY_SIZE = ("largest", "smallest")
_SORTED = (*_BY_SIZE, "oldest", "latest")


def about(world: World, question: Question, whose: str = "") -> str:
    """The conditions, as they were understood; before them, among ``whose``."""
    said = world.words.say("common.list_separator").join(filter(None, (whose, *_conditions(world, question))))
    return world.words.say("question.say.about", conditions=said) if said else ""


def _conditions(world: World, question: Question) -> Iterator[str]:
    words, kind = world.words, KINDS[question.kind]
    yield from _names(world, question)
    yield from question.traits
    is_dated_so = question.dated == "resolved" and bool(question.since)
    happened = [state for state in question.states if question.dated in (state, state.removeprefix(NOT))]
    states = [one for one in question.states if not ((one == "done" and is_dated_so) or one in happened)]
    yield from (_state(words, kind.name, state) for state in states)
    if question.status:
        yield world.crm.label(kind.statuses, question.status, words.language)
    yield from (
        words.say("question.say.lack", field=words.say(f"question.field_name.{name}")) for name in question.lacks
    )
    yield from shown(world, kind.name, question.own)
    yield from question.words
    if question.surname:
        yield words.say("question.say.surname", name=question.surname)
    if question.idle:
        yield words.say("question.say.idle", days=question.idle)
    if question.heads:
        how, heads = question.heads
        yield words.say(f"question.say.heads_{how}", heads=heads)
    if question.counts:
        least, most = question.counts
        yield words.say(f"question.say.counts_{'least' if least else 'most'}", count=least or most)
    for name in happened:  # 「2026 年 Q4 没拜访过」
        label = words.say(f"question.state_name.{kind.name}.{name}")
        yield words.say("question.say.happened", state=label, period=_period(world, question))
    if (question.since or question.until) and not happened:
        verb = words.say(f"question.verb.{question.dated}")
        yield words.say("question.say.when", verb=verb, period=_period(world, question)).strip()
    if question.other_since and question.dated in EVENTS:
        beside = replace(question, since=question.other_since, until=question.other_until)
        key = "not_when" if question.dated in question.states else "but_when"
        yield words.say(f"question.say.{key}", period=_period(world, beside))
    yield from _bounds(world, question)
    kind_of = "score_" if kind.score else ""
    is_sorted = bool(question.first) and not question.asks_who_most
    sorted_by = [name for name in _SORTED if name in question.asks and is_sorted]
    yield from (words.say(f"question.say.{kind_of if name in _BY_SIZE else ''}{name}") for name in sorted_by)


def _state(words: Catalog, kind: str, state: str) -> str:
    name = words.say(f"question.state_name.{kind}.{state.removeprefix(DENIED)}")
    return words.say("question.say.denied", state=name) if state.startswith(DENIED) else name


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
