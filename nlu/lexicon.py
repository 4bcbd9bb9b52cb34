"""The words: what an administrator may change (config/lexicon.toml) and what the language itself says (data/cues.toml).

Both hold ``[section] code = "word|word"``; a word gives the cue ``section.code``. ``(a/b/)`` in a word stands for a, b
or nothing. A lexicon is immutable but for ``taught`` words, which count at once.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from itertools import chain, islice, product, takewhile
from pathlib import Path
from typing import NamedTuple

import tomli

from nlu.folding import fold
from nlu.patterns import pattern

__all__ = ["Cue", "Lexicon", "default_lexicon", "expand"]

# Sections an administrator's file may hold; the codes of the first five are fixed by the understanding contract.
SECTIONS = ("control", "stage", "channel", "order_status", "request_status", "product")
_GROUP = pattern(r"\(([^()]*)\)")
_MAX_FORMS = 2_000  # of one entry: a slip in a file must not fill the memory


class Cue(NamedTuple):
    """A word that tells something: ``kind`` is section.code, e.g. "channel.visit"."""

    kind: str
    start: int
    end: int


def expand(entry: str) -> list[str]:
    """「见(了/过/)」 → 见了, 见过, 见. At most 2,000 forms."""
    entry = entry.replace("\\", "")
    if "(" not in entry:
        return [" ".join(entry.split())]
    parts = [part.split("/") if n % 2 else [part] for n, part in enumerate(_GROUP.split(entry))]
    return [" ".join("".join(form).split()) for form in islice(product(*parts), _MAX_FORMS)]


def _words(text: str) -> Iterator[str]:
    entries = fold(text.replace("|", "\n")).split("\n")
    return filter(None, chain.from_iterable(map(expand, entries)))


class Lexicon:
    """Words → cues. ``scan`` finds them in folded text, the longest at each place."""

    __slots__ = ("_heads", "_kinds", "_singles", "controls", "edition", "products")

    def __init__(self, sections: Mapping[str, Mapping[str, str]]) -> None:
        """``sections``: section → code → words. Unknown sections are taken as they are."""
        self._kinds: dict[str, tuple[str, ...]] = {}
        self._heads: dict[str, tuple[int, ...]] = {}
        self._singles: dict[str, tuple[str, ...]] = {}
        self.controls: dict[str, str] = {}
        self.edition = 0  # counts the words that were taught since
        self.products: dict[str, str] = {}  # nickname, folded → name in the catalogue
        for section, codes in sections.items():
            for code, words in codes.items():
                self._add(section, code, words)

    def _add(self, section: str, code: str, words: str) -> None:
        if section == "product":
            self.products[fold(code)] = words
            self._put(fold(code), ("product.nickname",))
            return
        if section == "control":
            self.controls.update((_bare(word), code) for word in _words(words))
            return
        kind = f"{section}.{'say' if code == 'say_en' else 'met' if code == 'met_en' else code}"
        only = (kind,)
        for word in _words(words):
            self._put(word, only)

    def _put(self, word: str, only: tuple[str]) -> None:
        """``only``: the kind, in the tuple that is shared by all words that are of no other kind."""
        length = len(word)
        words = self._kinds if length > 1 else self._singles
        kinds = words.setdefault(word, only)
        if kinds is not only:
            if only[0] not in kinds:
                words[word] = kinds + only
        elif length > 1:
            lengths = self._heads.setdefault(word[:2], (length,))
            if length not in lengths:
                self._heads[word[:2]] = tuple(sorted((*lengths, length), reverse=True))

    def teach(self, section: str, code: str, word: str) -> None:
        """Adds a word at run time: ``teach("stage", "proposal", "POC")``; of a product ``code`` is the nickname.

        What it stood for before within the section, it no longer does.
        """
        self.edition += 1
        for words in (self._kinds, self._singles):
            if fold(word) in words:
                words[fold(word)] = tuple(kind for kind in words[fold(word)] if not kind.startswith(f"{section}."))
        if section == "product":
            self._add("product", code, word)
        else:
            self._add(section, code, word)

    def kinds_of(self, word: str) -> tuple[str, ...]:
        """The cues a word gives by itself: ``kinds_of("拜访")`` → ("log.met", "channel.visit")."""
        low = fold(word)
        return self._kinds.get(low, ()) or self._singles.get(low, ())

    def control(self, message: str) -> str | None:
        """The control a whole message stands for, marks and politeness aside; None when it says more."""
        if len(message) > 40:
            return None
        low = fold(message)
        bare = _bare(low)
        whole = self.controls.get(bare)
        if whole or len(low) > 24 or len(bare) < 2:
            return whole
        said = [part for part in _PARTS.split(low) if part.strip()]
        parts = map(self.controls.get, map(_bare, said)) if len(said) > 1 else self._two_words(bare)
        found = [*takewhile(bool, parts)]
        if len(found) < len(said) or not found:
            return None
        strong = [part for part in found if part not in ("yes", "no")]
        stronger = [part for part in strong if part != "skip"]  # never mind, not now
        return (stronger or strong or found)[-1]

    def _two_words(self, word: str) -> list[str | None]:
        """「算了不录了」: two control words without a mark between them."""
        for cut in range(2, min(len(word), 12)):
            first, second = self.controls.get(word[:cut]), self.controls.get(word[cut:])
            if first and second and word[cut:] > _HAN:
                return [first, second]
        return []

    def scan(self, low: str) -> list[Cue]:
        """The cues in folded text, left to right, never overlapping; a word with two meanings gives two cues."""
        found: list[Cue] = []
        heads, kinds, singles, done, size = self._heads, self._kinds, self._singles, 0, len(low)
        places = [found.start() for found in _STARTS.finditer(low)] if low.isascii() else range(size)
        likely = [at for at in places if low[at : at + 2] in heads or low[at] in singles]
        for start in likely:
            if start < done or (low[start] < _HAN and not _STARTS.match(low, start)):
                continue
            for length in heads.get(low[start : start + 2], ()):
                end = start + length
                if end > size:
                    continue
                names = kinds.get(low[start:end])
                if names and (end >= size or low[end - 1] > _HAN or low[end] > _HAN or not low[end].isalnum()):
                    found += [Cue(name, start, end) for name in names]
                    done = end
                    break
            else:
                names = singles.get(low[start])
                end = start + 1
                if names and (low[start] > _HAN or end >= size or low[end] > _HAN or not low[end].isalnum()):
                    found += [Cue(name, start, end) for name in names]
                    done = end
        return found


# Where a word may start: at any Chinese character, at the head of a run of Latin letters or digits, at a mark.
_STARTS = pattern(r"(?<![a-z0-9à-ÿ])(?<![a-z]')[a-z0-9]|[^\sa-z0-9à-ÿ,，。、]")
_HAN = "\u2e7f"  # what sorts behind is Chinese, or a mark of it
_PADDING = pattern(
    r"[\s~～!！.。,，…?？、'\"]+|吧|啊|呀|哦|噢|呢|哈|啦|喽|嘛|嘞|咯|呗|哟|谢谢[你您]?(?:了|啊)?|麻烦[你您]?了?|辛苦[你您]?了?|劳驾|帮我|帮忙(?=.)|请|\bplease\b|\bpls\b|\bplz\b|"
    r"\bthanks\b|\bthx\b|^(?:那就|那|就|嗯|呃|hmm|um|uh|oh)"
)
_PARTS = pattern(r"[,，。.!！;；~]+|(?<=[\u4e00-\u9fff])\s+")
_MARKS_ONLY = pattern(r"[\s?？]+")


def _bare(low: str) -> str:
    """What is compared of a control word: without marks, spaces, 吧, "please"."""
    if len(low) > 60:
        return low
    if _MARKS_ONLY.fullmatch(low):
        return "?"
    return _PADDING.sub("", low) or low


def _load(text: str) -> dict[str, dict[str, str]]:
    return {section: dict(codes) for section, codes in tomli.loads(text).items()}


@cache
def _language() -> dict[str, dict[str, str]]:
    data = files("nlu").joinpath("data")
    companies = "|".join(data.joinpath("companies.txt").read_text("utf-8").split())
    return {**_load(data.joinpath("cues.toml").read_text("utf-8")), "company": {"known": companies}}


def load_lexicon(path: Path | None = None) -> Lexicon:
    """The lexicon with an administrator's words from ``path`` (None: the shipped file) over those of the language.

    Raises OSError, tomli.TOMLDecodeError, or ValueError with section and key for what is not in the contract.
    """
    text = path.read_text("utf-8") if path else files("config").joinpath("lexicon.toml").read_text("utf-8")
    words = _load(text)
    for section in words:
        if section not in SECTIONS:
            raise ValueError(f"[{section}] is not a section of the lexicon; there are {', '.join(SECTIONS)}")
    return Lexicon({**_language(), **words})


@cache
def default_lexicon() -> Lexicon:
    """The shipped words, loaded at the first use."""
    return load_lexicon()
