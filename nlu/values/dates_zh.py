"""Forms of Chinese notes: 11.26 for a day, 八九月份 for two months."""

from typing import Final

from nlu.patterns import pattern
from nlu.types import Grain
from nlu.values.almanac import month_day, month_of
from nlu.values.cycles import Days, Mapped
from nlu.values.numerals import HAN_DIGITS
from nlu.values.reader import FoundDate, Reader

__all__ = ["dotted", "two_months"]

# Behind these 3.8 is a day: 拜访纪要 3.8, 下次3.16.
_TOLD: Final = pattern(r"(?:纪要|小结|下[次回]|日期|时间|改[到在]|推到|挪到|定在|约[在到了])[ :：]?$")
# 12.1|跟胡老板吃饭, at the head of a clause
_DONE_THEN: Final = pattern(r" ?(?:[跟和与陪去拜见约再来开在]|上门|回访|电话)(?! ?\d)")
_HEAD: Final = pattern(r"(?:^|[\n，。；;])\s?$")


# 5号线 and 5号院 are places, not days.
_HOUSES: Final = frozenset(
    "舍尼铝钢胶料锅线楼店机会馆文元院门库厂桥路房仓位井炉窗柜泵塔罐车梯桩闸窑屏船舱缸坑床棚灶架厅箱"
)
# 7排|4号 and 中山路|5号 are places, too.
_HOUSED: Final = frozenset("排区栋楼座路街巷弄层道")
# 三号|打标机 is a machine; 三号|带样机过去 is a day.
_MACHINE: Final = pattern(
    r"(?![带发送到去装修看交来拿取买订提运改签定谈验上下开停约见])[\u4e00-\u9fff]{1,3}(?:机(?![会场关构票遇制])|[炉泵柜罐塔床窑])"
)


def is_numbered(r: Reader, at: int) -> bool:
    """Is the number with its 号 that of a place or a machine, and no day?"""
    return (
        r.after(at + 1) in _HOUSES
        or r.before(at) in _HOUSED
        or _MACHINE.match(r.text, r.tokens[at + 1].end) is not None
    )


def dotted(r: Reader, at: int) -> FoundDate | None:
    """11.26 in Chinese text is 26 November where a word around it speaks of time; otherwise a number"""
    token = r.tokens[at]
    month, dot, number = token.word.partition(".")
    if not dot or not month.isdigit() or not number.isdigit() or len(month) > 2 < len(number) or token.scaled:
        return None
    told = _TOLD.search(r.text, max(0, token.start - 4), token.start) is not None or (
        _HEAD.search(r.text, max(0, token.start - 2), token.start) is not None
        and _DONE_THEN.match(r.text, token.end) is not None
    )
    behind = r.text[token.end : token.end + 2].lstrip(" ")
    cued = (
        told
        or r.before(at) in tuple("在于到至止定约从")
        or (not r.chinese and r.ends_clause(at))
        or r.is_whole(at, at + 1)
        or behind[:1] in tuple("前后上下早晚中开去到拜见交签号之起")
    )
    expr = month_day(int(month), int(number)) if cued and 1 <= int(month) <= 12 and (told or len(number) == 2) else None
    return (expr, at + 1) if expr else None


def two_months(r: Reader, at: int) -> FoundDate | None:
    """八九月份: from the first of one month to the last of the next"""
    first, second = (HAN_DIGITS.get(char, 0) for char in (r.tokens[at].word + "  ")[:2])
    if len(r.tokens[at].word) != 2 or not 0 < first == second - 1:
        return None

    def both(days: Days) -> Days:
        ends = month_of(second).at(days[0], forward=True)
        return (days[0], ends[1]) if ends else days

    return Mapped(month_of(first), both, Grain.QUARTER), at + 2
