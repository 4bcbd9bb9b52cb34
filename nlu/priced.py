"""What goods cost and how many there are: ``quantity``, ``unit_price`` and ``amount`` of a contract or an order."""

from decimal import Decimal

from config.types import Money
from nlu.amounts import LARGE, amount_points, counts_goods
from nlu.lexicon import Cue
from nlu.patterns import pattern
from nlu.scene import Scene
from nlu.types import Value
from nlu.wordlists import words

__all__ = ["fill_goods"]

_COUNT_BEFORE = pattern(r"(?:数量|共|x|×|\*)\s*[:：]?\s*$")
_NO_COUNT_BEFORE = pattern(r"(?:no\.?|number|#|po|net|phase|v|version|q)\s*$")
_NOUN_BEHIND = pattern(r"\s*(?:x\s+)?[a-z][a-z-]{2,}")
_QUANTITY_BEFORE = pattern(r"(?:qty|quantity|x)\s*[:=]?\s*$")

_UNIT_BEFORE = pattern(
    r"(?:[单吨米台套件斤平箱]价|每(?!年)[\u4e00-\u9fff]{1,2}|一[台套吨件个只支辆组箱樘扇]|unit price|each at|at|@"
    r"|\d ?[x×*])(?:是|为|:|：|约|\s|of|is)*$"
)
_UNIT_AFTER = pattern(
    r"^\s*(?:(?:元|块)?(?:一|每|/|／)\s*(?:台|套|个|吨|件|箱|只|支|米|把|人|块|张|辆|公斤|斤|组|份|桶|包|颗|双|根|"
    r"卷|用户|平|批|月|条|瓶|盒|袋|kg|t)|each|apiece|a piece|per (?!year|annum)|/ ?(?:unit|pc|pcs|seat|user|ea|"
    r"each|ton|kg|month|mo|license|licence|item|box|head|set)|ea\b|a unit|a seat|a pop|a head|的单价)"
)


def fill_goods(s: Scene) -> None:
    """``quantity``, ``unit_price`` and ``amount`` of a contract or an order."""
    m = s.m
    for v in m.amounts():
        before, after = m.low[max(0, v.start - 14) : v.start], m.low[v.end : v.end + 14]
        if v.money and (_UNIT_BEFORE.search(before) or _UNIT_AFTER.match(after)):
            s.put("unit_price", v.money, v.start, v.end, why="price per piece")
    if "unit_price" not in s.slots:
        _bare_unit_price(s)
    for v in m.values:
        if v.kind == "number" and v.number is not None and not s.is_used(v.start, v.end) and _is_count(s, v):
            s.put("quantity", v.number, v.start, v.end, why="counted goods")
            break
    rest = [v for v in m.amounts() if not s.is_used(v.start, v.end)]
    if not rest and "unit_price" not in s.slots:
        _bare_amount(s)
    if rest:
        best = max(rest, key=lambda v: (amount_points(s, v), -v.start))
        if best.money and amount_points(s, best) > -1:
            s.put("amount", best.money, best.start, best.end, why=best.why or "amount")


def _bare_amount(s: Scene) -> None:
    """冻干机备件一批 86000: the only large bare number of an order or a contract in Chinese"""
    bare = [v for v in s.m.values if v.kind == "number" and v.number and not v.unit and v.number >= LARGE]
    bare = [v for v in bare if not s.is_used(v.start, v.end)]
    counted = [v for v in s.m.values if _is_count(s, v)]
    if s.m.lang == "zh" and len(bare) == 1 and bare[0].number and len(counted) < 2:
        s.put("amount", Money(bare[0].number, "CNY"), bare[0].start, bare[0].end, sure=0.7, why="a bare number")


def _is_beside(s: Scene, v: Value, cue: Cue) -> bool:
    """「单价 35」, or 12.50 each."""
    behind = 0 <= cue.start - v.end <= 1 and s.m.low.startswith(("each", "ea", "a", "per", "一"), cue.start)
    return behind or 0 <= v.start - cue.end <= 4


_EACH_ZH = pattern(
    r"每(?:台|套|个|吨|件|箱|只|支|米|把|块|张|片|辆|间|人|户|桶|包|双|卷|条|瓶|盒|袋|坐席|账号)(?P<each>\d+(?:\.\d+)?)(?=元|块|一?[年月]|[，,。；;\s]|$)|"
    r"(?<![\d.-])(?<!\d,)(?P<n>\d+(?:\.\d+)?)(?:元|块钱?)?(?:一|每|/)(?:台|套|个|吨|件|箱|只|支|米|把|块|张|片|辆|樘|扇|株|间|平米?|公斤|斤|组|桶|包|双|根|卷|条|瓶|盒|袋)"
)


_AT_BEFORE = pattern(r"(?:\bat|@) ?$")


def _bare_unit_price(s: Scene) -> None:
    each = _EACH_ZH.search(s.m.low)
    if each and s.m.lang == "zh":
        s.put("unit_price", Money(Decimal(each["n"] or each["each"]), "CNY"), *each.span(), why="price per piece")
        return
    for v in s.m.values if s.m.lang == "en" else ():
        if v.kind == "number" and v.number is not None and not v.unit and _AT_BEFORE.search(s.m.low[: v.start]):
            s.put("unit_price", Money(v.number, None), v.start, v.end, why="price per piece")
            return
    for cue in (c for c in s.m.all("field.unit_price") if not counts_goods(s, c)):
        for v in s.m.values:
            if v.kind == "number" and v.number is not None and not v.unit and _is_beside(s, v, cue):
                s.put(
                    "unit_price",
                    Money(v.number, "CNY" if s.m.lang == "zh" else None),
                    v.start,
                    v.end,
                    why="price per piece",
                )
                return


_DOCUMENT_BEFORE = pattern(r"(?:合同|协议|订单|发票|报价单?)$")  # 合同|一份


def _is_count(s: Scene, v: Value) -> bool:
    low = s.m.low
    if _DOCUMENT_BEFORE.search(low[max(0, v.start - 4) : v.start]):
        return False
    if v.unit:
        return v.unit.casefold() in words("count_words") or v.unit not in (
            "%",
            "percent",
            "度",
            "点",
            "号",
            "分",
            "星",
            "次",
            "岁",
            "单",
            "批",
            "年",
            "期",
        )
    if s.m.lang == "zh":
        before = low[max(0, v.start - 4) : v.start]
        return _COUNT_BEFORE.search(before) is not None
    if low[v.end : v.end + 1] in "%/-" or _NO_COUNT_BEFORE.search(low[max(0, v.start - 8) : v.start]):
        return False
    return (
        _NOUN_BEHIND.match(low[v.end :]) is not None
        or _QUANTITY_BEFORE.search(low[max(0, v.start - 10) : v.start]) is not None
    )
