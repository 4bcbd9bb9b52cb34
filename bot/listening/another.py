"""Whether a message that is told beside a card is of something else, though the card could take a part of it."""

from bot.dialogs.elsewhere import has_no_place_for, is_about_another
from bot.dialogs.model import Flow
from bot.dialogs.state import CONFIRM, State
from bot.dialogs.values import Amount
from bot.listening.overtaken import is_change
from config.phrasing import phrasing
from nlu.people import surname_of
from nlu.types import Understanding

MIN_HAN, MIN_LATIN = 5, 16  # letters beside a name that tell more than that it is the name
SURELY = 0.9  # what changes a record by an intent that sure


def is_of_another(flow: Flow, state: State, heard: Understanding) -> bool:
    """Is it of another record than the card's?"""
    if _changes_another(flow, state, heard):
        return True
    if state.asking != CONFIRM:
        return False
    return _has_no_place(flow, heard) or _is_trouble(flow, heard) or tells_of_somebody_else(flow, state, heard)


def tells_of_somebody_else(flow: Flow, state: State, heard: Understanding) -> bool:
    """ "seeing Anjali at Brunel Boilers at 3", 「欧阳总那边黄了」, beside the card of what Gary said: does it tell of a
    person who is not on the card, and more than the name? The card of a change is of whom it changes."""
    said, card = heard.slots.get("contact"), state.values.get("contact")
    if said is None or said.sure < SURELY or heard.correction is not None:
        return False
    if len(heard.text.strip()) - (said.end - said.start) < (MIN_HAN if heard.lang == "zh" else MIN_LATIN):
        return False
    if not isinstance(card, dict):
        return is_change(flow) and "contact" in flow.by_name
    name = str(card.get("name") or card.get("new") or "")
    return bool(name) and not is_same_person(name, str(said.value), heard.lang)


def is_same_person(name: str, said: str, lang: str) -> bool:
    """Do both have one surname, or share a name: 毛科长 is 毛建国, 老冯 冯厂长, "Gary" Gary Webb?"""
    if lang == "zh":
        return surname_of(name) == surname_of(said)
    return not set(name.casefold().split()).isdisjoint(said.casefold().split())


def _changes_another(flow: Flow, state: State, heard: Understanding) -> bool:
    """「把星河的电话改成138…」 beside somebody else's card, or to a form without telephone: a change of its own. Not
    「客户改成星河」."""
    named, correction = heard.slots.get("customer"), heard.correction
    is_sure = heard.intent.startswith("update") and heard.intent not in flow.starts_on and heard.sure >= SURELY
    if not is_sure or named is None or correction is None:
        return False
    if state.asking != CONFIRM and has_no_place_for(flow, heard):
        return True
    return str(named.value) not in correction.new and is_about_another(flow, state, heard)


def _has_no_place(flow: Flow, heard: Understanding) -> bool:
    """「康宁那个改成72万，12月20号签」 beside a reminder: somebody known, and a sum that the card has no place for."""
    is_sum = any(value.money for value in heard.values) and not any(True for _ in flow.of_type(Amount))
    return is_sum and any(match.name.kind in ("customer", "opportunity") and match.sure == 1 for match in heard.names)


def _is_trouble(flow: Flow, heard: Understanding) -> bool:
    """ "Perkins called back, the detectors keep false alarming, wants a tech out" beside the card of a note."""
    is_told = phrasing("trouble_told").search(heard.text) is not None
    return is_told and flow.kind == "follow_up" and "customer" in heard.slots
