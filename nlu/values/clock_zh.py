"""Times of day in Chinese: 三点, 3点半, 三点一刻, 15时30分, 三點踏五."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from nlu.patterns import pattern
from nlu.values.hours import Clock
from nlu.values.lexicon import NUMBER
from nlu.values.reader import Reader

__all__ = ["chinese_clock"]

# 三点意见 are points, not three o'clock.
_POINTS: Final = (
    "意见", "建议", "要求", "问题", "内容", "想法", "理由", "原因", "需求", "说明", "好处", "注意", "结论",
    "反馈", "希望", "顾虑", "优势",
    "不足", "共识", "诉求", "疑问", "点", "儿", "都", "也",
)  # fmt: skip


# 三点|修改意见
_POINTS_BEHIND: Final = pattern(r"[\u4e00-\u9fff]{2,4}(?:意见|建议|要求|问题|需求|诉求|疑问|原因)")
_A_BIT: Final = ("差", "有", "好", "慢", "快", "大", "小", "高", "低", "多", "少", "贵")  # 差一点, 便宜一点


_WORDS_OF_ZHENG = ("整理", "整改", "整顿", "整修", "整合", "整个", "正式", "正好", "正常")  # 四点|整理材料


def chinese_clock(r: Reader, at: int, hour: int) -> tuple[Clock, int] | None:
    """三点, 3点半, 三点一刻, 15时30分, 三点零五, 三点十五分"""
    mark = r.tokens[at + 1]
    if hour > 24 or (mark.word == "时" and r.tokens[at].digits == 0 and not r.kinds[at + 2]):
        return None
    follows = r.text[mark.end : mark.end + 2]
    is_counted = r.before(at) in ("前", "这", "那", "头") and r.before(at, 2) not in ("之前", "以前", "提前")
    is_points = is_counted or follows.startswith(_POINTS) or _POINTS_BEHIND.match(r.text, mark.end)
    if mark.word == "点" and (is_points or (hour == 1 and r.before(at) in _A_BIT)):
        return None
    clock = Clock(hour % 24, sure=hour > 12 or hour == 0, days=hour // 24)
    return _chinese_minutes(r, clock, at + 2)


def _chinese_minutes(r: Reader, clock: Clock, at: int) -> tuple[Clock, int]:
    kinds = r.glued(at)
    if "half" in kinds:
        return replace(clock, minute=30), at + 1
    if "zheng" in kinds and r.text[r.tokens[at].start : r.tokens[at].start + 2] not in _WORDS_OF_ZHENG:
        return _chinese_minutes(r, clock, at + 1) if r.tokens[at].word == "钟" else (clock, at + 1)
    if "cantonese" in kinds and (fives := r.number(at + 1)) and fives < 12:
        return replace(clock, minute=fives * 5), at + 2
    minute = r.number(at) if NUMBER in kinds else None
    if minute is None or minute > 59 or r.tokens[at].scaled:
        return clock, at
    after = r.glued(at + 1)
    if "quarterhour" in after and minute <= 3:
        return replace(clock, minute=minute * 15), at + 2
    if "fivemin" in after and minute < 12:
        return replace(clock, minute=minute * 5), at + 2
    if "minuteword" in after:
        return _chinese_seconds(r, replace(clock, minute=minute), at + 2)
    if _stands_alone(after) and (minute >= 10 or r.tokens[at].word[0] in "0零"):
        return replace(clock, minute=minute), at + 1
    if _stands_alone(after) and minute < 12 and r.tokens[at].digits <= 1 and r.tokens[at].word in "一二三四五六七八九":
        return replace(clock, minute=minute * 5), at + 1  # 三點一 is five past three in Cantonese
    return clock, at


def _chinese_seconds(r: Reader, clock: Clock, at: int) -> tuple[Clock, int]:
    second = r.number(at) if NUMBER in r.glued(at) else None
    if second is not None and second < 60 and r.glued(at + 1).get("unit") == "second":
        return replace(clock, second=second), at + 2
    return clock, at


def _stands_alone(after: Mapping[str, object]) -> bool:
    """Whether a number is not the count of the word behind it."""
    return not after.keys() & {
        "unit",
        "measure",
        "cur",
        "measure_ge",
        "scale",
        "percent",
        "oclock",
        "dayunit",
        "monthunit",
        "discount",
    }
