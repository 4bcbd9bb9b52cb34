"""Who a message is about: the customer and the contact, known or not, and never a rival or a colleague.

Every candidate gets points; the best one above the threshold wins. Ties go to the first. What the CRM knows beats any
guess; an unknown company is found in Chinese by the model of ``spotting``, in English by that of ``english_names``.
"""

from collections.abc import Iterator

from nlu.bystanders import is_colleague
from nlu.company_like import company_end, is_company_like
from nlu.contacts import contacts
from nlu.english_names import likeliest
from nlu.everyday import is_word
from nlu.message import Message
from nlu.patterns import pattern
from nlu.people import bare_name
from nlu.rivals import mark_rivals
from nlu.scene import Candidate, Scene
from nlu.spotting import FIRM
from nlu.stretches import chosen, spot

__all__ = ["find_parties"]

_KNOWN, _SOUNDS_KNOWN = "known customer", "sounds like a known customer"
_SPOTTED = "where companies stand"
_NAMED = (_KNOWN, _SOUNDS_KNOWN, "well-known company", "named like a company", "by its place in the sentence")
_PRIVATE = pattern(r"个人(?:客户|用户)|\b(?:private|individual|residential) (?:customer|client|person|buyer)")
_LEAST_CUSTOMER, _LEAST_CONTACT = 2.4, 2


def find_parties(
    s: Scene, *, person_is_customer: bool = False, named_only: bool = False, of_firms: bool = False
) -> None:
    """Fills ``customer`` and ``contact``. ``person_is_customer``: a person alone is the customer (create_customer).
    ``of_firms``: deals and papers are firms', and a bare name that could be either is one (方圆 下单 20 箱)."""
    mark_rivals(s)
    is_english, is_known = s.m.lang == "en", _has_known(s)
    guessed = list(_spotted(s)) if of_firms and not (is_english or is_known) else []
    firms, persons = _named_in_english(s, is_known=is_known) if is_english else ([], [])
    people = sorted([*contacts(s), *persons], key=lambda c: (-c.points, c.start))
    contact = people[0] if people else None
    companies = [
        c
        for c in _customers(s, people, firms, guessed, is_known=is_known)
        if not any(c.start < p.end and p.start < c.end for p in people[:1] if p.points >= c.points)
    ]
    if person_is_customer and contact and _PRIVATE.search(s.m.low):
        companies = [c for c in companies if c.why == _KNOWN]
    if named_only and not is_english:
        companies = [c for c in companies if c.why in _NAMED or c.points >= 5.5]
    companies.sort(key=lambda c: (-c.points, c.start))
    if companies and companies[0].points >= _LEAST_CUSTOMER:
        best = companies[0]
        s.put_text("customer", best.start, best.end, sure=_sure(s, best), why=best.why)
    if contact and contact.points >= _LEAST_CONTACT:
        if person_is_customer and "customer" not in s.slots:
            s.put_text("customer", contact.start, contact.end, sure=0.8, why=contact.why)
        elif not s.is_used(contact.start, contact.end) and not _is_short_form(s, contact):
            s.put_text("contact", contact.start, contact.end, sure=min(1.0, contact.points / 6), why=contact.why)


def _is_short_form(s: Scene, contact: Candidate) -> bool:
    """Is it the customer's name again, without its end: 华翔印染 … |华翔| 要换定型机?"""
    customer = s.slots.get("customer")
    name = s.m.text[contact.start : contact.end]
    return customer is not None and str(customer.value).startswith(name) and contact.start > customer.end


def _sure(s: Scene, company: Candidate) -> float:
    """How sure it is: of what the model has spotted its share, which the way it ends can back up."""
    if company.why == _SPOTTED:
        is_named = is_company_like(s.m.low[company.start : company.end])
        return max((company.points - _LIKELY) / _PER_SHARE, _BACKED_UP if is_named else 0.0)
    return min(1.0, company.points / 8)


def _customers(
    s: Scene, people: list[Candidate], firms: list[Candidate], guessed: list[Candidate], *, is_known: bool
) -> list[Candidate]:
    """Known customers, and guesses where none is known for certain."""
    heads = {p.start for p in people}
    found = [*_known(s, heads), *_called(s)]
    if is_known:
        return found  # a name the CRM knows beats any guess
    return [*found, *(firms if s.m.lang == "en" else guessed or _spotted(s))]


def _has_known(s: Scene) -> bool:
    """Does the name of a customer stand there in full?"""
    return any(n.name.kind == "customer" and n.sure >= 1 and not s.is_rival(n.start, n.end) for n in s.m.names)


def _named_in_english(s: Scene, *, is_known: bool) -> tuple[list[Candidate], list[Candidate]]:
    """The customer and the contact that the model likes best together, each unless it likes none better."""
    firm, person = likeliest(s, has_customer=is_known)
    firms = []
    if firm:
        more = _AND_SONS.match(s.m.low, firm.end)
        firms = [Candidate(_LIKELY + _PER_SHARE * firm.share, firm.start, more.end() if more else firm.end, _SPOTTED)]
    persons = []
    if person:
        end = person.start + len(_FIRST_OF_TWO.split(s.m.low[person.start : person.end], maxsplit=1)[0])
        persons = [Candidate(2 + 4 * person.share, person.start, end, "where people stand")]
    if speaker := _SPEAKER.match(s.m.text):
        persons.append(Candidate(5, *speaker.span("n" if speaker["n"] else "m"), "who is speaking"))
    return firms, [*persons, *_named_in_chinese(s)]


# Hi, |Priya| here from Kaveri; This is |Tom Webb| at Corval
_SPEAKER = pattern(
    r"(?i:(?:hi|hello|hey|good \w+)(?: there| team| all)?[,!.]? )?"
    r"(?:(?P<n>[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)?) (?:here|speaking)\b"
    r"|(?i:it's|this is|i'm|i am|my name is) (?P<m>[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)?) (?:from|at|of|with)\b)"
)


_HAN = pattern(r"[\u4e00-\u9fff]+")


def _named_in_chinese(s: Scene) -> Iterator[Candidate]:
    """Those whose name stands in Chinese characters in an English message: had tea with |王建民|, |李工| says ok."""
    if s.m.text.isascii():
        return
    titled = {(p.start, p.end) for p in s.m.people}
    for start, end in (found.span() for found in _HAN.finditer(s.m.low)):
        word = s.m.low[start:end]
        is_name = (start, end) in titled or (bare_name(word) and not is_company_like(word) and not is_word(word))
        if is_name and not is_colleague(s.m, start, end) and not s.is_rival(start, end):
            yield Candidate(5, start, end, "named in Chinese")


# Van Zyl |and Sons|
_AND_SONS = pattern(r" (?:&|and) (?:sons?|daughters?|co|company|partners|associates|brothers|bros|family)\b\.?")
_FIRST_OF_TWO = pattern(r" ?(?:&|/| and ) ?")  # |Stefan Brandt| & Ilse


# -- what the CRM knows, and what is said to be a name

_LINK = pattern(
    r"(?:的|家的|那边的?|这边的?|那里的?|方面的?|公司的?|集团的?|采购部?的?|技术部?的?|"
    r"[\u4e00-\u9fff]{2,4}(?:部|科|处|中心|办)的?)?[\s:：,，、(（\-—·/|]*"
)


def _beside(m: Message, start: int, end: int, heads: set[int]) -> float:
    """Points for a person right behind: 「国电南瑞的汤总」, 「蓝月亮（广州）王倩」."""
    link = _LINK.match(m.low, end)
    at = link.end() if link else end
    return 3.0 if at in heads or end in heads else 0.0


def _known(s: Scene, heads: set[int]) -> Iterator[Candidate]:
    """The customers of the CRM in the message, by their names or nearly so."""
    m = s.m
    for n in m.names:
        if n.name.kind != "customer":
            continue
        other = _another_firm(s, n.start, n.end)
        if other is not None:
            yield Candidate(12, n.start, other, "named like a company")
        elif not s.is_rival(n.start, n.end):
            points = 10 * n.sure + _beside(m, n.start, n.end, heads) - n.start / 1000
            points -= 4 if _CALLED_OFF.match(m.low, n.end) else 0
            yield Candidate(points, n.start, n.end, _KNOWN if n.sure > 0.8 else _SOUNDS_KNOWN)


# Two visits planned, Pinnacle| cancelled|. Saw …: another one is meant, if there is one
_CALLED_OFF = pattern(
    r"(?:那边|那家)?(?:临时)?(?:取消了|改期了|没去成)"
    r"| (?:have |has |just )?(?:cancelled|canceled|postponed|rescheduled)\b"
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
# 客户：|双流机场货站|, a line of a form
_LABELLED = pattern(
    r"(?:^|\n)\s?(?:客户|公司|单位)(?:名称)?\s?[:|]\s?(?P<n>[\u4e00-\u9fffa-z0-9()·&-]{2,24})\s?(?=[\n|]|$)"
)
# 公司叫|毛球优选|, 店名叫蜀香园, 他们公司是|Andamar|
_THEIR_FIRM = pattern(
    r"(?:公司|店|单位|厂子?|品牌)名?字?(?:就?叫做?|名叫)\s*(?P<n>(?!什么|啥)(?:[a-z][\w&.'-]*(?: [a-z][\w&.'-]*){0,3}|"
    r"(?:(?!的)[\u4e00-\u9fffa-z0-9（）()·&]){2,20}))(?=[，。,;；\s]|$)"
    r"|[他她]们?的?公司是(?P<m>[a-z][\w&.'-]*(?: [a-z][\w&.'-]*){0,3})(?=[，。,;；\s]|$)"
)
_ONE_OF = pattern(r"(?:[一这那有]家|有个客户)[^，。,;；\n]{0,14}")


def _called(s: Scene) -> Iterator[Candidate]:
    """「有个客户，叫…」, 「客户：…」 in a form: what somebody says is the name."""
    if s.m.lang == "zh" and (theirs := _THEIR_FIRM.search(s.m.low)):
        yield Candidate(9.5, *theirs.span("n" if theirs["n"] else "m"), "named like a company")
        return
    is_told = s.m.has("object.customer") or "create.customer" in s.marks or _ONE_OF.search(s.m.low)
    labelled = _LABELLED.search(s.m.low) if "\n" in s.m.low else None
    called = labelled or (_CALLED.search(s.m.low) if is_told and s.m.lang == "zh" else None)
    if called and not bare_name(called.group("n")):
        yield Candidate(7, *called.span("n"), "named like a company")


# -- guesses

# 做心理咨询的, 开民宿的; 贵公司
_NO_FIRM = pattern(
    r"(?:专门|主要|是)?[做搞开卖养种][\u4e00-\u9fff]{1,8}的|[贵我本敝你该](?:公司|司|方|单位|校|院)"
    r"|(?:没有?|无)(?:公司|单位)|个人(?:客户)?"
)

_ABROAD = pattern(r"[\u4e00-\u9fff]{2,5}(?:那边|这边)?的(?=[a-z])")  # 墨尔本的|Harlow Vineyards
_FROM_ABROAD = pattern(r"[\u4e00-\u9fff]{2,5}(?=(?-i:[A-Z])[\w&.'-]*(?: [\w&.'-]+)+$)")  # 迪拜|Al Noor Contracting
_SHORTEST, _LONGEST = 4, 10  # characters of a firm behind a place
_LIKELY, _PER_SHARE = 4, 5  # points of the stretch the model likes best
_BACKED_UP = 0.85


# 脚手架| 800套 单价500: what is counted, and by nothing else, is goods
_COUNTED = pattern(
    r"\s*\d[\d,.]*\s*[套台个件箱吨米支条块张瓶只把副双组批辆片根卷罐桶盘头颗粒株份袋包盒本](?=\s*(?:[,，;；、。@×x]|单价|价格|每|各|\d|$))"
)


# 北京的制造|业客户: a trade, whatever stands in front
_TRADES = pattern(r"(?:行?业|类)的?(?:客户|企业|公司|单子|商机|项目)")
_AND = "和跟与同"  # 在沁园春茶楼|和|顾掌柜对了账
_WITH = pattern(r"[同搵](?=[\u4e00-\u9fff]{2})")  # 同|盈丰嘅陈生


def _spotted(s: Scene) -> Iterator[Candidate]:
    """The stretch of a Chinese message that the model likes best, unless "none" is likelier."""
    spotted = spot(s, FIRM)
    none = 1 - sum(one.share for one in spotted)
    named = [one for one in spotted if not (s.is_rival(one.start, one.end) or _is_no_name(s.m.low, one.start, one.end))]
    if best := chosen(named, none):
        before = _ABROAD.match(s.m.low, best.start, best.end) or _FROM_ABROAD.match(s.m.text, best.start, best.end)
        if before is None and s.m.text.startswith("嘅", best.end):
            before = _WITH.match(s.m.low, best.start, best.end)
        start = before.end() if before else best.start - _opens_with_and(s, best.start)
        end = _with_bracket(s.m.low, *best[:2])
        if "create.customer" not in s.marks:  # of one who is new the place is the address
            start, end = _there(s.m.low, end) or (start, end)
        end -= _LATIN_AND_VERB.match(s.m.low, start, end) is not None
        end -= s.m.low[end - 1] in _AND and any(p.start == end for p in s.m.people)
        yield Candidate(_LIKELY + _PER_SHARE * best.share, start, end, _SPOTTED)


def _there(low: str, end: int) -> tuple[int, int] | None:
    """The firm that is named like one right behind where it is: 铁西的|宏远建筑|; None for none."""
    start = end + 1
    if low[end : end + 1] != "的":
        return None
    mark = _CLOSING.search(low.replace(" ", "，"), start)
    last = min(mark.start() if mark else len(low), start + _LONGEST)
    ends = (stop for stop in range(last, start + _SHORTEST - 1, -1) if is_company_like(low[start:stop]))
    return next(((start, stop) for stop in ends), None)


# 和|记茶餐厅的老板要菜单机: at the head of a clause in which nobody is spoken with
_SPOKEN_WITH = pattern(
    r"聊|谈|通[了过电视]|沟通|见|吃|喝|开[了完个会]|对[了接账]|确认|碰|签|约|说[了好过]|交流|联系|打[了电球]|合作|视频|敲定|讨论|商量|过了|一起"
)
_CLOSING = pattern(r"[，。,;；\n]")
_LATIN_AND_VERB = pattern(r"[a-z][a-z0-9&.' -]*[a-z][开通聊谈来在说打约见发要去回做]$")  # Hoffmann GmbH|开


def _opens_with_and(s: Scene, start: int) -> bool:
    """Is 和 right before a name its first letter rather than the word for with?"""
    first = s.m.clause(start)[0]
    mark = _CLOSING.search(s.m.low, start)
    end = mark.start() if mark else len(s.m.low)
    if s.m.low[first:start].strip() != "和" or s.m.low[start - 1] != "和" or _SPOKEN_WITH.search(s.m.low, start, end):
        return False
    return not any(c.kind.startswith(("channel.", "log.met")) for c in s.m.cues_in(start, end))


_LISTED = ("客户", "跟进", "记录", "合同", "订单", "项目", "商机", "单子", "名单")


def _is_no_name(low: str, start: int, end: int) -> bool:
    """What they do, a trade, or goods with their number."""
    if low[start] == "里" and low[max(0, start - 2) : start] in _LISTED:
        return True  # 那条跟进|里金额写错了
    return bool(_NO_FIRM.match(low, start) or _COUNTED.match(low, end) or _TRADES.match(low, end))


# 宸星光学|（苏州）有限公司, 德胜|（中国）投资公司
_LEGAL_BEHIND = pattern(r"\([^()]{1,8}\)[\u4e00-\u9fff]{0,6}?(?:有限责任公司|股份有限公司|有限公司|公司|集团)")


def _with_bracket(low: str, start: int, end: int) -> int:
    """Where a name ends in which a bracket was opened, or behind which one stands with more: 港联冷链（香港|）."""
    if legal := _LEGAL_BEHIND.match(low, end):
        return legal.end()
    return end + (low[end : end + 1] == ")" and low.count("(", start, end) > low.count(")", start, end))
