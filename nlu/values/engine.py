"""Finds every value in a text: one walk over the tokens, the longest value at each place."""

from datetime import datetime
from typing import Final

from config.types import Language
from nlu.types import Value
from nlu.values.calendar import impossible_days, with_possible_days
from nlu.values.durations import duration_at
from nlu.values.glance import may_hold
from nlu.values.lexicon import CODE, NUMBER
from nlu.values.listed import with_month_before
from nlu.values.money import Amount, amount_at
from nlu.values.numerals_en import fold
from nlu.values.phrases import phrase_at
from nlu.values.points import PIECE_STARTS
from nlu.values.ranges import Phrase
from nlu.values.reader import Reader
from nlu.values.recurrence import RECURRENCES, may_come_again, recurrence_at
from nlu.values.resolve import resolved
from nlu.values.rules import DATE_RULES
from nlu.values.scan import scan
from nlu.values.text import plain

__all__ = ["find_values"]

_MAX_VALUES: Final = 300
# Words that begin a value only with something behind them: in, on, the, from …
_LEADS: Final = frozenset({
    "in", "on", "at", "the", "for", "during", "from", "since", "between", "by", "before", "until", "after", "rel",
    "thru", "within", "morethan", "lessthan", "early", "late", "begin", "mid", "end", "rest", "closest", "span",
    "ordmark", "scale", "article", "couple", "about", "lunar", "quarterno", "passing",
})  # fmt: skip
_TIMES: Final = PIECE_STARTS | _LEADS | {"now"}
_AMOUNTS: Final = frozenset({NUMBER, "cur", "percentof", "article", "md"})
_COUNTED: Final = frozenset({"cur", "percent", "measure"})
# Behind a number these alone make no time of it.
_NO_TIME: Final = frozenset({"company", "moneyish", "idiom", "scoreish", CODE})
_NO_TIME_ZH: Final = _NO_TIME | {","}
# One o'clock (一点) where one of these follows; otherwise "a bit".
_AFTER_ONE: Final = frozenset("左前之后以到开见出,，。.!！")
# 早上好, 晚安, 午餐会 name no time.
_AFTER_GREETING: Final = frozenset("好安餐饭点会")
_PART_LEADS: Final = frozenset({"in", "the", "at", "by"})
_STARTS: Final = _TIMES | _AMOUNTS | RECURRENCES


def find_values(text: str, *, now: datetime, lang: Language, known_currency: str | None = None) -> tuple[Value, ...]:
    """Every date, instant, period, length of time, recurrence, amount and number in a text, in its order.

    ``now`` is aware; places are those of ``text`` as given. Money without a currency word is ``known_currency``,
    else CNY in Chinese text and None in English.
    """
    copy = plain(text)
    if not may_hold(copy.text):
        return ()
    nowhere = [copy.span(*found.span()) for found in impossible_days(copy.text)]
    tokens = scan(with_possible_days(copy.text) if nowhere else copy.text, chinese=lang == "zh")
    if not tokens:
        return ()
    reader = Reader(copy, fold(tokens), now, rules=DATE_RULES, chinese=lang == "zh")
    values = with_month_before(_values(reader, known_currency), text)
    return tuple([v for v in values if not any(v.start < end and start < v.end for start, end in nowhere)])


def _values(r: Reader, known_currency: str | None) -> list[Value]:
    found: list[Value] = []
    at = 0
    while at < r.size and len(found) < _MAX_VALUES:
        if r.tokens[at].kinds.keys().isdisjoint(_STARTS):
            at += 1
            continue
        value, after = _value_at(r, at, known_currency)
        if value:
            found.append(value)
        at = max(after, at + 1)
    return found


def _value_at(r: Reader, at: int, known_currency: str | None) -> tuple[Value | None, int]:
    """The longest value at a place with the place behind it."""
    best: tuple[Value | None, int] = (None, at)
    kinds = r.tokens[at].kinds.keys()
    if may_come_again(r, at) and (found := recurrence_at(r, at)):
        return found
    phrase = phrase_at(r, at) if _may_be_time(r, at) else None
    if phrase and phrase[1] > at and (value := _time(r, phrase[0], at, phrase[1])):
        best = value, phrase[1]
    amount = amount_at(r, at, known_currency) if not kinds.isdisjoint(_AMOUNTS) else None
    if amount and amount[1] > best[1]:
        best = _amount(r, amount[0], at, amount[1]), amount[1]
    length = duration_at(r, at) if best[1] <= at or (best[0] and best[0].kind == "number") else None
    if length and length[1] > best[1]:
        count, unit = length[0].parts[0]
        best = (
            _made(
                r,
                at,
                length[1],
                kind="duration",
                number=count,
                unit=unit,
                approximate=length[0].vague,
                why="length of time",
            ),
            length[1],
        )
    return best


def _may_be_time(r: Reader, at: int) -> bool:
    """Whether a time may begin here, at a glance: most numbers and small words begin none."""
    kinds = r.tokens[at].kinds.keys() & _TIMES
    if not kinds:
        return False
    if kinds <= _LEADS:
        return bool(r.kinds[at + 1])
    if kinds == {NUMBER}:
        after = r.kinds[at + 1].keys()
        if (r.chinese and "." in r.tokens[at].word) or "foreign" in r.tokens[at + 1].kinds:
            return True
        if not after or not after.isdisjoint(_COUNTED):
            return False
        return not after <= (_NO_TIME_ZH if r.chinese else _NO_TIME)
    return True


def _made(r: Reader, at: int, after: int, **parts: object) -> Value:
    start, end = r.plain.span(r.tokens[at].start, r.tokens[after - 1].end)
    return Value(start=start, end=end, text=r.plain.source[start:end], **parts)  # type: ignore[arg-type]


def _time(r: Reader, phrase: Phrase, at: int, after: int) -> Value | None:
    if not _is_time(r, phrase, at, after):
        return None
    read = resolved(phrase, r.now)
    if read is None:
        return None
    kind, grain, past, future = read
    return _made(r, at, after, kind=kind, grain=grain, past=past, future=future, open=phrase.open, why=phrase.why)


def _is_time(r: Reader, phrase: Phrase, at: int, after: int) -> bool:
    """Drops what is a greeting (早上好), a part of a word (早), "a bit" (一点) or a bare part of a day (evening)."""
    time = phrase.first
    if phrase.last or time.day or time.moments:
        return True
    if time.clock:
        if r.text.startswith("at one point", r.tokens[at].start):
            return False
        is_bit = r.tokens[at].word in ("一", "1") and after == at + 2 and r.after(at + 1) not in _AFTER_ONE
        return not is_bit or r.is_whole(at, after)
    if not time.part:
        return False
    if r.chinese_word(at):
        if r.before(at, 2) == "几点":  # 几点下班
            return False
        follows = r.text[r.tokens[after - 1].end :][:1]
        return follows not in _AFTER_GREETING and len(r.tokens[after - 1].word) > 1
    return time.part == "day_end" or bool(r.tokens[at].kinds.keys() & _PART_LEADS) or r.is_whole(at, after)


def _amount(r: Reader, amount: Amount, at: int, after: int) -> Value:
    parts = {"money": amount.money, "number": amount.value, "unit": amount.unit, "approximate": amount.vague}
    return _made(r, at, after, kind=amount.kind, why=amount.why, **parts)
