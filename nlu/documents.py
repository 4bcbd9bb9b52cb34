"""Slots of contracts, orders and invoices: numbers, dates, states, terms, goods."""

from decimal import Decimal

from config.types import Money
from nlu.entities import Entity
from nlu.folding import fold
from nlu.patterns import pattern
from nlu.readings import day, nearer
from nlu.scene import Scene
from nlu.states import fill_told_state
from nlu.wordlists import words

__all__ = [
    "fill_contract_number", "fill_invoice_amount", "fill_invoice_date", "fill_invoice_number", "fill_order_number",
    "fill_order_status", "fill_payment_terms", "fill_product",
]  # fmt: skip

_LABELS = {
    "contract_number": r"(?:合同号码?|合同编号|协议编?号|编号|contract(?: number| no\.?| id)?|agreement(?: no\.?)?|"
    r"number|no\.?|ref(?:erence)?)",
    "order_number": r"(?:订单号码?|订单编号|采购单号|销售单号|单号|订单|采购单|编号|purchase order|sales order|"
    r"order(?: number| no\.?| id)?|po(?: number| no\.?)?|so|number|no\.?|ref)",
    "invoice_number": r"(?:发票号码?|发票编号|票号|发票|号码|编号|invoice(?: number| no\.?| id)?|inv(?: no\.?)?|number|"
    r"no\.?|ref)",
}
_PATTERNS = {
    slot: pattern(
        rf"(?<![a-z]){label}\s*(?:是|为|is|:|：|#|＃|\.|"
        rf"=)*\s*#?\s*(?P<code>(?=[a-z0-9/_.#-]*\d)[a-z0-9][a-z0-9/_.#-]*[a-z0-9])"
    )
    for slot, label in _LABELS.items()
}

# However short, a number that is called one: 「发票号 88」, "invoice no. 7", "number 88".
_PLAIN_NUMBER = pattern(
    r"(?:发票号码?|发票编号|票号|号码|\b(?:invoice|inv) (?:number|no\.?|id|#)|\bnumber|\bno\.)\s*"
    r"(?:是|为|is|[:#=])?\s*#?(?P<code>\d{1,8})(?![\w.,/-]|\s*(?:元|万|of\b))"
)


_INVOICE = pattern(
    r"(?:发票|\binvoice)\s*(?:号码?|编号|number|no\.?|#)?\s*[:#]?\s*(?P<code>[a-z]{0,4}-?\d[\d-]{1,19})"
    r"(?![\w.,%]|\s*(?:元|万|块|千|张|个|份))"
)
_SHORT_NUMBER = pattern(r"(?<![A-Za-z0-9-])[A-Z]{2,4}-\d{1,2}(?![\w-])")  # AV-3


def _number(s: Scene, slot: str) -> None:
    """A number behind its label; else the first code of the message."""
    plain = _PLAIN_NUMBER.search(s.m.low) if slot == "invoice_number" else None
    if plain is not None:
        s.put_text(slot, *plain.span("code"), why="behind its label")
        return
    for match in _PATTERNS[slot].finditer(s.m.low):
        start, end = match.span("code")
        start, end = next(
            ((e.start, e.end) for e in s.m.entities if e.start <= start < e.end and e.kind == "code"), (start, end)
        )
        if slot == "order_number" and _COUNTS.match(s.m.low, end) and s.m.low[start:end].isdigit():
            continue
        if (
            end - start >= 3
            and not s.is_used(start, end)
            and (not _in_value(s, start, end) or _beside_amount(s, start, end))
        ):
            s.put_text(slot, start, end, why="behind its label")
            return
    short = _SHORT_NUMBER.search(s.m.text)
    code = next((e for e in s.m.entities if e.kind == "code" and not s.is_used(e.start, e.end)), None)
    if code:
        s.put_text(slot, code.start, code.end, sure=0.8, why="shaped like a number of a document")
    elif slot == "order_number" and (bare := _DIGITS_ONLY.search(s.m.low)) and not s.is_used(*bare.span()):
        s.put_text(slot, *bare.span(), sure=0.6, why="shaped like a number of a document")
    elif short and not s.is_used(*short.span()):
        s.put_text(slot, *short.span(), sure=0.6, why="shaped like a number of a document")


_COUNTS = pattern(
    r" (?!(?:for|to|from|of|is|was|has|with|and)\b)[a-z][a-z -]* (?:at|@|for) ?[£$€¥]?\d"
)  # order: 800 |frames at £50|
_DIGITS_ONLY = pattern(r"(?<![\w.-])\d{2,6}-\d{3,8}(?![\w-])")  # 88-1203
_TO_WHOM = pattern(r" (?:for|to|from|of) ")


def _beside_amount(s: Scene, start: int, end: int) -> bool:
    """invoice |7781| for Merrow Hotels £9,300: the amount is another one"""
    others = [v for v in s.m.amounts() if v.start >= end and v.money and v.money.currency]
    return bool(others) and s.m.low[start:end].isdigit() and _TO_WHOM.match(s.m.low, end) is not None


def _in_value(s: Scene, start: int, end: int) -> bool:
    return any(
        v.start <= start and end <= v.end and v.kind in ("money", "date", "datetime", "range")
        for v in s.m.values
        if v.money is None or v.money.currency is not None or v.start != start or not s.m.low[start:end].isdigit()
    )


def invoice_named(text: str) -> tuple[int, int] | None:
    """Where the number of an invoice stands that was spoken of as one: 「付了发票 123 的 4 千」, "for invoice 123"."""
    found = _INVOICE.search(fold(text))
    return found.span("code") if found else None


_OF_CONTRACT = pattern(
    r"(?:合同|协议|\b(?:contract|agreement))\s*(?:号码?|编号|number|no\.?|#)?\s*(?:是|为|is|[:：#])?\s*"
    r"(?P<code>(?=[a-z0-9/_.#-]*\d)[a-z0-9][a-z0-9/_.#-]*[a-z0-9])"
)


def _contract_it_hangs_on(s: Scene) -> None:
    """``contract_number`` of an order or an invoice: 「关联合同 HT-2026-0001」, "under contract HT-2026-0001"."""
    found = _OF_CONTRACT.search(s.m.low)
    if found is not None and not _in_value(s, *found.span("code")) and len(found["code"]) >= 3:
        s.put_text("contract_number", *found.span("code"), why="the contract it hangs on")


def fill_contract_number(s: Scene) -> None:
    _number(s, "contract_number")


def fill_order_number(s: Scene) -> None:
    _contract_it_hangs_on(s)
    _number(s, "order_number")


_TO_BE_INVOICED = pattern(
    r"(?:给|按|对|就|针对)\s*(?:合同|订单)?\s*(?P<code>[a-z]{1,6}-[a-z0-9-]*\d)\s*(?:这份|这个|的)?(?:合同|订单)?\s*(?:先)?开"
    r"|(?:^|[.;!] |\b(?:please|pls|kindly|can you|could you|to|and|then) )invoice (?:contract |order )?"
    r"(?P<en>(?!inv)[a-z]{1,6}-[a-z0-9-]*\d)\b(?! (?:is|was|has|of|to|for (?![£$€¥\d])))"
)


_OF_ORDER = pattern(
    r"\b(?:against|for|under|per|on) (?:your |their |the )?(?:po|purchase order|order)\b(?: no\.?| number)?[ #:]*"
    r"(?P<code>(?=[a-z0-9/_.#-]*\d)[a-z0-9][a-z0-9/_.#-]{2,}[a-z0-9])"
)


def _order_it_hangs_on(s: Scene) -> None:
    """``order_number`` of an invoice: "against PO 4500019876"."""
    found = _OF_ORDER.search(s.m.low)
    if found is not None and not _in_value(s, *found.span("code")):
        s.put_text("order_number", *found.span("code"), why="the order it hangs on")


def fill_invoice_number(s: Scene) -> None:
    asked = _TO_BE_INVOICED.search(s.m.low)
    if asked is not None and "contract_number" not in s.slots:  # 「给 HT-2026-8 开票」: of what it is
        s.put_text("contract_number", *asked.span(str(asked.lastgroup)), why="what is to be invoiced")
    _contract_it_hangs_on(s)
    _order_it_hangs_on(s)
    _number(s, "invoice_number")


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
    pieces = [(a, b) for a, b in pieces if s.m.low[a:b] not in _NO_GOODS and not s.m.low.startswith("了", b)]
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
