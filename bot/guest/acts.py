"""What a customer's person can have done: report, add, open again, rate, ask how it stands, be left alone."""

from collections.abc import Callable
from typing import TypeAlias

from bot.dialogs.model import Json
from bot.dialogs.reply import Press, Reply
from bot.errors import Refused
from bot.privacy.requests import ask
from bot.rules import desk, surveys
from bot.rules.service import DONE, subject_of
from bot.talk.memory import Memory
from bot.world import World
from storage import records

Act: TypeAlias = Callable[[World, Memory, Json], Reply]


def reported(world: World, memory: Memory, text: str) -> Reply:
    request = desk.report(world, text[: world.crm.limits.max_text])
    return Reply(world.words.say("desk.reported", number=request.number, subject=subject_of(request)))


def reopened(world: World, memory: Memory, request: "records.ServiceRequest", text: str) -> Reply:
    desk.reopen(world, request, text)
    memory.focus.pop("survey", None)
    return Reply(world.words.say("desk.reopened", number=request.number))


def added(world: World, memory: Memory, request: "records.ServiceRequest", text: str) -> Reply:
    was_told = desk.add(world, request, text)
    return Reply(world.words.say("desk.added" if was_told else "desk.kept", number=request.number))


def _own(world: World, memory: Memory, action: Json) -> "records.ServiceRequest":
    """The request of a button. Raises Refused where it is no longer theirs."""
    request = desk.my_request(world, int(action["id"]))
    if request is None:
        raise Refused("desk.stale")
    return request


def _report(world: World, memory: Memory, action: Json) -> Reply:
    return reported(world, memory, str(action["text"]))


def _reopen(world: World, memory: Memory, action: Json) -> Reply:
    request = _own(world, memory, action)
    if request.status not in DONE:
        return Reply(world.words.say("desk.is_open", number=request.number))
    return reopened(world, memory, request, str(action.get("text", "")))


def _add(world: World, memory: Memory, action: Json) -> Reply:
    return added(world, memory, _own(world, memory, action), str(action["text"]))


def _drop(world: World, memory: Memory, action: Json) -> Reply:
    return Reply(world.words.say("desk.dropped"))


def rate(world: World, memory: Memory, action: Json) -> Reply:
    """A score, from a button or typed; then one question for words, which may be skipped."""
    survey_id, score = int(action["survey"]), int(action["score"])
    scored = surveys.rate(world, survey_id, score)
    memory.focus["survey"] = {"id": survey_id, "at": world.now.isoformat()}
    key = "low" if score <= world.crm.surveys.low else "rated" if scored == "new" else "changed"
    skip = Press(world.words.say("desk.button.skip"), {"do": "skip"}, is_open=True)
    return Reply(world.words.say(f"desk.survey.{key}", score=score), (skip,))


def _skip(world: World, memory: Memory, action: Json) -> Reply:
    memory.focus.pop("survey", None)
    return Reply(world.words.say("desk.survey.thanks"))


def state(world: World, memory: Memory, action: Json) -> Reply:
    """The person's own requests, by number and state."""
    settled = desk.mine(world, status=DONE, since=desk.SHOWN_FOR)
    found = [*desk.my_open(world), *settled][: world.crm.limits.list_rows]
    if not found:
        return Reply(world.words.say("desk.no_requests"))
    crm, language = world.crm, world.words.language
    lines = [
        world.words.say(
            "desk.state_row",
            number=request.number,
            subject=subject_of(request),
            status=crm.label("service_statuses", request.status, language),
        )
        for request in found
    ]
    return Reply("\n".join(lines))


def greet(world: World, memory: Memory, action: Json) -> Reply:
    return Reply(world.words.say("desk.hello"))


def thank(world: World, memory: Memory, action: Json) -> Reply:
    return Reply(world.words.say("desk.welcome"))


def _opt_out(world: World, memory: Memory, action: Json) -> Reply:
    surveys.opt_out(world.tx, world.actor.contact_id)
    memory.focus.pop("survey", None)
    return Reply(world.words.say("desk.opted_out"))


def _opt_in(world: World, memory: Memory, action: Json) -> Reply:
    surveys.opt_in(world.tx, world.actor.contact_id)
    return Reply(world.words.say("desk.opted_in"))


def _wish(wish: str) -> Act:
    return lambda world, memory, action: ask(world, wish)


# Whole messages that mean one thing, in the order in which they are tried.
PHRASES: tuple[tuple[str, Act], ...] = (
    ("opt_out", _opt_out),
    ("opt_in", _opt_in),
    ("my_data", _wish("data")),
    ("erase_me", _wish("erase")),
    ("state", state),
    ("thanks", thank),
    ("hello", greet),
)
# What a button of a customer can do.
ACTS: dict[str, Act] = {
    "report": _report,
    "reopen": _reopen,
    "add": _add,
    "drop": _drop,
    "rate": rate,
    "skip": _skip,
}
ONCE = frozenset({"report", "add", "reopen"})
