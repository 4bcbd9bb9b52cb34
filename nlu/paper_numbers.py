"""Slots of contracts, orders and invoices: their numbers, and the paper one hangs on."""

from nlu.folding import fold
from nlu.patterns import pattern
from nlu.scene import Scene

__all__ = ["fill_contract_number", "fill_invoice_number", "fill_order_number", "invoice_named"]

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

_SHORT_NUMBER = pattern(r"(?<![A-Za-z0-9-])[A-Z]{2,4}(?:-[A-Z]{2,4})?-\d{1,2}(?![\w-])")  # AV-3, TC-INV-7


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
    elif slot == "invoice_number" and (bare := _INVOICE_DIGITS.search(s.m.low)) and not _is_taken(s, *bare.span()):
        s.put_text(slot, *bare.span(), sure=0.6, why="as long as an invoice number")
    elif slot == "order_number" and (head := _AT_HEAD.match(s.m.low)):
        s.put_text(slot, *head.span(), sure=0.6, why="a number that opens the message")
    elif short and not s.is_used(*short.span()):
        s.put_text(slot, *short.span(), sure=0.6, why="shaped like a number of a document")


_COUNTS = pattern(
    r" (?!(?:for|to|from|of|is|was|has|with|and)\b)[a-z][a-z -]* (?:at|@|for) ?[£$€¥]?\d"
    r"| (?!(?:is|was|has|goes|ships|leaves|comes|arrives|needs|needs|does|says)\b)[a-z]{3,}s(?![a-z'])"
)  # order: 800 |frames at £50|; order 8000 |crates|

_AT_HEAD = pattern(r"(?!1[3-9]\d{9}\b)\d{8,14}(?=\s)")  # |4500071234| arrived
_DIGITS_ONLY = pattern(r"(?<![\w.-])\d{2,6}-\d{3,8}(?![\w-])")  # 88-1203

# China's invoices have 8 digits, electronic ones 20 (State Taxation Administration, announcement 2024 No. 11).
_INVOICE_DIGITS = pattern(r"(?<![\w.-])(?<!\d,)(?:\d{8}|\d{20})(?![\w.-]|,\d{3}(?!\d)|\s*(?:元|万|块|千))")


def _is_taken(s: Scene, start: int, end: int) -> bool:
    """Are the digits a telephone number, a day, a sum with its currency, or some other slot's?"""
    is_data = any(e.start < end and start < e.end for e in s.m.entities)
    return is_data or s.is_used(start, end) or _in_value(s, start, end)


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
