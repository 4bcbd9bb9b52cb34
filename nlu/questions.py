"""Questions put to the CRM, phrases without a verb, small talk and announcements, as marks of a message."""

from nlu.message import Message
from nlu.patterns import pattern
from nlu.types import Value

__all__ = ["is_past", "mentioned", "speech_marks"]

_COUNTED = pattern(r"几家|多少家|几个客户|几次|多少次|几趟|how (?:often|many times)")
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
_DUE = pattern(r"what(?:'?s| is) due|anything due")
_HOW_DID = pattern(
    r"how(?:'s| (?:did|is|are|was|were|has|have)) .{1,30}(?:do|doing|done|perform\w*|go|going|been|look|"
    r"looking)\b|怎么样|咋样|如何"
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
    r"|通知[：:]|公告[：:]|温馨提示|放假通知|hi all|hi team|hi everyone|hello "
    r"everyone|hey all|hey team|hey everyone|dear all|dear team|dear colleagues|all hands|all-hands|"
    r"town hall|press release|newsletter|业内人士|消息人士|知情人士|分析师(?:称|表示|认为)|"
    r"\b(?:sources|people familiar) (?:say|said|told)\b|"
    r"shares (?:rose|fell|jumped|slid|dropped|gained|surged)\b|according to (?:media|reuters|"
    r"bloomberg|reports|analysts)|unsubscribe|office will be closed"
)

_NEWS_HEAD = pattern(
    r"(?:转|转发|转自|最新消息|突发|重磅|要闻|fwd?|fyi all|reuters|bloomberg|xinhua|afp|cnbc|nikkei|techcrunch|新华社|"
    r"路透社?|彭博社?|财联社|澎湃新闻|36氪)\s*[：:|｜]|announcement|breaking"
    r"|[\[【](?:转|通知|公告|快讯|新闻|转发|紧急通知|会议通知|放假通知)"
)


def is_past(value: Value, m: Message) -> bool:
    """Does the time lie before now in both readings (昨天, last week)?"""
    reading = value.future or value.past
    if reading is None:
        return False
    day = reading.end.date() if hasattr(reading.end, "date") else reading.end
    return bool(day < m.now.date())


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


def speech_marks(m: Message, found: set[str]) -> None:
    low = m.low
    asked = _QUESTION_END.search(low) is not None or _ASKS.match(low) is not None
    if asked or low.rstrip().endswith(("吗", "呢")):
        found.add("asked")
    if asked or m.has("question.what") or (m.has("verb.show") and (m.first("verb.show") or m.cues[0]).start <= 8):
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
    if len(low) <= 40 and _LOOK_UP.match(low):
        found.add("look_up")
    if _CONTACT_WORDS.search(low):
        found.add("asks_contact")
    if _SIZED.search(low):
        found.add("query")
    if mentioned(m):
        found |= {"asks_contact", "query"}
    if _NEWS_HEAD.match(low) or _STRONG_NEWS.search(low) or len(m.all("junk.news")) >= 3:
        found.add("news")
    if (
        (m.has("junk.talk") or _WEATHER.fullmatch(low))
        and len(low) <= 40
        and not found & {"name", "money", "phone", "email", "object.opportunity", "fault"}
        and len(m.section("log")) == 0
    ):
        found.add("talk")


_WEATHER = pattern(
    r"(?:brr+[,.!]? ?)?(?:it's|it is|its|so|very|what a|another) (?:so |very |really |too |quite |a |an )*"
    r"(?:cold|hot|warm|chilly|freezing|boiling|windy|rainy|wet|humid|foggy|grey|miserable|nice|lovely|beautiful|"
    r"sunny|snowing|pouring)(?: and \w+| day| weather| out(?:side)?| in here| here| today| again|"
    r" this (?:morning|afternoon|evening|week))*[.!]*"
)
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
