"""Which part of a contract is meant: 「第二期」, 「首付」, 「30%」, "the final payment"."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bot.dialogs.model import Gathers, Json, Option, Values
from bot.dialogs.model import World as AnyWorld
from config.types import Money
from nlu.folding import fold
from nlu.patterns import pattern
from nlu.tax import read_tax
from nlu.term_parts import MILESTONE_WORDS
from nlu.terms import TENTHS, share_of
from nlu.types import Slot, Understanding
from storage import records

_PART = pattern(
    r"[a-z]*\s?(?:款|那笔|那部分|那期|的(?:钱|款|票|那笔|部分)|部分|(?:part|payment|invoice|instal?lment|portion|milestone|share|money|bit|third|half|quarter)\b)"
)
_A_THIRD = pattern(
    r"三分之一|\b(?:first|second|last|final|other|a|one|the) third\b(?! (?:order|one|party|invoice|payment|instal))"
)
THIRD = Decimal("33.333333")
# they paid |the 40|
_THE_SHARE = pattern(
    r"\bthe (?:first |other |remaining |final |last )?(\d{1,2})(?=\W*$| (?:is|has|came|in|today|now|arrived)\b)"
)
MILESTONES = ("warranty", "acceptance", "delivery", "signing", "last")  # "the balance of the advance" is of that
PLACES = ("1", "2", "3", "4", "5", "6")  # that people name: 「第二期」
WHOLE = Decimal(100)


@dataclass(frozen=True, slots=True)
class PartOf(Gathers):
    """An instalment by its place or what it follows; a share of the whole where ``shares``.

    JSON: "2", "signing", "last", "30%".
    """

    shares: bool = False

    def read(self, answer: Understanding, world: AnyWorld, values: Values) -> Json | None:
        return self.gather(answer, world, values)

    def take(self, slot: Slot, world: AnyWorld, values: Values) -> None:
        return None

    def gather(self, heard: Understanding, world: AnyWorld, values: Values) -> Json | None:
        low = fold(heard.text)
        for key, codes in (("nth", PLACES), ("for", MILESTONES)):
            words = {code: world.words.words(f"payment.{key}.{code}") for code in codes}
            found = next((code for code, said in words.items() if any(word in low for word in said)), None)
            if found is not None:
                return found
        for code, named in MILESTONE_WORDS:  # 「上线那笔」, "the go-live part"
            if any(_PART.match(low, found.end()) for found in named.finditer(low)):
                return code
        is_half = any(word in low for word in world.words.words("payment.half"))
        return ("50%" if is_half else _share(heard)) if self.shares else None

    def show(self, value: Json, world: AnyWorld) -> str:
        if value.endswith("%"):
            return f"{round(Decimal(value[:-1]), 2).normalize():f}%"
        return world.words.words(f"payment.{'nth' if value in PLACES else 'for'}.{value}")[0]

    def options(self, world: AnyWorld, values: Values) -> tuple[Option, ...]:
        return ()


def _share(heard: Understanding) -> str | None:
    """The share that is named, 「30%」, 「三成」; one of tax is none of the contract."""
    percents = [v.number for v in heard.of_kind("percent") if v.number is not None and "%" in v.text]
    tax = read_tax(heard.text)
    percents += map(share_of, TENTHS.finditer(heard.text))
    percents += [THIRD] if not percents and _A_THIRD.search(fold(heard.text)) else []
    percents += [Decimal(found[1]) for found in _THE_SHARE.finditer(fold(heard.text))] if not percents else []
    shares = [n for n in percents if 0 < n <= WHOLE and (tax is None or tax.rate is None or tax.rate * WHOLE != n)]
    return f"{shares[0].normalize():f}%" if len(shares) == 1 else None


def instalment_of(contract: "records.Contract | records.Order | None", part: str | None) -> Any:
    """The contract's instalment that was named, or None."""
    items = list(contract.instalments) if isinstance(contract, records.Contract) else []
    if part is None or not items:
        return None
    if part in PLACES:
        return items[int(part) - 1] if int(part) <= len(items) else None
    if part.endswith("%"):
        return next((item for item in items if item.amount == worth(contract, part)), None)
    return items[-1] if part == "last" else next((item for item in items if item.milestone == part), None)


def worth(contract: "records.Contract | records.Order | None", part: str | None) -> Money | None:
    """What the part comes to; None where the document has no such part."""
    if contract is None or part is None or contract.amount is None:
        return None
    if part.endswith("%"):
        minor = (contract.amount_minor or 0) * Decimal(part[:-1]) / WHOLE
        return Money.from_minor(int(minor.to_integral_value()), contract.amount_currency or "")
    item = instalment_of(contract, part)
    return item.amount if item is not None else None
