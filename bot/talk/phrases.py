"""Phrases of the catalogs: whether a message is one, and what stands in the gap ("…") of one."""

import re
from functools import cache, lru_cache

from bot.talk.glance import heads, may_hold
from config.catalog import Catalog
from nlu.folding import fold
from nlu.lexicon import expand
from nlu.names import normalise

_APART = str.maketrans({mark: f" {mark} " for mark in ".,!?;:。，！？；："})
GAP = re.compile(r"(…|\{[a-z_]+\})")  # anything, or the words of a slot


@lru_cache(maxsize=500)
def phrases(words: Catalog, key: str) -> frozenset[str]:
    """The phrases under a key, as they are compared."""
    return frozenset(normalise(phrase) for phrase in words.words(key) if "{" not in phrase)


def is_phrase(words: Catalog, key: str, text: str) -> bool:
    """Is the whole text one of the phrases?"""
    return normalise(text) in phrases(words, key)


def holds_phrase(words: Catalog, key: str, text: str) -> bool:
    """Does one of the phrases stand in the text? Latin ones only as whole words."""
    said = _spaced(text)
    known, first = _folded(words, key)
    return may_hold(said, first) and any(phrase in said for phrase in known)


@lru_cache(maxsize=16)
def _spaced(text: str) -> str:
    """The text with a space around every word and mark. Several keys are looked for in one text."""
    return f" {' '.join(text.casefold().replace('’', chr(39)).split())} ".translate(_APART)


@lru_cache(maxsize=500)
def _folded(words: Catalog, key: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """The phrases under a key, as they are compared, and their heads."""
    phrases = [phrase.casefold() for phrase in words.words(key)]
    return tuple(f" {phrase} " if phrase.isascii() else phrase for phrase in phrases), heads(phrases)


def filled(words: Catalog, key: str, text: str) -> str | None:
    """What stands for the gap "…" of the first of the phrases that the text is."""
    found = fillings(words, key, text)
    return found[0].strip(" \"'“”「」") if found else None


def fillings(words: Catalog, key: str, text: str) -> list[str]:
    """What stands for the gap "…" of each of the phrases that the text is."""
    said = text.casefold()
    first, last = _edges(words, key)
    if said[:1] not in first and said[-1:] not in last:
        return []
    return [
        text[len(before) : len(text) - len(after)]
        for before, after in _gaps(words, key)
        if said.startswith(before) and said.endswith(after) and len(said) > len(before) + len(after)
    ]


@lru_cache(maxsize=500)
def _gaps(words: Catalog, key: str) -> tuple[tuple[str, str], ...]:
    """What stands before and after the gap of each phrase under a key."""
    parts = (phrase.casefold().partition("…") for phrase in words.words(key))
    return tuple((before, after) for before, _gap, after in parts)


@lru_cache(maxsize=500)
def _edges(words: Catalog, key: str) -> tuple[frozenset[str], frozenset[str]]:
    """With which characters those phrases begin; and end, those that begin with the gap: most texts fit neither."""
    gaps = _gaps(words, key)
    first = frozenset(before[0] for before, _after in gaps if before)
    return first, frozenset(after[-1] for before, after in gaps if after and not before)


def may_have_gaps(words: Catalog, keys: tuple[str, ...], text: str) -> bool:
    """Can the text be one of the phrases with gaps under these keys? Most are none of a hundred."""
    return may_hold(fold(text), _heads(words, keys))


@lru_cache
def _heads(words: Catalog, keys: tuple[str, ...]) -> frozenset[str]:
    return frozenset().union(*(_cores(words, key)[1] for key in keys))


def gaps_of(words: Catalog, key: str, text: str) -> dict[str, str] | None:
    """What stands in the named gaps of the first phrase under a key that the text is; None where it is none."""
    said = fold(text)
    cores, first = _cores(words, key)
    for core, phrase in cores if may_hold(said, first) else ():
        found = pattern_of(phrase).fullmatch(said) if core in said else None
        if found is not None:
            return {name: text[slice(*found.span(name))].strip() for name in found.groupdict()}
    return None


@lru_cache(maxsize=500)
def _cores(words: Catalog, key: str) -> tuple[tuple[tuple[str, str], ...], frozenset[str]]:
    """The phrases under a key, as they are compared, each behind its core; and the heads of these. "(is/was)" is
    either."""
    phrases_of = (phrase for entry in words.words(key) for phrase in expand(fold(entry)))
    cores = tuple((core_of(phrase), phrase) for phrase in phrases_of)
    return cores, heads(core for core, _phrase in cores)


def core_of(phrase: str) -> str:
    """The longest of what stands between a phrase's gaps: most texts are without it, which is so told at once."""
    return max(map(str.strip, GAP.split(phrase)[::2]), key=len)


def how_exact(phrase: str) -> tuple[int, int]:
    """How much a phrase says itself: "quote for {customer}: …" is held against a text before "quote for …" is."""
    parts = GAP.split(phrase)
    return sum(map(len, parts[::2])), sum(part.startswith("{") for part in parts[1::2])


@cache
def pattern_of(phrase: str) -> re.Pattern[str]:
    """A slot holds no marks; one that anything may follow ends before a number, too; one behind a colon, at the end,
    holds all that follows. Made when first a text has the phrase's core: there are a thousand phrases."""
    phrase = re.sub(r":\s*\{([a-z_]+)\}$", r":{\1::}", phrase)
    phrase = re.sub(r"\{([a-z_]+)\}…", r"{\1:}", phrase)
    made = []
    for part in re.split(r"(…|\{[a-z_]+:{0,2}\})", phrase):
        if part == "…":
            made.append(".*")
        elif part.endswith("::}"):
            made.append(rf"(?P<{part[1:-3]}>.+)")
        elif part.endswith(":}"):
            made.append(rf"(?P<{part[1:-2]}>[^\d,;:。$€£¥]+).*")
        elif part.startswith("{"):
            made.append(rf"(?P<{part[1:-1]}>[^,;:，。；：\n]+?)")
        elif part.strip(" "):
            made.append(rf"\s*{_as_words(part.strip(' '))}\s*")
    return re.compile("".join(made), re.DOTALL)


def _as_words(part: str) -> str:
    """The words of a phrase between its gaps: Latin ones whole, so that the "at" of "Gateway" is none."""
    before = r"(?<![a-z])" if part[0].isascii() and part[0].isalpha() else ""
    after = r"(?![a-z])" if part[-1].isascii() and part[-1].isalpha() else ""
    return f"{before}{re.escape(part)}{after}"
