"""Which records a message means without naming them: those the talk is about, or where somebody named works."""

from dataclasses import replace
from typing import Any

from bot.dialogs.model import Flow, Found, Json, Values
from bot.dialogs.state import CONFIRM, State
from bot.dialogs.types import Ref
from bot.flows.shared import ref
from bot.rules import told_apart
from bot.rules.access import names_of
from bot.rules.opportunities import own_open
from bot.rules.pronouns import pattern_of, spoken_of
from bot.world import World
from config.phrasing import phrasing
from nlu.company_like import is_company_like
from nlu.folding import fold
from nlu.goods_words import OF_WHAT
from nlu.patterns import pattern
from nlu.types import Slot, Understanding
from storage import records

_PAPERS = ("quote", "contract", "order", "invoice", "payment")
_KINDS = ("opportunity", "customer", "contact")  # 「他们」 before 「他」
MIN_CALLED = 2  # letters of a deal's name that tell it
SURE_COMPANY = 0.8  # a company that is less sure yields to where somebody known works
HARDLY = 0.5  # a name understood with less certainty does not count against one that is known
_MARK = pattern("[，,。;；.:：]")
_TELLING = ("log_follow_up", "create_service_request")
_PARTIES = ("customer", "contact")
_OF_NEW = frozenset({"customer", "phone", "email", "position", "department"})


def with_person(world: World, flow: Flow, heard: Understanding) -> Understanding:
    """「何经理的邮箱是……」: a person without a company stands for the customer; of one who is known, as the contact."""
    slot = heard.slots.get("customer")
    if slot is None or "contact" in heard.slots or not any(field.name == "contact" for field in flow.fields):
        return heard
    kinds = {match.name.kind for match in heard.names if match.start <= slot.start and match.end >= slot.end}
    said = str(slot.value)
    is_bare = said.isascii() and said.isalpha()  # one word, which only a contact is known by
    is_person = heard.intent == "create_customer" or is_bare or phrasing("courtesy").search(said) is not None
    if not kinds and is_person and not world.find("customer", said, {}).matches:
        people = world.find("contact", said, {})
        kinds = {"contact"} if people.is_sure and people.matches else set()
    if kinds != {"contact"}:
        return heard
    rest = {name: other for name, other in heard.slots.items() if name != "customer"}
    return replace(heard, slots={**rest, "contact": slot})


def person_there(flow: Flow, state: State, heard: Understanding) -> Understanding:
    """「李姐 138…」, "add Ingrid Voss, their foreman", told of a customer without anybody: who is named is no other
    customer but somebody there."""
    slot = heard.slots.get("customer")
    is_known = isinstance(state.values.get("customer"), dict) and state.asking == CONFIRM
    is_without = "contact" in flow.by_name and "contact" not in state.values
    is_without = is_without and ("name" in state.values if flow.kind == "customer" else is_known)
    if slot is None or not is_without or heard.names or len(heard.slots) < 2 or not heard.slots.keys() <= _OF_NEW:
        return heard
    if is_company_like(fold(str(slot.value))):
        return heard
    rest = {name: other for name, other in heard.slots.items() if name != "customer"}
    return replace(heard, slots={**rest, "contact": slot})


def meant(world: World, flow: Flow, heard: Understanding) -> Values:
    """The records that a message means without giving them in so many words: by a known name that stands somewhere in
    it, or by a pronoun; for the fields of a flow."""
    names = {field.name for field in flow.fields}
    if "customer" in names - heard.slots.keys() and ("contact" not in names or _is_of_nobody(heard)):
        company = _company_named(world, heard)
        company = company or _whose_paper(world, flow, heard)
        if company is not None:
            return {"customer": company}
    if "opportunity" in names and (deal := _deal_called(world, flow, heard)):
        return deal
    if any(kind in heard.slots and _is_named(heard, heard.slots[kind]) for kind in _PARTIES):
        return {}
    for kind in ("opportunity", "customer"):
        known = {match.name for match in heard.names if match.name.kind == kind}
        if len(known) == 1 and kind in names and (kind not in heard.slots or _is_whole_deal(heard, kind)):
            name = known.pop()
            return {kind: {"id": int(name.key), "name": name.name}}
    said = {name: slot for name, slot in heard.slots.items() if name not in _PARTIES or _is_named(heard, slot)}
    is_beside = "customer" in names and not flow.by_name["customer"].required
    left = replace(heard, slots=said)
    found = _by_pronouns(world, names, left, is_beside=is_beside) if world.focus else {}
    if flow.kind == "reminder" and not found and not said.keys() & set(_PARTIES) and world.focus:
        # "call him" is about his company
        is_of_person = pattern_of(world.words, "contact").search(heard.text.casefold())
        whose = spoken_of(world, "customer") if is_of_person else None
        return {"customer": whose} if whose is not None else {}
    return found


def _deal_called(world: World, flow: Flow, heard: Understanding) -> Values:
    """The one open deal of one's own whose name holds what the change is said to be about, which nobody is called by:
    「激光那个单子改成35万」."""
    slot = heard.slots.get("customer") or heard.slots.get("opportunity")
    if flow.starts_on != (heard.intent,) or slot is None or heard.names or len(str(slot.value)) < MIN_CALLED:
        return {}
    if flow.needs != ("opportunity", "edit") or world.find("customer", str(slot.value), {}).matches:
        return {}
    deals = own_open(world, str(slot.value))
    return {"customer": ref(deals[0].customer), "opportunity": ref(deals[0])} if len(deals) == 1 else {}


def deal_named(heard: Understanding) -> dict[str, Slot]:
    """The known names of a customer and a deal, as slots."""
    return {
        match.name.kind: Slot(match.name.name, match.start, match.end, 1.0, "a known name")
        for match in heard.names
        if match.name.kind in ("customer", "opportunity")
    }


def customer_named(heard: Understanding) -> Values:
    """The one known customer whose name stands in a message; {} for none, or several."""
    known = {match.name for match in heard.names if match.name.kind == "customer" and match.sure == 1}
    if len(known) != 1:
        return {}
    name = known.pop()
    return {"customer": {"id": int(name.key), "name": name.name}}


def deal_spoken_of(world: World) -> Values:
    """The deal that the talk is about, and whose it is; {} for none."""
    about = {kind: spoken_of(world, kind) for kind in ("customer", "opportunity")}
    return {kind: value for kind, value in about.items() if value is not None}


def _whose_paper(world: World, flow: Flow, heard: Understanding) -> Json | None:
    """Whose the paper is that a message names by its number: 「给合同 HT-2026-0001 开票 5 万」."""
    for field in flow.fields if flow.by_name["customer"].required else ():
        slot = heard.slots.get(field.slot or "")
        if slot is None or not isinstance(field.type, Ref) or not str(field.slot).endswith("_number"):
            continue
        found = world.find(field.type.kind, str(slot.value), {})
        if found.is_sure and len(found.matches) == 1:
            cls: Any = records.record_class(field.type.kind)
            paper = world.session.get(cls, found.matches[0].id)
            return {"id": paper.customer_id, "name": paper.customer.name} if paper is not None else None
    return None


def without_bystander(world: World, heard: Understanding) -> Understanding:
    """「见了吴主任，……，隔壁汇丰也想了解」: somebody known, who comes first, is at their own company. So is who speaks
    of something that nobody is called by: 「苗姐说灯箱要加三个」."""
    person, company = heard.slots.get("contact"), heard.slots.get("customer")
    if person is not None and company is not None and _is_elsewhere(world, heard, person, company):
        return replace(heard, slots={name: slot for name, slot in heard.slots.items() if name != "customer"})
    if person is None or company is None or person.end > company.start:
        return heard
    between = heard.text[person.end : company.start]
    is_apart = _MARK.search(between) is not None
    said = fold(heard.text[person.end : company.end])  # 「霍工来电话|问防水卷材」
    is_told = is_apart or any(cue.kind.endswith(".say") for cue in world.lexicon.scan(said))
    known = {match.name.kind: match.name for match in heard.names if match.sure == 1}
    record = world.session.get(records.Contact, int(known["contact"].key)) if is_told and "contact" in known else None
    if record is None or record.customer_id is None:
        return heard
    if "customer" in known:
        is_elsewhere = is_apart and len(heard.names) == 2 and record.customer_id != int(known["customer"].key)
    else:
        is_elsewhere = heard.intent in _TELLING and not world.find("customer", str(company.value), {}).matches
    if not is_elsewhere:
        return heard
    rest = {name: slot for name, slot in heard.slots.items() if name != "customer"}
    told = rest.get("description")
    if told is not None and not heard.text[company.end : told.start].strip():  # 「叉车电池|充不进去」
        whole = heard.text[company.start : company.end] + str(told.value)
        rest["description"] = replace(told, value=whole, start=company.start)
    return replace(heard, slots=rest)


def _is_elsewhere(world: World, heard: Understanding, person: Slot, company: Slot) -> bool:
    """ "Dr Rao wants a demo of the syringe pump": is who is called by their full name or a way of address the one
    person known so, and what passes for a company hardly one?"""
    said = str(person.value)
    if company.sure >= SURE_COMPANY or any(match.start <= company.start < match.end for match in heard.names):
        return False
    found = world.find("contact", said, {}) if " " in said else Found()
    one = world.session.get(records.Contact, found.matches[0].id) if len(found.matches) == 1 else None
    return found.is_sure and one is not None and one.customer_id is not None


def without_goods(world: World, heard: Understanding) -> Understanding:
    """「油墨那单发货了」, "400 drums of toner at £20": what papers of whom we speak are about, or what is
    counted, is no customer."""
    slot = heard.slots.get("customer")
    if slot is None or any(match.start <= slot.start < match.end for match in heard.names):
        return heard
    is_counted = OF_WHAT.search(fold(heard.text), 0, slot.start) is not None
    if not is_counted and ("customer" not in world.focus or world.focus.get("last") not in _PAPERS):
        return heard
    about = [] if is_counted else told_apart.spans(str(slot.value), told_apart.names_at(world, world.focus["customer"]))
    if not is_counted and sum(end - start for start, end in about) < len(str(slot.value)):
        return heard
    return replace(heard, slots={name: slot for name, slot in heard.slots.items() if name != "customer"})


def without_guess(world: World, heard: Understanding) -> Understanding:
    """ "She loved the C-arm but needs approval": who goes on about whom the talk is about names no new company, unless
    somebody is said to be at it."""
    company = heard.slots.get("customer")
    if company is None or "customer" not in world.focus or phrasing("tells_on").match(heard.text.strip()) is None:
        return heard
    if any(match.start <= company.start < match.end for match in heard.names):
        return heard
    if phrasing("is_at").search(heard.text[: company.start]) is not None:
        return heard
    return replace(heard, slots={name: slot for name, slot in heard.slots.items() if name != "customer"})


def _is_whole_deal(heard: Understanding, kind: str) -> bool:
    """Is what is understood as the deal just the name of a known one? Then it is that one, whoever is spoken of."""
    slot = heard.slots.get(kind)
    return (
        kind == "opportunity"
        and slot is not None
        and any(
            match.name.kind == kind and match.sure == 1 and (match.start, match.end) == (slot.start, slot.end)
            for match in heard.names
        )
    )


def _is_of_nobody(heard: Understanding) -> bool:
    """Is the contact nobody who is known: 「刘总走了，换成陈经理」 is about somebody new where 刘总 was, "Ann's aide
    rang" about nobody with a name?"""
    slot = heard.slots.get("contact")
    return slot is None or not any(match.start <= slot.start < match.end for match in heard.names)


def _is_named(heard: Understanding, slot: Slot) -> bool:
    is_written_so = slot.start > 0 and heard.text[slot.start].isascii() and heard.text[slot.start].isupper()
    return slot.sure > HARDLY or is_written_so or any(match.start <= slot.start < match.end for match in heard.names)


def _company_named(world: World, heard: Understanding) -> Json | None:
    """The company of the one person known who is named, for a form that asks for no person."""
    people = {int(match.name.key) for match in heard.names if match.name.kind == "contact" and match.sure == 1}
    if len(people) != 1 or any(match.name.kind in ("customer", "opportunity") for match in heard.names):
        return None
    person = world.session.get(records.Contact, people.pop())
    number = person.customer_id if person is not None else None
    at = names_of(world.tx, world.actor, world.crm, records.Customer, (number,)) if number is not None else []
    return {"id": number, "name": at[0].name} if at else None


def _by_pronouns(world: World, names: set[str], heard: Understanding, *, is_beside: bool) -> Values:
    """``is_beside``: the form is about somebody, but need not be: 「给他报价」 is then about whose person it is."""
    text = heard.text.casefold()
    found: dict[str, Json] = {}
    is_theirs = False
    for kind in _KINDS:
        pattern = pattern_of(world.words, kind)
        if kind not in heard.slots and pattern.search(text):
            is_theirs |= is_beside or kind in names
            found |= {kind: spoken_of(world, kind)} if kind in names else {}
        text = pattern.sub(" ", text)
    if is_theirs and "customer" in names and "customer" not in found:
        found["customer"] = spoken_of(world, "customer")
    return {kind: value for kind, value in found.items() if value is not None}
