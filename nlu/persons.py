"""The contact of a Chinese message, by the model over stretches: 「林院」, 「老板娘」, 「采购阿 Ken」, 「王芳」.

Here people are read as they are written. ``data/people.weights`` is learned by ``python -m tests.nlu.learn_names``.
"""

from functools import cache

from nlu.bystanders import is_above, is_away, is_colleague, is_introduced
from nlu.chunks import given_names
from nlu.company_like import is_company_like
from nlu.everyday import is_everyday
from nlu.masks import masks
from nlu.nobodies import is_nobody
from nlu.patterns import pattern
from nlu.people import (
    FREQUENT_SURNAMES,
    bare_name,
    is_set_off_surname,
    is_surname,
    is_title,
    opening_letters,
    single_surnames,
)
from nlu.scene import Scene
from nlu.stretches import Page, Sought
from nlu.units import PAD, units

__all__ = ["PERSON"]

_LONGEST = 7  # units of a name: 欧阳副总经理
_LONGEST_TITLE = 4
_NICKS = "老小阿大"
_CALLED = frozenset("哥姐叔嫂姨婆")  # 胖哥, 芳姐: whatever stands before
_CLOSED = frozenset("·&(0的了吗呢吧啊着们")  # end none
_EDGES = frozenset("^$ ,.:")
_FIRM_BEFORE = 12  # characters
_EARLIER = 2  # people before


def _units(s: Scene) -> tuple[str, list[int]]:
    return units(s.m, masks(s.m, people=False))


@cache
def _openers() -> frozenset[str]:
    return frozenset("Aa" + _NICKS) | single_surnames()


def _opens(letters: str, at: int) -> bool:
    """Latin names; surnames and nicknames; 领导, 胖|哥: what a title is or follows."""
    letter, behind = letters[at], letters[at + 1]
    if letter in _openers() or behind in _CALLED:
        return True
    if letter not in opening_letters():
        return False
    return (
        is_title(letters[at : at + 2])
        or is_title(letters[at : at + 3])
        or is_surname(letters[at : at + 2])
        or (is_set_off_surname(letter) and any(is_title(letters[at + 1 : at + 1 + n]) for n in (1, 2, 3)))
    )


def _title(low: str) -> str:
    """The title at the end, or ""."""
    for size in range(min(_LONGEST_TITLE, len(low)), 0, -1):
        if is_title(low[-size:]):
            return low[-size:]
    return ""


def _sort(text: str, low: str) -> str:
    """What the part of a name before its title is like."""
    if not low:
        return "0"
    if low[0] < "\u2e80":
        return _latin_sort(text, low)
    if low in FREQUENT_SURNAMES:
        return "S"
    if is_surname(low) or is_set_off_surname(low):
        return "s"
    if low[0] in _NICKS and len(low) == 2:
        return "K" if low[1] in FREQUENT_SURNAMES else "k"
    if bare_name(low):
        return ("N" if low[0] in FREQUENT_SURNAMES else "n") + str(len(low))
    return f"?{min(len(low), 3)}"


def _latin_sort(text: str, low: str) -> str:
    if not text[0].isupper():
        return "a"
    if low.split()[0].rstrip(".") in given_names():
        return "L"
    return "U" if len(text) > 1 and text[:2].isupper() else "A"


def _shape(s: Scene, page: Page, first: int, last: int) -> list[str]:
    """What speaks for and against a stretch as a whole."""
    start, end = page.span(first, last)
    m = s.m
    low = m.low[start:end]
    title = _title(low)
    head = low[: len(low) - len(title)]
    sort = (
        "s" if title and not is_surname(head) and is_surname(head, is_called=True) else _sort(m.text[start:end], head)
    )
    edges = f"{page.letters[first + PAD - 1] in _EDGES:d}{page.letters[last + PAD] in _EDGES:d}"
    found = [
        f"l{last - first}",
        f"t{title}",
        f"h{sort}{title[-1:]}",
        f"H{sort}{bool(title):d}",
        f"d{edges}{sort}{bool(title):d}",
    ]
    if not title:
        found.append(f"q{_sort(m.text[start:end], low[:-1])}{low[-1]}")  # 林|院, 陈|科
        found.append(f"w{is_everyday(low):d}{sort}")
        if is_company_like(m.low[start : end + 1]) or is_company_like(m.low[start : end + 2]):
            found.append("firms")  # 曲江文|旅
    if is_nobody(low):
        found.append("nobody")
    if is_company_like(low):
        found.append("firm")
    found += _around(s, start, end, sort)
    return found + ["i" + letter for letter in page.letters[first + PAD + 1 : last + PAD - 1]]


def _around(s: Scene, start: int, end: int, sort: str) -> list[str]:
    """What the rest of the message says about somebody there."""
    m = s.m
    found = []
    titled = [p for p in m.people if p.start < end and start < p.end]
    if titled:
        found.append("same" if (titled[0].start, titled[0].end) == (start, end) else "over")
    earlier = sum(p.end <= start for p in m.people)
    found.append(f"o{min(earlier, _EARLIER)}")
    known = [n for n in m.names if n.name.kind == "contact" and n.start < end and start < n.end]
    if known:
        found.append("known" if (known[0].start, known[0].end) == (start, end) else "knownover")
    if _follows_firm(s, start):
        found.append("behind" + sort[0])
    if s.is_rival(start, end):
        found.append("rival")
    if is_colleague(m, start, end):
        found.append("colleague")
    if is_away(m, start, end):
        found.append("away")
    if is_above(m, start):
        found.append("above")
    if is_introduced(m, start):
        found.append("introduced")
    return found


_LINK = pattern(r"(?:那边|这边|公司)?的?\s?$")


def _follows_firm(s: Scene, start: int) -> bool:
    """Does a firm's name end right before, or before 的?"""
    low = s.m.low
    link = _LINK.search(low, max(0, start - 5), start)
    end = link.start() if link else start
    if any(n.end == end and n.name.kind == "customer" for n in s.m.names):
        return True
    if any(c.end == end for c in s.m.all("company.known")):
        return True
    return end >= 3 and is_company_like(low[max(0, end - _FIRM_BEFORE) : end])


def _none(s: Scene) -> list[str]:
    """What speaks for and against a message that names nobody."""
    titled = min(len(s.m.people), 2)
    return ["0", f"0p{titled}", *["0" + kind for kind in s.m.kinds]]


PERSON = Sought(
    weights="people.weights",
    name=pattern(rf"(?:[\u4e00-\u9fffaA·]|(?<=[aA]) (?=A)){{1,{_LONGEST}}}"),
    longest=_LONGEST,
    units=_units,
    opens=_opens,
    closed=_CLOSED,
    inside=("suffix", "noise", "person", "known.contact", "field.position", "func.role", "field.contact"),
    shape=_shape,
    none=_none,
)
