"""A message as it is meant: from where it comes to the point, with digits for a number that was said digit by digit.

「对了，他电话是幺三八零零…」 is 「他电话是13800…」, "oh and tom's number?" is "tom's number?". What was typed is kept
word for word all the same (`World.said`).
"""

import re
from functools import lru_cache

from config.catalog import Catalog, catalog
from nlu.types import Understanding

MIN_LEFT = 2  # letters; fewer were the point themselves
MIN_DIGITS = 7  # fewer in a row are an amount, or a day

_HAN = str.maketrans("零〇一幺二三四五六七八九", "001123456789")
_HAN_RUN = re.compile(rf"[零〇一幺二三四五六七八九](?:[\s-]?[零〇一幺二三四五六七八九]){{{MIN_DIGITS - 1},}}")
_ENGLISH = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_WORDS = {"oh": "0"} | {word: str(digit) for digit, word in enumerate(_ENGLISH)}
_TIMES = {"double": 2, "triple": 3}
_ONE = rf"(?:(?:{'|'.join(_TIMES)})[\s-]+)?(?:{'|'.join(_WORDS)})"
_WORD_RUN = re.compile(rf"\b{_ONE}(?:[\s,-]+{_ONE}){{{MIN_DIGITS - 1},}}\b", re.IGNORECASE)


def as_meant(heard: Understanding) -> str | None:
    """The message as it is meant; None where it stands so already."""
    text = _in_digits(heard.text)
    rest = _to_the_point(heard, text)
    return rest if rest != heard.text else None


def _in_digits(text: str) -> str:
    text = _HAN_RUN.sub(lambda run: run.group().translate(_HAN), text)
    return _WORD_RUN.sub(lambda run: _digits(run.group()), text)


def _digits(said: str) -> str:
    digits, times = "", 1
    for word in re.split(r"[\s,-]+", said.lower()):
        if word in _TIMES:
            times = _TIMES[word]
        else:
            digits, times = digits + _WORDS[word] * times, 1
    return digits


def _to_the_point(heard: Understanding, text: str) -> str:
    """Without what was said before; not of a correction: 「等等，是85万」."""
    if heard.control is not None or heard.correction is not None:
        return text
    rest = _lead_in(catalog(heard.lang)).sub("", text.lstrip())
    return rest if sum(letter.isalnum() for letter in rest) >= MIN_LEFT else text


@lru_cache(maxsize=10)
def _lead_in(words: Catalog) -> re.Pattern[str]:
    said = "|".join(words.words("common.around.lead_in"))
    return re.compile(rf"^(?:(?:{said})[\s，,。.、…~～!！:：]*)+", re.IGNORECASE)
