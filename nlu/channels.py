"""How a contact took place: ``channel``, from the way named outside of the plans, or from what was done."""

from collections.abc import Iterable
from typing import NamedTuple

from nlu.lexicon import Cue
from nlu.patterns import REACH, pattern
from nlu.scene import Scene

__all__ = ["fill_channel"]


class _Way(NamedTuple):
    """A way of contact, and where it is told."""

    name: str
    start: int
    end: int
    sure: float
    why: str


_SHAPES = (
    ("meeting", pattern(r"会(?!计|员|所)|视频|视讯|连线|线上|zoom|teams|conference|meeting|mtg|webinar|workshop")),
    ("chat", pattern(r"微信|短信|消息|钉钉|飞书|企微|whatsapp|wechat|text|messag|chat")),
    ("email", pattern(r"邮件|邮箱|\be-?mail")),
    ("visit", pattern(
        r"拜访|拜房|[白败]访|拜仿|去找|去的|去过|去看|走访|上门|登门|(?<!过)去了|跑了|参观|考察|验货|来访|现场|"
        r"site (?:walk|survey|tour|inspection)|visit|dropped|stopped (?:by|at)|swung|popped|toured")),
    ("call", pattern(
        r"luck reaching|hold of|no answer|电话|来电|致电|通话|回电|通[了完过]?个?话|没人接|打通|"
        r"call|phone|rang|voicemail|vm(?: for| to)?$|didn't pick up")),
)  # fmt: skip


_SPOKE = pattern("sp(?:o|ea)k")
_TOLD = ("log.met", "log.weak", "log.heading", "object.follow_up")


def fill_channel(s: Scene) -> None:
    """``channel``: the first way of contact named outside of the plans; 「见了」 alone is a visit."""
    plan = s.slots.get("next_follow_up_at")
    planned = s.m.clause(plan.start) if plan else (-1, -1)
    found = list(_named(s))
    ways = (
        None if found else _at_length(s),
        _happened(s, found, planned),
        _in_person(s),
        _by_going(s, planned),
        _at_table(s, (plan.start, planned[1]) if plan else planned),
        _spoken(s),
        _beside_plan(s, found, plan.start) if plan else None,
    )
    best = next((way for way in ways if way), None)
    if best:
        s.put("channel", best.name, best.start, best.end, sure=best.sure, why=best.why)


def _named(s: Scene) -> Iterable[tuple[str, Cue]]:
    """Every way of contact that the words name, plans and all."""
    for cue in s.m.cues:
        if cue.kind == "channel.call" and any(0 <= e.start - cue.end <= 3 for e in s.m.entities if e.kind == "phone"):
            continue  # 古主任电话18699001122
        before = s.m.low[max(0, cue.start - 4) : cue.start]
        is_theirs = s.m.low.startswith("开会", cue.start) and _CALLED_AWAY.search(before)
        if is_theirs or _REFUSED.search(before) or _SOLD.match(s.m.low, cue.end):
            continue
        if cue.kind.startswith("channel."):
            yield cue.kind.removeprefix("channel."), cue
        elif cue.kind in _TOLD and (way := _way_in(s.m.low[cue.start : cue.end])):
            yield way, cue


def _way_in(word: str) -> str | None:
    return next((way for way, shape in _SHAPES if shape.search(word)), None)


_AT_LENGTH = pattern(r"[通打聊谈开见吃碰](?:的|完|了.{1,7})(?:电话|会|面|话|个头)")


def _at_length(s: Scene) -> _Way | None:
    """通了半小时电话, 开了两小时会"""
    length = _AT_LENGTH.search(s.m.low)
    return _Way(_way_in(length.group()) or "visit", *length.span(), 0.8, "said so") if length else None


# 刚接到罗总秘书|电话|说罗总下周二…; 可以安排|参观
_SAID_SO = pattern(r"(?:里|中|上)?(?:过?来)?(?:说|讲|问|催|通知|告知|回复|称)")
_INVITED = pattern(
    r"(?:安排|邀请?|可以|想来?|要来?|希望来?|准备来?|[要得紧]派.{0,4})$"
    r"|\b(?:wants?|wanted|likes?|fancies|asked for|needs?|suggests?|open to|up for) (?:a|an|another) "
    r"(?:quick |proper )?$"
)
# 短信|接口, 会议|系统: what is sold
_SOLD = pattern(
    r"(?:催收|接口|平台|服务|验证码?|群发|营销|系统|软件|机器人|大屏|室(?!聊|谈|见)|终端|设备|线路|模块|小程序)"
)
_REFUSED = pattern(r"(?:别再?|不[要用]再?)打?$")  # 别再|打电话
_CALLED_AWAY = pattern(r"(?:正?在|叫[去走]|临时去?|赶着去?)$")  # 临时被叫去|开会


def _happened(s: Scene, found: list[tuple[str, Cue]], planned: tuple[int, int]) -> _Way | None:
    """The first way outside of the plan's clause, or in which the plan was told (电话说下周二…)."""
    low = s.m.low
    happened = []
    for way, cue in found:
        is_plan = planned[0] <= cue.start < planned[1] or _is_of_later(s, cue)
        is_plan = is_plan and not _SAID_SO.match(low, cue.end)
        is_invited = _INVITED.search(low, max(0, cue.start - REACH), cue.start) is not None
        if cue.kind == "log.heading" or not (is_plan or is_invited):
            happened.append((way, cue))
    if not happened:
        return None
    start, end = s.m.clause(happened[0][1].start)
    way, best = next((hit for hit in happened if hit[0] == "meeting" and start <= hit[1].start < end), happened[0])
    if way == "visit" and low.startswith("电话", best.end):
        way = "call"  # 回访电话
    return _Way(way, best.start, best.end, 0.95, "said so")


def _is_of_later(s: Scene, cue: Cue) -> bool:
    """Is it of a time to come that stands before it: 下个月中旬开|评审会|?"""
    start = s.m.clause(cue.start)[0]
    before = [v for v in s.m.times() if start <= v.start and v.end <= cue.start]
    last = before[-1] if before else None
    if last is None or last.future is None or last.past not in (None, last.future):
        return False
    return last.future.days.start > s.m.now.date()


_NOT_MET = pattern(r"没|未|not |didn't $")
_IN_PERSON = pattern(r"刚?见|met|saw")


def _in_person(s: Scene) -> _Way | None:
    for cue in s.m.all("log.met"):
        told = _IN_PERSON.match(s.m.low, cue.start)
        if told and not _NOT_MET.search(s.m.low[max(0, cue.start - 6) : cue.start]):
            return _Way("visit", cue.start, cue.end, 0.7, "met in person")
    return None


_WENT = pattern(r"(?:[去到往]|[去到]了|[去跑]了?一?趟|拜访的)(?:那个|这个|他们)?$")
_CAME_OUT = pattern("(?:那边|那里)?(?:出来|回来)")


def _by_going(s: Scene, planned: tuple[int, int]) -> _Way | None:
    """去|永丰五金, 从|蓝海|出来"""
    customer = s.slots.get("customer")
    if customer is None or planned[0] <= customer.start < planned[1]:
        return None
    if _WENT.search(s.m.low[: customer.start]) or _CAME_OUT.match(s.m.low, customer.end):
        return _Way("visit", customer.start, customer.end, 0.6, "went there")
    return None


_TABLE = pattern(
    r"\bspent (?:the|an?|all) (?:\w+ )?(?:morning|afternoon|day|hour) (?:at|with)\b|"
    r"^(?:morning|afternoon) (?:at|with)\b|\b(?:drove|went|trip|flew|driven|travel+ed) (?:out |over |up |down )?to\b|"
    r"\b(?:walked|toured) (?:the|a?round)\b|"
    r"\b(?:lunch|dinner|breakfast|coffee|drinks|beers?|golf) (?:with|w/?)(?=\s)|(?:吃|请)了?(?:个|顿)?(?:饭|午饭|晚饭|"
    r"火锅)|饭局|陪.{2,14}(?:看了|逛了|转了|参观|看[厂样线货])|在.{2,10}[见碰聊谈]的|[早中午晚][饭餐].{2,16}吃的|打(?:了|高尔夫)?球|喝(?:了)?(?:茶|咖啡|酒)"
)


def _at_table(s: Scene, planned: tuple[int, int]) -> _Way | None:
    """A meal, a match, or a journey there; not one to come: 约了周五|打球."""
    meals = (meal.span() for meal in _TABLE.finditer(s.m.low))
    meal = next((span for span in meals if not planned[0] < span[0] < planned[1]), None)
    return _Way("visit", *meal, 0.6, "ate together") if meal else None


def _spoken(s: Scene) -> _Way | None:
    """spoke to Grace: by telephone, where nothing else is said"""
    spoke = next((cue for cue in s.m.all("log.met") if _SPOKE.match(s.m.low, cue.start)), None)
    return _Way("call", spoke.start, spoke.end, 0.5, "spoke to them") if spoke else None


_PLANNED = pattern(r"(?:next step|再|下次|will|i'll|we'll|i'd|we'd|to|约|改到)\W*$")


def _beside_plan(s: Scene, found: list[tuple[str, Cue]], plan: int) -> _Way | None:
    """The way named at the head of a note whose only other clause is the plan."""
    limit = min(plan, s.m.clauses[0][1] if s.m.has("log.met", "log.topic") else len(s.m.low))
    for way, cue in found:
        if cue.start < limit and not _PLANNED.search(s.m.low[max(0, cue.start - 12) : cue.start]):
            return _Way(way, cue.start, cue.end, 0.6, "said so, beside a plan")
    return None
