"""Names that are put right after they were saved: as they are spelt, or another name altogether."""

import re
from dataclasses import replace
from difflib import SequenceMatcher

from bot.dialogs.model import Values
from bot.dialogs.reply import Reply
from bot.flows.registry import FLOWS
from bot.listening.dialogs import begin
from bot.rules.pronouns import spoken_of
from bot.talk.memory import Memory
from bot.world import World
from config.phrasing import phrasing
from nlu.names import pinyin
from nlu.types import Understanding
from storage import records

LIKE_A_NAME = 0.6  # how like a name is what is said in its place
_END = re.compile(r"[\s，,。.;；]")


def respelt(world: World, memory: Memory, heard: Understanding) -> Reply | None:
    """ "her name is Tina Foss", "it's spelt Foss", 「不对，是赵蕾，草头那个蕾」: the name of whom the talk is about,
    with that in the place of what is like it; "his surname's Poole": behind it."""
    found = phrasing("name_is").fullmatch(heard.text.strip())
    new = next((name for name in found.groups() if name), "") if found is not None else _sounded(world, heard)
    new = new or _surname(heard)
    for kind, field in (("contact", "full_name"), ("customer", "new_name")) if new else ():
        ref = spoken_of(world, kind)
        name = (spelt_anew(ref["name"], new) or _with_surname(ref["name"], heard)) if ref is not None else None
        if name is None:
            continue
        given: Values = {"customer": spoken_of(world, "customer"), kind: ref, field: name}
        bare = replace(heard, slots={}, values=(), correction=None)
        return begin(world, memory, FLOWS["customer_update"], bare, given=given)
    return None


def _surname(heard: Understanding) -> str:
    found = phrasing("surname_is").fullmatch(heard.text.strip())
    return found["name"] if found is not None else ""


def _with_surname(name: str, heard: Understanding) -> str | None:
    """Ian Poole of Ian; None where there is a surname already, or none is told."""
    return f"{name} {_surname(heard)}" if _surname(heard) and " " not in name else None


def _sounded(world: World, heard: Understanding) -> str:
    """The name that a correction begins with, where it sounds like that of whom the talk is about; "" for none."""
    said = _END.split(heard.correction.new.strip())[0] if heard.correction and not heard.correction.old else ""
    spoken = (ref["name"] for kind in ("contact", "customer") if (ref := spoken_of(world, kind)) is not None)
    is_written = bool(said) and not said.isascii()
    return said if is_written and any(said != name and pinyin(said) == pinyin(name) for name in spoken) else ""


def other_name(world: World, memory: Memory, heard: Understanding) -> Reply | None:
    """ "sorry, St Pauls Cafe not St Werburghs", right after a customer of that name was entered today: they are called
    otherwise, where nobody else is."""
    ref, said = spoken_of(world, "customer"), heard.correction
    if ref is None or said is None or not said.old or said.old.casefold() not in ref["name"].casefold():
        return None
    customer = world.session.get(records.Customer, ref["id"])
    is_new = customer is not None and customer.created_at.astimezone(world.now.tzinfo).date() == world.now.date()
    if not is_new or world.find("customer", said.new, {}).matches:
        return None
    is_whole = len(said.new.split()) >= len(ref["name"].split()) or not said.new.isascii()
    name = said.new if is_whole else re.sub(re.escape(said.old), said.new, ref["name"], flags=re.IGNORECASE)
    bare = replace(heard, slots={}, values=(), correction=None)
    return begin(world, memory, FLOWS["customer_update"], bare, given={"customer": ref, "new_name": name})


def spelt_anew(name: str, new: str) -> str | None:
    """Tina Voss as Tina Foss, by "Tina Foss" or "Foss"; None where neither is like it, or nothing is new."""
    old, said = name.split(), new.split()
    if len(said) >= len(old):
        return new if name.casefold() != new.casefold() and _is_like(name, new) else None
    for word in said:
        nearest = max(old, key=lambda one: SequenceMatcher(None, one.casefold(), word.casefold()).ratio())
        if not _is_like(nearest, word):
            return None
        old[old.index(nearest)] = word
    return " ".join(old) if old != name.split() else None


def _is_like(one: str, other: str) -> bool:
    if pinyin(one) == pinyin(other):
        return True  # 赵磊, 赵蕾
    return SequenceMatcher(None, one.casefold(), other.casefold()).ratio() >= LIKE_A_NAME
