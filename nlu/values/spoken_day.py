"""Days of the month that are said in a word: on the fifteenth, by the fifth."""

from nlu.patterns import pattern
from nlu.values.reader import Reader

__all__ = ["is_spoken_day"]

# on |the fifteenth|, for the twenty-second; not the fifth floor, for the tenth time
_BEFORE_DAY = pattern(r"\b(?:on|for|by|until|till|before|after|since|from|to|me|it|that) the $")
_BEHIND_DAY = pattern(
    r"\s*(?:$|[,.;!?)\n]|(?:to|at|and|or|with|in the|i|we|he|she|they|then|instead|please|about|around)\b)"
)


def is_spoken_day(r: Reader, at: int) -> bool:
    """Is an ordinal that is said in a word a day of the month?"""
    token = r.tokens[at]
    before = r.text[max(0, token.start - 12) : token.start]
    return _BEFORE_DAY.search(before) is not None and _BEHIND_DAY.match(r.text, token.end) is not None
