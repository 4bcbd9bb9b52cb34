"""What is said of a paper that is saved: 「合同 HT-2026-0003 金额改成 60 万」, "void invoice 123, wrong address".

Reading is `nlu.papers`; here it is settled whose paper it is, and the form that changes or voids it begins.
"""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from bot.dialogs import engine
from bot.dialogs.lines import in_currency
from bot.dialogs.model import Json, Values
from bot.dialogs.reply import Reply
from bot.dialogs.retold import retold
from bot.dialogs.state import CONFIRM
from bot.errors import NotFound
from bot.flows.registry import FLOWS
from bot.listening.dialogs import begin, begun, current
from bot.listening.sold_facts import customers, paper_of_talk
from bot.rules import papers
from bot.rules.access import visible
from bot.rules.documents import lines_of, named
from bot.talk.memory import Memory
from bot.world import World
from config.phrasing import phrasing
from nlu.folding import fold
from nlu.papers import Paper, PaperChange, day_of, read_change, read_number, read_void
from nlu.terms import WHOLE, read_terms
from nlu.types import Correction, Understanding, Value
from storage import records

KINDS = tuple(papers.COLUMNS)
_WITH_GOODS = ("quote", "contract", "order")


def asked(world: World, memory: Memory, heard: Understanding) -> Reply | None:
    """The form that a message about a saved paper opens; None for any other message. Raises NotFound for a number that
    no paper has."""
    voided = read_void(heard.text)
    if voided is not None and voided.paper.kind is not None:
        known = _known(world, memory, voided.paper, None)
        return _void(world, memory, known, voided.reason) if known is not None else None
    goods = _goods_retold(world, memory, heard)
    if goods is not None:
        return goods
    sums = _saved_sum(world, memory, heard)
    if sums is not None:
        return _change(world, memory, *sums)
    change = read_change(heard.text)
    terms = _other_terms(memory, heard) if change is None or change.paper.field is None else None
    change = terms or change or _numbered(memory, heard) or _corrected(world, memory, heard)
    if change is None:
        return None
    if change.paper.field == "payment_terms" and change.paper.kind is None and not memory.dialogs:
        change = replace(change, paper=replace(change.paper, kind="contract"))
    is_beside = bool(memory.dialogs) and _is_beside(world, memory, heard)
    if not is_beside and _is_of_the_draft(world, memory, change.paper):
        return None
    last = paper_of_talk(memory.focus) if change.of_goods else _last_kind(memory)
    known = _known(world, memory, change.paper, last if not memory.dialogs or is_beside else None)
    if known is not None and change.of_goods and known["kind"] not in _WITH_GOODS:
        return None
    return _change(world, memory, known, change) if known is not None else None


def _goods_retold(world: World, memory: Memory, heard: Understanding) -> Reply | None:
    """「椅子改成 72 把，550」, of the goods of the paper that was saved last."""
    kind = paper_of_talk(memory.focus)
    if (
        memory.dialogs
        or kind not in _WITH_GOODS
        or any(one["id"] != memory.focus.get("customer") for one in customers(heard))
    ):
        return None
    paper = _visible(world, kind, memory.focus[kind]) if kind in memory.focus else None
    lines = retold(lines_of(paper), heard, world) if paper is not None else None
    if lines is None:
        return None
    given = {kind: named(paper), "lines": in_currency(lines, {}, world.currency)}
    bare = world.understand("")
    return begin(world, memory, FLOWS[f"{kind}_change"], bare, given=given)


def _other_terms(memory: Memory, heard: Understanding) -> PaperChange | None:
    """「验收款改成 40%，到货款 50%，首付 10%」, of the contract that the talk is about: all its payments anew;
    right after it was saved, whatever the words."""
    is_put_right = "contract" in memory.focus and phrasing("put_right").search(heard.text) is not None
    is_new = bool(heard.names) or heard.intent == "create_contract" or "contract_number" in heard.slots
    is_told = not memory.dialogs and (is_put_right or (memory.focus.get("last") == "contract" and not is_new))
    shares = [part.share for part in read_terms(heard)] if is_told else []
    if len(shares) < 2 or sum(filter(None, shares)) != WHOLE:
        return None
    return PaperChange(Paper("contract", None, "payment_terms", "", heard.text), None, heard.text)


def _numbered(memory: Memory, heard: Understanding) -> PaperChange | None:
    """「发票号是 24411000」 right after an invoice was saved; while a draft of one is open it is that one's."""
    change = read_number(heard.text)
    if change is None or change.paper.kind != memory.focus.get("last"):
        return None
    is_of_draft = any(dialog["flow"] == change.paper.kind for dialog in memory.dialogs[-1:])
    return None if is_of_draft else change


def _saved_sum(world: World, memory: Memory, heard: Understanding) -> tuple[dict[str, Json], PaperChange] | None:
    """「4万收错了，是4万2」, right after a payment of 40,000 was saved: that one, whatever other card is open that has
    another sum."""
    kind = _last_kind(memory)
    told = [value for value in heard.values if value.money or value.number is not None]
    if kind is None or not memory.dialogs or heard.correction is None or len(told) != 2:
        return None
    saved = _visible(world, kind, memory.focus[kind])
    if saved is None or saved.amount is None:
        return None
    old = [value for value in told if _sum(value) == saved.amount.value]
    draft = current(world, memory)[1].values.get("amount")
    if len(old) != 1 or draft == saved.amount.to_json():
        return None
    new = next(value for value in told if value is not old[0])
    change = PaperChange(Paper(kind, None, "amount", ""), old[0].text, new.text)
    return {"kind": kind, "paper": named(saved)}, change


def _sum(value: Value) -> Decimal | None:
    return value.money.value if value.money else value.number


def _is_beside(world: World, memory: Memory, heard: Understanding) -> bool:
    """「错了，是 22 万」, while a form asks for something else and has no amount: it is about what was just saved."""
    state = current(world, memory)[1]
    is_amount = any(heard.of_kind("money", "number"))
    return is_amount and "amount" not in state.values and state.asking not in ("amount", "lines", CONFIRM, None)


def _corrected(world: World, memory: Memory, heard: Understanding) -> PaperChange | None:
    """「不对，是 60 万」 right after a paper was saved."""
    correction = heard.correction
    if correction is None or (memory.dialogs and not _is_beside(world, memory, heard)):
        return None
    return PaperChange(Paper(None, None, correction.field, ""), correction.old, correction.new)


def _is_of_the_draft(world: World, memory: Memory, paper: Paper) -> bool:
    """Is a draft open that the words may as well mean? Only a number that is spoken aloud means another then."""
    if not memory.dialogs or any(letter.isalpha() for letter in paper.number or ""):
        return False
    flow = current(world, memory)[0]
    if paper.kind is None:
        return paper.field is None or paper.field in flow.by_name
    return flow.kind.startswith(paper.kind)


def _known(world: World, memory: Memory, paper: Paper, last_kind: str | None) -> dict[str, Json] | None:
    """What is known of the paper: its kind (that of the last one where none is named), and itself or its customer; None
    where the words tell more than that.

    Raises NotFound.
    """
    if paper.number is not None:
        return _by_number(world, paper)
    kind = paper.kind or last_kind
    if kind is None:
        return None
    customer = _customer(world, paper.beside)
    if customer is not None:
        return {"kind": kind, "customer": customer} if paper.kind else None
    last = memory.focus.get(kind)
    if last is None:
        return {"kind": kind} if paper.kind and _says_nothing(paper) else None
    found = _visible(world, kind, last)
    if found is None or not (_says_nothing(paper) or _is_a_line(found, paper.beside)):
        return None
    return {"kind": kind, "paper": named(found)}


def _says_nothing(paper: Paper) -> bool:
    return not paper.beside or phrasing("says_nothing").fullmatch(paper.beside) is not None


def _last_kind(memory: Memory) -> str | None:
    """The kind of what was saved last, where that was a paper."""
    last = memory.focus.get("last")
    return last if last in KINDS else None


def _by_number(world: World, paper: Paper) -> dict[str, Json] | None:
    """The paper of a number, of the kind that was named or of any."""
    said = paper.number or ""
    for kind in (paper.kind,) if paper.kind else KINDS:
        found = world.find(kind, said, {}).matches
        exact = [match for match in found if match.name.casefold() == said.casefold()]
        if exact or (paper.kind and len(found) == 1):
            match = (exact or list(found))[0]
            return {"kind": kind, "paper": {"id": match.id, "name": match.name}}
    if paper.kind and _says_nothing(paper):
        raise NotFound(name=said)
    return None


def _visible(world: World, kind: str, record_id: int) -> Any:
    cls: Any = records.record_class(kind)
    return world.session.query(cls).filter(visible(world.actor, world.crm, cls), cls.id == record_id).one_or_none()


def _is_a_line(paper: Any, said: str) -> bool:
    """Is a product of the paper named?"""
    names = [fold(line["product"]) for line in lines_of(paper)] if hasattr(paper, "lines") else []
    return any(fold(said).removesuffix("s") in name for name in names)


def _customer(world: World, said: str) -> Json | None:
    found = world.find("customer", said, {}) if said and not said.isdigit() else None
    if found is None or not found.is_sure or len(found.matches) != 1:
        return None
    return {"id": found.matches[0].id, "name": found.matches[0].name}


def _void(world: World, memory: Memory, known: Mapping[str, Json], reason: str | None) -> Reply:
    """An order is cancelled like any other move of it; the rest is voided."""
    kind = known["kind"]
    given: dict[str, Json] = {name: known[name] for name in ("customer",) if name in known}
    if kind == "order":
        given |= {"order_status": papers.CANCELLED} | ({"order": known["paper"]} if "paper" in known else {})
        return begin(world, memory, FLOWS["order_update"], world.understand(""), given=given)
    given |= {"paper_kind": kind} | ({"paper": known["paper"]} if "paper" in known else {})
    given |= {"void_reason": reason} if reason else {}
    return begin(world, memory, FLOWS["paper_void"], world.understand(""), given=given)


def _change(world: World, memory: Memory, known: Mapping[str, Json], change: PaperChange) -> Reply | None:
    """Begin the form with what stands in the paper, then take the change as a correction to it."""
    kind = known["kind"]
    given: Values = {kind if name == "paper" else name: known[name] for name in ("paper", "customer") if name in known}
    if _is_status(world, kind, change.new):
        return None  # 「订单状态改成已发货」 is a move of it
    reply = begin(world, memory, FLOWS[f"{kind}_change"], world.understand(""), given=given)
    flow, state = current(world, memory)
    if kind not in state.values:
        return reply  # it is asked first which one is meant
    step = engine.advance(flow, state, _as_correction(world, kind, change), world)
    if step.is_mine and step.state is None:  # it is so already
        memory.dialogs.pop()
        return begun(world, memory, flow, step)
    if not step.is_mine or step.state is None:
        if change.paper.kind or change.paper.number or change.paper.field:
            return reply
        memory.dialogs.pop()
        return None  # it says nothing of what stands in the paper
    memory.dialogs.pop()
    if step.state.asking == CONFIRM:  # the card shows what is new beside what was
        step = engine.press(flow, step.state, {"do": "resume"}, world)
    return begun(world, memory, flow, step)


def _is_status(world: World, kind: str, said: str) -> bool:
    listed = f"{kind}_statuses"
    if kind not in ("quote", "order", "contract"):
        return False
    return any(fold(said) in map(fold, item.labels.values()) for item in world.crm.items(listed))


def _as_correction(world: World, kind: str, change: PaperChange) -> Understanding:
    """The change as the engine takes corrections: the new words, and the field that was named."""
    field = change.paper.field
    if field == "number":
        field = f"{kind}_number"
    if field == "date" or (field in ("signed_on", "received_on", "invoice_date") and field not in papers.COLUMNS[kind]):
        field = day_of(kind)
    if field not in papers.COLUMNS[kind]:
        field = None
    heard = world.understand(f"{change.paper.words} {change.new}".strip())
    return replace(
        heard, correction=Correction(change.old, change.new, field), control=None, is_small_talk=False, slots={}
    )
