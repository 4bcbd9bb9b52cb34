"""Regular expressions for Chinese text, compiled in no time."""

import re

__all__ = ["compiled"]

# `re` looks at every character of a class: at 20,000 for a millisecond, for three where case is all the same. A letter
# or digit that is none of Europe's, in no width, is as good as a Chinese character, and compiled at once.
_HAN = (r"[\u4e00-\u9fff]", "[\u4e00-\u9fff]")
_ALIKE = r"[^\W\x00-\u052f\uff00-\uffef]"


def compiled(source: str, flags: int = 0) -> re.Pattern[str]:
    """``re.compile``; a class of all Chinese characters and nothing else is taken for what costs little."""
    for spelt in _HAN:
        source = source.replace(spelt, _ALIKE)
    return re.compile(source, flags)
