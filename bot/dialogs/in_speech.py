"""What people say about a card as they speak: "next chat Monday", "call it Bristol chairs", "no, it's 15%"."""

import re
from dataclasses import replace

from bot.dialogs.differences import currency_in, difference_in, other_digits
from bot.dialogs.labels import Change, Changes, change_of
from bot.dialogs.model import Field, Flow, World
from bot.dialogs.state import State, applies
from bot.dialogs.types import LongText, Ref, Text
from bot.dialogs.values import Amount, Moment
from config.phrasing import phrasing
from nlu.types import Understanding

_SHARE = re.compile(r"\d+(?:\.\d+)?\s?%")
_COUNTED = re.compile(r"(?P<number>\d[\d.,]*) ?(?P<what>\D*)")
MAX_BESIDE = 6  # characters beside a share that is all there is
MAX_BARE_NAME = 4  # letters of a name with nothing beside it
MIN_FIRST = 4  # letters of a word that may name somebody


def as_time(flow: Flow, state: State, new: Understanding, world: World) -> Understanding:
    """ "half nine" of "make that half nine" is an hour, which it is not by itself; nor is the nine of "make that 9",
    where the card has an hour and no amount."""
    has_hour = any((state.values.get(f.name) or {}).get("has_time") for f in flow.of_type(Moment))
    is_bare = has_hour and new.text.strip().isdecimal() and not any(True for _ in flow.of_type(Amount))
    if new.names or new.slots or (new.values and not is_bare):
        return new
    at = world.understand(world.words.say("reminder.at_hour", span=new.text))
    is_all = len(at.values) == 1 and at.values[0].is_time and at.values[0].end - at.values[0].start == len(at.text)
    return replace(at, slots={}) if is_all else new


def planned(flow: Flow, state: State, heard: Understanding, world: World) -> Changes:
    """ "next chat Monday": when to get in touch again, and not how it was."""
    found = phrasing("next_touch").match(heard.text.strip())
    field = _next(flow) if found is not None else None
    if found is None or field is None:
        return {}
    change = change_of(field, world.understand(heard.text.strip()[found.end() :]), world, state)
    return {field.name: change} if change is not None else {}


def _next(flow: Flow) -> Field | None:
    """The field for what is planned."""
    return next((f for f in flow.of_type(Moment) if getattr(f.type, "direction", "") == "future"), None)


def called(flow: Flow, state: State, heard: Understanding, world: World) -> Changes:
    """ "call it Bristol chairs": the name of what the card makes."""
    field, text = flow.by_name.get("name"), heard.text.strip(" .!。！")
    found = phrasing("calls_it").match(text) if field is not None and isinstance(field.type, Text) else None
    if field is None or found is None or not text[found.end() :].strip():
        return {}
    change = change_of(field, replace(heard, text=text[found.end() :].strip(), slots={}), world, state)
    return {field.name: change} if change is not None else {}


def numbered(flow: Flow, state: State, heard: Understanding, world: World) -> Changes:
    """ "then C-10", 「那就 HT-10」: the number of the paper that the card makes."""
    field = next((own for name, own in flow.by_name.items() if name.endswith("_number")), None)
    found = phrasing("bare_number").fullmatch(heard.text.strip(" .!。！")) if field is not None else None
    if field is None or found is None or not isinstance(field.type, Text):
        return {}
    return {field.name: Change(found[found.lastindex or 0])}


def by_difference(flow: Flow, state: State, heard: Understanding, world: World) -> Changes:
    """「砍了20万」, "that's dollars", "45, not 54": what changes of an amount that the draft, or the record that it
    changes, has."""
    field = next((f for f in flow.of_type(Amount) if applies(f, state)), None)
    if field is None or field.is_derived:
        return {}
    known = state.values if field.name in state.values or flow.before is None else flow.before(state.values, world)
    if field.name not in known:
        return {}
    said = heard.text.strip()
    old = known[field.name]
    change = difference_in(heard, world) or currency_in(heard, world)
    if change is None and not flow.in_parts and field.name not in state.unsure:  # else the number may be of one of them
        change = other_digits(heard, old, world)
    return {field.name: Change(change, said)} if change is not None else {}


def in_place_of(old: str, new: str, text: str) -> str:
    """The text with the new words where the old ones stand: of "2 blast freezers", "3 freezers" for "2" is "3 blast
    freezers"."""
    counted = _COUNTED.fullmatch(new) if old.isdigit() else None
    if counted is not None and re.search(rf"\b{old}\b.{{1,20}}?{re.escape(counted['what'])}", text, re.IGNORECASE):
        new = counted["number"]
    whole = rf"(?<![\d.,]){re.escape(old)}(?![\d]|[.,]\d)" if old.isdigit() else re.escape(old)
    return re.sub(whole, lambda _found: new, text)


def other_share(flow: Flow, state: State, new: Understanding) -> Changes:
    """ "no, it's 15%": the only per cent that the story names is another."""
    share = _SHARE.search(new.text)
    if share is None or len(new.text) - len(share.group()) > MAX_BESIDE:
        return {}
    told = {name: str(state.values[name]) for name in texts(flow) if name in state.values}
    found = [name for name, text in told.items() if len(_SHARE.findall(text)) == 1]
    same = {told[name] for name in found}
    return {name: Change(_SHARE.sub(share.group(), told[name])) for name in found} if len(same) == 1 else {}


def other_count(flow: Flow, state: State, new: Understanding, world: World) -> Changes:
    """ "nah it's 3 fryers", 「改成6台」: of what the story counts, another number. A bare one, "make it 25", is that of
    the only thing counted, unless a sum was told that it may be."""
    said = _COUNTED.fullmatch(new.text.strip(" .!。"))
    if said is None or any(value.money or value.is_time for value in new.values):
        return {}
    if not said["what"] and any(f.name in state.values and f.name not in state.unsure for f in flow.of_type(Amount)):
        return {}
    told = {name: str(state.values[name]) for name in texts(flow) if name in state.values}
    places = {name: _counted(text, said["what"], world) for name, text in told.items()}
    found = {name: spans[0] for name, spans in places.items() if len(spans) == 1}
    if len({told[name][start:end] for name, (start, end) in found.items()}) != 1:
        return {}
    return {
        name: Change(f"{told[name][:start]}{said['number']}{told[name][end:]}") for name, (start, end) in found.items()
    }


def _counted(text: str, what: str, world: World) -> list[tuple[int, int]]:
    """Where a text counts this, or anything at all: the places of the numbers."""
    if what.isascii() and what:
        counted = re.compile(rf"\b\d+(?=\s+(?:[a-z-]+\s+)?{re.escape(what)}\b)", re.IGNORECASE)
        return [found.span() for found in counted.finditer(text)]
    counts = [value for value in world.values_in(text) if value.kind == "number" and what in ("", value.unit)]
    return [(value.start, value.end - len(value.unit or "")) for value in counts]


def person_in(said: str, world: World) -> str:
    """The name in what is said of somebody: 「他们采购科的|邹科长」, 「一个|姓温的主任」."""
    slot = world.understand(world.words.say("dialog.met", who=said)).slots.get("contact")
    return str(slot.value) if slot is not None and len(said) > MAX_BARE_NAME else said


def as_called(field: Field, new: Understanding, world: World) -> Understanding:
    """To the field of a person, only the name of what is said; to any other, all of it."""
    is_person = isinstance(field.type, Ref) and field.type.kind == "contact"
    return world.understand(person_in(new.text, world)) if is_person else new


def texts(flow: Flow) -> set[str]:
    return {field.name for field in flow.fields if isinstance(field.type, Text | LongText)}


def begins_with_another(state: State, heard: Understanding, world: World) -> bool:
    """Does a message of several words begin with the name of a customer who is not the draft's: "Dovecliff won"?"""
    customer = state.values.get("customer")
    if isinstance(customer, dict) and any(
        match.name.kind == "customer"
        and match.sure == 1
        and match.start == 0
        and match.end < len(heard.text.strip())
        and match.name.key != str(customer.get("id"))
        for match in heard.names
    ):
        return True  # 「宏图楼书20万」
    first, _space, rest = heard.text.strip().partition(" ")
    if not isinstance(customer, dict) or not rest or len(first) < MIN_FIRST or not first.isalpha():
        return False
    found = world.find("customer", first, {})
    return found.is_sure and bool(found.matches) and all(one.id != customer.get("id") for one in found.matches)
