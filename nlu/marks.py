"""Facts about a whole message that the intent rules ask for."""

import re

from nlu.chunks import given_names
from nlu.company_like import is_company_like
from nlu.lexicon import Cue
from nlu.message import Message
from nlu.patterns import pattern
from nlu.places import is_subject
from nlu.scene import Scene
from nlu.types import Value

__all__ = ["is_past", "marks", "mentioned"]

_COUNTED = pattern(r"几家|多少家|几个客户|几次|多少次|几趟|how (?:often|many times)")
_NEW = pattern(r"\s*(?:new|potential|possible|another|新|新增|新的|潜在)?\s*")
_RATED = pattern(r"[\d一二三四五]\s*(?:分|星|颗星|/\s*5|out of|stars?)|(?:rated|score|csat|满意度|评分)\D{0,30}\d")
_TICKET = pattern(r"ticket|工单|case")

_OBJECTS = ("customer", "contact", "opportunity", "contract", "order", "invoice", "request")
_QUESTION_END = pattern(r"[?？]\s*$|(?:[吗呢么]|哪天|哪一天|几号|几点|多少|是谁|哪里|哪家)\s*[?？。!！]*\s*$")
_ASKS = pattern(
    r"^(?:请问|帮我|麻烦|请)?(?:查|看|列|找|搜|统计|汇总|显示|(?:show|list|find|look up|search|display|"
    r"get me|pull up|give me|who|what|which|how|when|where|do we|do i|any|is there|are there|tell me|"
    r"will|can we|are we|did|have we|have i)\b)"
)
_CONTACT_WORDS = pattern(
    r"what happened with|the latest (?:with|on)|where are we with|多久没|多长时间没"
    r"|did (?:anyone|anybody|we|i|you|he|she) (?:call|visit|meet|talk|speak|see|contact|email)|"
    r"what's new (?:with|at)|之前.{0,5}[聊谈]|上次|上回|最近一次|"
    r"最后一次|最近.{0,6}(?:进展|动静|动向|情况|消息)|(?:提到|关于|有关|涉及|包含)[^，。]{1,12}的(?:跟进|记录|拜访"
    r"|沟通|纪要)|"
    r"(?:follow[- ]?ups?|notes?|calls?|visits?|meetings?) (?:that )?mention|"
    r"last (?:time|talk|spoke|speak|contact|call|visit|meet|met|touch)|"
    r"(?:talk|spoke|speak|contact|call|visit|meet|met|touch)\w* .{0,30}last"
)
_DUE = pattern(r"what'?s due|what is due|anything due")
_HOW_DID = pattern(
    r"how(?:'s| (?:did|is|are|was|were|has|have)) .{1,30}(?:do|doing|done|perform\w*|go|going|been|look|"
    r"looking)\b|(?:做|干|卖|完成|签)得?(?:怎么样|如何|咋样)|怎么样|咋样|如何"
)
_LOOK_UP = pattern(
    r"\s*(?:请|帮我|麻烦)?(?:[\u4e00-\u9fff]{2,8}谁(?:负责|管)|查|查一下|查下|查查|搜|搜一下|搜索|找一下"
    r"|找下|look up|find|search(?: "
    r"for)?|pull up|who is|who's|谁是|who do we "
    r"know|do we have (?!a |an |any )|is .{2,30} (?:in the (?:system|crm)|a customer))\s*\S"
)
_STRONG_NEWS = pattern(
    r"据(?:媒体|报道|悉|新华社|路透)|早报|晚报|快讯[：:｜|]|不构成.{0,4}(?:投资)?建议|各位(?:同事|"
    r"领导|亲|老师|家人|伙伴|好友|同仁|客户)|全体(?:同事|员工|人员|同仁)|@所有人|@全体|@channel|"
    r"@everyone|@here"
    r"|^(?:转|转发|转自|fwd?|fyi all)\s*[：:|｜]|^[\[【](?:转|通知|公告|快讯|新闻|转发|紧急通知|"
    r"会议通知|放假通知)|通知[：:]|公告[：:]|温馨提示|放假通知|hi all|hi team|hi everyone|hello "
    r"everyone|hey all|hey team|hey everyone|dear all|dear team|dear colleagues|all hands|all-hands|"
    r"town hall|^announcement|press release|newsletter|^breaking|according to (?:media|reuters|"
    r"bloomberg|reports|analysts)|unsubscribe|office will be closed"
)
_SPLIT_CARD = pattern(r"[\n|｜]| / |(?<=\S)\s{2,}")
_OURS = pattern(
    r"我们?(?:的|这边|这里|家|店|公司|单位|厂|机房|车间|仓库)|(?:^|[，。,\s])我(?:们)?是.{1,12}的|"
    r"\byou (?:sent|delivered|sold|installed|shipped)\b|贵司|你们(?:的|家|公司|卖|给|能|派"
    r"|快|赶紧|来)|\bour\b|\bwe are\b|\bthis is\b|\bi'm from\b|\bwe "
    r"can't\b|\bmy\b"
)


def is_past(value: Value, m: Message) -> bool:
    """Does the time lie before now in both readings (昨天, last week)?"""
    reading = value.future or value.past
    if reading is None:
        return False
    day = reading.end.date() if hasattr(reading.end, "date") else reading.end
    return bool(day < m.now.date())


def marks(s: Scene) -> frozenset[str]:
    """All cue kinds of the message and the marks."""
    m = s.m
    found = set(m.kinds)
    _what_is_there(m, found)
    if "party" not in found and any(_party_like(m.text[c.start : c.end]) for c in s.chunks):
        found.add("party")
    _service(m, found)
    _speech(m, found)
    _creation(m, found)
    _visit(s, found)
    _changes(m, found)
    if {"subject", "said"} <= found:
        found.discard("talk")
    return frozenset(found)


def _party_like(text: str) -> bool:
    return is_company_like(text.lower()) or text.split()[0].lower() in given_names()


_NUMBERED = {
    "invoice": pattern(r"invoice|发票"),
    "contract": pattern(r"contract|合同"),
    "order": pattern(r"order|订单"),
}


def _what_is_there(m: Message, found: set[str]) -> None:
    found.update(f"{e.kind}" for e in m.entities)
    if any(n.name.kind != "user" for n in m.names) or m.has("company.known"):
        found.add("name")
    if m.people or "name" in found:
        found.add("party")
    if m.amounts():
        found.add("money")
    if "money" in found or any(v.kind == "number" and v.unit for v in m.values):
        found.add("goods")
    for name, shape in _NUMBERED.items():
        if f"object.{name}_number" in found and shape.search(m.low):
            found.add(f"object.{name}")
    times = m.times()
    if times:
        found.add("time")
    if _THIS_PERIOD.search(m.low):
        found.add("period")
    if any(
        v.kind == "range" or (v.grain and v.grain in ("week", "month", "quarter", "half", "year", "day")) for v in times
    ):
        found.add("period")
    if len(m.low.strip()) <= 14 or (m.lang == "en" and m.low.count(" ") <= 6):
        found.add("short")
    if m.has("channel.visit", "channel.call", "channel.email", "channel.meeting", "channel.chat"):
        found.add("channel")
    if any(_is_stage(m, c) for c in m.section("stage")):
        found.add("stage_cue")
    if _TERMS.search(m.low):
        found.add("payment_terms")
    states = {k for k in found if k.startswith("order_status.")}
    if states - {"order_status.placed"}:
        found.add("order_status")
    elif states and found & {"goods", "code"}:
        found.add("placed")
    if any(k.startswith("request_status.") for k in found):
        found.add("request_status")


_TERMS = pattern(
    r"预付|首付|定金|货到付款|月结|账期|尾款|质保金?|付款方式|upfront|deposit|net ?\d\d|on delivery|payment"
)
_THIS_PERIOD = pattern(r"\bthe (?:month|quarter|year|week)\b")
_AT_STAGE = pattern(r"(?:\bat|\bin|\binto|\bto|stage|phase|=|:)\s*(?:the )?$")


def _is_stage(m: Message, cue: Cue) -> bool:
    """ "proposal" and "negotiation" are plain words of English too; there a stage stands behind "at", "in" or "to"."""
    word = m.low[cue.start : cue.end]
    if word not in (
        "proposal",
        "negotiation",
        "negotiations",
        "discovery",
        "quotation",
        "signed",
        "dead",
        "win",
        "lost to",
    ):
        return True
    if word in ("signed", "dead", "win", "lost to"):
        return word == "signed" and not m.has("log.met")
    behind = m.low[cue.end : cue.end + 7]
    return (
        _AT_STAGE.search(m.low[: cue.start]) is not None
        or behind.lstrip().startswith(("stage", "phase"))
        or not m.has("log.met", "log.weak")
    )


_SENTENCE = pattern(
    r"[了过没未]|[，,。；;!！]|\b(?:is|are|was|were|has|have|had|will|to|new|add|create"
    r"|said|wants|met|visited|called|spoke|talked|saw|sent|won't|isn't|can't|didn't|hasn't)\b"
)


def _is_noun_phrase(m: Message) -> bool:
    """Short, without a verb form or a mark: 「王磊本周的拜访」, "open deals for Atlas Gyms"."""
    limit = 18 if m.lang == "zh" else 48
    if (
        len(m.low) > limit
        or _SENTENCE.search(m.low)
        or m.has("verb.create", "verb.change", "person.say", "verb.remind")
    ):
        return False
    return not any(kind.startswith("create.") for kind in m.kinds)


def _speech(m: Message, found: set[str]) -> None:
    low = m.low
    asked = _QUESTION_END.search(low) is not None or _ASKS.match(low) is not None or m.has("question.what")
    if _ASKS.match(low) or low.rstrip().endswith(("?", "吗", "呢")) or _QUESTION_END.search(low):
        found.add("asked")
    if asked or (m.has("verb.show") and (m.first("verb.show") or m.cues[0]).start <= 8):
        found.add("query")
    if "query" in found and not _is_question(m):
        found -= {"query", "asked"}
    if "phone" in found:
        found.add("code_phone")
    if _is_noun_phrase(m):
        found.add("noun_phrase")
        if m.people and not any(n.name.kind == "user" for n in m.names):
            found.add("party_title")
    if _COUNTED.search(low):
        found.add("counted")
    if _DUE.search(low):
        found |= {"object.reminder", "query", "asked"}
    if _HOW_DID.search(low):
        found.add("how_did")
    if _LOOK_UP.match(low) and len(low) <= 40:
        found.add("look_up")
    if _CONTACT_WORDS.search(low):
        found.add("asks_contact")
    if _SIZED.search(low):
        found.add("query")
    if mentioned(m):
        found |= {"asks_contact", "query"}
    if _STRONG_NEWS.search(low) or len(m.all("junk.news")) >= 3:
        found.add("news")
    if (
        m.has("junk.talk")
        and len(low) <= 40
        and not found & {"name", "money", "phone", "email", "object.opportunity", "fault"}
        and len(m.section("log")) == 0
    ):
        found.add("talk")
    if _is_card(m):
        found.add("card")


_SIZED = pattern(
    r"(?:超过|大于|高于|不到|低于|少于|[以之][上下]的?).{0,12}(?:商机|单子|项目|机会)(?:$|有|[?？])"
    r"|\b(?:deals|opps|opportunities) (?:over|above|under|below|bigger|larger|worth more)"
)
_MENTIONED = pattern(
    r"(?:提到|关于|有关|涉及|包含|说到|聊到)(?P<zh>[^，。,的]{1,12})的(?:跟进|记录|拜访|沟通|纪要)"
    r"|(?:follow[- ]?ups?|notes?|calls?|visits?|meetings?) (?:that )?(?:mention(?:s|ed|ing)?"
    r"|containing|with the word) (?P<en>.{2,40})$"
)


def mentioned(m: Message) -> tuple[int, int] | None:
    """Where the word stands that the notes asked for contain."""
    match = _MENTIONED.search(m.low)
    return match.span("zh" if match.group("zh") else "en") if match else None


def _is_question(m: Message) -> bool:
    """A question put to the CRM, and not one that a customer asked in a note."""
    if m.has("verb.show") and (m.first("verb.show") or m.cues[0]).start <= 8:
        return True
    if _ASKS.match(m.low):
        return True
    says = m.first("person.say")
    asks = m.first("question.what")
    if len(m.clauses) > 2 or len(m.low) > 60:
        return False
    told = says and asks and says.start < asks.start and m.times() and is_past(m.times()[0], m)
    return not told


def _creation(m: Message, found: set[str]) -> None:
    for cue in m.cues:
        if cue.kind == "verb.create":
            target = _object_after(m, cue)
            if target:
                found.add("create." + target)
    head = _NEW.match(m.low)
    start = head.end() if head else 0
    for cue in m.cues:
        if cue.start > start + 1:
            break
        name = cue.kind.removeprefix("object.")
        if cue.start <= start and name in _OBJECTS and cue.kind.startswith("object.") and start > 0:
            found.add("create." + name)
    first = m.cues[0] if m.cues else None
    if first and first.kind.startswith("object.") and first.start <= 1 and "goods" in found and "query" not in found:
        name = first.kind.removeprefix("object.")
        if name in ("contract", "order", "invoice", "opportunity") and "order_status" not in found:
            found.add("create." + name)
    if "create.contact" in found:
        found.add("create.customer")


def _object_after(m: Message, verb: Cue) -> str | None:
    """The kind of record a create verb makes: the nearest object behind it in the same clause, or just before it."""
    end = m.clause(verb.start)[1]
    reach = min(end, verb.end + (8 if m.lang == "zh" else 45))
    for cue in m.cues:
        name = cue.kind.removeprefix("object.")
        if cue.start >= verb.end and cue.end <= reach + 2 and cue.kind.startswith("object.") and name in _OBJECTS:
            return name
    if m.low[verb.start] in "录登入加存" or "把" in m.low[: verb.start]:
        behind = [c for c in m.cues if c.end <= verb.start and c.kind.startswith("object.") and verb.start - c.end <= 6]
        names = [c.kind.removeprefix("object.") for c in behind if c.kind.removeprefix("object.") in _OBJECTS]
        return names[-1] if names else None
    return None


_WITH = pattern(r"\b(?:with|w/|at|to)\b")


# 通了半小时电话, 开了两小时会, 见了一面
_AT_LENGTH = pattern(r"[通打聊谈开见吃碰]了.{1,7}(?:电话|会|面|饭|话|个头)")


_SOMEBODY = pattern(
    r"客户|对方|他们?(?!吗)|她们?|那边|(?:^|[,.;] ?)(?:the )?(?:he|she|they|client|customer|buyer|prospect)\b"
)


_SOMEONE_AT = re.compile(r"[A-Z][a-z]+(?: [A-Z][a-z]+)? (?:at|from|@|of) [A-Z]")


def _told_of(s: Scene) -> bool:
    """Does the message tell of somebody outside: 客户, they, or an unknown word in the place of a subject?"""
    m = s.m
    if m.has("func.role") or _SOMEBODY.search(m.low):
        return True
    if m.lang == "en" and _SOMEONE_AT.match(m.text):
        return True
    return any(is_subject(m, c, c.start, c.end) for c in s.chunks if c.number == 0) or (
        "person.say" in s.chunks[0].right and "edge" in s.chunks[0].left if s.chunks else False
    )


def _visit(s: Scene, found: set[str]) -> None:
    """Did a contact with the customer take place (or was it missed)? Not asked about, not ahead."""
    m = s.m
    if m.has("log.heading"):
        found.add("heading")
    if m.has("log.met") or _AT_LENGTH.search(m.low):
        found.add("visit")
    elif m.has("log.weak") and (m.times() or m.names or "party" in found or _WITH.search(m.low)):
        found.add("visit_perhaps")
    if _told_of(s):
        found.add("subject")
    if m.has("person.say"):
        found.add("said")
        if len(m.clauses) >= 3:
            found.add("said_at_length")
    if m.has("verb.remind"):
        cue = m.first("verb.remind")
        first = m.first("log.met")
        if cue and not (first and first.start < cue.start and m.clause(first.start) != m.clause(cue.start)):
            found.add("remind")
            found.discard("visit")


_CALLED_ON = pattern(r"回访|拜访|上门|见了|见到|聊了|\b(?:met|visited|spoke|talked|saw)\b")
_REPORTED = pattern(
    r"(?:来电|打电话来?|微信|反映|反馈|投诉|报修)(?:说|称|，|反映)?|complain(?:s|ed)|(?:called"
    r"|emailed|wrote|texted),? (?:in )?(?:to say |saying |about )?(?:that )?(?:their|the|his|her)|reports"
    r"|reported|you (?:sent|delivered|sold)"
)
_REPAIRED = pattern(
    r"问题解决|排除了|修好|修复|恢复正常|恢复运行|\b(?:fixed|repaired|working (?:again|now|fine)"
    r"|back (?:up|online)|up and running)\b"
)
_SENT_TO_MEND = pattern(
    r"(?:让|叫|安排|派|交给|转给|由|请)(?!我|尽|赶|马上|立)[^，,。我他你]{1,5}(?:去|来|过去|负责)?(?:处理|解决"
    r"|维修|修|跟进处理|上门看|看一下故障)"
    r"|\b[a-z]+ is (?:on (?:his|her|their|the) way|going|heading|coming).{0,30}\b(?:fix|repair|look at)\b"
)


def _service(m: Message, found: set[str]) -> None:
    if m.has("service.fault"):
        found.add("fault")
    if m.has("service.rated") and _RATED.search(m.low):
        found.add("rated")
    if m.has("verb.assign"):
        found.add("assign")
        if any(n.name.kind == "user" for n in m.names):
            found.add("assigned_user")
        if "assigned_user" in found or m.people:
            found.add("assigned")
    if m.has("field.measures"):
        found.add("handled")
    if any(_TICKET.search(m.low[c.start : c.end]) for c in m.section("request_status")):
        found.add("object.request")
    if m.has("request_status.resolved", "request_status.closed"):
        found.add("solved")
    if _REPAIRED.search(m.low):
        found |= {"solved", "handled"}
    if _SENT_TO_MEND.search(m.low):
        found |= {"verb.dispatch", "assign", "assigned"}
    if _OURS.search(m.low):
        found.add("ours")
    if _REPORTED.search(m.low) and not _CALLED_ON.search(m.low):
        found.add("trouble_told")


_NOW_IS = pattern(
    r"(?:现在|已经|目前)(?:是|当上|做|升)[^，。,]{0,10}(?:经理|总监|主任|主管|[部处科院校所厂局]长|"
    r"总工|副总|负责人)(?:了|$)"
    r"|is now (?:the |a |our |their )?(?:[\w&-]+ ){0,3}(?:manager|director|lead|head|officer|"
    r"president|ceo|cto|cfo|coo|vp|supervisor)|离职|换人了|\bno longer (?:at|with)\b|left the company|(?:扩|增|减|裁"
    r"|涨)到.{0,3}\d+.{0,2}人|(?:现在|目前|现)(?:有|是)?.{0,3}\d+.{0,2}人|"
    r"(?:now has|has grown to|down to|up to) "
    r"\d[\d,]* (?:people|staff|employees)"
)
_MOVED = pattern(
    r"[^新]的(?:邮箱|电话|手机号?|地址|微信|号码)(?:是|为|[:：])|\b[a-z]+'s (?:email|number|phone|address) is|"
    r"升(?:任|为|职|了|到|[^，。,]{0,4}(?:长|经理|总|主任|总监|主管))|晋升|调任|调(?:去|往)|promoted|(?:relocated|"
    r"moved) to (?!\w+day|next|tomorrow|negot|propos|discov|won\b|lost\b|closed|stage|q[1-4])|搬(?:到|"
    r"家|去)|换(?:了)?(?:手机|号|电话|邮箱)"
    r"|new (?:number|email|address|phone|mobile|direct line)|新(?:号|号码|电话|手机|邮箱|地址)"
)
_LEFT = pattern(r"\bno longer (?:at|with)\b|\bleft the company\b|(?:已经?)?离职了?")
_CORRECTED = pattern(r"不是.{1,12}[，, ]?(?:而)?是|not .{1,14}\bbut\b")


_WANTS = pattern(r"\b(?:wants?|needs?|would like|asked for|buying|takes?) (?:to (?:order|buy) )?\d|要\d")
_PLACED = pattern(r"下了.{1,12}(?:订单|的单)")
_NOW_AT = pattern(
    r"\b(?:is|are|was|went|came|goes|dropped|fell|rose|raised|increased|reduced"
    r"|cut|gone) (?:now|to|down to|up to|only) |\b(?:now|down to|up to) [$£€]?\d|\d[kmw]? now\b"
)
_INVOICE = pattern(r"开.{0,10}(?:的|张)(?:发票|专票|普票|票)(?!据)")
_THAT_ORDER = pattern(r"[那这](?:一?单|批货|批|笔货)|\bthe (?:order|shipment|goods)\b")


def _changes(m: Message, found: set[str]) -> None:
    if _WANTS.search(m.low) and not found.isdisjoint({"code", "field.unit_price"}):
        found.add("create.buy")
        if "code" in found:
            found.add("buys")
    if found >= {"code", "field.unit_price"} and found.isdisjoint({"object.contract", "create.contract"}):
        found.add("buys")
    if _PLACED.search(m.low) and "goods" in found:
        found.add("buys")
    if "money" in found and _NOW_AT.search(m.low):
        found.add("change")
    change = m.first("verb.change")
    if _CORRECTED.search(m.low):
        found.add("change")
    if change:
        found.add("change")
        met = m.first("log.met")
        if change.start <= 2 or (m.low[:1] == "把" and (met is None or change.start < met.start)):
            found.add("ordered_change")
    if m.has("field.expected_close"):
        found.add("close_field")
    if any(n.name.kind == "opportunity" for n in m.names):
        found.add("known_deal")
    if _INVOICE.search(m.low):
        found.add("create.invoice")
    if _THAT_ORDER.search(m.low) or "object.order" in found or "code" in found or "field.order_number" in found:
        found.add("order")
    if _LEFT.search(m.low):
        found.add("left")
    if _NOW_IS.search(m.low) or _MOVED.search(m.low):
        found.add("moved")
        if "搬" in m.low and all(m.low[c.start : c.end] == "去了" for c in m.all("log.met")):
            found.discard("visit")


def _is_card(m: Message) -> bool:
    """Lines of a business card, a signature or a vCard: contact data without a sentence."""
    if "begin:vcard" in m.low:
        return True
    if not any(e.kind in ("phone", "email") for e in m.entities):
        return False
    lines = [piece for piece in _SPLIT_CARD.split(m.text) if piece.strip()]
    return len(lines) >= 3 and not m.has("log.met")
