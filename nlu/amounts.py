"""Which amount is the deal's: the corrected one, never a rival's price, a deposit or a price per piece."""

from dataclasses import replace
from decimal import Decimal

from config.types import Money
from nlu.lexicon import Cue
from nlu.patterns import REACH, pattern
from nlu.scene import Scene
from nlu.types import BARE, Value
from nlu.values import as_price, find_values

__all__ = ["LARGE", "amount_points", "counts_goods", "deal_amount", "fill_amount", "fill_target", "is_no_total"]

_PLUS = pattern(
    r"(?:预算|金额|总额|总价|合同额|价税合计|总包|标的额?|总投资?|成交价?|报价|价格|合计|最终|一共|"
    r"总共|共计|大概|约|值|budget|amount|value|worth|total|deal|quote[d]?|price|for|at)(?:约|大概|是|"
    r"为|在|of|is|around|about|:|：|额|\s|到|大约|差不多|应该|有|涨到|调到|改到|改成|降到)*$"
)
_NEW = pattern(
    r"(?:改成|改为|改到|调到|调整到|调整为|降到|涨到|加到|减到|变成|变为|更新为|update成|现在是|最终|"
    r"实际|应该是|而是|改|到|to|now|actually|make it|but|is)(?:了|是|:|：|\s|约|大概|the)*$"
)
_MINUS = pattern(
    r"(?:不是|并非|不到|原来|原先|原|之前|本来|从|原价|去年|上次|首付|预付款?|定金|订金|押金|保证金|"
    r"质保金|尾款|违约金|罚款?了?|赔偿?|赔付?|索赔|理赔|垫付?|运费|油费|过路费|差旅|优惠|便宜|降价|让利|少|多|差|最低的?|第[一二三四五]名?的?|[再又][降减砍涨加]|[涨降砍减加]了|砍掉|追加了?|"
    r"回扣|折扣|[单吨米台套件斤平箱]价|moq[^，,。]{0,5}|起订量[^，,。]{0,4}|"
    r"每(?!年)[\u4e00-\u9fff]{0,2}|[月季]付|一[台套吨件个]|"
    r"能?跑|行驶|寿命|单量|销量|产量|客流|多花|浪费了?|损失了?|能?省|"
    r"注册资本|营收|年营收|产值|融资|\b(?:not|instead of|rather "
    r"than|was|from|deposit|upfront|down payment|discount|(?<!signed )(?<!sign )(?<!% )off|save[sd]?|less|by|each|per|"
    r"unit price|shipping cost|revenue|turnover|retainer|fee|fine|penalty|than))"
    r"(?:的|是|了|为|约|也|就|才|都|大概|差不多|:|：|\s|of|a|the|about)*$"
)
# 单套目标价不超过|650, 单价按|4万8, 200 seats at |$30
_EACH_BEFORE = pattern(
    r"(?:单[套台只米件个支片吨车店人次价张瓶箱]|每(?!年)[\u4e00-\u9fff]{1,2}?)(?:目标)?(?:价格?|成本)?(?:不(?:超过|高于|到)|控制在|[做降压谈]到"
    r"|[按要在的是了为约才也就大概:：\s])*$|\b\d[\d,]* [a-z]+ (?:at|@) $"
)
# 贵|11万: how far apart two prices are
_APART_BEFORE = pattern(r"(?:[贵高低亏]了?|[差省]了?|相差)(?:近|快|约|大概|差不多|将近)?$")
# 我们|31万排第二, 我估计我们得|80万
_OURS_BEFORE = pattern(
    r"\b(?:we(?:'re| are| were|'ve)?|ours?)(?: (?:price|quote|offer|bid))?"
    r"(?: (?:came in|come in|offered|quoted|bid|said|is|was|are))*(?: (?:at|about|around))* ?$"
    r"|我[们方司]?(?:这边|家)?(?:底价|报价|报|给|的|出|要|得|是|现在|最低|最终|价|了|大概|说|\s)*$"
)
_SHARES = pattern(r"\d{3,4}")  # 付款|3331
_TENTHS = "零一二三四五六七八九"
_PAID_IN = pattern(r"付款(?:方式|条件)?[:：\s]?$")
_NEAR_PLUS = pattern(r"(?:预算|总价|总盘子|合同额|总包|总额|报价|成交价)[^，。,;；\n]{0,6}$")
_AFTER_MINUS = pattern(
    r"^\s*(?:的)?(?:(?:保证金|定金|订金|押金|首付|预付|质保金|尾款)(?!款?\s*[\d一二两三四五六七八九]+\s*[%％成])|违约金|罚款|运费|折扣|优惠|注册资本|"
    r"营收|融资|每|/(?=[台套个吨件箱只支米把块张辆斤组份人年月日天]|kg|unit|pc|seat|user|each|ea|ton|"
    r"month|mo\b|day|hour|item|box|head)|一[台套吨件个只]|deposit|upfront|down payment|"
    r"discount|"
    r"off\b|each|apiece|per\b(?! (?:year|annum))|"
    r"an? (?:month|week|day|hour|night|go|pop|truck|van|unit|seat|box|bag|pallet|ton|tonne|licen[cs]e|store|site)\b|"
    r"a piece|a unit|a seat|shipping|in revenue|revenue|turnover|retainer|fee|"
    r"less|cheaper|(?:/|per |an? )(?:yr|year|annum|month|mo) (?:each|apiece|per\b|a piece))"
)


# 单价他能接受|180, 数量可能加到|350: what one costs, or how many there are
_OF_PIECES = pattern(
    r"(?:单价|数量|用量|采购量|订货量|(?<![\d一二两三四五六七八九十百几])(?:件数|台数|套数|人数))"
    r"(?:[是为由从]{0,2}\d[\d,.]*[\u4e00-\u9fff]?)?[^，。,;；\d]{0,8}$"
    r"|\b(?:unit price|price each|quantity|qty|head ?count|number of \w+)\b[^,.;\d]{0,24}$"
)
# the |market for cartons in the Cape is worth about| 2m a year: nobody's budget
_OF_OTHERS = pattern(
    r"\b(?:market|industry|sector|tam|their (?:turnover|revenues?|sales|business))\b[^,.;\n]{0,40}?"
    r"\b(?:is|was|are|be|being|at|size|worth|about|around|roughly|of|does|do|doing|like|some|nearly|over|"
    r"approximately|maybe)[\s:]*$|\bmarket size[\s:]*$"
)
# a new deal, |5000| pouches: what is counted is no money
_COUNTED = pattern(r" (?!plus|less|minus|yes|has|was|this|his|always|across|versus)[a-z]{3,}s\b")


def is_no_total(text: str, value: Value) -> bool:
    """Is it how large a market or somebody's business is, how many there are or what one costs, and not what is to be
    paid?"""
    before = text.casefold()[: value.start]
    return _OF_OTHERS.search(before) is not None or _OF_PIECES.search(before) is not None


def deal_amount(s: Scene) -> Value | None:
    """The best amount of a note or a change; None when none is the deal's."""
    best: tuple[float, Value] | None = None
    for v in s.m.amounts():
        points = amount_points(s, v)
        if points > 0 and (best is None or points > best[0]):
            best = (points, v)
    ours = _ours(s) if best is None or best[0] <= 1 else None
    if ours is not None:
        return ours
    moved = _moved_to(s)
    if moved is not None and (best is None or best[1].end <= moved.start):
        return moved
    return best[1] if best else _in_ten_thousands(s) or _plain_price(s)


_OUR_NUMBER = pattern(r"我们(?:报|给|的|是|现在|价|了)*(?P<n>\d{2,5})(?=[\s，。,;；]|$)")


def _ours(s: Scene) -> Value | None:
    """第一是科捷1180万 … 我们|1290: what we bid counts ten thousands, as the other bids do"""
    told = _OUR_NUMBER.search(s.m.low) if s.m.lang == "zh" else None
    like = next((v for v in s.m.amounts() if v.money and v.text.endswith(("万", "w", "W"))), None)
    if not told or like is None or like.money is None:
        return None
    money = Money(Decimal(told.group("n")) * 10_000, like.money.currency)
    start, end = told.span("n")
    return replace(like, money=money, start=start, end=end, text=told.group("n"), why="what we bid")


_PRICE_BEFORE = pattern(r"(?:\b(?:at|to|for|of|is|now)|@|,) ?$")
_ENDS = pattern(r"\s*(?:$|[,.;!?)\n]|(?:close|closing|by|in|incl|plus|all)\b)")


def _plain_price(s: Scene) -> Value | None:
    """closed won at |118,500|: the only bare number in thousands, where a price stands"""
    if s.m.lang != "en":
        return None
    bare = [v for v in s.m.values if v.kind == "number" and v.number and not v.unit and "," in v.text]
    prices = [v for v in bare if _PRICE_BEFORE.search(s.m.low[: v.start]) and _ENDS.match(s.m.low, v.end)]
    return replace(prices[0], money=Money(prices[0].number or Decimal(0), None)) if len(prices) == 1 else None


_MOVED = pattern(
    r"(?P<a>\d[\d.]*)[万w][^，。,;；\d]{0,5}[到成至]"
    r"(?P<b>\d{2,4}|[一二三四五六七八九两]?[十百][一二三四五六七八九十]{0,3})(?![\d.%万千个台套年月天点号折百])"
)


def _moved_to(s: Scene) -> Value | None:
    """从56万砍到|49, 80万的预算砍到|五十五: what it came down to counts ten thousands, as what it was"""
    moved = _MOVED.search(s.m.low) if s.m.lang == "zh" else None
    first = moved and next((v for v in s.m.amounts() if v.start == moved.start("a")), None)
    if not moved or first is None or first.money is None:
        return None
    start, end = moved.span("b")
    sums = find_values(f"{moved.group('b')}万", now=s.m.now, lang="zh")
    if len(sums) != 1 or sums[0].money is None:
        return None
    money = Money(sums[0].money.value, first.money.currency)
    return replace(first, money=money, start=start, end=end, text=moved.group("b"), why="what it came down to")


LARGE = 1000  # a bare number from here on is money by itself
_SMALL = 100
_MANY = 2000  # 「5000个」 are goods
_OF_GOODS = pattern(r"(?:用量|数量|采购量|销量|产量|需求|要|来|买|订|定|补|拿|送|试用)\s*(?:约|大概|是)?$")
# 改造 大概|150个|: a deal of its own comes to that; 门锁 |300个| are goods
_WORTH = pattern(r"(?:大概|大约|约|差不多|估计|改造|升级|项目|工程|建设|系统|平台|服务|方案)\s*$")
_PRICE_TALK = pattern(r"预计|金额|价|贵|便宜|签|预算|报|万|砍|降")


def _in_ten_thousands(s: Scene, *, sure: bool = False) -> Value | None:
    """「65个贵了点」: a count in talk about a price is ten thousands; ``sure`` that there is such talk."""
    talks = sure or _PRICE_TALK.search(s.m.low) is not None
    each = any(not counts_goods(s, cue) for cue in s.m.all("field.unit_price"))
    if s.m.lang == "zh" and not each and (talks or "create.opportunity" in s.marks):
        for v in s.m.values:
            money = as_price(v)
            goods = _OF_GOODS.search(s.m.low, max(0, v.start - REACH), v.start)
            beside = any(other.kind == "number" and other.unit and other is not v for other in s.m.values)
            is_price = v.number is not None and 5 <= v.number < _MANY and not (goods or beside)
            if not talks:
                is_price = is_price and _WORTH.search(s.m.low, max(0, v.start - REACH), v.start) is not None
            if money is not None and is_price:
                return replace(v, money=money, why="a count in talk about a price")
    return None


_COUNTED_ONE = pattern("[\u4e00-\u9fff]一.")


def counts_goods(s: Scene, cue: Cue) -> bool:
    """要配件|一套: right behind the goods it says how many, not what one costs"""
    return _COUNTED_ONE.fullmatch(s.m.low, cue.start - 1, cue.end) is not None


def amount_points(s: Scene, v: Value) -> float:
    """How likely an amount is what the deal comes to."""
    m = s.m
    before, after = m.low[max(0, v.start - 60) : v.start], m.low[v.end : v.end + 20]
    points = 1.0
    if _NEW.search(before):
        points += 2
    elif _PLUS.search(before):
        points += 1
    elif _NEAR_PLUS.search(before):
        points += 0.5
    ours = _OURS_BEFORE.search(before)
    if ours:
        points += 1.5
    if _MINUS.search(before) and not ours:
        points -= 2.5
    if _EACH_BEFORE.search(before) or _APART_BEFORE.search(before):
        points -= 3
    if (_SHARES.fullmatch(v.text) and _PAID_IN.search(before)) or _makes_whole(v.text):
        points -= 4
    if v.money and v.money.value < _SMALL and v.text.endswith("块"):
        points -= 3  # 样板 6块
    if _AFTER_MINUS.match(after) or _OF_OTHERS.search(before) or _OF_PIECES.search(before):
        points -= 3
    if v.why == BARE and v.text.isdigit() and _COUNTED.match(after):
        points -= 3
    start, _ = m.clause(v.start)
    if any(start <= a < v.start and v.start - b < 20 for a, b in s.rivals) or _rival_clause(m.low[start : v.start]):
        points -= 2
    return points


def _makes_whole(text: str) -> bool:
    """付款谈到|三三四|: shares in tenths."""
    shares = [_TENTHS.find(char) for char in text]
    return min(shares) > 0 and sum(shares) == len(_TENTHS)


_RIVAL = pattern(
    r"竞争对手|竞品|友商|对手|别家|同行|另一家|人家|那家(?:报|给|出|才|只|是)|competitor|rival|other vendor|incumbent"
    r"|(?:current|existing|present|other) (?:supplier|vendor|provider)"
    r"|\b(?!(?:we|i|i'd|i've|we've|just|already|also|had|have|and|then|was|were)\b)[a-z][\w&'-]+ "
    r"(?:has |have |had )?quoted (?:him|her|them)\b"
)


def _rival_clause(before: str) -> bool:
    return _RIVAL.search(before) is not None


def fill_amount(s: Scene) -> None:
    """``amount``: the deal's value."""
    v = deal_amount(s)
    if v is not None and v.money is not None:
        money = _with_the_others(s, v, v.money)
        if _NEGATIVE.search(s.m.low[: v.start]):  # nobody means it, but it must not be dropped in silence
            money = Money(-money.value, money.currency)
        s.put("amount", money, v.start, v.end, sure=0.8 if v.approximate else 0.95, why=v.why or "amount")


_NEGATIVE = pattern(r"(?:^|[\s,，:：成为到是])[-−]$|负$|\bminus\s$")
_SPOKEN_HUNDREDS = pattern("[一二三四五六七八九两]百[一二三四五六七八九]?十?[一二三四五六七八九]?")  # 预算|一百六


def _with_the_others(s: Scene, v: Value, money: Money) -> Money:
    """报了120万，我们得报到110: a small bare number beside ten thousands counts them, too"""
    if s.m.lang == "zh" and _SPOKEN_HUNDREDS.fullmatch(v.text):
        return Money(money.value * 10_000, money.currency)
    is_bare = s.m.lang == "zh" and v.text.isdigit() and money.value < LARGE
    if is_bare and any(other.text.endswith(("万", "w", "W")) for other in s.m.amounts()):
        return Money(money.value * 10_000, money.currency)
    return money


_SHARE = pattern(r"份额|占有率|市占率|\bmarket share|\bshare of (?:the )?market")


def fill_target(s: Scene) -> None:
    """``target``: the first amount of the message; beside a share of the market it is the size of that."""
    is_share = _SHARE.search(s.m.low) is not None and any(v.kind == "percent" for v in s.m.values)
    for v in s.m.amounts():
        if v.money is not None:
            s.put("market" if is_share else "target", v.money, v.start, v.end, why=v.why or "amount")
            return
    counted = None if is_share else _in_ten_thousands(s, sure=True)
    if counted is not None and counted.money is not None:
        s.put("target", counted.money, counted.start, counted.end, sure=0.8, why=counted.why)
