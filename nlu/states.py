"""States told in other words than the lexicon's: read only where the intent already says that a state is told."""

from nlu.patterns import Lazy, pattern
from nlu.scene import Scene
from nlu.types import Value

__all__ = ["fill_told_state", "is_ahead", "is_denied"]

# 没|签下来, 别当|赢单, isn't in |negotiation any more; 没想到|丢单了 is so
_NOT = pattern(
    r"(?:(?:没(?!想到|办法|料|问题)|未|不(?!过|料|小心|巧|幸|但)|争取|力争|希望|预计|打算|计划|"
    r"(?<!if )not |n['’]t |never |no longer |hop(?:e|es|ing) to |try(?:ing)? to |aim(?:ing)? to )"
    r"\w{0,6}(?:in |as |at |been |be |a |the ){0,2}"
    r"|别(?!家|人|的)[\u4e00-\u9fff]{0,3}|[推延]迟|暂缓|暂停)$"
)
_TOLD: dict[str, tuple[tuple[str, Lazy], ...]] = {
    "order_status": (
        ("cancelled", pattern(r"取消|不要了|不做了|退单|作废|撤单|cancel|called off|scrapped")),
        ("awaiting_payment", pattern(
            r"(?:没|未|还没|等着?|催)(?:付|打|收|回|结|到账?)|(?:hasn't|haven't|not|still to|yet to) (?:been )?pa[iy]|"
            r"unpaid|owes?\b")),
        ("paid", pattern(
            r"(?:款|钱|账|帐).{0,4}(?:收|到|付|打|清|结|回)|(?:收|打|付|回)(?:到|过来|了|清)?.{0,4}(?:款|钱|账)"
            r"|payment .{0,24}(?:\bin\b|received|arrived|cleared)|\bpaid|money .{0,24}(?:\bin\b|received|arrived)|"
            r"settled")),
        ("delivered", pattern(
            r"签收|到货|收到|送到|送达|到了|交货|交付|验收|deliver|arriv|received|handed over|signed for")),
        ("shipped", pattern(
            r"went out|gone out|"
            r"发(?!票|现|生|觉)|寄|出库|出厂|在途|运输|装车|ship|sent out|dispatch|on (?:its|the) way|left the|"
            r"in transit")),
    ),
    "request_status": (
        ("closed", pattern(r"关闭|关单|关了|关掉|结案|结单|close")),
        ("resolved", pattern(
            r"修好|修完|解决|恢复|搞定|处理(?:完|好|掉)|弄好|好了|正常了|"
            r"上线了|在线了|已正常|已恢复|能用了|fixed|resolved|sorted|solved|settled?\b|back (?:up|"
            r"online|to normal)"
            r"|works? (?:again|now)|all good|\bdone\b")),
    ),
    "stage": (
        ("lost", pattern(
            r"黄了|没了|丢了|没戏|输|流标|废标|选了?别|选择了?别|谈崩|谈黄|"
            r"被.{1,8}(?:抢|中标|签走)|不做了|lost|dead|fell through|went with|"
            r"picked|chose|no go|signed (?:up )?with (?!us\b)|re-?upped|gone (?:with|to)\b|"
            r"\bpassed\b(?! (?:on|to|by|the|it))")),
        ("won", pattern(
            r"\bclosed (?!lost|the ticket|it as)|"
            r"签了|签下|拿下|中标|成交|赢|搞定|签约|盖章|到手|"
            r"(?<![变改当做作换升降写说看算弄搞形达组完造转])成了(?=[\s，。,；;!！~]|$)|"
            r"signed|\bwon\b(?!['’]t)|\bwin\b|landed|got it|in the bag|"
            r"\bpo (?:is |just )?(?:in|received)\b|close (?:the|this) deal\b|closed won")),
    ),
}  # fmt: skip


# 争取春节前|签下来, 下周能|签下来, should |win it
_HOPED = pattern(
    r"(?:争取|力争|希望|预计|打算|计划|hop(?:e|es|ing) to|try(?:ing)? to|aim(?:ing)? to)[^，,。.;；]{0,8}$"
)
_MAY = pattern(
    r"(?:(?<![智功动节技性职潜全机产万效储电热光核])能|[会要]|可以|可能|有望|有机会|快|准备|有把握|就等|等着|"
    r"\b(?:will|would|should|could|can|might|may|must|(?:going|able|set|due|ready|about|likely) to|"
    r"(?:they|we|i|it)'ll|if (?:we|they)|"
    r"when (?:we|they)))(?:够|在|\bbe\b| )*$"
)


def is_denied(s: Scene, start: int) -> bool:
    """Is what is told here said not to be so: 没|签下来, 别当|赢单, "not |won yet", 还|没拿下?"""
    if s.m.low[start : start + 1] in ("没", "未") and s.m.low[max(0, start - 1) : start] in ("还", "尚", "仍"):
        return True
    return _NOT.search(s.m.low[max(0, start - 14) : start]) is not None


def is_ahead(s: Scene, code: str, start: int, end: int) -> bool:
    """Is a deal only hoped to be won, able to be, or to be on a day to come (下周五|拿下)? Today it is not."""
    if code != "won":
        return False
    before = max(0, start - 14), start
    may = _MAY.search(s.m.low, *before)
    if _HOPED.search(s.m.low, *before) or (may and not any(n.start <= may.start() < n.end for n in s.m.names)):
        return True
    is_done = "了" in s.m.low[start : end + 3] or s.m.lang == "en"
    return not is_done and any(_is_to_come(s, value) and 0 <= start - value.end <= 4 for value in s.m.values)


def _is_to_come(s: Scene, value: Value) -> bool:
    reading = value.future if value.is_time else None
    return reading is not None and value.past in (None, reading) and reading.days.start > s.m.now.date()


def fill_told_state(s: Scene, slot: str) -> None:
    """The state that the words of a message tell, unless a word of the lexicon has told it."""
    if slot in s.slots:
        return
    for code, words in _TOLD[slot]:
        for match in words.finditer(s.m.low):
            is_negated = code != "awaiting_payment" and is_denied(s, match.start())
            is_told = not is_negated and not is_ahead(s, code, *match.span())
            if is_told and not s.is_used(*match.span()):
                s.put(slot, code, match.start(), match.end(), sure=0.7, why="told in other words")
                return
