"""Who a message is about: the customer and the contact, known or not, and never a rival or a colleague.

Every candidate gets points for what stands beside it; the best one above the threshold wins. Ties go to the first.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from nlu.chunks import Chunk, given_names
from nlu.company_like import company_end, is_company_like
from nlu.message import Message
from nlu.people import bare_name
from nlu.scene import Scene

__all__ = ["find_parties", "person_at"]


class Candidate(NamedTuple):
    points: float
    start: int
    end: int
    why: str


_RIVAL_BEFORE = re.compile(
    r"(?:竞争对手|竞品|友商|竞对|对手|同行|输给(?:了)?|败给(?:了)?|被|比|不如|选(?:了|择了)|还有|对比(?:了)?|competitors?|rivals?|lost to|went with|chose|picked|vs\.?|versus|against|than|beat|instead of|compar\w+ (?:us )?(?:with|to)|incumbent|talking to|looking at|considering|competing with|undercut by|beaten by)(?:是|有|为|：|:|家|的|是指|\s)*(?:[\w·&.]{1,12}[、,/和与及 ])*$"
)
_RIVAL_AFTER = re.compile(
    r"^(?:也(?:在|给|报|来)|的?(?:报价|价格|方案)(?:更|比|才|只|低|便宜|是)|报(?:了|价|的)|那边(?:报|便宜|价格)|抢|便宜|更低|更便宜|截胡|中标|给(?:了|的)(?:价|更低)|\s*(?:is|are|was) (?:cheaper|offering|bidding|at |quoting|undercutting|also)|\s*(?:quoted|offered|bid|undercut|came in|underbid)|'s (?:price|quote|offer|bid))"
)
_COLLEAGUE_BEFORE = re.compile(
    r"(?:同事|我方|我司|带着?|带上|陪同|我们的|我们家|和我们|跟我们|my colleague|colleague|our \w+|teammate|together with|along with|alongside|took|brought)\s*$"
)
_COLLEAGUE_AFTER = re.compile(r"^(?:一起|一同|一块|陪同|陪我|带队|跟我|和我|与我|我们?(?:一起|俩))")
_LINK = re.compile(
    r"(?:的|家的|那边的?|这边的?|那里的?|方面的?|公司的?|集团的?|采购部?的?|技术部?的?|[\u4e00-\u9fff]{2,4}(?:部|科|处|中心|办)的?)?[\s:：,，、(（\-—·/|]*"
)
_PERSON_WORD = re.compile(r"[A-ZÀ-Þ][\w'’.-]*(?: [A-ZÀ-Þ][\w'’.-]*){0,2}")
_PINYIN_SURNAMES = frozenset(
    "zhang wang li liu chen yang zhao huang zhou wu xu sun hu zhu gao lin he guo ma luo liang song zheng xie han tang feng yu dong xiao cheng cao yuan deng fu shen zeng peng lu su jiang cai jia ding wei xue ye yan pan du dai xia zhong tian ren fan fang shi yao tan liao zou xiong jin lei bai cui kang mao qiu qin gu hou shao meng long wan duan qian kong chang qiao lai pang".split()
)  # fmt: skip


def find_parties(s: Scene, *, person_is_customer: bool = False) -> None:
    """Fills ``customer`` and ``contact``. ``person_is_customer``: a person alone is the customer (create_customer)."""
    _mark_rivals(s)
    people = sorted(_contacts(s), key=lambda c: (-c.points, c.start))
    contact = people[0] if people else None
    companies = [
        c
        for c in _customers(s, people)
        if not any(c.start < p.end and p.start < c.end for p in people[:1] if p.points > c.points)
    ]
    companies.sort(key=lambda c: (-c.points, c.start))
    if companies and companies[0].points >= 3:
        best = companies[0]
        s.put_text("customer", best.start, best.end, sure=min(1.0, best.points / 8), why=best.why)
    if contact and contact.points >= 2:
        if person_is_customer and "customer" not in s.slots:
            s.put_text("customer", contact.start, contact.end, sure=0.8, why=contact.why)
        elif not s.is_used(contact.start, contact.end):
            s.put_text("contact", contact.start, contact.end, sure=min(1.0, contact.points / 6), why=contact.why)


def _mark_rivals(s: Scene) -> None:
    low = s.m.low
    spans = [(n.start, n.end) for n in s.m.names if n.name.kind == "customer"]
    spans += [(c.start, c.end) for c in s.m.all("company.known")] + [(c.start, c.end) for c in s.chunks]
    for start, end in spans:
        before = low[max(0, start - 40) : start]
        cut = max(before.rfind(mark) for mark in "。；;\n.")
        before = before[cut + 1 :]
        if _RIVAL_BEFORE.search(before) or _RIVAL_AFTER.match(low[end : end + 30]):
            s.rivals.append((start, end))


# -- customers


def _customers(s: Scene, people: list[Candidate]) -> Iterable[Candidate]:
    m = s.m
    low = m.low
    heads = {p.start for p in people}
    for n in m.names:
        if n.name.kind == "customer" and not s.is_rival(n.start, n.end):
            points = 10 * n.sure + _beside(m, n.start, n.end, heads) - n.start / 1000
            yield Candidate(
                points, n.start, n.end, "known customer" if n.sure > 0.8 else "sounds like a known customer"
            )
    for cue in m.all("company.known"):
        if not s.is_rival(cue.start, cue.end):
            end = company_end(low, cue.end)
            yield Candidate(7 + _beside(m, cue.start, end, heads), cue.start, end, "well-known company")
    for chunk in s.chunks:
        if not s.is_rival(chunk.start, chunk.end):
            yield from _chunk_customer(s, chunk, heads)


def _beside(m: Message, start: int, end: int, heads: set[int]) -> float:
    """Points for a person right behind: 「国电南瑞的汤总」, 「蓝月亮（广州）王倩」."""
    link = _LINK.match(m.low, end)
    at = link.end() if link else end
    return 3.0 if at in heads or end in heads else 0.0


_LEFT_POINTS = {
    "func.role": 5.0, "object.customer": 4.5, "field.company": 5.0, "log.met": 4.0, "channel.visit": 4.0, "func.with": 3.0,
    "func.from": 4.0, "create.customer": 4.5, "object.follow_up": 3.5, "log.heading": 3.5, "func.to": 3.0,
    "create.contract": 3.0, "create.order": 3.0, "create.invoice": 3.0, "create.opportunity": 3.0, "create.request": 3.0,
    "object.contract": 2.5, "object.order": 2.5, "object.invoice": 2.5, "object.opportunity": 2.5, "object.request": 2.5,
    "channel.call": 2.0, "verb.show": 3.0, "verb.create": 2.0, "date": 1.5, "datetime": 1.5, "func.at": 2.5,
}  # fmt: skip
_RIGHT_POINTS = (
    "log.", "channel.", "stage.", "order_status.", "service.", "person.say", "field.expected_close", "object.order", "verb.change",
    "object.contract", "object.request", "object.invoice",
)  # fmt: skip
_TOPIC = (
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
    "field.next",
)


def _chunk_customer(s: Scene, chunk: Chunk, heads: set[int]) -> Iterable[Candidate]:
    m = s.m
    start, end = _company_part(m, chunk)
    text = m.text[start:end]
    if (
        len(text.strip()) < 2
        or text.replace(" ", "").isdigit()
        or (m.lang == "zh" and bare_name(text) and start in heads)
    ):
        return
    if _looks_like_person(text):
        return
    points = max((_LEFT_POINTS.get(kind, 0.0) for kind in chunk.left), default=0.0)
    why = "beside " + "/".join(chunk.left)
    if "func.at" in chunk.left and m.low[: chunk.start].rstrip().endswith("在"):
        points -= 3
    points += _beside(m, start, end, heads) * 5 / 3
    if is_company_like(m.low[start:end]):
        points += 3
        why = "named like a company"
    if any(kind.startswith(_RIGHT_POINTS) for kind in chunk.right):
        points += 2 if "edge" in chunk.left else 1
    if "edge" in chunk.left:
        points += 1 + (1.0 if chunk.index == 0 else 0)
    if any(kind in _TOPIC for kind in chunk.left):
        points -= 4
    if m.lang == "en" and not text[0].isupper():
        points -= 1
    yield Candidate(points - chunk.start / 1000, start, end, why)


def _company_part(m: Message, chunk: Chunk) -> tuple[int, int]:
    """The company in a chunk: up to its suffix or bracket (「蓝海超市收银机」 → 「蓝海超市」)."""
    piece = m.low[chunk.start : chunk.end]
    bracket = re.fullmatch(r"(.+?[)）])([\u4e00-\u9fff]{2,3})", piece)
    if bracket and bare_name(bracket.group(2)):
        return chunk.start, chunk.start + bracket.end(1)
    if m.lang == "zh":
        cut = company_end(m.low, chunk.start, inside=chunk.end)
        return chunk.start, cut if cut > chunk.start + 1 else chunk.end
    return chunk.start, chunk.end


# -- contacts


def _contacts(s: Scene) -> Iterable[Candidate]:
    m = s.m
    users = {(n.start, n.end) for n in m.names if n.name.kind == "user"}
    for n in m.names:
        if n.name.kind == "contact" and not _is_colleague(m, n.start, n.end):
            yield Candidate(8 * n.sure - n.start / 1000, n.start, n.end, "known contact")
    for person in m.people:
        if (person.start, person.end) not in users and not _is_colleague(m, person.start, person.end):
            yield Candidate(6 - person.start / 1000, person.start, person.end, person.why)
    for chunk in s.chunks:
        found = _chunk_person(s, chunk)
        if found and not _is_colleague(m, found.start, found.end) and (found.start, found.end) not in users:
            yield found


def _is_colleague(m: Message, start: int, end: int) -> bool:
    before, after = m.low[max(0, start - 16) : start], m.low[end : end + 8]
    return _COLLEAGUE_BEFORE.search(before) is not None or _COLLEAGUE_AFTER.match(after) is not None


_PERSON_LEFT = {
    "object.contact": 6.0,
    "field.name": 6.0,
    "func.is": 2.0,
    "func.with": 3.0,
    "log.met": 3.0,
    "channel.call": 2.0,
    "func.role": 0.5,
    "field.position": 3.0,
}


def _chunk_person(s: Scene, chunk: Chunk) -> Candidate | None:
    m = s.m
    text = m.text[chunk.start : chunk.end]
    points = max((_PERSON_LEFT.get(kind, 0.0) for kind in chunk.left), default=0.0)
    said = "person.say" in chunk.right or m.low.startswith("负责", chunk.end)
    if text[0] >= "\u4e00":
        tail = re.search(r"[)）\s]([\u4e00-\u9fff]{2,3})$", text)
        if tail and bare_name(tail.group(1)):
            return Candidate(5 - chunk.start / 1000, chunk.start + tail.start(1), chunk.end, "name behind a company")
        if not bare_name(text):
            return None
        if (
            points >= 5
            or (said and points >= 2)
            or said
            or "known.customer" in chunk.left
            or "company.known" in chunk.left
        ):
            return Candidate(max(points, 3.0) - chunk.start / 1000, chunk.start, chunk.end, "surname and given name")
        return None
    if not _looks_like_person(text):
        return (
            Candidate(points, chunk.start, chunk.end, "labelled")
            if points >= 6 and _PERSON_WORD.fullmatch(text)
            else None
        )
    return Candidate(max(points, 4.0) - chunk.start / 1000, chunk.start, chunk.end, "given name")


def _looks_like_person(text: str) -> bool:
    """Latin script only: a common given name first, or a Chinese name in pinyin."""
    if not _PERSON_WORD.fullmatch(text):
        return False
    words = text.casefold().replace(".", "").split()
    if is_company_like(" ".join(words)):
        return False
    if words[0] in given_names():
        return True
    return len(words) == 2 and bool(_PINYIN_SURNAMES & set(words)) and all(len(word) <= 6 for word in words)


def person_at(text: str) -> bool:
    """Could the whole text be a person's name, in either script?"""
    return bare_name(text) or _looks_like_person(text)
