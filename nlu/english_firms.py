"""Unknown companies in English messages: every chunk gets points for its neighbours, its words and its place."""

from collections.abc import Iterator

from nlu.chunks import Chunk
from nlu.company_like import is_company_like
from nlu.contacts import Candidate, looks_like_person
from nlu.message import Message
from nlu.nobodies import is_nobody
from nlu.patterns import REACH, pattern
from nlu.places import is_account_by_place, is_subject
from nlu.scene import Scene
from nlu.wordlists import weights

__all__ = ["english_firms"]

_NAMED_LIKE, _BY_PLACE = "named like a company", "by its place in the sentence"
_CODE = pattern(r"[A-Za-z]{1,5}-?\d{2,}[\w-]*")
_COUNT = pattern(r" \d+$")  # ordered from Acme| 20
_SMALL_LETTER = pattern(r" [a-z]")
_RIGHT_POINTS = (
    "log.",
    "channel.",
    "stage.",
    "order_status.",
    "person.say",
    "field.expected_close",
    "object.order",
    "verb.change",
    "object.contract",
    "object.request",
    "object.invoice",
)
_NO_COMPANY = (
    "field.product",
    "field.opportunity",
    "field.handler",
    "field.amount",
    "field.measures",
    "field.position",
    "field.department",
    "field.contact",
    "object.contact",
    "field.address",
    "field.industry",
    "field.payment_terms",
    "field.name",
)
_PAPERS = frozenset(("object.contract", "object.order", "object.invoice"))


def english_firms(s: Scene, heads: set[int]) -> Iterator[Candidate]:
    """The candidates for the customer among what nothing has explained. ``heads``: where people stand."""
    yield from _well_known(s, heads)
    is_known = any(n.name.kind == "contact" and n.sure >= 1 for n in s.m.names)  # whose company need not be said
    for chunk in s.chunks:
        found = None if s.is_rival(chunk.start, chunk.end) else _weighed(s, chunk, heads)
        if found and (not is_known or found.why in (_NAMED_LIKE, _BY_PLACE)):
            yield found


_CARRIED = pattern(r"\b(?:by|via|with) $")
_MAKES = pattern(r" ?(?:plc|cpu|dcs|erp|mes|hmi|led)")


def _well_known(s: Scene, heads: set[int]) -> Iterator[Candidate]:
    """Companies everybody knows, but not who carries the goods, nor whose goods they are."""
    m = s.m
    for cue in m.all("company.known"):
        carries = _CARRIED.search(m.low, max(0, cue.start - REACH), cue.start) and is_nobody(m.low[cue.start : cue.end])
        if not s.is_rival(cue.start, cue.end) and not carries:
            points = 7 + beside(m, cue.start, cue.end, heads) - (4 if _MAKES.match(m.low, cue.end) else 0)
            yield Candidate(points, cue.start, cue.end, "well-known company")


_LINK = pattern(r"[\s:,(\-—·/|]*")


def beside(m: Message, start: int, end: int, heads: set[int]) -> float:
    """Points for a person right behind."""
    link = _LINK.match(m.low, end)
    return 3.0 if (link and link.end() in heads) or end in heads else 0.0


def _weighed(s: Scene, chunk: Chunk, heads: set[int]) -> Candidate | None:
    count = _COUNT.search(s.m.low, chunk.start, chunk.end)
    start, end = chunk.start, count.start() if count else chunk.end
    text = s.m.text[start:end]
    is_code = len(text.strip()) < 2 or not any(map(str.isalpha, text)) or _CODE.fullmatch(text)
    if is_code or looks_like_person(text) or (is_nobody(text.lower()) and not _ITS_DEAL.match(s.m.low, end)):
        return None
    is_named = is_company_like(text.lower())
    points = _by_neighbours(s, chunk, start, is_named) + beside(s.m, start, end, heads) * 5 / 3
    points += _by_words(s, chunk, text, end, is_named)
    if points > -4 and (is_subject(s.m, chunk, start, end) or _pointed_at(s.m, chunk, start, end)):
        points = max(points, 4.0)
        why = _NAMED_LIKE if is_named else _BY_PLACE
    else:
        why = _NAMED_LIKE if is_named else "beside " + "/".join(chunk.left)
    if not is_named and any(v.unit not in (None, "times") and v.start - end in (0, 1) for v in s.m.values):
        points -= 3  # ordered |turbines| 20 units
    return Candidate(points - chunk.start / 1000, start, end, why)


_ITS_DEAL = pattern(r"(?:deal|opp\b)")
_WORKS_AT = pattern(
    r"\b(?:(?:he|she|who)(?:'s| is| has)?(?: now| just)? (?:at|with|joined|moved (?:over )?to)|works (?:at|for)) $"
)


def _by_neighbours(s: Scene, chunk: Chunk, start: int, is_named: bool) -> float:
    """Points for what stands before and behind."""
    m = s.m
    points = max((weights("company_left").get(kind, 0.0) for kind in chunk.left), default=0.0)
    if "code" in chunk.left and m.text[start].isupper() and not s.marks.isdisjoint(_PAPERS):
        points += 3  # contract CA-2026-19 |Caffè Aurora|
    if not s.marks.isdisjoint({"visit", "visit_perhaps"}) and _behind_person(s, start, chunk.end):
        points = max(points, 4.0)  # w/ Hugo Marchand, |Delta Ciment|,
    if _WORKS_AT.search(m.low, max(0, start - REACH), start):
        points = max(points, 6.0)  # he's now at Rheintech
    labelled = not {"field.name", "field.opportunity"}.isdisjoint(chunk.left)
    makes_customer = "create.customer" in s.marks and "create.opportunity" not in s.marks
    if any(kind in _NO_COMPANY for kind in chunk.left) and not (labelled and (makes_customer or is_named)):
        points -= 4
    if "log.topic" in chunk.left and not is_named:
        points -= 5
    return points


def _by_words(s: Scene, chunk: Chunk, text: str, end: int, is_named: bool) -> float:
    """Points for how it is written and where in its clause it stands."""
    m, opens = s.m, not {"edge", "colon"}.isdisjoint(chunk.left)
    points = 3.0 if is_named else 0.0
    is_followed = any(kind.startswith(_RIGHT_POINTS) for kind in chunk.right)
    if is_followed:
        points += 2 if "edge" in chunk.left else 1
    if opens:
        if "edge" in chunk.right and not s.marks.isdisjoint({"phone", "email"}) and " " in text:
            points += 2
        points += 1 + (1.0 if chunk.number == 0 else 0)
        if chunk.number == 0 and "edge" in chunk.right and "create.customer" in s.marks:
            points += 1
    start = end - len(text)
    opened = m.low[chunk.start - 1 : chunk.start] == "(" and chunk.start > 0
    closed = m.low[end : end + 1] == ")" and "(" in m.low[max(0, start - 30) : start]  # (VP Ops, Lakeshore Transit)
    if (opened or closed) and len(text) > 2:
        points += 3
    if _opens_sentence(m, chunk, text):
        points -= 1.5 if is_followed else 3
    return points


def _behind_person(s: Scene, start: int, end: int) -> bool:
    """Does it stand between marks, right behind a person's name?"""
    low = s.m.low
    named = any(c.end == start - 2 and looks_like_person(s.m.text[c.start : c.end]) for c in s.chunks)
    return named and low.startswith(", ", start - 2) and low[end : end + 1] in (",", ".", ";", ":", "")


def _pointed_at(m: Message, chunk: Chunk, start: int, end: int) -> bool:
    told = {"field.address", "field.product", "field.handler", "field.name", "field.opportunity", "verb.assign"}
    return told.isdisjoint(chunk.left) and is_account_by_place(m, start, end)


def _opens_sentence(m: Message, chunk: Chunk, text: str) -> bool:
    """One capitalised word at the head of a sentence, which any word is (Quick chat …)."""
    if "edge" not in chunk.left or " " in text or "edge" in chunk.right or is_company_like(text.lower()):
        return False
    return _SMALL_LETTER.match(m.text[chunk.end : chunk.end + 2]) is not None
