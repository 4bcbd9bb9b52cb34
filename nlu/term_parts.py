"""One payment of a contract, what it is due after, and which payments usually follow each other."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from config.types import Money
from nlu.patterns import pattern

__all__ = ["MILESTONE_WORDS", "Part", "placed"]


@dataclass(frozen=True, slots=True)
class Part:
    """One payment. ``share`` in per cent of what is not told as a sum; None: whatever is left. ``amount``: it is told
    as a sum, "$5,000 now". ``milestone``: after what it is due (signing, delivery, acceptance, warranty), "" for none.
    ``due_on``: the day named; ``after_days`` or ``after_months``: so long after it. ``start`` and ``end``: where the
    words for it stand.
    """

    share: Decimal | None
    milestone: str = ""
    amount: Money | None = None
    due_on: date | None = None
    after_days: int | None = None
    after_months: int | None = None
    start: int = 0
    end: int = 0


# Which milestones follow each other where nobody names them, by the number of payments.
_USUAL = {
    1: ("signing",),
    2: ("signing", "acceptance"),
    3: ("signing", "acceptance", "warranty"),
    4: ("signing", "delivery", "acceptance", "warranty"),
}
MILESTONE_WORDS = (
    ("warranty", pattern(r"质保|保修|warranty|retention|guarantee")),
    (
        "acceptance",
        pattern(
            r"验收|安装|装好|上线|完工|竣工|做完|完成后|调试"
            r"|acceptance|accepted|go[- ]?live|install|commission|completion|completed|sign[- ]?off"
        ),
    ),
    ("delivery", pattern(r"到货|货到|发货|交货|交付|送达|[到进]场|deliver|arriv|shipment|shipp|dispatch|\bcod\b")),
    (
        "signing",
        pattern(
            r"首付|首期|预付|定金|订金|签约|签订|签合同|签署|\bdown\b|deposit|up ?front|advance|\bnow\b|prepaid"
            r"|sign(?:ing|ature|ed)?\b"
        ),
    ),
)  # fmt: skip


def placed(parts: Sequence[Part]) -> list[Part]:
    """The payments with the usual milestones where none was named."""
    usual = _USUAL.get(len(parts), ())
    placed = []
    for n, part in enumerate(parts):
        is_open = not part.milestone and part.due_on is None and part.after_months is None
        placed.append(replace(part, milestone=usual[n] if n < len(usual) else "signing") if is_open else part)
        if is_open and n >= len(usual):
            placed[-1] = replace(placed[-1], after_days=30 * n)
    return placed
