"""What a message says of tax: whether it is in the amounts, and at which rate.

「不含税 13%」, 「含13%增值税」, 「13 个点的专票」, "excl. 20% VAT", "VAT included". A rate alone is in the amounts in
Chinese, where prices are meant so, and comes on top in English.
"""

from dataclasses import dataclass
from decimal import Decimal

from nlu.folding import fold, has_han
from nlu.patterns import pattern

__all__ = ["Tax", "read_tax", "tax_spans"]

_PERCENT = r"(\d{1,2}(?:\.\d{1,2})?)\s*(?:%|个?点|percent|per cent)"
_ALONE = r"(?!\s*(?:首|预|定金|订金|验收|尾|质保|down|deposit|off|up ?front|on\b|in advance))"  # and no instalment
_TAX_ZH, _TAX_EN = r"(?:增值税|税)", r"(?:sales tax|tax|vat|gst)"
_OUT = pattern(
    r"不含(?:增值)?税|未含?税|不含\s*[\d.]+\s*%|税前|税(?:另[计算加]|外)|另[加计]\s*(?:[\d.]+\s*%?的?)?(?:增值)?税"
    r"|加\s*[\d.]+\s*(?:%|个?点)的?(?:增值)?税"
    r"|\b(?:ex(?:cl(?:uding|\.|usive of|udes)?|\.)?|plus|before|net of|without|w/o|no)\s*"
    rf"(?:[\d.]+\s*%\s*)?{_TAX_EN}\b|\+\s*(?:[\d.]+\s*%\s*)?{_TAX_EN}\b"
    rf"|\b{_TAX_EN}\s*(?:is\s+)?(?:not included|excluded|extra|on top|exclusive)\b"
    rf"|\b(?:[\d.]+\s*%\s*)?{_TAX_EN} (?:comes )?on top\b"
)
_IN = pattern(
    r"含(?:增值)?税|含\s*[\d.]+\s*(?:%|个?点)\s*的?(?:增值)?税|价税合计"
    rf"|\b(?:inc(?:l(?:uding|\.|usive of|udes)?|\.)?|with)\s*(?:[\d.]+\s*%\s*)?{_TAX_EN}\b"
    rf"|\b{_TAX_EN}\s*(?:is\s+)?(?:incl(?:uded|\.)?|inclusive)(?!\w)"
)
_RATE = pattern(
    rf"{_PERCENT}\s*的?\s*(?:专票|普票|专用发票|普通发票|发票|票|{_TAX_ZH}|{_TAX_EN}\b)"
    rf"|(?:税率|税点|专票|普票|{_TAX_ZH})\s*(?:是|为|按|[:(])?\s*{_PERCENT}{_ALONE}"
    rf"|\b{_TAX_EN}(?:\s+rate)?\s*(?:included|excluded|incl\.?|excl\.?)?\s*(?:at|of|is|\()?\s*{_PERCENT}{_ALONE}"
    r"|(?:不含|含)\s*(\d{1,2}(?:\.\d{1,2})?)\s*%"
)
_POINTS = pattern(r"(\d{1,2})\s*个点(?!位)")  # of tax, where an invoice is spoken of: 「开票 5 万，13 个点」
_SHARE = pattern(rf"{_PERCENT}\s*的?\s*(?:发票|票)")  # 「开 30% 的票」 is a share of what is owed
RATES_ZH = frozenset(
    map(Decimal, ("1", "1.5", "3", "5", "6", "9", "13"))
)  # per cent: those of today's Chinese invoices
MOST = 50  # per cent; no country takes more from goods


@dataclass(frozen=True, slots=True)
class Tax:
    """``included``: None where only a rate was said. ``rate``: the share, 0.13; None where none was said."""

    included: bool | None
    rate: Decimal | None


def tax_spans(text: str) -> list[tuple[int, int]]:
    """Where a message speaks of tax."""
    low = fold(text) if read_tax(text) is not None else ""
    return [found.span() for one in (_OUT, _IN, _RATE, _POINTS) for found in one.finditer(low)]


def read_tax(text: str) -> Tax | None:
    """What is said of tax; None where nothing is."""
    low = fold(text)
    rate = _RATE.search(low) or ("票" in low and _POINTS.search(low)) or None
    included = False if _OUT.search(low) else True if _IN.search(low) else None
    if rate is None:
        return None if included is None else Tax(included, None)
    percent = Decimal(next(filter(None, rate.groups())))
    if percent > MOST or (percent not in RATES_ZH and _SHARE.fullmatch(rate.group())):
        return None if included is None else Tax(included, None)
    return Tax(has_han(text) if included is None else included, percent / 100)
