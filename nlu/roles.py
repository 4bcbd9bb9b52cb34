"""Which time is which: when it happened, what comes next, when it closes.

A time value has a past and a future reading. Its direction (yesterday, next week) and the words of its clause give it a
role; only then is the reading chosen (design §7: 周三 is the coming one for a future slot, the last for a past one).
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, TypeAlias

from nlu.patterns import pattern
from nlu.questions import is_past
from nlu.readings import as_day, nearer
from nlu.role_words import (
    APPROVED,
    BACK,
    CLOSE_AFTER,
    CLOSE_BEFORE,
    DAYS_WITHIN,
    EVENT,
    EVERY_WEEK,
    EXPECTED,
    FESTIVE,
    FORWARD,
    FUNDS,
    HELD_UNTIL,
    IS_BACK,
    ITS,
    LATER,
    LATER_SUPPLY,
    MOVED_TO,
    NEXT_EN,
    NEXT_NEAR,
    OTHER,
    PAST_EN,
    PAST_ZH,
    PLAN_HEAD,
    PROMISE,
    REPLY,
    SOMEBODY_BEFORE,
    SUPPLY,
    THEIR_SUPPLY,
    THEY_ARE,
    TO_ME,
    TOPIC_OF,
    UNTIL,
    WHOSE_EVENT,
    WISHED,
)
from nlu.scene import Scene
from nlu.types import Grain, Value

__all__ = ["Role", "Timed", "assign_roles"]

Role: TypeAlias = Literal["occurred", "next", "close", "none"]

_TODAY_GRAINS = (Grain.DAY, Grain.DAY_PART, Grain.HOUR, Grain.MINUTE, Grain.SECOND)


@dataclass(frozen=True, slots=True)
class Timed:
    """A time value with its role."""

    value: Value
    role: Role
    why: str


def assign_roles(s: Scene) -> list[Timed]:
    """Every time of a note with its role, in the order of the text."""
    return [Timed(value, *_role(s, value)) for value in s.m.times()]


# Dr Tran wants to redo 3 rooms |this summer|
_WANTED = pattern(
    r"\b(?:wants?|wanted|hopes?|hoping|plans?|planning|looking|would like|'d like) to\b|[想要]在?$|打算在?$|计划在?$"
)
_DECIDES = pattern(r"\bdecide (?:by |before |in |on )?$")  # they will |decide by the end of July|


def _role(s: Scene, v: Value) -> tuple[Role, str]:
    m = s.m
    start, end = m.clause(v.start)
    if m.lang == "zh" and v.start <= _HEAD and not m.low[v.end : end].strip():
        end = _end_of_sentence(m.low, end)
    before, after = m.low[_behind_close(s, start, v.start) : v.start], m.low[v.end : max(end, v.end)]
    if v.open and any(u.start == v.end for u in m.times()):
        return "none", "the day right behind tells it exactly"
    if v.open == "start" and v.past != v.future and _OVER.match(after):
        return "none", "something was done before it"
    if TOPIC_OF.match(after) and not CLOSE_AFTER.match(after):
        return "none", "tells about something else"
    if FESTIVE.match(f"{v.text.lower()}|{after}"):
        return "none", "what kind of party or gift it was"
    if EVERY_WEEK.fullmatch(v.text.lower()):
        return "none", "every week"
    if (before.endswith("from ") and " to " in after[:4]) or (before.endswith("从") and after[:1] in "改推挪延调到"):
        return "none", "what it was before"
    if ITS.search(before) and EVENT.match(after):
        is_over = v.past is not None and _can_be_past(v, m.now) and _first_instant(v) != v.past.start
        return ("occurred", "when it was") if is_past(v, m) or is_over else ("none", "which call it was")
    if WHOSE_EVENT.match(after) and _can_be_past(v, m.now) and not _later(v):
        return "occurred", "the day of a visit that is told"
    if is_past(v, m):
        return ("none", "too vague") if v.grain is Grain.YEAR else ("occurred", "lies in the past")
    if BACK.match(after) or IS_BACK.search(before):
        return "next", "when somebody is back"
    if (WISHED.search(before) and SUPPLY.match(after)) or THEIR_SUPPLY.search(before):
        return "none", "when they want it delivered"
    is_expected = EXPECTED.search(before) or SOMEBODY_BEFORE.search(before)
    is_held = HELD_UNTIL.search(before) and not (before.endswith(_DRAGGED) and CLOSE_AFTER.match(after))
    if is_held or (is_expected and OTHER.match(after)):
        return "none", "how long something holds, or when something else is expected"
    if LATER_SUPPLY.search(before + "|" + after):
        return "none", "how long something holds, or when something else is expected"
    if TO_ME.match(after) and v.past is not None:
        return "occurred", "when they wrote or called"
    if v.grain is Grain.YEAR and not (CLOSE_BEFORE.search(before) or CLOSE_AFTER.match(after)):
        return "none", "too vague"
    if PLAN_HEAD.match(before.lstrip()) and not _DECIDES.search(before) and not _is_now(v, m.now):
        return "next", "in a clause of planning"
    if FUNDS.search(before) and APPROVED.match(after):
        return "none", "when the money is approved"
    closes = (not REPLY.search(before) and CLOSE_BEFORE.search(before)) or CLOSE_AFTER.match(after)
    if closes and UNTIL.match(v.text.lower()) and before.rstrip().endswith("contract"):
        return "none", "how long another contract runs"
    if _is_now(v, m.now):
        return _role_of_today(s, v, before, after)
    plans = (
        NEXT_NEAR.search(before[-12:] + after[:16])
        if m.lang == "zh"
        else NEXT_EN.search(before[-40:] + " " + after[:40])
    )
    happened = (
        PAST_ZH.search(before[-6:] + after[:30])
        if m.lang == "zh"
        else PAST_EN.search(before[-60:] + " " + after[:40]) or m.cues_in(_sentence(s, v, start), v.start, ("log.met",))
    )
    if closes:
        return "close", "beside a word of closing"
    if _is_vague(v) and _WANTED.search(before):
        return "none", "when they want it"
    if THEY_ARE.search(before) and _is_vague(v):
        return "none", "what they do then"
    if _headed_a_report(s, v, after):
        return "occurred", "at the head of what was said there"
    side = nearer(v, m.now.date())
    if side == "past" and v.open != "start" and not _forward(before, after):
        return "occurred", "was just now, and comes again in a year"
    if side != "future" and v.open != "start" and _can_be_past(v, m.now) and not _forward(before, after):
        if happened:
            return "occurred", "beside something that took place"
        if v.kind == "datetime" and v.start <= 3 and "channel" in s.marks and _was_today(v, m.now):
            return "occurred", "earlier today, at the head of a note"
        if (
            not _later(v)
            and not {"visit", "heading"}.isdisjoint(s.marks)
            and v.start < 12
            and (not plans or v.kind == "range")
        ):
            return "occurred", "at the head of a note on something that took place"
    if DAYS_WITHIN.fullmatch(v.text):
        return "next", "within so many days"
    if _is_vague(v):
        return (
            ("next", "the next step, vaguely")
            if plans and v.grain in (Grain.WEEK, Grain.MONTH, Grain.WEEKEND)
            else ("none", "too vague")
        )
    return "next", "lies ahead"


_HEAD = 2
_MARK = pattern(r"[，,。；;\n]|$")
# 中秋前|给康悦送了月饼
_OVER = pattern(r"[^，,。；;下约再要]{0,12}(?<![完好定到])了(?![就再给])")


def _end_of_sentence(low: str, at: int) -> int:
    """Where the first sentence ends, of which a time by itself at its head tells: 「周四下午 蓝海 何总 讲了报价」."""
    mark = _MARK.search(low, at)
    return mark.start() if mark else len(low)


def _sentence(s: Scene, v: Value, start: int) -> int:
    """Where that begins which a time belongs to; of one by itself the sentence (Met the MD, Phil, |on Monday|)."""
    low, end = s.m.low, s.m.clause(v.start)[1]
    if low[start : v.start].strip() not in ("", "on") or low[v.end : end].strip(" ,.;"):
        return start
    return max(low.rfind(mark, 0, start) for mark in (". ", "; ", "\n", "! ", "? ")) + 1


_SOMEBODY_DOES = pattern(r"\b(?:he|she|they)(?:'s|'re|'d)?\b")
_GATHERED = pattern(
    r"(?:去|到|给|跟|和)[^，。,;；下约再要]{1,16}|[^，。,;；下约]{0,14}(?:见面|碰面|吃饭|喝茶|开会|聊|谈|碰)"
)
_ACCOMPANIED = pattern(r"(?:加班)?[陪带]")
_CAME = pattern(r"[^，。,;；]{0,3}[来到去聊见谈看]了")


def _headed_a_report(s: Scene, v: Value, after: str) -> bool:
    """周一下午3点跟老黄见面，…他说…: what was said there is known, so it took place."""
    is_head = v.start <= 2 if s.m.lang == "zh" else s.m.clause(v.start)[0] == 0
    if not is_head or v.grain is None or v.grain not in _TODAY_GRAINS or _later(v) or not _can_be_past(v, s.m.now):
        return False
    end = s.m.clause(v.start)[1]
    if s.m.lang == "en":  # long chat w Simone on friday, she's leaving; Dinner Tues w/ …. Follow up Mon
        goes_on = _SOMEBODY_DOES.match(s.m.low[end:].lstrip()) or any(t.start > end for t in s.m.times())
        return bool(s.m.cues_in(0, 12, ("log.weak",))) and bool(goes_on)
    if _ACCOMPANIED.match(after) and _CAME.match(s.m.low, end):
        return True  # 周日陪客户看厂，来了五个人
    told = s.m.cues_in(end, len(s.m.low), ("person.say",))
    return bool(told) and _GATHERED.match(after) is not None


def _behind_close(s: Scene, start: int, end: int) -> int:
    """Where what belongs to a time begins: 「月底能签|周五把合同发他」 has the signing with the time before."""
    at = start
    for u in s.m.times():
        if start <= u.start and u.end < end and (closing := CLOSE_AFTER.match(s.m.low[u.end : end])):
            at = u.end + closing.end()
    return at


def _role_of_today(s: Scene, v: Value, before: str, after: str) -> tuple[Role, str]:
    first = _first_instant(v)
    if (
        isinstance(first, datetime)
        and first > s.m.now
        and (s.m.has("field.next") or NEXT_NEAR.search(after[:12]))
        and not PAST_ZH.search(after[:10])
    ):
        return "next", "later today"
    if v.open == "start" or _forward(before, after) or PROMISE.match(after):
        return "next", "today, with a word of planning"
    return "occurred", "today"


_DRAGGED = ("拖到", "拖至", "排到")  # 要拖到|3月底|才能拍板


def _was_today(v: Value, now: datetime) -> bool:
    return v.past is not None and as_day(v.past.start) == now.date()


def _later(v: Value) -> bool:
    """Does the word itself point ahead (下周三, tomorrow)?"""
    return LATER.search(v.text.lower()) is not None or (v.past == v.future)


def _forward(before: str, after: str) -> bool:
    reach = 10 if before[-1:] > "\u2e7f" else 30
    return FORWARD.search(before[-reach:] + "|" + after[:10]) is not None or MOVED_TO.search(before) is not None


def _first_instant(v: Value) -> date | datetime | None:
    reading = v.future or v.past
    return reading.start if reading else None


def _is_now(v: Value, now: datetime) -> bool:
    reading = v.future or v.past
    if reading is None or v.grain not in _TODAY_GRAINS:
        return False
    return as_day(reading.start) == now.date() and (v.past is None or as_day(v.past.start) == now.date())


def _can_be_past(v: Value, now: datetime) -> bool:
    return v.past is not None and as_day(v.past.start) <= now.date()


def _is_vague(v: Value) -> bool:
    return v.grain in (Grain.WEEK, Grain.MONTH, Grain.QUARTER, Grain.HALF, Grain.YEAR, Grain.WEEKEND)
