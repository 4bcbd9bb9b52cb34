"""Field types for what is agreed: terms of payment, the instalments they come to, and what is said of tax."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bot.dialogs.model import Gathers, Json, Option, Values, World
from bot.dialogs.show import show_day, show_money
from bot.errors import InvalidValue
from config.catalog import Catalog
from config.types import Money
from nlu.tax import read_tax
from nlu.term_parts import Part
from nlu.terms import read_terms
from nlu.types import Slot, Understanding

WHOLE = Decimal(100)


@dataclass(frozen=True, slots=True)
class Terms(Gathers):
    """Terms of payment. JSON: {"said": the words, "parts": [{"share", "milestone", "due_on", "after_days"}, …]}; a part
    may say "after_months", and "amount" where it is told as a sum: then it has no share of the rest.

    Words that nobody could reckon with are kept as words, without parts.
    """

    max_chars: int = 500

    def read(self, answer: Understanding, world: World, values: Values) -> Json | None:
        text = " ".join(answer.text.split())
        if len(text) > self.max_chars:
            raise InvalidValue("dialog.too_long", max=self.max_chars)
        if not any(character.isalnum() for character in text):
            return None
        return self._dump(text, read_terms(answer), world)

    def take(self, slot: Slot, world: World, values: Values) -> Json | None:
        return self.read(world.understand(str(slot.value)), world, values)

    def gather(self, heard: Understanding, world: World, values: Values) -> Json | None:
        """Terms that stand in a longer message, 「…，3-6-1」: in their own words, or those that understanding found."""
        parts = read_terms(heard)
        if parts:
            start, end = min(part.start for part in parts), max(part.end for part in parts)
            numbers = [slot.end for name, slot in heard.slots.items() if name.endswith("_number")]
            start = max([start, *(at for at in numbers if at < parts[0].end)])  # 「编号 DT-1 |三成预付，…|」
            said = heard.text[start:end]
            return self._dump(said.strip(" ，,。.;；、"), parts, world)
        slot = heard.slots.get("payment_terms")
        return self._dump(str(slot.value), (), world) if slot else None

    def show(self, value: Json, world: World) -> str:
        words = world.words
        named = words.say("common.list_separator").join(
            words.say("contract.part", share=show_share(part["share"]), when=when(part["milestone"], words))
            if part["milestone"]
            else words.say("contract.part_bare", share=show_share(part["share"]))
            for part in value["parts"]
        )
        told = ("due_on", "after_days", "after_months", "amount")
        is_plain = not any(part.get(name) for part in value["parts"] for name in told)
        return named if named and is_plain else str(value["said"])

    def options(self, world: World, values: Values) -> tuple[Option, ...]:
        usual = [(said, read_terms(world.understand(said))) for said in world.words.words("contract.usual_terms")]
        return tuple(Option(said, self._dump(said, parts, world)) for said, parts in usual)

    def _dump(self, said: str, parts: Sequence[Part], world: World) -> Json:
        total = sum((part.share for part in parts if part.share is not None), Decimal(0))
        if parts and total != WHOLE:
            raise InvalidValue("contract.terms_sum", total=show_share(f"{total:f}"))
        return {"said": said, "parts": [_part(part) for part in parts]}


@dataclass(frozen=True, slots=True)
class Instalments:
    """Follows from terms, amount and day; nobody types it. JSON: [{"milestone", "due_on", "amount"}, …]."""

    def read(self, answer: Understanding, world: World, values: Values) -> None:
        return None

    def take(self, slot: Slot, world: World, values: Values) -> None:
        return None

    def show(self, value: Json, world: World) -> str:
        return "\n".join(
            world.words.say(
                "contract.instalment",
                number=number,
                when=when(item["milestone"], world.words),
                amount=show_money(Money.from_json(item["amount"]), world.words),
                due=show_day(date.fromisoformat(item["due_on"]), world.words, today=world.now.date()),
            )
            for number, item in enumerate(value, 1)
        )

    def options(self, world: World, values: Values) -> tuple[Option, ...]:
        return ()


@dataclass(frozen=True, slots=True)
class TaxType(Gathers):
    """Whether tax is in the amounts, and its rate. JSON: {"included": true, "rate": "0.13" or None}."""

    def read(self, answer: Understanding, world: World, values: Values) -> Json | None:
        return self.gather(answer, world, values)

    def take(self, slot: Slot, world: World, values: Values) -> None:
        return None

    def gather(self, heard: Understanding, world: World, values: Values) -> Json | None:
        found = read_tax(heard.text)
        if found is None:
            return None
        known = values.get("tax") or {}
        included = known.get("included", True) if found.included is None else found.included
        rate = known.get("rate") if found.rate is None else f"{found.rate.normalize():f}"
        return {"included": included, "rate": rate}

    def show(self, value: Json, world: World) -> str:
        return show_tax(value, world.words)

    def options(self, world: World, values: Values) -> tuple[Option, ...]:
        known = {"rate": None} | (values.get("tax") or {})
        both = [known | {"included": included} for included in (True, False)]
        return tuple(Option(self.show(value, world), value) for value in both)


def show_tax(tax: Json, words: Catalog) -> str:
    """ "不含税 13%", "tax included"."""
    key = "tax.included" if tax["included"] else "tax.excluded"
    if tax["rate"] is None:
        return words.say(key)
    return words.say(f"{key}_at", rate=show_share(f"{Decimal(tax['rate']) * WHOLE:f}"))


def show_share(share: str) -> str:
    return f"{round(Decimal(share), 2).normalize():f}"


def when(milestone: str, words: Catalog) -> str:
    """What an instalment follows: 签约, "acceptance"; "" where it is due on a day."""
    return words.say(f"contract.milestone.{milestone}") if milestone else words.say("contract.milestone.none")


def _part(part: Part) -> Json:
    return {
        "share": f"{part.share or 0:f}",
        "milestone": part.milestone,
        "due_on": part.due_on.isoformat() if part.due_on else None,
        "after_days": part.after_days,
        **({"after_months": part.after_months} if part.after_months else {}),
        **({"amount": part.amount.to_json()} if part.amount else {}),
    }
