"""What an agent tells of a service request, by its number or right after it was spoken of: what was done, and how it
stands now."""

from dataclasses import replace
from datetime import datetime

from bot.dialogs.forward import proceed
from bot.dialogs.model import Json, Values
from bot.dialogs.reply import Reply
from bot.dialogs.show import shortened
from bot.dialogs.state import CONFIRM, EDIT
from bot.dialogs.values import Moment
from bot.flows.registry import FLOWS
from bot.flows.service_update import taken
from bot.flows.shared import reference
from bot.listening.dialogs import begin, went_on
from bot.listening.listener import QUESTION, Talk
from bot.listening.request_meant import called, is_about, meant, names_the_thing, oldest_free, request_of, spoken_of
from bot.rules.access import fetch
from bot.rules.service import AGENT, DONE, MOVES
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
    "waiting": {"do": "list", "name": "free_requests"},
}
_CLAUSE = pattern(r"[，,。;；]\s*")
_NEW = ("create_service_request", "create_customer")
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
    request = _next_free(world, said) or meant(world, said)
    if request is None or not is_about(world, request, said):
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
        or names_the_thing(request, heard)
        or ("request_status" in given and heard.intent not in _NEW)
    )
    if len(given) == 1 or not is_told:
        return None
    return begin(world, talk.memory, FLOWS["service_update"], replace(said, slots={}), given=given)


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
    request = request_of(talk.world, chosen["id"]) if is_free and "id" in chosen else None
    if request is None:
        return None
    is_theirs = is_about(talk.world, request, heard)
    may_be_other = state.is_recalled or not is_theirs
    other = meant(talk.world, heard) if may_be_other else called(talk.world, heard)
    if other is not None and other.id != request.id:
        return step(talk, heard)  # another one, or that which was spoken of since the card was put aside
    if not is_theirs:
        return None
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
    if talk.world.actor.role != AGENT or talk.is_story_asked:
        return None
    words, plain = catalog(heard.lang), fold(heard.text)
    if words.pattern("service_update.to_do").search(plain):
        reminders, requests = talk.do({"do": "list", "name": "reminders"}), talk.do(_ASKED["mine"])
        return replace(requests, text=f"{requests.text}\n{reminders.text}")
    if not _asks(heard):
        return None
    found = next((name for name in _ASKED if words.pattern(f"service_update.{name}").search(plain)), None)
    return talk.do(_ASKED[found]) if found is not None else None


def work_asked(talk: Talk, heard: Understanding) -> Reply | None:
    """「蓝海的单子谁处理的」, "how was the chiller fixed?", of anybody, "what happened last time at Harrowgate?" of an
    agent: the request tells. Before the questions about deals and notes."""
    world, words, plain = talk.world, catalog(heard.lang), fold(heard.text)
    ways = ("work_done", "last_time") if world.actor.role == AGENT else ("work_done",)
    if talk.is_story_asked or not any(words.pattern(f"service_update.{way}").search(plain) for way in ways):
        return None
    one = spoken_of(world, heard)
    return talk.do({"do": "request", "id": one.id}) if one is not None else None


def asked(talk: Talk, heard: Understanding) -> Reply | None:
    """「还有多少没处理完」, "how many are still open?", of an agent: about service requests. Before the questions,
    which would take it for one about deals."""
    world = talk.world
    if world.actor.role != AGENT or talk.is_story_asked or not _asks(heard):
        return None
    plain = talk.question(heard)
    if plain is not None and plain.kind != "opportunity":
        return None
    one = called(world, heard)
    if one is not None:  # 「幼儿园那个谁在弄」
        return talk.do({"do": "request", "id": one.id})
    about = QUESTION(world, world.understand(world.words.say("service_update.lead_in") + heard.text))
    is_whole = about is not None and about.kind == "service_request" and not about.unused
    return talk.do({"do": "question", **about.to_json()}) if about is not None and is_whole else None


def _next_free(world: World, heard: Understanding) -> "records.ServiceRequest | None":
    """Of 「最早的那单我来」, "take the oldest one nobody has": that one."""
    is_asked_for = _takes(heard) and catalog(heard.lang).pattern("service_update.oldest").search(fold(heard.text))
    return oldest_free(world) if is_asked_for else None


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
    elif status == "closed" and request.status != "resolved":
        values["request_status"] = "resolved"  # the customer is asked first how it was
    elif isinstance(status, str) and status != "open" and status in MOVES[request.status]:
        values["request_status"] = status
    if status == "open" and "request_status" in values and last == told:
        return values  # 「把昨天的重新打开」 tells of no work
    if len(told) - (slot.end - slot.start if slot is not None else 0) >= MIN_LETTERS:
        values["measures"] = told
    visit = _visit_in(world, told) if values.get("request_status", request.status) not in DONE else None
    return values if visit is None else {**values, "visit_at": visit}


def _visit_in(world: World, told: str) -> Json | None:
    """When they will go on with it: 「约了周四上午上门」, "booked for Tuesday 9am"."""
    if phrasing("goes_on_at").search(told) is None:
        return None
    visit = Moment("future").read(world.understand(told), world, {})
    is_ahead = isinstance(visit, dict) and datetime.fromisoformat(visit["at"]) > world.now
    return visit if is_ahead else None


def _is_back(told: str) -> bool:
    """「客户说又漏了」?"""
    return any(phrasing(name).fullmatch(told) for name in ("fault_again", "fault_still"))


def _colleague(world: World, slot: Slot) -> Json | None:
    """Whom the words hand it to: 「转给许诺」, "give it to Dan"."""
    found = world.find("user", str(slot.value), {})
    one = found.matches[0] if found.is_sure and len(found.matches) == 1 else None
    return {"id": one.id, "name": one.name} if one is not None else None
