"""Which time is which: when it happened, what comes next, when it closes.

A time value has a past and a future reading. Its direction (yesterday, next week) and the words of its clause give it a
role; only then is the reading chosen (design §7: 周三 is the coming one for a future slot, the last for a past one).
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, TypeAlias

from nlu.patterns import pattern
from nlu.questions import is_past
from nlu.readings import as_day, nearer
from nlu.scene import Scene
from nlu.types import Grain, Value

__all__ = ["Role", "Timed", "assign_roles"]

Role: TypeAlias = Literal["occurred", "next", "close", "none"]

_CLOSE_BEFORE = pattern(
    r"(?:预计|预估|计划|争取|力争|希望|打算|最晚|目标)?(?:成交|签约|签单|签合同|签下|关单|结单|落单|"
    r"招标|开标|立项|采购|上会|定标|下单|拍板|成单)(?:日期|时间|日)?(?:是|在|为|：|:|到|改到|推到|"
    r"改成|延到|大概|约|应该|调整到|\s)*$"
    r"|(?:预计|预估|估计|争取|力争)(?:是|在|能|于|到|：|:|\s)*$|年?内?能?(?:定下来|签|成交)(?:在)?$"
    r"|(?:clos(?:e|es|ing)(?: date)?|sign(?:s|ing)?|expected(?: close| to close| by| in)?|decision|"
    r"decid(?:es?|ing)|eta|go(?:es)? live|award(?:ed)?|target(?: date)?|land(?:s|ing)?|(?<!the )(?<!revised )contract)"
    r"(?: "
    r"(?:is|date|for|of|expected|likely|probably|it|them|this|pushed|moved|slipped|to|the deal|around|"
    r"about|sometime|at))*[ :=]*(?:by|in|on|before|for|around|at|to|the|end of|until|-)?\s*(?:the )?"
    r"(?:大概|大约|约|预计|在|是|到)*$"
    r"|\b(?:sign|clos|decid|decision)\w* (?:by|before) (?:the )?(?:\w+ ){0,3}$"
)
_CLOSE_AFTER = pattern(
    r"^\s*(?:前|之前|以前|左右|份|那会|的时候|就|走|会|可以|应该|大概|能|要|才|再|可能|估计|必须|内|里|"
    r"正式|一定|准备|想|打算|争取|底|前后)*(?:签(?!到|收)|成交|定(?:下|下来|标|$|[，。,;；\s])|下单|"
    r"敲定|招标|开标|立项|落地|有钱|有预算|批|拍板|盖章|走章|签字|关单|要货|采购|成单|投标|上会|上线|付款|订货|走完流程|close|"
    r"closing|sign|signing|decision|go-live|go live|start)"
)
_NEXT_NEAR = pattern(
    r"(?:再|下次|下回|下一次|下一步|约|去|过去|来|见|提交|发|给|送|带|演示|拜访|回访|答复|回复|反馈|"
    r"催|打电话|回电|联系|跟进|沟通|聊|谈|碰|开会|上门|交|寄|准备|安排|报价|出|汇报|确认|对接|交流|"
    r"培训|测试|试|看|走|跟|结果|邀请|参观|考察|吃饭|复诊)"
)
_NEXT_EN = pattern(
    r"\b(?:follow|next|call|ping|send|meet|meeting|visit|demo|check|chase|back|talk|see|reschedul\w+|"
    r"again|revised|proposal|quote|deliver|submit|reply|answer|due|by|review|email|catch|touch|"
    r"present|pilot|trial|session|workshop|return|set|booked|ring|circle|get|share|prepare|action|"
    r"will|i'll|we'll|let's)\b"
)
_PAST_ZH = pattern(
    r"了|(?<!再)过(?!去|来|年|完)|完(?![给再就后才])|碰到|遇到|遇见|上次|刚|记录|纪要|：|来电|打来|没谈|没见|去的|见的|聊的|谈的|访的|跑的"
)
_PAST_EN = pattern(
    r"\b(?:met|visited|called|spoke|talked|had|was|were|emailed|sent|saw|rang|phoned|chatted|went|"
    r"came|did|said|told|showed|presented|caught|dropped|stopped|left|got|ran|walked|discussed|demoed|"
    r"replied|mentioned|asked|wanted|finished|no show|took|gave|heard|reached|pitched|signed|"
    r"\w{3,}ed)\b"
)
_EVERY_WEEK = pattern(
    r"(?:on |only )?(?:mon|tues|wednes|thurs|fri|satur|sun)days"
    r"(?:(?: and|,| or|/)? ?(?:mon|tues|wednes|thurs|fri|satur|sun)days)*"
)
_TOPIC_OF = pattern(
    r"^ (?:shipment|delivery|batch|audit)\b|"
    r"^那[批笔单次]|^(?:资金|钱)?(?:紧|忙|盘点|结账|对账|冲刺)|"
    r"^(?:年|年度|季度|月份|版|款|的?(?:合同|报告|计划|预算|营收|销量|订单|对账|数据|展会|活动|方案|用量|需求|"
    r"项目|版本|报价|发票|账期|结余|指标))|^ (?:budget|report|contract|plan|version|numbers|results|revenue|invoice|"
    r"order|model|edition)"
)
_TODAY_GRAINS = (Grain.DAY, Grain.DAY_PART, Grain.HOUR, Grain.MINUTE, Grain.SECOND)


@dataclass(frozen=True, slots=True)
class Timed:
    """A time value with its role."""

    value: Value
    role: Role
    why: str


def assign_roles(s: Scene) -> list[Timed]:
    """Every time of a note with its role, in the order of the text."""
    return [Timed(value, *_role(s, value)) for value in s.m.times()]


def _role(s: Scene, v: Value) -> tuple[Role, str]:
    m = s.m
    start, end = m.clause(v.start)
    if m.lang == "zh" and v.start <= _HEAD and not m.low[v.end : end].strip():
        end = _end_of_sentence(m.low, end)
    before, after = m.low[_behind_close(s, start, v.start) : v.start], m.low[v.end : max(end, v.end)]
    if v.open and any(u.start == v.end for u in m.times()):
        return "none", "the day right behind tells it exactly"
    if v.open == "start" and v.past != v.future and _OVER.match(after):
        return "none", "something was done before it"
    if _TOPIC_OF.match(after) and not _CLOSE_AFTER.match(after):
        return "none", "tells about something else"
    if _EVERY_WEEK.fullmatch(v.text.lower()):
        return "none", "every week"
    if (before.endswith("from ") and " to " in after[:4]) or (before.endswith("从") and after[:1] in "改推挪延调到"):
        return "none", "what it was before"
    if _ITS.search(before) and _EVENT.match(after):
        is_over = v.past is not None and _can_be_past(v, m.now) and _first_instant(v) != v.past.start
        return ("occurred", "when it was") if is_past(v, m) or is_over else ("none", "which call it was")
    if _WHOSE_EVENT.match(after) and _can_be_past(v, m.now) and not _later(v):
        return "occurred", "the day of a visit that is told"
    if is_past(v, m):
        return ("none", "too vague") if v.grain is Grain.YEAR else ("occurred", "lies in the past")
    if _BACK.match(after) or _IS_BACK.search(before):
        return "next", "when somebody is back"
    if (_WISHED.search(before) and _SUPPLY.match(after)) or _THEIR_SUPPLY.search(before):
        return "none", "when they want it delivered"
    is_expected = _EXPECTED.search(before) or _SOMEBODY_BEFORE.search(before)
    is_held = _HELD_UNTIL.search(before) and not (before.endswith(_DRAGGED) and _CLOSE_AFTER.match(after))
    if is_held or (is_expected and _OTHER.match(after)):
        return "none", "how long something holds, or when something else is expected"
    if _LATER_SUPPLY.search(before + "|" + after):
        return "none", "how long something holds, or when something else is expected"
    if _TO_ME.match(after) and v.past is not None:
        return "occurred", "when they wrote or called"
    if v.grain is Grain.YEAR and not (_CLOSE_BEFORE.search(before) or _CLOSE_AFTER.match(after)):
        return "none", "too vague"
    if _PLAN_HEAD.match(before.lstrip()) and not _is_now(v, m.now):
        return "next", "in a clause of planning"
    if _FUNDS.search(before) and _APPROVED.match(after):
        return "none", "when the money is approved"
    closes = (not _REPLY.search(before) and _CLOSE_BEFORE.search(before)) or _CLOSE_AFTER.match(after)
    if closes and _UNTIL.match(v.text.lower()) and before.rstrip().endswith("contract"):
        return "none", "how long another contract runs"
    if _is_now(v, m.now):
        return _role_of_today(s, v, before, after)
    plans = (
        _NEXT_NEAR.search(before[-12:] + after[:16])
        if m.lang == "zh"
        else _NEXT_EN.search(before[-40:] + " " + after[:40])
    )
    happened = (
        _PAST_ZH.search(before[-6:] + after[:30])
        if m.lang == "zh"
        else _PAST_EN.search(before[-60:] + " " + after[:40])
        or m.cues_in(_sentence(s, v, start), v.start, ("log.met",))
    )
    if closes:
        return "close", "beside a word of closing"
    if _THEY_ARE.search(before) and _is_vague(v):
        return "none", "what they do then"
    if _headed_a_report(s, v, after):
        return "occurred", "at the head of what was said there"
    side = nearer(v, m.now.date())
    if side == "past" and v.open != "start" and not _forward(before, after):
        return "occurred", "was just now, and comes again in a year"
    if side != "future" and v.open != "start" and _can_be_past(v, m.now) and not _forward(before, after):
        if happened:
            return "occurred", "beside something that took place"
        if v.kind == "datetime" and v.start <= 3 and "channel" in s.marks and _was_today(v, m.now):
            return "occurred", "earlier today, at the head of a note"
        if (
            not _later(v)
            and not {"visit", "heading"}.isdisjoint(s.marks)
            and v.start < 12
            and (not plans or v.kind == "range")
        ):
            return "occurred", "at the head of a note on something that took place"
    if _DAYS_WITHIN.fullmatch(v.text):
        return "next", "within so many days"
    if _is_vague(v):
        return (
            ("next", "the next step, vaguely")
            if plans and v.grain in (Grain.WEEK, Grain.MONTH, Grain.WEEKEND)
            else ("none", "too vague")
        )
    return "next", "lies ahead"


_HEAD = 2
_MARK = pattern(r"[，,。；;\n]|$")
# 中秋前|给康悦送了月饼
_OVER = pattern(r"[^，,。；;下约再要]{0,12}(?<![完好定到])了(?![就再给])")


def _end_of_sentence(low: str, at: int) -> int:
    """Where the first sentence ends, of which a time by itself at its head tells: 「周四下午 蓝海 何总 讲了报价」."""
    mark = _MARK.search(low, at)
    return mark.start() if mark else len(low)


def _sentence(s: Scene, v: Value, start: int) -> int:
    """Where that begins which a time belongs to; of one by itself the sentence (Met the MD, Phil, |on Monday|)."""
    low, end = s.m.low, s.m.clause(v.start)[1]
    if low[start : v.start].strip() not in ("", "on") or low[v.end : end].strip(" ,.;"):
        return start
    return max(low.rfind(mark, 0, start) for mark in (". ", "; ", "\n", "! ", "? ")) + 1


_SOMEBODY_DOES = pattern(r"\b(?:he|she|they)(?:'s|'re|'d)?\b")
_GATHERED = pattern(
    r"(?:去|到|给|跟|和)[^，。,;；下约再要]{1,16}|[^，。,;；下约]{0,14}(?:见面|碰面|吃饭|喝茶|开会|聊|谈|碰)"
)
_ACCOMPANIED = pattern(r"(?:加班)?[陪带]")
_CAME = pattern(r"[^，。,;；]{0,3}[来到去聊见谈看]了")


def _headed_a_report(s: Scene, v: Value, after: str) -> bool:
    """周一下午3点跟老黄见面，…他说…: what was said there is known, so it took place."""
    is_head = v.start <= 2 if s.m.lang == "zh" else s.m.clause(v.start)[0] == 0
    if not is_head or v.grain is None or v.grain not in _TODAY_GRAINS or _later(v) or not _can_be_past(v, s.m.now):
        return False
    end = s.m.clause(v.start)[1]
    if s.m.lang == "en":  # long chat w Simone on friday, she's leaving; Dinner Tues w/ …. Follow up Mon
        goes_on = _SOMEBODY_DOES.match(s.m.low[end:].lstrip()) or any(t.start > end for t in s.m.times())
        return bool(s.m.cues_in(0, 12, ("log.weak",))) and bool(goes_on)
    if _ACCOMPANIED.match(after) and _CAME.match(s.m.low, end):
        return True  # 周日陪客户看厂，来了五个人
    told = s.m.cues_in(end, len(s.m.low), ("person.say",))
    return bool(told) and _GATHERED.match(after) is not None


def _behind_close(s: Scene, start: int, end: int) -> int:
    """Where what belongs to a time begins: 「月底能签|周五把合同发他」 has the signing with the time before."""
    at = start
    for u in s.m.times():
        if start <= u.start and u.end < end and (closing := _CLOSE_AFTER.match(s.m.low[u.end : end])):
            at = u.end + closing.end()
    return at


def _role_of_today(s: Scene, v: Value, before: str, after: str) -> tuple[Role, str]:
    first = _first_instant(v)
    if (
        isinstance(first, datetime)
        and first > s.m.now
        and (s.m.has("field.next") or _NEXT_NEAR.search(after[:12]))
        and not _PAST_ZH.search(after[:10])
    ):
        return "next", "later today"
    if v.open == "start" or _forward(before, after) or _PROMISE.match(after):
        return "next", "today, with a word of planning"
    return "occurred", "today"


_THEY_ARE = pattern(r"\b(?:they|he|she|it)(?:'re|'s| are| is) (?:\w+ )?\w+ing\b")  # they're opening a depot |in March
# They'd take three if we can do delivery |before Christmas; he wants it in |by Feb
_THEIR_SUPPLY = pattern(
    r"\b(?:they|he|she|client|customer|wants?|needs?)\b.*"
    r"\b(?:deliver(?:y|ed)|install(?:ed|ation)|in place|up and running|live|in)\s*$"
)
# 希望|六周内|交货
_WISHED = pattern(
    r"(?:希望|要求|想要|需要|得|必须|能不能|最好|要)(?:在|我们|能|可以|是)*\s*$"
    r"|(?:wants?|needs?|expects?) (?:it|them|delivery) ?$"
)
_SUPPLY = pattern(
    r"\s*(?:之?内|以内|就?能?|可以|要)*(?:交(?=[一二两三\d])|交货|交付|供货|到货|发货|出货|装好|上线|投产)"
    r"|\s*(?:delivered|shipped|installed|live)"
)


_SOMEBODY_BEFORE = pattern(r"(?:他们?|她们?|对方|客户|[总理任长工])(?:说|准备|打算|要)?$")
_LATER_SUPPLY = pattern(r"(?:推迟到|延迟到|延到|推到)\|(?:再|才)?(?:发货?|交货?|提货|到货|装|送货)(?:[，。,;；\s]|$)")
_HELD_UNTIL = pattern(
    r"限期(?:是|为)?$|(?:锁|锁价|有效期?|质保|保修|租|放假|休假?|排|忙|用|签|拖|不变)(?:到|至)$|"
    r"(?:窗口|船期|进坞|工期|交期|档期)(?:是|为|在|:|：)?$|"
    r"\b(?:froze|frozen|freeze|locked|valid)\b[^.;,]{0,24} (?:until|till|to) $|"
    r"\b(?:renewal|renews|expir(?:es|y)|runs out|contract ends)(?: is| due)? (?:in|on|by) $"
)
_DRAGGED = ("拖到", "拖至", "排到")  # 要拖到|3月底|才能拍板
_EXPECTED = pattern(r"(?:预计|预估|估计|计划)(?:是|在|能|于|到|要|：|:|\s)*$")
# 估计明年|会替掉进口那家
_OTHER = pattern(
    r"(?:年?[初底末中]|上半年|下半年|左右|前后|之?前|就|会|能|才|可以|开始|陆续|全部|正式|都)*"
    r"(?:替|跳槽|离职|退休|调走|休产假|换掉|扩|投产|量产|开业|交付|搬|竣工|完工|封顶|试产|试运行|入住|装修|开工|动工|出结果|回国|回来)"
)
_TO_ME = pattern(
    r"[多的]?[^，。,;；\s]{0,14}(?:给我|跟我|找我)(?:发|打|来|留)"
    r"(?:了|来|过)?(?:个|条|一[个条])?(?:微信|电话|消息|邮件|语音|短信|过来)"
)
_REPLY = pattern(r"\b(?:feedback|reply|answer|response|comments|results?) (?:is )?expected ")
_DAYS_WITHIN = pattern(r"[一二两三四五六七\d]天之?[内里]")  # 让我|三天内|出方案


def _was_today(v: Value, now: datetime) -> bool:
    return v.past is not None and as_day(v.past.start) == now.date()


_UNTIL = pattern(r"(?:un)?till?\b")
# note from the |10:30| call
_ITS = pattern(r"\b(?:from|after|since|re|on|about) (?:the|my|our|that) ?$")
_EVENT = pattern(r" (?:call|meeting|mtg|chat|visit|demo|session|zoom|sync|catch-?up)\b")
# Thursday|'s visit to Corval: price ok
_WHOSE_EVENT = pattern(
    r"(?:['’]s)? (?:call|meeting|mtg|chat|visit|demo|session|zoom|lunch|dinner|coffee|breakfast) (?:with|w/?|at|to|in) "
    r"(?!.*\b(?:confirmed|moved|postponed|rescheduled|cancell?ed|booked|set|on|off|tbc)\b)"
)
_IS_BACK = pattern(
    r"(?:'s|'re|\b(?:is|are|be)) back (?:in |on |from )?(?:the office )?(?:on )?$"
)  # Neil's back |Thursday|
# 预算要|年后|批
_FUNDS = pattern(r"(?:预算|资金|经费|额度|拨款)(?:要|得|等|估计|大概|还|可能|到)*$")
_APPROVED = pattern(r"(?:才|能|会|再|就|前|底|左右)*(?:批|下来|到位|下达|拨)")
_BACK = pattern(
    r"\s*(?:才|就|能)?(?:回来|回国|回公司|返回|返程|回到)| (?:she|he|they)(?:'s|'re| is| are) back"
)  # 18号回来
_LATER = pattern(r"下(?!午)|明|后天|大后|next|tomorrow|coming|in (?:a|two|three|\d)")


def _later(v: Value) -> bool:
    """Does the word itself point ahead (下周三, tomorrow)?"""
    return _LATER.search(v.text.lower()) is not None or (v.past == v.future)


_PLAN_HEAD = pattern(
    r"(?:下一步|下步|下次|再约|约(?:了|好|在)|next step|next:|follow[- ]?up|send|call (?:him|her|them|"
    r"back)|promised|chase|will |i'll|let's|ping"
    r"|meeting again|try again|action|todo)"
)
_PROMISE = pattern(
    r"[^，。,;；\s]{0,2}就(?:过去|去|来|给|发)|(?:前|之前)?(?:给(?:他|她|对方)?(?:答复|回复|报价|方案)|再|要|交|发(?!了)|答复|必须)"
)
_FORWARD = pattern(
    r"下一步|下次|再约|再去|再来|再过|再聊|再谈|(?<![没未])约(?:了|好|在|到)|计划|准备|打算|会去|要去|改到|推到|"
    r"挪到|延到|next|follow|will|let's|i'll|promised|rescheduled|going to|book|can (?:we|i|you)\b|could (?:we|i|you)\b|"
    r"\b(?:come|get|go|call(?: \w+)?|report|ring(?: \w+)?) back\b|\b(?:try|call|meet|speak|ring) (?:\w+ )?again|"
    r"\b(?:said|says|told|say) (?:on |by )?\||"
    r"maybe\b|\bto (?:come|meet|talk|speak|see|call|visit|discuss|review|demo|present)\b|"
    r"\b(?:pls|please|need to|gonna|going to) |revisit|regroup|\bpencil|\blined up\b|\bscheduled\b|\bdiari[sz]ed\b|"
    r"paperwork|out by|\b(?:call|ring|phone|text|email|ping) (?:him|her|them)\b"
)


_MOVED_TO = pattern(r"\b(?:mov|push|bump|shift|slip|reschedul|postpon)\w+ (?:\w+ ){0,4}(?:to|until|till) ?$")


def _forward(before: str, after: str) -> bool:
    reach = 10 if before[-1:] > "\u2e7f" else 30
    return _FORWARD.search(before[-reach:] + "|" + after[:10]) is not None or _MOVED_TO.search(before) is not None


def _first_instant(v: Value) -> date | datetime | None:
    reading = v.future or v.past
    return reading.start if reading else None


def _is_now(v: Value, now: datetime) -> bool:
    reading = v.future or v.past
    if reading is None or v.grain not in _TODAY_GRAINS:
        return False
    return as_day(reading.start) == now.date() and (v.past is None or as_day(v.past.start) == now.date())


def _can_be_past(v: Value, now: datetime) -> bool:
    return v.past is not None and as_day(v.past.start) <= now.date()


def _is_vague(v: Value) -> bool:
    return v.grain in (Grain.WEEK, Grain.MONTH, Grain.QUARTER, Grain.HALF, Grain.YEAR, Grain.WEEKEND)
