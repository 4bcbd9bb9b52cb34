"""Listeners for facts that have a place of their own: what somebody is like, what was bought, who left, a field of
one's own, a competitor.

Their order, and when they are asked, stands in `listeners`.
"""

from dataclasses import replace

from bot.custom import talk as custom
from bot.dialogs import engine
from bot.dialogs.answers import is_all_ours
from bot.dialogs.forward import asked_field
from bot.dialogs.model import Field, Flow
from bot.dialogs.reply import Reply
from bot.dialogs.state import CONFIRM, State
from bot.dialogs.types import Exact
from bot.flows.contact_move import moved_in
from bot.flows.focus import deal_spoken_of
from bot.flows.opportunity import OPPORTUNITY_UPDATE
from bot.flows.purchase import told_purchase
from bot.flows.registry import FLOWS, flow_for
from bot.flows.rival import Rival
from bot.flows.traits import about, is_pronoun, told_in
from bot.listening.as_note import noted
from bot.listening.dialogs import begin, went_on, with_open_question
from bot.listening.listener import Talk
from bot.listening.openings import opening, said
from bot.world import World
from nlu.types import Understanding

MAX_ASIDE = 24  # letters; who says more tells a story


def trait(talk: Talk, heard: Understanding) -> Reply | None:
    """「何经理喜欢下午打电话」: nothing but facts about somebody. Before the forms: a note would keep it as said."""
    asked = asked_field(*talk.opened) if talk.opened is not None else None
    if talk.opened is not None and asked is not None and _is_answer(*talk.opened, asked, heard):
        return None
    found = about(talk.world, heard, talk.opened[1].values if talk.opened is not None and not talk.is_behind else {})
    if found is None:
        return None
    given, opened = found
    is_of_nobody = "contact" not in given and opened.slots.keys().isdisjoint(("customer", "contact"))
    if is_of_nobody and talk.opened is not None and talk.opened[0].kind != "customer_update":
        return None  # 「他们需要……」 goes on with the story
    named, who = (slots.get(kind) for slots, kind in ((heard.slots, "customer"), (opened.slots, "contact")))
    is_firm = named is not None and who is not None and named.value == who.value and heard.intent == "log_follow_up"
    if is_firm and who is not None and not talk.world.find("customer", str(who.value), {}).matches:
        return None  # what a firm that nobody knows needs is a note
    return begin(talk.world, talk.memory, FLOWS["customer_update"], opened, given=given)


def _is_answer(flow: Flow, state: State, asked: Field, heard: Understanding) -> bool:
    """Is it what was asked for, also with the name of whom a number is, where nobody was named yet?"""
    is_of_somebody = isinstance(asked.type, Exact) and asked.name in heard.slots and "contact" not in state.values
    return is_all_ours(flow, asked, heard) or (is_of_somebody and heard.slots.keys() <= flow.by_name.keys())


_OF_PERSON = frozenset({"contact", "phone", "email", "position", "department"})


def trait_of_draft(talk: Talk, heard: Understanding) -> Reply | None:
    """「张总是采购总监」, "she's the CFO" while the card of a note with a new 张总 is open: it goes onto the card.

    So does 「负责人是谭小姐，137…」 onto that of a new customer without anybody, and "add Ingrid Voss, their foreman"
    onto that of a note. Before the questions for a fact, which know nobody new.
    """
    assert talk.opened is not None  # noqa: S101 — it is asked only then
    flow, state = talk.opened
    if talk.is_behind:
        return None  # something else was saved since
    person = state.values.get("contact")
    slots = heard.slots if state.asking == CONFIRM and not heard.names else {}
    takes_one = flow.kind == "customer" or (flow.kind == "follow_up" and heard.intent == "create_customer")
    if takes_one and person is None and "contact" in slots and slots.keys() <= _OF_PERSON:
        facts = {name: str(slots[name].value) for name in flow.by_name if name in slots}
        return went_on(talk.world, talk.memory, flow, engine.add(flow, state, facts, talk.world))
    if not isinstance(person, dict) or "new" not in person:
        return None
    name = str(person["new"])
    told = told_in(heard, talk.world, name)
    if told is None or not (is_pronoun(told.who, heard.lang) or name.casefold().startswith(told.who.casefold())):
        return None
    facts = {key: " ".join(value) if isinstance(value, list) else str(value) for key, value in told.facts.items()}
    slots = talk.world.understand(told.rest).slots if told.rest else {}
    facts |= {key: str(slots[key].value) for key in ("phone", "email") if key in slots}
    if not facts.keys() <= flow.by_name.keys():
        return with_open_question(talk.world, talk.memory, Reply(talk.world.words.say("traits.save_first", name=name)))
    return went_on(talk.world, talk.memory, flow, engine.add(flow, state, facts, talk.world)) if facts else None


def purchase(talk: Talk, heard: Understanding) -> Reply | None:
    """「远洲去年买过30台变频器，8万」. Before the forms, which would make an order of now."""
    given = told_purchase(heard, talk.world)
    if given is None:
        return None
    return begin(talk.world, talk.memory, FLOWS["purchase"], replace(heard, slots={}, values=()), given=given)


def contact_move(talk: Talk, heard: Understanding) -> Reply | None:
    """「高敏离职了，换成李工」, "Priya has joined Delmar": somebody known has left. Before the facts and the forms,
    which would only hear of a new contact."""
    given = moved_in(heard, talk.world)
    if given is None:
        return None
    return begin(talk.world, talk.memory, FLOWS["contact_move"], replace(heard, slots={}), given=given)


def custom_change(talk: Talk, heard: Understanding) -> Reply | None:
    """「星河的订单物流单号是 SF1」, which asks nothing. Before the look-ups, for which the rest of it names a list."""
    asks = talk.world.words.pattern("custom.asking").search
    is_told = any(clause.changes or not asks(clause.said) for clause in talk.world.clauses.values())
    return custom_value(talk, heard) if is_told and not _creates(talk.world, heard) else None


def _creates(world: World, heard: Understanding) -> bool:
    """Does the rest of the message open a form that makes something: 「签合同 3-6-1」?"""
    found = opening(world, heard.text) or said(world, heard)
    return found is not None and found[0].needs is not None and found[0].needs[1] == "create"


def custom_value(talk: Talk, heard: Understanding) -> Reply | None:
    """「蓝海物流的渠道来源是展会」: a change, unless the rest of the message opens a form that creates something."""
    found = custom.told(talk.world, heard)
    flow = flow_for(heard, talk.world) if found is not None else None
    if found is None or (flow is not None and flow.needs is not None and flow.needs[1] == "create"):
        return None
    return begin(talk.world, talk.memory, FLOWS[found[0]], replace(heard, slots={}), given=found[1])


def rival(talk: Talk, heard: Understanding) -> Reply | None:
    """「竞品是大疆」 and little else, of the deal that the talk is about. Before the forms, which would make a note of
    it, or know nobody of that name."""
    if heard.correction is not None or "stage" in heard.slots or any(n.name.kind == "customer" for n in heard.names):
        return None
    if heard.intent == "log_follow_up" and "channel" in heard.slots and "customer" in heard.slots:
        return None  # "went to Paisley Timber yard, Mr Begg": who was seen is no rival
    who = Rival().gather(heard, talk.world, {}) if "amount" not in heard.slots else None
    named = heard.slots.get("customer")
    deal = deal_spoken_of(talk.world) if who is not None and (named is None or named.value == who) else {}
    if "opportunity" not in deal:
        return None
    if len(heard.text) > MAX_ASIDE or any(value.money for value in heard.values):
        return noted(talk, replace(heard, slots={}), deal)  # what they offer is told with it
    return begin(
        talk.world, talk.memory, OPPORTUNITY_UPDATE, replace(heard, slots={}), given={**deal, "competitor": who}
    )
