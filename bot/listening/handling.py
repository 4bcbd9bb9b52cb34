"""What an agent tells of a service request, by its number or right after it was spoken of: what was done, and how it
stands now."""

from dataclasses import replace
from typing import Any

from sqlalchemy import select

from bot.dialogs.model import Json, Reply, Values
from bot.dialogs.show import shortened
from bot.flows.registry import FLOWS
from bot.flows.shared import reference
from bot.listening.dialogs import begin
from bot.listening.listener import Talk
from bot.rules.access import fetch, visible
from bot.rules.service import AGENT, DONE
from bot.talk.mood import asks
from bot.world import World
from config.phrasing import phrasing
from nlu.types import Slot, Understanding
from storage import records

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
    """「打电话问了客户，驱动没装」, of an agent who has just spoken of a request: what was done about it. Before the
    forms, which would make it a note about some customer."""
    world = talk.world
    number = world.focus.get("service_request") if world.actor.role == AGENT else None
    if number is None:
        return None
    lead = phrasing("step_lead").match(heard.text)
    is_told = lead is not None or _tells_work(heard)
    request = _request(world, number) if is_told else None
    if request is None:
        return None
    said = world.understand(heard.text[lead.end() :]) if lead is not None else heard
    if not _is_about(request, said):
        return None
    given = _told_of(world, request, said)
    if "measures" not in given:
        return None
    return begin(world, talk.memory, FLOWS["service_update"], replace(said, slots={}), given=given)


def _tells_work(heard: Understanding) -> bool:
    return heard.intent in _TELLING or phrasing("step_told").match(heard.text) is not None


def _request(world: World, number: int) -> "records.ServiceRequest | None":
    cls: Any = records.ServiceRequest
    query = select(cls).where(cls.id == number, visible(world.actor, world.crm, cls))
    found: records.ServiceRequest | None = world.session.scalars(query).one_or_none()
    return found


def _is_about(request: "records.ServiceRequest", heard: Understanding) -> bool:
    """Does the message name no other customer than the request's?"""
    named = [match.name.key for match in heard.names if match.name.kind == "customer"]
    return all(int(key) == request.customer_id for key in named) if named else "customer" not in heard.slots


def _told_of(world: World, request: "records.ServiceRequest", heard: Understanding) -> Values:
    """The request, who is to handle it or its new state where one is told, and the words where they tell more."""
    told = heard.text.strip(_MARKS)
    values: dict[str, Json] = {
        "service_request": {"id": request.id, "name": f"{request.number} {shortened(request.description, 40)}"}
    }
    slots = world.understand(world.words.say("service_update.lead_in") + told).slots
    handler = _colleague(world, slots["handler"]) if "handler" in slots else None
    if handler is not None:
        values["handler"] = handler
        told = told.partition("，")[2] or told.partition(", ")[2]
    slot = slots.get("request_status")
    status = slot.value if slot is not None else None
    is_back = status == "open" or any(phrasing(name).fullmatch(told) for name in ("fault_again", "fault_still"))
    if is_back and request.status in DONE:
        values["request_status"] = "in_progress"
    elif isinstance(status, str) and status not in ("open", request.status):
        values["request_status"] = status
    if len(told) - (slot.end - slot.start if slot is not None else 0) >= MIN_LETTERS:
        values["measures"] = told
    return values


def _colleague(world: World, slot: Slot) -> Json | None:
    """Whom the words hand it to: 「转给许诺」, "give it to Dan"."""
    found = world.find("user", str(slot.value), {})
    one = found.matches[0] if found.is_sure and len(found.matches) == 1 else None
    return {"id": one.id, "name": one.name} if one is not None else None
