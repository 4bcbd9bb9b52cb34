"""What is said of an amount and nothing else: by what it has changed, what it is now, what it is worth."""

from dataclasses import replace

from bot.dialogs import engine
from bot.dialogs.differences import difference_in, is_bare_number, other_digits
from bot.dialogs.model import Values
from bot.dialogs.reply import Reply
from bot.dialogs.state import CONFIRM
from bot.flows.focus import MIN_CALLED, customer_named, deal_named, deal_spoken_of, meant
from bot.flows.goods_told import goods_worth
from bot.flows.opportunity import OPPORTUNITY_UPDATE
from bot.flows.registry import FLOWS
from bot.flows.shared import ref
from bot.listening.another import tells_of_somebody_else
from bot.listening.dialogs import begin, went_on
from bot.listening.listener import Talk
from bot.listening.sold_facts import PAPERS
from bot.rules.follow_ups import last_note
from bot.rules.opportunities import open_at, own_open
from bot.talk.several import SURE_NOTE
from config.phrasing import phrasing
from config.types import Money
from nlu.goods import read_goods
from nlu.types import Slot, Understanding, Value

MAX_TERSE = 24  # letters; who says more tells more
_OF_DEALS = ("create_opportunity", "update_opportunity", "create_order")
_FACTS = ("amount", "expected_close")
_STORY = ("content", "feedback")


def difference(talk: Talk, heard: Understanding) -> Reply | None:
    """「砍了20万」 and nothing else: the amount of the deal that is named or spoken of, by what it has changed. Before
    the forms, which would take the difference for the amount."""
    is_note = heard.intent == "log_follow_up" and heard.sure >= SURE_NOTE
    is_of_paper = talk.world.focus.get("last") in (*PAPERS, "payment")
    change = difference_in(heard, talk.world) if not (is_note or is_of_paper) else None
    if change is None and (is_note or is_of_paper or not is_bare_number(heard)):
        return None
    named = deal_named(heard)
    about = meant(talk.world, OPPORTUNITY_UPDATE, heard) or ({} if named else deal_spoken_of(talk.world))
    customer = about.get("customer", {}).get("id")
    if not (about or named) or (customer and "opportunity" not in about and not open_at(talk.world, customer)):
        return None
    if change is None:  # 「金额改成42」, of 39万
        before = OPPORTUNITY_UPDATE.before
        old = before(about, talk.world).get("amount") if before is not None else None
        change = other_digits(heard, old, talk.world) if old else None
    if change is None:
        return None
    opened = replace(heard, slots={kind: slot for kind, slot in named.items() if kind not in about})
    return begin(talk.world, talk.memory, OPPORTUNITY_UPDATE, opened, given={**about, "amount": change})


def worth(talk: Talk, heard: Understanding) -> Reply | None:
    """ "it's worth about 40k", 「大概9万一台」, after a customer was spoken of: what their deal comes to, or a deal of
    that worth."""
    world, told = talk.world, [value for value in heard.of_kind("money") if value.money]
    about = deal_spoken_of(world)
    if len(told) != 1 or "customer" not in about:
        return None
    is_whole = phrasing("tells_worth").fullmatch(heard.text.strip()) is not None or _is_only_worth(talk, heard, told[0])
    amount = told[0].money if is_whole else _for_all(talk, heard, told[0], about["customer"]["id"])
    if amount is None:
        return None
    has_deal = "opportunity" in about or bool(open_at(world, about["customer"]["id"]))
    flow = OPPORTUNITY_UPDATE if has_deal else FLOWS["opportunity"]
    given = about if has_deal else {"customer": about["customer"], **_lost(talk, about["customer"]["id"])}
    slots = {"amount": Slot(amount, told[0].start, told[0].end, 1.0, "what it is worth")}
    return begin(world, talk.memory, flow, replace(heard, slots=slots), given=given)


def _lost(talk: Talk, customer_id: int) -> Values:
    """That the deal is lost, where that is what was just noted of the customer: "lost it … worth about 15k"."""
    note = last_note(talk.world, customer_id, before=0) if talk.world.focus.get("last") == "follow_up" else None
    is_lost = note is not None and talk.world.understand(note.content or "").get("stage") == "lost"
    return {"stage": "lost"} if is_lost else {}


def _is_only_worth(talk: Talk, heard: Understanding, sum_: Value) -> bool:
    """「那价格变4.6万」, "he's thinking 85k all in": a sum, and words that say nothing but that something comes to it.
    Not of a paper that was spoken of."""
    beside = f"{heard.text[: sum_.start]} {heard.text[sum_.end :]}".strip()
    is_of_paper = talk.world.focus.get("last") in (*PAPERS, "payment")
    return not is_of_paper and phrasing("beside_worth").fullmatch(beside) is not None


def _for_all(talk: Talk, heard: Understanding, price: Value, customer_id: int) -> Money | None:
    """What those come to that the customer's last note tells of, where a message gives the price of one and nothing
    else."""
    around = f"{heard.text[: price.start]}@{heard.text[price.end :]}"
    if phrasing("tells_each").fullmatch(around) is None:
        return None
    note = last_note(talk.world, customer_id, before=0)
    said = "；".join(filter(None, (note.content, note.feedback))) if note is not None else ""
    return goods_worth(talk.world.understand(f"{said}；{heard.text}"), talk.world) if said else None


def of_its_deal(talk: Talk, heard: Understanding) -> Reply | None:
    """「宏图楼书20万」, 「楼书加到21万」, 「宏图的预算其实是85万」, and nothing else: words of a deal, whose it is, or
    both, and what it comes to. Also beside a card of somebody else."""
    amounts = [value for value in heard.values if value.money]
    if len(heard.values) != 1 or len(amounts) != 1 or len(heard.text) > MAX_TERSE or heard.control is not None:
        return None
    customer = customer_named(heard).get("customer")
    parties = [(match.start, match.end) for match in heard.names if match.name.kind == "customer"]
    spans = [*parties, (amounts[0].start, amounts[0].end)]
    rest = "".join(letter for at, letter in enumerate(heard.text) if not any(a <= at < b for a, b in spans))
    said = phrasing("worth_now").sub("", phrasing("beside_value").sub("", rest)).strip()
    if (said or customer is None) and len(said) < MIN_CALLED:
        return None
    if parties and customer is None:
        return None
    deals = own_open(talk.world, said) if customer is None else open_at(talk.world, customer["id"])
    deals = [deal for deal in deals if said in deal.name]
    if len(deals) != 1:
        return None
    given = {"customer": ref(deals[0].customer), "opportunity": ref(deals[0])}
    slots = {"amount": Slot(amounts[0].money, amounts[0].start, amounts[0].end, 1.0, "what it is worth")}  # type: ignore[arg-type]
    return begin(talk.world, talk.memory, OPPORTUNITY_UPDATE, replace(heard, slots=slots), given=given)


def goods_of_the_note(talk: Talk, heard: Understanding) -> Reply | None:
    """「大概要两台，一台28万」, "they want 40 at 1,200 each", beside the card of a note: more of it, and what they come
    to, how many being told here or there. Before the card, which would take the price of one for all of it."""
    has_figures = sum(value.number is not None or value.money is not None for value in heard.values) > 1
    if not has_figures or "amount" in heard.slots or not _is_of_the_note(talk, heard):
        return None
    said = [str(talk.opened[1].values[name]) for name in _STORY if name in talk.opened[1].values] if talk.opened else []
    total = goods_worth(heard, talk.world) or goods_worth(
        talk.world.understand("；".join([*said, heard.text])), talk.world
    )
    if total is None:
        return _onto_note(talk, heard) if read_goods(heard, named=False) else None
    amount = Slot(total, 0, len(heard.text), 1.0, "price by number")
    return _onto_note(talk, replace(heard, slots={**heard.slots, "amount": amount}))


def of_the_note(talk: Talk, heard: Understanding) -> Reply | None:
    """「他们要两台打包机，一共56万」, beside the card of a note: what is told of a deal, and not of whose, is more of
    that note. Before the forms, which would ask whose it is."""
    return _onto_note(talk, heard) if heard.intent in _OF_DEALS and _is_of_the_note(talk, heard) else None


def _is_of_the_note(talk: Talk, heard: Understanding) -> bool:
    """Is the card of a note shown, and does the message name nobody else, put nothing right, and tell of no order?"""
    assert talk.opened is not None  # noqa: S101 — it is asked only then
    flow, state = talk.opened
    is_else = bool(heard.names) or "customer" in heard.slots or heard.correction is not None
    if state.asking != CONFIRM or is_else or "amount" not in flow.by_name or tells_of_somebody_else(flow, state, heard):
        return False
    return talk.world.words.pattern("sold.bought").search(heard.text) is None


def _onto_note(talk: Talk, heard: Understanding) -> Reply | None:
    """The card with the sentence and its facts; None where it is that of no note."""
    assert talk.opened is not None  # noqa: S101 — it is asked only then
    flow, state = talk.opened
    step = engine.tell_on(flow, state, heard, talk.world, _FACTS)
    return went_on(talk.world, talk.memory, flow, step) if step is not None else None
