"""Amounts of money, counts with their unit, percents: ¥50万, US$2m, 50 lakh rupees, 五块三毛, 200台, 15%."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from config.types import Money
from nlu.patterns import pattern
from nlu.types import BARE
from nlu.values.change import chinese_change, is_small_change, value_at, western_change
from nlu.values.lexicon import NUMBER
from nlu.values.no_amount import is_no_amount
from nlu.values.reader import Reader

__all__ = ["Amount", "amount_at"]

# Currency words with a multiplier inside.
_SCALED_CODES: Final = {"MEUR": ("EUR", 10**6), "KEUR": ("EUR", 10**3), "MUSD": ("USD", 10**6)}
# Behind these even a small number is money: 单价0.35.
_UNIT_PRICES: Final = frozenset({"单价", "售价", "price", "priced"})
_COUNTS: Final = (" of ", " on ", " for ")  # 5 for the price |of 4, a price |on 2 freezers
_MONEY_WINDOW: Final = 8
_ONES: Final = ("dollar", "buck", "euro", "pound", "quid")
_A_YEAR: Final = re.compile(r" ?(?:/ ?(?:yr|year|annum)|p\.?a)\b")  # 14,200/yr: what is paid, or comes in, each year
_LEADING: Final = re.compile(r"\d+(?:\.\d+)?")  # the digits a number begins with: 80 of 80万


@dataclass(frozen=True, slots=True)
class Amount:
    """What a number means: money, a count of a unit, or a percent."""

    kind: str
    value: Decimal
    money: Money | None = None
    unit: str | None = None
    vague: bool = False
    why: str = ""


def amount_at(r: Reader, at: int, known_currency: str | None) -> tuple[Amount, int] | None:
    """The amount that begins at a place."""
    kinds = r.tokens[at].kinds
    if "cur" in kinds:
        return _currency_first(r, at)
    if "percentof" in kinds:
        value = r.tokens[at + 1].kinds.get(NUMBER) if r.glued(at + 1) else None
        return (Amount("percent", value, why="百分之"), at + 2) if isinstance(value, Decimal) else None
    if "article" in kinds and r.kinds[at + 1] and r.tokens[at + 1].word in _ONES and "of" not in r.kinds[at + 2]:
        return _with_currency(r, Decimal(1), at + 1, scaled=False, vague=False)
    pair = kinds.get("md")
    if isinstance(pair, tuple) and "cur" in r.kinds[at + 1] and pair[1]:  # 1/2 dollar
        value = Decimal(pair[0]) / pair[1]
        return _money(value, _code(r, at + 1), vague=False, why="currency behind a fraction"), at + 2
    if NUMBER in kinds:
        return _number_first(r, at, known_currency)
    return None


def _code(r: Reader, at: int) -> str:
    """The ISO code of a currency token; ¥ is CNY in Chinese text and JPY in English beside no other sign."""
    code = str(r.tokens[at].kinds["cur"])
    return ("CNY" if r.chinese else "JPY") if code == "¥" else code


def _money(value: Decimal, code: str | None, *, vague: bool, why: str) -> Amount:
    if code in _SCALED_CODES:
        code, factor = _SCALED_CODES[code]
        value *= factor
    return Amount("money", value, Money(value, code or None), vague=vague, why=why)


# ── $ 50 ────────────────────────────────────────────────────────────────────────────────────────────────────
def _currency_first(r: Reader, at: int) -> tuple[Amount, int] | None:
    """US$2m, RMB 80k, Rs 50 lakh, EUR 20, ￥300"""
    place = at + 1
    code = _code(r, at)
    if "cur" in r.kinds[place] and r.tokens[place].word in "$¥":  # c $, hk $
        code = code if r.tokens[place].word == "$" else _code(r, place)
        place += 1
    cents = r.tokens[place + 1].word if "." in r.glued(place) and NUMBER in r.glued(place + 1) else ""
    if cents.isdigit() and r.tokens[at].word in "$€£¥":  # $.50
        return _money(Decimal(f"0.{cents}"), code, vague=False, why="currency before the number"), place + 2
    place += bool(r.kinds[place].keys() & {".", ":"} and NUMBER in r.kinds[place + 1])
    value = value_at(r, place) if r.kinds[place] else None
    is_apart = r.chinese_word(at) and r.tokens[place].gap and not _is_sum(r, place)
    if value is None or is_apart or (r.chinese_word(at) and len(r.tokens[at].word) < 2):
        return None
    token = r.tokens[at]
    in_words = token.word.isalpha() and token.word.isascii() and not r.tokens[place].word[:1].isdigit()
    if token.word == "rs" and not r.tokens[at + 1].gap and r.is_capital(at) and r.is_capital_at(token.end - 1):
        return None  # RS485
    if token.word in ("won", "try") and not r.is_capital(at):  # "we won 58k", "try 1 couch"
        return None
    is_plain = token.word == "try" or len(token.word) != 3
    if token.word == "le" or (in_words and is_plain):  # Le 9 mars, try one last time
        return None
    scaled, place = r.tokens[place].scaled, place + 1
    if not scaled and (shared := _shared(r, value, place, code)):
        return _money(shared[0], code, vague=False, why="one end of a range"), place
    value, place = _fraction(r, value, place, scaled)
    if (
        "cur" in r.kinds[place] and _code(r, place) == code and NUMBER not in r.kinds[place + 1]
    ):  # ¥300元, US$5 million dollars
        place += 1
    elif "cur" in r.kinds[place] and token.word in "$¥" and NUMBER not in r.kinds[place + 1]:
        code, place = _code(r, place), place + 1
    return _money(value, code, vague=r.tokens[at + 1].vague, why="currency before the number"), place


def _is_sum(r: Reader, at: int) -> bool:
    """Is it a number of thousands or more, and of nothing that is counted: 港币 |30万|?"""
    return r.tokens[at].scaled and r.kinds[at + 1].keys().isdisjoint(("unit", "measure", "measure_ge"))


def _shared(r: Reader, value: Decimal, at: int, known_currency: str | None) -> tuple[Decimal, str | None] | None:
    """50-80万, $5 to 10k, 10-20 dollars: what the far end says of itself holds for the near one; ``at``: the joint."""
    is_between = "and" in r.kinds[at] and any("between" in r.tokens[at - back].kinds for back in (2, 3) if at >= back)
    place = at + 1 + ("cur" in r.kinds[at + 1])  # between $40 and $50k
    far = r.tokens[place]
    if not ("to" in r.kinds[at] or is_between) or not r.kinds[place]:
        return None
    end = value_at(r, place)
    told = _code(r, place + 1) if "cur" in r.kinds[place + 1] and not _sign_of_next(r, place + 1) else None
    if end is None or not far.scaled or r.tokens[at - 1].scaled:
        return (value, told) if told and end and value < end and far.scaled == r.tokens[at - 1].scaled else None
    digits = _LEADING.match(far.word)
    if digits and not Decimal(digits.group()):
        return None
    leading = Decimal(digits.group()) if digits else _in_thousands(end)
    shared = value * end / leading
    if not value <= shared <= end:
        return None
    return shared, told or known_currency or ("CNY" if r.chinese else None)


def _in_thousands(value: Decimal) -> Decimal:
    """What was said before "thousand" or "million": 140 of 140,000"""
    while value >= 1000:
        value /= 1000
    return value


def _fraction(r: Reader, value: Decimal, at: int, scaled: bool) -> tuple[Decimal, int]:
    """cents behind whole units: $20 and 43c"""
    if scaled:
        return value, at
    place = at + ("and" in r.kinds[at])
    cents = value_at(r, place) if r.kinds[place] else None
    if cents is not None and cents < 100 and "minor" in r.kinds[place + 1]:
        return value + cents / 100, place + 2
    return value, at


# ── 50 $ ────────────────────────────────────────────────────────────────────────────────────────────────────
def _number_first(r: Reader, at: int, known_currency: str | None) -> tuple[Amount, int] | None:
    token = r.tokens[at]
    value = value_at(r, at)
    if value is None:
        return None
    place, vague = at + 1, token.vague
    if (token.scaled or not r.year(at)) and (shared := _shared(r, value, place, known_currency)):
        return _money(*shared, vague=vague, why="one end of a range"), place
    if "more" in r.kinds[place] and r.kinds[place + 1].keys() & {"cur", "measure", "measure_ge"}:
        place, vague = place + 1, True
    if "-" in r.glued(place) and r.tokens[place + 1].word in ("dollar", "euro", "pound"):  # a 100-dollar bill
        place += 1
    kinds = r.kinds[place]
    if "percent" in kinds:
        return Amount("percent", value, vague=vague, why="percent"), place + 1
    if "discount" in kinds and value <= 100:
        return Amount("percent", value * 10 if value < 10 else value, vague=vague, why="折"), place + 1
    if (
        "cur" in kinds
        and (r.tokens[place].word not in ("e", "try", "real", "won", "r") or r.tokens[place].gap == 0 or value >= 1000)
        and not _sign_of_next(r, place)
        and not (r.tokens[place].word == "块" and _PIECES.match(r.text, r.tokens[place].end))
        and not (r.tokens[place].word == "刀" and token.word == "一")  # 一刀切
        and not (r.tokens[place].word == "won" and r.text[token.end - 1] in "km")  # 15k won is a deal won
    ):
        return _with_currency(r, value, place, scaled=token.scaled, vague=vague)
    if not token.scaled and is_small_change(r, at, place):
        return _small_change(r, value, place)
    if "fen" in kinds and r.tokens[place].word == "分钱":
        return _money(value / 100, "CNY", vague=vague, why="分"), place + 1
    return _bare(r, at, value, place, vague, known_currency)


# 12块|广告屏: pieces of what comes in such, and no money
_PIECES: Final = pattern(
    r" ?(?![钱一每的左以上不太就吧了能可给包卖成多半到和比打起还也都])[\u4e00-\u9fffa-z]{0,5}?"
    r"[板屏砖表璃池毯垫石布牌盘瓷皂糕饼镜木]"
)


def _sign_of_next(r: Reader, at: int) -> bool:
    """$ 20 $ 37: the sign belongs to the number behind it."""
    return r.tokens[at].word in "$€£¥₹" and r.tokens[at].gap > 0 and NUMBER in r.kinds[at + 1]


def _with_currency(r: Reader, value: Decimal, at: int, *, scaled: bool, vague: bool) -> tuple[Amount, int]:
    """5块3, 五元三毛, twenty dollars 43 cents, 15 dollars 50, 75 USD million, 8亿元人民币"""
    code, word = _code(r, at), r.tokens[at].word
    place = at + 1
    if "scale" in r.kinds[place]:
        value, scaled, place = value * Decimal(str(r.kinds[place]["scale"])), True, place + 1
    elif r.chinese_word(at) and not scaled:
        value, place = chinese_change(r, value, place, word)
    elif not scaled:
        value, place = western_change(r, value, place)
    if (
        "cur" in r.kinds[place]
        and NUMBER not in r.kinds[place + 1]
        and (_code(r, place) == code or code == "CNY")
        and r.tokens[place].gap == 0
    ):
        code, place = (_code(r, place) if word in ("元", "块") else code), place + 1
    return _money(value, code, vague=vague, why="currency behind the number"), place


def _small_change(r: Reader, value: Decimal, at: int) -> tuple[Amount, int] | None:
    """两毛五, 34 cents, 197 pence"""
    kinds = r.kinds[at]
    if "minor" in kinds:
        return _money(value / 100, str(kinds["minor"]), vague=False, why="cents"), at + 1
    if value >= 10 or value != int(value):
        return None
    tail = value_at(r, at + 1) if NUMBER in r.glued(at + 1) else None
    value /= 10
    at += 1
    if tail is not None and tail < 10:
        return _money(value + tail / 100, "CNY", vague=False, why="毛"), at + 1 + ("fen" in r.glued(at + 1))
    return _money(value, "CNY", vague=False, why="毛"), at


# ── 50 ──────────────────────────────────────────────────────────────────────────────────────────────────────
def _bare(
    r: Reader, at: int, value: Decimal, place: int, vague: bool, known_currency: str | None
) -> tuple[Amount, int] | None:
    """A number without a currency: a count, money by its scale or by the words before it, or a plain number."""
    token, kinds = r.tokens[at], r.kinds[place]
    if r.tokens[place].word == "块" and "cur" in kinds:
        return Amount("number", value, unit="块", vague=vague, why="count"), place + 1
    if "measure_ge" in kinds and not kinds.keys() & {"measure"}:
        return Amount("number", value, unit="个", vague=vague, why="count"), place + 1
    if "idiom" in kinds and not token.word[:1].isdigit() and not token.scaled:
        return None
    if "measure" in kinds and not _is_head_of_next(r, at, place):
        return Amount("number", value, unit=r.tokens[place].word, vague=vague, why="count"), place + 1
    is_apart = token.scaled and r.tokens[place].gap and r.chinese  # 3.2万 月结60天
    if kinds.keys() & {"unit", "oclock", "dayunit", "monthunit", "ampm"} and not is_apart:
        return None
    if token.digits >= 7 and not token.scaled and not _is_spoken_as_money(r, at):
        return None
    if is_no_amount(r, at):
        return None
    if "dozen" in r.text[token.start : token.end]:
        return Amount("number", value, vague=vague, why="dozens"), place
    near = value_at(r, at - 2) if at > 2 and "to" in r.tokens[at - 1].kinds and r.kinds[at] else None
    sign = r.tokens[at - 3].kinds.get("cur") if near is not None else None  # $5-10k
    is_free = not token.gap or (r.ends_clause(at) and not r.year(at))
    is_far_end = sign is not None and near is not None and near < value and is_free
    if token.scaled or is_far_end or _is_spoken_as_money(r, at) or (value >= 1000 and _A_YEAR.match(r.text, token.end)):
        currency = (_code(r, at - 3) if sign else None) or known_currency or ("CNY" if r.chinese else None)
        return _money(value, currency, vague=vague, why=BARE), place
    if not token.word[:1].isdigit() and not token.vague:
        return None
    if NUMBER in kinds or (NUMBER in r.tokens[at - 1].kinds and r.kinds[at]):  # 139 0950 1122
        return None
    return Amount("number", value, vague=vague, why="number"), place


def _is_head_of_next(r: Reader, at: int, place: int) -> bool:
    """每套2万8 单号…, 指标400万 张伟150: behind a space, a measure belongs to the word it begins."""
    measure = r.tokens[place]
    gap = measure.start - r.tokens[place - 1].end
    if measure.word == "年" and r.text.startswith(("内", "底", "前", "初"), measure.end):  # 160万|年内
        return True
    is_rank = measure.word == "排" and r.text.startswith(("第", "名"), measure.end)  # 31万|排第二
    return (
        is_rank
        or (r.chinese and gap > 0 and r.tokens[at].scaled)
        or r.text[measure.end : measure.end + 1] in ("号", "价", "据")
    )


def _is_spoken_as_money(r: Reader, at: int) -> bool:
    """预算 500000, quoted 12,500: a word of money right before a number of three digits or more."""
    value = value_at(r, at)
    if value is None or r.tokens[at].digits > 9 or (r.year(at) and value < 2100):
        return False
    for back in range(at - 1, max(-1, at - 4), -1):
        if r.tokens[at].start - r.tokens[back].end > _MONEY_WINDOW:
            return False
        if "moneyish" in r.tokens[back].kinds:
            is_count = r.text.startswith(_COUNTS, r.tokens[back].end)
            return value >= 100 or (r.tokens[back].word in _UNIT_PRICES and not is_count)
        if NUMBER in r.tokens[back].kinds or "code" in r.tokens[back].kinds:
            return False
    return False
