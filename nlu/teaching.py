"""「POC 就是方案制定」: an administrator teaches a word in chat."""

from dataclasses import dataclass
from typing import Literal

from nlu.folding import fold
from nlu.lexicon import Lexicon
from nlu.patterns import pattern

__all__ = ["Teaching", "read_teaching"]


@dataclass(frozen=True, slots=True)
class Teaching:
    """A new word and what it stands for: ``Lexicon.teach(section, code, word)`` takes it up.

    For a product ``code`` is the nickname and ``word`` the name in the catalogue, as in config/lexicon.toml.
    """

    section: Literal["stage", "channel", "order_status", "request_status", "product"]
    code: str
    word: str
    meaning: str


_FORM = pattern(
    r"\s*(?:以后|今后|记住|注意|请记住|(?:再)?教你(?:一)?个?(?:新)?(?:词|说法|叫法)|from now on,?|note:?|remember:?|"
    r"(?:let me |i(?:'ll| will|'d like to) )?teach you (?:a|another|one) (?:new )?word)?"
    r"\s*[,，:：]?\s*(?:把|(?:我们)?(?:说|讲|提到)|when (?:we|i|someone) says? |(?:treat|take|read|count) )?"
    r"[「\"'“‘《]?(?P<word>[^「」\"'“”‘’《》,，。是叫]{1,30}?)[」\"'”’》]?\s*,?\s*"
    r"(?:这个词)?(?:就是指|就是说的?|就是|也是|就叫|等于|等同于|指的是|指的就是|的意思是|表示|代表|算作|算|当[作成]|看[作成]|视为|=|"
    r"(?<=[a-z0-9\"”'])\s(?:means|stands for|is short for|is the same as|is another (?:word|name) for|equals|"
    r"it means|we mean|as))"
    r"\s*(?:the |an? )?[「\"'“‘《]?(?P<meaning>[^「」\"'“”‘’《》,，。]{1,40}?)[」\"'”’》]?\s*(?:阶段|的意思|"
    r"这个阶段| stage)?\s*[。.!！]?\s*",
)
_SECTIONS = ("stage", "channel", "order_status", "request_status")


def read_teaching(text: str, lexicon: Lexicon, products: frozenset[str] = frozenset()) -> Teaching | None:
    """The teaching a short sentence holds, or None.

    The meaning must be a word of the lexicon (方案制定, 拜访 …) or a product; 「张总就是决策人」 teaches nothing.
    """
    if len(text) > 80:
        return None
    match = _FORM.fullmatch(fold(text))
    if match is None:
        return None
    word = text[slice(*match.span("word"))].strip()
    meaning = match.group("meaning").strip()
    for ending in ("", "阶段", " stage"):
        for kind in lexicon.kinds_of(meaning + ending):
            section, code = kind.split(".", 1)
            if section in _SECTIONS:
                said = text[slice(*match.span("meaning"))].strip()
                return Teaching(section, code, word, said)  # type: ignore[arg-type]
    named = {fold(product): product for product in products}
    if meaning in named:
        return Teaching("product", word, named[meaning], named[meaning])
    return None
