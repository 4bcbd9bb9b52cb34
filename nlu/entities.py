"""Addresses and numbers that can be known by their form: e-mail, telephone, messengers, document numbers."""

import re
from functools import lru_cache
from typing import NamedTuple

from nlu.handles import read_handles
from nlu.patterns import pattern
from nlu.phones import phone_key, split_extension

__all__ = ["Entity", "find_entities"]

_HEAD_CODE = pattern(r"[a-z]{2,4}\d{3,}")  # YF900已发货
_SHORT_CODE = pattern(r"[a-z]{2,}-\d{2}")
_MEASURE = pattern(r"\d+(?:-\d+)?(?:k|w|m|万|th|st|nd|rd|am|pm|mm|cm|kg|kw|kva|mw|gb|tb|mah|v|h|d|个|台)")
_PER = pattern(
    r"[\d.]+[kmw]?/(?:an?|annum|yrs?|years?|qtr|quarter|mo|mth|months?|wk|week|day|hr|hour|night|head|person|seat|user|visit|site|unit)"
)
_DIGITS = pattern(r"\d+")
_LETTER = pattern(r"[a-z]")
_NO_DIGIT = pattern(r"\D")


class Entity(NamedTuple):
    """``kind``: email, handle, phone, fax or code (a document number); ``value`` is E.164 for a telephone where it is
    known."""

    kind: str
    start: int
    end: int
    value: str


_EMAIL = pattern(r"[a-z0-9._%+\-]{1,64}@[a-z0-9\-]{1,63}(?:\.[a-z0-9\-]{1,63}){1,4}")
_PHONE = pattern(
    r"(?<![\w.#/])(?:\+|00)?\(?\d(?:[ \-.()\u2010-\u2013]{0,2}\d){6,14}(?:\s*(?:转|分机|ext\.?|x|#)\s*\d{1,6})?"
    r"(?![\w%]|[.:/]\d|,\d{3}(?!\d)|万|元|块|亿|台|个|套|件)",
    re.A,
)
_CODE = pattern(
    r"(?<![\w@.])(?<!\d,)(?=[a-z0-9/_#-]{0,30}\d)[a-z0-9]{1,24}(?:[-/_#][a-z0-9]{1,24}){0,6}(?![\w@])", re.A
)
_NUMBERED = pattern(
    r"(?:发票号码?|票号|合同号|订单号|编号|(?<![机话新])号码)\s*(?:是|为|:|：)?\s*((?!1[3-9]\d{9}(?!\d))\d{5,24}(?:-\d{1,6})?)(?![\d-])"
)
_NUMBERED_EN = pattern(r"(?:invoice|order|contract) (?:no\.?|number|#)\s*:?\s*(\d{3,20})(?![\d/-])")
_FAX = pattern(r"(?:\bf|fax|传真号?)\s*[:：.]?\s*$")
_GROUPED = pattern(r"\d{3}[-. ]\d{3}[-. ]\d{4}")
_MOBILE = pattern(r"(?:\+?86[ -]?)?1[3-9](?:[ -]?\d){9}")
_ABROAD = pattern(r"0[1-9]\d{8,9}|[6-9]\d{4} ?\d{5}")  # a number without blanks as in Britain, Australia, India
_LABEL = pattern(
    r"(?:tel|phone|mobile|cell|mob|direct|whatsapp|\bt|\bm|\bp|\bd|\bc|电话|手机|座机|固话|热线|号码|"
    r"手机号|微信同号|联系方式|call|number|at|on|is|to)(?:['’]s)?\s*(?:\(\w+\))?\s*[:：.]?\s*(?:\(?\+?\s*)?$"
)
_DOCUMENT = pattern(
    r"(?:发票号码?|发票|合同号|订单号|单号|编号|票号|(?<!手机)(?<!电话)号码|invoice (?:no\.?|number)|"
    r"order (?:no\.?|number)|(?:po|so|inv|ref) ?#?|#)\s*(?:是|为|:|：)?\s*$"
)
_DATE_LIKE = pattern(r"(?:19|20)\d\d[-./ ]\d{1,2}[-./ ]\d{1,2}(?:\D.*)?|\d{1,2}([-./])\d{1,2}\1(?:19|20)\d\d(?:\D.*)?")


def find_entities(low: str, *, chinese: bool = True) -> list[Entity]:
    """In folded text, left to right; [] costs next to nothing when there is neither "@" nor a long number."""
    found: list[Entity] = []
    if "@" in low:
        found += [Entity("email", m.start(), m.end(), m.group()) for m in _EMAIL.finditer(low)]
    found += [Entity("handle", h.start, h.end, h.value) for h in read_handles(low) if _LETTER.search(h.name)]
    if low.isascii():
        found += [Entity("code", m.start(1), m.end(1), m.group(1)) for m in _NUMBERED_EN.finditer(low)]
    else:
        found += [Entity("code", m.start(1), m.end(1), m.group(1)) for m in _NUMBERED.finditer(low)]
    digits = sum(map(low.count, "0123456789")) if len(low) < 20_000 else 0
    if digits >= 7:
        codes = [(e.start, e.end) for e in found]
        found += [e for e in _phones(low, chinese) if not any(a < e.end and e.start < b for a, b in codes)]
    if digits >= 2:
        taken = [(e.start, e.end) for e in found]
        for match in _CODE.finditer(low):
            start, end = match.span()
            if (
                end - start >= 4
                and (_is_code(match.group()) or (start == 0 and _HEAD_CODE.fullmatch(match.group())))
                and not any(a < end and start < b for a, b in taken)
            ):
                found.append(Entity("code", start, end, match.group()))
    found.sort(key=lambda e: e.start)
    return found


def _is_code(word: str) -> bool:
    """Letters with three digits or more, or with a dash; or a run of digits too long for a telephone or an amount."""
    digits = sum(char.isdigit() for char in word)
    letters = sum(char.isalpha() for char in word)
    if not letters:
        return digits >= 16 or (
            digits >= 5 and ("-" in word or "/" in word) and not _DATE_LIKE.fullmatch(word) and digits > 8
        )
    if _MEASURE.fullmatch(word.removesuffix("-ish")) or _PER.fullmatch(word):
        return False
    if digits == 2 and _SHORT_CODE.fullmatch(word):
        return True
    return digits >= 3 and (digits >= 4 or "-" in word or "/" in word or "#" in word)


def _phones(low: str, chinese: bool) -> list[Entity]:
    found = []
    for match in _PHONE.finditer(low):
        start, end = match.span()
        raw = match.group().strip()
        if _DATE_LIKE.fullmatch(raw):
            continue
        before = low[max(0, start - 14) : start]
        kind = "fax" if _FAX.search(before) else "phone"
        is_told = _LABEL.search(before) is not None or (not chinese and _is_alone(low, start, end))
        value = _value(raw, is_told, chinese)
        if _DOCUMENT.search(before) and not _MOBILE.fullmatch(raw):
            kind, value = "code", raw
        if value:
            found.append(Entity(kind, start, end, value))
    return found


_LOCAL = pattern(r"(?:^|[,;\n] ?)(?P<n>\d{3,4} \d{4})(?=\s*(?:[,;\n]|$))")


def _is_alone(low: str, start: int, end: int) -> bool:
    """Is it all there is between two commas: Mrs Teoh, |9123 4455|, …?"""
    local = _LOCAL.search(low, max(0, start - 2))
    return local is not None and local.span("n") == (start, end)


@lru_cache(maxsize=4096)
def _value(raw: str, labelled: bool, chinese: bool) -> str:
    """E.164 with ";ext=", or as written where only the words beside it say that it is a telephone; "" otherwise."""
    number, extension = split_extension(raw)
    plain = _NO_DIGIT.sub("", number)
    shaped = (
        _MOBILE.fullmatch(number)
        or _GROUPED.fullmatch(number)
        or number[:1] in "+(0"
        or plain[:3] in ("400", "800")
        or plain.startswith("86")
    )
    abroad = not chinese and number[:1] != "+" and not number.startswith("00") and not _MOBILE.fullmatch(number)
    key = phone_key(number) if (shaped or labelled) and not abroad else ""
    if key:
        return f"{key};ext={extension}" if extension else key
    grouped = len(_DIGITS.findall(number)) >= 2
    if abroad and (_ABROAD.fullmatch(number) or (labelled and len(plain) == 10)):
        return raw
    return (
        raw if (labelled or (abroad and shaped) or number.startswith("(")) and grouped and 7 <= len(plain) <= 15 else ""
    )
