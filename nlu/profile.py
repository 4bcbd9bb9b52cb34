"""Slots of customers: contact data, place, trade, size, position."""

import re
from collections.abc import Iterable

from nlu.chunks import given_names
from nlu.everyday_en import commonness
from nlu.patterns import pattern
from nlu.people import Person, is_surname
from nlu.scene import Scene
from nlu.types import NameMatch

__all__ = ["fill_beside", "fill_by_surname", "fill_changed_field", "fill_contact_data", "fill_profile", "fill_trade"]

_CHINESE_MOBILE = pattern(r"\+861[3-9]\d{9}")
_NEW_DEPARTMENT = pattern(
    r"(?:调到|调去|转到|调入|去了|(?:department|dept) (?:to|is)|部门(?:改成|改为|是|变更为)|moved to|"
    r"transferred to)\s*(?P<d>[\u4e00-\u9fff]{2,8}?(?:部|科|处|中心|事业部|办)|(?!an? |the new)[a-z& ]{3,20}(?: "
    r"department| team| dept)?)"
)

_POSITION_ZH = (
    "总经理|副总经理|常务副总|副总|副处(?!理)|正处|正科|副科|董事长|总裁|总监|经理|主管|主任|部长|处长|科长|课长|局长|院长|校长|所长|厂长|店长|"
    "站长|工程师|研究员|专员|助理|秘书|顾问|总工|采购员|会计(?!师)|法人|合伙人|创始人|架构师|设计师|ceo|cto|cfo|"
    "coo|cio|cmo|vp"
)
_POSITION = pattern(rf"(?:[\u4e00-\u9fff]{{0,8}}(?:{_POSITION_ZH}))")
_POSITION_EN = pattern(
    r"\b(?:(?:senior|junior|chief|deputy|assistant|associate|general|regional|global|national|head|"
    r"lead|principal|executive|managing|group|vice|co-?)[ -]?)*(?:(?:[a-z]+|r&d|it|hr|qa) "
    r"){0,3}?(?:manager|director|engineer|officer|president|buyer|lead|head|supervisor|coordinator|"
    r"specialist|consultant|analyst|architect|partner|owner|founder|co-founder|secretary|"
    r"administrator|planner|technician|foreman|accountant|controller|treasurer|assistant|"
    r"representative|chairman|chairwoman|principal|professor|dean)\b"
    r"(?: of [a-z&]+(?: (?!at |for |in |with |from |and )[a-z&]+){0,2} ?)?|"
    r"\b(?:ceo|cto|cfo|coo|cio|cmo|svp|evp|vp|md|gm)\b(?: of [a-z&]+(?: [a-z&]+)?)?|\bhead of "
    r"[a-z&]+(?: (?!at |for |in |with |from |and )[a-z&]+)?"
)
_DEPARTMENT = pattern(
    r"[\u4e00-\u9fffA-Za-z]{2,8}?(?:部|科(?![技学研])|处(?!理)|中心|事业部|办公室|车间|课)(?![长门件分]|科技|技术|公司|集团|智能)"
)
_ADDRESS = pattern(
    r"(?:办公地址|公司地址|收货地址|注册地址|新地址|地址|住址|住在|位于|坐落于|搬到|搬去|搬至|迁到|"
    r"迁至|搬迁到|新址|\baddress\b|\baddr\b|located (?:at|in)|based (?:in|at)|moved to|relocated to|new place is|"
    r"office at|hq (?:in|at)|headquartered in)"
    r"\s*(?:of [\w&.' -]{2,40}? to |for [\w&.' -]{2,40}?(?= to |:)|在|也|都|有变|变更|变动|更新|修改|换到|"
    r"换为|变了|改了|换了|搬了|搬到|搬去|搬至|迁到|迁至|到|更新为|变更为|改成|改为|换成|变成|是|为|了|is|now|to|in|at|:|：|\s)*"
)
_ADDRESS_SHAPE = pattern(
    r"(?:[\u4e00-\u9fff]{2,8}省)?(?:[\u4e00-\u9fff]{2,8}市)?[\u4e00-\u9fff]{2,10}(?:区|县|镇|"
    r"市)[\u4e00-\u9fffA-Za-z0-9\-]{0,20}(?:路|街|道|大道|巷|弄|园|村|镇|广场|大厦|中心|工业区|"
    r"开发区)[\u4e00-\u9fffA-Za-z0-9\-#]{0,30}"
    r"|[\u4e00-\u9fff]{2,10}(?:路|街|大道|道)\d+号[\u4e00-\u9fffA-Za-z0-9\-#]{0,20}"
)
_ADDRESS_EN = pattern(
    r"\b\d{1,5}[a-z]? (?:[A-Z][\w'.-]* ?){1,4}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|"
    r"Boulevard|Blvd|Way|Place|Pl|Court|Ct|Square|Sq|Parkway|Pkwy|Highway|Hwy|Terrace|Crescent|Cres|Gardens|Circle|Close|Quay|Row|"
    r"Park)\b\.?(?:,? [A-Z0-9][\w .'-]*)*"
)
_INDUSTRY = pattern(
    r"(?:行业|所属行业|industry|sector)(?: of [\w& ]+? (?=to|is))?\s*(?:是|为|改成|改为|变更为|换成|is|to|:|：)*\s*"
    r"(?P<a>[^，。,;；\n]{2,16}?)(?=\s+[\u4e00-\u9fff]{2,4}[:：]|\s+(?:地址|电话|手机|规模|人数|邮箱|联系人|职位)|[，。,;；\n]|$)"
    r"|(?:是做|专做|专门做|主要做|主营|从事|做的是|做)"
    r"(?P<b>(?!什么|啥|哪)[\u4e00-\u9fffA-Za-z]{2,12}?)(?:的|行业|生意|业务|(?=[，。,;；\s\n]|$))"
    r"|(?:^|[，。,;；\s：:]|属于)(?P<d>(?:(?!属于)[\u4e00-\u9fff]){2,8})行业(?=[，。,;；\s\n]|$)"
    r"|\b(?:in the|from the) (?P<c>[a-z]+(?: [a-z]+)?) (?:industry|sector|business)\b"
)
_SIZE = pattern(
    r"(?:规模|员工数?|人数|size|headcount|staff|employees|team of)\s*(?:大概|大约|约|是|为|有|到|改成|"
    r"改为|扩大到|更新[成为到]|变成|现在|about|around|is|to|now|of|:|：|\s)*(?P<a>\d[\d,.]*万?\s*(?:多|来|余|\+|-\d+)?\s*(?:人|"
    r"员工|名|people|employees|staff)?)|(?P<b>(?:\d[\d,]*(?:\.\d)?万?|[一二三四五六七八九十百千两]+)\s*(?:多|来|"
    r"余|\+|-\d+)?\s*(?:个人|人|[多来]?号人|名员工|员工|people|employees|staff|headcount))"
)


_NEW_POSITION = pattern(
    r"(?:现在是|已经是|升任|升为|升职为|升职成|升了|升成|升到|升|晋升为|提拔为|提拔成|担任|调任|现任|"
    r"(?<!主)任|职位(?:改成|改为|变成|是|变更为)|改任|当上?了?|promoted to|now the|appointed|became|"
    r"new (?:role|position|job|title)(?: is|:)|title "
    r"(?:to|is)|is now(?: the)?|(?:\bis|'s)(?= [a-z& ]{2,30} now\b)|made)[\s\0]*"
    r"(?P<p>(?:head|vp|director|chief) of [a-z&]+(?: [a-z&]+)??(?= now\b| at |[,.;\n]|$)"
    r"|[\u4e00-\u9fffa-z& ]{2,30}?)(?=了|[，。,.;；\n]|$| at | now\b| "
    r"of )"
)


def fill_contact_data(s: Scene) -> None:
    """``phone`` (a mobile before a landline) and ``email``."""
    phones = [e for e in s.m.entities if e.kind == "phone"]
    best = next((e for e in phones if _CHINESE_MOBILE.match(e.value)), phones[0] if phones else None)
    if best:
        s.put("phone", best.value, best.start, best.end, why="telephone number")
    mail = next((e for e in s.m.entities if e.kind == "email"), None)
    if mail:
        s.put_text("email", mail.start, mail.end, why="e-mail address")


def fill_profile(s: Scene) -> None:
    """``address``, ``industry``, ``size``, ``position`` and ``department`` where they are given."""
    fill_address(s)
    fill_trade(s)
    _size(s)
    _position(s)
    fill_by_surname(s)


# 火炬开发区|了然后公司现在有60多人, Harbour Way Poole| and they've gone to 35 people
_GOES_ON = pattern(
    r"了?[，,]?(?:然后|而且|并且|另外|还有|现在有|主要做)|\s(?:and|but|so) (?:they|we|he|she|it|the|their|now)\b|"
    r",? by the way\b|[,;] ?(?:speak|talk|ask|contact|call|email|write|ring)(?:ing)? (?:to|for|with)?\b"
)
_IN = pattern(r"[^\d路街]*(?:在|位于)(?=.{4})")  # 东海精密在|苏州工业园区星湖街328号


def fill_address(s: Scene) -> None:
    label = next((hit for hit in _ADDRESS.finditer(s.m.low) if _leads(s, hit.end())), None)
    shape = _ADDRESS_SHAPE.search(s.m.text) or _ADDRESS_EN.search(s.m.text)
    if label and _is_account(s, label.end()):
        return  # jake moved to Contoso
    if label and (shape is None or label.end() < shape.end()):
        end = s.m.clause(label.end())[1]
        if s.m.lang == "en":
            stop = re.compile(r"[;\n.](?:\s|$)|$").search(s.m.low, label.end())
            end = _before_somebody(s, label.end(), stop.start() if stop else end)
        more = _GOES_ON.search(s.m.low, label.end() + 2, end)
        end = more.start() if more is not None else end
        if s.m.low[label.end() : end].rstrip("，。,. ").endswith("了"):
            end = label.end() + len(s.m.low[label.end() : end].rstrip("，。,. ")) - 1
        s.put_text("address", label.end(), end, why="behind its label")
    elif shape:
        before = _IN.match(shape[0])
        start = shape.start() + (before.end() if before else 0)
        s.put_text("address", start, shape.end(), sure=0.85, why="shaped like an address")


def _before_somebody(s: Scene, start: int, end: int) -> int:
    """Where an address ends: before the part of it, between commas, that names a person or a number."""
    others = [p.start for p in s.m.people]
    others += [e.start for e in s.m.entities if e.kind in ("phone", "email", "handle")]
    at = min((other for other in others if start < other < end), default=end)
    comma = s.m.low.rfind(",", start, at)
    return comma if at < end and comma > start else end


_SURNAME = pattern(
    r"姓(?P<whose>[\u4e00-\u9fff]{1,2})的(?P<title>经理|总监|主任|主管|厂长|院长|老板|老总|女士|先生|小姐|总)|(?P<role>老板娘?|老总|总经理|负责人|经理|主管|总监|总厨|厨师长|主任|部长|科长|处长|书记|社长|会长|站长|场长|队长|采购|会计|厂长|主任|院长|校长|店长|所长)(?:也?是)?姓(?P<name>[\u4e00-\u9fff]{1,2})(?=[，。,;；\s\n]|的|$)"
)


def fill_by_surname(s: Scene) -> None:
    """「老板姓方」: 方总; 「厂长姓王」: 王厂长; 「一个姓陈的经理」: 陈经理."""
    found = _SURNAME.search(s.m.low) if "contact" not in s.slots else None
    if found and found["whose"] and is_surname(found["whose"], is_called=True):
        title = "总" if found["title"].startswith("老") else found["title"]
        s.put("contact", found["whose"] + title, *found.span(), why="by surname")
    elif found and found["name"] and is_surname(found["name"], is_called=True):
        is_boss = found["role"] in ("老板", "老板娘", "老总", "总经理", "负责人")
        title = "总" if is_boss else found["role"]
        s.put("contact", found["name"] + title, found.start("name") - 1, found.end("name"), why="by surname")
        if "position" not in s.slots:
            s.put_text("position", found.start("role"), found.end("role"), why="beside a surname")


def _is_account(s: Scene, at: int) -> bool:
    """Is what stands behind a label of place one of the customers: somebody went to work there?"""
    end = s.m.clause(at)[1]
    return any(n.name.kind == "customer" and n.start == at and n.end >= end - 1 for n in s.m.names)


def _leads(s: Scene, at: int) -> bool:
    """Does something that can be an address stand behind its label: no mark, no telephone number?"""
    end = s.m.clause(at)[1]
    return s.m.low[at : at + 1] not in ("", "，", ",", "。", ".") and not any(at <= e.start < end for e in s.m.entities)


def fill_trade(s: Scene) -> None:
    """``industry`` where words of trade give it: 做五金的, in the packaging industry."""
    match = _INDUSTRY.search(s.m.low)
    if match:
        for group in "abcd":
            if match.group(group):
                s.put_text("industry", *match.span(group), sure=0.8, why="words of trade")
                return


def _size(s: Scene) -> None:
    match = _SIZE.search(s.m.low)
    if match and not any(e.start < match.end() and match.start() < e.end for e in s.m.entities):
        s.put_text(
            "size", *(match.span("a") if match.group("a") else match.span("b")), sure=0.85, why="number of people"
        )


def _position(s: Scene) -> None:
    """Not the 经理 in 何经理, which is how the person is addressed."""
    low = _without(_without(s.m.low, s.m.people), s.m.names)
    text = _without(_without(s.m.text, s.m.people), s.m.names)
    shape = _POSITION if s.m.lang == "zh" else _POSITION_EN
    position = next((hit for hit in shape.finditer(low) if not _NO_POSITIONS.fullmatch(hit.group())), None)
    if position is None and s.m.lang == "zh" and not text.isascii():
        position = _POSITION_EN.search(low)  # 联系人Sigrid，|head of procurement|
    if position:
        head = (_NOT_POSITION if s.m.lang == "zh" else _ARTICLE).match(position.group())
        start = position.start() + (head.end() if head else 0)
        more = (
            _OF_WHAT.match(text, position.end()) if s.m.lang == "en" and not _BY_NAME.search(position.group()) else None
        )
        s.put_text("position", start, more.end() if more else position.end(), sure=0.85, why="word of position")
    for match in _DEPARTMENT.finditer(text):
        head = _NOT_POSITION.match(match.group())
        start = match.start() + (head.end() if head else 0)
        if not s.is_used(start, match.end()):
            s.put_text("department", start, match.end(), sure=0.85, why="word of department")
            break


_OF_WHAT = pattern(r"(?: (?-i:[A-Z])[A-Za-z&]+){1,3}(?=\s*(?:[,.;)\n|]|$))")  # VP| Supply Chain,
_BY_NAME = pattern(
    r"(?:owner|founder|partner|president|buyer|secretary|assistant|principal|dean|foreman)$"
)  # owner |Morag Kerr|
# A lead is also a prospect.
_NO_POSITIONS = pattern(r"(?:.*\b(?:new|add|log|a|an|another|this|hot|warm|cold|got|sales) )?lead|contact")
# … dog grooming the |owner|
_ARTICLE = pattern(r".*\b(?:(?:the|is|our|their|his|her|an?)|(?:in|near|at|from) [a-z]+) (?=[a-z])")
# What stands before a position without being part of it: 「找他们|创始人」, 「联系人是|采购主管」.
_NOT_POSITION = pattern(r".*(?:他们?|她们?|我们|对方|找|联系人|负责人是|职[位务]是?|那边的?|的|是|叫|姓)")


def _without(text: str, spans: Iterable[Person | NameMatch]) -> str:
    """The text with people and names blanked out."""
    for span in spans:
        text = text[: span.start] + "\0" * (span.end - span.start) + text[span.end :]
    return text


_TRADE_EN = pattern(
    r"\b(?:[a-z]+ ){0,2}(?:manufactur(?:ing|er)|logistics|software|biotech|fintech|medtech|retail(?:er)?|"
    r"wholesale(?:r)?|"
    r"construction|law firm|law|consult(?:ing|ancy)|agency|health ?care|pharma|automotive|packaging|"
    r"hospitality|insurance|"
    r"real estate|brewery|bakery|restaurants?|e-?commerce|saas|education|catering|textiles?|shipping|"
    r"mining|farming|haulage)"
    r"(?=\s*(?:[,.;|\n(]|$))"
)


_POSITION_BESIDE = pattern(r"\s*[,(]\s*(?P<p>[a-z][a-z &/-]{2,30}[a-z])(?=\s*[,.;)\n|]|$)")
_NO_POSITION = pattern(
    r"phone|mobile|cell|email|please|pls|thanks|from|at|add|new|tel|no |met|interested|.*\b(?:his|her|"
    r"their|said|wants|is)\b"
)


def fill_beside(s: Scene) -> None:
    """English only: ``position`` right behind the contact's name, ``industry`` named by a word of trade."""
    if s.m.lang != "en":
        return
    contact = s.slots.get("contact")
    match = _POSITION_BESIDE.match(s.m.text, contact.end) if contact else None
    if match and "position" not in s.slots and not _NO_POSITION.match(match.group("p")):
        s.put_text("position", *match.span("p"), sure=0.7, why="behind the contact's name")
    _fill_town(s)
    trade = _TRADE_EN.search(s.m.text)
    if trade and "industry" not in s.slots and not s.is_used(*trade.span()):
        s.put_text("industry", *trade.span(), sure=0.7, why="word of trade")


_TOWN_BESIDE = pattern(
    r"(?:, ?| ?\()(?P<town>[A-ZÀ-Þ][\w'’-]+(?: [A-ZÀ-Þ][\w'’-]+){0,2}(?:,? [A-Z]{2,3}\b)?)(?=\s*(?:[,;.)\n]|$))"
)


def _fill_town(s: Scene) -> None:
    """``address``: an uncommon name right behind the customer's, where the contact stands elsewhere."""
    customer, contact = s.slots.get("customer"), s.slots.get("contact")
    found = _TOWN_BESIDE.match(s.m.text, customer.end) if customer and contact and "address" not in s.slots else None
    if found is None or s.is_used(*found.span("town")):
        return
    parts = [part for part in found["town"].replace(",", "").split() if not part.isupper()]
    if parts and not any(part.lower() in given_names() or commonness(part.lower()) for part in parts):
        s.put_text("address", *found.span("town"), sure=0.6, why="a town behind the name")


def fill_changed_field(s: Scene) -> None:
    """What update_customer changes."""
    fill_contact_data(s)
    if not s.m.entities or s.m.has("field.address"):
        fill_address(s)
    fill_trade(s)
    _size(s)
    low = _without(_without(s.m.low, s.m.people), s.m.names)
    for match in _NEW_POSITION.finditer(low):
        if _POSITION.search(match.group("p")) or _POSITION_EN.search(match.group("p")):
            s.put_text("position", *match.span("p"), why="new position")
    moved = _NEW_DEPARTMENT.search(low)
    if moved and "address" not in s.slots and not s.is_used(*moved.span("d")):
        s.put_text("department", *moved.span("d"), why="new department")
