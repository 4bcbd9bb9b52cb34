"""Slots of questions, targets and reminders: period, owner, whom it is about, when to remind of what."""

import re

from nlu.due import due
from nlu.parties import find_parties
from nlu.patterns import pattern
from nlu.profile import fill_trade
from nlu.questions import mentioned
from nlu.readings import nearer, period
from nlu.scene import Scene
from nlu.wordlists import words

__all__ = [
    "fill_due",
    "fill_lookup",
    "fill_mentioned",
    "fill_owner",
    "fill_period_ahead",
    "fill_period_behind",
    "fill_period_of_deals",
]

NOON = 12
_OWNER_NAME = pattern(
    r"\b([A-Z][a-z]+)(?:'s|’s)\b|"
    r"\b(?:will|can|does|did|is|has|for|by|deals|opps|opportunities) ([A-Z][a-z]+)\b(?! [A-Z])"
)
_TWICE_ME = pattern(r"我(?:想|要)?.{0,6}我")
# 「请你」, and no errand.
_WISH = pattern(
    r"(?:请(?:[你您]|于|在)?|于|那就?|就|你|麻烦[你您]?|帮我|(?:帮我)?约(?:一?下|个)?|帮我[记留]着|好的?|嗯|对了|到时候?|得|(?:帮我)?安排(?:一下)?我?|要是|如果|假如|万一|"
    r"just now|sharp|exactly|please)"
)
_KEEP_IT = pattern(
    r"[,，\s]*(?:请|你)?(?:帮我|给我|替我)[记留]着(?:一?下)?[。.]?$|[,，\s]*(?:帮我|给我)?[记加放写排][到进在入](?:日程|计划|日历|待办)[里上中]?[。.]?$"
    r"|^(?:请(?:[你您]|于)?|那就)(?=\S\S)"
)
# 「样品的事别忘了，周一提醒我去拿」: the two stand apart.
_TWO_CLAUSES = pattern(r"[^\x00，,。；;]{3,}\x00*(?:[，,。；;]|(?<=[\u4e00-\u9fff]) +)\x00+[^\x00，,。；;]{2,}")
_BINDING = pattern(
    r"^(?:ok(?:ay)?|so|then|那就?|好的?)[,，\s]*(?=\S\S)|^(?:(?:to|about|that|on|at|by|for|of|in)\s+|的时候|时|要|再(?=\S\S)|的)\s*|"
    r"\s*(?:\b(?:on|at|by|in|for|every)|的时候|,? just|(?<=[\s，,])等?到)$",
    re.I,
)
_ME = pattern(r"我(?!们|司|方|的?客户)|\b(?:my|me|mine|i|i'm|i've|i'll)\b(?! (?:see|have a look))|\bdid i\b")
_I_ASK = pattern(r"\b(?:did|have|do) i\b.* for ")  # what did I log for Wrenfield
_WE_ASK = pattern(r"(?:when|what|who|where) (?:did|have|was|were|are) we\b(?! (?:closing|selling|going))|do we\b")
_TEAM = pattern(r"团队|(?:我们|咱们?)(?:组|部门|团队|队)?|全组|全员|整个部门|\b(?:team|our|we|us)\b")
_REGION = pattern(
    r"(?:华东|华南|华北|华中|西南|西北|东北|华西|大中华|海外|亚太|北方|南方|北京|上海|广州|"
    r"深圳)(?:大区|区域|片区|团队|区|部|分公司|组|办)?|销售[一二三四五六1-6]部|[一二三四五六]组|"
    r"\b(?:north|south|east|west|northern|southern|eastern|western|apac|emea|latam|enterprise|"
    r"smb)\b(?: (?:team|region|area))?"
)
_PIPELINE = pattern(r"\b(?:pipeline|pipe|funnel)\b|漏斗|管道")
_SHOW_ME = pattern(
    r"(?:show|give|tell|remind|send|get|find|let|help|for) me\b|给我|帮我|发我|提醒我|叫我|告诉我|"
    r"让我|我想|我要|我看|can i|could i|i want|i need|i'd like|我查"
)


def fill_period_ahead(s: Scene) -> None:
    """``period`` in its future reading."""
    _period(s, past=False)


def fill_period_behind(s: Scene) -> None:
    """``period`` in its past reading; that of a pipeline in the nearer one: "the pipeline for Q2", asked in March."""
    is_ahead = _PIPELINE.search(s.m.low) and any(nearer(v, s.m.now.date()) == "future" for v in s.m.times())
    _period(s, past=not is_ahead)


def _period(s: Scene, *, past: bool) -> None:
    found = period(s.m.times(), s.m.now.date(), past=past)
    if found:
        span, value = found
        s.put("period", span, value.start, value.end, why=value.why or "period")


_OVER = pattern(r"\b(?:closed|won|lost|signed)\b|(?:签|赢|丢|输|成交)了")


def fill_period_of_deals(s: Scene) -> None:
    """``period`` of deals: behind where they are over (closed in April), else ahead."""
    _period(s, past=_OVER.search(s.m.low) is not None)


# 上次跟|伍园长|谈到哪了, |伍园长|那边聊了啥: one of theirs
_TALKED_TO = pattern(r"(?:跟|和|与|同|找|联系|拜访|见)了?$")
_THEIR_SIDE = pattern(r"[那这]边")
_FOR_ME = pattern(r"\bfor (?:me|myself)\b|给我(?:自己)?(?:[定设立加]|记)")


def fill_owner(s: Scene) -> None:
    """``owner``: a colleague's name, a region or team, "me" or "team"."""
    for n in s.m.names:
        if n.name.kind == "user":
            s.put("owner", s.m.text[n.start : n.end], n.start, n.end, why="a colleague")
            return
    for person in s.m.people:
        if _TALKED_TO.search(s.m.low, 0, person.start) or _THEIR_SIDE.match(s.m.low, person.end):
            continue
        s.put_text("owner", person.start, person.end, sure=0.8, why=person.why)
        return
    region = _REGION.search(s.m.low)
    if region and (s.m.lang == "zh" or " " in region.group()):
        s.put_text("owner", region.start(), region.end(), sure=0.8, why="a region or team")
        return
    name = None if _I_ASK.search(s.m.low) else _OWNER_NAME.search(s.m.text)
    if (
        name
        and s.m.lang == "en"
        and s.m.text[name.start() : name.end()].split()[-1].lower() not in ("q", "what's", "how's")
    ):
        group = 1 if name.group(1) else 2
        head = name.start(group)
        taken = any(n.start <= head < n.end for n in s.m.names)
        if not taken and name.group(group).lower() not in words("not_owners"):
            s.put_text("owner", *name.span(group), sure=0.7, why="possessive")
            return
    plain = _SHOW_ME.sub(lambda hit: " " * len(hit.group()), s.m.low)
    team, me = _TEAM.search(plain), _ME.search(plain)
    if team and s.m.lang == "en" and _WE_ASK.match(plain):
        team = None
    me = me or (_FOR_ME.search(s.m.low) if s.m.has("object.target") else None)
    if team:
        s.put("owner", "team", team.start(), team.end(), why="the speaker's team")
    elif me or _TWICE_ME.search(s.m.low):
        at = me or _ME.search(s.m.low)
        if at:
            s.put("owner", "me", at.start(), at.end(), why="the speaker")


def fill_mentioned(s: Scene) -> None:
    """``content``: the word that the notes asked for contain."""
    span = mentioned(s.m)
    if span:
        s.put_text("content", *span, why="what they mention")


# 「尾号 5678 的」, "the number ending in 5678": who it is, nobody said.
_TAIL_OF_NUMBER = pattern(
    r"(?:尾号|尾数|(?:最?后|末)[四4]位)(?:数字?)?(?:是|为|[:：])?\s*(\d{3,6})(?!\d)"
    r"|\b(?:ends?|ending) (?:in|with) (\d{3,6})\b|\blast (?:four|4)(?: digits)?(?: are| is)? (\d{4})\b"
)


def fill_lookup(s: Scene) -> None:
    """``customer`` or ``contact`` looked up."""
    tail = _TAIL_OF_NUMBER.search(s.m.low)
    if tail is not None and tail.lastindex is not None:
        s.put_text("customer", *tail.span(tail.lastindex), why="the tail of a number")
        return
    fill_trade(s)
    find_parties(s)
    if s.slots.keys().isdisjoint({"industry", "customer"}) and "contact" not in s.slots and "phone" not in s.slots:
        free = [chunk for chunk in s.free() if chunk.end - chunk.start > 1]
        if free:
            s.put_text("customer", free[0].start, free[0].end, sure=0.6, why="what is asked for")


_REMIND = pattern(
    r"(?:[再在](?=提醒))?(?:请|麻烦|帮我|你|到时候?|记得){0,2}(?:提前[一二两三四五半\d]+(?:天|个?小时|分钟|周))?(?:提醒(?:我|一下|下)?|叫(?:我|一下我)|喊我|催我|敲我|戳我|吆喝我?(?:一声)?|招呼我(?:一声)?|"
    r"设(?:个|一个)(?:提醒|闹钟)|定(?:个|一个)(?:提醒|闹钟)|(?:加|建|记|列)(?:个|一个|条)(?:提醒|"
    r"待办)|记得|别忘了?|不要忘了?|待办[:：])(?:一下|下|要|：|:|，)?"
    r"|(?:please |pls |kindly |can you |could you )*(?:(?:set|add|create|make|put|keep|log)(?: me)?(?: in| up)? (?:"
    r"(?:an?|one|another) )?(?:new )?(?:reminder|alert|task|todo|to-do)|remind me|reminder|nudge me|ping me|alert me|"
    r"don'?t let me forget|make sure i|give me a (?:nudge|shout|heads up)|todo|to-do|poke me|prod me|buzz me|notify me|"
    r"remember|note to self|(?:chuck|flick|shoot|drop|send) (?:\w+ )?a reminder|"
    r"^(?:set )?a (?:nudge|shout|heads[- ]?up|ping|prod)(?= about| to| on| at))(?: "
    r"again)?(?: for (?:me|myself|us)\b)?(?: to| about| that| of| for|:)?"
)


_KNOWN = ("known customer", "sounds like a known customer", "well-known company")


def fill_due(s: Scene) -> None:
    """``remind_at``, and ``subject``: what is left without the time and without "remind me"."""
    m = s.m
    times = m.times() or [v for v in m.values if v.kind in ("recurrence",) and (v.future or v.past)]
    asked = m.first("verb.remind")
    found = due(m, times, asked.end if asked else None)
    if found:
        s.put("remind_at", found.at, found.value.start, found.value.end, why=found.value.why or "time")
    find_parties(s, named_only=True)
    if "customer" in s.slots and s.slots["customer"].why not in _KNOWN:
        del s.slots["customer"]  # 去税务局: the place of an errand
    cut = [match.span() for match in _REMIND.finditer(m.low)]
    ends = {v.start: v.end for v in times}
    cut += [match.span() for v in times if (match := _OR.match(m.low, v.end)) and match.end() in ends]
    _subject(s, [*cut, *(found.cut if found else ())], found.before if found else "")


_OR = pattern(r"\s*(?:,\s*)?(?:or|或者?|还是)\s*(?:(?:on|the|maybe)\s+)*")  # Wednesday |or| Thursday
_LINKS = pattern(r"(?:to|about|for|of|that)\s")
_NEW_CLAUSE = pattern(r"[^\x00\s,] *\x00+ *[,;] *[^\x00\s]")


def _bound(piece: str, *, is_first: bool) -> str:
    """A piece of what is to be done, without what bound it to the time: "email |Friday| about the forms" keeps the
    "about"."""
    bare = _BINDING.sub("", piece)
    return piece if not is_first and bare and _LINKS.match(piece) else bare


def _subject(s: Scene, cut: list[tuple[int, int]], before: str) -> None:
    text = list(s.m.text)
    for start, end in cut:
        text[start:end] = "\x00" * (end - start)
    pieces = [
        piece.strip(" ,，.。:：;；、!！") for piece in "".join(text).split("\x00") if piece.strip(" ,，.。:：;；、!！")
    ]
    kept = [_KEEP_IT.sub("", piece) for piece in pieces if not _WISH.fullmatch(piece)]
    kept = [_bound(piece, is_first=not n or s.m.lang != "en") for n, piece in enumerate(kept)]
    apart = " " if s.m.lang == "en" else "，" if _TWO_CLAUSES.search("".join(text)) else ""
    if s.m.lang == "en" and _NEW_CLAUSE.search("".join(text)):
        apart = ", "  # meeting with Corval |Tuesday at 10,| Ann joins
    subject = apart.join(piece for piece in kept if piece)
    if subject:
        at = s.m.text.find(next(piece for piece in kept if piece))
        s.put("subject", before + subject, max(at, 0), max(at, 0) + len(subject), sure=0.9, why="what is left")
