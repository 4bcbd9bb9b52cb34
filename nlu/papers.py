"""What is said of papers that are there already: 「合同 HT-3 金额改成 60 万」, "void invoice 123, wrong address".

Pure reading: which kind of paper is meant, by which number, what of it should change to what. Whose paper it is, and
whether there is one, is for others to find out.
"""

import re
from dataclasses import dataclass, replace

from nlu.folding import fold
from nlu.paper_goods import GOODS_CUE, OF_GOODS, PRICE_IS, QUANTITY_IS, TOTAL_IS
from nlu.patterns import pattern

_KINDS = {
    "quote": r"报价单?|quotation|quote|offer",
    "contract": r"合同|协议|contract|agreement",
    "order": r"订单|purchase order|order",
    "invoice": r"发票|(?<![一-龥])票(?![一-龥])|invoice",
    "payment": r"回款|收款|到账款?|那笔钱|那笔款|(?:付|打|收到?)的[钱款]?|payment",
}
# What of a paper; the more telling words first.
_FIELDS = {
    "payment_terms": r"付款方式|付款条件|付款条款|付款比例|分期方式|付款(?!日|时|金)|payment terms"
    r"|terms of payment|terms",
    "valid_until": r"有效期(?:至|到)?|validity|valid until|expiry(?: date)?|expiration",
    "signed_on": r"签[订约署](?:日期|时间)?|签的|signing date|date of signing|signed(?: on)?",
    "invoice_date": r"开票日期|开票时间|开票|invoice date|issue date|issued(?: on)?",
    "received_on": r"到账日期|到账时间|收款日期|回款日期|到账|received(?: on)?|came in(?: on)?|arrived(?: on)?",
    "lines": r"数量|单价|折扣|quantity|qty|unit price|discount|\b(?:each|apiece|a piece)\b",
    "number": r"编号|号码|(?<=合同)号|(?<=发票)号|(?<=订单)号|(?<=票)号|number|no\."
    r"|(?<=invoice )no|(?<=contract )no|(?<=order )no",
    "amount": r"金额|总价|总额|总金额|价格|合计|amount|total|value|price|sum",
    "date": r"日期|时间|date|day",
}
_DAY_OF = {
    "quote": "valid_until",
    "contract": "signed_on",
    "invoice": "invoice_date",
    "payment": "received_on",
}
_NUMBER = pattern(r"(?<![a-z0-9])(?:[a-z]{1,6}[-_/ ]?)?\d[a-z0-9]*(?:[-_/][a-z0-9]+)*(?![a-z0-9])")
_ASK = r"(?:请你?|麻烦你?|帮[我忙]|please|pls|kindly|can you|could you|i need to|let's|we need to)"
_ZH_TO = (
    r"(?:改[成为到回]|[增追]?加到|[减降提]少?高?到|调整?[为到成]|[变更]更为|更[正改]为|延[长期]?[到至]|推迟到|换成"
    r"|应[该当]是|应为|该是)"
)
_CHANGES = tuple(
    pattern(source)
    for source in (
        # 回款记错了，应该是 12 万
        r"(?P<left>.*?)(?:写|录|记|填|开|打|弄|搞|输)?错了?[，,]\s*(?:这笔|那笔|应该?)*是\s*(?P<new>.+)",
        # 刚才那个是 28 吨，说错了 / that was 28 tons, my mistake
        r"(?P<left>.*?)(?:应该)?是\s*(?P<new>[^，,]*\d[^，,]*)[，,]\s*(?:我|刚才)*(?:说|写|录|记|填|打|弄|搞|输|看|听)错了?",
        r"(?P<left>(?:that|it|the last one|that one|the one before)) (?:was|is|should be) (?P<new>[^,]*\d[^,]*), "
        r"(?:sorry|my mistake|my bad|i (?:mis\w+|got it wrong|typed it wrong)|oops|wrong)(?: .*)?",
        # typo, it was 20,400
        r"(?P<left>)(?:sorry|oops|typo|my mistake|my bad|wrong(?: amount| figure)?)[,:.]? "
        r"(?:it|that) (?:was|is|should be) (?P<new>\S*\d.*)",
        # wrong number, it's 900178
        r"(?:wrong|incorrect|the wrong) (?P<left>(?:invoice |order |contract )?(?:number|no\.?))[,;:.]? "
        r"(?:it|that)(?:'s| is| was| should be) (?P<new>\S+)",
        # they'd like 12 sofas instead
        r"(?P<left>)(?:they|he|she|the customer|the client)(?:'d| would)? (?:like|wants?|prefers?|needs?) "
        r"(?P<new>.*\d.*?) instead",
        # and the invoice to 8,800
        r"(?:and )?(?P<left>the (?:invoice|contract|order|payment|quote)(?: amount)?) to (?P<new>[£$€¥]?\d\S*)",
        # 改回款金额 59800，手续费扣了200
        r"改(?:一下)?(?P<left>(?:回款|发票|合同|订单|报价)的?(?:金额)?)\s*(?P<new>\d\S*?)(?:[，,].*)?",
        # 合同金额不是 50 万，是 60 万 / the payment wasn't 15k but 12k
        r"(?P<left>.*?)(?:不是|并非)\s*(?P<old>[^，,]+?)[，,]?\s*(?:而是|应该是|应为|是)\s*(?P<new>.+)",
        r"(?P<left>.*?)\b(?:isn't|wasn't|is not|was not)\s+(?P<old>.+?),?\s+"
        r"(?:but|it's|it is|it was|rather)\s+(?P<new>.+)",
        # 合同金额从 50 万改成 60 万
        rf"{_ASK}?[把将]?(?P<left>.*?)(?:从\s*(?P<old>.+?))?{_ZH_TO}\s*(?P<new>.+?)(?:[，,]\s*不是\s*(?P<old2>.+))?",
        # 签订日期是周五，不是周四
        r"(?P<left>.*?)是\s*(?P<new>[^，,]+?)[，,]?\s*(?:而)?不是\s*(?P<old>.+)",
        # change the amount of contract HT-1 from 50k to 60k / make it 60k
        rf"(?:{_ASK} )?(?:change|set|update|correct|amend|move|raise|lower|extend|reduce|increase|fix|put"
        r"|drop|cut|bring|bump) "
        r"(?P<left>.*?)(?: from (?P<old>.+?))? (?:to|until) (?P<new>.+)",
        r"(?P<left>.+?)[:,] make it (?P<new>.+)",
        rf"(?:{_ASK} )?make (?P<left>.*?)(?: to)? (?P<new>(?:\S*\d\S*.*)|net .+)",
        # the contract is signed on Friday, not Thursday / should be 60k
        r"(?P<left>.*?)\b(?:should (?:be|have been|read)|(?:needs|ought) to be|(?:is|was) actually)\s+(?P<new>.+?)"
        r"(?:,?\s+(?:and )?not\s+(?P<old>.+))?",
        r"(?P<left>.*?)\b(?:is|was|were|came to|came in|of)\s+(?P<new>.+?),?\s+"
        r"(?:and )?(?:not|rather than|instead of)\s+(?P<old>.+)",
    )
)
_CUE = pattern(
    r"[改调换延推错废冲]|[加减降少提高]到|不是|变更|更正|应[该当为]|取消|终止|解除|撤|删|不要"
    r"|\b(?:drop|cut|bring|bump|change|set|update|correct|amend|move|raise|lower|extend|reduce|increase|fix|put|make|should|ought|needs"
    r"|not|but|rather|instead|actually|void|voided|cancel|cancelled|canceled|terminated?|withdrawn?|annul|delete"
    r"|remove|scrap|revoke|sorry|oops|typo|mistake|wrong)\b"
    r"|\bto [£$€¥]?\d"
    r"|n't\b"
)
MAX_CHARS = 200  # a longer message tells a story
_QUESTION = pattern(r"[?？]\s*$|[吗呢]\s*[?？]?$|多少|几时|什么|哪|\bwhat\b|\bhow\b|\bwhen\b|\bwhich\b")
_VOID_ZH = r"(?:作废|红冲|冲红|冲掉|废掉|废了|取消|终止|解除|撤掉|撤回|删除|删掉|删了|不要了)"
_VOID_EN = r"(?:void|cancel|terminate|withdraw|annul|delete|remove|scrap|revoke)"
_VOIDS = tuple(
    pattern(source)
    for source in (
        rf"{_ASK}?[把将](?P<left>.+?){_VOID_ZH}(?:掉|了|吧|一下)*",
        rf"{_ASK}?(?:作废|废掉|取消|终止|解除|撤掉|撤回|删除|删掉)(?:了)?(?P<left>.+)",
        rf"(?P<left>.+?)(?:要|需要|得)?{_VOID_ZH}(?:掉|了|吧)*",
        rf"(?:{_ASK} )?{_VOID_EN} (?P<left>.+)",
        r"(?P<left>.+?) (?:is|was|has been|should be) (?:void|voided|cancelled|canceled|terminated|withdrawn)",
    )
)
# First what is wrong with it, then what to do: 「发票开错了，作废」, "the invoice is wrong, void it".
_WRONGS = tuple(
    pattern(source)
    for source in (
        rf"(?P<left>.*?)(?P<why>(?:金额|数字|抬头|税号|客户|日期)?[开写录记填做弄搞签下打]?(?:错|重复?|多)了?)[，,。]?\s*"
        rf"(?:请|麻烦|就|直接)?(?:帮我)?(?:给我)?{_VOID_ZH}(?:掉|了|吧|它|一下)*",
        r"(?P<left>.+?) (?:is|was) (?P<why>(?:all |made out )?(?:wrong|a mistake|incorrect|a duplicate|no good))"
        rf"[,;.]? (?:so )?(?:{_ASK} )?{_VOID_EN} it",
    )
)
_BECAUSE = pattern(
    r"[，,;；。]?\s*(?:因为|原因是|原因[:：]?|理由是|理由[:：]?|because(?: of)?|reason[:：]?|due to|since)\s*"
)
_CLAUSE = pattern(r"[，,;；。]\s*")
_WHY = pattern(r"[^，,;；。\d]+(?:[，,](?!\d)|[;；。])\s*(?:so\s+)?")
# What may stand beside the name of a paper without saying more.
_PADDING = pattern(
    r"\b(?:lot|all|everything|whole|the|that|this|of|for|on|in|with|from|by|it|its|it's|our|their|to|is|was|'s|please|pls|date)\b|'s\b"
    r"|\b(?:and|also|they|he|she|want(?:s|ed)?|ask(?:s|ed)?|customer)\b"
    r"|^(?:他们|她们|对方|客户|那边)|上次|上[一个]|刚刚?才?|之前|[笔单]|\b(?:last|previous|earlier|just now|one)\b"
    r"|[他她它](?!们)|再|^都|整单|总价|全部|一律|(?:他们|她们|对方|客户|那边)?(?:要求|希望|想要?|让我们|要)|[的那这份张笔个把将里上给跟和与也]|"
    + _ASK
)


_EDGE = "(?:(?<![a-z])|(?![a-z]))"  # 「发票FP-3」: a Latin word may follow a Chinese one at once


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper as it was spoken of. ``beside``: the words that are none of these: a customer, a product, or a story;
    ``words``: all but the number."""

    kind: str | None
    number: str | None
    field: str | None
    beside: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class PaperChange:
    """``of_goods``: so many of them, or at another price, "they want 13.80": said only of a paper that has some."""

    paper: Paper
    old: str | None
    new: str
    of_goods: bool = False


@dataclass(frozen=True, slots=True)
class PaperVoid:
    paper: Paper
    reason: str | None


def read_change(text: str) -> PaperChange | None:
    """The change that a message asks for; None for any other."""
    plain = _plain(text)
    is_likely = _is_likely(plain) or (len(plain) <= MAX_CHARS and GOODS_CUE.search(fold(plain)) is not None)
    if not is_likely or _QUESTION.search(fold(plain)):
        return None
    change = _change(plain)
    why = _WHY.match(fold(plain))  # 「客户说再便宜点，|单价改成 360」
    is_told = change is not None and (change.paper.kind or change.paper.number or not change.paper.beside)
    return change if is_told or why is None else _change(plain[why.end() :]) or change


def _change(plain: str) -> PaperChange | None:
    low = fold(plain)
    of_goods = OF_GOODS if GOODS_CUE.search(low) else ()
    total = TOTAL_IS.search(low) if of_goods else None  # 「再加 10 台，|总共 70 台」
    if total is not None and any(source.fullmatch(low, 0, total.start()) for source in of_goods):
        change = _change(plain[: total.start()])
        return replace(change, new=f"{QUANTITY_IS} {total['total']}") if change is not None else None
    for source in (*(_CHANGES if _CUE.search(low) else ()), *of_goods):
        found = source.fullmatch(low)
        if found is None:
            continue
        groups = found.groupdict()
        old = next((name for name in ("old", "old2") if groups.get(name)), None)
        price = _cut(plain, found, "price") if groups.get("price") else ""
        paper, new = _paper(_cut(plain, found, "left")), f"{PRICE_IS} {price}" if price else _cut(plain, found, "new")
        if paper.field is None:  # "the contract is signed on Friday"
            paper = replace(paper, field=_first(_FIELDS, new)[0])
        return PaperChange(paper, _cut(plain, found, old) if old else None, new, source in of_goods)
    return None


_STATED = pattern(
    r"(?:(?:刚才|刚刚|刚开)?(?:的|[那这][张份个笔]))?(?P<left>(?:发票|合同|订单|票)的?(?:号码?|编号|单号))"
    r"(?:是|为|写成?|[:：]|\s)*(?P<new>(?=[a-z/_-]*\d)[a-z0-9][a-z0-9/_-]*)"
    r"|(?:the |its |that )?(?P<left_en>(?:invoice|contract|order) "
    r"(?:(?:number|no\.?)|is (?:number|no\.?)))(?: is|'s|[:：])?\s*"
    r"(?P<new_en>(?=[a-z/_-]*\d)[a-z0-9][a-z0-9/_-]*)"
)


def read_number(text: str) -> PaperChange | None:
    """The number that a message gives a paper which is there already: 「发票号是 24411000」."""
    plain = _plain(text)
    found = _STATED.fullmatch(fold(plain))
    if found is None:
        return None
    end = "_en" if found["new"] is None else ""
    return PaperChange(_paper(_cut(plain, found, f"left{end}")), None, _cut(plain, found, f"new{end}"))


def read_void(text: str) -> PaperVoid | None:
    """The paper that a message wants to count no more, and why; None for any other message."""
    plain = _plain(text)
    if not _is_likely(plain):
        return None
    low = fold(plain)
    for source in _WRONGS:
        found = source.fullmatch(low)
        if found is not None:
            return PaperVoid(_paper(_cut(plain, found, "left")), _cut(plain, found, "why"))
    because = _BECAUSE.search(low) or _CLAUSE.search(low)
    clause = plain[: because.start()] if because else plain
    reason = _BECAUSE.sub("", plain[because.end() :]).strip(" 。.,，") if because else ""
    if _QUESTION.search(fold(clause)):
        return None
    for source in _VOIDS:
        found = source.fullmatch(fold(clause))
        if found is not None:
            return PaperVoid(_paper(_cut(clause, found, "left")), reason or None)
    return None


def _is_likely(text: str) -> bool:
    return len(text) <= MAX_CHARS and _CUE.search(fold(text)) is not None


def day_of(kind: str) -> str | None:
    """The field that 「日期」 means, of a paper of the kind."""
    return _DAY_OF.get(kind)


def _plain(text: str) -> str:
    return text.strip().rstrip("。.!！ ")


def _cut(text: str, found: re.Match[str], name: str) -> str:
    return text[slice(*found.span(name))].strip(" ，,")


def _paper(text: str) -> Paper:
    """What the words say of a paper, piece by piece; the pieces are of the text as it was typed."""
    field, rest = _first(_FIELDS, text)
    kind, rest = _first(_KINDS, rest)
    number, words = None, text
    found = _NUMBER.search(fold(rest))
    if found is not None:
        number = rest[found.start() : found.end()].strip()
        rest = f"{rest[: found.start()]} {rest[found.end() :]}"
        words = words.replace(number, " ")
    beside = " ".join(_PADDING.sub(" ", rest).split()).strip(' ，,:：#“”"「」')
    return Paper(kind, number, field, beside, words.strip())


def _first(sources: dict[str, str], text: str) -> tuple[str | None, str]:
    """The first of the named patterns that stands in a text, not within a Latin word, and the text without it."""
    low = fold(text)
    for name, source in sources.items():
        found = re.search(rf"{_EDGE}(?:{source})(?:s(?![a-z]))?{_EDGE}", low)
        if found is not None:
            return name, f"{text[: found.start()]} {text[found.end() :]}"
    return None, text
