"""Listeners that answer or do something at once, without a form.

Their order, and when they are asked, stands in `listeners`.
"""

from bot.custom import talk as custom
from bot.dialogs.forward import asked_field
from bot.dialogs.reply import Reply
from bot.digests.hearing import asked_for
from bot.exchange import hearing as exchange
from bot.handover import hearing as handover
from bot.listening import binned, cards, goods, merging, needs_met, pressed
from bot.listening.answers import ANSWERS, answer_to_name, is_only_a_number
from bot.listening.commands import COMMANDS
from bot.listening.dialogs import aside, press, with_open_question
from bot.listening.late import late_correction
from bot.listening.listener import SURE_INTENT, Talk
from bot.listening.listeners import hear_text
from bot.listening.no_such_day import told as no_such_day
from bot.listening.own import asked as own_asked
from bot.listening.undoing import another_kind, undo_midway
from bot.lists import talk as lists
from bot.lookups.fact_asked import asked as fact_asked
from bot.rules.undo import has_undone
from bot.surveys import opting
from bot.talk.phrases import holds_phrase, is_phrase
from bot.upkeep import hearing, primer
from config.catalog import catalog
from config.phrasing import phrasing
from nlu.types import Understanding

_LISTS = ("list_follow_ups", "list_opportunities")  # which know no negation
MAX_ANGRY = 30  # letters; who says more has something to say


def same_again(talk: Talk, heard: Understanding) -> Reply | None:
    """「明天呢」, "and tomorrow?": what was just looked up for one time, for another."""
    asked = talk.world.focus.get("asked")
    times = [value for value in heard.values if value.is_time]
    around = phrasing("what_about")
    if asked is None or len(times) != 1 or around.sub("", heard.text.strip()) != times[0].text:
        return None
    text, start, end = asked
    return hear_text(talk, text[:start] + times[0].text + text[end:])


def digest(talk: Talk, heard: Understanding) -> Reply | None:
    """「每周一把周报发到这个群」. Before the reports: it names one, and is no question about it."""
    action = asked_for(talk.world, talk.typed)
    return talk.do(action) if action is not None else None


def upkeep(talk: Talk, heard: Understanding) -> Reply | None:
    """Many cards, fields and lists of one's own, the bin, merging, hand-overs, files, the bot itself: commands with
    names in them, else taken for facts."""
    asked = (
        hearing.first,
        cards.asked, custom.answer, lists.answer, binned.asked, merging.asked, handover.asked, exchange.asked,
        opting.asked, hearing.asked, needs_met.asked, primer.asked,
    )  # fmt: skip
    for answer in asked:
        reply = answer(talk.world, talk.memory, talk.typed)
        if reply is not None:
            return with_open_question(talk.world, talk.memory, reply)
    return None


def trade(talk: Talk, heard: Understanding) -> Reply | None:
    """「网关涨到 1300」, 「停用网关」, 「退款 500」. Before the commands about people, who are 停用 too, and before the
    forms, which would drop a minus."""
    if talk.world.clauses or talk.is_story_asked:
        return None  # 「网关的质保月数改成 36」 is no price
    return goods.asked(talk.world, talk.memory, talk.typed)


def own(talk: Talk, heard: Understanding) -> Reply | None:
    """「我是谁」, "my day", 「写今天的日报」: whole phrases about oneself. Before the lists, which are wider."""
    action = own_asked(talk.world, heard)
    return talk.do(action) if action is not None else None


def fact(talk: Talk, heard: Understanding) -> Reply | None:
    """「何经理电话多少」: one fact of somebody known. Before the lists and cards, that would tell all of them."""
    is_free = talk.opened is None or asked_field(*talk.opened) is None
    action = fact_asked(talk.world, heard, is_free=is_free)
    return talk.do(action) if action is not None else None


def number(talk: Talk, heard: Understanding) -> Reply | None:
    """Nothing but a telephone number or an address: who is it? Before the forms, that would keep it."""
    if not is_only_a_number(heard):
        return None
    return _answer(talk, "find_customer", heard)


def control(talk: Talk, heard: Understanding) -> Reply | None:
    """A word that steers (yes, undo, help) where no dialog took it: yes is for what was just offered."""
    if heard.control == "undo" or heard.intent == "undo":
        if phrasing("undoes_undo").search(heard.text) is not None and has_undone(talk.world):
            return with_open_question(talk.world, talk.memory, talk.do({"do": "redo"}))
        other = another_kind(talk, heard.text)
        if other is not None:
            return other
    if heard.control == "undo" and talk.opened is not None:
        drops = phrasing("drops_it").fullmatch(heard.text.strip())
        return press(talk.world, talk.memory, {"do": "cancel"}) if drops else undo_midway(talk)
    offered = pressed.agreed(talk.world, talk.conversation) if heard.control in ("yes", "save") else None
    if offered is not None and talk.opened is None:
        return pressed.act(talk.world, talk.memory, offered, heard)
    return talk.do({"do": heard.control}) if heard.control in COMMANDS else None


def no_day(talk: Talk, heard: Understanding) -> Reply | None:
    """ "move it to Feb 30", "make it 31 April": nothing but a day that no year has. Before those who look for somebody
    of that name; a form that is asked a day, or opened with one, says so itself."""
    if talk.opened is not None and asked_field(*talk.opened) is not None:
        return None
    tells = bool(heard.slots) or (heard.intent in ("log_follow_up", "set_reminder") and heard.sure >= SURE_INTENT)
    told = no_such_day(talk.world, heard) if heard.correction is not None or not tells else None
    return with_open_question(talk.world, talk.memory, told) if told is not None else None


def look_up(talk: Talk, heard: Understanding) -> Reply | None:
    """What the intent looks up, where it is more than a guess; 「先不了」, too, closes what is open."""
    if heard.intent == "cancel" and talk.opened is not None and heard.sure >= SURE_INTENT:
        return press(talk.world, talk.memory, {"do": "cancel"})
    if heard.intent == "undo" and heard.correction is not None:
        return None  # 「刚存的那条，石斑鱼写错了，是龙趸」
    if heard.intent in _LISTS and catalog(heard.lang).pattern("question.negation").search(heard.text):
        return None  # "who haven't I called this month": not those who were
    is_goodbye = heard.intent in ("cancel", "undo") and heard.is_small_talk  # 「不早了，撤了」
    if heard.intent == "help" and heard.names:
        return None  # 「天力的冷水机怎么回事」 asks of somebody
    return _answer(talk, heard.intent, heard) if heard.sure >= SURE_INTENT and not is_goodbye else None


def anger(talk: Talk, heard: Understanding) -> Reply | None:
    """「你怎么这么慢」: it is no answer, and asks for no help. Not of a sentence that names somebody or some figure."""
    if len(heard.text) > MAX_ANGRY or heard.names or heard.values or heard.intent.startswith(("log", "create")):
        return None
    is_angry = holds_phrase(catalog(heard.lang), "small_talk.angry", heard.text)
    return talk.do({"do": "small_talk", "key": "small_talk.sorry"}) if is_angry else None


def small_talk(talk: Talk, heard: Understanding) -> Reply | None:
    """「谢谢」. After the intents: 「好的，把它关了」 is more than politeness."""
    words, text = talk.world.words, heard.text.strip(" 。.!！~")
    is_going = not heard.names and words.pattern("small_talk.under_way").fullmatch(text) is not None
    is_greeting = heard.is_small_talk or is_going or is_phrase(words, "small_talk.greetings", heard.text)
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
