"""Listeners that open a form: by a phrase, by nothing but facts, by what a message wants.

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
from bot.flows.documents import STATUSES, place_said
from bot.flows.focus import customer_named, deal_spoken_of, meant, with_person, without_bystander, without_guess
from bot.flows.goods_told import apart_from_goods, paper_instead, terms_said
from bot.flows.opportunity import OPPORTUNITY_UPDATE
from bot.flows.promise import PROMISE, asked_to_keep
from bot.flows.purchase import told_purchase
from bot.flows.registry import FLOWS, SALES, flow_for
from bot.flows.rival import Rival
from bot.flows.service_update import broken_again as trouble_again
from bot.flows.traits import about, is_pronoun, told_in
from bot.listening import papers, pressed
from bot.listening.as_note import going_on, kept_as_note, noted
from bot.listening.dealless import customer_without, is_new, is_of_customer, nothing_to_change
from bot.listening.dialogs import begin, drop_idle, wait, went_on, with_open_question
from bot.listening.listener import SURE_INTENT, Talk
from bot.listening.no_such_day import form_meant
from bot.listening.openings import opening, said
from bot.listening.sold_facts import PAPERS, with_amount
from bot.rules.told_goods import read_priced
from bot.talk.several import SURE_NOTE, days_in, errands_in, notes_in
from bot.world import World
from config.phrasing import phrasing
from nlu.types import Understanding

MAX_ASIDE = 24  # letters; who says more tells a story
# The forms of which a message may fill several, and what takes it apart.
_PARTS = {"follow_up": notes_in, "reminder": days_in}


def paper(talk: Talk, heard: Understanding) -> Reply | None:
    """「合同 HT-3 金额改成 60 万」, "void invoice 123". Before phrases with gaps, by which the same words would
    make a new paper."""
    return papers.asked(talk.world, talk.memory, heard)


def phrase_with_gaps(talk: Talk, heard: Understanding) -> Reply | None:
    """「{customer}回款…」: a phrase that opens a form with what its gaps hold. After whole phrases, which are surer."""
    found = said(talk.world, heard) if not _renames_draft(talk, heard) else None
    if found is None:
        return None
    flow, values, opened = found
    is_visit = heard.intent == "log_follow_up" and heard.sure >= SURE_NOTE and "channel" in heard.slots
    if flow.kind == "quote" and talk.world.words.pattern("quote.went").search(heard.text):
        return None
    if flow.kind in ("quote", "payment") and is_visit:
        return None  # who was seen and wants a quote, or wrote how they would pay: not yet the quote, nor the money
    if flow.kind in SALES and heard.intent == "create_customer" and heard.sure >= SURE_NOTE and "phone" in heard.slots:
        return None  # who wants a quote, at which number: not yet the quote
    if flow.kind in SALES and heard.intent == "set_reminder" and heard.sure >= SURE_NOTE:
        return None  # 「周五 祝校长 签合同」 is still to come
    is_nth = any(place_said(talk.world, kind) is not None for kind in STATUSES)  # 「第一个订单发货了」
    is_bare = flow.kind in SALES and "customer" not in opened.slots and not is_nth
    offer = pressed.offered(talk.world, talk.conversation, flow.kind) if is_bare else None
    if offer is not None:  # 「签合同，3-6-1」 after a won deal is its contract
        values = {**offer.action.get("values", {}), **values}
    return begin(talk.world, talk.memory, flow, opened, given={**meant(talk.world, flow, opened), **values})


def _renames_draft(talk: Talk, heard: Understanding) -> bool:
    """「改名叫晨光文化」 while the card of what is to bear the name is open."""
    is_name = heard.correction is not None and heard.correction.field == "name"
    return is_name and talk.opened is not None and "name" in talk.opened[0].by_name


def trait(talk: Talk, heard: Understanding) -> Reply | None:
    """「何经理喜欢下午打电话」: nothing but facts about somebody. Before the forms: a note would keep it as said."""
    asked = asked_field(*talk.opened) if talk.opened is not None else None
    if talk.opened is not None and asked is not None and _is_answer(*talk.opened, asked, heard):
        return None
    found = about(talk.world, heard, talk.opened[1].values if talk.opened is not None else {})
    if found is None:
        return None
    given, opened = found
    is_of_nobody = "contact" not in given and opened.slots.keys().isdisjoint(("customer", "contact"))
    if is_of_nobody and talk.opened is not None and talk.opened[0].kind != "customer_update":
        return None  # 「他们需要……」 goes on with the story
    return begin(talk.world, talk.memory, FLOWS["customer_update"], opened, given=given)


def _is_answer(flow: Flow, state: State, asked: Field, heard: Understanding) -> bool:
    """Is it what was asked for, also with the name of whom a number is, where nobody was named yet?"""
    is_of_somebody = isinstance(asked.type, Exact) and asked.name in heard.slots and "contact" not in state.values
    return is_all_ours(flow, asked, heard) or (is_of_somebody and heard.slots.keys() <= flow.by_name.keys())


_OF_PERSON = frozenset({"contact", "phone", "email", "position", "department"})


def trait_of_draft(talk: Talk, heard: Understanding) -> Reply | None:
    """「张总是采购总监」, "she's the CFO" while the card of a note with a new 张总 is open: it goes onto the card.

    So does 「负责人是谭小姐，137…」 onto that of a new customer without anybody. Before the questions for a fact, which
    know nobody new.
    """
    assert talk.opened is not None  # noqa: S101 — it is asked only then
    flow, state = talk.opened
    person = state.values.get("contact")
    slots = heard.slots if state.asking == CONFIRM and not heard.names else {}
    if flow.kind == "customer" and person is None and "contact" in slots and slots.keys() <= _OF_PERSON:
        facts = {name: str(slot.value) for name, slot in slots.items()}
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
    if len(heard.text) > MAX_ASIDE or heard.correction is not None or {"customer", "stage"} & heard.slots.keys():
        return None
    who = Rival().gather(heard, talk.world, {}) if heard.intent in ("other", "update_opportunity") else None
    deal = deal_spoken_of(talk.world) if who is not None else {}
    if "opportunity" not in deal:
        return None
    return begin(
        talk.world, talk.memory, OPPORTUNITY_UPDATE, replace(heard, slots={}), given={**deal, "competitor": who}
    )


def broken_again(talk: Talk, heard: Understanding) -> Reply | None:
    """「客户说又漏了」, "it's leaking again". Before the forms, which would make a note of it."""
    said = heard.text.strip()
    is_spoken_of = talk.world.focus.get("last") == "service_request"
    is_back = phrasing("fault_again").fullmatch(said) or (is_spoken_of and phrasing("fault_still").fullmatch(said))
    if not is_back:
        return None
    flow, given = trouble_again(talk.world, customer_named(heard), said)
    return begin(talk.world, talk.memory, flow, replace(heard, slots={}), given=given)


def promise_beside(talk: Talk, heard: Understanding) -> Reply | None:
    """The same while the card of a change is shown. Before that card, which would take the day for one of its own."""
    assert talk.opened is not None  # noqa: S101 — it is asked only then
    flow, state = talk.opened
    is_change = flow.needs is not None and flow.needs[1] == "edit" and state.asking == CONFIRM
    return promise(talk, heard) if is_change else None


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
    heard = apart_from_goods(heard) if "customer" in heard.slots else heard
    is_guess = heard.correction is not None and heard.sure < SURE_INTENT  # "it should be Oakmere Clinic"
    customer = customer_without(talk.world, heard) if not is_guess else None
    if customer is None or (talk.mood(heard) == "asks" and "id" not in customer):
        return None
    if "opportunity" in meant(talk.world, OPPORTUNITY_UPDATE, heard):
        return None  # 「激光那个单子改成35万」: a deal is called so, and nobody
    if is_new(heard) and talk.mood(heard) != "asks":
        _keep_goods(talk, heard)
        kind = paper_instead(talk.world, "opportunity", heard)
        return begin(talk.world, talk.memory, FLOWS[kind], heard, given={"customer": customer})
    if "id" in customer:
        talk.memory.focus["customer"] = customer["id"]
        is_theirs = is_of_customer(heard) and (talk.opened is None or customer_named(heard))
        if is_theirs and talk.mood(heard) != "asks":
            return noted(talk, heard, {"customer": customer})
    return with_open_question(talk.world, talk.memory, nothing_to_change(talk.world, customer, heard))


def form(talk: Talk, heard: Understanding) -> Reply | None:
    """What the intent opens: a note, a deal, a reminder …"""
    if phrasing("only_how_many").fullmatch(heard.text.strip()):
        return with_open_question(talk.world, talk.memory, Reply(talk.world.words.say("follow_up.one_by_one")))
    errands = errands_in(talk.world, heard)
    flow = FLOWS["reminder"] if errands else flow_for(heard, talk.world)
    if flow is None:
        return None
    likely = form_meant(talk.world, heard)
    if likely is not None:
        flow, heard = likely[0], _in_its_words(talk.world, *likely)
        return begin(talk.world, talk.memory, flow, heard, given=meant(talk.world, flow, heard))
    if _corrects_what_is_there(talk, flow, heard) or _is_of_request(talk, flow, heard):
        return None
    heard = without_guess(talk.world, heard) if flow.kind == "follow_up" else heard
    may_go_on = talk.opened is None and (flow.kind == "follow_up" or heard.sure < SURE_NOTE)
    more = going_on(talk, heard) if may_go_on else None
    if more is not None:
        return more
    if flow.kind == "service_update" and not heard.slots and talk.world.focus.get("last") == "service_request":
        return None  # "waiting for a part": what is told of the request is no reason to ask what happened
    heard = heard if errands else _in_its_words(talk.world, flow, heard)
    flow = FLOWS[paper_instead(talk.world, flow.kind, heard)]
    heard = with_amount(heard) if flow.kind in PAPERS else heard
    heard = apart_from_goods(heard) if flow.kind in (*PAPERS, "opportunity", "opportunity_update") else heard
    parts = _PARTS.get(flow.kind)
    first, *later = errands or (parts(talk.world, heard) if parts else []) or [heard]
    for note in reversed(later):
        wait(talk.world, talk.memory, flow, note, meant(talk.world, flow, note))
    heard = without_bystander(talk.world, with_person(talk.world, flow, first))
    given = meant(talk.world, flow, heard)
    heard = replace(heard, slots={name: slot for name, slot in heard.slots.items() if name not in given})
    _keep_goods(talk, first)
    reply = begin(talk.world, talk.memory, flow, heard, given=given)
    if talk.opened is not None and drop_idle(talk.world, talk.memory):
        return None
    noted = kept_as_note(talk, heard) if talk.memory.dialogs else None
    return noted or _with_next(talk.world, reply, later)


def _keep_goods(talk: Talk, heard: Understanding) -> None:
    """What is told of goods, their prices and how they are paid is remembered for the paper that follows."""
    lines, terms = read_priced(heard), terms_said(heard)
    if lines or terms:
        known = meant(talk.world, OPPORTUNITY_UPDATE, heard).get("customer") or {}
        talk.memory.focus["goods"] = {"customer": known.get("id"), "lines": lines, "terms": terms}


def _is_of_request(talk: Talk, flow: Flow, heard: Understanding) -> bool:
    """ "part arrived, fitted", with a request just spoken of, tells of no order, and of more than the fitting."""
    if talk.opened is not None or talk.world.focus.get("last") != "service_request":
        return False
    done = heard.slots.get("measures") if heard.slots.keys() == {"measures"} else None
    is_lesser = done is not None and (done.end - done.start) * 2 < len(heard.text.strip())
    return is_lesser or (flow.kind == "order_update" and "order_number" not in heard.slots)


def _corrects_what_is_there(talk: Talk, flow: Flow, heard: Understanding) -> bool:
    """「把第二点改成退换货」 changes something that was spoken of; it makes no deal of that name."""
    is_told = flow.kind in ("follow_up", "reminder")
    creates = flow.needs is not None and flow.needs[1] == "create" and not is_told
    changes = heard.correction is not None or phrasing("changes_it").match(heard.text) is not None
    if flow.kind == "customer_update" and heard.correction is not None and not heard.slots:
        return talk.opened is None and "last" in talk.world.focus  # "change it to 45000" names no fact of a customer
    return creates and changes and talk.opened is None and "last" in talk.world.focus


def _in_its_words(world: World, flow: Flow, heard: Understanding) -> Understanding:
    """A message that another intent gave to the form, as one of its own: 「约了周工明天见」 as a reminder."""
    key = f"{flow.kind}.lead_in"
    if heard.intent == flow.starts_on[0] or not world.words.has(key):
        return heard
    own = world.understand(world.words.say(key) + heard.text)
    return own if own.intent == flow.starts_on[0] else heard


def _with_next(world: World, reply: Reply, later: list[Understanding]) -> Reply:
    """Whose cards are still to come."""
    told = ((note, note.slots.get("remind_at") or note.slots.get("customer")) for note in later)
    said = (note.text[slot.start : slot.end] if slot else note.text for note, slot in told)
    names = world.words.say("common.list_separator").join(said)
    return replace(reply, text=f"{reply.text}\n{world.words.say('follow_up.later', names=names)}") if later else reply
