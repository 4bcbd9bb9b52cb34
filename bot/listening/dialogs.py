"""The dialogs that are open in a conversation: to open one, to go on with it, to keep or save what a step led to.

The engine (`bot/dialogs`) does no I/O; this is what stands around it.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from types import MappingProxyType

from bot.custom.forms import extended, keep
from bot.custom.steps import arranged
from bot.dialogs import engine
from bot.dialogs.forward import proceed
from bot.dialogs.gathering import gathered
from bot.dialogs.model import Flow, Json, Values
from bot.dialogs.render import title
from bot.dialogs.reply import Press, Reply, Saved
from bot.dialogs.state import CONFIRM, State, Step
from bot.errors import CrmError, NotAllowed
from bot.flows.registry import FLOWS
from bot.lazy import Lazy
from bot.listening.no_such_day import day_to_ask, with_word_of_it
from bot.listening.no_such_stage import stage_to_ask, with_word_of_stage
from bot.listening.overtaken import is_about_nothing, is_change, is_outdone, is_same, is_so_by_now, leads_nowhere
from bot.listening.put_aside import kept_count, put_aside, recalls
from bot.people.known import DatabaseNames
from bot.rules.access import require
from bot.talk.memory import Memory
from bot.world import World
from config.roles import Action
from nlu.types import Understanding

GIVEN_UP = Lazy[[World, Mapping[str, object]], None]("bot.upkeep.usage:given_up")
SECOND_STEP = Lazy[[World, Memory, str], Reply | None]("bot.listening.sold:second")
_NAMES = ("name", "contact", "new_name", "full_name", "alias")  # fields that give somebody or something a name
# What the talk is about no longer when it turns to another customer.
OF_CUSTOMER = ("contact", "opportunity", "service_request", "quote", "contract", "order", "invoice", "payment", "goods")
# What was spoken of before a paper was saved belongs to another paper.
_OF_OTHERS = {"contract": ("quote", "order", "invoice", "payment"), "order": ("invoice", "payment")}
SAID_ANYWHERE = frozenset(
    {"undo", "help", "small_talk", "yes", "no", "save", "skip", "back", "cancel", "resume", "hold", "edit"}
)  # what looks nothing up


def current(world: World, memory: Memory) -> tuple[Flow, State]:
    """The open dialog. Raises IndexError where there is none."""
    if not memory.dialogs:
        raise IndexError
    _data, flow, state = next(drafts(world, memory))
    return flow, state


def drafts(world: World, memory: Memory) -> Iterator[tuple[Json, Flow, State]]:
    """The open dialogs, the current one first: as they are kept, their form and their state."""
    for data in reversed(memory.dialogs):
        flow = _form(FLOWS[str(data["flow"])], world)
        yield data, flow, State.from_json(data, flow)


def _require(world: World, flow: Flow, kind: str, action: Action) -> None:
    """Raises NotAllowed, with what can be done instead where the flow's words tell."""
    try:
        require(world.actor, world.crm, kind, action)
    except NotAllowed:
        own = f"{flow.kind}.not_allowed"
        raise NotAllowed(own if world.words.has(own) else None) from None


def _form(flow: Flow, world: World) -> Flow:
    """The form as this person's team wants it, with the organisation's own fields."""
    return extended(arranged(flow, world), world)


def begin(
    world: World,
    memory: Memory,
    flow: Flow,
    heard: Understanding,
    *,
    given: Values | None = None,
    first: str | None = None,
) -> Reply:
    """Open a flow; a dialog that was open waits beneath it. Raises NotAllowed."""
    if flow.needs is not None:
        _require(world, flow, *flow.needs)
    drop_idle(world, memory)
    if memory.dialogs:
        _speak_of_draft(world, memory.dialogs[-1])
        memory.dialogs[-1].pop("is_recalled", None)  # when this is done the other is told of once more
    if flow.kind == "reminder":
        memory.focus.pop("reminders", None)  # "put it off" is about the new one, no more about what was listed
    flow = _form(flow, world)
    first = first or day_to_ask(flow, heard, world) or stage_to_ask(flow, heard, world)
    step = engine.start(flow, heard, world, given=given, first=first)
    known = {**(given or {}), **step.state.values} if step.state is not None else {}
    other = flow.instead(known, world) if flow.instead is not None and known else None
    if other is not None:
        return begin(world, memory, FLOWS[other[0]], world.understand(""), given=other[1])
    reply = _onto_open_card(world, memory, flow, step) or _beside_open_card(world, memory, flow, step)
    return with_word_of_stage(flow, heard, with_word_of_it(world, heard, reply), world)


def _onto_open_card(world: World, memory: Memory, flow: Flow, step: Step) -> Reply | None:
    """The card of the same record, on top or waiting, with what is told besides; None where none is open."""
    for data in reversed(memory.dialogs) if step.state is not None and flow.gathers else ():
        is_alike = data["flow"] == flow.kind
        both = gathered(flow, State.from_json(data, flow), step.state, world) if step.state and is_alike else None
        if both is not None:
            memory.dialogs.remove(data)
            return _beside_open_card(world, memory, flow, proceed(flow, both, world))
    return None


def _beside_open_card(world: World, memory: Memory, flow: Flow, step: Step) -> Reply:
    """What the step led to; facts about somebody else say which card is kept waiting for them."""
    waits = current(world, memory) if memory.dialogs and flow.gathers and step.state is not None else None
    depth = len(memory.dialogs)
    reply = begun(world, memory, flow, step)
    if waits is None or len(memory.dialogs) <= depth:
        return reply
    return replace(reply, text=f"{reply.text}\n{world.words.say('dialog.waits', what=title(*waits, world))}")


def _speak_of_draft(world: World, data: Json) -> None:
    """What begins while a draft is open is, where nobody is named, about the draft's customer."""
    customer = data.get("values", {}).get("customer")
    if not data.get("is_behind") and isinstance(customer, dict) and "id" in customer:
        world.focus["customer"] = customer["id"]


def wait(world: World, memory: Memory, flow: Flow, heard: Understanding, given: Values) -> None:
    """Keep a draft that is shown when those above it are done."""
    step = engine.start(_form(flow, world), heard, world, given=given)
    if step.state is not None:
        step.state.asking = None
        memory.dialogs.append(step.state.to_json())


def wait_beneath(
    world: World, memory: Memory, flow: Flow, heard: Understanding, given: Values = MappingProxyType({})
) -> str:
    """Keep a message that is heard when the form that is open is done, since what it is about may be made by that;
    what it opens is called."""
    flow, above = _form(flow, world), memory.dialogs[-1]["values"]
    whose = {**given, **({"customer": above["customer"]} if "id" in (above.get("customer") or {}) else {})}
    state = engine.start(flow, heard, world, given=whose).state or State(flow.kind, values=whose)
    kept = replace(state, asking=None)
    memory.dialogs.insert(-1, {**kept.to_json(), "heard_later": heard.text})
    return title(flow, kept, world)


def drop_idle(world: World, memory: Memory) -> bool:
    """Forget the open dialog where it is a change that says nothing; was it one?"""
    is_idle = bool(memory.dialogs) and is_about_nothing(*current(world, memory))
    if is_idle:
        memory.dialogs.pop()
    return is_idle


def note_button(world: World, values: Values) -> Press:
    """The button that begins a note. Where it keeps a sentence the bot asks whether it should: "yes" presses it."""
    action = {"do": "start", "flow": "follow_up", "values": values}
    return Press(world.words.say("unclear.log"), action, "primary" if "content" in values else "", is_open=True)


def press(world: World, memory: Memory, action: Values) -> Reply:
    """Do what a button of the open card says."""
    flow, state = current(world, memory)
    return went_on(world, memory, flow, engine.press(flow, state, action, world))


def went_on(world: World, memory: Memory, flow: Flow, step: Step) -> Reply:
    """What a step of the open dialog led to."""
    left = memory.dialogs.pop()
    if step.state is None and step.save is None:
        GIVEN_UP(world, left)
        memory.dropped = left
    reply = begun(world, memory, flow, step)
    kept_count(memory, left)
    return reply


def begun(world: World, memory: Memory, flow: Flow, step: Step) -> Reply:
    """Keep the state a step led to, or save and close; then come back to what waited beneath."""
    if step.save is not None:
        saved = _saved(world, memory, flow, step, step.save)
        for waiting in memory.dialogs:
            waiting["is_behind"] = True  # "her", from now on, is whom that was about
        return with_open_question(world, memory, saved.reply, is_saved=True)
    reply = step.replies[-1]
    if step.state is None:
        return with_open_question(world, memory, reply)
    data = step.state.to_json()
    memory.dialogs = [open for open in memory.dialogs if not (is_same(open, data) or is_outdone(flow, open, data))]
    memory.dialogs.append(data)
    return reply


def _saved(world: World, memory: Memory, flow: Flow, step: Step, values: Values) -> Saved:
    try:
        with world.tx.savepoint():
            saved = keep(world, flow, values, flow.save(world, values))
    except CrmError:
        if step.state is not None:
            memory.dialogs.append(step.state.to_json())  # nothing is lost: the card stays open
        raise
    _talk_about(memory, saved.about)
    world.focus.update({**saved.about, "last": memory.focus["last"]})
    if isinstance(world.known, DatabaseNames):
        world.known.forget(_new_names(values))
    return saved


def _new_names(values: Values) -> list[str]:
    """The names that a save has given."""
    new = [value["new"] for value in values.values() if isinstance(value, dict) and "new" in value]
    return [*new, *(str(values[name]) for name in _NAMES if isinstance(values.get(name), str))]


def _talk_about(memory: Memory, about: Mapping[str, int]) -> None:
    """What was just saved is what the talk is about: 「他的电话」, "that customer"; what was about another is not.

    "last" is the kind of what was saved, which a save names last.
    """
    if memory.focus.get("customer") not in (None, about.get("customer")) and "customer" in about:
        goods = memory.focus.get("goods")
        for kind in OF_CUSTOMER:
            memory.focus.pop(kind, None)
        if goods and goods["customer"] in (None, about["customer"]):  # they were told of the customer who is new now
            memory.focus["goods"] = {**goods, "customer": about["customer"]}
    memory.focus.update(about)
    last = memory.focus["last"] = next(reversed([*about]), None)
    for kind in _OF_OTHERS.get(last or "", ()):
        if kind not in about:
            memory.focus.pop(kind, None)


def _is_mentioned(memory: Memory, flow: Flow, state: State) -> bool:
    """Was the card of a change, or the question to which record it is, mentioned once after an aside? Nobody is told
    again and again."""
    if not is_change(flow) or (state.asking != CONFIRM and state.asking not in state.open):
        return False
    if state.is_recalled:
        return True
    memory.dialogs[-1]["is_recalled"] = True
    return False


def aside(world: World, memory: Memory, name: str, find: Callable[[], Reply]) -> Reply:
    """What was looked up or done on the way, and the open question again. A group that is bound to no team is told so
    instead."""
    reply = Reply(world.unbound) if world.unbound and name not in SAID_ANYWHERE else find()
    return with_open_question(world, memory, reply)


def with_open_question(world: World, memory: Memory, reply: Reply, *, is_saved: bool = False) -> Reply:
    """An answer, or that something ``is_saved``, followed by the question of the dialog that is still open."""
    with suppress(IndexError):
        flow, state = current(world, memory)
        if leads_nowhere(world, flow, state) or is_so_by_now(world, flow, state):
            memory.dialogs.pop()
            return with_open_question(world, memory, reply, is_saved=is_saved)
        if state.asking is None:  # it has waited to be shown
            later = memory.dialogs.pop().get("heard_later")
            again = SECOND_STEP(world, memory, later) if later else None
            again = again or begun(world, memory, flow, proceed(flow, state, world))
        elif _is_mentioned(memory, flow, state):
            return reply
        elif is_saved and not recalls(memory, state):
            return replace(reply, text=f"{reply.text}\n{put_aside(world, memory, flow, state)}")
        else:
            again = engine.ask_again(flow, state, world, after_aside=True)
        buttons = (*again.buttons, *(button for button in reply.buttons if button.is_open))
        return replace(reply, text=f"{reply.text}\n{again.text}", buttons=buttons)
    return reply
