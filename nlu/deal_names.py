"""What a Chinese message calls an opportunity, by the model over stretches: 「蓝海|冷库改造|推进到谈判了」.

The customer found is one letter, as dates and amounts are. ``data/deals.weights`` is learned by
``python -m tests.nlu.learn_names``.
"""

from nlu.company_like import is_company_like
from nlu.everyday import is_everyday
from nlu.masks import masks
from nlu.nobodies import is_nobody
from nlu.patterns import pattern
from nlu.scene import Scene
from nlu.stretches import Page, Sought
from nlu.units import PAD, units

__all__ = ["DEAL", "NO_NAME"]

# Words beside a deal that name none: deal 84k, |close| by March; 建个商机，|就按|75万
NO_NAME = pattern(
    r"(?:close[sd]?|closing|deal|opp|yet|maybe|likely|probably|around|about|roughly|worth|due|done|soon|later|approx|"
    r"budget|value|total|expected|est|start(?:ing)?|live)"
    r"|(?:就|先|按|报|算|大概|估计|暂时|差不多|打算|写|填)+"
)

_LONGEST = 16  # units of a name
_CLOSED = frozenset("·&(-+的了吗呢吧啊着们")  # end none
_OPENS = frozenset("·&)-+的了吗呢吧啊们他她它你我")  # begin none
_EDGES = frozenset("^$ ,.:")
_LONG = 8
_TAIL = 2


def _units(s: Scene) -> tuple[str, list[int]]:
    spans = [(start, end, letter) for start, end, letter in masks(s.m) if letter not in "GOKN"]
    customer = s.slots.get("customer")
    if customer:
        spans = [span for span in spans if span[1] <= customer.start or customer.end <= span[0]]
        spans.append((customer.start, customer.end, "C"))
    return units(s.m, sorted(spans))


def _opens(letters: str, at: int) -> bool:
    return letters[at] not in _OPENS


def _shape(s: Scene, page: Page, first: int, last: int) -> list[str]:
    """What speaks for and against a stretch as a whole."""
    start, end = page.span(first, last)
    low = s.m.low[start:end]
    size = min(last - first, _LONG)
    before, behind = page.letters[first + PAD - 1], page.letters[last + PAD]
    found = [f"l{size}", f"v{is_everyday(low):d}{size}", f"g{before}{behind}", f"t{low[-_TAIL:]}"]
    found.append(f"d{before in _EDGES:d}{behind in _EDGES:d}{is_company_like(low):d}")
    if is_nobody(low):
        found.append("nobody")
    if s.is_rival(start, end):
        found.append("rival")
    inside = {kind for token in s.tokens_in(start, end) for kind in token.kinds}
    found += ["c" + kind for kind in sorted(inside)]
    return found + ["i" + letter for letter in page.letters[first + PAD + 1 : last + PAD - 1]]


def _none(s: Scene) -> list[str]:
    """What speaks for and against a message that names no deal."""
    return ["0", *["0" + kind for kind in s.m.kinds], *["0" + mark for mark in s.marks]]


DEAL = Sought(
    weights="deals.weights",
    name=pattern(rf"(?:[\u4e00-\u9fffaA0·&()+]|(?<=[aA0])[ -](?=[aA0])){{1,{_LONGEST}}}"),
    longest=_LONGEST,
    units=_units,
    opens=_opens,
    closed=_CLOSED,
    inside=(
        "suffix",
        "noise",
        "question.region",
        "field.",
        "object.",
        "service.",
        "log.",
        "channel.",
        "stage.",
        "verb.",
    ),
    shape=_shape,
    none=_none,
)
