"""A message about several visits, or that is to remind of several days: one card after the other."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import TypeAlias

from bot.dialogs.values import names_no_day
from bot.world import World
from config.catalog import catalog
from config.phrasing import phrasing
from nlu.types import Understanding

SURE_NAME = 0.6  # a customer that is less sure does not begin a note of its own
SURE_NOTE = 0.8
MANY = 2  # deals
_CHANGED = frozenset({"amount", "stage", "expected_close"})
MIN_JOB = 3  # letters that tell what is to be done
MAX_HEAD, MIN_PLAN = 4, 2  # characters before the day of a plan, and behind it
MAX_ERRAND = 24  # letters of what one is to do
MIN_TOLD = 3  # ... behind the name of whom something is told
_ENDS = " ,，;；。"
Understand: TypeAlias = Callable[[str], Understanding]  # what is asked of it twice, it tells from memory


def notes_in(world: World, heard: Understanding) -> list[Understanding]:
    """The parts of a message that are about a customer each; [] where it is about one."""
    understand = cache(world.understand)
    listed = _listed(understand, heard) or _in_one_breath(world, understand, heard)
    if listed:
        return listed
    borders = catalog(heard.lang).pattern("follow_up.borders")
    pieces = [part for piece in borders.split(heard.text) if piece and (part := piece.strip(_ENDS))]
    if len(pieces) < 2:
        return []
    parts: list[list[str]] = []
    told: list[str] = []  # of whom, one after the other
    for piece in pieces:
        heard_alone = understand(piece)
        customer = _visited(heard_alone) or _spoken_of(heard_alone)
        if customer and customer not in told:
            begins = told or not parts  # what stands before the first customer belongs to them
            told.append(customer)
            if begins:
                parts.append([])
        if not parts:
            parts.append([])
        parts[-1].append(piece)
    joint = "，" if heard.lang == "zh" else ", "
    return [understand(joint.join(part)) for part in parts] if len(told) > 1 else []


def errands_in(world: World, heard: Understanding) -> list[Understanding]:
    """「我跟进华为，王芳去蓝海」, 「蓝海那边我跟，鼎盛让顾衡去」: what each of several people is to do, as reminders.

    [] where that is not all there is, or it has been done.
    """
    kinds = [match.name.kind for match in heard.names]
    if "user" not in kinds or kinds.count("customer") < 2 or phrasing("has_been").search(heard.text):
        return []
    lead, jobs = catalog(heard.lang).say("reminder.lead_in"), []
    for clause in (piece.strip(_ENDS) for piece in phrasing("between_errands").split(heard.text) if piece.strip(_ENDS)):
        told = world.understand(clause)
        mine = phrasing("i_do").match(clause)
        named = {match.name.kind for match in told.names}
        does = mine or "user" in named or phrasing("i_do").search(clause)
        if "customer" not in named or not does or len(clause) > MAX_ERRAND:
            return []
        jobs.append(world.understand(lead + clause[mine.end() if mine else 0 :]))
    return jobs if len(jobs) > 1 else []


def days_in(world: World, heard: Understanding) -> list[Understanding]:
    """「提醒我周三和周五给张总打电话」: the message for each of the two days; [] where there is one, or a rule."""
    days = [value for value in heard.values if value.kind in ("date", "datetime", "range")]

    def has_time(piece: str) -> bool:
        return any(value.is_time for value in world.values_in(piece))

    pieces = phrasing("next_reminder").split(heard.text)
    if len(pieces) == len(days) > 1 and all(map(has_time, pieces)):
        lead = catalog(heard.lang).say("reminder.lead_in")
        return [world.understand(piece if n == 0 else lead + piece.strip(_ENDS)) for n, piece in enumerate(pieces)]
    if any(True for _ in heard.of_kind("recurrence")):
        return []
    if plans := plans_in(world, heard) or jobs_in(world, heard):
        return plans
    if len(days) != 2:
        return []
    first, second = days
    text, joints = heard.text, catalog(heard.lang).words("reminder.joints")
    if text[first.end : second.start].strip().casefold() not in joints:
        return []
    alone = (text[: first.end] + text[second.end :], text[: first.start] + text[second.start :])
    alone = (phrasing("each_time").sub("", alone[0]), phrasing("each_time").sub("", alone[1]))
    return _in_order(*(world.understand(said) for said in alone))


def plans_in(world: World, heard: Understanding) -> list[Understanding]:
    """「周三去蓝海量尺寸，周五给他们发效果图」: each clause that begins with a day of its own is a plan of its own. []
    where not all the days of the message begin one."""
    words = catalog(heard.lang)
    days = sum(value.kind in ("date", "datetime", "range") for value in heard.values)
    if days < 2:
        return []
    plans: list[str] = []
    day = ""  # of the plan before
    marks = r"[，,。；;\n]" if heard.lang == "en" else r"[，,。；;\n ]"
    for clause in filter(None, (one.strip() for one in re.split(marks, heard.text))):
        time = next((value for value in world.values_in(clause) if value.is_time), None)
        head = clause[: time.start] if time is not None else clause
        begins = len(head) <= MAX_HEAD and not words.pattern("reminder.not_a_plan").search(head)
        is_of_day = time is not None and names_no_day(time, world)  # 「后天上午盯装车，我|下午去码头」
        if (
            time is not None
            and time.kind != "range"
            and begins
            and len(clause) - time.end >= MIN_PLAN
            and (day or not is_of_day)
        ):
            plans.append(f"{head}{day}{clause[time.start :]}" if is_of_day else clause)
            said = words.pattern("reminder.day_said").match(time.text)
            day = said.group() if said and not is_of_day else day
        elif plans:
            plans[-1] += "，" + clause
        elif time is not None or not words.pattern("reminder.leads").match(clause):
            return []
    if not 1 < len(plans) == days:
        return []
    lead = words.say("reminder.lead_in")
    told = [world.understand(plan if words.pattern("reminder.leads").match(plan) else lead + plan) for plan in plans]
    whose = told[0].slots.get("customer")
    return [
        replace(one, slots={"customer": whose, **one.slots})
        if whose and words.pattern("reminder.theirs").search(one.text)
        else one
        for one in told
    ]


def jobs_in(world: World, heard: Understanding) -> list[Understanding]:
    """ "Moira sends the samples on Thursday and I'll call Ken on Friday", "thu 9am lorna, fri 2pm ken": a reminder of
    each. [] where not every part has a day of its own, and something to do."""
    lead = catalog(heard.lang).say("reminder.lead_in")
    pieces = [piece for part in phrasing("between_jobs").split(heard.text) if (piece := part.strip(_ENDS + "."))]
    days = sum(value.kind in ("date", "datetime", "range") for value in heard.values)
    if not 1 < len(pieces) == days:
        return []
    for piece in pieces:
        times = [value for value in world.values_in(piece) if value.is_time]
        rest = piece[: times[0].start] + piece[times[0].end :] if len(times) == 1 else ""
        if sum(map(str.isalnum, phrasing("to_do_nothing").sub("", rest))) < MIN_JOB:
            return []
    first = catalog(heard.lang).pattern("reminder.leads").match(pieces[0])
    return [world.understand(piece if not n and first else lead + piece) for n, piece in enumerate(pieces)]


def deals_in(world: World, heard: Understanding) -> list[Understanding]:
    """「布草黄了，客户自己洗，教练车丢了」, "the press goes to 39k and the router drops to 80k": the parts that each
    begin with a deal, or somebody, of their own and tell how it changes; [] where there is one."""
    if len({match.name.key for match in heard.names}) < MANY:
        return []
    parts: list[list[str]] = []
    named: set[str] = set()
    for piece in phrasing("between_jobs").split(heard.text):
        if not (said := piece.strip(_ENDS)):
            continue
        told = world.understand(said)
        whose = {match.name.key for match in told.names} - named
        changes = told.intent == "update_opportunity" and not _CHANGED.isdisjoint(told.slots)
        if (whose and changes) or not parts:
            parts.append([])
        named |= whose if changes else set()
        parts[-1].append(said)
    joint = "，" if heard.lang == "zh" else ", "
    found = [world.understand(joint.join(part)) for part in parts]
    is_each = all(one.intent == "update_opportunity" and one.names for one in found)
    return found if len(found) > 1 and is_each else []


def _in_order(first: Understanding, second: Understanding) -> list[Understanding]:
    """「周三和周五」, said on a Friday, are the next Wednesday and the Friday after it, not today."""
    one, other = (heard.slots.get("remind_at") for heard in (first, second))
    if one is None or other is None or not isinstance(one.value, date) or not isinstance(other.value, date):
        return [first, second]
    days = [one.value, other.value]
    if _day(days[1]) < _day(days[0]) < _day(days[1]) + timedelta(weeks=1):
        days[1] += timedelta(weeks=1)
    if isinstance(days[1], datetime) and not isinstance(days[0], datetime):  # an hour is said once, for both
        days[0] = datetime.combine(days[0], days[1].timetz())
    slots = (replace(slot, value=day) for slot, day in zip((one, other), days, strict=True))
    return [
        replace(heard, slots={**heard.slots, "remind_at": slot})
        for heard, slot in zip((first, second), slots, strict=True)
    ]


def _day(at: date) -> date:
    return at.date() if isinstance(at, datetime) else at


def _visited(heard: Understanding) -> str:
    """The customer with whom somebody was in touch, by what a piece of the message says for itself; "" for none."""
    said = heard.slots.get("customer")
    is_note = heard.intent == "log_follow_up" and heard.sure >= SURE_NOTE and "channel" in heard.slots
    return str(said.value) if said is not None and said.sure >= SURE_NAME and is_note else ""


def _spoken_of(heard: Understanding) -> str:
    """The customer known by name with whom a piece of a note begins: 「顺达那边要等下周」; "" for none."""
    first = next((match for match in heard.names if match.name.kind == "customer" and match.sure == 1), None)
    is_told = first is not None and len(heard.text) - first.end >= MIN_TOLD and heard.intent == "log_follow_up"
    return heard.text[first.start : first.end] if first is not None and is_told and first.start <= MAX_HEAD else ""


def _listed(understand: Understand, heard: Understanding) -> list[Understanding]:
    """「今天拜访了3家：上汽聊了备件，广汽没见到人」: each name at the head of a clause begins a note of its own."""
    words = catalog(heard.lang)
    found = next((f for p in words.words("follow_up.listed") if (f := re.match(p, heard.text, re.IGNORECASE))), None)
    if found is None:
        return []
    lead, key = found["lead"].strip(), f"follow_up.listed_as.{found['lead'].casefold() or 'visit'}"
    lead = (words.say(key) if words.has(key) else lead) + (" " if heard.lang == "en" else "")
    told = [part.strip() for part in re.split(r"[，,；;。\n]\s*|\.\s+", heard.text[found.end() :]) if part.strip()]
    pieces = [phrasing("one_more").sub("", part) for part in told]
    is_by_hour = any(map(str.__ne__, told, pieces))  # 「早上……，下午……」: then only these begin a note
    notes: list[str] = []
    for part, piece in zip(told, pieces, strict=True):
        may_begin = part != piece or not is_by_hour
        customer = understand(lead + piece).slots.get("customer") if piece and may_begin else None
        if customer is not None and customer.start <= len(lead):
            notes.append(lead + piece)
        elif notes and piece:
            notes[-1] += ("，" if heard.lang == "zh" else ", ") + piece
    when = heard.slots.get("occurred_at")
    heards = [_without(lead, understand(note)) for note in notes]
    heards = [replace(note, slots={**({"occurred_at": when} if when else {}), **note.slots}) for note in heards]
    return heards if len({str(note.slots["customer"].value) for note in heards}) > 1 else []


def _in_one_breath(world: World, understand: Understand, heard: Understanding) -> list[Understanding]:
    """ "saw Harbour and Bondi today, Harbour wants the install in May, Bondi is still thinking": those who are named
    side by side are told of one after the other, each from where the name stands again."""
    known = [match for match in heard.names if match.name.kind == "customer" and match.sure == 1]
    known = [match for n, match in enumerate(known) if not n or match.start >= known[n - 1].end]
    side = phrasing("side_by_side")
    number = next(
        (n for n, (a, b) in enumerate(pairwise(known), 1) if not side.fullmatch(heard.text[a.end : b.start])),
        len(known),
    )
    first, again = known[:number], known[number:]
    whom = {match.name.key for match in first}
    if len(whom) < 2 or len(whom) < len(first) or not whom <= {match.name.key for match in again}:
        return []
    lead = heard.text[: first[0].start]
    begins = [n for n, match in enumerate(again) if match.name.key in whom]
    starts = [again[n].start for n in begins]
    tail = heard.text[first[-1].end : starts[0]].strip(_ENDS + ".")
    said: dict[str, list[str]] = {match.name.key: [] for match in first}
    for n, start, end in zip(begins, starts, [*starts[1:], len(heard.text)], strict=True):
        said[again[n].name.key].append(heard.text[start:end].strip(_ENDS + "."))
    notes = [understand(f"{lead}{match.name.name} {tail}, {', '.join(said[match.name.key])}") for match in first]
    return notes if all(map(_visited, notes)) else []


def _without(lead: str, heard: Understanding) -> Understanding:
    """The note without what was said of all of them at once, which tells how they were in touch and no more."""
    told = {
        name: replace(slot, value=str(slot.value)[len(lead) :].strip())
        for name, slot in heard.slots.items()
        if name in ("content", "feedback") and str(slot.value).startswith(lead)
    }
    return replace(heard, slots={**heard.slots, **told})
