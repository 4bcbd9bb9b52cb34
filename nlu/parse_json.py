"""The contract of `crmbot parse`: a JSON line in, a JSON line out; and the same for a person to read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from config.types import Language, Money, Period
from nlu.folding import clean, has_han
from nlu.intents import reasons
from nlu.lexicon import Lexicon, default_lexicon
from nlu.name_index import NameIndex
from nlu.scene import Scene
from nlu.types import Intent, SlotValue, Understanding
from nlu.understand import MAX_TEXT, read_scene, understand
from nlu.values import find_values, values_json

__all__ = ["Explained", "explain", "parse_line", "scene_of", "slot_json", "values_line", "why"]


def parse_line(line: Mapping[str, object], *, lexicon: Lexicon | None = None) -> dict[str, object]:
    """{"id", "text", "now", "lang"?, "known"?} → {"id", "intent", "slots", "sure", "spans"}.

    Raises ValueError, naming the key, for a line that is not of this form.
    """
    text, now, lang = _inputs(line)
    known = line.get("known")
    names = NameIndex.from_lists(known) if isinstance(known, Mapping) else NameIndex()
    found = understand(text, now=now, lang=lang, known=names, lexicon=lexicon)
    return {
        "id": line.get("id"),
        "intent": found.intent,
        "slots": {name: slot_json(slot.value) for name, slot in found.slots.items()},
        "sure": found.sure,
        "spans": {name: [slot.start, slot.end, round(slot.sure, 2)] for name, slot in found.slots.items()},
    }


def scene_of(line: Mapping[str, object]) -> Scene:
    """The message of a line taken apart: what an intent is decided by."""
    text, now, lang = _inputs(line)
    known = line.get("known")
    names = NameIndex.from_lists(known) if isinstance(known, Mapping) else NameIndex()
    plain = clean(text[:MAX_TEXT])
    spoken: Language = lang or ("zh" if has_han(plain) else "en")
    return read_scene(plain, now=now, lang=spoken, known=names, lexicon=default_lexicon())


def values_line(line: Mapping[str, object]) -> dict[str, object]:
    """{"id", "text", "now", "lang"?} → {"id", "values"}: every date, instant, period and amount."""
    text, now, lang = _inputs(line)
    spoken: Language = lang or ("zh" if has_han(text) else "en")
    return {"id": line.get("id"), "values": values_json(find_values(text, now=now, lang=spoken), now)}


def _inputs(line: Mapping[str, object]) -> tuple[str, datetime, Language | None]:
    text, stamp, lang = line.get("text"), line.get("now"), line.get("lang")
    if not isinstance(text, str):
        raise ValueError("text is not a string")
    try:
        now = datetime.fromisoformat(str(stamp).replace("Z", "+00:00"))
    except ValueError as error:
        raise ValueError("now is not an ISO instant") from error
    if now.tzinfo is None:
        raise ValueError("now has no offset")
    if lang not in (None, "zh", "en"):
        raise ValueError('lang is neither "zh" nor "en"')
    return text, now, "zh" if lang == "zh" else "en" if lang == "en" else None


def slot_json(value: SlotValue) -> object:
    """A slot's value as the contract writes it: ISO dates, {"value", "currency"}, {"start", "end"}, plain numbers."""
    if isinstance(value, (Money, Period)):
        return value.to_json()
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


@dataclass(frozen=True, slots=True)
class Explained:
    """One row of the readable display: a slot or a bare value, its words, its reading, how sure and why."""

    name: str
    words: str
    start: int
    end: int
    reading: str
    sure: float
    why: str


def why(text: str, now: datetime, intent: Intent) -> list[str]:
    """What spoke for the intent, the heaviest first."""
    return reasons(scene_of({"text": text, "now": now.isoformat()}), intent)


def explain(found: Understanding) -> list[Explained]:
    """The slots in the order of the text, then the times and amounts that no slot took with both their readings."""
    rows = [
        Explained(
            name, found.text[slot.start : slot.end], slot.start, slot.end, str(_show(slot.value)), slot.sure, slot.why
        )
        for name, slot in sorted(found.slots.items(), key=lambda item: item[1].start)
    ]
    taken = [(row.start, row.end) for row in rows]
    for value in found.values:
        if not any(a <= value.start and value.end <= b for a, b in taken) or value.kind in (
            "date",
            "datetime",
            "range",
        ):
            readings = [
                f"{r.start.isoformat()} – {r.end.isoformat()}" if r.start != r.end else r.start.isoformat()
                for r in (value.past, value.future)
                if r
            ]
            shown = " | ".join(dict.fromkeys(readings)) or str(_show(value.money) if value.money else value.number)
            rows.append(Explained(value.kind, value.text, value.start, value.end, shown, 1.0, value.why))
    return rows


def _show(value: SlotValue) -> object:
    shown = slot_json(value)
    if isinstance(shown, dict):
        return " ".join(str(part) for part in shown.values() if part is not None)
    return shown
