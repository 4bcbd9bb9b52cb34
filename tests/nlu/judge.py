"""Compares what was understood with a gold case, by the conventions of the shared utterance files."""

import json
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

Case = dict[str, Any]
CASES = Path(__file__).parent / "cases"
MONEY = {"amount", "unit_price", "target"}
DATES = {"occurred_at", "expected_close", "next_follow_up_at", "remind_at", "invoice_date"}
QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"'})


def read_cases(name: str) -> list[Case]:
    lines = (CASES / name).read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def norm(value: object) -> str:
    return "".join(unicodedata.normalize("NFKC", str(value)).translate(QUOTES).casefold().split())


def number(value: object) -> Decimal | None:
    try:
        return Decimal(norm(value).replace(",", ""))
    except InvalidOperation:
        return None


def moment(value: object, now: str) -> date | datetime | None:
    """A date, or the wall time at the offset of now; None if it is neither."""
    if not isinstance(value, str):
        return None
    if len(value) == 10:
        return date.fromisoformat(value)
    stamp = datetime.fromisoformat(value)
    if stamp.tzinfo is not None:
        stamp = stamp.astimezone(datetime.fromisoformat(now).tzinfo).replace(tzinfo=None)
    return stamp.replace(second=0, microsecond=0)


def day_of(value: date | datetime) -> date:
    return value.date() if isinstance(value, datetime) else value


def matches(slot: str, gold: Any, got: Any, case: Case) -> bool:
    """Is the value right for this gold value?"""
    if isinstance(gold, dict):
        if "any_of" in gold:
            return any(matches(slot, one, got, case) for one in gold["any_of"])
        if "contains" in gold:
            held = norm(got)
            return all(norm(s) in held for s in gold["contains"]) and not any(
                norm(s) in held for s in gold.get("lacks", ())
            )
        if "between" in gold:
            at = moment(got, case["now"])
            low, high = (date.fromisoformat(d) for d in gold["between"])
            return at is not None and low <= day_of(at) <= high
        if gold.get("in_text"):
            return norm(got) in norm(case["text"])
    return _equal(slot, gold, got, case["now"])


def _equal(slot: str, gold: Any, got: Any, now: str) -> bool:
    if slot == "period":
        return isinstance(got, dict) and all(moment(gold[k], now) == moment(got.get(k), now) for k in ("start", "end"))
    if slot in MONEY:
        return (
            isinstance(got, dict)
            and number(gold["value"]) == number(got["value"])
            and gold.get("currency") == got.get("currency")
        )
    if slot in DATES:
        want, at = moment(gold, now), moment(got, now)
        return type(want) is type(at) and want == at
    if slot in ("quantity", "satisfaction"):
        return number(got) == number(gold)
    if slot == "phone":
        return norm(got).replace("-", "") == norm(gold).replace("-", "")
    return norm(got) == norm(gold)


def faults(case: Case, got: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with a prediction; nothing when all is right."""
    gold, slots = case["gold"], dict(got["slots"])
    intents = gold["intent"]["any_of"] if isinstance(gold["intent"], dict) else [gold["intent"]]
    if got["intent"] not in intents:
        yield f"intent {got['intent']}, not {intents}"
    for slot, want in gold["slots"].items():
        other = want.get("or_in") if isinstance(want, dict) else None
        held = [slots[name] for name in (slot, other) if name and name in slots]
        value = "\n".join(map(str, held)) if other and held else slots.get(slot)
        if value is None or not matches(slot, want, value, case):
            yield f"{slot} {value!r}, not {want!r}"
    for slot, value in slots.items():
        if slot not in gold["slots"]:
            allowed = gold.get("optional", {}).get(slot)
            if allowed is None or not matches(slot, allowed, value, case):
                yield f"{slot} {value!r} added"
