"""Who a message is about: the customer and the contact, known or not, and never a rival or a colleague.

Every candidate gets points for what stands beside it; the best one above the threshold wins. Ties go to the first.
"""

from collections.abc import Iterable
from functools import cache, partial

from nlu.chunks import Chunk
from nlu.company_like import company_end, company_start, is_company_like
from nlu.contacts import Candidate, contacts, looks_like_person
from nlu.everyday import cuts_a_word, is_everyday
from nlu.lexicon import Cue
from nlu.message import Message
from nlu.name_forms import company_words
from nlu.patterns import pattern
from nlu.people import bare_name
from nlu.places import is_account_by_place, is_subject, reports
from nlu.scene import Scene
from nlu.wordlists import weights

__all__ = ["find_parties"]

_HAN = "\u2e80"
_DASH = pattern(r"([\u4e00-\u9fff]{2,})[-–—][\u4e00-\u9fff]")
_CODE = pattern(r"[A-Za-z]{1,5}-?\d{2,}[\w-]*")
_SMALL_LETTER = pattern(r" [a-z]")
_BRACKET_NAME = pattern(r"(.+?[)）])([\u4e00-\u9fff]{2,3})")
_RIVAL_BEFORE = pattern(
    r"(?:竞争对手|竞品|友商|竞对|对手|同行|输给(?:了)?|败给(?:了)?|被|比|不如|选(?:了|择了)|"
    r"对比(?:了)?|competitors?|rivals?|lost (?:[\w'&]+ ){0,4}to|went with|chose|picked|vs\.?|versus|against|than|beat|"
    r"instead of|compar\w+ (?:us )?(?:with|to)|incumbent|also (?:talking to|looking at|considering|seeing)|competing "
    r"with|undercut by|beaten by)(?:是|有|为|：|:|家|的|是指|\s)*(?:[\w·&.]{1,12}[、,/和与及 ])*$"
)
_RIVAL_AFTER = pattern(
    r"^(?:也(?:在|给|报|来)|的?(?:报价|价格|方案)(?:更|比|才|只|低|便宜|是)|报(?:了|价|的)|那边(?:报|"
    r"便宜|价格)|抢|便宜|更低|更便宜|截胡|中标|给(?:了|的)(?:价|更低)|\s*(?:is|are|was) (?:cheaper|"
    r"offering|bidding|at |quoting|undercutting|also)|\s*(?:quoted|offered|bid|undercut|came in|"
    r"underbid)|'s (?:price|quote|offer|bid))"
)
_LINK = pattern(
    r"(?:的|家的|那边的?|这边的?|那里的?|方面的?|公司的?|集团的?|采购部?的?|技术部?的?|"
    r"[\u4e00-\u9fff]{2,4}(?:部|科|处|中心|办)的?)?[\s:：,，、(（\-—·/|]*"
)


def find_parties(s: Scene, *, person_is_customer: bool = False, named_only: bool = False) -> None:
    """Fills ``customer`` and ``contact``. ``person_is_customer``: a person alone is the customer (create_customer)."""
    _mark_rivals(s)
    people = sorted(contacts(s), key=lambda c: (-c.points, c.start))
    contact = people[0] if people else None
    companies = [
        c
        for c in _customers(s, people)
        if not any(c.start < p.end and p.start < c.end for p in people[:1] if p.points > c.points)
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


# Without one of these no rival is named.
_RIVAL_WORD = pattern(
    r"竞|友商|对手|同行|输给|败给|被|比|不如|选|也[在给报来]|报|抢|便宜|更低|截胡|中标|给的|那边|的报价|的价格|的方案"
    r"|competitor|rival|\blost\b|went with|chose|picked|\bvs|versus|against|than|beat|instead of|"
    r"compar|incumbent|also |competing"
    r"|undercut|quot|offer|bid|cheaper|'s (?:price|quote)|came in|\bat "
)


def _mark_rivals(s: Scene) -> None:
    low = s.m.low
    if not _RIVAL_WORD.search(low):
        return
    spans = [(n.start, n.end) for n in s.m.names if n.name.kind == "customer"]
    spans += [(c.start, c.end) for c in s.m.all("company.known")]
    subjects = {c.start for c in s.chunks if not {"edge", "person.rival"}.isdisjoint(c.left)} | {a for a, _ in spans}
    spans += [(c.start, c.end) for c in s.chunks]
    for start, end in spans:
        before = low[max(0, start - 40) : start]
        cut = max(before.rfind(mark) for mark in "。；;\n.")
        before = before[cut + 1 :]
        if _RIVAL_BEFORE.search(before) or (start in subjects and _RIVAL_AFTER.match(low[end : end + 30])):
            s.rivals.append((start, end))


# -- customers


def _customers(s: Scene, people: list[Candidate]) -> Iterable[Candidate]:
    m = s.m
    heads = {p.start for p in people}
    for n in m.names:
        if n.name.kind == "customer" and not s.is_rival(n.start, n.end):
            points = 10 * n.sure + _beside(m, n.start, n.end, heads) - n.start / 1000
            yield Candidate(
                points, n.start, n.end, "known customer" if n.sure > 0.8 else "sounds like a known customer"
            )
    called = _CALLED.search(m.low) if m.has("object.customer") or "create.customer" in s.marks else None
    if called and m.lang == "zh" and not bare_name(called.group("n")):
        yield Candidate(7, *called.span("n"), "named like a company")
    for cue in map(partial(_with_brand, s), m.all("company.known")):
        if not s.is_rival(cue.start, cue.end):
            yield Candidate(7 + _beside(m, cue.start, cue.end, heads), cue.start, cue.end, "well-known company")
    if any(n.name.kind == "customer" and n.sure >= 1 and not s.is_rival(n.start, n.end) for n in m.names):
        return  # a name the CRM knows beats any guess
    for chunk in s.chunks:
        if not s.is_rival(chunk.start, chunk.end):
            yield from _chunk_customer(s, chunk, heads)


# 有个客户，叫|杭州遇见出海|，…
_CALLED = pattern(
    r"(?:名叫|名字叫|叫做?|公司名称?|客户名称?|名称)(?:是|为|[:：])?\s*(?P<n>(?:(?!的)[\u4e00-\u9fffa-z0-9（）()·&]){3,20})(?=[，。,;；\n]|$)"
)


def _with_brand(s: Scene, cue: Cue) -> Cue:
    """A well-known company with the two characters that tell which of its firms it is: 广汽|埃安, 一汽|解放."""
    brand = next((c for c in s.chunks if c.start == cue.end and c.end - c.start == 2), None)
    name = s.m.low[brand.start : brand.end] if brand else ""
    owns = brand is not None and s.m.low[brand.end : brand.end + 1] == "的"
    owns = owns and any(p.start == brand.end + 1 for p in s.m.people if brand)  # 中铁|隧道|的章工
    if brand is None or s.m.lang != "zh" or (is_everyday(name) and not owns) or bare_name(name):
        return cue
    ends = "edge" in brand.right or "person" in brand.right or s.m.low.startswith(("的", "那边", " "), brand.end)
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


def _is_stop(low: str, start: int, end: int) -> bool:
    """Is it where somebody went on the way: 天津滨海, and no company's name?"""
    return company_start(low, start + 2) == start and not is_company_like(low[start:end])


_LABELLED = pattern(r"(?:客户|公司|单位|甲方|客户名称?)(?:是|叫|为|[:：])\s*$")


def _chunk_customer(s: Scene, chunk: Chunk, heads: set[int]) -> Iterable[Candidate]:
    m = s.m
    start, end = _company_part(m, chunk)
    text = m.text[start:end]
    if (
        len(text.strip()) < 2
        or not any(map(str.isalpha, text))
        or _CODE.fullmatch(text)
        or (m.lang == "zh" and bare_name(text) and start in heads)
    ):
        return
    if looks_like_person(text) or _is_nobody(m.low[start:end]):
        return
    points = max((weights("company_left").get(kind, 0.0) for kind in chunk.left), default=0.0)
    why = "beside " + "/".join(chunk.left)
    if m.lang == "zh" and {"edge", "colon"} & {*chunk.left} and company_start(m.low, start + 2) == start:
        points += 2 if "edge" in chunk.right else 1  # 陕西有色
    if "func.pronoun" in chunk.left and m.lang == "zh" and text[0] < _HAN:
        points = max(points, 4.0)  # 她们 Skyline
    if _LABELLED.search(m.low, max(0, start - 8), start):
        points = max(points, 5.0)
    is_way = any(kind.startswith(("log.met", "channel.visit")) for kind in chunk.right)  # 去天津拜访
    if "func.at" in chunk.left and (
        m.low[: chunk.start].rstrip().endswith("在") or (is_way and _is_stop(m.low, start, end))
    ):
        points -= 3
    points += _beside(m, start, end, heads) * 5 / 3
    if is_company_like(m.low[start:end]):
        points += 3
        why = "named like a company"
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
    if points > -4 and (is_subject(m, chunk, start, end) or _pointed_at(m, chunk, start, end)):
        points = max(points, 4.0)
        if why != "named like a company" and (m.lang == "en" or reports(m, end)):
            why = _BY_PLACE
    if m.lang == "zh" and end - start > 3 and why != "named like a company" and m.low[:start].endswith(("把", "将")):
        points -= 2.5
    if 2.4 <= points < 8 and m.lang == "zh":
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


_DEPARTMENT = pattern(
    r"(?:[\u4e00-\u9fff]{1,6}(?:科|部|处|室|课|部门|中心|车间|办公室|事业部)|采购|技术|设备|销售|财务|"
    r"生产|仓储|总部|老板|现场|前台|客户|对方|负责|方案|价格|产品|合同|报价|那边|这边|数量|项目|预算|"
    r"大家|个人|私人|散客|家里[\u4e00-\u9fff]*|自己[\u4e00-\u9fff]*|[钱款货票][\u4e00-\u9fff]?|同事|首批|尾款|代表|列表|清单|情况|记录|资料|信息|数据库|名单|样品|尺寸|一面|两面|一次|"
    r"顺丰|德邦|中通|圆通|韵达|申通|京东物流|跨越速运|新来|dhl|fedex|ups|tnt|一条记录|[\u4e00-\u9fff]{0,6}(?:经理|总监|主管|主任|"
    r"专员|代表|工程师)|spanish|"
    r"english|french|german|chinese|japanese|italian|portuguese|korean|arabic|russian|dutch|hindi|"
    r"quick|wifi|crm|nda|sso|ok|i|po|rfq|rfp|ceo|cfo|cto|coo|vp|gm|hr|it|q[1-4]|h[12]|eod|asap|fyi|"
    r"tbd|usd|eur|gbp|rmb|cny|(?:老板|负责人|联系人|经理|对接人)?(?:姓|叫)[\u4e00-\u9fff]{1,3})"
)
_PLACE_END = pattern(r"[\u4e00-\u9fff]{2,4}(?:省|市|县|区|镇|路)?")


def _is_nobody(low: str) -> bool:
    """A department, a place or a plain noun, which is never the customer by itself."""
    if _DEPARTMENT.fullmatch(low):
        return True
    place = _PLACE_END.fullmatch(low)
    return place is not None and low.rstrip("省市县区镇") in _places()


@cache
def _places() -> frozenset[str]:
    return frozenset(company_words()["places"])


_ASKED_OR_PAID = frozenset({"question.what", "money", "number"})


_COUNT_BEHIND = pattern(r"(?: \d+)?$")
_THAT_ONE = pattern(r"[\u4e00-\u9fff]{2,10}?(?=[那这](?:台|个|套|批|单|条|家|边|笔|份|次|几))")


_INSTITUTION = pattern(
    r"[\u4e00-\u9fff]{4,16}(?:管委会|委员会|研究院|研究所|设计院|事务所|有限公司|分公司|开发区|产业园)"
)


def _company_part(m: Message, chunk: Chunk) -> tuple[int, int]:
    """The company in a chunk: up to its suffix or bracket (「蓝海超市收银机」 → 「蓝海超市」)."""
    piece = m.low[chunk.start : chunk.end]
    bracket = _BRACKET_NAME.fullmatch(piece)
    if bracket and bare_name(bracket.group(2)):
        return chunk.start, chunk.start + bracket.end(1)
    if m.lang == "en":
        return chunk.start, chunk.end - len(_COUNT_BEHIND.search(piece)[0])  # type: ignore[index]
    that = _THAT_ONE.match(piece)
    if that:
        return chunk.start, chunk.start + that.end()
    dash = _DASH.match(piece)
    if dash:
        return chunk.start, chunk.start + dash.end(1)
    if _INSTITUTION.fullmatch(piece):
        return chunk.start, chunk.end
    cut = company_end(m.low, chunk.start, inside=chunk.end)
    is_asked = cut == chunk.end and cut - chunk.start >= 3 and piece[-1] in "有那开"
    if is_asked and not _ASKED_OR_PAID.isdisjoint(chunk.right):
        cut -= 1  # 博远有几个商机
    return chunk.start, cut if cut > chunk.start + 1 else chunk.end
