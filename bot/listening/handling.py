"""What an agent tells of a service request, by its number or right after it was spoken of: what was done, and how it
stands now."""

from dataclasses import replace
from typing import Any

from sqlalchemy import select

from bot.dialogs.forward import proceed
from bot.dialogs.model import Json, Values
from bot.dialogs.reply import Reply
from bot.dialogs.show import shortened
from bot.dialogs.state import CONFIRM, EDIT
from bot.flows.focus import HARDLY
from bot.flows.registry import FLOWS
from bot.flows.service_update import taken
from bot.flows.shared import reference
from bot.listening.dialogs import begin, went_on
from bot.listening.listener import QUESTION, Talk
from bot.rules.access import fetch, visible
from bot.rules.service import AGENT, DONE
from bot.talk.mood import asks
from bot.world import World
from config.catalog import catalog
from config.phrasing import phrasing
from nlu.folding import fold
from nlu.patterns import pattern
from nlu.types import Slot, Understanding
from storage import records

_ASKED: dict[str, Json] = {
    "urgent": {"do": "question", "kind": "service_request", "states": ("open",), "asks": ("oldest",)},
    "mine": {"do": "list", "name": "my_requests"},
}
_CLAUSE = pattern(r"[，,。;；]\s*")
_NEW = ("create_service_request", "create_customer")
_HAN, _LATIN = pattern("[\u4e00-\u9fff]{2,}"), pattern(r"[a-z]{5,}")
_MARKS = " :：,，.。;；-—!！"
_TELLING = ("log_follow_up", "update_service_request")
MIN_LETTERS = 4  # beside the words of a state, so many tell what was done


def numbered(world: World, text: str) -> Json | None:
    """ "SR-7: replaced the seal, fixed", 「SR-7 客户说又漏了」: the form with the step, and the state that it tells.

    What tells nothing new shows how it stands; None for a question. Raises NotFound.
    """
    number, rest = reference("SR", text)
    told = rest.strip(_MARKS) if number is not None else ""
    heard = world.understand(told) if told else None
    if number is None or heard is None:
        return None
    if asks(heard) and not rest.lstrip().startswith((":", "：")):
        return None
    request = fetch(world.tx, world.actor, world.crm, records.ServiceRequest, number)
    values = _told_of(world, request, heard)
    if len(values) == 1:
        return {"do": "request", "id": number}
    return {"do": "start", "flow": "service_update", "values": values}


def step(talk: Talk, heard: Understanding) -> Reply | None:
    """「打电话问了客户，驱动没装」, of an agent who has just spoken of a request, or who names a customer with just one
    in hand: what was done about it. Before the forms, which would make it a note about some customer."""
    world = talk.world
    lead = phrasing("step_lead").match(heard.text)
    if world.actor.role != AGENT or talk.is_guessed or (lead is None and _asks(heard)) or _rates(heard):
        return None
    said = world.understand(heard.text[lead.end() :]) if lead is not None else heard
    request = _oldest_free(world, said) or _meant(world, said)
    if request is None or not _is_about(world, request, said):
        return None
    given = _told_of(world, request, said)
    if _takes(said):
        given = {"service_request": given["service_request"], **taken(world)}
    is_told = (
        _takes(said)
        or lead is not None
        or _tells_work(heard)
        or _is_own_work(world, request, heard)
        or "handler" in given
        or _names_the_thing(request, heard)
        or ("request_status" in given and heard.intent not in _NEW)
    )
    if len(given) == 1 or not is_told:
        return None
    return begin(world, talk.memory, FLOWS["service_update"], replace(said, slots={}), given=given)


def _names_the_thing(request: "records.ServiceRequest", heard: Understanding) -> bool:
    """ "Fernhill panel: part ordered, here Thursday", of the request about a panel: does a word of the problem stand
    beside whose it is?"""
    plain = list(fold(heard.text))
    for match in heard.names:
        plain[match.start : match.end] = " " * (match.end - match.start)
    said, problem = "".join(plain), fold(request.description)
    pairs = {run[at : at + 2] for run in _HAN.findall(problem) for at in range(len(run) - 1)}
    return any(word in said for word in pairs.union(_LATIN.findall(problem)))


def onto_card(talk: Talk, heard: Understanding) -> Reply | None:
    """「再观察一晚」, "spoke to them, going on site at 3" while what was done about a request is asked for or shown:
    that, too. Before the form, which would take a word of it for a change of the state."""
    assert talk.opened is not None  # noqa: S101 — it is asked only then
    flow, state = talk.opened
    if flow.kind != "service_update" or state.asking not in (CONFIRM, EDIT):
        return None
    chosen = state.values.get("service_request") or {}
    is_other = talk.is_guessed or _asks(heard) or _rates(heard)
    is_free = heard.control is None and heard.correction is None and not is_other
    request = _request(talk.world, chosen["id"]) if is_free and "id" in chosen else None
    if request is None or not _is_about(talk.world, request, heard):
        return None
    other = _called(talk.world, heard) or (_meant(talk.world, heard) if state.is_recalled else None)
    if other is not None and other.id != request.id:
        return step(talk, heard)  # another one, or that which was spoken of since the card was put aside
    told = _told_of(talk.world, request, heard)
    values = {name: value for name, value in told.items() if name != "service_request"}
    if not values:
        return None
    state = state.copy()
    before = state.values.get("measures")
    if values.get("request_status") is None and _is_back(heard.text.strip(_MARKS)):
        state.values.pop("request_status", None)  # 「柏经理说又响了」, before it was saved that it is resolved
    if before and "measures" in values:
        values["measures"] = talk.world.words.say("traits.both", old=before, new=values["measures"])
    state.values.update(values)
    return went_on(talk.world, talk.memory, flow, proceed(flow, state, talk.world))


def own(talk: Talk, heard: Understanding) -> Reply | None:
    """「我手上有哪些单子」, "which is the most urgent?", of an agent. Before the look-ups that know such words as those
    of deals."""
    if talk.world.actor.role != AGENT or talk.is_story_asked or not _asks(heard):
        return None
    words, plain = catalog(heard.lang), fold(heard.text)
    found = next((name for name in _ASKED if words.pattern(f"service_update.{name}").search(plain)), None)
    return talk.do(_ASKED[found]) if found is not None else None


def asked(talk: Talk, heard: Understanding) -> Reply | None:
    """「还有多少没处理完」, "how many are still open?", of an agent: about service requests. Before the questions,
    which would take it for one about deals."""
    world = talk.world
    if world.actor.role != AGENT or talk.is_story_asked or not _asks(heard):
        return None
    plain = talk.question(heard)
    if plain is not None and plain.kind != "opportunity":
        return None
    called = _called(world, heard)
    if called is not None:  # 「幼儿园那个谁在弄」
        return talk.do({"do": "request", "id": called.id})
    about = QUESTION(world, world.understand(world.words.say("service_update.lead_in") + heard.text))
    is_whole = about is not None and about.kind == "service_request" and not about.unused
    return talk.do({"do": "question", **about.to_json()}) if about is not None and is_whole else None


def _meant(world: World, heard: Understanding) -> "records.ServiceRequest | None":
    """The one that words of it name: 「显示屏那个我来」; else the request that was just spoken of; of a customer who is
    named, their only one that is worked on."""
    called = _called(world, heard)
    if called is not None:
        return called
    named = _whose(world, heard)
    number = world.focus.get("service_request")
    spoken = _request(world, number) if number is not None else None
    if not named or (spoken is not None and {spoken.customer_id} == named):
        return spoken
    cls: Any = records.ServiceRequest
    query = select(cls).where(cls.customer_id.in_(named), cls.status.not_in(DONE), visible(world.actor, world.crm, cls))
    found: list[records.ServiceRequest] = list(world.session.scalars(query.limit(2)))
    return found[0] if len(found) == 1 else None


def _oldest_free(world: World, heard: Understanding) -> "records.ServiceRequest | None":
    """Of 「最早的那单我来」, "take the oldest one nobody has": the request that has waited longest for somebody."""
    if not _takes(heard) or catalog(heard.lang).pattern("service_update.oldest").search(fold(heard.text)) is None:
        return None
    cls: Any = records.ServiceRequest
    is_free = (cls.handler_id.is_(None), cls.status.not_in(DONE), visible(world.actor, world.crm, cls))
    found: records.ServiceRequest | None = world.session.scalars(
        select(cls).where(*is_free).order_by(cls.id).limit(1)
    ).first()
    return found


def _whose(world: World, heard: Understanding) -> set[int]:
    """The customers that are named, by themselves or by somebody of theirs."""
    found = {int(match.name.key) for match in heard.names if match.name.kind == "customer"}
    people = {int(match.name.key) for match in heard.names if match.name.kind == "contact" and match.sure == 1}
    query = select(records.Contact.customer_id).where(records.Contact.id.in_(people))
    return found or {number for number in (world.session.scalars(query) if people else ()) if number is not None}


def _called(world: World, heard: Understanding) -> "records.ServiceRequest | None":
    """The only one in hand whose description, or whose customer's name, holds the words that it is called by."""
    found = catalog(heard.lang).pattern("service_update.called").match(heard.text.strip())
    if found is None:
        return None
    cls: Any = records.ServiceRequest
    said = found["what"].strip()
    held = cls.description.icontains(said, autoescape=True)
    held |= cls.customer.has(records.Customer.name.icontains(said, autoescape=True))
    query = select(cls).where(held, cls.status.not_in(DONE), visible(world.actor, world.crm, cls))
    those: list[records.ServiceRequest] = list(world.session.scalars(query.limit(2)))
    return those[0] if len(those) == 1 else None


def _asks(heard: Understanding) -> bool:
    words, plain = catalog(heard.lang), fold(heard.text)
    is_asking = asks(heard) or words.pattern("sold.asks").search(plain) is not None
    return is_asking and words.pattern("service_update.tells").search(plain) is None


def _rates(heard: Understanding) -> bool:
    """ "rated it 3 out of 5": what the customer thought is nothing that was done."""
    return "satisfaction" in heard.slots


def _takes(heard: Understanding) -> bool:
    """「长风那个我来处理」: nothing but that one takes a request, whose name may stand beside it."""
    words, plain = catalog(heard.lang), fold(heard.text)
    taken = words.pattern("service_update.takes").search(plain)
    for match in heard.names:
        plain = plain[: match.start] + " " * (match.end - match.start) + plain[match.end :]
    plain = words.pattern("service_update.called").sub(" ", plain)
    rest = words.pattern("service_update.beside_taking").sub(" ", words.pattern("service_update.takes").sub(" ", plain))
    return taken is not None and not any(map(str.isalnum, rest))


def _is_own_work(world: World, request: "records.ServiceRequest", heard: Understanding) -> bool:
    """「滤网堵了，清洗后正常」, of nobody, told by who works on the request that was just spoken of."""
    is_theirs = request.handler_id == world.actor.user_id and request.status not in DONE
    is_of_nobody = not heard.names and "customer" not in heard.slots and heard.intent in _NEW
    return is_theirs and is_of_nobody and phrasing("has_been").search(heard.text) is not None


def _tells_work(heard: Understanding) -> bool:
    return heard.intent in _TELLING or phrasing("step_told").match(heard.text) is not None


def _request(world: World, number: int) -> "records.ServiceRequest | None":
    cls: Any = records.ServiceRequest
    query = select(cls).where(cls.id == number, visible(world.actor, world.crm, cls))
    found: records.ServiceRequest | None = world.session.scalars(query).one_or_none()
    return found


def _is_about(world: World, request: "records.ServiceRequest", heard: Understanding) -> bool:
    """Does the message name no other customer than the request's?"""
    named = _whose(world, heard)
    other = heard.slots.get("customer")
    return named == {request.customer_id} if named else other is None or other.sure < HARDLY


def _told_of(world: World, request: "records.ServiceRequest", heard: Understanding) -> Values:
    """The request, who is to handle it or its new state where one is told, and the words where they tell more."""
    told = heard.text.strip(_MARKS)
    values: dict[str, Json] = {
        "service_request": {"id": request.id, "name": f"{request.number} {shortened(request.description, 40)}"}
    }
    lead = world.words.say("service_update.lead_in")
    slots = world.understand(lead + told).slots
    last = _CLAUSE.split(told)[-1]
    if "request_status" not in slots and last != told:  # 「昨晚没再停，可以关了」
        slots = {**world.understand(lead + last).slots, **slots}
    handler = _colleague(world, slots["handler"]) if "handler" in slots else None
    if handler is not None:
        values["handler"] = handler
        told = told.partition("，")[2] or told.partition(", ")[2]
    slot = slots.get("request_status")
    status = slot.value if slot is not None else None
    is_back = status == "open" or _is_back(told)
    if is_back and request.status in DONE:
        values["request_status"] = "in_progress"
    elif isinstance(status, str) and status not in ("open", request.status):
        values["request_status"] = status
    if status == "open" and "request_status" in values and last == told:
        return values  # 「把昨天的重新打开」 tells of no work
    if len(told) - (slot.end - slot.start if slot is not None else 0) >= MIN_LETTERS:
        values["measures"] = told
    return values


def _is_back(told: str) -> bool:
    """「客户说又漏了」?"""
    return any(phrasing(name).fullmatch(told) for name in ("fault_again", "fault_still"))


def _colleague(world: World, slot: Slot) -> Json | None:
    """Whom the words hand it to: 「转给许诺」, "give it to Dan"."""
    found = world.find("user", str(slot.value), {})
    one = found.matches[0] if found.is_sure and len(found.matches) == 1 else None
    return {"id": one.id, "name": one.name} if one is not None else None
