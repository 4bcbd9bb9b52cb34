"""One pass over a text: typed tokens. Other words are left out; each token knows how far it stands from the last."""

import re
from decimal import Decimal
from functools import cache
from typing import Final

from nlu.patterns import pattern
from nlu.values.codes import ORDINAL_ENDS, is_code
from nlu.values.digits import in_groups, shape
from nlu.values.lexicon import CODE, NUMBER, Kinds, lexicon
from nlu.values.numerals import HAN_DIGITS, HAN_START, read_han
from nlu.values.tokens import BREAK, GLUED, SPACED, Token

__all__ = ["scan"]

# More blanks than these are a gap.
_WIDE: Final = 8
# What is read of a text at most; a long letter has a few hundred.
MAX_TOKENS: Final = 1200

_SYMBOLS: Final[dict[str, Kinds]] = {
    "$": {"cur": "USD"}, "€": {"cur": "EUR"}, "£": {"cur": "GBP"}, "¥": {"cur": "¥"}, "₹": {"cur": "INR"},
    "₩": {"cur": "KRW"},
    "₽": {"cur": "RUB"}, "฿": {"cur": "THB"}, "₫": {"cur": "VND"}, "₱": {"cur": "PHP"}, "₺": {"cur": "TRY"},
    "₪": {"cur": "ILS"},
    "%": {"percent": 0}, "~": {"to": 0, "~": 0}, "-": {"to": 0, "-": 0}, "/": {"/": 0}, ",": {",": 0},
    "，": {",": 0}, "、": {"、": 0},
    ".": {".": 0}, "'": {"'": 0}, "(": {"(": 0}, ")": {")": 0}, ":": {":": 0}, "：": {":": 0}, "#": {"#": 0},
    "¢": {"minor": "USD"}, "@": {"at": 0},
}  # fmt: skip

# R350k, R 42,000, r42 000: rands, where it is no model (R32, R410)
_RANDS: Final = pattern(r" ?(?=\d{1,3}(?:[ ,]\d{3})+(?![\d,]| \d)|\d+(?:\.\d+)?(?:k|m|mil|million)\b)")
_WEEK_LETTERS: Final = pattern(r"/[cbe]\b")  # w/c, w/b, w/e
_HAN_DECIMAL: Final = pattern(r"[点.]([零一二三四五六七八九\d]{1,4})(?=[万亿千百])")
# What may follow 万 and still belong to it: 35万|7600, 10万零|500, and with spaces between: 17 万| 1, 8 万| 5 千.
_NO_MORE: Final = r"(?![\d:/~%-]|[.,]\d|\s?[万千百十亿年月日号台套个件折成点季周天人家份笔张期次条批辆只箱吨米%])"
_REST: Final = pattern(rf"(?:(?<=零) ?(?P<after_zero>\d{{1,4}})|(?P<glued>\d{{3,4}})){_NO_MORE}")
_REST_SPACED: Final = pattern(
    rf" ?零 ?(?P<after_zero>\d{{1,4}}){_NO_MORE}| (?P<glued>\d{{4}}){_NO_MORE}"
    rf"| (?P<next>\d)(?: ?(?P<unit>[千百]))?{_NO_MORE}(?=\s*(?:$|[，,。；;！!？?、）)\n]|[元块的了到已]))"
)
_HALF_YI: Final = pattern(r"(?:([一两三四五六七八九])个半|半个?)亿")  # 半个亿, 两个半亿
_HALVES: Final = frozenset("一两三四五六七八九半")
_HAN_ONE_YI: Final = pattern(r" ?个(?=[亿万])")


@cache
def _pattern() -> re.Pattern[str]:
    starters = re.escape(lexicon().starters) + "".join(HAN_START)
    symbols = re.escape("".join(_SYMBOLS))
    return re.compile(
        rf"(?P<n>\d+(?:[.,:/~-]\d+)*)|(?P<w>[a-z](?:\.[a-z])+(?![a-z])\.?|[a-zà-ɏ]+(?:'[a-z]+)?)|(?P<h>[{starters}])|(?P<s>[{symbols}])",
        re.ASCII,
    )


class _Scanner:
    """The state of one pass."""

    def __init__(self, text: str, chinese: bool) -> None:
        self.text = text
        self.chinese = chinese
        self.tokens: list[Token] = []
        self.lexicon = lexicon()

    def run(self) -> list[Token]:
        text, at, search = self.text, 0, _pattern().search
        readers = {"n": self._digits, "w": self._latin, "h": self._han, "s": self._symbol}
        while (found := search(text, at)) and len(self.tokens) < MAX_TOKENS:
            at = readers[found.lastgroup or "s"](found.start(), found.end())
        return self.tokens

    def _add(self, kinds: Kinds, start: int, end: int) -> Token:
        """A token, with the gap between it and the one before."""
        text = self.text
        last = self.tokens[-1].end if self.tokens else -_WIDE - 1
        gap = GLUED
        if last != start:
            size = start - last
            between = text[last:start] if size <= _WIDE else ""
            blank = between == " " or (between.isspace() and "\n" not in between)
            gap = SPACED if blank else BREAK
        token = Token(kinds, start, end, gap, text[start:end])
        self.tokens.append(token)
        return token

    def _symbol(self, start: int, end: int) -> int:
        self._add(_SYMBOLS[self.text[start]], start, end)
        return end

    # ── digits ──────────────────────────────────────────────────────────────────────────────────────────
    def _digits(self, start: int, end: int) -> int:
        text = self.text
        if is_code(text, self.tokens, start, end):
            while end < len(text) and text[end].isascii() and (text[end].isalnum() or text[end] in "-_/"):
                end += 1
            self._add({CODE: 0}, start, end)
            return end
        last = self.tokens[-1] if self.tokens and start - self.tokens[-1].end <= 1 else None
        amount = in_groups(text, start, end, is_behind_sign=last is not None and "cur" in last.kinds)
        pieces = [amount] if amount else shape(text[start:end], chinese=self.chinese)
        end = start + amount[3] if amount else end
        for kind, value, piece_start, piece_end in pieces:
            token = self._add(
                {"to": 0, "-": 0} if kind == "to" else {kind: value}, start + piece_start, start + piece_end
            )
            token.digits = sum(c.isdigit() for c in token.word)
        last = self.tokens[-1]
        return self._scaled_digits(last) if NUMBER in last.kinds else end

    def _scaled_digits(self, token: Token) -> int:
        """1.2亿, 3千5, 50多万, 5 个亿: Chinese units after digits."""
        text, end = self.text, token.end
        at = end
        if gap := _HAN_ONE_YI.match(text, at):
            at = gap.end()
        elif text[at : at + 1] == " " and text[at + 1 : at + 2] in ("万", "亿"):
            at += 1
        if at < len(text) and text[at] in "十百千万亿来多余":
            value = token.kinds[NUMBER]
            found = read_han(text, at, value if isinstance(value, Decimal) else None)
            if found:
                self._widen(token, found.end, found.value, scaled=found.scaled, vague=found.vague)
                self._rest_of_ten_thousands(token)
        return token.end

    def _rest_of_ten_thousands(self, token: Token) -> None:
        """35万|7600, 10万零|6800, 17 万| 1"""
        value, word = token.kinds[NUMBER], token.word
        if not word.endswith(("万", "万零")) or not isinstance(value, Decimal):
            return
        rest = _REST.match(self.text, token.end) or (" 万" in word and _REST_SPACED.match(self.text, token.end))
        if not rest:
            return
        said = rest.groupdict()
        factor = {"千": 1000, "百": 100, None: 1000}[said.get("unit")] if said.get("next") else 1
        more = int(said.get("after_zero") or said.get("glued") or said["next"]) * factor
        self._widen(token, rest.end(), value + more, scaled=True, vague=token.vague)

    def _widen(self, token: Token, end: int, value: Decimal, *, scaled: bool, vague: bool) -> None:
        token.end, token.word, token.kinds = end, self.text[token.start : end], {NUMBER: value}
        token.scaled, token.vague = scaled, vague

    # ── words ───────────────────────────────────────────────────────────────────────────────────────────
    def _latin(self, start: int, end: int) -> int:
        text, known = self.text, self.lexicon
        word = text[start:end]
        if word.isalpha() and len(word) > 3 and word not in known.latin and word not in known.phrases:
            return self._odd(word, start, end)
        if word == "w" and text.startswith("/", end) and not _WEEK_LETTERS.match(text, end):
            return end + 1  # on 10/20 |w/| Tom
        if "." in word:
            word = word.replace(".", "")
        if text[end : end + 1] == "$" and word in _DOLLARS:
            self._add({"cur": _DOLLARS[word]}, start, end + 1)
            return end + 1
        if text[end : end + 2] == " $" and word in _DOLLARS and word not in "asu":
            self._add({"cur": _DOLLARS[word]}, start, end + 2)
            return end + 2
        if word == "r" and not self.chinese and _RANDS.match(text, end):
            self._add({"cur": "ZAR"}, start, end)
            return end
        if word == "t" and self.tokens and self.tokens[-1].end == start and "ymd" in self.tokens[-1].kinds:
            self.tokens[-1].end = end  # the T of an ISO 8601 instant
            return end
        if word in ORDINAL_ENDS and self._ordinal(start, end):
            return end
        if word == "s" and self._decade(start, end):
            return end
        if word in known.phrases and (behind := self._phrase(word, start, end)):
            return behind
        found = known.latin.get(word)
        if found is None:
            return self._odd(word, start, end)
        self._add(found, start, end)
        return end

    def _odd(self, word: str, start: int, end: int) -> int:
        """A word of no table: a gap, unless a part of it is known."""
        kinds, end = self._odd_word(word, start, end)
        if kinds:
            self._add(kinds, start, end)
        return end

    def _phrase(self, first: str, start: int, end: int) -> int | None:
        """The end of the longest phrase that begins here."""
        text = self.text
        ahead = [first]
        ends = [end]
        longest = len(self.lexicon.phrases[first][0][0])
        for found in re.finditer(r"'?[ -]{1,2}([a-z]+(?:'[a-z]+)?)", text[end : end + 80], re.ASCII):
            if len(ahead) >= longest or end + found.start() != ends[-1]:
                break
            ahead.append(found.group(1))
            ends.append(end + found.end())
        for words, kinds in self.lexicon.phrases[first]:
            if tuple(ahead[: len(words)]) == words:
                self._add(kinds, start, ends[len(words) - 1])
                return ends[len(words) - 1]
        return None

    def _ordinal(self, start: int, end: int) -> bool:
        """19th: the number just read becomes an ordinal."""
        number = self.tokens[-1] if self.tokens else None
        value = number.kinds.get(NUMBER) if number and number.end == start else None
        if number is None or not isinstance(value, Decimal):
            return False
        number.kinds, number.end, number.word = {"ord": int(value)}, end, self.text[number.start : end]
        return True

    def _decade(self, start: int, end: int) -> bool:
        """1970s, the 90s"""
        dropped = len(self.tokens) > 1 and self.tokens[-1].word == "'" and self.tokens[-1].end == start  # the 90's
        number = self.tokens[-1 - dropped] if self.tokens else None
        value = number.kinds.get(NUMBER) if number and number.end == start - dropped else None
        if (
            number is None
            or not isinstance(value, Decimal)
            or value % 10
            or number.digits not in (2, 4)
            or value > 2090
        ):
            return False
        year = int(value) if number.digits == 4 else int(value) + (2000 if value < 30 else 1900)
        number.kinds, number.end, number.word = {"decade": year}, end, self.text[number.start : end]
        if dropped:
            self.tokens.pop()
        return True

    def _odd_word(self, word: str, start: int, end: int) -> tuple[Kinds, int]:
        """Possessives (friday's), a multiplier glued to a currency (10kusd)."""
        known, before = self.lexicon.latin, self.tokens[-1] if self.tokens else None
        glued = before is not None and before.end == start and NUMBER in before.kinds
        if word.endswith("'s") and word[:-2] in known:
            return known[word[:-2]], end
        if glued and word[0] in "kmwb" and word[1:] in known:
            return known[word[0]], start + 1
        return {}, end

    # ── Chinese ─────────────────────────────────────────────────────────────────────────────────────────
    def _han(self, start: int, end: int) -> int:
        text = self.text
        if text[start] in _HALVES and (half := _HALF_YI.match(text, start)):
            units = HAN_DIGITS[half.group(1)] if half.group(1) else 0
            token = self._add({NUMBER: (units + Decimal("0.5")) * 10**8}, start, half.end())
            token.scaled = token.vague = True
            return half.end()
        number = read_han(text, start) if text[start] in HAN_START else None
        if number and not number.scaled and (decimal := _HAN_DECIMAL.match(text, number.end)):
            number = (
                read_han(text, decimal.end(), Decimal(f"{number.value}.{_plain_digits(decimal.group(1))}")) or number
            )
        known = self.lexicon.han
        for size in self.lexicon.sizes.get(text[start], ()):
            word = text[start : start + size]
            if word in known and not (word in _MISLEADING and self._misleads(word, start)):
                if number and number.end - start > len(word):
                    break
                self._add(known[word], start, start + len(word))
                return start + len(word)
        if number is None:
            return end
        token = self._add({NUMBER: number.value}, start, number.end)
        token.scaled, token.vague, token.digits = number.scaled, number.vague, number.digits
        return self._scaled_digits(token) if not number.scaled else number.end

    def _misleads(self, word: str, start: int) -> bool:
        """三年后 holds no 年后 (after New Year); 第一个星期一 is the first Monday, though 两个星期一次 is two weeks."""
        if word in _UNITS_AND_MORE:
            return bool(self.tokens) and self.tokens[-1].end == start and NUMBER in self.tokens[-1].kinds
        if word in _NEXT_BUT_ONE:  # 约一下|下周二
            return self.text[start - 1 : start] == "一" != self.text[start - 2 : start - 1]
        if word == "过":  # 超过4小时, 通过两天的测试
            return self.text[start - 1 : start] in tuple("超不通经度错")
        if word in ("个星期", "个礼拜") and self.text[start + 3 : start + 4] in _WEEKDAYS:
            return len(self.tokens) > 1 and "ordmark" in self.tokens[-2].kinds
        return False


_WEEKDAYS: Final = tuple("一二三四五六日天")
_NEXT_BUT_ONE: Final = frozenset({"下下", "下下个"})
_UNITS_AND_MORE: Final = frozenset({"年后", "年前", "年内", "月内", "周内", "季内", "季度内"})
_MISLEADING: Final = _NEXT_BUT_ONE | _UNITS_AND_MORE | {"个星期", "个礼拜", "过"}
_DOLLARS: Final = {
    "us": "USD", "u": "USD", "c": "CAD", "ca": "CAD", "cad": "CAD", "hk": "HKD", "nt": "TWD", "a": "AUD",
    "au": "AUD", "aud": "AUD",
    "s": "SGD", "sg": "SGD", "nz": "NZD", "r": "BRL", "mx": "MXN", "usd": "USD", "hkd": "HKD",
}  # fmt: skip


def _plain_digits(text: str) -> str:
    return "".join(c if c.isdigit() else str("零一二三四五六七八九".index(c)) for c in text)


def scan(text: str, *, chinese: bool) -> list[Token]:
    """The tokens of a plain text (see ``text.plain``), in order."""
    return _Scanner(text, chinese).run()
