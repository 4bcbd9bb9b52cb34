"""Who listens to a typed message, in order: the first that has an answer gives it.

Each listener is a function from the talk and what was heard to a reply, or None where the message is not for it. Its
docstring says why it stands where it stands. To add one, write it and put it into `LISTENERS`.
"""

from dataclasses import replace

from bot.custom import talk as custom
from bot.dialogs import engine
from bot.dialogs.day_parts import with_hours
from bot.dialogs.model import Flow, Json, Reply
from bot.digests.hearing import asked_for
from bot.exchange import hearing as exchange
from bot.flows.promise import PROMISE, asked_to_keep
from bot.flows.registry import FLOWS, flow_for
from bot.flows.sales import SALES
from bot.flows.traits import about
from bot.flows.word import teaching
from bot.handover import hearing as handover
from bot.lookups.facts import asked as fact_asked
from bot.reports import tell
from bot.talk import binned, cards, goods, merging, papers, pressed, spoken
from bot.talk.answers import ANSWERS, answer_to_name, is_only_a_number
from bot.talk.commands import COMMANDS
from bot.talk.dealless import customer_without, is_new, nothing_to_change
from bot.talk.dialogs import aside, begin, press, wait, went_on, with_open_question
from bot.talk.focus import meant, with_person, without_bystander
from bot.talk.late import late_correction
from bot.talk.listener import Listener, Talk
from bot.talk.own import asked as own_asked
from bot.talk.phrases import holds_phrase
from bot.talk.several import notes_in
from bot.talk.subjects import lead_of
from bot.upkeep import hearing
from bot.world import World
from config.catalog import catalog
from nlu.types import Understanding

MAX_ANGRY = 30  # letters; who says more has something to say
SURE_INTENT = 0.5  # below this an intent is a guess, and the person is asked


def plain_answer(talk: Talk, heard: Understanding) -> Reply | None:
    """Nothing but a word that steers, or the value that was asked for. Before all others: most of what is said in a
    form is that, and whatever else its words could mean, it is the answer. Not where a reminder was just sent: then
    「完成」 is about that."""
    if talk.opened is None or "reminder" in talk.world.focus:
        return None
    step = engine.answer(*talk.opened, heard, talk.world)
    return went_on(talk.world, talk.memory, talk.opened[0], step) if step is not None else None


def typed_button(talk: Talk, heard: Understanding) -> Reply | None:
    """「为什么」 typed under a report that was asked for in the middle of a form: the button below it, no answer to the
    form's question."""
    found = pressed.labelled(talk.world, talk.conversation, heard) if talk.memory.report else None
    is_aside = found is not None and found.action["do"] in ("why", "report")
    return pressed.act(talk.world, talk.memory, found, heard) if found is not None and is_aside else None


def digest(talk: Talk, heard: Understanding) -> Reply | None:
    """「每周一把周报发到这个群」. Before the reports: it names one, and is no question about it."""
    action = asked_for(talk.world, talk.typed)
    return talk.do(action) if action is not None else None


def upkeep(talk: Talk, heard: Understanding) -> Reply | None:
    """Many cards, fields of one's own, the bin, merging, hand-overs, files, the bot itself: commands with names in
    them, else taken for facts."""
    asked = (
        cards.asked, custom.answer, binned.asked, merging.asked, handover.asked, exchange.asked, hearing.asked
    )  # fmt: skip
    for answer in asked:
        reply = answer(talk.world, talk.memory, talk.typed)
        if reply is not None:
            return with_open_question(talk.world, talk.memory, reply)
    return None


def trade(talk: Talk, heard: Understanding) -> Reply | None:
    """「网关涨到 1300」, 「停用网关」, 「退款 500」. Before the commands about people, who are 停用 too, and before the
    forms, which would drop a minus."""
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
    is_guess = action["do"] == "reminder" and (action["id"] is None or action.get("is_guess"))
    return None if talk.opened is not None and is_guess else talk.do(action)


def subject(talk: Talk, heard: Understanding) -> Reply | None:
    """Targets, forecasts, satisfaction: a question that is nothing but cues, whom and when. Before the reports, whose
    words are wider. Beside it what an administrator teaches, which reads like one."""
    action = lead_of(talk.world, heard) or teaching(talk.world, heard)
    return talk.lead(action, heard) if action is not None else None


def report(talk: Talk, heard: Understanding) -> Reply | None:
    """Questions about the numbers. With a dialog open they come after it: an amount or a day may be its answer."""
    reply = tell.hear(talk.world, talk.memory, heard)
    return with_open_question(talk.world, talk.memory, reply) if reply is not None else None


def opening(talk: Talk, heard: Understanding) -> Reply | None:
    """「新客户」, "log a visit": a phrase that opens a form; of the form that is open, its question again. Before all
    that looks into a message: it is one of a few, whole."""
    found = spoken.opening(talk.world, heard.text)
    if found is None:
        return None
    flow, given = found
    if talk.opened is not None and not given and talk.opened[0].kind == flow.kind:
        return press(talk.world, talk.memory, {"do": "resume"})
    offer = pressed.offered(talk.world, talk.conversation, flow.kind) if flow in SALES and not given else None
    if offer is not None:  # 「建合同」 after a won deal is its contract
        return pressed.act(talk.world, talk.memory, offer, replace(heard, slots={}))
    return begin(talk.world, talk.memory, flow, replace(heard, slots={}), given=given)


def paper(talk: Talk, heard: Understanding) -> Reply | None:
    """「合同 HT-3 金额改成 60 万」, "void invoice 123". Before phrases with gaps, by which the same words would
    make a new paper."""
    return papers.asked(talk.world, talk.memory, heard)


def phrase_with_gaps(talk: Talk, heard: Understanding) -> Reply | None:
    """「{customer}回款…」: a phrase that opens a form with what its gaps hold. After whole phrases, which are surer."""
    found = spoken.said(talk.world, heard)
    if found is None:
        return None
    flow, values, opened = found
    return begin(talk.world, talk.memory, flow, opened, given={**meant(talk.world, flow, opened), **values})


def trait(talk: Talk, heard: Understanding) -> Reply | None:
    """「何经理喜欢下午打电话」: nothing but facts about somebody. Before the forms: a note would keep it as said."""
    found = about(talk.world, heard)
    if found is None:
        return None
    given, opened = found
    return begin(talk.world, talk.memory, FLOWS["customer_update"], opened, given=given)


def open_dialog(talk: Talk, heard: Understanding) -> Reply | None:
    """The form that is open: an answer, a correction, a word that steers. Before everything that is understood freely,
    since an answer may look like anything; it lets pass what is surely something else."""
    if talk.opened is None:
        return None
    step = engine.advance(*talk.opened, heard, talk.world)
    return went_on(talk.world, talk.memory, talk.opened[0], step) if step.is_mine else None


def number(talk: Talk, heard: Understanding) -> Reply | None:
    """Nothing but a telephone number or an address: who is it? Before the forms, that would keep it."""
    if not is_only_a_number(heard):
        return None
    return _answer(talk, "find_customer", heard)


def custom_value(talk: Talk, heard: Understanding) -> Reply | None:
    """「蓝海物流的渠道来源是展会」: a change, unless the rest of the message opens a form that creates something."""
    found = custom.told(talk.world, heard)
    flow = flow_for(heard, talk.world) if found is not None else None
    if found is None or (flow is not None and flow.needs is not None and flow.needs[1] == "create"):
        return None
    return begin(talk.world, talk.memory, FLOWS[found[0]], replace(heard, slots={}), given=found[1])


def promise(talk: Talk, heard: Understanding) -> Reply | None:
    """「客户说月底给规格」 and nothing else: a promise. Before the forms, which would ask how they were in touch."""
    action = asked_to_keep(talk.world, heard)
    if action is None:
        return None
    given = {**meant(talk.world, PROMISE, heard), **action}
    slots = {name: slot for name, slot in heard.slots.items() if name == "customer" and name not in given}
    return begin(talk.world, talk.memory, PROMISE, replace(heard, slots=slots), given=given)


def dealless(talk: Talk, heard: Understanding) -> Reply | None:
    """「蓝海那单丢了」, of a customer without any. Before the form, which would ask which one for ever."""
    customer = customer_without(talk.world, heard)
    if customer is None:
        return None
    if is_new(heard):
        return begin(talk.world, talk.memory, FLOWS["opportunity"], heard, given={"customer": customer})
    return with_open_question(talk.world, talk.memory, nothing_to_change(talk.world, customer, heard))


def form(talk: Talk, heard: Understanding) -> Reply | None:
    """What the intent opens: a note, a deal, a reminder …"""
    flow = flow_for(heard, talk.world)
    if flow is None:
        return None
    heard = _in_its_words(talk.world, flow, heard)
    first, *later = (notes_in(talk.world, heard) if flow.kind == "follow_up" else []) or [heard]
    for note in reversed(later):
        wait(talk.world, talk.memory, flow, note)
    heard = without_bystander(talk.world, with_person(talk.world, flow, first))
    given = meant(talk.world, flow, heard)
    heard = replace(heard, slots={name: slot for name, slot in heard.slots.items() if name not in given})
    reply = begin(talk.world, talk.memory, flow, heard, given=given)
    return _with_next(talk.world, reply, later)


def _in_its_words(world: World, flow: Flow, heard: Understanding) -> Understanding:
    """A message that another intent gave to the form, as one of its own: 「约了周工明天见」 as a reminder."""
    key = f"{flow.kind}.lead_in"
    if heard.intent == flow.starts_on[0] or not world.words.has(key):
        return heard
    own = world.understand(world.words.say(key) + heard.text)
    return own if own.intent == flow.starts_on[0] else heard


def _with_next(world: World, reply: Reply, later: list[Understanding]) -> Reply:
    """Whose cards are still to come."""
    names = world.words.say("common.list_separator").join(str(note.slots["customer"].value) for note in later)
    return replace(reply, text=f"{reply.text}\n{world.words.say('follow_up.later', names=names)}") if later else reply


def control(talk: Talk, heard: Understanding) -> Reply | None:
    """A word that steers (yes, undo, help) where no dialog took it: yes is for what was just offered."""
    offered = pressed.agreed(talk.world, talk.conversation) if heard.control in ("yes", "save") else None
    if offered is not None and talk.opened is None:
        return pressed.act(talk.world, talk.memory, offered, heard)
    return talk.do({"do": heard.control}) if heard.control in COMMANDS else None


def look_up(talk: Talk, heard: Understanding) -> Reply | None:
    """What the intent looks up, where it is more than a guess; 「先不了」, too, closes what is open."""
    if heard.intent == "cancel" and talk.opened is not None and heard.sure >= SURE_INTENT:
        return press(talk.world, talk.memory, {"do": "cancel"})
    return _answer(talk, heard.intent, heard) if heard.sure >= SURE_INTENT else None


def small_talk(talk: Talk, heard: Understanding) -> Reply | None:
    """「谢谢」, and what is said in anger. After the intents: 「好的，把它关了」 is more than politeness."""
    if len(heard.text) <= MAX_ANGRY and holds_phrase(catalog(heard.lang), "small_talk.angry", heard.text):
        return talk.do({"do": "small_talk", "key": "small_talk.sorry"})
    return talk.do({"do": "small_talk"}) if heard.is_small_talk else None


def late(talk: Talk, heard: Understanding) -> Reply | None:
    """A correction of what is saved already, when nothing open could be meant."""
    return late_correction(talk.world, talk.memory, heard)


def label(talk: Talk, heard: Understanding) -> Reply | None:
    """The label of a button that is there, typed out: the words mean nothing by themselves."""
    found = pressed.labelled(talk.world, talk.conversation, heard)
    if found is not None and found.action["do"] == "say":
        return say(talk, found.action)
    return pressed.act(talk.world, talk.memory, found, heard) if found is not None else None


def name(talk: Talk, heard: Understanding) -> Reply | None:
    """Nothing but a name, or nothing that is known: the last, which always has an answer."""
    return aside(talk.world, talk.memory, "find", lambda: answer_to_name(talk.world, talk.memory, heard))


def _answer(talk: Talk, intent: str, heard: Understanding) -> Reply | None:
    answer = ANSWERS.get(intent)
    if answer is None:
        return None
    return aside(talk.world, talk.memory, intent, lambda: answer(talk.world, talk.memory, heard))


LISTENERS: tuple[Listener, ...] = (
    Listener(typed_button, when="dialog"),
    Listener(plain_answer, when="dialog"),
    Listener(opening),
    Listener(digest),
    Listener(trade, when="no_dialog"),
    Listener(upkeep, when="no_story"),
    Listener(own),
    Listener(fact),
    Listener(phrase),
    Listener(subject),
    Listener(report, when="no_dialog"),
    Listener(paper, when="no_story"),
    Listener(phrase_with_gaps, when="no_story"),
    Listener(trait, when="no_story"),
    Listener(open_dialog, when="dialog"),
    Listener(number),
    Listener(report, when="dialog"),
    Listener(custom_value),
    Listener(promise, when="no_dialog"),
    Listener(dealless),
    Listener(form),
    Listener(control),
    Listener(look_up),
    Listener(small_talk),
    Listener(late, when="no_dialog"),
    Listener(label),
    Listener(name),
)


def listen(talk: Talk, heard: Understanding) -> Reply:
    """The answer of the first listener that has one; the last always has."""
    replies = (listener.answer(talk, heard) for listener in LISTENERS)
    return next(reply for reply in replies if reply is not None)


def say(talk: Talk, action: Json) -> Reply:
    """What a button says for the person, as if they had typed it."""
    world = talk.world
    heard = with_hours(world.understand(action["text"]), world.words, world.crm.hours)
    return listen(Talk(world, talk.conversation, heard.text), heard)
