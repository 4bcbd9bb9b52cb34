"""Whether a message is no answer to the form that is open, nor a change of its card, but wants something of its own."""

import re

from bot.dialogs import answers, story
from bot.dialogs.amend import MAX_BARE, MAX_NAME
from bot.dialogs.in_speech import begins_with_another
from bot.dialogs.model import Field, Flow, Json, Parts, World
from bot.dialogs.state import CONFIRM, EDIT, State
from bot.dialogs.types import Choice, Exact, LongText, Ref, is_no_name
from bot.dialogs.values import Amount, Day, Moment
from config.phrasing import phrasing
from nlu.types import Understanding

# A text that means something else with at least this certainty is no answer to the open question.
SURE_DIGRESSION = 0.8
# One that answers nothing gives way to what it more likely is than not.
LIKELY_DIGRESSION = 0.5
# A whole sentence that hints at something else is no change of a card of which it names no more than a part.
HINTED_DIGRESSION = 0.4
SURE_NOTE = 0.8
SURE_WISH = 0.95
MIN_CLAUSE = 24  # letters, a Chinese one for two, of what tells more than a value
MAX_WHO = 40  # bytes; who says more than that tells no name
MAX_AMOUNT = 18  # bytes; who says more than that, and no amount, says something else
_TOLD = frozenset({"channel", "content", "feedback", "occurred_at"})
_WITH_WHOM = frozenset({"customer", "contact"})
_CLAUSES, _MARKS = re.compile(r"[，。；;！!？?]|, "), " ，,。.!！?？"
_WORD = re.compile(r"[a-z]{3,}|[\u4e00-\u9fff]")  # of what is to be done: the shortest Latin ones bind others


def is_no_answer(flow: Flow, state: State, asked: Field, heard: Understanding, world: World) -> bool:
    """Does it surely want something else than to answer this question? A time stands in many a sentence."""
    if _means_something_else(flow, state, asked, heard, world) or _names_nobody(asked, heard):
        return True
    if isinstance(asked.type, Moment | Day) and (
        (is_likely_else(flow, heard) and _says_more(flow, heard))
        or _is_note_instead(flow, heard, world)
        or _is_one_more(flow, state, heard)
    ):
        return True
    return story.has_story(flow, state) and story.begins_anew(flow, asked, heard)


def is_no_change(flow: Flow, state: State, heard: Understanding, world: World) -> bool:
    """Is it about something else than the card that is shown?"""
    may_be_else = state.asking != EDIT or heard.intent.startswith("create")
    if may_be_else and heard.intent not in ("other", *flow.starts_on) and heard.sure >= SURE_DIGRESSION:
        return True
    is_second = heard.intent in flow.starts_on[1:]
    return (
        (heard.intent in flow.starts_on and is_about_another(flow, state, heard))
        or (is_second and story.is_whole_note(heard))
        or (heard.correction is None and names_more_days(flow, heard))
        or _is_note_instead(flow, heard, world)
        or _is_one_more(flow, state, heard)
        or (state.asking == CONFIRM and _tells_of_another(flow, state, heard))
        or (heard.intent != "other" and names_a_stranger(flow, state, heard, world))
        or begins_with_another(state, heard, world)
        or _says_more(flow, heard)
    )


def is_about_another(flow: Flow, state: State, heard: Understanding) -> bool:
    """True where a message of the same kind is a record of its own, not a correction.

    It names other records than the draft, and not the draft's, or tells a whole story anew.
    """
    for field in flow.fields:
        slot = heard.slots.get(field.slot or field.name)
        if slot is None or field.name not in state.values:
            continue
        if not isinstance(field.type, Ref) and field.slot != "customer":
            continue
        current = state.values[field.name]
        name = str(current.get("name") or current.get("new")) if isinstance(current, dict) else str(current)
        said = str(slot.value)
        if name in heard.text:
            continue  # 「陈总还提到小赵……」 is still about the talk with 陈总
        if said not in name and name not in said and said != state.said.get(field.name):
            return True
        if any(other.required and other.name in heard.slots for other in flow.of_type(LongText)):
            return True
    return False


def names_more_days(flow: Flow, heard: Understanding) -> bool:
    """Does a sentence name more days than the form has fields for: 「周二和周四各去一次」, to the card of one?"""
    days = [value for value in heard.values if value.kind in ("date", "datetime")]
    return len(heard.text.strip()) > MAX_NAME // 2 and len(days) > max(
        1, len(flow.of_type(Moment)) + len(flow.of_type(Day))
    )


def names_a_stranger(flow: Flow, state: State, heard: Understanding, world: World) -> bool:
    """Does a sentence name somebody known who has nothing to do with the customer of the draft?"""
    customer = state.values.get("customer")
    if not isinstance(customer, dict) or len(heard.text.strip()) <= MAX_BARE:
        return False
    people = {match.name.name for match in heard.names if match.name.kind == "contact" and match.sure >= 1}
    return bool(people) and not any(world.find("contact", name, {"customer": customer}).matches for name in people)


def asks_to_be_reminded(heard: Understanding) -> bool:
    """ "remind me on Friday to ship the order": whatever it is of, it is not done yet."""
    return heard.intent == "set_reminder" and heard.sure >= SURE_WISH and "remind_at" in heard.slots


def is_likely_else(flow: Flow, heard: Understanding) -> bool:
    """Does a message that is no answer want something of its own?"""
    return heard.intent not in ("other", *flow.starts_on) and heard.sure >= LIKELY_DIGRESSION


def has_no_place_for(flow: Flow, heard: Understanding) -> bool:
    """Does a message surely want something of its own, and tell what this form has no field for?"""
    places = {field.slot or field.name for field in flow.fields}
    is_else = heard.intent not in ("other", *flow.starts_on) and heard.sure >= SURE_DIGRESSION
    return is_else and any(name not in places for name in heard.slots)


def only_begins_as_correction(flow: Flow, heard: Understanding) -> bool:
    """ "actually the contract was signed this morning", to a reminder: does it begin with a word that may put something
    right, and surely tell what this form has no place for?"""
    told = heard.correction
    is_bare = told is not None and not told.old and not told.field and story.weight(told.new) >= MIN_CLAUSE
    return is_bare and has_no_place_for(flow, heard) and phrasing("has_been").search(heard.text) is not None


def _names_nobody(asked: Field, heard: Understanding) -> bool:
    """Is it asked who, and the reply a sentence with an amount or so many of something, and no name?
    "they transferred 20,000" """
    if not isinstance(asked.type, Ref) or asked.type.kind != "customer" or len(heard.text.encode()) <= MAX_AMOUNT:
        return False
    is_named = "customer" in heard.slots or any(match.name.kind == "customer" for match in heard.names)
    return not is_named and any(value.money or value.unit for value in heard.values if not value.is_time)


def says_none(asked: Field, heard: Understanding) -> bool:
    """Is an amount, a time or a customer asked for, and a sentence the reply, without any? 「先发 12 台监护仪」"""
    size = len(heard.text.strip().encode())
    if isinstance(asked.type, Moment | Day):
        return size > MAX_AMOUNT and not any(value.is_time for value in heard.values)
    if isinstance(asked.type, Ref) and asked.type.kind == "customer":
        return size > MAX_WHO
    return isinstance(asked.type, Amount) and size > MAX_AMOUNT


def is_sentence(asked: Field, heard: Understanding) -> bool:
    """Is it more than the name of the record that is asked for: 「我这周在东京，时区改一下」, to "which order?"?"""
    is_of_known = isinstance(asked.type, Ref) and asked.type.if_unknown == "refuse"
    said = heard.text.strip(_MARKS)
    return is_of_known and heard.correction is None and (is_no_name(said) or _CLAUSES.search(said) is not None)


def _means_something_else(flow: Flow, state: State, asked: Field, heard: Understanding, world: World) -> bool:
    """A message that surely wants something of its own; not one that gives what was asked for, in whatever words."""
    if heard.intent in ("other", *flow.starts_on) or heard.sure < SURE_DIGRESSION or answers.is_all_of_it(asked, heard):
        return False
    if heard.intent == "set_reminder" and asked.is_whole and isinstance(asked.type, LongText):
        return False  # "send the proposal on Friday" is a next step, where that is asked for
    if not heard.intent.startswith(("update", "log", "create")):
        return True
    if answers.is_all_ours(flow, asked, heard):
        return False
    if isinstance(asked.type, Choice | Amount | Parts | Exact):
        return asked.type.read(heard, world, state.values) is None
    if not isinstance(asked.type, LongText):
        return True
    is_done = asked.name == flow.titled_by and phrasing("has_been").search(heard.text) is not None
    return is_done and has_no_place_for(flow, heard)


def _says_more(flow: Flow, heard: Understanding) -> bool:
    """A sentence with a wish of its own, of which what this form asks for is the lesser part: "order for Northwind
    3 pumps at 200" while a reminder is shown."""
    if heard.intent in ("other", *flow.starts_on) or heard.sure < HINTED_DIGRESSION:
        return False
    asked = {field.slot or field.name for field in flow.fields}
    ours = sum(slot.end - slot.start for name, slot in heard.slots.items() if name in asked)
    return ours * 2 < len(heard.text.strip())


def _tells_of_another(flow: Flow, card: State, heard: Understanding) -> bool:
    """Does a message name somebody else than the card is about? 「陆工是研发的」 changes nobody's card into 陆工's."""
    named = [(match.name.kind, match.name.name) for match in heard.names if match.sure == 1]
    named += [(name, str(slot.value)) for name, slot in heard.slots.items()]
    return heard.correction is None and any(
        kind in flow.gathers and kind in card.values and not _is_called(card.values[kind], name) for kind, name in named
    )


def _is_note_instead(flow: Flow, heard: Understanding, world: World) -> bool:
    """A message that this form takes only as its second choice, and would not open for: what a visit came to, while a
    reminder is shown or asks when. A few words about a day are no such story."""
    if heard.intent not in flow.starts_on[1:] or heard.sure < SURE_NOTE or heard.correction is not None:
        return False
    is_told = bool(_TOLD & heard.slots.keys()) and bool(_WITH_WHOM & heard.slots.keys())
    return is_told and flow.fits is not None and not flow.fits(heard, world)


def _is_one_more(flow: Flow, state: State, heard: Understanding) -> bool:
    """ "remind me to ring Aoife tomorrow", "demo with Aoife on Tuesday", while the reminder for Eoin is shown: neither
    says no more than the other of what is to be done."""
    field = flow.by_name.get(flow.titled_by)
    if field is None or not isinstance(field.type, LongText) or field.name not in state.values:
        return False
    if heard.intent not in flow.starts_on or heard.correction is not None:
        return False
    names = ("customer", "contact") if heard.intent != flow.starts_on[0] else (field.slot or field.name,)
    new = " ".join(str(heard.slots[name].value) for name in names if name in heard.slots)
    told, said = (set(_WORD.findall(str(one).casefold())) for one in (state.values[field.name], new))
    return bool(said) and not (said <= told or told <= said)


def _is_called(value: Json, said: str) -> bool:
    name = str(value.get("name") or value.get("new")).casefold()
    return said.casefold() in name or name in said.casefold()
