"""Regular expressions for Chinese text, compiled in no time."""

import re

__all__ = ["compiled"]

# `re` looks at every character of a class: at 20,000 for a millisecond, for three where case is all the same. A letter
# or digit that is none of Europe's, in no width, is as good as a Chinese character, and compiled at once.
_HAN = (r"[\u4e00-\u9fff]", "[\u4e00-\u9fff]")
_ALIKE = r"[^\W\x00-\u052f\uff00-\uffef]"
# `re` runs to the next place of a letter at once, but asks at every character whether a word begins there. So the
# letter is looked for first, and then whether a word begins with it: \bwon is w(?<=\bw)on.
_WORD_BEGINS = re.compile(r"(?<!\\)\\b([a-z])(?![*+?{])")
_LETTER_FIRST = r"\1(?<=\\b\1)"


def compiled(source: str, flags: int = 0) -> re.Pattern[str]:
    """``re.compile``; what would cost much is spelt so that it costs little, and matches the same."""
    for spelt in _HAN:
        source = source.replace(spelt, _ALIKE)
    return re.compile(_WORD_BEGINS.sub(_LETTER_FIRST, source), flags)
