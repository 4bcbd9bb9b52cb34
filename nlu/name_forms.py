"""The forms a name is written in: 「华为技术有限公司」 is also 「华为」, "Northwind Traders Ltd" also "northwind".

Pure helpers, shared by the index in memory, the index in the database and the search for duplicates.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.resources import files

import tomli

from nlu.everyday import is_everyday
from nlu.folding import fold, simplify
from nlu.patterns import pattern

__all__ = [
    "bare_name", "company_words", "core_name", "given_name", "is_trade", "normalise", "short_forms", "short_keys",
]  # fmt: skip

MAX_KEPT = 200  # characters of what is remembered: longer is no name
_COURTESY = frozenset(
    ["mr", "mrs", "ms", "miss", "mx", "mdm", "madam", "dr", "prof", "sir", "adv", "capt", "datuk", "dato"]
)
# Kinds of legal body, as they are abbreviated outside China.
_LEGAL_EN = pattern(
    r"(?:[\s,]+(?:co\.?,?\s*ltd|company|limited|ltd|incorporated|inc|corporation|corp|co|llc|llp|lp|"
    r"plc|gmbh|kgaa|ag|s\.?a\.?s?|"
    r"b\.?v|n\.?v|oy|ab|a\.?s|aps|pty|pte|s\.?r\.?l|s\.?p\.?a|kk|k\.k|sdn|bhd|pvt|private|holdings?|group)\.?)+$"
)
_DEAL = pattern(r"(?<=[\u4e00-\u9fffa-z0-9]{2})(?:的?项目|工程项目)$")
_OPENING = frozenset("(（[【")
_BRACKETS = pattern(r"[(（\[【][^()（）\[\]【】]{0,20}[)）\]】]")

_KINDS = ("kinds", "trades", "generic")  # lists of company_words.toml: what they are
_NO_BRACKETS = str.maketrans("", "", "()[]")


@cache
def company_words() -> dict[str, tuple[str, ...]]:
    """The word lists of data/company_words.toml, longest word first."""
    raw = tomli.loads(files("nlu").joinpath("data", "company_words.toml").read_text("utf-8"))
    return {key: tuple(sorted(text.split(), key=len, reverse=True)) for key, text in raw.items()}


class _Endings:
    """The words of a list, and how long those are that end in a character, the longest first."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(words)
        sizes: dict[str, set[int]] = {}
        for word in self._words:
            sizes.setdefault(word[-1], set()).add(len(word))
        self._sizes = {last: sorted(found, reverse=True) for last, found in sizes.items()}

    def __contains__(self, text: str) -> bool:
        return text in self._words

    def without(self, text: str) -> str:
        """The text without the longest of the words that it ends in."""
        for size in self._sizes.get(text[-1:], ()):
            if text[-size:] in self._words:
                return text[:-size]
        return text


@cache
def _endings(*lists: str) -> _Endings:
    return _Endings(word for key in lists for word in company_words()[key])


@cache
def _place() -> re.Pattern[str]:
    """Matches a place at the head: 「深圳市」, 「浙江省杭州市」."""
    province = "(?:省|市|自治区|特别行政区)?(?:[\u4e00-\u9fff]{1,3}[市区县])?"
    return re.compile(f"^(?:{'|'.join(company_words()['places'])}){province}")


@cache
def _english(key: str) -> frozenset[str]:
    return frozenset(company_words()[key])


def is_trade(word: str) -> bool:
    """Is the folded English word one for a trade, as names of companies end in: "logistics"?"""
    return word in _english("trades_en")


def normalise(name: str) -> str:
    """The name as it is compared: NFKC, case folded, simplified, without spaces and punctuation.

    A lone surrogate or an unassigned character stays as it is; the length may change.
    """
    return _normalised(name) if len(name) <= MAX_KEPT else _normalised.__wrapped__(name)


@lru_cache(maxsize=8192)
def _normalised(name: str) -> str:
    folded = simplify(unicodedata.normalize("NFKC", name).casefold())
    return folded if folded.isalnum() else "".join([c for c in folded if c.isalnum()])


def _bare(name: str) -> str:
    """Folded, brackets and legal suffixes taken off."""
    text = fold(unicodedata.normalize("NFKC", name[:300])).strip()
    text = _unbracketed(text) or text
    for without in (_without_legal, _without_legal_en, _without_legal):
        cut = without(text).strip(" ,.-")
        text = cut if len(cut) >= 2 else text
    return text


def _unbracketed(text: str) -> str:
    return text if _OPENING.isdisjoint(text) else _BRACKETS.sub("", text).strip()


def _without_legal(text: str) -> str:
    return _endings("legal").without(text)


def _without_legal_en(text: str) -> str:
    return _LEGAL_EN.sub("", text) if text[-1:] < "\u2e80" else text


@lru_cache(maxsize=64)  # who asks for one form of a name asks for the others
def _placeless(name: str) -> tuple[str, str]:
    """The bare name, and the same without its place."""
    bare = _bare(name)
    return bare, _without_place(bare)


def _without_place(text: str) -> str:
    """「上海锐博科技」 → 「锐博科技」; a place that is the name itself (「天津港」, 「北京银行」) stays."""
    place = _place().match(text)
    cut = text[place.end() :] if place else text
    return cut if len(cut) >= 2 and cut not in _endings("trades", "generic") else text


@lru_cache(maxsize=8192)
def core_name(name: str) -> str:
    """The telling part of a company's name, folded; a person's name comes back folded.

    「华为技术有限公司」 → 「华为」, 「蓝海物流有限公司」 → 「蓝海物流」, "Northwind Traders Ltd" → "northwind traders".
    """
    return _core(_placeless(name)[1])


def bare_name(name: str) -> str:
    """The name without brackets and legal body, folded: 「蓝海物流有限公司」 → 「蓝海物流」."""
    return _placeless(name)[0]


def _core(text: str) -> str:
    """Without what a company of any trade may be called."""
    cut = _endings("generic").without(text)
    if len(cut) >= 2 and cut not in _endings("trades"):
        text = cut
    return " ".join(text.split())


@lru_cache(maxsize=8192)
def short_forms(name: str) -> tuple[str, ...]:
    """The forms people write for a name, longest first, folded, without the name itself.

    Chinese: without the legal body, the place, the brackets, then without the trade (「中兴通讯」 → 「中兴」).
    English: without the legal body, then its first words, the first alone where it tells, and the initials of three or
    more words.
    """
    return tuple(sorted(_shorts(name), key=lambda form: (-len(form), form)))


def short_keys(name: str) -> frozenset[str]:
    """The short forms as they are compared."""
    return frozenset(_shorts(name).values())


def _shorts(name: str) -> dict[str, str]:
    """Each short form with how it is compared."""
    folded = fold(name)
    bare, placeless = _placeless(name)
    open_ = _without_legal(folded.translate(_NO_BRACKETS)).strip()  # 「华为（中国）有限公司」 → 「华为中国」
    found = {bare, open_, _unbracketed(folded), placeless, _core(placeless)}
    found.add(_DEAL.sub("", folded) if folded.endswith("项目") else folded)  # 云桌面|项目
    cut = {_without_trade(form) for form in found} - found  # 「…科技发展」 ends in two trades
    found |= cut | {_without_trade(form) for form in cut} | _english_short(bare)
    if (kindless := _without_kind(placeless)) not in found and not _is_plain(kindless):
        found.add(kindless)
    whole = normalise(name)
    plain = {form: normalise(form) for form in found}
    return {form: compared for form, compared in plain.items() if len(compared) >= 2 and compared != whole}


def _without_trade(form: str) -> str:
    cut = _endings("generic").without(_endings("trades").without(form))
    return form if len(cut) < 2 or _is_place(cut) else cut


def _without_kind(form: str) -> str:
    """「云栖度假酒店管理」 → 「云栖」: without all that says what they are."""
    while 1 < len(cut := _endings(*_KINDS).without(form)) < len(form):
        form = cut
    return form


def _is_plain(form: str) -> bool:
    """Is it a word, or says no more than where or what they are?"""
    return is_everyday(form) or form in _endings(*_KINDS) or _is_place(form)


def _is_place(form: str) -> bool:
    place = _place().match(form)
    return place is not None and place.end() == len(form)


_LINKS = frozenset({"&", "and", "of", "the", "for", "at", "in", "on", "to", "de", "la"})


def _tells(words: list[str]) -> bool:
    """Do the first words of a name stand for it: Palm Crest| Resort, and not Bank of| England?"""
    return words[-1] not in _LINKS and not _english("common_en").union(_LINKS, _english("trades_en")).issuperset(words)


def _english_short(bare: str) -> set[str]:
    words = bare.replace("-", " ").split()
    if len(words) < 2 or words[0] > "\u2e7f":
        return set()
    if words[0] == "the":  # The Copper Pot is Copper Pot
        rest = " ".join(words[1:])
        return {rest} | _english_short(rest)
    if words[0].strip(".") in _COURTESY:  # "Mrs. Ingleby" is not called Mrs.; "Dr Kavita Rao" is Kavita, and Dr Rao
        rest = " ".join(words[1:])
        return {rest, f"{words[0].strip('.')} {words[-1]}"} | _english_short(rest) if len(words) > 2 else set()
    found = set()
    trades = _english("trades_en") | {"&"}
    if (
        words[0] not in _english("common_en")
        and len(words[0]) >= 3
        and (len(words[0]) >= 4 or trades.issuperset(words[1:]))
    ):
        found.add(words[0])
    found |= {" ".join(words[:n]) for n in range(2, len(words)) if _tells(words[:n])}
    if len(words) >= 3 and all(word[0].isalpha() for word in words):
        initials = "".join(word[0] for word in words)
        found |= {initials} - _english("little_en")
    return found


def given_name(name: str) -> str | None:
    """The short given name by which somebody is called, folded: "Sid" of Sid Garner; None for one that is a word, and
    for longer ones, which are short forms of any name."""
    first, *others = fold(name).split() or [""]
    is_short = len(first) == 3 and first.isascii() and first.isalpha() and bool(others)
    return first if is_short and first not in _english("little_en") | _english("not_given_en") | _COURTESY else None
