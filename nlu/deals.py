"""Slots of opportunities: name, stage, expected close."""

from nlu.deal_names import DEAL, NO_NAME
from nlu.lexicon import Cue
from nlu.patterns import pattern
from nlu.questions import is_past
from nlu.readings import last_day
from nlu.roles import assign_roles
from nlu.scene import Scene
from nlu.states import fill_told_state, is_ahead, is_denied
from nlu.stretches import chosen, spot
from nlu.types import Value
from nlu.values.cycles import unit_days

__all__ = [
    "fill_close",
    "fill_deal_name",
    "fill_known_deal",
    "fill_new_deal_name",
    "fill_outcome",
    "fill_stage",
    "fill_stage_if_said",
]

_FROM = pattern(r"(?:从|from)\s*(?:in|at|the)?\s*$")
_STAGE_BEFORE = pattern(r"(?:阶段|stage)\s*[:：是为]?\s*$")

_ORDER = ("initial_contact", "needs_analysis", "proposal", "negotiation", "won")
_FINISHED = pattern(r"(?:做完了?|完成了?|结束了?|搞完了?|done|finished|complete[d]?)")
_ONWARD = pattern(
    r"(?:往?下一?(?:步|阶段)|往下推|推一步|推到下|推进一?(?:步|下|个阶段)|往前推|进一步|next stage|"
    r"one step|move (?:it )?(?:on|forward)|advance)"
)

_PUT = pattern(r"\s*(?:(?:can|could) you |please |pls )?(?:mark|put|set|move) ")


def fill_stage(s: Scene) -> None:
    """``stage``: the one moved to (「从方案到谈判」 is negotiation); one finished plus "one step on" is the next."""
    found = [
        c
        for c in s.m.section("stage")
        if not (_negated(s, c.start) or is_ahead(s, c.kind.removeprefix("stage."), c.start, c.end) or _is_day(s, c))
    ]
    if not found:
        return
    asked = _PUT.match(s.m.low)  # mark Bluestem lost, Lyle won
    inside = [c for c in found if asked and c.start < s.m.clause(asked.end())[1]]
    last = (inside or found)[-1]
    code = last.kind.removeprefix("stage.")
    if _FINISHED.search(s.m.low) and _ONWARD.search(s.m.low) and code in _ORDER[:-1]:
        code = _ORDER[_ORDER.index(code) + 1]
    s.put("stage", code, last.start, last.end, why="said so")


def fill_outcome(s: Scene) -> None:
    """``stage`` where an opportunity changes: the one named, else won or lost as it is told."""
    fill_stage(s)
    if not {"amount", "expected_close"} & set(s.slots) or not s.m.has("verb.change"):
        fill_told_state(s, "stage")
    chosen = next(((a, b) for a, b in s.rivals if _CHOSE.search(s.m.low, 0, a)), None)
    if chosen:
        s.put("stage", "lost", *chosen, sure=0.8, why="a rival was chosen")


_CHOSE = pattern(r"(?:选择?了|(?:went|gone) (?:with|w/)|chose|picked) ?$")


def _negated(s: Scene, start: int) -> bool:
    return _FROM.search(s.m.low[max(0, start - 10) : start]) is not None or is_denied(s, start)


_DAY_BEHIND = pattern(r"\s?(?:日期|时间|的?日子|date\b|day\b)")


def _is_day(s: Scene, c: Cue) -> bool:
    """签单|日期推到1月15号: that a deal has a day for it does not close it"""
    return _DAY_BEHIND.match(s.m.low, c.end) is not None


_MOVED_BEFORE = pattern(
    r"(?:进入|推进到|推到|进到|转入|阶段改[为成到]"
    r"|\b(?:mov(?:e|es|ed|ing)|went|gone|going|goes|progress(?:es|ed)?) (?:on |in)?to"
    r"|\benter(?:s|ed|ing)?)了?\s*$"
)
# so |mark the deal as| won
_PUT_BEFORE = pattern(
    r"\b(?:mark|put|set|move|make|count|call) (?:(?:it|that|this|them|(?:the|their|that|this) (?:deal|opp)) )?"
    r"(?:down )?(?:as |to |into |in |at )?(?:a )?$"
)
_STAGE_WORD = pattern(r"\s*(?:阶段|stage|phase)")


def fill_stage_if_said(s: Scene) -> None:
    """``stage`` of a note or a list: only beside the word 阶段/stage or behind a word of moving there."""
    for cue in s.m.section("stage"):
        word = s.m.low[cue.start : cue.end]
        if (
            word.endswith(("阶段", "stage"))
            or _STAGE_WORD.match(s.m.low, cue.end)
            or _STAGE_BEFORE.search(s.m.low[: cue.start])
            or (
                _MOVED_BEFORE.search(s.m.low[: cue.start])
                and not is_ahead(s, cue.kind.removeprefix("stage."), cue.start, cue.end)
            )
            or _PUT_BEFORE.search(s.m.low[: cue.start])
        ):
            s.put("stage", cue.kind.removeprefix("stage."), cue.start, cue.end, why="said so")
            return


def fill_close(s: Scene) -> None:
    """``expected_close``: the time beside a word of closing, else the last time of the message."""
    timed = [t for t in assign_roles(s) if not is_past(t.value, s.m)]
    if not timed:
        return
    put_off = [t for t in timed if _PUT_TO.search(s.m.low, 0, t.value.start)]
    closing = put_off or [t for t in timed if t.role == "close"] or [t for t in timed if _is_ahead(s, t.value)]
    if not closing:
        return
    best = closing[-1]
    at = last_day(best.value)
    if at and best.value.grain and best.value.text.lower().startswith("up to"):  # moved up to January
        at = (unit_days(best.value.grain, at) or (at, at))[1]
    if at:
        s.put("expected_close", at, best.value.start, best.value.end, why=best.why)


# 年前签不了，推到|二月底
_PUT_TO = pattern(
    r"(?:推迟?|延期?|改|挪|拖|顺延|提前|(?:push(?:ed)?|mov(?:e|ed)|slip(?:ped|s)?|delayed?|put off) .{0,20})"
    r"(?:到|至|to|until|till)\s*$"
)


def _is_ahead(s: Scene, value: Value) -> bool:
    """今天|被叫过去，又多了个活: of what is only said to be of today, a deal closes on no such day."""
    at = last_day(value)
    return at is None or at > s.m.now.date()


_DEAL_TAIL = pattern(
    r"(?:的|[那这](?:台|个|套|批|条|笔|份)|阶段|更新|\s)*(?:的)?(?:那个|这个)?(?:项目|商机|单子|deal|opportunity|opp|"
    r"project|那单|这单|的单)?$"
)
_NO_DEAL = pattern(
    r".{2,8}竞争|价格[高低贵]|"
    r"竞争对手|竞品|友商|对手|同行|别家|(?:a |the )?competitors?|(?:on )?price|先?建个.*|帮我.*|"
    r"先?(?:挂起|搁置|暂停|放一放|停一停|缓一缓|不做|不跟).*|(?:on|put) .*hold.*"
)
_LABELS = ("field.opportunity",)


_WANTS_A = pattern(
    r"(?:wants?|needs?|is looking for|looking for|would like|has budget for|is after) "
    r"(?:to (?:buy|get) )?(?:(?:an?|the|some|new) )*"
)


# Kestrel Foods| chiller to negotiation, Marden Homes| windows: now 80k
_ITS_GOODS = pattern(
    r"(?:['’]s)? (?P<d>(?!deal|opp|project|job|one|order)(?-i:[a-z])[\w-]+(?<!ed)(?<!ing)(?<!en)"
    r"(?: [\w-]+(?<!ed)(?<!ing))?)(?: (?:(?:is |has |was )?(?:now |gone |going )?(?:moved |on )?"
    r"(?:to|at|in|into) (?:the )?(?:negotiat|proposal|discover|won|lost|closed|\d)|(?:won|lost)\b)| ?: )"
)


# 40 |chairs|, 12 pallets of |film|, a couple of |ovens|, 一套|瓦斯监测|: how many is no name
_HOW_MANY = pattern(
    r"(?:\d[\d,.]*k?(?: ?x)?|an?|the|some|two|three|four|five|six|ten|twenty|a (?:couple|dozen|few)(?: of)?)\s+"
    r"(?:(?:more|new|extra)\s+)?(?:[a-z]{3,12} of\s+)?|[一两几\d]+[套台个批条组项]"
)


def _deal_start(s: Scene, start: int, end: int) -> int:
    """wants a |feeder line|, 40 |chairs| begin behind the verb and the number."""
    for before in (_WANTS_A, _HOW_MANY):
        found = before.match(s.m.low, start, end)
        start = found.end() if found and end - found.end() >= 3 else start
    return start


# a gala |dinner|, a leadership |training|: an occasion that is sold, where it ends what is named
_OCCASION = pattern(r" (?:dinner|lunch|breakfast|drinks|training|workshop|demo|visits?)(?=\s*(?:[,.;$£€\d]|$))")


def _deal_end(s: Scene, end: int) -> int:
    found = _OCCASION.match(s.m.low, end)
    return found.end() if found else end


# Kingsway|'s feeder deal
_ITS_DEAL = pattern(
    r"(?:['’]s)? (?P<d>(?!deal|opp|project)[A-Za-z][\w-]*(?: [\w-]+){0,2}?) (?:deal|opp|opportunity|project)\b"
)


def fill_known_deal(s: Scene) -> None:
    """``opportunity`` of a note: a known one, or what stands behind its label."""
    for n in s.m.names:
        if n.name.kind == "opportunity" and n.sure >= 0.7:
            s.put_text("opportunity", n.start, n.end, sure=n.sure, why="known opportunity")
            return
    labels = [c for c in s.m.all(*_LABELS) if not _is_told(s) or s.m.low[c.end : c.end + 1] == ":"]
    behind = (piece for label in labels for piece in _pieces(s) if 0 <= piece[0] - label.end <= 3)
    if piece := next(behind, None):
        s.put_text("opportunity", *piece, why="behind its label")


# 建个商机叫|智能仓储|，…
_CALLED = pattern(
    r"(?:商机|机会|项目|单子)[^。;；\n]{0,8}?(?:(?:名字|名称|名)(?:叫做?|就?是|为|[:：])|叫做?)[\s\"'“「]*"
    r"(?P<d>[^，,。;；:\s\"'”」]{2,20}?)(?=[，,。;；\s\"'”」]|$)"
)


def fill_new_deal_name(s: Scene) -> None:
    """``opportunity`` of a new one: also out of what the customer wants."""
    called = _CALLED.search(s.m.low) if s.m.lang == "zh" else None
    if called and not s.is_used(*called.span("d")):
        s.put_text("opportunity", *called.span("d"), sure=0.9, why="what it is called")
    fill_known_deal(s)
    wanted = _WANTED.search(s.m.text) if "opportunity" not in s.slots and _is_told(s) else None
    if wanted:
        start, end = wanted.span("d")
        s.put_text("opportunity", _deal_start(s, start, end), end, sure=0.6, why="what they want")
    fill_deal_name(s)


_WANTED = pattern(
    r"\b(?:wants?|needs?|looking for|interested in|after) (?:an? |some |the |new )?(?P<d>[\w-]+(?: [\w-]+){0,5}?)"
    r"(?=\s*(?:[,.;]|$| for | by | at | worth | around ))"
)


def fill_deal_name(s: Scene) -> None:
    """``opportunity``: a known one; behind its label; else what is left over beside the customer."""
    is_named = "create.opportunity" in s.marks or (s.m.lang == "zh" and not s.marks.isdisjoint(("change", "stage_cue")))
    if _is_told(s) and not is_named and not any(n.name.kind == "opportunity" for n in s.m.names):
        return
    fill_known_deal(s)
    if "opportunity" not in s.slots:
        _left_over_deal(s) if s.m.lang == "en" else _spotted_deal(s)


def _is_told(s: Scene) -> bool:
    """Does the message tell of talk with the customer? Then what is left over is what was said."""
    return not {"heading", "visit", "said"}.isdisjoint(s.marks)


def _pieces(s: Scene) -> list[tuple[int, int]]:
    return [(a, b) for a, b in s.pieces() if not s.is_rival(a, b) and not _NO_DEAL.fullmatch(s.m.low[a:b])]


_THAT_ONE = pattern(r"[那这][个笔单批家台套]?")
_ROUGH = 0.75  # where a name ends is a matter of taste: it is always shown as one to look at


def _spotted_deal(s: Scene) -> None:
    """What the model over stretches likes best, unless "none" is likelier."""
    stages = {(c.start, c.end) for c in s.m.section("stage")}
    fields = s.m.all("field.amount", "field.expected_close")  # 把那单|金额|调成…, 签|单日期|推到…
    spotted = [one for one in spot(s, DEAL) if (one.start, one.end) not in stages]
    spotted = [one for one in spotted if not any(c.start <= one.start < c.end for c in fields)]
    spotted = [
        one
        for one in spotted
        if not (_THAT_ONE.fullmatch(s.m.low, one.start, one.end) or NO_NAME.fullmatch(s.m.low, one.start, one.end))
    ]
    none = 1 - sum(one.share for one in spotted)
    if best := chosen(spotted, none):
        start = _deal_start(s, best.start, best.end)
        s.put_text("opportunity", start, best.end, sure=_ROUGH * best.share, why="where deals stand")


# Words of a sentence, not of the name of a deal: |they| |went| inhouse
_TALK = pattern(
    r"\b(?:i|we|they|he|she|it|you|their|his|her|our|my|is|are|was|were|be|has|have|had|went|gone|goes|going|did|does|do|no|"
    r"not|yes|ok|said|says|say|wants?|needs?|till|until|verbally|just|now|still|but|because|cos|so|who|who's|that|this|"
    r"as|through|up|today|yesterday|back|also|finally|officially|all|over|at|in|into|can|will|would|should|please|pls|thanks|"
    r"stick|pop|bump|verbal|cheaper|dearer|start date|result|results|induction|delivered|delivery)\b"
    r"|['’](?:s|ve|re|ll|d)\b|n['’]t\b"
)


def _left_over_deal(s: Scene) -> None:
    pieces = [(a, b - len(_DEAL_TAIL.search(s.m.low[a:b])[0])) for a, b in _pieces(s)]  # type: ignore[index]
    pieces = [(_deal_start(s, a, b), b) for a, b in pieces]
    pieces = [(a, b) for a, b in pieces if b - a > 2 and not NO_NAME.fullmatch(s.m.low, a, b)]
    if "create.opportunity" not in s.marks:
        pieces = [(a, b) for a, b in pieces if " " in s.m.text[a:b] or s.m.text[a].isupper()]
        pieces = [(a, b) for a, b in pieces if not _TALK.search(s.m.low, max(0, a - 1), b)]
    customer = s.slots.get("customer")
    owned = (_ITS_DEAL.match(s.m.text, customer.end) or _ITS_GOODS.match(s.m.text, customer.end)) if customer else None
    if owned and not _TALK.search(s.m.low, *owned.span("d")):
        s.put_text("opportunity", *owned.span("d"), sure=0.8, why="the customer's deal")
        return
    after = [piece for piece in pieces if customer is None or piece[0] >= customer.end] or pieces
    if after:
        start, end = after[0]
        s.put_text("opportunity", start, _deal_end(s, end), sure=0.7, why="left over")
