"""Who listens to a typed message, in order: the first that has an answer gives it.

Each listener is a function from the talk and what was heard to a reply, or None where the message is not for it. Its
docstring says why it stands where it stands. To add one, write it and put it into `LISTENERS`.
"""

from dataclasses import replace

from bot.dialogs import engine
from bot.dialogs.forward import asked_field
from bot.dialogs.in_speech import begins_with_another
from bot.dialogs.model import Json
from bot.dialogs.reply import Reply
from bot.dialogs.state import CONFIRM
from bot.dialogs.types import Choice
from bot.flows.focus import person_there, without_bystander, without_goods
from bot.flows.registry import FLOWS, SALES
from bot.lazy import Lazy
from bot.listening import pressed
from bot.listening.another import is_of_another
from bot.listening.dialogs import begin, press, went_on
from bot.listening.listener import SURE_INTENT, Hear, Listener, Talk
from bot.listening.no_such_stage import without_stage
from bot.listening.openings import opening as opened_by
from bot.listening.put_aside import asks_on, put_aside
from bot.rules.pronouns import speaks_of_them
from bot.talk.as_planned import as_planned
from bot.talk.mood import Mood
from bot.talk.phrases import filled
from bot.world import World
from config.phrasing import phrasing
from nlu.types import Understanding

LIKE, LIKE_ENOUGH, LIKE_AT_ALL = 0.65, 0.5, 0.4  # how like a phrase a message has to be
APART = 0.05  # ... and how much less like others
SURELY = 0.9  # who doubts an intent that sure has to be nearer
PLAINLY = 0.99
_LOOKS_UP, _TELLS = ("find", "forecast", "help", "list"), ("create", "log", "set", "update")
SOLD = Lazy[[Talk, Understanding], Reply | None]("bot.listening.sold:step")


def plain_answer(talk: Talk, heard: Understanding) -> Reply | None:
    """Nothing but a word that steers, or the value that was asked for. Before all others: most of what is said in a
    form is that, and whatever else its words could mean, it is the answer. Not where a reminder was just sent: then
    「完成」 is about that. Nor for the button of a report that was asked for in the middle of a form."""
    if talk.opened is None or talk.is_guessed or "reminder" in talk.world.focus:
        return None
    if talk.memory.report and (reply := _typed_button(talk, heard)) is not None:
        return reply
    step = engine.answer(*talk.opened, heard, talk.world)
    return went_on(talk.world, talk.memory, talk.opened[0], step) if step is not None else None


def saved_and_more(talk: Talk, heard: Understanding) -> Reply | None:
    """「存一下，顺便提醒我周五跟进」, "save it and remind me on Friday": the card is saved, then the rest is said."""
    if talk.opened is None or talk.opened[1].asking != CONFIRM or talk.is_guessed:
        return None
    first, *rest = phrasing("and_then").split(heard.text.strip(), maxsplit=1)
    if not rest or talk.world.understand(first).control not in ("save", "yes"):
        return None
    done = press(talk.world, talk.memory, {"do": "save"})
    then = hear_text(Talk(talk.world, talk.conversation, rest[0]), rest[0])
    return replace(then, text=f"{done.text}\n{then.text}", buttons=(*then.buttons, *done.buttons))


def _typed_button(talk: Talk, heard: Understanding) -> Reply | None:
    """「为什么」: the button below a report."""
    found = pressed.labelled(talk.world, talk.conversation, heard)
    is_aside = found is not None and found.action["do"] in ("why", "report")
    return pressed.act(talk.world, talk.memory, found, heard) if found is not None and is_aside else None


def opening(talk: Talk, heard: Understanding) -> Reply | None:
    """「新客户」, "log a visit": a phrase that opens a form; of the form that is open, its question again. Before all
    that looks into a message: it is one of a few, whole."""
    below = pressed.said_below(talk.world, talk.conversation, heard.text) if talk.opened is None else None
    if below is not None:
        return pressed.act(talk.world, talk.memory, below, replace(heard, slots={}))
    found = opened_by(talk.world, heard.text)
    if found is None:
        return None
    flow, given = found
    if given.get("request_status") == "open" and talk.world.focus.get("last") == "opportunity":
        flow, given = FLOWS["opportunity_update"], {}  # "reopen it", of a deal
    if talk.opened is not None and not given and talk.opened[0].kind == flow.kind:
        return press(talk.world, talk.memory, {"do": "resume"})
    offer = pressed.offered(talk.world, talk.conversation, flow.kind) if flow.kind in SALES and not given else None
    if offer is not None:  # 「建合同」 after a won deal is its contract
        return pressed.act(talk.world, talk.memory, offer, replace(heard, slots={}))
    is_of_quote = given.get("stage") == "won" and talk.world.focus.get("last") == "quote"
    step = SOLD(talk, heard) if (flow.kind in ("invoice", "order") and not given) or is_of_quote else None
    if step is not None:  # 「剩下的票开了」: of the contract that the talk is about; "we won": the quote
        return step
    return begin(talk.world, talk.memory, flow, replace(heard, slots={}), given=given)


def choice(talk: Talk, heard: Understanding) -> Reply | None:
    """「挪到需求分析」, where that was just offered for the deals of a stage: else it would move one deal."""
    if not filled(talk.world.words, "section.moving", talk.typed):
        return None
    found = pressed.labelled(talk.world, talk.conversation, heard)
    is_meant = found is not None and found.action["do"] == "section"
    return pressed.act(talk.world, talk.memory, found, heard) if found is not None and is_meant else None


def open_dialog(talk: Talk, heard: Understanding) -> Reply | None:
    """The form that is open: an answer, a correction, a word that steers. Before everything that is understood freely,
    since an answer may look like anything; it lets pass what is surely something else. Words that were guessed are
    nobody's answer. A question that was asked in vain is put aside, and the words are heard anew."""
    if talk.opened is None or talk.is_guessed:
        return None
    if talk.opened[1].asking == CONFIRM and talk.mood(heard) == "asks":
        return None  # 「下周三是几号」: a question with a day or a number puts nothing right
    is_another = is_of_another(*talk.opened, heard) or (
        talk.is_behind and begins_with_another(talk.opened[1], heard, talk.world)
    )
    step = engine.advance(*talk.opened, heard, talk.world) if not is_another else None
    if step is None or not step.is_mine:
        talk.is_passed = True
        return None
    if not asks_on(talk.memory, talk.opened[1], step, heard):
        told = put_aside(talk.world, talk.memory, *talk.opened)
        reply = hear_text(talk, heard.text)
        return replace(reply, text=f"{reply.text}\n{told}")
    return went_on(talk.world, talk.memory, talk.opened[0], step)


def otherwise(talk: Talk, heard: Understanding) -> Reply | None:
    """「手头有什么要办的」: a question of the catalogs in other words. After those who know it word for word, before
    all that reads freely. Not for a message that tells what is to be kept; where it may answer a question, only what
    is hardly anything else."""
    tells = heard.intent.startswith(_TELLS) and heard.sure >= SURE_INTENT
    if tells or talk.is_story_asked:
        return None
    is_asked = talk.opened is not None and asked_field(*talk.opened) is not None
    return _as_guessed(talk, heard, LIKE if talk.opened is None or is_asked else LIKE_ENOUGH)


def rather(talk: Talk, heard: Understanding) -> Reply | None:
    """The same of a message that is looked up: before the lists, which drop the conditions that they do not know."""
    least = LIKE_ENOUGH if heard.sure >= SURELY else LIKE_AT_ALL
    return _as_guessed(talk, heard, least) if heard.intent.startswith(_LOOKS_UP) else None


def perhaps(talk: Talk, heard: Understanding) -> Reply | None:
    """The same of one that nobody else knows."""
    return _as_guessed(talk, heard, LIKE_AT_ALL)


def _as_guessed(talk: Talk, heard: Understanding, least: float) -> Reply | None:
    if heard.intent == "list_reminders" and heard.sure >= PLAINLY:
        return None  # "my reminders this week" is no weekly report
    found = talk.guesses(heard)[:2]
    if not found or found[0].score < least or pressed.labelled(talk.world, talk.conversation, heard) is not None:
        return None
    if found[0].score < min(found[-1].score + APART, LIKE) and len(found) > 1:
        return None  # 「有没有逾期的」: of several things that are as like it, which?
    is_asked = talk.mood(heard) == "asks"
    if (talk.opened is not None and not is_asked) or (is_asked and opened_by(talk.world, found[0].text) is not None):
        return None  # a question opens no form
    return hear_text(talk, found[0].text, is_guessed=True, mood="asks" if is_asked else None)


def on_the_card(talk: Talk, heard: Understanding) -> Reply | None:
    """ "they accepted", once more, while the card that says so is shown: it is shown again; "his brother says they
    bought elsewhere", beside that of a note, is more of it. After all others."""
    if talk.opened is None or talk.opened[1].asking != CONFIRM:
        return None
    flow, state = talk.opened
    is_told = heard.sure < SURELY and heard.correction is None and talk.mood(heard) != "asks"
    if is_told and speaks_of_them(talk.world.words, heard.text):
        step = engine.tell_on(flow, state, heard, talk.world)
        if step is not None:
            return went_on(talk.world, talk.memory, flow, step)
    said = heard.text.casefold()
    chosen = (field for field in flow.of_type(Choice) if field.name in state.values)
    shown = (field.type.show(state.values[field.name], talk.world).casefold() for field in chosen)
    return press(talk.world, talk.memory, {"do": "resume"}) if any(one in said for one in shown) else None


def label(talk: Talk, heard: Understanding) -> Reply | None:
    """The label of a button that is there, typed out: the words mean nothing by themselves."""
    found = pressed.labelled(talk.world, talk.conversation, heard)
    if found is not None and found.action["do"] == "say":
        return say(talk, found.action)
    return pressed.act(talk.world, talk.memory, found, heard) if found is not None else None


def _later(where: str) -> Hear:
    """One of those that are loaded when they are first asked: they know all that can be looked up or told."""
    return Lazy[[Talk, Understanding], Reply | None](f"bot.listening.{where}")


_NUMBERS = Lazy[[World, Understanding], Understanding]("bot.listening.paper_numbers:told_apart")
# Whose answers can be asked for again with another time.
_LOOKING_UP = tuple(map(_later, ("inquiries:question", "answerers:own", "inquiries:phrase", "answerers:look_up")))
_QUESTION, _OWN, _PHRASE, _LOOK_UP = _LOOKING_UP

LISTENERS: tuple[Listener, ...] = (
    Listener(plain_answer, when="dialog"),
    Listener(opening),
    Listener(saved_and_more, when="dialog"),
    Listener(_later("answerers:no_day"), when="no_story"),
    Listener(_later("answerers:digest")),
    Listener(_later("answerers:trade"), of="told"),
    Listener(choice),
    Listener(_later("answerers:upkeep"), when="no_story"),
    Listener(_later("answerers:anger"), when="no_story"),
    Listener(_later("two_said:both"), when="no_story", of="told"),
    Listener(_later("plan_moved:moved"), when="no_story", of="told"),
    Listener(_later("plan_moved:done"), when="no_dialog", of="told"),
    Listener(_later("odds_told:odds"), when="no_story", of="told"),
    Listener(_later("facts_told:trait_of_draft"), when="dialog", of="told"),
    Listener(_later("more_said:added_to_note"), when="no_dialog", of="told"),
    Listener(_later("more_said:other_person"), when="no_dialog", of="told"),
    Listener(_later("more_said:note_pointed_at"), when="no_story", of="told"),
    Listener(_later("answerers:same_again"), when="no_dialog"),
    Listener(_later("facts_told:custom_change"), when="no_dialog", of="told"),
    Listener(_later("sold:step"), when="no_story", of="told"),
    Listener(_later("handling:own")),
    Listener(_OWN),
    Listener(_later("answerers:fact")),
    Listener(_later("inquiries:two"), when="no_story", of="asked"),
    Listener(_PHRASE, of="asked"),
    Listener(_later("handling:asked")),
    Listener(_later("inquiries:subject"), of="asked"),
    Listener(_later("handling:work_asked"), of="asked"),
    Listener(_QUESTION, when="no_story", of="asked"),
    Listener(_later("inquiries:report"), when="aside", of="asked"),
    Listener(otherwise, of="asked"),
    Listener(_later("inquiries:in_part"), when="aside", of="asked"),
    Listener(_later("more_said:corrected_note"), of="told"),
    Listener(_later("openers:paper"), when="no_story", of="told"),
    Listener(_later("facts_told:purchase"), when="no_story", of="told"),
    Listener(_later("openers:phrase_with_gaps"), when="no_story", of="told"),
    Listener(_later("facts_told:contact_move"), when="no_story", of="told"),
    Listener(_later("facts_told:trait"), when="no_story", of="told"),
    Listener(_later("openers:promise_beside"), when="dialog", of="told"),
    Listener(_later("handling:onto_card"), when="dialog", of="told"),
    Listener(_later("amount_told:goods_of_the_note"), when="dialog", of="told"),
    Listener(open_dialog, when="dialog"),
    Listener(_later("amount_told:of_the_note"), when="dialog", of="told"),
    Listener(_later("answerers:number")),
    Listener(_later("inquiries:in_part"), when="dialog", of="asked"),
    Listener(_later("facts_told:custom_value"), of="told"),
    Listener(_later("amount_told:difference"), when="no_dialog", of="told"),
    Listener(_later("amount_told:worth"), when="no_dialog", of="told"),
    Listener(_later("amount_told:of_its_deal"), of="told"),
    Listener(_later("facts_told:rival"), of="told"),
    Listener(_later("openers:broken_again"), when="no_dialog", of="told"),
    Listener(_later("handling:step"), when="no_dialog", of="told"),
    Listener(_later("openers:promise"), when="no_dialog", of="told"),
    Listener(_later("openers:dealless")),
    Listener(_later("more_said:day_alone"), when="no_dialog", of="told"),
    Listener(_later("openers:form"), of="told"),
    Listener(_later("answerers:control")),
    Listener(_later("as_note:told"), when="no_dialog", of="told"),
    Listener(rather, when="no_story", of="asked"),
    Listener(_LOOK_UP, of="asked"),
    Listener(_later("answerers:small_talk")),
    Listener(_later("answerers:late"), of="told"),
    Listener(perhaps, when="no_story", of="asked"),
    Listener(on_the_card, when="dialog"),
    Listener(_later("as_note:told_beside"), when="dialog", of="told"),
    Listener(label),
    Listener(_later("as_note:left_over"), of="told"),
    Listener(_later("answerers:name")),
)


def listen(talk: Talk, heard: Understanding) -> Reply:
    """The answer of the first listener that has one; the last always has."""
    heard = without_goods(talk.world, without_bystander(talk.world, _NUMBERS(talk.world, heard)))
    heard = person_there(*talk.opened, heard) if talk.opened is not None else heard
    heard = without_stage(heard, talk.world)
    for listener in LISTENERS:
        reply = listener.answer(talk, heard)
        if reply is not None:
            break
    else:
        raise AssertionError("the last listener has always an answer")
    times = [value for value in heard.values if value.is_time]
    if listener.hear in _LOOKING_UP and len(times) == 1:
        talk.memory.focus["asked"] = [heard.text, times[0].start, times[0].end]
    return reply


def say(talk: Talk, action: Json) -> Reply:
    """What a button says for the person, as if they had typed it."""
    return hear_text(talk, action["text"])


def hear_text(talk: Talk, text: str, *, is_guessed: bool = False, mood: Mood | None = None) -> Reply:
    """The answer to a text that stands for what was typed; ``mood``: of what was typed, where that is meant."""
    world = talk.world
    heard = as_planned(world, world.understand(text))
    return listen(Talk(world, talk.conversation, heard.text, is_guessed, told=mood), heard)
