"""Slots of contracts, orders and invoices: dates, states, terms, goods."""

from decimal import Decimal

from config.types import Money
from nlu.entities import Entity
from nlu.patterns import pattern
from nlu.readings import day, nearer
from nlu.scene import Scene
from nlu.states import fill_told_state
from nlu.wordlists import words

__all__ = ["fill_invoice_amount", "fill_invoice_date", "fill_order_status", "fill_payment_terms", "fill_product"]


def fill_invoice_amount(s: Scene) -> None:
    """``amount``: where no amount was found, the only bare number there is: "invoice Northwind 600, number 88"."""
    bare = [v for v in s.m.values if v.kind == "number" and v.number and not v.unit and not s.is_used(v.start, v.end)]
    if "amount" not in s.slots and "quantity" not in s.slots and len(bare) == 1:
        amount = Money(bare[0].number or Decimal(0), None)
        s.put("amount", amount, bare[0].start, bare[0].end, sure=0.8, why="a bare number")


def fill_invoice_date(s: Scene) -> None:
    """``invoice_date``: the time beside its label, else the first one. A past slot."""
    times = s.m.times()
    labels = s.m.all("field.invoice_date")
    best = next((v for v in times for c in labels if 0 <= v.start - c.end <= 6), times[0] if times else None)
    if best:
        at = day(best, past=nearer(best, s.m.now.date()) != "future")
        if at:
            s.put("invoice_date", at, best.start, best.end, why="date of issue")


_MONEY_CAME = pattern(
    r"(?:[款钱账]|回款).{0,4}(?:到|收|结清|付清)|\b(?:payment|money|funds|transfer)\b.{0,24}(?:arriv|in\b|receiv|clear)"
)


_UNDONE = pattern(
    r"(?:先?别|[推延]迟|不要|暂缓|暂不|还?没有?|未|可以(?:安排|准备)?|安排|准备|等着?|催|don't |do not |not )$"
)


def fill_order_status(s: Scene) -> None:
    """``order_status``: the last state named (「付款了，今天发货」 is shipped)."""
    found = [c for c in s.m.section("order_status") if not _UNDONE.search(s.m.low[max(0, c.start - 6) : c.start])]
    if _MONEY_CAME.search(s.m.low):
        fill_told_state(s, "order_status")
    elif found:
        last = found[-1]
        s.put("order_status", last.kind.removeprefix("order_status."), last.start, last.end, why="said so")
    fill_told_state(s, "order_status")


_TERMS = pattern(
    r"(?:付款方式|付款条件|付款条款|结算方式|账期|支付方式|payment terms?|terms)\s*(?:是|为|:|"
    r"：)?\s*(?P<labelled>[^。；;\n]+)"
    r"|(?P<free>(?:payment \d|付款\s*\d|(?<![\d/])\d{2}/\d{2}(?:/\d{2})+|(?:annual|monthly|quarterly|"
    r"yearly) (?:billing|payments?|in (?:advance|arrears))|[一二三四五六七八九两\d]成(?:定金|预付|首付|订金|付)|"
    r"(?:合同)?(?:签完?|签订|签约|到货|发货|交货|验收)[^，,。]{0,2}付[一二三四五六七八九]成|"
    r"货到\d{1,3}天|[一二三四五六两\d]+个?[天月]内?付清|预付|首付|定金|"
    r"订金|货到付款|款到发货|先款后货|[月季年]结|[月季年]度?结算|[月季年](?:度)?付|(?:按|每|分)[月季年](?:度)?[付结]|"
    r"半年付|"
    r"(?:合同)?(?:签订|签约|签完?合同|安装完?成?|发货|到货|验收|交货|交付)[后时前]?付\d|"
    r"分[一二三四五六两2-9]+(?:个(?:季度|月)|[期年次笔])|验收后|签约后?付|签合同付|发货前付|到货付|全款|一次性付|尾款|"
    r"\d{1,3}%\s*(?:预付|首付|定金|upfront|up front|deposit|down|advance|on|before|at|prepaid|in "
    r"advance|now)|net ?\d{1,3}|due on receipt|cash on delivery|cod\b|payable|paid (?:monthly|"
    r"quarterly|annually|in)|monthly billing|billed|half (?:upfront|now|up front)|三七|三三|五五开|"
    r"(?<![一二三四五六七八九十])[一二三四五六七八九]{3,4}(?=付款|[，,。;；\s]|$)|"
    r"(?<![\d.])[1-9]{3,4}(?=付款)|(?<![\d/])[1-9]0/[1-9]0(?![\d/])|(?<![\d-])[1-9]-[1-9]-[1-9](?![\d-])|"
    r"(?<!\d)[1-9]\s*[:：]\s*[1-9](?!\d))[^。；;\n]*)"
)


def fill_payment_terms(s: Scene) -> None:
    """``payment_terms``: from the first word of payment to the end of that talk."""
    match = _TERMS.search(s.m.low)
    if not match:
        return
    start, end = match.span("labelled") if match.group("labelled") else match.span("free")
    for cue in s.m.cues:
        is_day = any(0 <= v.start - cue.end <= 4 for v in s.m.times())
        if cue.kind == "field.expected_close" and not is_day:
            continue  # 40% on signing
        if start < cue.start < end and cue.kind in (
            "field.contract_number",
            "field.amount",
            "field.expected_close",
            "object.contact",
            "field.order_number",
        ):
            end = cue.start
            break
    for e in s.m.entities:
        if start < e.start < end:
            end = e.start
    s.put_text("payment_terms", start, end, why="words of payment")


def _codes(s: Scene) -> list[Entity]:
    return [e for e in s.m.entities if e.kind == "code"]


_NO_GOODS = (
    *("编号", "号码", "录入", "工程", "项目", "系统", "一批", "设备", "其余", "the rest"),
    *("executed", "received", "come", "signed", "done", "back"),
)


# What is done with a paper: contract |signed with|, |book| contract
_DOING = pattern(
    r"(?:(?:just|now|has|have|been|is|was|finally|fully|counter)[ -]?)*(?:signed|sealed|executed|closed|agreed|"
    r"book(?:ed)?|enter(?:ed)?|register(?:ed)?|raised?|filed?|log(?:ged)?|won)?(?: ?(?:with|for|by|off|up|on|in))*"
)
_PRICED = pattern(r"(?:at|for|each|per)\b")  # 18 cameras |at 145 quid|
_SOLD_BY_COUNT = pattern(r"licen[cs]es?|seats|subscriptions|users")
_COUNTED_WORD = pattern(r"[a-z][a-z-]+$")


def _counted_goods(s: Scene, start: int, end: int) -> tuple[int, int] | None:
    """85 |laptops|, 40 |licences|; boxes and pieces are none"""
    unit = _COUNTED_WORD.search(s.m.low[:end], start)
    if unit is None or (unit.group() in words("count_words") and not _SOLD_BY_COUNT.fullmatch(unit.group())):
        return None
    return unit.span()


_BUYS = pattern(r"(?:采购|订购|购买|要|买|订|再要|追加)了?")


def _behind_verb(s: Scene, start: int, end: int) -> int:
    """「采购|振动传感器」 begins behind the verb."""
    verb = _BUYS.match(s.m.low, start, end)
    return verb.end() if verb and end - verb.end() >= 2 else start


def fill_product(s: Scene) -> None:
    """``product``: behind its label, else the unexplained words nearest to the quantity, else the first left over."""
    label = s.m.first("field.product")
    pieces = [(_behind_verb(s, a, b), b) for a, b in s.pieces() if not s.is_rival(a, b)]
    pieces = [(a, b) for a, b in pieces if s.m.low[a:b] not in _NO_GOODS and "了" not in s.m.low[b - 1 : b + 1]]
    pieces = [(a, b) for a, b in pieces if not _DOING.fullmatch(s.m.low, a, b)]
    if label:
        behind = next((piece for piece in pieces if 0 <= piece[0] - label.end <= 3), None)
        if behind:
            s.put_text("product", *behind, why="behind its label")
            return
    quantity = s.slots.get("quantity")
    if quantity and s.m.lang == "en":
        match = pattern(
            r"\s*(?:x\s+|of\s+|more\s+|additional\s+|extra\s+|new\s+|units of\s+|"
            r"pcs of\s+)?([a-z][a-z0-9' /-]*?)(?=\s*(?:[,.;:@(]|\bat\b|\bfor\b|\bfrom\b|$))"
        ).match(s.m.low, quantity.end - s.m.low.startswith("x-", quantity.end - 1))
        if match and match.group(1) and not _PRICED.match(match.group(1)):
            s.put_text("product", match.start(1), match.end(1), sure=0.8, why="behind the quantity")
            return
    if quantity and s.m.lang == "en" and (unit := _counted_goods(s, quantity.start, quantity.end)):
        s.put("product", s.m.text[unit[0] : unit[1]], *unit, sure=0.6, why="what is counted")
        return
    if pieces:
        best = min(
            pieces, key=lambda p: (min(abs(p[1] - quantity.start), abs(p[0] - quantity.end)) if quantity else 0, p[0])
        )
        s.put_text("product", *best, sure=0.7, why="left over")
