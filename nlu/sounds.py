"""How names sound: the pinyin of a name, its first letters, and whether two characters are read alike."""

from bisect import bisect_right
from functools import cache
from importlib.resources import files
from itertools import accumulate

from nlu.name_forms import company_words, normalise

__all__ = ["body_initials", "pinyin", "pinyin_initials", "sounds_alike", "spoken", "syllable"]

MAX_CHARACTERS = 30_000  # whose readings are remembered


@cache
def _readings() -> tuple[str, tuple[int, ...], tuple[str, ...]]:
    """All characters that have a reading, those of one syllable together; where each syllable's begin; the syllables.

    A string of them weighs a hundredth of pypinyin's table.
    """
    lines = files("nlu").joinpath("data", "pinyin.txt").read_text("utf-8").splitlines()
    syllables, groups = zip(*(line.split(" ") for line in lines), strict=True)
    return "".join(groups), (0, *accumulate(map(len, groups[:-1]))), syllables


def sounds_alike(one: str, other: str) -> bool:
    """Have two Chinese characters the same syllable, whatever its tone?"""
    return one > "\u2fff" < other and _reading(one) == _reading(other)


class _Sounds(dict[int, str]):
    """A translation table from characters to their readings, of so many letters, that is worked out as it is needed."""

    def __init__(self, letters: int | None = None) -> None:
        self._letters = letters

    def __missing__(self, code: int) -> str:
        sound = _reading(chr(code))[: self._letters]
        if len(self) < MAX_CHARACTERS:
            self[code] = sound
        return sound


_SOUNDS, _INITIALS = _Sounds(), _Sounds(1)


def _reading(char: str) -> str:
    if char <= "\u2fff":
        return char
    characters, starts, syllables = _readings()
    at = characters.find(char)
    return syllables[bisect_right(starts, at) - 1] if at >= 0 else char


def syllable(char: str) -> str:
    """The first reading of a character without its tone: 华 → "hua"; anything else as it is."""
    return _SOUNDS[ord(char)]


def pinyin(name: str) -> str:
    """Toneless pinyin of the normalised name, each character by its first reading: 「华为」 → "huawei"."""
    return spoken(normalise(name))[0]


def pinyin_initials(name: str) -> str:
    """First letters of the pinyin: 「华为」 → "hw"; letters and digits stay: 「TCL集团」 → "tcljt"."""
    return spoken(normalise(name))[1]


@cache
def body_initials() -> tuple[str, ...]:
    """The initials of the Chinese kinds of legal body, longest first: "gfyxgs", "yxgs", "gs"."""
    return tuple(spoken(word)[1] for word in company_words()["legal"])


def spoken(form: str) -> tuple[str, str]:
    """The pinyin of a name that is normalised already, and its first letters."""
    return form.translate(_SOUNDS), form.translate(_INITIALS)
