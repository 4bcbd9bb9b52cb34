"""What a message makes, tells or changes, as marks: a new record, a visit, something broken, a field that moved."""

from nlu.lexicon import Cue
from nlu.message import Message
from nlu.patterns import pattern
from nlu.places import is_subject
from nlu.scene import Scene

__all__ = ["change_marks", "creation_marks", "service_marks", "visit_marks"]

_NEW = pattern(r"\s*(?:new|potential|possible|another|新|新增|新的|潜在)?\s*")
_RATED = pattern(
    r"[\d一二三四五]\s*(?:分|星|颗星|/\s*5|out of|stars?)|(?:rated|score|csat|满意度|评分|打分)\D{0,30}\d"
    r"|\bgave (?:\w+ ){1,3}[1-5]\b"
)
_TICKET = pattern(r"ticket|工单|case")
_OBJECTS = ("customer", "contact", "opportunity", "contract", "order", "invoice", "request")
_OURS = pattern(
    # each begins with a letter, so that only places where one of these stands are looked at
    r"我们?(?:的|这边|这里|家|店|公司|单位|厂|机房|车间|仓库)|我(?<![^，。,\s]我)们?是.{1,12}的|"
    r"y(?<!\wy)ou (?:sent|delivered|sold|installed|shipped)\b|贵司|你们(?:的|家|公司|卖|给|能|派"
    r"|快|赶紧|来)|o(?<!\wo)ur\b|w(?<!\ww)e (?:are|can't)\b|t(?<!\wt)his is\b|i(?<!\wi)'m from\b|m(?<!\wm)y\b"
)


def creation_marks(m: Message, found: set[str]) -> None:
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
_THEY = r"(?:the )?(?:he|she|they|client|customer|buyer|prospect)\b"
_SOMEBODY = pattern(rf"客户|对方|他们?(?!吗)|她们?|那边|[,.;] ?{_THEY}")
_THEY_FIRST = pattern(_THEY)
_SOMEONE_AT = pattern(r"[A-Z][a-z]+(?: [A-Z][a-z]+)? (?:at|from|@|of) [A-Z]")


def _told_of(s: Scene) -> bool:
    """Does the message tell of somebody outside: 客户, they, or an unknown word in the place of a subject?"""
    m = s.m
    if m.has("func.role") or _THEY_FIRST.match(m.low) or _SOMEBODY.search(m.low):
        return True
    if m.lang == "en" and _SOMEONE_AT.match(m.text):
        return True
    return any(is_subject(m, c, c.start, c.end) for c in s.chunks if c.number == 0) or (
        "person.say" in s.chunks[0].right and "edge" in s.chunks[0].left if s.chunks else False
    )


def visit_marks(s: Scene, found: set[str]) -> None:
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
    r"| (?<=[a-z] )is (?:on (?:his|her|their|the) way|going|heading|coming).{0,30}\b(?:fix|repair|look at)\b"
)


def service_marks(m: Message, found: set[str]) -> None:
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
# 他们公司|电话是…
_DATA_ARE = pattern(r"(?:邮箱|电话|手机号?|地址|微信|号码)(?:是|为|[:：])")
_WHOSE_DATA = pattern(r"(?:[^新]的|^|他们|她们|公司|单位|医院|学校|厂里?|店里?)$")
_MOVED = pattern(
    r"升(?:任|为|职|了|到|[^，。,]{0,4}(?:长|经理|总|主任|总监|主管))|晋升|调任|调(?:去|往)|promoted|(?:relocated|"
    r"moved) to (?!\w+day|next|tomorrow|negot|propos|discov|won\b|lost\b|closed|stage|q[1-4])|搬(?:到|"
    r"家|去)|换(?:了)?(?:手机|号|电话|邮箱)"
    r"|new (?:number|email|address|phone|mobile|direct line)|新(?:号|号码|电话|手机|邮箱|地址)"
)
_LEFT = pattern(r"\bno longer (?:at|with)\b|\bleft the company\b|离职")
_CORRECTED = pattern(r"不是.{1,12}[，, ]?(?:而)?是|not .{1,14}\bbut\b")
_WANTS = pattern(r"\b(?:wants?|needs?|would like|asked for|buying|takes?) (?:to (?:order|buy) )?\d|要\d")
_PLACED = pattern(r"下了.{1,12}(?:订单|的单)")
_NOW_AT = pattern(
    r"\b(?:is|are|was|went|came|goes|dropped|fell|rose|raised|increased|reduced"
    r"|cut|gone) (?:now|to|down to|up to|only) |\b(?:now|down to|up to) [$£€]?\d| (?:(?<=\d )|(?<=\d[kmw] ))now\b"
)
_INVOICE = pattern(r"开.{0,10}(?:的|张)(?:发票|专票|普票|票)(?!据)")
# 打算|下单, will |order: what is still to come is a deal that closes then, no paper.
_BUY = r"(?:下(?:个|正式)?(?:订单|单)|订货|签(?:约|单|合同|协议))(?!了|的)"
_PLANNED = pattern(
    rf"(?:打算|准备|计划|预计|估计|争取|可能会?|应该会?|有望|想)[^，。,;；]{{0,12}}{_BUY}"
    r"|(?:'ll|\bwill|\bgoing to|\bplans? to|\bplanning to|\bexpects? to|\bhopes? to|\bhoping to|\bshould) "
    r"(?:\w+ ){0,2}?(?:place an order|order|sign)\b"
)
_THEN = pattern(
    rf"(?:之?前|左右|以后|之后|底|初)?(?:就|才|再|会|能|要|可以|肯定|大概|应该|正式|给我们?|跟我们?){{0,3}}{_BUY}"
)
_FOR_ME = pattern(r"帮我?|请|麻烦|给我")


def _is_ahead(m: Message) -> bool:
    """Is a purchase spoken of that is still to come: 「下个月底前下单」, "will place an order in May"?"""
    if _PLANNED.search(m.low):
        return True
    today = m.now.date()
    ahead = [v for v in m.times() if v.future and v.future.days.end > today]
    times = [v for v in ahead if v.open == "start" or not v.past or v.past.days.end > today]
    return not _FOR_ME.match(m.low) and any(_THEN.match(m.low, v.end) for v in times)


_THAT_ORDER = pattern(r"[那这](?:一?单|批货|批|笔货)|\bthe (?:order|shipment|goods)\b")


# 恒力石化的会|从周二改到周四下午2点: when one meets, and not when a deal closes
_RESCHEDULED = pattern(
    r"(?:的|[约跟和与].{1,16})(?:会议?|演示|见面|拜访|考察|参观|培训|[电视][话频]会议?)(?:时间)?(?:从[^，。,;；]{1,10}?)?"
    r"(?:临时)?(?:改|推迟?|挪|延期?|提前|调整?)[到至]"
)


def _tells_data(low: str) -> bool:
    """Are somebody's telephone, address and the like told?"""
    return any(_WHOSE_DATA.search(low, 0, found.start()) for found in _DATA_ARE.finditer(low))


def change_marks(m: Message, found: set[str]) -> None:
    if not found.isdisjoint({"code", "field.unit_price"}) and _WANTS.search(m.low):
        found.add("create.buy")
        if "code" in found:
            found.add("buys")
    if found >= {"code", "field.unit_price"} and found.isdisjoint({"object.contract", "create.contract"}):
        found.add("buys")
    if _is_ahead(m):
        found.add("ahead")
    if "goods" in found and _PLACED.search(m.low):
        found.add("buys")
    if "money" in found and _NOW_AT.search(m.low):
        found.add("change")
    change = m.first("verb.change")
    if change or _CORRECTED.search(m.low):
        found.add("change")
    if change:
        met = m.first("log.met")
        if change.start <= 2 or (m.low[:1] == "把" and (met is None or change.start < met.start)):
            found.add("ordered_change")
    if m.lang == "zh" and m.times() and not m.has("verb.remind") and _RESCHEDULED.search(m.low):
        found.add("rescheduled")
    if m.has("field.expected_close"):
        found.add("close_field")
    if any(n.name.kind == "opportunity" for n in m.names):
        found.add("known_deal")
    if _INVOICE.search(m.low):
        found.add("create.invoice")
    if not found.isdisjoint({"object.order", "code", "field.order_number"}) or _THAT_ORDER.search(m.low):
        found.add("order")
    if _LEFT.search(m.low):
        found.add("left")
    if _NOW_IS.search(m.low) or _MOVED.search(m.low) or _tells_data(m.low):
        found.add("moved")
        if "搬" in m.low and all(m.low[c.start : c.end] == "去了" for c in m.all("log.met")):
            found.discard("visit")
