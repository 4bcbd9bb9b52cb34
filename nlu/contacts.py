"""Who at the customer a message is about: known to the CRM, or in Chinese found by the model of ``persons``.

Every candidate gets points; a colleague, a rival's man or the speaker is none.
"""

from collections.abc import Iterator

from nlu.bystanders import is_away, is_colleague, is_introduced, is_owner
from nlu.chunks import tokens
from nlu.company_like import begins_in_place, is_company_like
from nlu.everyday import is_word
from nlu.people import Person, is_title, is_worker
from nlu.persons import PERSON
from nlu.scene import Candidate, Scene
from nlu.stretches import chosen, spot
from nlu.wordlists import table

__all__ = ["contacts", "find_person"]

_OF_PEOPLE = frozenset({"field.contact", "field.position"})
_LIKELY, _PER_SHARE = 2, 4  # points of the person the model likes best
_FOLLOWS = 9  # of who was introduced or has taken over: more than of a known contact


def contacts(s: Scene) -> Iterator[Candidate]:
    """The candidates for the contact."""
    yield from _known(s)
    found = find_person(s) if s.m.lang == "zh" else None  # in English ``english_names`` weighs who else it may be
    if found:
        yield found


def _known(s: Scene) -> Iterator[Candidate]:
    """The contacts of the CRM in the message."""
    accounts = {(n.start, n.end) for n in s.m.names if n.name.kind == "customer"}
    for n in s.m.names:
        if n.name.kind == "contact" and not is_colleague(s.m, n.start, n.end) and not is_owner(s.m, n.end):
            is_aside = is_away(s.m, n.start, n.end) or (n.start, n.end) in accounts
            yield Candidate(8 * n.sure - (4 if is_aside else 0) - n.start / 1000, n.start, n.end, "known contact")


def find_person(s: Scene) -> Candidate | None:
    """Whom the model likes best, unless "nobody" is likelier. Where somebody stands, no firm is looked for."""
    spotted = spot(s, PERSON)
    none = 1 - sum(one.share for one in spotted)
    best = chosen([one for one in spotted if not _is_nobody(s, one.start, one.end)], none)
    if best is None:
        return None
    if is_away(s.m, best.start, best.end):  # who has followed them is meant: 换成了|潘婷|，原来的老黄离职了
        best = next((one for one in spotted if is_introduced(s.m, one.start)), best)
    start, end, share = best
    if not any((p.start, p.end) == (start, end) for p in s.m.people):
        others = [p for p in s.m.people if p.end <= start or end <= p.start]
        s.m.people = sorted([*others, Person(start, end, "where people stand")], key=lambda p: p.start)
        s.tokens = tokens(s.m)
    points = _FOLLOWS if is_introduced(s.m, start) else _LIKELY + _PER_SHARE * share - start / 1000
    return Candidate(points, start, end, "where people stand")


def _is_nobody(s: Scene, start: int, end: int) -> bool:
    """Is it a plain word, one that runs on (实|施太|慢), or a well-known company: 华为?"""
    behind = s.m.low[end : end + 1]
    titles = table("not_title_before").items() if behind else ()
    if s.m.low[start] == "老" and any(c.start == start + 1 for c in s.m.all("service.fault")):
        return True  # 打印机|老卡纸
    if any(behind in after and s.m.low.endswith(title, start, end) for title, after in titles):
        return True
    if is_worker(s.m.low[start:end]) or is_colleague(s.m, start, end):
        return True
    if any(c.kind.startswith("field.") and c.kind not in _OF_PEOPLE for c in s.m.cues_in(start, end)):
        return True  # 单号, 余款
    if any(p.start < end and start < p.end for p in s.m.people):
        return False
    if begins_in_place(s.m.low, start):
        return True  # 长|沙拾
    if is_word(s.m.low[start:end]) and not is_title(s.m.low[start:end]) and not is_introduced(s.m, start):
        return True  # 顾虑, 严重
    if end - start > 3 and is_company_like(s.m.low[start:end]):
        return True  # 雷沃重工
    return any(c.start < end and start < c.end for c in s.m.all("company.known"))
