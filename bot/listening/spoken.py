"""Fixed phrases: short messages that mean one thing whatever else is going on. Their words stand in the catalogs."""

import re
from dataclasses import replace
from functools import lru_cache

from bot.dialogs.model import Flow, Found, Json, Values
from bot.dialogs.types import Ref
from bot.flows.registry import FLOWS
from bot.listening import quiet, zone
from bot.lookups import by_trait, own_work, promised, receivables, requests, silent
from bot.lookups.accounts import asked
from bot.lookups.customers import are_customers_of, quiet_days
from bot.reminders.words import about_reminder
from bot.talk.phrases import GAP, core_of, filled, how_exact, pattern_of, phrases
from bot.world import World
from config.catalog import Catalog
from config.phrasing import phrasing
from nlu.documents import invoice_named
from nlu.folding import fold
from nlu.names import normalise
from nlu.types import Slot, Understanding

LISTS = (
    "customers", "quiet_customers", "opportunities", "follow_ups", "reminders", "service_requests", "my_requests",
    "free_requests", "late_requests",
    "won_without_contract", "unpaid_invoices", "products", "top_products", "reorder_gaps",
)  # fmt: skip
MAX_NAME = 30  # letters of a name that is looked up
SURE_REMINDER = 0.9
MAX_CHARS = 60  # no phrase is longer


def opening(world: World, text: str) -> tuple[Flow, Values] | None:
    """The flow that a phrase opens, with the values that the phrase stands for: 「新联系人」, 「这个我来处理」."""
    said = normalise(text)
    if len(said) > MAX_CHARS:
        return None
    opens = _openings(world.words)
    plain = _plain(world.words).sub("", text)
    found = opens.get(said) or opens.get(normalise(plain)) or opens.get(normalise(phrasing("article").sub("", plain)))
    if found is None:
        return None
    flow, name = found
    return flow, flow.openings[name](world)


@lru_cache
def _plain(words: Catalog) -> re.Pattern[str]:
    """What is said around a wish and adds nothing: 「我要……」, 「……吧」, "can you …"."""
    before, after = ("|".join(words.words(f"common.around.{place}")) for place in ("before", "after"))
    return re.compile(rf"^(?:\s*(?:{before}))+|(?:{after})+[\s。.!！~]*$", re.IGNORECASE)


@lru_cache
def _openings(words: Catalog) -> dict[str, tuple[Flow, str]]:
    """By each phrase that opens a flow: the flow, and the name of the opening."""
    found: dict[str, tuple[Flow, str]] = {}
    for flow in FLOWS.values():
        for name in flow.openings:
            for phrase in phrases(words, f"{flow.kind}.{name}"):
                found.setdefault(phrase, (flow, name))
    return found


def said(world: World, heard: Understanding) -> tuple[Flow, Values, Understanding] | None:
    """The flow that a phrase with gaps opens, 「{customer}回款…」, with what the gaps hold as the slots."""
    text = fold(heard.text).strip(" 。.!！")
    is_to_come = (
        heard.intent == "set_reminder" and heard.sure >= SURE_REMINDER
    )  # 「提醒我把报价转给李四」 is not yet done
    for piece, phrase, flow, name in _with_gaps(world.words):
        found = pattern_of(phrase).fullmatch(text) if piece in text else None
        if found is None or (is_to_come and flow.kind != "reminder"):
            continue
        opened = replace(heard, slots=_slots(heard, found, flow))
        if _is_nobody(world, flow, opened):
            opened = replace(opened, slots={key: slot for key, slot in opened.slots.items() if key != "customer"})
        if flow.fits is None or flow.fits(opened, world):
            return flow, flow.openings[name](world), opened
    return None


@lru_cache
def _with_gaps(words: Catalog) -> tuple[tuple[str, str, Flow, str], ...]:
    """The phrases with gaps that open a flow; before each, its longest piece, which few texts have."""
    return tuple(
        (core_of(phrase), phrase, flow, name)
        for flow in FLOWS.values()
        for name in flow.openings
        for phrase in sorted(map(fold, words.words(f"{flow.kind}.{name}")), key=how_exact, reverse=True)
        if GAP.search(phrase)
    )


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
    if slot is None or field is None or "amount" not in flow.by_name:
        return False
    if not isinstance(field.type, Ref) or field.type.if_unknown != "refuse":
        return False
    is_known = any(match.start <= slot.start < match.end for match in heard.names)
    return not is_known and "customer" in world.focus and not world.find("customer", str(slot.value), {}).matches


def _holds_person(heard: Understanding, start: int, end: int) -> bool:
    return any(m.name.kind == "contact" and m.sure == 1 and start <= m.start < end for m in heard.names)


def command(world: World, text: str) -> Json | None:
    """The command that a phrase stands for: a list, or what becomes of the reminder that was just spoken of."""
    said = normalise(text)
    if len(said) > MAX_CHARS:
        return None
    lists = _lists(world.words)
    name = lists.get(said) or lists.get(normalise(_plain(world.words).sub("", text)))
    if name is not None:
        return {"do": "list", "name": name}
    plain = text.strip().rstrip("。.!！?？")
    account = receivables.asked(world, plain) or asked(world, plain)
    account = account or requests.asked(world, plain) or promised.asked(world, plain)
    account = account or silent.asked(world, plain) or own_work.asked(world, plain) or by_trait.asked(world, plain)
    if account is not None:
        return account
    whose = filled(world.words, "files.of", plain)
    if whose and len(whose) <= MAX_NAME:
        return {"do": "files", "said": whose}
    who = filled(world.words, "card.asked", plain)
    if who and len(who) <= MAX_NAME:
        return {"do": "find", "said": who}
    shown = filled(world.words, "card.shown", plain)
    if shown and len(shown) <= MAX_NAME and world.find("customer", shown, {}).is_sure:
        return {"do": "find", "said": shown}
    return (
        _listed(world, plain)
        or about_reminder(world, plain)
        or quiet.asked_for(world, plain)
        or zone.asked_for(world, plain)
    )


def is_list(world: World, text: str) -> bool:
    """Is the message nothing but the wish for one of the lists?"""
    return normalise(text) in _lists(world.words)


@lru_cache
def _lists(words: Catalog) -> dict[str, str]:
    """By each phrase that asks for a list: the list's name."""
    return {phrase: name for name in reversed(LISTS) for phrase in phrases(words, f"list.{name}.asked")}


def _listed(world: World, text: str) -> Json | None:
    """A list with a condition: notes that hold some words, those of a time, the deals of whom the talk is about."""
    for name in ("opportunities", "follow_ups"):
        who = filled(world.words, f"list.{name}.theirs", text)
        found = world.find("customer", who, {}) if who else Found()
        if found.is_sure and len(found.matches) == 1:
            return {"do": "list", "name": name, "customer": found.matches[0].id}
    days = quiet_days(world, filled(world.words, "list.quiet_customers.longer", text) or "")
    if days is not None:
        return {"do": "list", "name": "quiet_customers", "days": days}
    which = filled(world.words, "list.customers.of", text)
    if which and are_customers_of(world, which):
        return {"do": "list", "name": "customers", "of": which}
    words = filled(world.words, "list.follow_ups.search", text)
    if words:
        return {"do": "list", "name": "follow_ups", "words": words}
    said = filled(world.words, "list.follow_ups.during", text)
    period = next(iter(world.understand(said).of_kind("date", "range")), None) if said else None
    if period is not None and period.past is not None and period.end - period.start >= len(said or ""):
        return {"do": "list", "name": "follow_ups", "period": period.past.days.to_json()}
    return None
