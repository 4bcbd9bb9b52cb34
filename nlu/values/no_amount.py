"""Numbers that look like an amount by their scale, and are none: a grand opening, thanks a million, 4K screens, 3M,
0.02mm."""

import re
from typing import Final

from nlu.values.reader import Reader

__all__ = ["is_no_amount"]

_PICTURES: Final = re.compile(r"(?:超?高清|摄像|屏|电视|显示|视频|画质|分辨率|投影)")  # 4K 摄像头
# a grand |meeting; not a grand a month
_PRAISE: Final = re.compile(
    r"a grand (?!(?:an?|for|to|per|each|every|more|extra|off|and|or|in|on|of|if|is|was|but|plus|down|up|at|by|from|"
    r"with|cheaper|dearer|over|under|less|out|too|then|now|tops|max|total|upfront|net|the|this|next|as|all|"
    r"discount)\b)[a-z]"
)


def is_no_amount(r: Reader, at: int) -> bool:
    """Do the words around a number with a multiplier make it something else?"""
    token = r.tokens[at]
    if not token.scaled:
        return False
    if r.before(at, 7) == "thanks " or _PRAISE.match(r.text, token.start):
        return True
    if token.word == "3" and r.text[token.start : token.end] == "3m" and r.is_capital_at(token.end - 1):
        return True
    if r.text.endswith("mm", 0, token.end) and not r.is_capital_at(token.end - 1):
        return True  # $3mm and 1.3MM are millions
    return r.chinese and r.text[token.end - 1] == "k" and _PICTURES.match(r.text, token.end) is not None
