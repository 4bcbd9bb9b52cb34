"""Equal payments at a regular distance: 「分四个季度付」, "4 quarterly payments of 9,000 starting 1 December"."""

from dataclasses import dataclass

from nlu.patterns import pattern

_DIGITS = "零一二三四五六七八九十"
_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_ZH = r"([\d]{1,2}|[一二两三四五六七八九十]{1,3})"
_EN = rf"(\d{{1,2}}|{'|'.join(_WORDS[2:])})"
_SPAN_EN = r"(months?|quarters?|half[- ]years?|years?)"
_EVERY_EN = r"(?:(?:fixed|equal|even|regular) )*(monthly|quarterly|half[- ]yearly|six-monthly|yearly|annual)"
# How many, with the distance where the same words tell it.
_COUNTS = (
    pattern(rf"分(?:成|为|作)?\s*{_ZH}\s*(?:期|次|笔|个?(半年|季度?|月|年)度?)(?!后|内|以)"),
    pattern(
        rf"(?:共|一共|总共|连续|连着|均分|平均|等额)\s*(?:分|付|交)?\s*{_ZH}\s*(?:期|次|笔|个?(半年|季度?|月|年)度?)(?!后|内|以)"
    ),
    pattern(rf"每.*(?:付|交)\s*{_ZH}\s*(?:期|次|笔|个?(半年|季度?|月|年)度?)"),
    pattern(rf"(?<!第){_ZH}\s*(?:期|次|笔|个(半年|季度?|月))(?:付清|付完|付款|支付|交清|平均付?|等额|均付|每)"),
    pattern(
        rf"\b(?:in |into |by )?{_EN} (?:(?:fixed|equal|even|regular) )*"
        r"(?:(monthly|quarterly|half[- ]yearly|six-monthly|yearly|annual) )?(?:equal )?"
        r"(?:instal?lments|payments|parts\b|amounts\b)"
    ),
    pattern(rf"\b(?:over|across|for|during) {_EN} {_SPAN_EN}\b"),
)
_EVERY = (
    pattern(r"(?:每个?|按|逐)(半年|季度?|月|年)(?:度)?"),
    pattern(r"(半年|季|月|年)(?:度)?付(?!清)"),
    pattern(rf"\b{_EVERY_EN}\b"),
    pattern(r"\b(?:every|each|per|a) (month|quarter|half[- ]year|six months|year)\b"),
)
_MONTHS = {
    "月": 1,
    "month": 1,
    "季": 3,
    "quarter": 3,
    "半年": 6,
    "half": 6,
    "six": 6,
    "年": 12,
    "year": 12,
    "annual": 12,
}
_START = pattern(
    r"(?:从|自|第一[期笔次个]?\S{0,4}|首[期付笔]\S{0,2}|start(?:ing|s)?(?: on| from| in)?|from|beginning"
    r"|first(?: one)?(?: is)?(?: due)?(?: on)?)\s*$"
)
_STARTING = pattern(r"(?:start(?:ing|s)?|from|beginning|从|自)")
_EACH = pattern(
    r"(?:\s*(?:付|各|每[期笔次]|，|,|of|at|each|都是)?)*\s*[¥￥$€£]?\s*\d[\d,.]*\s*(?:万|千|元|k\b)?(?:\s*each)?"
)
# 「一年 24,000，按季度付」, "£2,400 a year, paid quarterly": as many as a year has of them.
_YEARLY = pattern(
    r"[一每全]年|年费|年度|\b(?:a|per|one|for the) year\b|\bper annum\b|\bannual\b|\byearly\b|12[- ]months?"
)
_PAID_EVERY = pattern(
    r"(?:按|每个?|逐)(半年|季度?|月)(?:度)?(?:付|结|支付|收|开票|一付)|(半年|季|月)(?:度)?付"
    r"|\b(?:paid|payable|billed|pay(?:ing)?|invoiced|settled|due) (?:in )?(monthly|quarterly|half[- ]yearly)\b"
    r"|\b(?:paid|payable|billed|pay(?:ing)?|invoiced|settled|due) (?:every|each|by the) (month|quarter|half[- ]year)\b"
    r"|\b(monthly|quarterly|half[- ]yearly) (?:payments|instal?lments)\b"
)
YEAR = 12  # months
LEAST = 2  # 「每个季度付一次」 tells no number of payments
# "over two years" alone tells no payments: it has to be said that they are paid so.
_IS_SPAN = len(_COUNTS) - 1


@dataclass(frozen=True, slots=True)
class Equal:
    """So many payments, ``months`` from one to the next; ``start`` and ``end``: where the words for them stand."""

    count: int
    months: int
    start: int
    end: int


def read_equal(low: str) -> Equal | None:
    """The equal payments that a folded text tells of; None where it tells of none."""
    every = next((found for one in _EVERY if (found := one.search(low))), None)
    for place, one in enumerate(_COUNTS):
        said = one.search(low)
        if said is None or (place == _IS_SPAN and every is None) or _number(said.group(1)) < LEAST:
            continue
        own = _months(said.group(2))
        months = _months(every.group(1)) if every else own
        count = _number(said.group(1))
        if place == _IS_SPAN and months:
            count = count * own // months
        spans = [said.span(), *([every.span()] if every else ())]
        end = max(b for _a, b in spans)
        each = _EACH.match(low, end)
        end = each.end() if each else end
        return Equal(count, months or own or 1, min(a for a, _b in spans), end)
    return _of_a_year(low)


def _of_a_year(low: str) -> Equal | None:
    year, said = _YEARLY.search(low), _PAID_EVERY.search(low)
    if said is None or year is None:
        return None
    months = _months(said.group(said.lastindex or 0))
    return Equal(YEAR // months, months, min(year.start(), said.start()), max(year.end(), said.end()))


def _months(said: str | None) -> int:
    return next((months for word, months in _MONTHS.items() if said and said.startswith(word)), 0)


def _number(said: str) -> int:
    if said.isdigit():
        return int(said)
    if said in _WORDS:
        return _WORDS.index(said)
    tens, mark, ones = said.replace("两", "二").partition("十")
    return (_DIGITS.index(tens or "一") * 10 if mark else 0) + (_DIGITS.index(ones or tens) if ones or not mark else 0)


def is_start(low: str, at: int) -> bool:
    """Do the payments begin on the day that stands there?"""
    return _START.search(low, 0, at) is not None or _STARTING.match(low, at) is not None
