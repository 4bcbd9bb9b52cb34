"""Unknown companies in Chinese messages, by the model over stretches.

People are one letter each, like dates and amounts. ``data/firms.weights`` is learned by
``python -m tests.nlu.learn_names``.
"""

from nlu.company_like import company_start, is_company_like
from nlu.everyday import is_everyday
from nlu.masks import masks
from nlu.nobodies import is_nobody
from nlu.patterns import pattern
from nlu.people import FREQUENT_SURNAMES, bare_name
from nlu.scene import Scene
from nlu.stretches import Page, Sought
from nlu.units import PAD, units

__all__ = ["FIRM"]

LONGEST = 20  # units of a name: 四川麻辣先生餐饮管理有限公司
_LONG = 12
_OPENS = frozenset("0()·&他她它你谁咱的了吗呢吧啊们")  # begin no name
_CLOSED = frozenset("·&(的了吗呢吧啊着们")  # end none
_EDGES = frozenset("^$ ,.:")
_HAN = "\u2e80"


def _units(s: Scene) -> tuple[str, list[int]]:
    return units(s.m, masks(s.m))


def _opens(letters: str, at: int) -> bool:
    return letters[at] not in _OPENS


def _shape(s: Scene, page: Page, first: int, last: int) -> list[str]:
    """What speaks for and against a stretch as a whole."""
    start, end = page.span(first, last)
    low = s.m.low[start:end]
    size = last - first
    is_named = is_company_like(low)
    is_plain = low[0] > _HAN and is_everyday(low)
    edges = (page.letters[first + PAD - 1] in _EDGES) + (page.letters[last + PAD] in _EDGES)
    found = [f"l{min(size, _LONG)}", f"v{is_plain:d}{is_named:d}{min(5, size)}", f"d{edges}{is_named:d}"]
    if bare_name(low):
        found.append(f"n{size}{low[0] in FREQUENT_SURNAMES:d}")
    if is_nobody(low):
        found.append("nobody")
    if company_start(low, 2) == 0:
        found.append(f"place{min(5, size)}")
    if s.is_rival(start, end):
        found.append("rival")
    if s.m.has("company.known") and any(
        t.start == start and t.end == end and "company.known" in t.kinds for t in s.tokens
    ):
        found.append("known")
    return found + ["i" + letter for letter in page.letters[first + PAD + 1 : last + PAD - 1]]


def _none(s: Scene) -> list[str]:
    """What speaks for and against a message that names no company."""
    return ["0", *["0" + kind for kind in s.m.kinds]]


FIRM = Sought(
    weights="firms.weights",
    name=pattern(rf"P?(?:[\u4e00-\u9fffaA0·&()]|(?<=A) (?=A)){{1,{LONGEST}}}"),
    longest=LONGEST,
    units=_units,
    opens=_opens,
    closed=_CLOSED,
    inside=("suffix", "noise", "question.region", "field.opp"),  # 有限公司, 北方机床, 方案 in 方案公司
    shape=_shape,
    none=_none,
)
