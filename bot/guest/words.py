"""What a customer's words tell without a look at any record: the language, a score, whether two faults are the same."""

import re

from bot.talk.phrases import is_phrase, phrases
from config.catalog import Catalog
from config.phrasing import number_of, phrasing
from config.types import Language

STEM = 4  # letters in which "jammed" and "jamming" are one
_HAN_RUN = re.compile(r"[\u3400-\u9fff]{2,}")
_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]{2,}")
_NUMBER = re.compile(r"(?<![A-Za-z])SR[-\s]?(\d{1,17})(?!\d)", re.IGNORECASE)


def written_in(text: str) -> Language | None:
    """The language of a text, None where it is too short to have one."""
    if len(_HAN.findall(text)) >= 2:
        return "zh"
    return "en" if len(_LATIN.findall(text)) >= 2 and not _HAN.search(text) else None


def says(text: str, *, han: int, latin: int) -> bool:
    """Does it say so much: so many Chinese characters, or so many Latin words?"""
    return len(_HAN.findall(text)) >= han or len(_LATIN.findall(text)) >= latin


def score_in(words: Catalog, text: str) -> int | None:
    """The score that a text is: 5, 5分, 满意, "very satisfied"."""
    found = phrasing("score").fullmatch(text.strip().rstrip("。.!！"))
    if found is not None:
        return number_of(found[found.lastindex or 0])
    return next((n for n in range(1, 6) if is_phrase(words, f"desk.words.score_{n}", text)), None)


def request_in(text: str) -> tuple[int | None, str]:
    """The number of the request that a text names (SR-7), and the text without it."""
    found = _NUMBER.search(text)
    if found is None:
        return None, text
    return int(found.group(1)), text.replace(found.group(0), "").strip(" 　?？。.")


def is_alike(words: Catalog, text: str, other: str) -> bool:
    """Do two texts speak of the same thing? A fifth of the words, or pairs of characters, of the shorter is enough;
    those that stand in most complaints do not count."""
    generic = phrases(words, "desk.words.generic")
    said, known = ({piece[:STEM] for piece in _pieces(one) - generic} for one in (text, other))
    shared = said & known
    return bool(shared) and len(shared) * 5 >= min(len(said), len(known))


def _pieces(text: str) -> set[str]:
    found = {word.casefold() for word in _LATIN.findall(text) if len(word) > 3}
    return found.union(*({run[i : i + 2] for i in range(len(run) - 1)} for run in _HAN_RUN.findall(text)))
