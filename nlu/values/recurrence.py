"""Times that come again: 每周一三五, 每隔三天, 每月最后一天, every Monday and Friday at 9, weekdays at 9, the last
Friday of every month, daily."""

import re
from dataclasses import replace
from typing import Final

from nlu.patterns import pattern
from nlu.types import Grain, Reading, Value
from nlu.values import cycles
from nlu.values.almanac import day_of_month
from nlu.values.cycles import Monthly, Weekdays, Yearly
from nlu.values.durations import duration_at
from nlu.values.holidays import nth_weekday
from nlu.values.lexicon import NUMBER
from nlu.values.points import piece_at
from nlu.values.ranges import Phrase
from nlu.values.reader import Reader
from nlu.values.resolve import resolved
from nlu.values.times import Time, merged

__all__ = ["RECURRENCES", "may_come_again", "recurrence_at"]

RECURRENCES: Final = frozenset({"every", "freq"})

_DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_FREQUENCY: Final = {
    "day": "DAILY",
    "week": "WEEKLY",
    "month": "MONTHLY",
    "year": "YEARLY",
    "hour": "HOURLY",
    "quarter": "MONTHLY;INTERVAL=3",
}


def may_come_again(r: Reader, at: int) -> bool:
    """Whether a recurrence can begin at a place: with "every", with work days, with one of the weekdays of a month."""
    token = r.tokens[at]
    if not token.kinds.keys().isdisjoint(RECURRENCES) or token.kinds.get("unit") == "workday":
        return True
    return token.word in _LEADS or token.word in _ORDINALS


def recurrence_at(r: Reader, at: int) -> tuple[Value | None, int] | None:
    """The recurrence that begins at a place; its ``future`` is the next time."""
    kinds = r.tokens[at].kinds
    if "freq" in kinds:
        return _made(r, f"FREQ={kinds['freq']}", None, at, at + 1)
    if "every" not in kinds:
        return _on_work_days(r, at) or _nth_of_every(r, at)
    found = _rule(r, at + 1) if r.kinds[at + 1] else None
    if found is None:
        return None
    rule, time, after = found
    if kinds["every"] == 2 and "INTERVAL" not in rule:  # every other week, 每隔一天
        frequency, _, rest = rule.partition(";")
        rule = f"{frequency};INTERVAL=2" + (f";{rest}" if rest else "")
    return _made(r, rule, *_with_clock(r, time, after, at))


# What may stand before 工作日早上九点 or "weekdays at 9" where every one of them is meant: not 下个, 3 or "the next".
_ONE_WORK_DAY: Final = pattern(r"(?:[个下上第一二三四五六七八九十几两后前本这当\d]|next|last|few|more)\s*$")


def _on_work_days(r: Reader, at: int) -> tuple[Value | None, int] | None:
    """工作日早上九点, (on) weekdays at 9: only with a time of day do they stand for every one."""
    first = at + ("on" in r.tokens[at].kinds)
    token = r.tokens[first]
    is_many = r.chinese_word(first) or token.word.endswith("s")
    if token.kinds.get("unit") != "workday" or not is_many or _ONE_WORK_DAY.search(r.text[: r.tokens[at].start]):
        return None
    rule, time, after = _weekly((0, 1, 2, 3, 4), first + 1)
    timed, _at, end = _with_clock(r, time, after, at)
    return _made(r, rule, timed, at, end) if end > after else None


_ORDINALS: Final = {
    "first": 1,
    "1st": 1,
    "second": 2,
    "2nd": 2,
    "third": 3,
    "3rd": 3,
    "fourth": 4,
    "4th": 4,
    "last": -1,
}
_LEADS: Final = frozenset({"on", "the"})
_NTH_OF_EVERY: Final = pattern(
    rf"(?:on )?(?:the )?(?P<nth>{'|'.join(_ORDINALS)}) (?P<day>\w+) (?:of|in) (?:every|each) month\b", re.IGNORECASE
)


def _nth_of_every(r: Reader, at: int) -> tuple[Value | None, int] | None:
    """(on the) last Friday of every month"""
    found = _NTH_OF_EVERY.match(r.text, r.tokens[at].start)
    if found is None:
        return None
    place = after = at
    while r.tokens[after].start < found.end() and after < r.size:
        place = after if r.tokens[after].start == found.start("day") else place
        after += 1
    which, weekday = _ORDINALS[found["nth"].lower()], r.tokens[place].kinds.get("wday")
    if weekday is not None:
        rule, time, _after = _nth_weekday(which, int(str(weekday)), after)
    elif which == -1 and found["day"].lower() == "day":
        rule, time = "FREQ=MONTHLY;BYMONTHDAY=-1", Time(day=Monthly(_last_of_month))
    else:
        return None
    return _made(r, rule, *_with_clock(r, time, after, at))


def _rule(r: Reader, at: int) -> tuple[str, Time | None, int] | None:
    """The RRULE of what stands behind "every", the first time of it, the place behind."""
    kinds = r.kinds[at]
    if "wday" in kinds:
        return _weekly(*_weekdays(r, at))
    if r.tokens[at].word in _ORDINALS and "wday" in r.kinds[at + 1]:
        return _nth_weekday(_ORDINALS[r.tokens[at].word], int(str(r.kinds[at + 1]["wday"])), at + 2)
    if kinds.get("unit") == "workday":
        return _weekly((0, 1, 2, 3, 4), at + 1)
    if "part" in kinds:
        return "FREQ=DAILY", Time(part=str(kinds["part"])), at + 1
    if r.tokens[at].word in _MONTH_ENDS:
        return "FREQ=MONTHLY;BYMONTHDAY=-1", Time(day=Monthly(_last_of_month)), at + 1
    if "monthunit" in kinds:
        return _monthly(r, at + 1)
    if unit := _FREQUENCY.get(str(kinds.get("unit"))):
        if kinds["unit"] == "month":
            return _monthly(r, at + 1)
        return f"FREQ={unit}", None, at + 1
    length = duration_at(r, at)
    if length and length[0].unit in _FREQUENCY and len(length[0].parts) == 1 and length[0].parts[0][0] >= 1:
        count = int(length[0].parts[0][0])
        rule = f"FREQ={_FREQUENCY[length[0].unit].partition(';')[0]}" + (f";INTERVAL={count}" if count > 1 else "")
        return rule, None, length[1]
    found = piece_at(r, at, cued=True)
    if found and isinstance(found[0].day, Yearly | Monthly):
        return ("FREQ=YEARLY" if isinstance(found[0].day, Yearly) else "FREQ=MONTHLY"), found[0], found[1]
    return None


def _weekly(weekdays: tuple[int, ...], after: int) -> tuple[str, Time, int]:
    days = ",".join(_DAYS[weekday] for weekday in weekdays)
    return f"FREQ=WEEKLY;BYDAY={days}", Time(day=Weekdays(weekdays)), after


# 每周一|到周五, every Monday| to Friday
_TO_DAY: Final = pattern(r"\s*(?:到|至|[-~–—]|to|through|thru)\s*(?:周|星期|礼拜)?([一二三四五六日天]|\w+)(?![点时])")
# 每周一|三五, 每周一|、三、五, 每周二|和周四; not 每周一|三点
_MORE_DAYS: Final = pattern(r"(?:[、,，和跟及与]?(?:周|星期|礼拜)?[一二三四五六日天](?![点时个月号十百]))+")
_JOINTS: Final = frozenset({"", ",", "and", "&", "/", ", and"})


def _weekdays(r: Reader, at: int) -> tuple[tuple[int, ...], int]:
    """The days of the week named one after the other, with the place behind them."""
    found = {int(str(r.tokens[at].kinds["wday"]))}
    after = at + 1
    through = _TO_DAY.match(r.text, r.tokens[at].end)
    if through:
        place = after
        while place < r.size and r.tokens[place].end < through.end():
            place += 1
        last = r.tokens[place].kinds.get("wday")
        if last is not None and int(str(last)) > min(found):
            return tuple(range(min(found), int(str(last)) + 1)), place + 1
    if r.chinese_word(at):
        more = _MORE_DAYS.match(r.text, r.tokens[at].end)
        if more:
            found |= {"一二三四五六日天".index(char) % 7 for char in more.group() if char in "一二三四五六日"}
            found |= {6} if "天" in more.group() else set()
            while after < r.size and r.tokens[after].start < more.end():
                after += 1
        return tuple(sorted(found)), after
    while after < r.size:
        place = after
        while place < after + 2 and not r.tokens[place].kinds.keys().isdisjoint((",", "and")):
            place += 1
        joint = r.text[r.tokens[after - 1].end : r.tokens[place].start].strip()
        if "wday" not in r.tokens[place].kinds or joint not in _JOINTS:
            break
        found.add(int(str(r.tokens[place].kinds["wday"])))
        after = place + 1
    return tuple(sorted(found)), after


_LAST_DAY: Final = pattern(r"的?最后一[天日]|的?月?[底末]")
_NTH_WEEKDAY: Final = pattern(r"的?(?:最后一?|第([一二三四1-4]))个?(?:周|星期|礼拜)([一二三四五六日天])")
_MONTH_ENDS: Final = ("月底", "月末")


def _monthly(r: Reader, at: int) -> tuple[str, Time | None, int]:
    """每月5号, 每月最后一天"""
    last = _LAST_DAY.match(r.text, r.tokens[at - 1].end) if r.chinese_word(at - 1) else None
    if last:
        while at < r.size and r.tokens[at].start < last.end():
            at += 1
        return "FREQ=MONTHLY;BYMONTHDAY=-1", Time(day=Monthly(_last_of_month)), at
    weekday = _NTH_WEEKDAY.match(r.text, r.tokens[at - 1].end) if r.chinese_word(at - 1) else None
    if weekday:
        while at < r.size and r.tokens[at].start < weekday.end():
            at += 1
        which = "一二三四1234".index(weekday[1]) % 4 + 1 if weekday[1] else -1
        return _nth_weekday(which, "一二三四五六日".index(weekday[2].replace("天", "日")), at)
    number = r.number(at) if NUMBER in r.kinds[at] else None
    day = day_of_month(number) if number and "dayunit" in r.kinds[at + 1] else None
    if day:
        return f"FREQ=MONTHLY;BYMONTHDAY={number}", Time(day=day), at + 2
    return "FREQ=MONTHLY", None, at


def _nth_weekday(which: int, weekday: int, after: int) -> tuple[str, Time, int]:
    """每月最后一个周五, every first Monday; a fifth one, which many months lack, is none of them."""

    def days(year: int, month: int) -> cycles.Days | None:
        day = nth_weekday(year, month, weekday, which)
        return (day, day) if day else None

    return f"FREQ=MONTHLY;BYDAY={which}{_DAYS[weekday]}", Time(day=Monthly(days)), after


def _last_of_month(year: int, month: int) -> cycles.Days | None:
    days = cycles.month(year, month)
    return (days[1], days[1]) if days else None


def _with_clock(r: Reader, time: Time | None, after: int, at: int) -> tuple[Time | None, int, int]:
    """A time of day behind it: 每天早上9点, every Monday at 10am"""
    for _ in range(2):
        place = after + ("at" in r.kinds[after])
        found = piece_at(r, place, cued=True, hour=place > after) if r.kinds[place] else None
        if found is None or found[0].day or not (found[0].clock or found[0].part):
            break
        both = merged(time or Time(), found[0], r)
        if both is None:
            break
        time, after = both, found[1]
    if time and time.clock:  # what comes again is not the next time a clock shows it: 8:30 is in the morning
        time = replace(time, clock=replace(time.clock.likely(), sure=True))
    return time, at, after


def _made(r: Reader, rule: str, time: Time | None, at: int, after: int) -> tuple[Value, int]:
    read = resolved(Phrase(time), r.now) if time else None
    future: Reading | None = read[3] if read else None
    if time and time.clock:
        rule += f";BYHOUR={time.clock.hour};BYMINUTE={time.clock.minute}"
    start, end = r.plain.span(r.tokens[at].start, r.tokens[after - 1].end)
    value = Value(
        "recurrence", start, end, r.plain.source[start:end], Grain.DAY, future=future, every=rule, why="comes again"
    )
    return value, after
