"""From words to a question: what, of whom, of when, by what; and what a short follow-up changes of the last one.

「本季度管道汇总」「华东上个月成交情况」「只看张伟的」「换成上季度」「按人看」, "pipeline this quarter
by rep", "last quarter instead".
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import select

from bot.errors import NotFound
from bot.reports.query import By, Query, What, current
from bot.reports.rates import currency_named
from bot.reports.scope import book_of
from bot.rules.access import visible
from bot.world import World
from config.catalog import Catalog
from config.types import Period
from nlu.types import Understanding, Value
from storage import records

MAX_CHARS = 60
SURE = 0.5  # an intent that is less sure does not speak against a question
_WHATS: tuple[What, ...] = ("activity", "feedback", "watch", "changes", "lost", "won", "pipeline")
_BYS: tuple[By, ...] = ("owner", "team", "product", "customer", "month", "day", "stage")
_QUESTIONS = frozenset({"pipeline_summary", "list_opportunities", "list_follow_ups", "other", "find_customer"})
_LETTER = re.compile(r"\w")


@dataclass(slots=True)
class _Found:
    """What stands in a message, and which of its characters say it."""

    what: What | None = None
    by: By = ""
    teams: dict[int, str] = field(default_factory=dict)
    owners: dict[int, str] = field(default_factory=dict)
    customers: dict[int, str] = field(default_factory=dict)
    is_mine: bool = False
    is_ours: bool = False
    is_all: bool = False
    stage: str = ""
    product: str | None = None
    currency: str = ""
    value: Value | None = None
    rest: str = ""


def asked(world: World, last: Query | None, heard: Understanding) -> Query | None:
    """The question that a message asks, None where it asks no such thing. Raises NotFound for whom nobody knows."""
    text = heard.text.strip()
    if len(text) > MAX_CHARS or not text or any(heard.of_kind("money")):
        return None  # 「超过50万的商机」 asks for a list: no figure is split by size
    folded = text.casefold()
    is_cued = any(_search(world.words, f"report.cue.{what}", folded) for what in _WHATS)
    if not is_cued and heard.intent != "pipeline_summary" and last is None:
        return None
    found = _read(world, heard)
    if last is not None and found.what is None and _is_follow_up(found, heard):
        return _changed(world, last, found)
    if found.what is None and heard.intent == "pipeline_summary":
        found.what = "pipeline"
    if found.what is None or not _is_question(world, heard, found):
        return None
    new = replace(book_of(world.actor, world.crm), what=found.what)
    if last is not None and last.what == new.what and found.value is None and last.as_of is None:
        new = new.within(last.period, last.grain)  # 「华为的管道」 after 「本季度管道」 is about this quarter
    return _changed(world, new, _checked(world, heard, found))


def _is_question(world: World, heard: Understanding, found: _Found) -> bool:
    """「华为赢单了」 tells, 「华为上个月赢单多少」 asks: telling words ask beside a period or a number."""
    if heard.intent == "pipeline_summary":
        return True
    may_ask = heard.intent in _QUESTIONS or heard.sure < SURE
    if found.what not in ("won", "lost", "pipeline"):
        return may_ask
    is_asking = bool(_search(world.words, "report.cue.asking", heard.text.casefold()))
    if found.what == "pipeline":
        return may_ask or is_asking
    is_about_one = bool(heard.names) or any(name in heard.slots for name in ("customer", "opportunity"))
    has_period = found.value is not None and found.value.kind == "range"
    if heard.intent == "update_opportunity":
        return (is_asking or has_period) and not (is_about_one and not is_asking)
    return may_ask and (is_asking or has_period or bool(found.by))


def _is_follow_up(found: _Found, heard: Understanding) -> bool:
    """Whether everything said is a filter, a period or a way to split; a mere name asks for its card instead."""
    if _LETTER.search(found.rest):
        return False
    if found.by or found.is_mine or found.is_ours or found.is_all:
        return True
    if found.value is not None and found.value.kind == "range":
        return True
    named = [*found.teams.values(), *found.owners.values(), *found.customers.values()]
    is_more = len(heard.text.strip()) > sum(map(len, named))
    return is_more and bool(
        named or found.stage or found.currency or found.product is not None or found.value is not None
    )


def _checked(world: World, heard: Understanding, found: _Found) -> _Found:
    """The findings, where all whom the message names are known. Raises NotFound."""
    is_named = found.teams or found.owners or found.customers or found.is_mine or found.is_ours
    owner = heard.get("owner")
    if isinstance(owner, str) and owner not in ("me", "team") and not is_named:
        raise NotFound(name=owner)
    unknown = _unknown_name(world, heard, found)
    if unknown and not is_named and found.product is None:
        raise NotFound(name=unknown)
    slot = heard.slots.get("customer")
    if slot is not None and slot.sure >= 0.8 and not is_named and found.product is None:
        raise NotFound(name=str(slot.value))
    return found


def _unknown_name(world: World, heard: Understanding, found: _Found) -> str:
    """What is left of the message and must be somebody's name, "": better to say that nobody knows it than to answer
    about everybody."""
    unknown = _search(world.words, "report.cue.team_like", found.rest.casefold())
    if unknown:
        at = heard.text.casefold().find(unknown.strip())
        return heard.text[at : at + len(unknown.strip())] if at >= 0 else unknown.strip()
    for part in found.rest.split():
        at = heard.text.casefold().find(part)
        after = heard.text[at + len(part) :].lstrip()
        if part.isascii():
            is_before = after.startswith(("'s", "’s")) or any(
                cue(world.words, f"report.cue.{what}").match(after.casefold()) for what in _WHATS
            )
            is_name = heard.text[at : at + 1].isupper() and (at > 0 or is_before)
        else:
            is_name = len(part) >= 2 and (at == 0 or after.startswith("的"))
        if is_name:
            return heard.text[at : at + len(part)]
    return ""


def _changed(world: World, last: Query, found: _Found) -> Query:
    """The last question with what was said put in."""
    query = last if found.what is None else replace(last, what=found.what)
    if found.by:
        query = replace(query, by=found.by)
    if found.is_all:
        query = replace(query, owners=(), teams=(), customers=(), product=None, stage="", is_default=False)
    if found.is_mine:
        query = replace(query, owners=(world.actor.user_id,), teams=(), is_default=False)
    if found.is_ours and world.actor.team_id is not None:
        query = replace(query, owners=(), teams=(world.actor.team_id,), is_default=False)
    if found.teams:
        query = replace(query, teams=tuple(sorted(found.teams)), owners=(), is_default=False)
    if found.owners:
        by: By = "" if query.by == "owner" else query.by
        query = replace(query, owners=tuple(sorted(found.owners)), teams=(), is_default=False, by=by)
    if found.customers:
        query = replace(query, customers=tuple(sorted(found.customers)))
        if query.owners == (world.actor.user_id,) and query.is_default:
            query = replace(query, owners=())  # a customer's deals, whoever has them
    if found.stage:
        query = replace(query, stage=found.stage)
    if found.product is not None:
        query = replace(query, product=found.product)
    if found.currency:
        query = replace(query, currency=found.currency)
    return _timed(world, query, found.value)


def _timed(world: World, query: Query, value: Value | None) -> Query:
    """The question with its time: a period; of what is open, a single past day means how it stood then."""
    if value is None:
        is_past = query.what in ("won", "lost", "activity", "feedback") and query.start is None
        return query.within(current("month", world.now.date()), "month") if is_past else query
    reading = (value.past if query.what != "pipeline" or value.kind == "date" else value.future) or value.past
    if reading is None:
        return query
    start, end = _day(reading.start), _day(reading.end)
    grain = str(value.grain or "")
    is_point = query.what in ("pipeline", "changes") and start == end and start < world.now.date()
    if is_point:
        return replace(query, as_of=start)
    return query.within(Period(start, end), grain)


def _day(moment: date | datetime) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _read(world: World, heard: Understanding) -> _Found:
    """Everything in a message that a report can go by, and what is left of it."""
    found = _Found()
    rest = list(heard.text)

    def take(start: int, end: int) -> None:
        rest[start:end] = "\x00" * (end - start)

    values = [v for v in heard.of_kind("range", "date") if v.past is not None]
    if values:
        found.value = max(values, key=lambda v: (v.kind == "range", v.end - v.start))
        take(found.value.start, found.value.end)
    for record_id, name, kind in _people(world):
        for start in _places(heard.text, name, rest):
            getattr(found, kind)[record_id] = name
            take(start, start + len(name))
    for match in sorted(heard.names, key=lambda m: m.start - m.end):
        if match.name.kind == "customer" and "\x00" not in rest[match.start : match.end] and not found.customers:
            found.customers[int(match.name.key)] = match.name.name
            take(match.start, match.end)
    slot = heard.slots.get("stage")
    if slot is not None and slot.value in world.crm.codes("stages"):
        stage = world.crm.stage(str(slot.value))
        if stage is not None and stage.kind == "open":
            found.stage = stage.code
            take(slot.start, slot.end)
    _read_words(world, found, rest)
    _read_product(world, found)
    _read_customer(world, heard, found)
    return found


def _read_words(world: World, found: _Found, rest: list[str]) -> None:
    """The fixed words: what, by what, whose; each taken out where it stands."""
    text = "".join(rest).casefold()

    def take(key: str) -> bool:
        nonlocal text
        pattern = cue(world.words, key)
        hit = pattern.search(text) is not None
        text = pattern.sub("\x00", text)
        return hit

    for stage in world.crm.stages:
        label = stage.labels[world.words.language].casefold()
        if stage.kind == "open" and label in text and not found.stage:
            found.stage = stage.code
            text = text.replace(label, "\x00")
    for what in _WHATS:
        if take(f"report.cue.{what}") and found.what is None:
            found.what = what
    for by in _BYS:
        if take(f"report.cue.by_{by}") and not found.by:
            found.by = by
    take("report.cue.to_me")  # 「给我」 is no 「我的」
    found.is_all = take("report.cue.all")
    found.is_ours = take("report.cue.ours")
    found.is_mine = take("report.cue.mine")
    take("report.cue.asking")
    take("report.cue.filler")
    found.rest = " ".join(text.replace("\x00", " ").split())


def _read_product(world: World, found: _Found) -> None:
    """What is left may be a currency, or a product that deals have: 「云平台产品本季度管道」, "only Cloud Platform"."""
    left = found.rest.strip(" ，,。.?？!！:：\"'“”「」")
    if not 2 <= len(left) <= 40 or found.customers:
        return
    found.currency = currency_named(world, left) or ""
    if found.currency:
        found.rest = ""
        return
    cls = records.Opportunity
    folded = world.tx.connection.execute(
        select(cls.product).where(visible(world.actor, world.crm, cls), cls.product.ilike(left)).limit(1)
    ).scalar()
    if folded is not None:
        found.product, found.rest = folded, ""


def _read_customer(world: World, heard: Understanding, found: _Found) -> None:
    """A customer by a name that only the look-up knows: an alias, a short form."""
    slot = heard.slots.get("customer")
    said = str(slot.value) if slot is not None else ""
    if not said or found.customers or found.owners or found.teams or said.casefold() not in found.rest:
        return
    matched = world.find("customer", said, {})
    if matched.is_sure and len(matched.matches) == 1:
        found.customers[matched.matches[0].id] = matched.matches[0].name
        found.rest = found.rest.replace(said.casefold(), " ").strip()


def _people(world: World) -> Iterator[tuple[int, str, str]]:
    """The teams and colleagues whom the person may know of, the longest names first."""
    found: list[tuple[int, str, str]] = []
    for cls, kind in ((records.Team, "teams"), (records.User, "owners")):
        query = select(cls.id, cls.name).where(_known(world, cls))
        found += [(row.id, row.name, kind) for row in world.tx.connection.execute(query) if row.name]
    return iter(sorted(found, key=lambda item: -len(item[1])))


def _known(world: World, cls: Any) -> Any:
    """Teams are in nobody's team: the ones known are those at or below one's own."""
    level = world.crm.level(world.actor.role, "opportunity", "view")
    alive = cls.deleted_at.is_(None)
    if level != "all":
        own = cls.id if cls is records.Team else cls.team_id
        mine = own.in_(sorted(world.actor.teams))
        alive &= mine if cls is records.Team else mine | (cls.id == world.actor.user_id)
    return alive


def _places(text: str, name: str, rest: list[str]) -> Iterator[int]:
    """Where a name stands that nothing longer has taken; a Latin name as a whole word."""
    if name.casefold() not in text.casefold():
        return  # hardly one of a thousand colleagues is named
    edge = r"(?<![A-Za-z0-9])" if name[0].isascii() else ""
    after = r"(?![A-Za-z0-9])" if name[-1].isascii() else ""
    for match in re.finditer(f"{edge}{re.escape(name)}{after}", text, re.IGNORECASE):
        if "\x00" not in rest[match.start() : match.end()]:
            yield match.start()


def _search(words: Catalog, key: str, text: str) -> str:
    """The first cue of a list that stands in the text, ""."""
    match = cue(words, key).search(text)
    return match.group() if match else ""


@lru_cache(maxsize=100)
def cue(words: Catalog, key: str) -> re.Pattern[str]:
    """The cues of a list, the longest first; each is a regular expression, Latin ones as whole words."""
    cues = sorted(words.words(key), key=len, reverse=True)
    parts = [rf"(?<![a-z]){cue}(?![a-z])" if cue[0].isascii() and cue[0] not in "[(" else cue for cue in cues]
    return re.compile("|".join(parts) or r"(?!)")
