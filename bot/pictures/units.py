"""Numbers as a picture has room for: 633万 or 6.33M, with the sign of their currency."""

from decimal import ROUND_HALF_EVEN, Decimal

from bot.pictures.font import can_show
from config.catalog import Catalog

COUNT, PERCENT = "", "%"


def compact(value: Decimal, unit: str, words: Catalog, *, signed: bool = False) -> str:
    """Three digits that count and the language's own scale. ``unit``: a currency, `COUNT` or `PERCENT`."""
    sign = "−" if value < 0 else "+" if signed and value > 0 else ""
    if unit == PERCENT:
        return f"{sign}{_rounded(abs(value)):,f}%"  # 5,000%, no "5k%"
    number = _scaled(abs(value), words)
    symbol = words.symbols("common.currency").get(unit, "")
    symbol = symbol if all(map(can_show, symbol)) else ""  # then the code stands behind the number
    return f"{sign}{symbol}{number}" if symbol or not unit else f"{sign}{number} {unit}"


def _scaled(value: Decimal, words: Catalog) -> str:
    for scale in words.words("picture.scales"):  # the largest first
        power, _, name = scale.partition(" ")
        shown = _rounded(value.scaleb(-int(power)))
        if shown >= 1:
            return f"{shown:,f}{name}"
    return f"{_rounded(value):,f}"


def _rounded(value: Decimal) -> Decimal:
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    rounded = value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_EVEN)
    return rounded.quantize(Decimal(1)) if rounded == rounded.to_integral_value() else rounded.normalize()
