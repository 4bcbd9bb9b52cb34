"""Who a message is about: the customer and the contact, known or not, and never a rival or a colleague.

Every candidate gets points for what stands beside it; the best one above the threshold wins. Ties go to the first.
"""

from collections.abc import Iterable
from functools import partial

from nlu.chunks import Chunk
from nlu.company_like import company_end, company_start, is_company_like, is_stop
from nlu.company_part import company_part, is_nobody
from nlu.contacts import Candidate, contacts, looks_like_person
from nlu.everyday import cuts_a_word, is_everyday
from nlu.frames import framed_companies
from nlu.lexicon import Cue
from nlu.message import Message
from nlu.patterns import REACH, pattern
from nlu.people import FREQUENT_SURNAMES, bare_name
from nlu.places import is_account_by_place, is_subject, reports
from nlu.rivals import mark_rivals
from nlu.scene import Scene
from nlu.wordlists import weights

__all__ = ["find_parties"]

_HAN = "\u2e80"
_CODE = pattern(r"[A-Za-z]{1,5}-?\d{2,}[\w-]*")
_SMALL_LETTER = pattern(r" [a-z]")
_LINK = pattern(
    r"(?:的|家的|那边的?|这边的?|那里的?|方面的?|公司的?|集团的?|采购部?的?|技术部?的?|"
    r"[\u4e00-\u9fff]{2,4}(?:部|科|处|中心|办)的?)?[\s:：,，、(（\-—·/|]*"
)


def find_parties(s: Scene, *, person_is_customer: bool = False, named_only: bool = False) -> None:
    """Fills ``customer`` and ``contact``. ``person_is_customer``: a person alone is the customer (create_customer)."""
    mark_rivals(s)
    people = sorted(contacts(s), key=lambda c: (-c.points, c.start))
    contact = people[0] if people else None
    companies = [
        c
        for c in _customers(s, people)
        if not any(c.start < p.end and p.start < c.end for p in people[:1] if p.points >= c.points)
    ]
    if named_only:
        companies = [c for c in companies if c.why in _NAMED or c.points >= 5.5]
    companies.sort(key=lambda c: (-c.points, c.start))
    if companies and companies[0].points >= 2.4:
        best = companies[0]
        s.put_text("customer", best.start, best.end, sure=min(1.0, best.points / 8), why=best.why)
    if contact and contact.points >= 2:
        if person_is_customer and "customer" not in s.slots:
            s.put_text("customer", contact.start, contact.end, sure=0.8, why=contact.why)
        elif not s.is_used(contact.start, contact.end):
            s.put_text("contact", contact.start, contact.end, sure=min(1.0, contact.points / 6), why=contact.why)


_BY_PLACE = "by its place in the sentence"
_NAMED = ("known customer", "sounds like a known customer", "well-known company", "named like a company", _BY_PLACE)


# -- customers


def _customers(s: Scene, people: list[Candidate]) -> Iterable[Candidate]:
    m = s.m
    heads = {p.start for p in people}
    for n in m.names:
        other = _another_firm(s, n.start, n.end) if n.name.kind == "customer" else None
        if other is not None:
            yield Candidate(12, n.start, other, "named like a company")
        elif n.name.kind == "customer" and not s.is_rival(n.start, n.end):
            points = 10 * n.sure + _beside(m, n.start, n.end, heads) - n.start / 1000
            yield Candidate(
                points, n.start, n.end, "known customer" if n.sure > 0.8 else "sounds like a known customer"
            )
    is_told = m.has("object.customer") or "create.customer" in s.marks or _ONE_OF.search(m.low)
    called = _CALLED.search(m.low) if is_told else None
    if called and m.lang == "zh" and not bare_name(called.group("n")):
        yield Candidate(7, *called.span("n"), "named like a company")
    for cue in map(partial(_with_brand, s), m.all("company.known")):
        if not s.is_rival(cue.start, cue.end) and not _carries(m, cue):
            points = 7 + _beside(m, cue.start, cue.end, heads) - (4 if _MAKES.match(m.low, cue.end) else 0)
            yield Candidate(points, cue.start, cue.end, "well-known company")
    if any(n.name.kind == "customer" and n.sure >= 1 and not s.is_rival(n.start, n.end) for n in m.names):
        return  # a name the CRM knows beats any guess
    is_known = any(n.name.kind == "contact" and n.sure >= 1 for n in m.names)  # whose company need not be said
    if not is_known and not any(mark.startswith("create.") for mark in s.marks):
        yield from framed_companies(s, people)
    for chunk in s.chunks:
        if not s.is_rival(chunk.start, chunk.end):
            yield from (c for c in _chunk_customer(s, chunk, heads) if not is_known or c.why in _NAMED)


# 西门子|PLC必须的: whose goods they are
_MAKES = pattern(
    r" ?(?:plc|cpu|dcs|erp|mes|hmi|led)|的(?:产品|设备|系统|机器|控制器|传感器|芯片|电机|阀|泵|轴承|网关|价)"
)
_MARK = pattern(r"[^\w（）()·&-]")
_MORE_OF_NAME = pattern(r"(?: (?-i:[A-Z])[\w&'-]*){1,4}(?=\s*(?:[,.;:\n]|$))")


def _another_firm(s: Scene, start: int, end: int) -> int | None:
    """Where a new customer ends whose name begins like that of a known one: 中兴|装饰工程, Harbor Foods| Logistics."""
    if "create.customer" not in s.marks:
        return None
    if s.m.lang == "en":
        more = _MORE_OF_NAME.match(s.m.text, end)
        return more.end() if more else None
    mark = _MARK.search(s.m.low, end)
    whole = company_end(s.m.low, start, inside=mark.start() if mark else len(s.m.low))
    return whole if whole > end and is_company_like(s.m.low[start:whole]) else None


# 有个客户，叫|杭州遇见出海|，…
_CALLED = pattern(
    r"(?:名叫|名字叫|叫做?|公司名称?|客户名称?|名称)(?:是|为|[:：])?\s*(?P<n>(?:(?!的)[\u4e00-\u9fffa-z0-9（）()·&]){3,20})(?=[，。,;；\s]|$)"
)
_ONE_OF = pattern(r"(?:[一这那有]家|有个客户)[^，。,;；\n]{0,14}")
# 见了一家做锂电隔膜的，|星源材质|，…
_IN_APPOSITION = pattern(r"(?:[一这那有]家|个客户)[^，。,;；\n]{0,14}的?[，, ]$")


def _is_brand(name: str) -> bool:
    """埃安, 镇海炼化"""
    if len(name) == 1:  # 宁波港|机
        return name in "机云链通汇家优网"
    if len(name) == 3:  # 中车|戚墅堰
        return not name.isascii() and not is_nobody(name) and not is_everyday(name)
    return len(name) == 2 or (len(name) == 4 and is_company_like("某某" + name))


def _with_brand(s: Scene, cue: Cue) -> Cue:
    """A well-known company with the two characters that tell which of its firms it is: 广汽|埃安, 一汽|解放."""
    brand = next((c for c in s.chunks if c.start == cue.end and _is_brand(s.m.low[c.start : c.end])), None)
    name = s.m.low[brand.start : brand.end] if brand else ""
    owns = brand is not None and s.m.low[brand.end : brand.end + 1] == "的"
    owns = owns and any(p.start == brand.end + 1 for p in s.m.people if brand)  # 中铁|隧道|的章工
    is_person = bare_name(name) and name[0] in FREQUENT_SURNAMES and not is_nobody(name)
    if brand is None or s.m.lang != "zh" or (is_everyday(name) and not owns) or is_person:
        return cue
    follows = ("的", "那边", " ", "之前", "最近", "上次")
    ends = not {"edge", "log.met", "person"}.isdisjoint(brand.right) or s.m.low.startswith(follows, brand.end)
    return cue._replace(end=brand.end) if ends else cue


def _beside(m: Message, start: int, end: int, heads: set[int]) -> float:
    """Points for a person right behind: 「国电南瑞的汤总」, 「蓝月亮（广州）王倩」."""
    link = _LINK.match(m.low, end)
    at = link.end() if link else end
    return 3.0 if at in heads or end in heads else 0.0


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


_WORKS_AT = pattern(
    r"\b(?:(?:he|she|who)(?:'s| is| has)?(?: now| just)? (?:at|with|joined|moved (?:over )?to)|works (?:at|for)) $"
)


def _behind_person(s: Scene, start: int, end: int) -> bool:
    """Does it stand between marks, right behind a person's name?"""
    low = s.m.low
    named = any(c.end == start - 2 and looks_like_person(s.m.text[c.start : c.end]) for c in s.chunks)
    return named and low.startswith(", ", start - 2) and low[end : end + 1] in (",", ".", ";", ":", "")


def _apart(low: str, start: int, end: int) -> bool:
    """Does it stand by itself, with more behind it?"""
    return start > 0 and low[start - 1] in " ，,:：" and low[end : end + 1] in (" ", "，", ",") and end - start >= 3


_GOODS = frozenset("套台件只个支箱吨条瓶桶双把辆块张")


def _is_unit(m: Message, chunk: Chunk, end: int) -> bool:
    """Does it stand apart from the person behind it, and not first: 丰裕米业 |烘干塔| 谭老板?"""
    return m.lang == "zh" and chunk.number > 0 and m.low[end : end + 1] in (" ", "，", ",")


def _opens_firm(s: Scene, at: int) -> bool:
    """Does a chunk named like a company begin here?"""
    return any(c.start == at and is_company_like(s.m.low[slice(*company_part(s.m, c))]) for c in s.chunks)


_CARRIED = pattern(r"(?:[发寄走用叫找让]|[走发]的|快递|\bby|\bvia|\bwith)了? ?$")


def _carries(m: Message, cue: Cue) -> bool:
    """RC0902 已发|顺丰: who carries the goods"""
    carried = _CARRIED.search(m.low, max(0, cue.start - REACH), cue.start)
    return carried is not None and is_nobody(m.low[cue.start : cue.end])


_ABOUT_US = pattern(r"(?:的|(?:嫌|说|觉得|认为|让|要|请|催|怪|希望|要求|问|给|对|比|帮|叫)我们?)$")
_ITS_DEAL = pattern(r"(?:那个|这个|那|这|的)?(?:deal|opp\b|单子|单\b|商机|项目)")
_LABELLED = pattern(r"(?:客户|公司|单位|甲方|客户名称?)(?:(?:是|叫|为|[:：])\s*|\s+)$")


def _chunk_customer(s: Scene, chunk: Chunk, heads: set[int]) -> Iterable[Candidate]:
    m = s.m
    start, end = company_part(m, chunk)
    text = m.text[start:end]
    if (
        len(text.strip()) < 2
        or not any(map(str.isalpha, text))
        or _CODE.fullmatch(text)
        or (m.lang == "zh" and bare_name(text) and start in heads)
    ):
        return
    if text[0] == "连" and {"func.filler", "func.not"} & {*chunk.right}:
        return  # |连标|都没进
    if looks_like_person(text) or (is_nobody(m.low[start:end]) and not _ITS_DEAL.match(m.low, end)):
        return
    if text.startswith("个") and not text.startswith("个旧"):
        return  # 给|个准信
    points = max((weights("company_left").get(kind, 0.0) for kind in chunk.left), default=0.0)
    why = "beside " + "/".join(chunk.left)
    if m.lang == "zh" and {"edge", "colon"} & {*chunk.left} and company_start(m.low, start + 2) == start:
        points += 2 if "edge" in chunk.right else 1  # 陕西有色
    papers = {"object.contract", "object.order", "object.invoice"}
    if m.lang == "en" and "code" in chunk.left and text[0].isupper() and not s.marks.isdisjoint(papers):
        points += 3  # contract CA-2026-19 |Caffè Aurora|
    told = not s.marks.isdisjoint({"visit", "visit_perhaps"})
    if m.lang == "en" and told and _behind_person(s, start, end):
        points = max(points, 4.0)  # w/ Hugo Marchand, |Delta Ciment|,
    if m.lang == "en" and _WORKS_AT.search(m.low, max(0, start - REACH), start):
        points = max(points, 6.0)  # he's now at Rheintech
    heads_with_person = bool(s.chunks) and bare_name(m.low[s.chunks[0].start : s.chunks[0].end])
    if chunk.number == 1 and heads_with_person and "create.customer" in s.marks and _apart(m.low, start, end):
        points += 3  # 新开客户 屈倩 |虎邦辣酱|
    if chunk.number == 0 and "create.opportunity" in s.marks and m.lang == "zh" and _apart(m.low, start, end):
        points += 1  # 建个商机吧 |爱婴室| 吸奶器
    if "func.pronoun" in chunk.left and m.lang == "zh" and text[0] < _HAN:
        points = max(points, 4.0)  # 她们 Skyline
    if m.lang == "zh" and m.low[end : end + 1] == "的" and _opens_firm(s, end + 1):
        points -= 3  # 德清的|佳和塑业
    is_labelled = _LABELLED.search(m.low, max(0, start - 8), start) is not None
    if is_labelled:
        points = max(points, 5.0)
    if m.lang == "zh" and "edge" in chunk.right and _IN_APPOSITION.search(m.low, max(0, start - 24), start):
        points = max(points, 5.0)
    if "service.ours" in chunk.left and m.lang == "zh" and _ABOUT_US.search(m.low, max(0, start - REACH), start):
        points -= 4  # 我们的净水器, 嫌我们交期长
    is_way = any(kind.startswith(("log.met", "channel.visit")) for kind in chunk.right)  # 去天津拜访
    if "func.at" in chunk.left and (
        m.low[: chunk.start].rstrip().endswith("在") or (is_way and is_stop(m.low, start, end))
    ):
        points -= 3
    if m.lang == "en" or not is_everyday(m.low[start:end]):  # 值班的阮主管
        points += _beside(m, start, end, heads) * (1 if _is_unit(m, chunk, end) else 5 / 3)
    if is_company_like(m.low[start:end]):
        points += 3
        why = "named like a company"
        if chunk.number == 0 and m.lang == "zh" and {"edge", "colon"} & {*chunk.left} and end - start >= 4:
            points += 2.5  # |丰裕米业| 烘干塔 谭老板
        if chunk.number > 0 and any(v.unit in _GOODS and v.start == end for v in m.values):
            points -= 2.5  # 团建服装|200套
    elif "number" in chunk.right and m.lang == "zh" and m.low[end : end + 1].isdigit():
        points -= 3  # 遥控车|2000台
    if any(kind.startswith(_RIGHT_POINTS) for kind in chunk.right):
        points += 2 if "edge" in chunk.left else 1
    if "edge" in chunk.left or "colon" in chunk.left:
        if "edge" in chunk.right and not s.marks.isdisjoint({"phone", "email"}) and (m.lang == "zh" or " " in text):
            points += 2
        points += 1 + (1.0 if chunk.number == 0 else 0)
        if chunk.number == 0 and "edge" in chunk.right and "create.customer" in s.marks:
            points += 1
    labelled = not {"field.name", "field.opportunity"}.isdisjoint(chunk.left)
    makes_customer = "create.customer" in s.marks and "create.opportunity" not in s.marks
    excused = labelled and (makes_customer or why == "named like a company")
    if any(kind in _NO_COMPANY for kind in chunk.left) and not excused:
        points -= 4
    if "log.topic" in chunk.left and not (m.lang == "en" and why == "named like a company"):
        points -= 5
    opened = m.low[chunk.start - 1 : chunk.start] in ("(", "（") and chunk.start > 0
    closed = m.low[end : end + 1] == ")" and "(" in m.low[max(0, start - 30) : start]  # (VP Ops, Lakeshore Transit)
    if m.lang == "en" and (opened or closed) and end - start > 2:
        points += 3
    if m.lang == "en" and _opens_sentence(m, chunk, text):
        points -= 1.5 if any(kind.startswith(_RIGHT_POINTS) for kind in chunk.right) else 3
    for_whom = "create.customer" in s.marks and "func.to" in chunk.left and min(heads, default=start) < start
    if for_whom:
        points -= 2  # 佟阿姨，想给|孙子|报班
    elif points > -4 and (is_subject(m, chunk, start, end) or _pointed_at(m, chunk, start, end)):
        points = max(points, 4.0)
        if why != "named like a company" and (m.lang == "en" or reports(m, end)):
            why = _BY_PLACE
    if m.lang == "zh" and end - start > 3 and why != "named like a company" and m.low[:start].endswith(("把", "将")):
        points -= 2.5
    if why != "named like a company" and any(
        v.unit not in (None, "times") and v.start - end in (0, 1) for v in m.values
    ):
        points -= 3  # 下单|风机|20台
    if 2.4 <= points < 8 and m.lang == "zh" and not is_labelled:
        points -= _everyday(m.low, start, end, why == "named like a company")
    yield Candidate(points - chunk.start / 1000, start, end, why)


def _everyday(low: str, start: int, end: int, is_named: bool) -> float:
    """Points lost by what is no name but words (「同类案例」), or a piece of one (见|面)."""
    if is_everyday(low[start:end]) and (not is_named or _INSIDE.search(low[start:end])):
        return 3.5
    return 2.5 if not is_named and end - start <= 4 and cuts_a_word(low, start) else 0.0


_INSIDE = pattern(r"[里的中上下内]")


def _pointed_at(m: Message, chunk: Chunk, start: int, end: int) -> bool:
    told = {"field.address", "field.product", "field.handler", "field.name", "field.opportunity", "verb.assign"}
    return told.isdisjoint(chunk.left) and is_account_by_place(m, start, end)


def _opens_sentence(m: Message, chunk: Chunk, text: str) -> bool:
    """One capitalised word at the head of a sentence, which any word is (Quick chat …)."""
    if "edge" not in chunk.left or " " in text or "edge" in chunk.right or is_company_like(text.lower()):
        return False
    return _SMALL_LETTER.match(m.text[chunk.end : chunk.end + 2]) is not None
