"""「张伟的呢」, 「按客户看」, "only those over 50k": the last question about records, with what is said put in.

A question about deals that a report knows goes on as a report: whichever told last is what a short message changes.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from bot.dialogs.model import Json
from bot.questions.kinds import KINDS
from bot.questions.question import SPLITS, Question
from bot.questions.reading import MAX_CHARS, Reading
from bot.questions.said import Words
from bot.reports.cues import holds
from bot.reports.query import Query, What
from bot.reports.scope import book_of
from bot.talk.memory import Memory
from bot.world import World
from config.catalog import catalog
from config.types import Money, Period
from nlu.types import Understanding

_STATES: dict[tuple[str, ...], What] = {("open",): "pipeline", ("won",): "won", ("lost",): "lost"}
# What a question says beside these, no report knows.
_KNOWN = frozenset({
    "kind", "states", "status", "dated", "since", "until", "owners", "team", "customers", "least", "most", "currency",
    "asks", "first", "unused",
})  # fmt: skip
_WHOSE = ("is_mine", "owners", "team")
_REPLACED = (
    "status", "lacks", "own", "customers", "contacts", "least", "most", "currency", "scores", "traits", "words",
    "surname", "idle", "heads", "field",
)  # fmt: skip


def told(world: World, question: Question) -> Json:
    """What is kept of a question that was answered, for a short message to change."""
    query, asked = _as_query(world, question), question.to_json()
    return {"query": query.to_json(), "lines": [], "question": asked} if query is not None else {"question": asked}


def asked(world: World, memory: Memory, heard: Understanding) -> Question | None:
    """The last question with what the message says put in; None where it says anything else."""
    kept = memory.report.get("question") if "query" not in memory.report else None
    return _gone_on(world, memory, heard, kept) if kept is not None else None


def _gone_on(world: World, memory: Memory, heard: Understanding, kept: Json) -> Question | None:
    if holds(catalog(heard.lang), "best_of", heard.text.casefold()):
        return None  # "best month this year" is a question of its own
    is_last = memory.listing.get("name", "report") == "report"  # no other list was told since
    if not is_last or len(heard.text) > MAX_CHARS[heard.lang]:
        return None
    last = Question.from_json(kept)
    reading = Reading(world, heard, KINDS[last.kind])
    # "and" at the beginning is no part of what was heard
    is_more = Words(reading.text.words, replace(heard, text=world.said)).find("further") is not None
    reading.text.pick("further")
    reading.question()
    said = reading.told
    is_split = not SPLITS.keys().isdisjoint(said.asks) and not reading.is_named
    whole = Words(reading.text.words, heard)
    is_beside = bool(said.other_since) and not (said.states or any(whole.find(f"noun.{kind}") for kind in KINDS))
    is_said = said.has_conditions or bool(said.until or said.asks)
    is_of_whom = not {"by_person", "by_owner"}.isdisjoint(said.asks)  # "whose customers are they", of invoices
    text = reading.text if is_more or is_of_whom else whole
    is_about_others = any(text.find(f"noun.{kind}") for kind in KINDS if kind != last.kind)
    if said.unused or said.missing or is_about_others or not (is_said and (is_more or is_split or is_beside)):
        return None
    return _changed(last, said, is_timed=any(value.is_time for value in heard.values))


def of_those(world: World, memory: Memory, heard: Understanding) -> Question | None:
    """「其中逾期的」, "which of those have no next step": what is said of what was just listed, whatever else its words
    may ask for; None where a report that was told knows it."""
    if not memory.report or Words(catalog(heard.lang), heard).find("back") is None:
        return None
    kept = memory.report.get("question") or _as_question(Query.from_json(memory.report["query"]))
    more = _gone_on(world, memory, heard, kept) if kept is not None else None
    return None if more is None or ("query" in memory.report and _as_query(world, more) is not None) else more


def _changed(last: Question, said: Question, *, is_timed: bool) -> Question:
    new = {name: value for name in _REPLACED if (value := getattr(said, name))}
    if any(getattr(said, name) for name in _WHOSE):
        new |= {name: getattr(said, name) for name in _WHOSE}
    if is_timed:
        new |= {name: getattr(said, name) for name in ("dated", "since", "until", "other_since", "other_until")}
    states = tuple(dict.fromkeys((*last.states, *said.states)))
    return replace(last, states=states, asks=said.asks or last.asks, first=said.first, unused="", **new)


def _as_question(query: Query) -> Json | None:
    """The question about the open deals of a report; None where it goes by more than a question knows."""
    plain = Query(what="pipeline", stage=query.stage, owners=query.owners, teams=query.teams, customers=query.customers)
    plain = replace(plain, least=query.least, most=query.most, start=query.start, end=query.end, grain=query.grain)
    bare = replace(query, is_default=True, rows="", first=0, by="", place=None, product=None)
    if bare != plain or len(query.teams) > 1:
        return None
    period, limits = query.period, (query.least, query.most)
    least, most = (f"{limit.value:f}" if limit is not None else "" for limit in limits)
    asked = Question(
        "opportunity",
        states=() if query.stage else ("open",),
        status=query.stage,
        owners=query.owners,
        team=query.teams[0] if query.teams and not query.owners else 0,
        customers=query.customers,
        traits=(query.place,) if query.place else (),
        words=(query.product,) if query.product else (),
        least=least,
        most=most,
        currency=next((limit.currency for limit in limits if limit is not None and limit.currency), ""),
    )
    if period is not None:
        asked = replace(asked, dated="closes", since=period.start.isoformat(), until=period.end.isoformat())
    return asked.to_json()


def _as_query(world: World, question: Question) -> Query | None:
    """The report on the same deals, None where no report knows all that the question goes by."""
    usual = Question(question.kind)
    values = {name for name in Question.__dataclass_fields__ if getattr(question, name) != getattr(usual, name)}
    of_stage = question.status and question.states in ((), ("open",))
    what = "pipeline" if of_stage else _STATES.get(question.states) if not question.status else None
    day = "closes" if what == "pipeline" else "closed"
    is_dated = bool(question.since or question.until)
    is_known = values <= _KNOWN and not (
        is_dated and (question.dated != day or not (question.since and question.until))
    )
    if question.kind != "opportunity" or what is None or not is_known:
        return None
    query = replace(book_of(world.actor, world.crm), what=what, stage=question.status, customers=question.customers)
    if question.owners:
        query = replace(query, owners=question.owners, teams=(), is_default=False)
    elif question.team:
        query = replace(query, owners=(), teams=(question.team,), is_default=False)
    least, most = (
        Money(Decimal(said), question.currency or None) if said else None for said in (question.least, question.most)
    )
    period = Period(date.fromisoformat(question.since), date.fromisoformat(question.until)) if is_dated else None
    is_limit = bool(least or most)
    return replace(query.within(period), least=least, most=most, currency="" if is_limit else question.currency)
