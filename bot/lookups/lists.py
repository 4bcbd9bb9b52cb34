"""My opportunities, notes, reminders: a few rows, and "more"."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, true

from bot.dialogs.model import Json
from bot.dialogs.reply import Press, Reply
from bot.dialogs.show import show_day, show_moment, show_money
from bot.lazy import Lazy
from bot.lookups.customer_card import note_line
from bot.lookups.subject import customer_meant, named
from bot.lookups.whose import owned_by
from bot.reminders.rules import shown_rule
from bot.rules.access import visible
from bot.rules.reminders import open_reminders
from bot.talk.memory import Memory, spoken_of
from bot.talk.paging import page
from bot.talk.phrases import is_phrase
from bot.world import World
from config.phrasing import phrasing
from config.types import Period
from nlu.segment import words_of
from nlu.types import Understanding
from storage import records, search

Row = Callable[[World, Any], str]
OF_SIZE: "Lazy[[World, Select[records.Opportunity], Understanding], Select[records.Opportunity]]" = Lazy(
    "bot.lookups.of_size:of_size"
)


def list_opportunities(world: World, memory: Memory, heard: Understanding) -> Reply:
    """「我的商机」, "show me all my open deals over $100k", 「华为有哪些商机」."""
    cls = records.Opportunity
    open_stages = [stage.code for stage in world.crm.stages_of("open")]
    query = select(cls).where(visible(world.actor, world.crm, cls))
    stage = heard.get("stage")
    query = query.where(cls.stage == stage) if stage else query.where(cls.stage.in_(open_stages))
    said = named(heard)
    if said:
        meant = customer_meant(world, memory, said)
        if isinstance(meant, Reply):
            return meant
        query = query.where(cls.customer_id == meant)
    query = query.where(_owned(world, cls, heard, is_named=bool(said)))
    query = OF_SIZE(world, query, heard)
    period = _period(heard)
    if period is not None:
        query = query.where(cls.expected_close.between(period.start, period.end))
    found = _opportunities(world, memory, query)
    is_closed = stage and (known := world.crm.stage(str(stage))) is not None and known.kind != "open"
    if is_closed and not found.is_empty:
        head = world.words.say(
            "list.opportunities.head_closed", count=memory.listing.get("total", found.text.count("\n"))
        )
        found = replace(found, text="\n".join([head, *found.text.split("\n")[1:]]))
    is_narrowed = period is not None or stage or any(True for _ in heard.of_kind("money"))
    if found.is_empty and is_narrowed:
        return replace(found, text=world.words.say("list.opportunities.none_such"))
    return found


def _period(heard: Understanding) -> Period | None:
    """The days that a list is about; what is to close lies ahead."""
    named_period = heard.get("period")
    if isinstance(named_period, Period):
        return named_period
    value = next(iter(heard.of_kind("date", "range")), None)
    reading = (value.future or value.past) if value else None
    return reading.days if reading is not None else None


def my_opportunities(world: World, memory: Memory) -> Reply:
    """One's own open opportunities, those that close first on top."""
    cls = records.Opportunity
    open_stages = [stage.code for stage in world.crm.stages_of("open")]
    query = select(cls).where(visible(world.actor, world.crm, cls), cls.stage.in_(open_stages))
    return _opportunities(world, memory, query.where(cls.owner_id == world.actor.user_id))


def _opportunities(world: World, memory: Memory, query: "Select[records.Opportunity]") -> Reply:
    cls = records.Opportunity
    query = query.order_by(cls.expected_close.is_(None), cls.expected_close, cls.id)
    total = world.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    items = list(world.session.scalars(query.limit(200)))
    return page(world, memory, "opportunities", [opportunity_line(world, item) for item in items], total)


def opportunity_line(world: World, deal: "records.Opportunity") -> str:
    facts = (
        deal.name,
        deal.customer.name,
        world.crm.label("stages", deal.stage, world.words.language),
        show_money(deal.amount, world.words) if deal.amount else "",
        show_day(deal.expected_close, world.words, today=world.now.date()) if deal.expected_close else "",
    )
    return world.words.line(facts)


def list_follow_ups(world: World, memory: Memory, heard: Understanding) -> Reply:
    """「上次和华为聊了什么」, 「我这周的跟进」, 「提到报价的跟进」, "my notes about pricing"."""
    cls = records.FollowUp
    query = select(cls).where(visible(world.actor, world.crm, cls))
    said = named(heard)
    if said:
        meant = customer_meant(world, memory, said)
        if isinstance(meant, Reply):
            return meant
        return notes_of(world, memory, meant, _words(heard))
    spoken = world.focus.get("customer") if is_phrase(world.words, "list.follow_ups.last", _plain(heard)) else None
    if spoken is not None:
        return notes_of(world, memory, spoken, "")
    query = query.where(_owned(world, cls, heard, is_named=False))
    return _notes(world, memory, _during(world, query, heard.get("period")), _words(heard))


def _plain(heard: Understanding) -> str:
    """The text without marks at its end."""
    return heard.text.strip().rstrip("。.!！?？呢啊来着")


def opportunities_of(world: World, memory: Memory, customer_id: int) -> Reply:
    """The open opportunities of one customer."""
    cls = records.Opportunity
    open_stages = [stage.code for stage in world.crm.stages_of("open")]
    query = select(cls).where(visible(world.actor, world.crm, cls), cls.stage.in_(open_stages))
    memory.focus["customer"] = customer_id
    return _opportunities(world, memory, query.where(cls.customer_id == customer_id))


def my_follow_ups(world: World, memory: Memory, period: Period | None = None) -> Reply:
    """One's own notes, the newest first."""
    cls = records.FollowUp
    query = select(cls).where(visible(world.actor, world.crm, cls), cls.owner_id == world.actor.user_id)
    return _notes(world, memory, _during(world, query, period), "")


def notes_with(world: World, memory: Memory, words: str) -> Reply:
    """The notes that hold these words, of all customers one may see."""
    cls = records.FollowUp
    found = _notes(world, memory, select(cls).where(visible(world.actor, world.crm, cls)), words)
    return replace(found, text=world.words.say("list.follow_ups.none_with", words=words)) if found.is_empty else found


def _during(world: World, query: "Select[records.FollowUp]", period: object) -> "Select[records.FollowUp]":
    if not isinstance(period, Period):
        return query
    at, (start, end) = records.FollowUp.occurred_at, period.instants(world.now.tzinfo)
    return query.where(at >= start, at < end)


def notes_of(world: World, memory: Memory, customer_id: int, words: str = "") -> Reply:
    """The notes about one customer, the newest first."""
    cls = records.FollowUp
    query = select(cls).where(visible(world.actor, world.crm, cls), cls.customer_id == customer_id)
    memory.focus["customer"] = customer_id
    return _notes(world, memory, query, words)


def _notes(world: World, memory: Memory, query: "Select[records.FollowUp]", words: str) -> Reply:
    """The notes of a query, newest first; with words, those that hold them: as they stand, else each of them."""
    items = _holding(world, query, (words,) if words else ())
    if len(words) > 2 and not items:  # two characters are one word already
        items = _holding(world, query, words_of(words))
    lines = [note_line(world, item, with_customer=True) for item in items]
    return page(world, memory, "follow_ups", lines, len(lines))


def _holding(world: World, query: "Select[records.FollowUp]", words: Sequence[str]) -> "Sequence[records.FollowUp]":
    cls = records.FollowUp
    for word in words:
        query = query.where(search.holds("follow_up", cls.id, word))  # they are few: one's own, or one customer's
    found = world.session.scalars(query.order_by(cls.occurred_at.desc(), cls.id.desc()).limit(200)).all()
    folded = [search.fold(word) for word in words]
    texts = {
        item.id: search.fold("\n".join(filter(None, (item.content, item.feedback, item.verbatim)))) for item in found
    }
    return [item for item in found if all(word in texts[item.id] for word in folded)]


def list_reminders(world: World, memory: Memory, heard: Understanding) -> Reply:
    """「我今天还有什么待办」, "my reminders": with a button each to settle or move it."""
    period = heard.get("period")
    since, until = period.instants(world.now.tzinfo) if isinstance(period, Period) else (None, None)
    if period is None and phrasing("overdue").search(heard.text):
        until = world.now
        if not open_reminders(world, until=until):
            return Reply(world.words.say("list.reminders.none_late"), is_empty=True)
    return reminders(world, memory, since=since if since and since > world.now else None, until=until)


def reminders(
    world: World,
    memory: Memory,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    picked: Json | None = None,
) -> Reply:
    """The person's own; a button opens one, or does with it what is ``picked``."""
    found = open_reminders(world, until=until) if world.actor.audience is None else []  # they are nobody else's
    found = [item for item in found if since is None or item.remind_at >= since]
    words = world.words
    shown = found[: world.crm.limits.list_rows]
    if not found:
        return Reply(words.say("list.reminders.none"), is_empty=True)
    lines = [words.say("list.reminders.head", count=len(found))]
    for number, item in enumerate(shown, 1):
        at = show_moment(item.remind_at, words, now=world.now)
        mark = words.say("list.reminders.late") if item.remind_at < world.now else ""
        if item.repeat:
            at = words.say("reminder.at_and_rule", at=at, every=shown_rule(words, item.repeat))
        lines.append(words.say("list.reminders.row", number=number, at=at, late=mark, subject=item.subject).rstrip())
    if len(found) > len(shown):
        lines.append(words.say("list.rest", count=len(found) - len(shown)))
    memory.focus["reminders"] = spoken_of(memory.focus)
    memory.focus["listed"] = [item.id for item in shown]
    memory.focus.pop("reminder", None)
    if len(found) == 1:
        memory.focus["reminder"] = found[0].id
    if picked is not None:
        lines[0] = words.say("list.reminders.which")
    buttons = tuple(
        Press(
            words.say("list.reminders.open", number=number),
            {**(picked or {"do": "reminder", "op": "open"}), "id": item.id},
            is_open=picked is None,
        )
        for number, item in enumerate(shown, 1)
    )
    return Reply("\n".join(lines), buttons)


def _owned(world: World, cls: Any, heard: Understanding, *, is_named: bool) -> "ColumnElement[bool]":
    """Whose records: the named colleague's or team's, everybody's of a named customer, else one's own."""
    owner = heard.get("owner")
    mine: ColumnElement[bool] = cls.owner_id == world.actor.user_id
    is_open = owner is None and (is_named or not _has_own(world, cls))
    if owner == "team" or is_open:
        return true()  # everything that may be seen
    if owner in (None, "me"):
        return mine
    theirs = owned_by(world, cls, str(owner))
    return mine if theirs is None else theirs


def _has_own(world: World, cls: Any) -> bool:
    """Who has no book of their own, as a manager, asks about everybody's."""
    query = select(cls.id).where(cls.owner_id == world.actor.user_id, cls.deleted_at.is_(None))
    return world.session.scalar(query.limit(1)) is not None


def _words(heard: Understanding) -> str:
    """The words that the notes must hold."""
    value = heard.get("content") or heard.get("subject")
    return str(value) if value else ""
