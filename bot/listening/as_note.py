"""What is kept as a note: a change of somebody for which no card has a place, and what surely tells."""

from dataclasses import replace

from bot.dialogs import engine
from bot.dialogs.model import Json, Values
from bot.dialogs.reply import Reply
from bot.dialogs.state import CONFIRM
from bot.flows.focus import customer_named, deal_spoken_of
from bot.flows.registry import FLOWS
from bot.listening.another import is_same_person
from bot.listening.answers import may_be_new
from bot.listening.dialogs import begin, current, drop_idle, went_on
from bot.listening.listener import SURE_INTENT, Talk
from bot.listening.more_said import added
from bot.rules.opportunities import open_at
from bot.rules.pronouns import speaks_of_them, spoken_of
from bot.talk.mood import without_names
from config.phrasing import phrasing
from nlu.types import Slot, Understanding
from storage import records

_CHANGES = ("customer_update", "opportunity_update")
_ABOUT = ("customer", "contact", "opportunity")
_WITH_NOTE = ("follow_up", "customer", "contact", "opportunity")  # what is saved last with a note
_TOLD_ON = ("follow_up", "customer", "contact", "opportunity", "reminder")  # what may be saved before more is told
MAX_PLAN = 36  # bytes; who says more tells something besides
SURE_NAME = 0.8  # below this what passes for a company is a guess
MIN_BYTES = 20  # who says less names somebody whose card is to be changed


def kept_as_note(talk: Talk, heard: Understanding) -> Reply | None:
    """The card of a note with the sentence, in the place of the empty one just opened: "Mrs. Ingleby is away till
    May", 「厨房改造没签下来，还得等」. None where something is to be changed, or to be asked first."""
    flow, state = current(talk.world, talk.memory)
    known: dict[str, Json] = {name: state.values[name] for name in _ABOUT if name in state.values}
    is_told = len(heard.text.encode()) >= MIN_BYTES and heard.slots.keys().isdisjoint(flow.needs_any)
    if flow.kind not in _CHANGES or "customer" not in known or not is_told:
        return None
    may_change = "new" not in known["customer"] and phrasing("wants_change").search(without_names(heard)) is not None
    if may_change or not drop_idle(talk.world, talk.memory):
        return None
    return noted(talk, heard, known)


def noted(talk: Talk, heard: Understanding, known: Values) -> Reply:
    """The card of a note with nothing but the words of the message, and the customer and the day ahead that they
    name."""
    slots = {"content": Slot(heard.text.strip(), 0, len(heard.text), 1.0, "all of it")}
    kept = {"next_follow_up_at", "customer", "amount"} - known.keys()
    slots |= {name: slot for name, slot in heard.slots.items() if name in kept}
    return begin(talk.world, talk.memory, FLOWS["follow_up"], replace(heard, slots=slots), given=known)


def told(talk: Talk, heard: Understanding) -> Reply | None:
    """ "Juniper Hill wondered if there was a smaller model": what surely tells, and that no form knew for its own, is a
    note. Before the look-ups, which would show the name. "ooh they also want it in green", right after a note was
    saved, is more of that."""
    more = going_on(talk, heard)
    if more is not None:
        return more
    is_given_up = "customer" in heard.slots and phrasing("no_longer_wanted").search(heard.text) is not None
    is_told = talk.mood(heard) == "tells" or _is_there(heard) or is_given_up
    if is_told:
        return noted(talk, heard, customer_named(heard))
    if not _tells_on(talk, heard):
        return None
    return _to_do(talk, heard) or noted(talk, heard, deal_spoken_of(talk.world))


def told_beside(talk: Talk, heard: Understanding) -> Reply | None:
    """The same of somebody who is named, while a card of something else waits. After that card and the forms."""
    whose = heard.slots.get("customer")
    is_told = whose is not None and whose.sure >= SURE_INTENT and talk.mood(heard) == "tells"
    return noted(talk, heard, customer_named(heard)) if is_told and heard.correction is None else None


def left_over(talk: Talk, heard: Understanding) -> Reply | None:
    """「她说预算6万以内」, "note for Aspen: gate code is 4471", 「绿野苗圃 要500棵桂花」: what nobody understood is
    told of who is named, known or not, or else of whom the talk is about. After all others; not of a name alone."""
    world, text = talk.world, heard.text.strip()
    is_else = heard.control or heard.correction or heard.is_small_talk or talk.is_guessed or may_be_new(world, heard)
    is_told = len(text.encode()) >= MIN_BYTES or any(not value.is_time for value in heard.values)
    if is_else or not is_told or talk.mood(heard) == "asks":
        return None
    if (onto := _onto_note(talk, heard)) is not None:
        return onto
    named, whose = customer_named(heard), spoken_of(world, "customer")
    company = heard.slots.get("customer")
    if named or (company is not None and company.sure >= SURE_NAME):
        return noted(talk, heard, named)
    is_of_others = any(match.name.kind == "customer" for match in heard.names)
    if whose is None or is_of_others or world.focus.get("last") not in _TOLD_ON:
        return None
    told = _with_worth(talk, heard, whose)
    told = replace(told, slots={name: slot for name, slot in told.slots.items() if name != "customer"})
    is_job = phrasing("still_ahead").search(text) or phrasing("job_verb").match(text)
    job = _to_do(talk, heard) if is_job and not any(value.money for value in heard.values) else None
    return job or noted(talk, told, {"customer": whose} if speaks_of_them(world.words, text) else {})


def _onto_note(talk: Talk, heard: Understanding) -> Reply | None:
    """The card of a note that is shown, and that nothing was saved after, with the sentence; it names nobody."""
    if talk.opened is None or talk.is_behind or heard.names or talk.opened[1].asking != CONFIRM:
        return None
    step = engine.tell_on(*talk.opened, heard, talk.world) if talk.opened[0].kind == "follow_up" else None
    return went_on(talk.world, talk.memory, talk.opened[0], step) if step is not None else None


def _with_worth(talk: Talk, heard: Understanding, customer: Json) -> Understanding:
    """With the one sum that is told, where the customer's only open deal has none."""
    told, deals = [value for value in heard.of_kind("money") if value.money], open_at(talk.world, customer["id"])
    if len(told) != 1 or len(deals) != 1 or deals[0].amount is not None:
        return heard
    amount = Slot(told[0].money, told[0].start, told[0].end, 1.0, "the only sum")  # type: ignore[arg-type]
    return replace(heard, slots={**heard.slots, "amount": amount})


def bare_plan(talk: Talk, heard: Understanding) -> Reply | None:
    """「还是下个月8号问」, "try him again Monday": a plan in a few words, of nobody who is named, is no note."""
    told = heard.slots.keys() - {"next_follow_up_at", "content", "feedback"}
    is_bare = not (told or heard.names or heard.correction) and len(heard.text.encode()) <= MAX_PLAN
    return _to_do(talk, heard) if is_bare and spoken_of(talk.world, "customer") is not None else None


def _to_do(talk: Talk, heard: Understanding) -> Reply | None:
    """ "try them again Thursday": what is to be done on a day ahead, and is told of nobody, is a reminder."""
    text, today = heard.text.strip(), talk.world.now.date()
    is_ahead = any(value.future is not None and value.future.days.start >= today for value in heard.values)
    is_told = phrasing("tells_of").match(text) is not None or phrasing("has_been").search(text) is not None
    if not is_ahead or is_told:
        return None
    wish = talk.world.understand(talk.world.words.say("reminder.lead_in") + text)
    if "remind_at" not in wish.slots:
        return None
    is_of_other = "contact" in heard.slots and not heard.names  # "seeing Anjali at 3", whom nobody knows
    spoken = {} if is_of_other else deal_spoken_of(talk.world)
    about = {name: value for name, value in spoken.items() if name == "customer"}
    return begin(talk.world, talk.memory, FLOWS["reminder"], wish, given=about)


def _tells_on(talk: Talk, heard: Understanding) -> bool:
    """ "he hasn't gone yet, leaves in March": a sentence about whom the talk is about, and that hardly is anything
    else?"""
    is_else = heard.names or heard.correction or heard.control or heard.sure >= SURE_INTENT
    if is_else or talk.mood(heard) == "asks" or spoken_of(talk.world, "customer") is None:
        return False
    text = heard.text.strip()
    is_theirs = speaks_of_them(talk.world.words, text)
    return is_theirs and len(text.encode()) >= MIN_BYTES and phrasing("name_is").fullmatch(text) is None


def going_on(talk: Talk, heard: Understanding) -> Reply | None:
    """ "they also want it in green", right after a note was saved: more of that note, where nobody is named and nothing
    is told that has a place of its own."""
    text = heard.text.strip()
    more = phrasing("tells_on").fullmatch(text)
    steers = (
        any(value.money for value in heard.values)
        or heard.control is not None
        or heard.correction is not None
        or heard.is_small_talk
        or (heard.intent == "set_reminder" and "remind_at" in heard.slots)
    )
    if more is None or steers or heard.names or talk.world.focus.get("last") != "follow_up":
        return None
    told = {name for name, slot in heard.slots.items() if slot.end > more.start("more")}
    is_told = told <= {"content", "feedback"} or heard.intent != "log_follow_up"
    if not is_told or talk.mood(heard) == "asks" or phrasing("name_is").fullmatch(text) is not None:
        return None
    return added(talk, heard, int(talk.world.focus["follow_up"]), more["more"])


def also_said(talk: Talk, heard: Understanding) -> Reply | None:
    """「毛科长还说他们现在用的老烧」, "Gary also says …": what whoever is on the note just saved says more, is added to
    it; not a sum, which is the deal's."""
    world = talk.world
    found = phrasing("also_says").match(heard.text.strip()) if "follow_up" in world.focus else None
    is_sum = any(value.money for value in heard.values)
    if found is None or is_sum or talk.opened is not None or world.focus.get("last") not in _WITH_NOTE:
        return None
    number = int(world.focus["follow_up"])
    note = world.session.get(records.FollowUp, number)
    person = note.contact if note is not None else None
    said = str(found[found.lastindex or 0])
    is_theirs = person is not None and is_same_person(person.name, said, heard.lang)
    return added(talk, heard, number, heard.text.strip()) if is_theirs else None


def _is_there(heard: Understanding) -> bool:
    """「到蓝海了」, "I'm at Northgate now": nothing but where somebody is just now, who is known."""
    named = [match for match in heard.names if match.name.kind == "customer" and match.sure == 1]
    if len(named) != 1:
        return False
    text = heard.text.strip(" 。.!！")
    said = f"{text[: named[0].start]}@{text[named[0].end :]}"
    return phrasing("at_somebodys").fullmatch(said) is not None
