"""Listeners that answer or do something at once, without a form.

Their order, and when they are asked, stands in `listeners`.
"""

from collections.abc import Callable

from bot.alarms import going_on
from bot.custom import talk as custom
from bot.dialogs.model import Json, Reply
from bot.digests.hearing import asked_for
from bot.errors import NotFound
from bot.exchange import hearing as exchange
from bot.flows.word import teaching
from bot.handover import hearing as handover
from bot.listening import binned, cards, goods, merging, needs_met, pressed, spoken
from bot.listening.answers import ANSWERS, answer_to_name, is_only_a_number
from bot.listening.commands import COMMANDS
from bot.listening.dialogs import aside, press, with_open_question
from bot.listening.late import late_correction
from bot.listening.listener import SURE_INTENT, Talk
from bot.listening.own import asked as own_asked
from bot.listening.subjects import lead_of
from bot.listening.undoing import another_kind, undo_midway
from bot.lists import talk as lists
from bot.lookups.facts import asked as fact_asked
from bot.questions.question import Question
from bot.reports import tell
from bot.talk.phrases import holds_phrase, is_phrase
from bot.upkeep import hearing, primer
from config.catalog import catalog
from nlu.types import Understanding

# Look-ups that know less than a question may say: each with when it does.
OUTDONE: dict[str, Callable[[Json, Question], bool]] = {
    "find": lambda action, asked: not (asked.contacts or asked.customers),  # 「姓董的联系人是哪家的」: nobody's name
    "papers": lambda action, asked: not action["rest"] and (not asked.is_plain or bool(action["status"])),
    "alarms": lambda action, asked: asked.kind != "opportunity",  # 「王芳手上的报价有多少过期了」
    "money_in": lambda action, asked: not asked.is_plain and not action["by"],
    "overcome": lambda action, asked: True,  # "who signed the most contracts" is about no objection
    "requests": lambda action, asked: bool(asked.first or asked.field or asked.words),
    "list": lambda action, asked: "words" in action and bool(asked.customers),
}
MAX_ANGRY = 30  # letters; who says more has something to say


def digest(talk: Talk, heard: Understanding) -> Reply | None:
    """「每周一把周报发到这个群」. Before the reports: it names one, and is no question about it."""
    action = asked_for(talk.world, talk.typed)
    return talk.do(action) if action is not None else None


def upkeep(talk: Talk, heard: Understanding) -> Reply | None:
    """Many cards, fields and lists of one's own, the bin, merging, hand-overs, files, the bot itself: commands with
    names in them, else taken for facts."""
    asked = (
        cards.asked, custom.answer, lists.answer, binned.asked, merging.asked, handover.asked, exchange.asked,
        hearing.asked, needs_met.asked, primer.asked,
    )  # fmt: skip
    for answer in asked:
        reply = answer(talk.world, talk.memory, talk.typed)
        if reply is not None:
            return with_open_question(talk.world, talk.memory, reply)
    return None


def trade(talk: Talk, heard: Understanding) -> Reply | None:
    """「网关涨到 1300」, 「停用网关」, 「退款 500」. Before the commands about people, who are 停用 too, and before the
    forms, which would drop a minus."""
    if talk.world.clauses:
        return None  # 「网关的质保月数改成 36」 is no price
    return goods.asked(talk.world, talk.memory, talk.typed)


def own(talk: Talk, heard: Understanding) -> Reply | None:
    """「我是谁」, "my day", 「写今天的日报」: whole phrases about oneself. Before the lists, which are wider."""
    action = own_asked(talk.world, heard)
    return talk.do(action) if action is not None else None


def fact(talk: Talk, heard: Understanding) -> Reply | None:
    """「何经理电话多少」: one fact of somebody known. Before the lists and cards, that would tell all of them."""
    action = fact_asked(talk.world, heard)
    return talk.do(action) if action is not None else None


def phrase(talk: Talk, heard: Understanding) -> Reply | None:
    """Fixed phrases: lists, a card asked for, what becomes of a reminder. Before all that reads freely.

    「完成」 or 「改成周五」, without a reminder that was just spoken of, is for the dialog that is open.
    """
    action = spoken.command(talk.world, heard.text)
    if action is None:
        return None
    rather = _rather_asked(talk, heard, action)
    if rather is not None:
        return rather
    is_guess = action["do"] == "reminder" and (action["id"] is None or action.get("is_guess"))
    return None if talk.opened is not None and is_guess else talk.do(action)


def _rather_asked(talk: Talk, heard: Understanding, action: Json) -> Reply | None:
    """The answer to a question about records that says more than the look-up does which its words led to."""
    asked = talk.question(heard) if action["do"] in OUTDONE else None
    if asked is None or asked.unused or not OUTDONE[action["do"]](action, asked):
        return None
    return talk.do({"do": "question", **asked.to_json()})


def subject(talk: Talk, heard: Understanding) -> Reply | None:
    """Targets, forecasts, satisfaction: a question that is nothing but cues, whom and when. Before the reports, whose
    words are wider. Beside it what an administrator teaches, which reads like one."""
    action = going_on.asked(talk.world, talk.memory, heard) or lead_of(talk.world, talk.memory, heard)
    action = action or teaching(talk.world, heard)
    return _rather_asked(talk, heard, action) or talk.lead(action, heard) if action is not None else None


def question(talk: Talk, heard: Understanding) -> Reply | None:
    """「哪些合同还没开票」, "which quotes expire this week": a question about records, all of its words understood.
    After the phrases, whose answers say more; before the reports and the lists, which drop conditions that they do not
    know, and before the forms, that would take it for an order. What a report counts, and understands to the last word,
    is the report's: it knows shares and the period before."""
    asked = talk.question(heard)
    if asked is None or asked.unused:
        return None
    return None if _is_reports(talk, heard, asked) else talk.do({"do": "question", **asked.to_json()})


def _is_reports(talk: Talk, heard: Understanding, asked: Question) -> bool:
    """Does a report count what is asked for, every word of it understood?"""
    if asked.kind not in ("customer", "follow_up") or asked.asks_for_records:
        return False
    try:
        query = tell.wanted(talk.world, talk.memory, heard)
    except NotFound:  # a word means nobody to the report: 「做食品的客户有几个」
        return False
    return query is not None and not query.unused and query.what in ("activity", "customers", "newcomers")


def question_in_part(talk: Talk, heard: Understanding) -> Reply | None:
    """The same of which some words are not understood; they are named. After the reports, which may know them; before
    the guesses, the lists and the forms, that would drop them or take the question for an order."""
    asked = talk.question(heard)
    return talk.do({"do": "question", **asked.to_json()}) if asked is not None else None


def report(talk: Talk, heard: Understanding) -> Reply | None:
    """Questions about the numbers. With a dialog open they come after it: an amount or a day may be its answer."""
    reply = tell.hear(talk.world, talk.memory, heard)
    return with_open_question(talk.world, talk.memory, reply) if reply is not None else None


def number(talk: Talk, heard: Understanding) -> Reply | None:
    """Nothing but a telephone number or an address: who is it? Before the forms, that would keep it."""
    if not is_only_a_number(heard):
        return None
    return _answer(talk, "find_customer", heard)


def control(talk: Talk, heard: Understanding) -> Reply | None:
    """A word that steers (yes, undo, help) where no dialog took it: yes is for what was just offered."""
    if heard.control == "undo" or heard.intent == "undo":
        other = another_kind(talk, heard.text)
        if other is not None:
            return with_open_question(talk.world, talk.memory, other)
    if heard.control == "undo" and talk.opened is not None:
        return undo_midway(talk)
    offered = pressed.agreed(talk.world, talk.conversation) if heard.control in ("yes", "save") else None
    if offered is not None and talk.opened is None:
        return pressed.act(talk.world, talk.memory, offered, heard)
    return talk.do({"do": heard.control}) if heard.control in COMMANDS else None


def look_up(talk: Talk, heard: Understanding) -> Reply | None:
    """What the intent looks up, where it is more than a guess; 「先不了」, too, closes what is open."""
    if heard.intent == "cancel" and talk.opened is not None and heard.sure >= SURE_INTENT:
        return press(talk.world, talk.memory, {"do": "cancel"})
    return _answer(talk, heard.intent, heard) if heard.sure >= SURE_INTENT else None


def anger(talk: Talk, heard: Understanding) -> Reply | None:
    """「你怎么这么慢」: it is no answer, and asks for no help. Not of a sentence that names somebody or some figure."""
    if len(heard.text) > MAX_ANGRY or heard.names or heard.values or heard.intent.startswith(("log", "create")):
        return None
    is_angry = holds_phrase(catalog(heard.lang), "small_talk.angry", heard.text)
    return talk.do({"do": "small_talk", "key": "small_talk.sorry"}) if is_angry else None


def small_talk(talk: Talk, heard: Understanding) -> Reply | None:
    """「谢谢」. After the intents: 「好的，把它关了」 is more than politeness."""
    is_greeting = heard.is_small_talk or is_phrase(talk.world.words, "small_talk.greetings", heard.text)
    return talk.do({"do": "small_talk"}) if is_greeting else None


def late(talk: Talk, heard: Understanding) -> Reply | None:
    """A correction of what is saved already, when nothing open could be meant."""
    return late_correction(talk.world, talk.memory, heard)


def name(talk: Talk, heard: Understanding) -> Reply | None:
    """Nothing but a name, or nothing that is known: the last, which always has an answer."""
    return aside(talk.world, talk.memory, "find", lambda: answer_to_name(talk.world, talk.memory, heard, talk.guesses))


def _answer(talk: Talk, intent: str, heard: Understanding) -> Reply | None:
    answer = ANSWERS.get(intent)
    if answer is None:
        return None
    return aside(talk.world, talk.memory, intent, lambda: answer(talk.world, talk.memory, heard))
