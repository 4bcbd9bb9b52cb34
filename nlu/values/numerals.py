"""Numbers in words: 一百零二万七千五, 三十来万, 1.2亿 · two hundred fifty thousand, half a million."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from nlu.patterns import pattern

__all__ = ["HAN_DIGITS", "HAN_START", "Numeral", "read_han"]

HAN_DIGITS: Final = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2}
_SMALL: Final = {"十": 10, "百": 100, "千": 1000}
_BIG: Final = {"万": 10**4, "亿": 10**8}
_VAGUE: Final = "来多余几"
# 百把万, 千把块, 万把块, 百十来万: "a hundred or so" begins with its unit.
_ROUND: Final = pattern(r"[百千](?:把(?=[万块元个])|十(?=[来多几]?[万块元个]))|万把(?=[块元])")
HAN_START: Final = frozenset("零一二三四五六七八九两十廿卅百千万")
# 百万 and 千万 are amounts only where one of these follows: 千万别忘 is no number.
_AFTER_BARE: Final = frozenset("元级美以左的块人港日欧,，。.、!?")
# 两三|天, 七八|个, 三五|家
_COUNTED_BY_TWO: Final = frozenset("天周个人家次台套件位名箱吨块只条张份秒分小星礼款批遍句回趟点时")
_MAX_CHARS: Final = 40


@dataclass(slots=True)
class Numeral:
    """A number in words that ends at ``end``; ``scaled`` when 万 or 亿 stands in it, ``digits`` when it is a bare
    row of digits (二〇二六), ``vague`` when it is a round figure (三十来万)."""

    value: Decimal
    end: int
    scaled: bool = False
    digits: int = 0
    vague: bool = False


class _Sum:
    """Adds up a number read from left to right: sections of 万 and 亿, units inside them, digits before units."""

    __slots__ = ("digits", "last", "number", "scaled", "section", "total", "units", "vague", "zero")

    def __init__(self, number: Decimal | None) -> None:
        self.total = Decimal(0)
        self.section = Decimal(0)
        self.number = number
        self.digits = ""
        self.last = 0  # the unit just read
        self.units = 0
        self.zero = False
        self.scaled = False
        self.vague = False

    def digit(self, value: int) -> bool:
        """Take a digit; False when no digit can stand here. 十二三万 is a round figure, too: the lower one."""
        if self.last == 10 and self.number is not None and value - self.number == 1 and self.number:
            self.vague = True
            return True
        if self.units and self.number is not None and not (self.zero and self.number == 0):
            return False
        self.digits += str(value)
        self.zero = self.zero or (value == 0 and bool(self.units))
        self.number = Decimal(self.digits)
        return True

    def small(self, unit: int) -> bool:
        if self.number is None and (unit != 10 and self.units):
            return False
        if self.last and self.last < 10**4 and unit >= self.last:
            return False
        self.section += (self._first_of_two() if self.number else Decimal(1)) * unit
        self._unit(unit)
        return True

    def big(self, unit: int) -> bool:
        self.section += self._first_of_two() if self.number is not None else 0
        if self.section == 0 and self.total == 0:
            return False
        if unit >= 10**8 or self.section == 0:
            self.total = (self.total + self.section) * unit
        else:
            self.total += self.section * unit
        self.section = Decimal(0)
        self.scaled = True
        self._unit(unit)
        return True

    def _unit(self, unit: int) -> None:
        self.number, self.digits, self.zero, self.last = None, "", False, unit
        self.units += 1

    def _first_of_two(self) -> Decimal:
        """两三百万, 两三天 is a round figure between two: the lower one."""
        if len(self.digits) == 2 and int(self.digits[1]) - int(self.digits[0]) in (1, 2) and self.digits[0] != "0":
            self.vague = True
            return Decimal(self.digits[0])
        return self.number or Decimal(0)

    def result(self, *, before_unit: bool) -> Decimal:
        rest = self.number or Decimal(0)
        if not self.units and before_unit:
            return self._first_of_two()
        if self.last > 10 and len(self.digits) == 1 and not self.zero:
            rest = rest * self.last / 10  # 三万五 = 35,000
        return self.total + self.section + rest


# 96万|一年, 38万|两台, 88万|一口价: what the amount is for
_COUNTED_APART = pattern("(?<=[万千百亿])[一两](?=[年台套件只吨条张平季月支户间组瓶箱份场次天个]|口价)(?!个亿)")


def read_han(text: str, at: int, seed: Decimal | None = None) -> Numeral | None:
    """The number that begins at ``text[at]``, after ``seed`` written in digits (3千5, 50多万)."""
    found = _Sum(seed)
    end = start = at
    if seed is None and text[at] in "百千万":
        is_amount = text[at + 1 : at + 2] in ("万", "亿", "来") and text[at + 2 : at + 3] in _AFTER_BARE | {"", "万"}
        if not is_amount and not _ROUND.match(text, at):
            return None
        found.number = Decimal(1)
    size = min(len(text), at + _MAX_CHARS)
    while end < size and not _COUNTED_APART.match(text, end) and _take(found, text, end, start):
        end += 1
    if end == start:
        return None
    row = not found.units and seed is None
    value = found.result(before_unit=row and _is_two(text, start, end))
    return Numeral(value, end, found.scaled, end - start if row and not found.vague else 0, found.vague)


def _is_two(text: str, start: int, end: int) -> bool:
    """两三天, 三五个: two figures before what is counted; 二三年 is a year"""
    after = text[end : end + 1]
    return end == start + 2 and (after in _COUNTED_BY_TWO or (after == "年" and text[start] in "一两四五六七八"))


def _take(found: _Sum, text: str, at: int, start: int) -> bool:
    """Whether the character at ``at`` belongs to the number; if so it is added."""
    char = text[at]
    if char in HAN_DIGITS:
        return (found.units > 0 or found.number is None or at > start) and found.digit(HAN_DIGITS[char])
    if char in _SMALL:
        return found.small(_SMALL[char])
    if char in _BIG:
        return found.big(_BIG[char])
    if char in "廿卅":
        return found.number is None and found.digit(2 if char == "廿" else 3) and found.small(10)
    if char.isascii() and char.isdigit():  # 3万5
        alone = not text[at + 1 : at + 2].isascii() or not text[at + 1 : at + 2].strip(" .,:")
        return alone and found.last > 10 and found.number is None and found.digit(int(char))
    if char == "把" and at == start + 1 and text[start] in "百千万":
        found.vague = True
        return True
    if char in _VAGUE and (found.units or found.number is not None):  # 三十来万, 十几万
        if text[at + 1 : at + 2] not in tuple("十百千万亿"):
            if char == "几" and found.last >= 10:
                found.vague = True
                return True
            return False
        found.vague = True
        return True
    return False
