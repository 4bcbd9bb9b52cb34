"""What is to be done on the day that a note plans: "sending a revised quote Wed", 「周四催一下定金」."""

import re

from bot.dialogs.model import World
from bot.reminders.promised import bare, joined, spans, stripped
from config.phrasing import phrasing
from nlu.types import Slot, Understanding

MAX_WHAT = 120
MIN_BESIDE = 2  # Chinese characters beside a day that say what is to be done
_BLANK = re.compile(r"(?<=[\u4e00-\u9fff]) +(?=[\u4e00-\u9fff])")  # parts clauses where no marks are typed
_BREAK, _ENDS = re.compile(rf"[，,。.；;！!？?\n]\s*|{_BLANK.pattern}"), " ，,。.;；"


def _alone(text: str, day: Slot, start: int, end: int) -> tuple[int, int]:
    """The part of a clause without marks, 「来电话 何厂长 说月底付一半」, that the day stands in; all of it where the
    day stands there by itself."""
    breaks = [start, *(blank.end() for blank in _BLANK.finditer(text, start, end)), max(end, day.end)]
    first, last = max(at for at in breaks if at <= day.start), min(at for at in breaks if at >= day.end)
    beside = text[first : day.start] + text[day.end : last]
    if phrasing("plan_gives").fullmatch(beside.strip()):  # 「补一份检测报告 明天给他」: what is given stands before
        first = max((at for at in breaks if at < first), default=first)
    return (first, last) if sum(map(str.isalnum, beside)) >= MIN_BESIDE else (start, end)


def planned_in(world: World, heard: Understanding) -> str | None:
    """The words around the day of the next follow-up. None where they only name it, or are told as what was said."""
    day = heard.slots.get("next_follow_up_at")
    if day is None:
        return None
    text, words = heard.text, world.words
    around = next(((start, end) for start, end in spans(text) if start <= day.start < end), None)
    if around is None:
        return None
    start, end = _alone(text, day, *around)
    happened = heard.slots.get("occurred_at")
    if happened is not None and start <= happened.start < day.start:
        start = day.start  # 「今天拜访了吉利的孙经理说12月21日|给答复」
    either = phrasing("or_else").match(text, day.end)
    other = [value.end for value in heard.values if either and value.is_time and value.start == either.end()]
    before, after = text[start : day.start].strip(), text[max([day.end, *other]) : end].strip()
    what = bare(words, joined(phrasing("plan_lead").sub("", before), stripped(words, after)))
    what = phrasing("plan_lead").sub("", what).strip(" :：-–—")[:MAX_WHAT]
    if phrasing("plan_points_back").fullmatch(what):  # 「|寄两卷过去|，这事明天做」
        return _BREAK.split(text[:start].rstrip(_ENDS))[-1] or None
    named = {text[match.start : match.end] for match in heard.names}
    named |= {text[slot.start : slot.end] for name in ("customer", "contact") if (slot := heard.slots.get(name))}
    rest = what
    for name in sorted(named, key=len, reverse=True):
        rest = rest.replace(name, "")
    if phrasing("plan_only").fullmatch(rest.strip()):
        return None
    told = (heard.slots.get(name) for name in ("content", "feedback"))
    return None if any(slot is not None and _is_most(what, str(slot.value)) for slot in told) else what


def _is_most(what: str, told: str) -> bool:
    """Is a plan as good as all of what is told, which need not be said twice? In English it is if it stands there."""
    return what in told and (what.isascii() or len(what) * 2 > len(told))
