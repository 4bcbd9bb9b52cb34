"""What makes words look like the name of a company: the way they end."""

import re
from collections.abc import Container
from functools import cache, lru_cache

from nlu.name_forms import company_words
from nlu.patterns import pattern
from nlu.wordlists import words

__all__ = ["company_end", "company_start", "is_company_like", "name_goes_on"]

_AFTER_CUT = pattern(
    r"(?:[(（][^()（）]{1,10}[)）])?(?:有限责任公司|有限公司|股份有限公司|集团|公司|"
    r"股份|厂|店|馆)?(?:(?:(?![的说他她我你们在是和跟找去到来给对让])[\u4e00-\u9fff]){1,4}(?:分公司|公司|分行|支行|分店|办事处|工厂|厂区|总部|园区|学校|学院|医院|研究院|研究所|店(?=[的，,。\s]|$)))?"
)
_TRADE_END = pattern(
    r"\b(?:ltd|limited|inc|corp|llc|plc|gmbh|co|company|group|holdings|partners|"
    r"sarl|bv|nv|oyj?|aps|srl|s\.r\.l|s\.p\.a|lda|pty|pte|kft|pvt)\.?$"
)


_BEFORE_END = pattern("[\u4e00-\u9fffa-z0-9·&（）()]{1,24}")


@cache
def _endings() -> tuple[frozenset[str], int]:
    """How companies' names end, and how long the longest of it is."""
    ends = frozenset({*company_words()["trades"], *company_words()["generic"], *words("company_endings")})
    return ends, max(map(len, ends))


# What nobody sells: behind a name it is the name, whatever follows (「万达|酒店」客房智能化).
_ALWAYS = pattern(
    r"酒店|银行|医院|超市|集团|物业|地产|置业|证券|保险|大学|学院|股份|公司|商场|机场|物流园|产业园|科技园|工业园"
)
_SPOKEN_OF = "他她把让说"  # 启明医疗|他们要换牙椅
_CLOSES = "的，, 。那这:：、\n"


@cache
def _trade() -> re.Pattern[str]:
    trades = {*company_words()["trades"], *words("company_cuts")}
    return re.compile("|".join(sorted(trades, key=len, reverse=True)))


@cache
def _cuts() -> re.Pattern[str]:
    return re.compile("|".join(sorted(words("company_cuts"), key=len, reverse=True)))


@cache
def _english_trades() -> frozenset[str]:
    return frozenset(company_words()["trades_en"])


@lru_cache(maxsize=2048)  # a message asks this of each of its pieces several times
def is_company_like(low: str) -> bool:
    """Do the (folded) words end like a company's name?"""
    if low.isascii() or not "\u4e00" <= low[-1:] <= "\u9fff":
        parts = low.replace(".", "").split()
        if len(parts) < 2:
            return False
        return parts[-1] in _english_trades() or "&" in parts or _TRADE_END.search(low) is not None
    ends, longest = _endings()
    for length in range(1, min(len(low), longest + 1)):
        if low[-length:] in ends and _BEFORE_END.fullmatch(low, 0, len(low) - length):
            return len(low) >= 3
    return False


@cache
def _places() -> re.Pattern[str]:
    return re.compile(f"(?:{'|'.join(company_words()['places'])})$")


def begins_in_place(low: str, at: int) -> bool:
    """Does a stretch begin within the name of a place, as 沙拾 in 长沙拾光咖啡?"""
    places = (_places().search(low, max(0, at - 3), end) for end in range(at + 1, at + 3))
    return any(place.start() < at for place in places if place)


def company_start(low: str, at: int) -> int:
    """Where a name that stands at ``at`` begins: with the place right before it (「合肥」「京东方」)."""
    place = _places().search(low, max(0, at - 4), at)
    return place.start() if place else at


# 中铁|第四勘察设计院, 中建|三局
_NUMBERED = pattern(
    r"第?[一二三四五六七八九十百\d]{1,4}(?:[\u4e00-\u9fff]{0,6}?)(?:(?:设计|研究)*[院所]|工程局|局|[总分]?公司|建筑?公司|医院|厂)"
)


@cache
def _more() -> re.Pattern[str]:
    """What a name goes on with: perhaps another character of it, words of trade, its legal body."""
    known = {*company_words()["trades"], *company_words()["generic"]}
    trades = sorted(known.union(*map(words, ("company_cuts", "company_endings"))), key=len, reverse=True)
    trade, legal = "|".join(trades), "|".join(company_words()["legal"])
    return re.compile(f"[{company_words()['inner'][0]}]?(?P<trade>{trade})(?P<more>(?:{trade})*(?:{legal})?)")


def name_goes_on(low: str, at: int, stops: Container[int] = ()) -> int:
    """Where the name of a company that stands before ``at`` ends, if words of trade go on with it: two of them
    (「精密制造」), or one that closes the clause, that a stop follows, or that nobody sells; else ``at``."""
    found = _more().match(low, at)
    if found is None:
        return at
    end = found.end()
    is_closed = end == len(low) or low[end] in _CLOSES + _SPOKEN_OF or end in stops
    return end if found["more"] or is_closed or _ALWAYS.fullmatch(found["trade"]) else at


def company_end(low: str, at: int, inside: int | None = None, stops: Container[int] = ()) -> int:
    """Where the company's name ends.

    With ``inside``: the end of the first part of ``low[at:inside]`` that closes like a company, else ``inside``.
    Without: how far a name that ended at ``at`` goes on (「宁德时代」「（上海）」「有限公司」); its trade belongs to it
    where a mark, 的, or one of ``stops`` follows (「龙湖|物业」彭姐).
    """
    if inside is None:
        match = _AFTER_CUT.match(low, at)
        end = match.end() if match else at
        numbered = _NUMBERED.match(low, end)
        end = numbered.end() if numbered else end
        trade = _trade().match(low, end)
        closes = trade and (
            _ALWAYS.fullmatch(trade.group())
            or trade.end() == len(low)
            or low[trade.end()] in _CLOSES
            or trade.end() in stops
        )
        return trade.end() if trade and closes else end
    cut = _cuts().search(low, at + 1, inside)
    if cut is None:
        return inside
    match = _AFTER_CUT.match(low, cut.end(), inside)
    end = match.end() if match else cut.end()
    return inside if _trade().fullmatch(low, end, inside) else end  # 晨曦|教育|咨询
