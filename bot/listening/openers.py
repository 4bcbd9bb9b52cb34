"""Listeners that open a form: by a phrase, by nothing but facts, by what a message wants.

Their order, and when they are asked, stands in `listeners`.
"""

from dataclasses import replace

from bot.dialogs.model import Flow, Json
from bot.dialogs.reply import Reply
from bot.dialogs.state import CONFIRM
from bot.flows.documents import STATUSES, place_said
from bot.flows.focus import customer_named, meant, with_person, without_bystander, without_guess
from bot.flows.goods_told import apart_from_goods, paper_instead, terms_said
from bot.flows.opportunity import OPPORTUNITY_UPDATE
from bot.flows.promise import PROMISE, asked_to_keep
from bot.flows.registry import FLOWS, SALES, flow_for
from bot.flows.service_update import broken_again as trouble_again
from bot.flows.shared import name_of
from bot.listening import papers, pressed
from bot.listening.as_note import also_said, bare_plan, going_on, kept_as_note, noted
from bot.listening.dealless import customer_without, is_new, is_of_customer, nothing_to_change
from bot.listening.dialogs import begin, drop_idle, wait, with_open_question
from bot.listening.listener import SURE_INTENT, Talk
from bot.listening.no_such_day import form_meant
from bot.listening.openings import said
from bot.listening.sold_facts import PAPERS, with_amount
from bot.listening.sold_voice import in_their_words
from bot.rules.service import AGENT
from bot.rules.told_goods import read_priced
from bot.talk.several import SURE_NOTE, days_in, deals_in, errands_in, notes_in
from bot.world import World
from config.phrasing import phrasing
from nlu.goods import read_goods
from nlu.types import Slot, Understanding

_CALLED_BY = ("remind_at", "customer", "opportunity")
# The forms of which a message may fill several, and what takes it apart.
_PARTS = {"follow_up": notes_in, "reminder": days_in, "opportunity_update": deals_in}


def paper(talk: Talk, heard: Understanding) -> Reply | None:
    """「合同 HT-3 金额改成 60 万」, "void invoice 123". Before phrases with gaps, by which the same words would
    make a new paper."""
    return papers.asked(talk.world, talk.memory, in_their_words(talk.world, heard))


def phrase_with_gaps(talk: Talk, heard: Understanding) -> Reply | None:
    """「{customer}回款…」: a phrase that opens a form with what its gaps hold. After whole phrases, which are surer."""
    found = said(talk.world, heard) if not _renames_draft(talk, heard) else None
    if found is None:
        return None
    flow, values, opened = found
    is_visit = heard.intent == "log_follow_up" and heard.sure >= SURE_NOTE and "channel" in heard.slots
    has_went = flow.kind == "quote" and talk.world.words.pattern("quote.went").search(heard.text) is not None
    if has_went and not any(item.unit_price for item in read_goods(heard)):
        return None
    if flow.kind == "quote" and _is_rough(heard):
        return None  # 「报价大概3.2万」 tells what it may come to
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


def _is_rough(heard: Understanding) -> bool:
    """Is a sum told as roughly that much?"""
    return any(value.money for value in heard.values) and phrasing("roughly").search(heard.text) is not None


def _renames_draft(talk: Talk, heard: Understanding) -> bool:
    """「改名叫晨光文化」 while the card of what is to bear the name is open."""
    is_name = heard.correction is not None and heard.correction.field == "name"
    return is_name and talk.opened is not None and "name" in talk.opened[0].by_name


def broken_again(talk: Talk, heard: Understanding) -> Reply | None:
    """「客户说又漏了」, "it's leaking again". Before the forms, which would make a note of it."""
    said = heard.text.strip()
    plain = _said_of_them(talk.world, heard)
    is_spoken_of = talk.world.focus.get("last") == "service_request"
    is_back = phrasing("fault_again").fullmatch(plain) or (is_spoken_of and phrasing("fault_still").fullmatch(plain))
    if not is_back:
        return None
    flow, given = trouble_again(talk.world, customer_named(heard), said)
    return begin(talk.world, talk.memory, flow, replace(heard, slots={}), given=given)


def _said_of_them(world: World, heard: Understanding) -> str:
    """The message without times, and with "they" for whose thing it is: 「客户说充电机又不行了」."""
    they = world.words.say("service_update.they")
    spans = [(match.start, match.end, they) for match in heard.names if match.name.kind == "customer"]
    spans += [(value.start, value.end, "") for value in heard.values if value.is_time]
    plain = heard.text
    for start, end, instead in sorted(spans, reverse=True):
        plain = plain[:start] + instead + plain[end:]
    return plain.strip()


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
    is_told = heard.get("stage") == "lost" or ("new" in customer and is_of_customer(heard) and talk.opened is None)
    if is_told and talk.mood(heard) != "asks":
        return _lost_as_note(talk, heard, customer)
    if "id" in customer:
        talk.memory.focus["customer"] = customer["id"]
        is_theirs = is_of_customer(heard) and (talk.opened is None or customer_named(heard))
        if is_theirs and talk.mood(heard) != "asks":
            return noted(talk, heard, {"customer": customer})
    return with_open_question(talk.world, talk.memory, nothing_to_change(talk.world, customer, heard))


def _lost_as_note(talk: Talk, heard: Understanding, customer: Json) -> Reply:
    """A deal that was never entered is lost all the same: it is told that there is none, and the card keeps what was
    said."""
    none = talk.world.words.say("opportunity.noted_instead", customer=name_of(customer))
    card = noted(talk, heard, {"customer": customer})
    return replace(card, text=f"{none}\n{card.text}")


def form(talk: Talk, heard: Understanding) -> Reply | None:
    """What the intent opens: a note, a deal, a reminder …"""
    if phrasing("only_how_many").fullmatch(heard.text.strip()):
        return with_open_question(talk.world, talk.memory, Reply(talk.world.words.say("follow_up.one_by_one")))
    errands = errands_in(talk.world, heard)
    flow = FLOWS["reminder"] if errands else flow_for(heard, talk.world)
    if flow is None:
        return None
    if (more := also_said(talk, heard)) is not None:
        return more
    if flow.kind == "follow_up" and (
        phrasing("wish_to_report").search(heard.text) or _reports_trouble(heard) or _rang_an_agent(talk, heard)
    ):
        flow, heard = FLOWS["service_request"], _as_problem(heard)
    if flow.kind == "service_request" and phrasing("no_longer_wanted").search(heard.text):
        return noted(talk, heard, customer_named(heard))  # it is nothing to repair
    likely = form_meant(talk.world, heard)
    if likely is not None:
        flow, heard = likely[0], _in_its_words(talk.world, *likely)
        return begin(talk.world, talk.memory, flow, heard, given=meant(talk.world, flow, heard))
    if _corrects_what_is_there(talk, flow, heard) or _is_of_request(talk, flow, heard):
        return None
    heard = without_guess(talk.world, heard) if flow.kind == "follow_up" else heard
    may_go_on = talk.opened is None and (flow.kind == "follow_up" or heard.sure < SURE_NOTE)
    plan = bare_plan(talk, heard) if may_go_on and flow.kind == "follow_up" else None
    if plan is not None:
        return plan
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
        talk.world.said = note.text  # why the one was lost tells nothing of the other
        wait(talk.world, talk.memory, flow, note, meant(talk.world, flow, note))
    talk.world.said = first.text if later else talk.world.said
    heard = without_bystander(talk.world, with_person(talk.world, flow, first))
    given = meant(talk.world, flow, heard)
    heard = replace(heard, slots={name: slot for name, slot in heard.slots.items() if name not in given})
    _keep_goods(talk, first, has_terms=flow.kind == "contract")
    reply = begin(talk.world, talk.memory, flow, heard, given=given)
    if talk.opened is not None and drop_idle(talk.world, talk.memory):
        return None
    kept = kept_as_note(talk, heard) if talk.memory.dialogs else None
    return kept or _with_next(talk.world, reply, later)


def _reports_trouble(heard: Understanding) -> bool:
    """ "Ridge Timber rang, the extractor is making a racket, someone needs to go out": what a customer wants put right,
    told by telephone or in writing; what was seen on a visit, with what is planned and what it is worth, is a note."""
    if heard.get("channel") == "visit" or not heard.slots.keys().isdisjoint(("amount", "next_follow_up_at")):
        return False
    return phrasing("trouble_told").search(heard.text) is not None and "customer" in heard.slots


def _rang_an_agent(talk: Talk, heard: Understanding) -> bool:
    """ "Bellmoor rang, mixer 2 makes a grinding noise": what a customer calls in to an agent is a request."""
    ends = [match.end for match in heard.names if match.name.kind == "customer"]
    return talk.world.actor.role == AGENT and any(phrasing("rang_in").match(heard.text, end) for end in ends)


def _as_problem(heard: Understanding) -> Understanding:
    """「又漏了，帮我报个修」: what was told as a note, as a problem with somebody's thing; without who called before
    that."""
    told = [heard.slots[name].start for name in ("content", "feedback") if name in heard.slots]
    start = min(told, default=0)
    problem = Slot(heard.text[start:].strip(" ,，.。-–—"), start, len(heard.text), 1.0, "all of it")
    parties = {name: slot for name, slot in heard.slots.items() if name in ("customer", "contact", "phone")}
    return replace(heard, slots={**parties, "description": problem})


def _keep_goods(talk: Talk, heard: Understanding, *, has_terms: bool = False) -> None:
    """What is told of goods, their prices and how they are paid is remembered for the paper that follows; not the terms
    where the form itself ``has_terms``, and takes them with it if it is given up."""
    lines, terms = read_priced(heard), "" if has_terms else terms_said(heard)
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
    told = ((note, next(filter(None, map(note.slots.get, _CALLED_BY)), None)) for note in later)
    said = (note.text[slot.start : slot.end] if slot else note.text for note, slot in told)
    names = world.words.say("common.list_separator").join(said)
    return replace(reply, text=f"{reply.text}\n{world.words.say('follow_up.later', names=names)}") if later else reply
