"""Who at the customer a message is about: known, addressed by a title, or a bare name that its neighbours give away.

Every candidate gets points; a colleague, a rival's man or the speaker is none.
"""

from collections.abc import Iterable
from typing import NamedTuple

from nlu.chunks import Chunk, given_names
from nlu.company_like import is_company_like
from nlu.everyday import is_everyday
from nlu.message import Message
from nlu.nobodies import is_nobody
from nlu.patterns import REACH, pattern
from nlu.people import FREQUENT_SURNAMES, bare_name, is_title
from nlu.scene import Scene
from nlu.wordlists import weights, words

__all__ = ["Candidate", "contacts", "looks_like_person", "person_at"]

_COLLEAGUE_BEFORE = pattern(
    r"(?:同事|售前(?:经理|工程师)?|我方[\u4e00-\u9fff]{0,4}|我司|(?:带[着上了]?|陪[着了]?|陪同)"
    r"(?:技术|售前|售后|研发|产品|实施|工程)?部?的?|我们的|我们家|和我们|跟我们|my colleague|colleague|our \w+|"
    r"teammate|together with|along with|alongside|took|brought)\s*$"
)

_COLLEAGUE_AFTER = pattern(
    r"^(?: (?:out|over|round|in) (?=\w+day|tomorrow|tmrw|next|this|on )|"
    r"一起|一同|一块|陪同|陪我|带队|跟我|和我|与我|我们?(?:一起|俩))"
)

_PERSON_WORD = pattern(r"[A-ZÀ-Þ][\w'’.-]*(?: [A-ZÀ-Þ][\w'’.-]*){0,2}")

_NAME_BRACKET = pattern(r"([\u4e00-\u9fff]{2,4})[(（]")

_UNIT_TAIL = pattern(r".{1,6}(?:部|科|处|室|中心|车间)([\u4e00-\u9fff]{2,3})$")  # 市场部|郑芳
_NAME_TAIL = pattern(r"[)）\s]([\u4e00-\u9fff]{2,3})$")


class Candidate(NamedTuple):
    points: float
    start: int
    end: int
    why: str


def contacts(s: Scene) -> Iterable[Candidate]:
    m = s.m
    users = {(n.start, n.end) for n in m.names if n.name.kind == "user"}
    accounts = {(n.start, n.end) for n in m.names if n.name.kind == "customer"}
    for n in m.names:
        if n.name.kind == "contact" and not _is_colleague(m, n.start, n.end):
            points = 8 * n.sure - (4 if _is_away(m, n.start, n.end) or (n.start, n.end) in accounts else 0)
            yield Candidate(points - n.start / 1000, n.start, n.end, "known contact")
    if m.lang == "en":  # who else it may be is weighed by ``english_names``
        return
    for person in m.people:
        if (person.start, person.end) not in users and not _is_colleague(m, person.start, person.end):
            is_new = _INTRODUCED.search(m.low, max(0, person.start - 24), person.start)
            above = _ABOVE.search(m.low, max(0, person.start - REACH), person.start)
            is_aside = above or _is_away(m, person.start, person.end)
            points = 9 if is_new else 6 - (3 if is_aside else 0)
            yield Candidate(points - person.start / 1000, person.start, person.end, person.why)
    for chunk in s.chunks:
        found = _chunk_person(s, chunk)
        if found and not _is_colleague(m, found.start, found.end) and (found.start, found.end) not in users:
            yield found


# needs sign-off from |Dr Patel|: somebody above
_ABOVE = pattern(r"\b(?:sign-?off|approval|ok|okay|go-?ahead|blessing) (?:from|by) $|(?:汇报给|上报给?|请示)$")
_AWAY = pattern(
    r"(?:已经?|人)?(?:不在|没在|没见|没空|没出现|(?:今天|昨天|刚才)?(?:带|领)我们?去?见|"
    r"(?:介绍|推荐|引荐|牵线|搭桥)(?:过来)?的|调[去到往]|"
    r"出差|没来|离职|休假|调走|走了|退休|不干了|跳槽)| (?:(?:has )?left\b|is out|was out)"
)
_FORMER = pattern(
    r"(?:(?:原来|之前|以前|原先|先前|前任|原|老)的?(?:对接人|联系人|接口人|负责人|窗口)?是?|"
    r"previously |formerly |used to be )$"
)


def _is_away(m: Message, start: int, end: int) -> bool:
    """Is it somebody who was not there, or who is it no longer?"""
    return _AWAY.match(m.low, end) is not None or _FORMER.search(m.low[max(0, start - 16) : start]) is not None


def _is_colleague(m: Message, start: int, end: int) -> bool:
    before, after = m.low[max(0, start - 16) : start], m.low[end : end + 8]
    return _COLLEAGUE_BEFORE.search(before) is not None or _COLLEAGUE_AFTER.match(after) is not None


# 刘总介绍了他们采购的|小陈: the one who is introduced, not who introduces
_INTRODUCED = pattern(
    r"(?:(?:换|改)成了?|(?:现在|接手|接待|见|对接|来|聊|负责|出面|对接人|联系人)的?是)(?:他们?|她们?|对方)?(?:公司)?[\u4e00-\u9fff]{0,6}?的?$|"
    r"(?:介绍|引荐|推荐)(?:了|给我们?)?(?:一个|一位)?(?:他们?|她们?|对方|公司)?[\u4e00-\u9fff]{0,5}的?$"
    r"|(?:introduced (?:me|us) to|put (?:me|us) in touch with)(?: their| his| her)?(?: [\w-]+){0,2} $"
)


def _chunk_person(s: Scene, chunk: Chunk) -> Candidate | None:
    m = s.m
    text = m.text[chunk.start : chunk.end]
    points = max((weights("person_left").get(kind, 0.0) for kind in chunk.left), default=0.0)
    said = "person.say" in chunk.right or m.low.startswith("负责", chunk.end)
    latin = _LATIN_BEHIND.search(text)
    if latin:
        return Candidate(5 - chunk.start / 1000, chunk.start + latin.start(1), chunk.end, "name behind a position")
    behind = _LATIN_POSITION.fullmatch(text)
    if behind and bare_name(behind.group(1)):
        return Candidate(5 - chunk.start / 1000, chunk.start + behind.start(1), chunk.end, "name behind a position")
    if text[0] >= "\u4e00":
        return _han_person(s, chunk, text, points, said)
    owned = _OWNED.search(m.low, max(0, chunk.start - REACH), chunk.start)
    if owned and _FIRST_NAME.fullmatch(text) and _acts(chunk):
        return Candidate(4 - chunk.start / 1000, chunk.start, chunk.end, "name behind a company")
    if not looks_like_person(text):
        return (
            Candidate(points, chunk.start, chunk.end, "labelled")
            if points >= 6 and _PERSON_WORD.fullmatch(text)
            else None
        )
    points = max(points, 4.0)
    return Candidate(points - chunk.start / 1000, chunk.start, chunk.end, "given name")


_OWNED = pattern(r"[a-z\u4e00-\u9fff](?:那边)?的$")  # Lazada的|Mei
_FIRST_NAME = pattern(r"(?-i:[A-Z][a-z]{1,9})")


def _acts(chunk: Chunk) -> bool:
    """Is what stands behind something that a person does?"""
    return any(
        kind == "edge" or kind.startswith(("person.say", "log.", "channel.", "verb.show")) for kind in chunk.right
    )


_BEHIND_POSITION = pattern(
    r".*(?:经理|总监|主管|主任|副总|老总|工程师|部长|科长|处长|院长|校长|店长|厂长|矿长|班长|站长|场长|馆长|行长|局长|所长|专员|负责人|采购|"
    r"会计|老板|园长|创始人|合伙人|董事长|总裁|法人|秘书|助理|[Cc][TEFIOteo][Oo]|VP)([\u4e00-\u9fff]{2,3})$"
)


_POSITION_BEFORE = pattern(
    r"(?:经理|总监|主管|主任|工程师|部长|科长|处长|院长|校长|店长|厂长|专员|负责人|采购员?|会计|老板|老大|一把手|以前的客户|老同学|c[tefio]o|vp|(?<=[\u4e00-\u9fff])(?:部|办|科|处|室|车间|中心)(?=\s))[\s:：|，,、]*$"
)
# 联系人换成|戚文婷
_NEW_CONTACT = pattern(
    r"新的(?:是|叫)\s*$|(?:联系人|对接人|接口人|负责人|窗口)(?:.{0,2})[换改变更][成为到]?(?:是|了|[:：])?\s*$"
)
_OF_PERSON = pattern(
    r"(?:电话|手机号?|邮箱|微信|号码)(?:变|换|改|是)|不在|离职|升[任了为职]|调[到去任走]|退休|跳槽|的(?:电话|手机|邮箱|微信|职位|职务|生日|号码)|换(?:了)?(?:号|手机|电话)"
)
_LATIN_POSITION = pattern(r"(?:C[TEFIO]O|VP|HR|PM|Dr)([\u4e00-\u9fff]{2,3})")


# 今天拜访了华为，见了|张三
_MET_BEFORE = pattern(r"(?:见到?了|碰到了?|遇到了?|找了|约了|见的是|接待的是)$")


def _names_company(s: Scene, person: Chunk) -> bool:
    """Is a company named beside somebody? Without one, whoever was met is the customer."""
    if s.m.has("company.known") or any(n.name.kind == "customer" for n in s.m.names):
        return True
    others = (s.m.low[chunk.start : chunk.end] for chunk in s.chunks if chunk is not person)
    return any(is_company_like(text) for text in others)


# 刘建国|，他是宏图科技的采购经理
_POSITION_TOLD = pattern(
    r"[，,]\s?(?:他|她)?是?[^，,。;；]{2,14}?(?:总监|经理|主管|主任|工程师|负责人|老板|店长|[厂部科处]长|董事长)(?=[，,。;；]|$)"
)


def _han_person(s: Scene, chunk: Chunk, text: str, points: float, said: bool) -> Candidate | None:
    """A bare Chinese name, where something beside it says that it is one."""
    bracket = _NAME_BRACKET.match(text)
    if bracket and bare_name(bracket.group(1)) and points >= 2:
        return Candidate(
            points - chunk.start / 1000, chunk.start, chunk.start + bracket.end(1), "surname and given name"
        )
    before = s.m.low[max(0, chunk.start - 8) : chunk.start]
    stands_free = not {"edge", "company.known", "known.customer"}.isdisjoint(chunk.right)
    is_first = chunk.number == 0 and "create.customer" in s.marks and stands_free and not _is_word(text)
    if bare_name(text) and (_follows_company(s, chunk) or (is_first and text[0] in FREQUENT_SURNAMES)):
        return Candidate(3 - chunk.start / 1000, chunk.start, chunk.end, "name behind a company")
    if bare_name(text) and (_POSITION_BEFORE.search(before) or _NEW_CONTACT.search(before)):
        return Candidate(5.97 - chunk.start / 1000, chunk.start, chunk.end, "name behind a position")
    if chunk.number == 0 and "edge" in chunk.left and bare_name(text) and _OF_PERSON.match(s.m.low, chunk.end):
        return Candidate(4 - chunk.start / 1000, chunk.start, chunk.end, "name that only a person can have")
    unit = _UNIT_TAIL.fullmatch(text)
    if unit and bare_name(unit.group(1)) and unit.group(1)[0] in FREQUENT_SURNAMES and not _is_word(unit.group(1)):
        return Candidate(4 - chunk.start / 1000, chunk.start + unit.start(1), chunk.end, "name behind a department")
    if bare_name(text) and _POSITION_TOLD.match(s.m.low, chunk.end) and not _is_word(text):
        return Candidate(5.5 - chunk.start / 1000, chunk.start, chunk.end, "name before a position")
    is_met = bare_name(text) and "edge" in chunk.right and _MET_BEFORE.search(before) and not _is_word(text)
    if is_met and text[0] in FREQUENT_SURNAMES and _names_company(s, chunk):
        return Candidate(4.5 - chunk.start / 1000, chunk.start, chunk.end, "name of one who was met")
    tail = _NAME_TAIL.search(text) or _BEHIND_POSITION.match(text)
    if tail and bare_name(tail.group(1)) and not is_title(tail.group(1)):
        start = chunk.start + tail.start(1)
        end = chunk.end - (chunk.end - start > 2 and _VERB_TAIL.match(s.m.low, chunk.end - 1) is not None)
        return Candidate(5 - chunk.start / 1000, start, end, "name behind a company or position")
    owned = _OWNED.search(s.m.low, max(0, chunk.start - REACH), chunk.start) and _acts(chunk)
    if owned and bare_name(text) and text[0] in FREQUENT_SURNAMES and not _is_word(text):
        return Candidate(3.5 - chunk.start / 1000, chunk.start, chunk.end, "name behind a company")
    if _TWICE.fullmatch(text) and owned:
        return Candidate(4 - chunk.start / 1000, chunk.start, chunk.end, "name of one who is called so")
    if not bare_name(text):
        return None
    beside = {"known.customer", "company.known", "field.position", "field.department"}
    alone = (
        "create.customer" in s.marks
        and not {"edge", "phone", "email"}.isdisjoint(chunk.right)
        and not {"edge", "colon"}.isdisjoint(chunk.left)
    )
    if alone and points < 3:
        return Candidate(2.5 - chunk.start / 1000, chunk.start, chunk.end, "surname and given name")
    if points >= 5 or said or (not beside.isdisjoint(chunk.left) and not _is_word(text)):
        return Candidate(max(points, 3.0) - chunk.start / 1000, chunk.start, chunk.end, "surname and given name")
    return None


_LATIN_BEHIND = pattern(
    r"(?:总监|经理|主管|主任|工程师|负责人|老板娘?|店长|厂长|采购|manager|lead|director|head|VP)"
    r"\s?((?-i:[A-Z])[a-z]+(?: (?-i:[A-Z])[a-z]+)?)$"
)
_VERB_TAIL = pattern(r"[开聊谈见吃打说问来去发看做回提约通碰喝][了过完着会个]")  # 采购总监赵颖|开了个会


_TWICE = pattern(r"([\u4e00-\u9fff])\1")  # 赛力斯的|童童


def _is_word(text: str) -> bool:
    """Is it a word or a place rather than a name: 平板, 武汉?"""
    return is_everyday(text) or is_nobody(text) or is_nobody(text[:2])


def _follows_company(s: Scene, chunk: Chunk) -> bool:
    """Does a bare name stand by itself right behind the company: 徐州重型 |李坤| 电话?"""
    low = s.m.low
    if "edge" not in chunk.left or not (chunk.end == len(low) or low[chunk.end] in " ,，、:：\n"):
        return False
    at = len(low[: chunk.start].rstrip(" ,，、"))
    companies = [c.end for c in s.chunks if is_company_like(low[c.start : c.end]) or _heads(low, c)]
    companies += [n.end for n in s.m.names if n.name.kind == "customer"] + [c.end for c in s.m.all("company.known")]
    return at in companies and not _is_word(low[chunk.start : chunk.end])


def _heads(low: str, chunk: Chunk) -> bool:
    """Does the note open with a name longer than a person's?"""
    return chunk.start == 0 and chunk.end >= 4 and low[chunk.end : chunk.end + 1] == " " and "edge" in chunk.right


def looks_like_person(text: str) -> bool:
    """Latin script only: a common given name first, or a Chinese name in pinyin."""
    if not _PERSON_WORD.fullmatch(text):
        return False
    parts = text.casefold().replace(".", "").split()
    if is_company_like(" ".join(parts)):
        return False
    if parts[0] in given_names():
        return True
    return len(parts) == 2 and bool(words("pinyin_surnames") & set(parts)) and all(len(word) <= 6 for word in parts)


def person_at(text: str) -> bool:
    """Could the whole text be a person's name, in either script?"""
    return bare_name(text) or looks_like_person(text)
