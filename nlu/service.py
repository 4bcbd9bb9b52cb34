"""Slots of service requests: what is wrong, who handles it, what was done, how content the customer is."""

import re
from decimal import Decimal
from itertools import takewhile

from nlu.patterns import pattern
from nlu.scene import Scene
from nlu.states import fill_told_state

__all__ = ["fill_complaint", "fill_handling", "fill_rating"]

_DIGITS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
_RATING = pattern(
    r"(?P<a>[1-5一二两三四五])\s*(?:分(?![钟之期批店公])|颗星|星|/\s*5|out of (?:5|five)|stars?)|(?:rated?|rating|"
    r"scored?|csat|满意度|评分|打[了分]?|gave (?:(?:us|it|them|the [a-z]+) )?(?:an? )?)\D{0,24}?(?P<b>[1-5]|one|two|"
    r"three|four|five)(?![\d%])(?:\s*(?:分|stars?))?"
)
_PEOPLE_AFTER = pattern(
    r"(?:改派给?|转派给?|指派给?|分配给|派给|安排给?|交给|转给|派(?:了|的是?)?|让|由|"
    r"assign(?:ed)? (?:[\w'’# -]{1,30} )?to|\bput(?= [A-Z][a-z]+ on\b)|"
    r"reassign(?:ed)? (?:it )?to|hand(?:ed)? (?:it )?(?:over )?to|give (?:[\w'’# -]{1,30} )?to|pass(?:ed)? (?:it "
    r")?to|escalate(?:d)? (?:it )?to|dispatch(?:ed)? to|route to|handler[: ]|"
    r"处理人[:：是]?)\s*(?P<who>[A-Z][A-Za-zÀ-ÿ'’-]*(?: [A-Z][A-Za-zÀ-ÿ'’-]*)?|[\u4e00-\u9fff]{2,4}?)(?=去|来|处理|"
    r"跟进?(?=$|[，。,;；\s])|跟进|负责|上门|了|吧|[，。,.;；\s]|$)"
)
# Ines sorted the Tannoy ticket
_WHO_DID = pattern(
    r"(?P<who>(?-i:[A-Z])[a-z]+) (?:has |just |already )?(?:sorted(?: out)?|took care of|handled|fixed|solved|"
    r"resolved|closed|repaired|replaced|"
    r"reset|patched|restarted) (?:the|it|that|this|a)\b"
)
_MEASURE = pattern(
    r"(?:已经?|远程|现场|重新|给|帮)?(?:更换|换了?|重启|重装|升级|重新|清理|调试|维修(?=了|好|完|过)|重[刷装写调接焊做换]了?|拆|刷了?|补了|"
    r"加固|加了|加装|校准|标定|补发|补寄|充值|续费|复位|紧固|补货|重发|更新了|修好|措施|处理(?:措施|方法|方式|结果)|原因是|"
    r"sent .{0,30}replacements?|(?:replacement )?"
    r"(?:boards?|parts?|units?|replacements?) (?:was |were |have been )?"
    r"(?:sent|shipped|installed|fitted|ordered)|replaced|swapped|rebooted|restarted|"
    r"reinstalled|reset|patched|rolled back|upgraded|recalibrated|cleaned|cleared|"
    r"topp?(?:ed)? up|put (?:a|an|the|in a|in) new|"
    r"pushed (?:out )?(?:an? |the )?(?:\w+ )?(?:update|fix|patch)|rewired|reconfigured|"
    r"changed the|installed|updated|fixed by|adjusted|tightened|fitted|applied|calibrated|"
    r"sent (?:a |some |\d+ )?(?:new|replacement)|"
    r"re-?sent|refunded|refilled|rewrote|re-?flashed|loosened|unplugged|re-?seated)"
)


def fill_rating(s: Scene) -> None:
    """``satisfaction`` 1–5, and the customer's words as ``feedback``."""
    match = _RATING.search(s.m.low)
    if not match:
        return
    if "rated" not in s.marks and not match.group("a"):
        return
    word = match.group("a") or match.group("b")
    number = _DIGITS.get(word) or int(word)
    s.put("satisfaction", Decimal(number), match.start(), match.end(), why="a rating")
    rest = _after_rating(s, match.end())
    if rest:
        s.put_text("feedback", *rest, sure=0.8, why="the customer's words")


def _after_rating(s: Scene, end: int) -> tuple[int, int] | None:
    m = s.m
    head = re.compile(
        r"[\s，。,.;；:：—-]*(?:(?:他|她|客户|对方|he|she|they|the customer)?\s*(?:说是?|反馈|评价|"
        r"表示|认为|said|saying|says|comment(?:ed|s)?|because|but)[:：\s]*)?"
    ).match(m.low, end)
    start = head.end() if head else end
    return (start, len(m.low)) if any(map(str.isalpha, m.low[start:])) and len(m.low) - start >= 2 else None


_NOBODY = frozenset(
    ("尽快", "赶紧", "马上", "抓紧", "赶快", "立刻", "我们", "你们", "咱们", "他们", "人", "派人", "安排人")
)


_TOLD_TO = pattern(r"(?:远程|现场|帮|给|再|先|尽快|赶紧|抓紧|重新|过)[\u4e00-\u9fff]*")  # 让|远程看下


def fill_handling(s: Scene) -> None:
    """``handler``, ``measures``, ``request_status`` and, where nothing else tells it, ``description``."""
    states = s.m.section("request_status")
    if states:
        last = states[-1]
        s.put("request_status", last.kind.removeprefix("request_status."), last.start, last.end, why="said so")
    elif {"solved", "handled"} <= s.marks:
        s.put("request_status", "resolved", 0, 0, sure=0.7, why="repaired")
    elif "asked" not in s.marks:
        fill_told_state(s, "request_status")
    who = _PEOPLE_AFTER.search(s.m.text) or _WHO_DID.match(s.m.text)
    if who and who["who"] not in _NOBODY and not _TOLD_TO.match(who["who"]):
        users = (n.end for n in s.m.names if n.name.kind == "user" and n.start == who.start("who"))
        end = next(users, who.end("who"))
        s.put_text("handler", who.start("who"), end, why="behind a word of assigning")
    for p in s.m.people:
        if "handler" not in s.slots and _MEASURE.match(s.m.low, p.end):  # 小贺|换了门封条
            s.put_text("handler", p.start, p.end, sure=0.7, why="who did it")
    for n in s.m.names:
        if n.name.kind == "user" and "handler" not in s.slots:
            s.put_text("handler", n.start, n.end, sure=0.8, why="a colleague")
    _measures(s)


def _measures(s: Scene) -> None:
    """What was done; 「修好了」 alone only where nothing tells how."""
    rating = s.slots.get("satisfaction")
    found = []
    for start, end in s.m.clauses:
        match = _MEASURE.search(s.m.low, start, end)
        if match and not (rating and start <= rating.start < end):
            is_last = s.m.lang == "en" and not s.m.low[match.end() : end].strip(" ,.;")  # |new bearing fitted|
            found.append((match.group().endswith("修好"), start if is_last else match.start(), end))
    if found:
        _, start, end = min(found)
        s.put_text("measures", _with_cause(s, start), end, sure=0.8, why="words of repair")


def _with_cause(s: Scene, start: int) -> int:
    """Where what was done begins, together with what it was before: 「主板的问题，已经换了」."""
    before = [clause for clause in s.m.clauses if clause[1] <= start]
    first, last = before[-1] if before else (start, start)
    cause = _CAUSE.match(s.m.low, first, last)
    return cause.start("cause") if cause else start


_CAUSE = pattern(
    r"\s*(?:(?:sr|#)-?\d+\W*)?(?P<cause>(?!又|还是|仍)(?:检查|查)?(?:下来|发现|了一?下)?(?:好像|可能|应该|原来|估计|确实|就|还)?(?:是|因为)?[^，,。；;]{1,24}?"
    r"(?:的问题|坏了|烧了|松了|老化了?|故障|接触不良|没插好|进水了?|断了|堵了|设置错了|的原因)(?:引起的|导致的)?(?:[，,。；;\s]*)$|"
    r"(?:it (?:was|turned out to be)|the (?:cause|problem|issue|culprit) was|turned out|because of|found)\b.*)"
)


_HEAD = pattern(
    r"^\s*(?:新(?:的|来的?)?(?:报修|工单|投诉|服务请求)|客户报修|报修|报个修|投诉|(?:录|建|开|提|登记|新建)(?:个|一个|一下)?(?:工单|报修|投诉|"
    r"服务单|服务请求)|new ticket|open a ticket|log a ticket|raise a ticket|create a (?:service "
    r")?(?:ticket|request)|service request|ticket)\s*(?:for|from|about|[:：，,\-—])*\s*"
)


def fill_complaint(s: Scene) -> None:
    """``description``: the clauses with the fault, without head and contact data."""
    m = s.m
    keep = []
    for start, end in m.clauses:
        head = _HEAD.match(m.low[start:end])
        at = start + head.end() if head else start
        at = _behind_who(s, at, end)
        data = any(start <= e.start < end for e in m.entities if e.kind != "code")
        is_urgent = _URGENT.fullmatch(m.low, at, end) is not None
        if (
            (end - at < 2 and not is_urgent)
            or data
            or _ABOUT_US.match(m.low[at:end])
            or m.cues_in(start, end, ("object.contact",))
        ):
            continue
        keep.append((at, end))
    faults = m.all("service.fault")
    with_fault = [span for span in keep if any(span[0] <= c.start < span[1] for c in faults)]
    last = keep.index(with_fault[-1]) + 1 if with_fault else len(keep)
    last += sum(1 for _ in takewhile(lambda span: _URGENT.fullmatch(m.low, *span), keep[last:]))
    while last + 1 < len(keep) and _URGES.search(m.low, *keep[last + 1]):
        last += 1
    if keep:
        s.put_text("description", keep[0][0], keep[: last + 1][-1][1], sure=0.8, why="what is wrong")


# How soon they want somebody is told with the fault.
_URGES = pattern(
    r"急|尽快|赶紧|马上|立刻|抓紧|(?:派|安排|让|叫|催)(?:我们|个)?(?:人|师傅|工程师|技术员|售后)|\basap\b|\burgent|"
    r"\b(?:someone|somebody|engineer|technician|tech)\b"
)


def _behind_who(s: Scene, at: int, end: int) -> int:
    """Where a clause goes on behind who reports and that they do: 「蓝海刚打电话说」, "Northwind reports that"."""
    who = [s.slots[name] for name in ("customer", "contact") if name in s.slots]
    for slot in sorted(who, key=lambda slot: slot.start):
        place = _AT_PLACE.match(s.m.low, at, slot.start)
        if (slot.start == at or (place and place.end() == slot.start)) and at < slot.end <= end:
            said = _REPORTS.match(s.m.low, slot.end, end)
            at = said.end() if said else slot.end
    return at


_AT_PLACE = pattern(r"\s*(?:over )?(?:from|at|of)\s+(?:the\s+)?")

_URGENT = pattern(
    r"\s*(?:(?:很|挺|比较|特别|非常|有点|十万火)?(?:急|着急|紧急)(?:得很|的|了|啊)*|加急|尽快|越快越好|催得很?急"
    r"|(?:it's |it is |very |really |quite |pretty |super |they say it's )*(?:urgent|an emergency)|asap"
    r"|as soon as possible|please hurry)[\s!！。.]*"
)

_REPORTS = pattern(
    r"(?:['’]s\b|那边|这边|的(?!确))?(?:(?:刚刚?|刚才|昨天|今天|早上|上午|下午)*(?:打(?:来|了)?(?:个)?电话|电话|来电话?|打进来|微信)?(?:过?来)?"
    r"(?:报修|投诉|报障|反[映馈]|抱怨|说|称)(?:[了说道]|着急)*|\s+(?:just\s+)?(?:(?:called|rang|phoned|wrote|emailed)"
    r"(?:\s+in)?(?:\s+(?:and|to))?\s*)?(?:says?|said|reports?|reported|reporting|complain(?:s|ed)?(?:\s+about)?|"
    r"claims?)?(?:\s+that)?)?[\s，,：:–—-]*"
)


_ABOUT_US = pattern(
    r"\s*(?:我们?是[^，,。]{1,16}的?\s*[，,。]?$|(?:hi|hello|hey|你好|您好)[\s,，!！]*$"
    r"|(?:hi |hello )?(?:this is|i'm|we're|we are) [a-z' ]+(?:from|at|of) [^,.]+[,.]?\s*$)"
)
