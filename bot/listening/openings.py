"""Phrases that open a form, whole or with gaps. Their words stand in the catalogs."""

import re
from dataclasses import replace
from functools import lru_cache

from bot.dialogs.model import Flow, Values
from bot.dialogs.types import Ref
from bot.flows.registry import FLOWS, FORMS
from bot.rules.pronouns import speaks_of_them
from bot.talk.phrases import GAP, core_of, how_exact, pattern_of, phrases
from bot.world import World
from config.catalog import Catalog
from config.phrasing import phrasing
from nlu.folding import fold
from nlu.names import normalise
from nlu.paper_numbers import invoice_named
from nlu.types import Slot, Understanding

MAX_CHARS = 60  # no phrase is longer
SURE_REMINDER = 0.9


def opening(world: World, text: str) -> tuple[Flow, Values] | None:
    """The flow that a phrase opens, with the values that the phrase stands for: 「新联系人」, 「这个我来处理」."""
    said = normalise(text)
    if len(said) > MAX_CHARS:
        return None
    opens = _openings(world.words)
    plain = unwrapped(world.words, text)
    found = opens.get(said) or opens.get(normalise(plain)) or opens.get(normalise(phrasing("article").sub("", plain)))
    if found is None:
        return None
    kind, name = found
    flow = FLOWS[kind]
    return flow, flow.openings[name](world)


def unwrapped(words: Catalog, text: str) -> str:
    """The text without what is said around a wish and adds nothing: 「我要……」, 「……吧」, "can you …"."""
    return _around(words).sub("", text)


@lru_cache
def _around(words: Catalog) -> re.Pattern[str]:
    before, after = ("|".join(words.words(f"common.around.{place}")) for place in ("before", "after"))
    return re.compile(rf"^(?:\s*(?:{before}))+|(?:{after})+[\s。.!！~]*$", re.IGNORECASE)


@lru_cache
def _openings(words: Catalog) -> dict[str, tuple[str, str]]:
    """By each phrase that opens a flow: its kind, and the name of the opening."""
    found: dict[str, tuple[str, str]] = {}
    for form in FORMS.values():
        for name in form.openings:
            for phrase in phrases(words, f"{form.kind}.{name}"):
                found.setdefault(phrase, (form.kind, name))
    return found


def said(world: World, heard: Understanding) -> tuple[Flow, Values, Understanding] | None:
    """The flow that a phrase with gaps opens, 「{customer}回款…」, with what the gaps hold as the slots."""
    text = fold(heard.text).strip(" 。.!！")
    is_to_come = (
        heard.intent == "set_reminder" and heard.sure >= SURE_REMINDER
    )  # 「提醒我把报价转给李四」 is not yet done
    for piece, phrase, kind, name in _with_gaps(world.words):
        found = pattern_of(phrase).fullmatch(text) if piece in text else None
        if found is None or (is_to_come and kind != "reminder") or _cuts_a_value(heard, found):
            continue
        if not all(said is None or said.strip() for said in found.groupdict().values()):
            continue
        flow = FLOWS[kind]
        opened = replace(heard, slots=_slots(heard, found, flow))
        if _is_goods(opened, found):
            continue
        if _is_nobody(world, flow, opened):
            opened = replace(opened, slots={key: slot for key, slot in opened.slots.items() if key != "customer"})
        is_said = "description" in found.groupdict()  # "…, SR please": whatever it reads like
        if flow.fits is None or is_said or flow.fits(opened, world):
            return flow, flow.openings[name](world), opened
    return None


def _is_goods(heard: Understanding, found: re.Match[str]) -> bool:
    """ "quote for |3 pumps at 200|", "quote for |spare parts|": is what ends it no name but goods?"""
    slot = heard.slots.get("customer") if found.groupdict().get("customer") else None
    if slot is None or not str(slot.value).isascii() or slot.end < len(heard.text.rstrip(" 。.!！")):
        return False
    is_known = any(match.start <= slot.start < match.end for match in heard.names)
    return not is_known and not heard.text[slot.start].isupper()


def _cuts_a_value(heard: Understanding, found: re.Match[str]) -> bool:
    """Does a gap end within an amount or a time: the 3 of 「报价38万」 is no customer?"""
    offset = len(heard.text) - len(heard.text.lstrip(" 。.!！"))
    ends = [found.end(name) + offset for name in found.groupdict()]
    told = [value for value in heard.values if value.money is not None or value.is_time]
    return any(value.start < end < value.end for value in told for end in ends)


@lru_cache
def _with_gaps(words: Catalog) -> tuple[tuple[str, str, str, str], ...]:
    """The phrases with gaps that open a flow, whatever flow, those that say most themselves first; before each, its
    longest piece, which few texts have."""
    found = [
        (core_of(phrase), phrase, form.kind, name)
        for form in FORMS.values()
        for name in form.openings
        for phrase in map(fold, words.words(f"{form.kind}.{name}"))
        if GAP.search(phrase)
    ]
    return tuple(sorted(found, key=lambda each: (how_exact(each[1]), "{customer}" in each[1]), reverse=True))


def _slots(heard: Understanding, found: re.Match[str], flow: Flow) -> dict[str, Slot]:
    """What the gaps hold; of a gap in which a known name begins, the name, else the words understood as such."""
    offset = len(heard.text) - len(heard.text.lstrip(" 。.!！"))
    has_people = "contact" in flow.by_name
    papers = {field.slot for field in flow.fields if (field.slot or "").endswith("_number")}
    slots = {name: slot for name, slot in heard.slots.items() if name in papers}
    named = invoice_named(heard.text) if "invoice_number" in papers else None
    if named is not None:  # 「付了发票 123 的 4 千」
        slots["invoice_number"] = Slot(heard.text[slice(*named)], *named, 0.9, "behind its label")
    for name in found.groupdict():
        start, end = (at + offset for at in found.span(name))
        known = [m for m in heard.names if m.name.kind == name and start <= m.start < end]
        if name == "customer" and not known and not has_people and _holds_person(heard, start, end):
            continue  # 「刘总要一份报价」: where he works, `focus.meant` knows
        own = heard.slots.get(name)
        if known:
            start, end = known[0].start, known[0].end
        elif own is not None and start <= own.start and own.end <= end:  # 「星河」 of 「星河的订单」
            start, end = own.start, own.end
        slots[name] = Slot(heard.text[start:end].strip(), start, end, 0.9, "in a phrase")
    return slots


def _is_nobody(world: World, flow: Flow, heard: Understanding) -> bool:
    """「首款到账36万」: what stands where a customer might is none, while one is spoken of."""
    slot, field = heard.slots.get("customer"), flow.by_name.get("customer")
    if slot is None or field is None:
        return False
    is_known = any(match.start <= slot.start < match.end for match in heard.names)
    if not is_known and "customer" in world.focus and speaks_of_them(world.words, str(slot.value)):
        return True  # "|sent him a| quote, …"
    if any(slot.start <= value.start and value.end <= slot.end for value in heard.values) and "amount" in flow.by_name:
        return "customer" in world.focus  # 「报价：压缩机维保一年，…」: no name holds a figure
    labels = (world.words.say(f"common.kind.{kind}") for kind in ("quote", "contract", "order", "invoice"))
    if "amount" not in flow.by_name and not any(label in str(slot.value).lower() for label in labels):
        return False  # 「第一个订单」 of 「第一个订单发货了」 is nobody, either
    if not isinstance(field.type, Ref) or field.type.if_unknown != "refuse":
        return False
    is_known = any(match.start <= slot.start < match.end for match in heard.names)
    return not is_known and "customer" in world.focus and not world.find("customer", str(slot.value), {}).matches


def _holds_person(heard: Understanding, start: int, end: int) -> bool:
    return any(m.name.kind == "contact" and m.sure == 1 and start <= m.start < end for m in heard.names)
