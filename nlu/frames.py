"""Unknown companies in Chinese notes by the frame they stand in: 「跟…的裘经理」, the head of a note in scraps.

Chunks end at every function word, and 哈药 or 金科地产 hold one; a frame reads over them.
"""

import re
from collections.abc import Iterable

from nlu.company_like import company_start, is_company_like, is_stop
from nlu.company_part import is_nobody
from nlu.contacts import Candidate
from nlu.everyday import is_everyday
from nlu.patterns import REACH, pattern
from nlu.people import FREQUENT_SURNAMES, bare_name
from nlu.scene import Scene
from nlu.wordlists import words

__all__ = ["framed_companies"]

_NAME = r"(?:(?![我你他她它这那有说要不也都很没还的])[\u4e00-\u9fffa-z0-9&·])"
_UNIT = (
    r"(?:[\u4e00-\u9fff]{0,4}(?:部|科|处|室|中心|车间|厂)|采购|技术|设备|销售|财务|生产|项目|工程|信息|it|老板"
    r"|[a-z]{2,4})?的?"
)
# 看了|博纳紧固件|的新厂房
_PLACE_OF = pattern(
    rf"(?:[看参访]观?了|走访了|进了|逛了|转了|去了)(?P<x>{_NAME}{{3,10}}?)的[\u4e00-\u9fff]{{0,2}}(?:厂|厂房|车间|工厂|展厅|现场|仓库|门店|实验室|机房|生产线)"
)
# 和|仁和堂中医馆|的甄医生
_WITH_AND = pattern(rf".*?(?:跟|和|与|找|见了?|拜访了?)(?P<x>{_NAME}和{_NAME}{{1,10}}?)(?:那边|这边|那里)?的{_UNIT}$")
_OF_PERSON = pattern(
    rf".*(?:^|[，。,;；:：\s]|跟|和|与|同|找|[见问]了?下?|拜访了?|联系了?|走访了?|给|[去约请]了?|到|陪|被|[遇碰]到|回访了?|认识了?|结识了?|偶遇|加了)"
    rf"(?P<x>{_NAME}{{2,12}}?)(?:那边|这边|那里)?的{_UNIT}$"
)
# 陪|永泰建设|项目部曾总
_UNIT_OF = pattern(
    rf".*(?:^|[，。,;；:：\s]|跟|和|与|陪|找|见了?|请|约|客户)(?P<x>{_NAME}{{3,12}}?)"
    r"(?:信息|技术|信息技术|采购|设备|生产|项目|财务|工程|质量|品质|研发|市场|运营|行政|物流|仓储|人力|基建|动力|总务|后勤"
    r"|科研|教务|护理|安全|能源|机电|资产|商务|供应链|电商|数字化|it)(?:部|科|处|室|中心|办)$"
)
_WORKS_FOR = pattern(
    rf"[他她]是(?P<x>{_NAME}{{2,12}}?)的(?:[\u4e00-\u9fff]{{0,4}}(?:采购|老板|经理|总监|主管|主任|负责人|[厂店院校部科处]长|工程师))"
)
# 去了趟|宏发股份| 找…, 拜访|中天钢铁|，
_WENT_TO = pattern(
    rf"(?:去了?一?趟|跑了?一?趟|走了?一?趟|去拜访了?|拜访了?|走访了?|上门去?了?|(?<![过发下上回])去了)"
    rf"(?P<x>{_NAME}{{2,10}}?)(?=[，,。\s]|找|见|聊|谈|$)"
    rf"|(?<![过发下上回出进再会要])去(?P<y>{_NAME}{{3,8}}?)(?:谈|聊|见|找|送样|送货|开(?!发|关|始)|参加|演示|讲标|投标|拜访|催款|收款|对账)"
)
_GOING = frozenset("去趟访")  # one of them stands in each of these ways
# …介绍的客户 |苏州迈为| 今天…: a place and more, between spaces
_PIECE = pattern(rf"(?:^|[\s，,：:])(?P<x>{_NAME}{{4,8}})(?=[\s，,]|$)")
_HEAD_KINDS = ("date", "datetime", "log.met", "log.heading", "channel.", "object.customer", "func.role", "known.user")
_HEAD_PIECE = pattern(rf"\s*(?:[:：]\s*)?(?P<x>{_NAME}{{2,9}}?)(?=\s(?!\d)|[，,]|那边|这边|那个|$)")
_VERBAL = ("log.", "verb.", "question.", "create.", "junk.", "service.", "order_status.", "request_status.", "stage.")
_DOES = pattern(r"[了过着吗呢吧把被给对]|^(?:[去来到在再先]|领导|老板|上级|上面)")
_FEELS = pattern(r"客户[嫌怕催挺还不很太想要问急肯愿说觉]")  # 客户|嫌贵|，…


def framed_companies(s: Scene, people: Iterable[Candidate]) -> Iterable[Candidate]:
    """Candidates for the customer of a note; none in English."""
    if s.m.lang != "zh":
        return
    for person in people:
        unit = _UNIT_OF.match(s.m.low, max(0, person.start - 2 * REACH), person.start) if person.points >= 3 else None
        if unit and _is_name(s, *unit.span("x")):
            yield Candidate(8.5 - person.start / 1000, *unit.span("x"), "whose department it names")
        found = _of_person(s.m.low, person.start) if person.points >= 3 else None
        if found:
            start, end = found.span("x")
            if _is_name(s, start, end):
                yield Candidate(7.5 - start / 1000, start, end, "whose people it names")
    if "是" in s.m.low and (works := _WORKS_FOR.search(s.m.low)) and _is_name(s, *works.span("x")):
        yield Candidate(6 - works.start("x") / 1000, *works.span("x"), "whom somebody works for")
    for went in () if _GOING.isdisjoint(s.m.low) else _WENT_TO.finditer(s.m.low):
        name = went.span("x") if went.group("x") else went.span("y")
        if _is_name(s, *name) and not is_stop(s.m.low, *name):
            yield Candidate(5.5 - name[0] / 1000, *name, "whom they went to see")
    for piece in _PIECE.finditer(s.m.low):
        start, end = piece.span("x")
        is_placed = company_start(s.m.low, start + 2) == start
        if (is_placed or is_company_like(s.m.low[start:end])) and _is_name(s, start, end):
            yield Candidate(5 - start / 1000, start, end, "stands by itself")
    shown = _PLACE_OF.search(s.m.low) if "了" in s.m.low else None
    if shown and _is_name(s, *shown.span("x")):
        yield Candidate(6 - shown.start("x") / 1000, *shown.span("x"), "whose place they saw")
    start = _behind_head(s)
    found = _HEAD_PIECE.match(s.m.low, start) if start == 0 or s.m.low[start : start + 1] == " " or s.marks else None
    if found and _is_name(s, *found.span("x")) and _goes_on(s, found.end("x")):
        yield Candidate(4.6 - start / 1000, *found.span("x"), "at the head of a note")


_LISTED = pattern(r"[^，。,;；]{0,10}(?:参会人?员?|参会的|与会|出席)[：:\s]")  # 电话会议 参会人 |好丽友|


def _of_person(low: str, at: int) -> re.Match[str] | None:
    first = max(0, at - 2 * REACH)
    return _WITH_AND.match(low, first, at) or _OF_PERSON.match(low, first, at)


def _behind_head(s: Scene) -> int:
    """Where the leading date, way of contact and 客户 end."""
    at = 0
    if head := _LISTED.match(s.m.low):
        return head.end()
    for token in s.tokens:
        if s.m.low[at : token.start].strip(" ，,:：") or not any(kind.startswith(_HEAD_KINDS) for kind in token.kinds):
            break
        at = token.end
    return at


def _goes_on(s: Scene, end: int) -> bool:
    """Does more than one word follow?"""
    return len(s.m.low[end:].split()) >= 2 or len(s.m.clauses) >= 3


def _is_name(s: Scene, start: int, end: int) -> bool:
    name = s.m.low[start:end]
    if name in words("everyday") or (name.isascii() and len(name) <= 3):  # 带队, QA
        return False
    if is_everyday(name) or is_nobody(name) or _DOES.search(name) or s.is_rival(start, end):
        return False
    if _FEELS.match(s.m.low, max(0, start - 2)):
        return False
    if bare_name(name) and name[0] in FREQUENT_SURNAMES and len(name) <= 3:
        return False
    if any(a < end and start < b for a, b in ((p.start, p.end) for p in s.m.people)):
        return False
    inside = [t for t in s.tokens_in(start, end) if t.end - t.start > 1]
    if any(v.start < end and start < v.end for v in s.m.values):
        return False
    return not any(kind.startswith(_VERBAL) for t in inside for kind in t.kinds)
