"""Who answers what is asked: a look-up by its own words, a question about records, or a report.

Whether a message asks at all, its form has told before (`bot/talk/mood.py`): no question comes to those who open a form
or save, and nothing that surely tells comes to these here. Who answers, one rule decides: whoever understands every
word of the message, in this order.

1. A phrase or a subject (targets, forecasts, money that falls due) whose words leave nothing over. Not where the
   question is about a paper that the message names by its number or the talk is about, nor where it says more than the
   look-up goes by (`goes_by.is_outdone`).
2. A report, of what it counts: deals always, and customers and follow-ups where only their number is wanted. It knows
   shares and the period before.
3. A question, of all other records.
4. Where no one understands every word: a phrase that surely says the same in other words (`listeners.otherwise`), then
   the report, whose words are many, then the question; both name what they leave out. All of them come before the
   vaguer guesses, the lists and the forms, that would drop a condition that they do not know, or take a question for an
   order.
"""

from dataclasses import replace

from bot.alarms import going_on
from bot.dialogs.model import Json
from bot.dialogs.reply import Reply
from bot.errors import NotFound
from bot.flows.word import teaching
from bot.listening import spoken
from bot.listening.dialogs import with_open_question
from bot.listening.goes_by import is_outdone, may_be_outdone
from bot.listening.listener import Talk
from bot.listening.listeners import hear_text
from bot.listening.subjects import lead_of
from bot.questions import further
from bot.questions.left_over import narrows
from bot.questions.question import Question
from bot.reports import tell
from bot.reports.query import OF_DEALS
from nlu.types import Understanding

_MARKS = " 。.?？!！"
# Of which kinds a report counts what a question is about: deals by every condition that both know, of the others how
# many there are.
_COUNTED = ("activity", "customers", "newcomers")


def two(talk: Talk, heard: Understanding) -> Reply | None:
    """「这个月开了多少票收了多少款」: both answers, one below the other. Before all who would give one of them."""
    found = next(
        filter(None, (way.match(heard.text.strip(_MARKS)) for way in talk.world.words.each("question.two"))), None
    )
    if found is None:
        return None
    talk.world.focus.pop("customer", None)  # of all, both of them, and not of whom the talk was about
    said = (f"{found['head']}{found[part]}{found['tail']}" for part in ("first", "second"))
    first, second = (hear_text(talk, text) for text in said)
    return replace(second, text=f"{first.text}\n{second.text}", picture=None, table=None)


def phrase(talk: Talk, heard: Understanding) -> Reply | None:
    """Fixed phrases: lists, a card asked for, what becomes of a reminder. Before all that reads freely.

    「完成」 or 「改成周五」, without a reminder that was just spoken of, is for the dialog that is open;
    「改成周五了吗」 changes none.
    """
    more = further.of_those(talk.world, talk.memory, heard)
    if more is not None:
        return _answered(talk, more)
    named = tell.row_named(talk.world, talk.memory, heard.text)
    if named:
        return hear_text(talk, named)
    action = spoken.command(talk.world, heard.text)
    if action is None or (action["do"] == "reminder" and talk.mood(heard) == "asks"):
        return None
    rather = _rather_asked(talk, heard, action)
    if rather is not None:
        return rather
    if action["do"] == "find" and not spoken.is_party(talk.world, action["said"]) and _is_subject(talk, heard):
        return None  # 「客户满意度最近怎么样」 asks of nobody of that name
    is_guess = action["do"] == "reminder" and (
        action["id"] is None or action.get("is_guess") or _is_of_card(talk, heard)
    )
    return None if talk.opened is not None and is_guess else talk.do(action)


def _is_of_card(talk: Talk, heard: Understanding) -> bool:
    """ "make it 4", while the card of a new reminder is shown, is of that one."""
    is_bare = heard.correction is not None and not heard.correction.field and not heard.correction.old
    return is_bare and talk.opened is not None and talk.opened[0].kind == "reminder" and not talk.is_behind


def subject(talk: Talk, heard: Understanding) -> Reply | None:
    """Targets, forecasts, satisfaction: a question that is nothing but cues, whom and when. Before the reports, whose
    words are wider. Beside it what an administrator teaches, which reads like one."""
    of_one = None if talk.is_story_asked else talk.question(heard)
    if of_one is not None and (of_one.record or of_one.missing):
        return _answered(talk, of_one)
    action = going_on.asked(talk.world, talk.memory, heard) or lead_of(talk.world, talk.memory, heard)
    action = action or teaching(talk.world, heard)
    return _rather_asked(talk, heard, action) or talk.lead(action, heard) if action is not None else None


def _is_subject(talk: Talk, heard: Understanding) -> bool:
    return lead_of(talk.world, talk.memory, heard) is not None


def question(talk: Talk, heard: Understanding) -> Reply | None:
    """「哪些合同还没开票」, "which quotes expire this week": a question about records, whole, and that no
    report counts; or 「张伟的呢」, the last one with what is said put in."""
    more = further.asked(talk.world, talk.memory, heard)
    if more is not None:
        return _answered(talk, more)
    asked = talk.question(heard)
    is_whole = asked is not None and not asked.unused
    return _answered(talk, asked) if asked is not None and is_whole and not _is_counted(talk, heard, asked) else None


_TOLD = ("log_follow_up", "update_opportunity", "set_reminder")
LIKELY_TOLD = 0.7


def report(talk: Talk, heard: Understanding) -> Reply | None:
    """Questions about the numbers of which every word is understood."""
    more = further.asked(talk.world, talk.memory, heard)  # 「比上季度多多少」 of the invoices that were just told
    if more is not None:
        return _answered(talk, more)
    try:
        query = tell.wanted(talk.world, talk.memory, heard)
    except NotFound:  # a word that a report takes for a name
        return None
    return _reported(talk, heard) if query is None or not query.unused else None


def in_part(talk: Talk, heard: Understanding) -> Reply | None:
    """Those of which some words are not understood, or that only a report may know. With a dialog open they come after
    it: an amount or a day may be its answer."""
    if heard.intent in _TOLD and heard.sure >= LIKELY_TOLD and talk.mood(heard) != "asks":
        return None  # 「老板娘不买了，把这单标丢单」: words of a report, in what is to be kept
    query = tell.wanted(talk.world, talk.memory, heard)
    if query is not None and narrows(talk.world.words, query.unused):
        return None  # a number of other records than were asked for
    return _reported(talk, heard) or _question_in_part(talk, heard)


def _reported(talk: Talk, heard: Understanding) -> Reply | None:
    reply = tell.hear(talk.world, talk.memory, heard)
    return with_open_question(talk.world, talk.memory, reply) if reply is not None else None


def _question_in_part(talk: Talk, heard: Understanding) -> Reply | None:
    """The question of which some words are not understood, or which the report did not know after all."""
    asked = talk.question(heard)
    return _answered(talk, asked) if asked is not None else None


def _answered(talk: Talk, asked: Question) -> Reply:
    return talk.do({"do": "question", **asked.to_json()})


def _rather_asked(talk: Talk, heard: Understanding, action: Json) -> Reply | None:
    """The answer to a question about records that says more than the look-up does which its words led to."""
    asked = talk.question(heard) if may_be_outdone(action) else None
    if asked is None or asked.unused:
        return None
    return _answered(talk, asked) if is_outdone(action, asked) else None


def _is_counted(talk: Talk, heard: Understanding, asked: Question) -> bool:
    """Does a report count what is asked for, every word of it understood?"""
    if asked.own:
        return False
    is_of_reports = asked.is_of_reports(talk.world.actor.role)
    is_for = talk.world.words.pattern("question.bought_for").search(heard.text) is not None  # "what did they buy"
    is_figure = asked.kind in ("customer", "follow_up") and (is_for or not asked.asks_for_records)
    if not (is_of_reports or is_figure):
        return False
    try:
        query = tell.wanted(talk.world, talk.memory, heard, is_whole=True)
    except NotFound:  # a word means nobody to the report: 「做食品的客户有几个」
        return False
    is_of_money = (is_for or "sum" in asked.asks) and query is not None and query.what in OF_DEALS
    if query is None or is_of_reports or is_of_money:
        return query is not None and not query.unused
    is_of_way = not asked.states or bool(query.channel)  # "how many visits": are they told apart?
    return is_of_way and not query.unused and query.what in _COUNTED
