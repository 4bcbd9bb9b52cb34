"""What post the person of a note holds, beside their name: 「采购|林姐」, 「信息部的|贺总」, 「李丽（财务总监）」."""

from nlu.patterns import pattern
from nlu.people import is_surname
from nlu.scene import Scene

__all__ = ["fill_post"]

_AREA = (
    "采购|供应链|财务|技术|信息|设备|工程|生产|质量|品质|质检|研发|行政|人事|人力|市场|销售|运营|物流|仓储|仓库|后勤|总务|教务|教学|法务|"
    "基建|维修|安全|商务|项目|产品|运维|护理|招标|工艺|电气|机电|客服|售后|it"
)
_RANK = (
    "总经理|经理|总监|主管|主任|部长|处长|科长|课长|厂长|院长|校长|园长|店长|站长|局长|所长|馆长|组长|队长|班长|老板娘|老板|老总|老大|领导|"
    "负责人|专员|助理|秘书|会计|出纳|工程师|总工|董事长|创始人|合伙人|法人|顾问|前台|采购员|业务员"
)
_POST = rf"(?:副|高级|首席)?(?:{_AREA})?(?:{_RANK})|(?:{_AREA})"
# Characters that lead up to a department and are no part of it.
_DEPARTMENT = (
    r"(?:(?![和跟与同找见约去到给在对是请陪了的他她们我家说来从还有让把])[\u4e00-\u9fffa-z]){1,6}?"
    r"(?:部门|部|科|处|中心|车间|办公室|实验室|教研室|科室)"
)
_BEFORE = pattern(rf"(?P<department>{_DEPARTMENT})?(?:的|那个|那边的?)?(?P<position>{_POST})?(?:的|：|:)?\s?$")
_BEHIND = pattern(rf"\s?\((?P<department>{_DEPARTMENT})?的?(?P<position>{_POST})?\)")
# 领导|申 微信聊了: the surname alone behind the post
_SURNAME = pattern(rf"(?:^|[，,。;；\s见和跟找])(?P<position>{_POST})(?P<name>[\u4e00-\u9fff])(?=[\s，,。;；]|$)")


def fill_post(s: Scene) -> None:
    """``position`` and ``department`` of the contact."""
    if s.m.lang != "zh":
        return
    if "contact" not in s.slots:
        alone = next((hit for hit in _SURNAME.finditer(s.m.low) if is_surname(hit["name"])), None)
        if alone is None or s.is_used(*alone.span("name")):
            return
        s.put_text("contact", *alone.span("name"), sure=0.7, why="a surname behind a post")
    name = s.m.low[s.slots["contact"].start : s.slots["contact"].end]
    at = s.m.low.find(name)
    while at >= 0:  # it may be told where they are first spoken of
        start, end = _start(s, at), at + len(name)
        beside = _BEHIND.match(s.m.low, end) or _BEFORE.search(s.m.low, start, at)
        for slot in ("department", "position"):
            if beside is not None and beside[slot] and not s.is_used(*beside.span(slot)):
                s.put_text(slot, *beside.span(slot), sure=0.85, why="beside the person")
        at = s.m.low.find(name, end)


def _start(s: Scene, at: int) -> int:
    """From where on the words before a person may be their post: behind the clause's other names and verbs."""
    clause = s.m.clause(max(0, at - 1))[0]
    ends = [slot.end for slot in s.slots.values() if slot.end <= at]
    ends += [v.end for v in s.m.values if v.end <= at]
    ends += [c.end for c in s.m.cues if c.end <= at and c.kind.split(".")[0] in ("log", "channel")]
    return max([clause, *ends])
