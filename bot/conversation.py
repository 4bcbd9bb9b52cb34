"""One message, one answer: which dialog, look-up or command it is for."""

from collections.abc import Mapping
from contextlib import suppress

from adapters.base import Inbound
from bot import outbox
from bot.answers import ANSWERS
from bot.commands import COMMANDS
from bot.dialogs import engine
from bot.dialogs.model import Flow, Press, Reply, State, Step, Values
from bot.errors import CrmError, Stale
from bot.flows.registry import FLOWS, flow_for
from bot.memory import Conversation, Memory
from bot.world import World
from nlu.types import Understanding

SURE_INTENT = 0.5  # below this an intent is a guess, and the person is asked


def respond(world: World, conversation: Conversation, inbound: Inbound, heard: Understanding) -> Reply:
    """The answer to a message; the conversation's memory is brought up to date."""
    memory = conversation.memory
    longest = world.crm.limits.max_message
    if len(inbound.text) > longest:
        return _with_open_question(world, memory, Reply(world.words.say("error.too_long", max=longest)))
    try:
        press = _pressed(world, conversation, inbound, heard)
        if press is not None:
            return _act(world, memory, press, heard)
        return _hear(world, memory, heard)
    except CrmError as error:
        return _with_open_question(world, memory, Reply(world.words.say(error.sentence, **error.params)))


def _pressed(world: World, conversation: Conversation, inbound: Inbound, heard: Understanding) -> Press | None:
    """The button that was pressed, or whose number was typed. Raises Stale for one that is no longer there."""
    last = conversation.last_outbox_id
    if inbound.action is None:
        number = inbound.text.strip()
        if last is None or not (number.isascii() and number.isdigit() and len(number) <= 2):
            return None
        return outbox.pressed(world.tx.connection, last, int(number) - 1, conversation.key)
    row, _, place = inbound.action.partition(".")
    press = None
    if row.isascii() and row.isdigit() and place.isascii() and place.isdigit() and len(row) < 18:
        press = outbox.pressed(world.tx.connection, int(row), int(place), conversation.key)
    if press is None or not (press.is_open or int(row) == last):
        raise Stale
    return press


def _act(world: World, memory: Memory, press: Press, heard: Understanding) -> Reply:
    """Do what a button says: a step of the open dialog, a command, or the start of another flow."""
    action = press.action
    if action["do"] == "start":
        return _start(world, memory, FLOWS[action["flow"]], heard, given=action.get("values"))
    if action["do"] in COMMANDS:
        return _with_open_question(world, memory, COMMANDS[action["do"]](world, memory, action))
    if not memory.dialogs:
        raise Stale
    flow, state = _current(memory)
    return _after(world, memory, flow, engine.press(flow, state, action, world))


def _hear(world: World, memory: Memory, heard: Understanding) -> Reply:
    if memory.dialogs:
        flow, state = _current(memory)
        step = engine.advance(flow, state, heard, world)
        if step.is_mine:
            return _after(world, memory, flow, step)
    return _new(world, memory, heard)


def _new(world: World, memory: Memory, heard: Understanding) -> Reply:
    """A message that is no answer to an open question."""
    flow = flow_for(heard, world)
    if flow is not None:
        return _start(world, memory, flow, heard)
    if heard.control in COMMANDS:
        return _with_open_question(world, memory, COMMANDS[heard.control](world, memory, {}))
    answer = ANSWERS.get(heard.intent)
    if answer is not None and heard.sure >= SURE_INTENT:
        return _with_open_question(world, memory, answer(world, memory, heard))
    key = "small_talk" if heard.is_small_talk else "unclear"
    return _with_open_question(world, memory, COMMANDS[key](world, memory, {"text": heard.text}))


def _start(world: World, memory: Memory, flow: Flow, heard: Understanding, *, given: Values | None = None) -> Reply:
    """Open a flow; a dialog that was open waits beneath it."""
    step = engine.start(flow, heard, world, given=given)
    return _after(world, memory, flow, step, is_new=True)


def _after(world: World, memory: Memory, flow: Flow, step: Step, *, is_new: bool = False) -> Reply:
    """Keep the state a step led to, or save and close; then come back to what waited beneath."""
    if not is_new:
        memory.dialogs.pop()
    if step.save is not None:
        try:
            with world.session.begin_nested():
                saved = flow.save(world, step.save)
        except CrmError:
            world.session.author = None  # its step went with the savepoint
            if step.state is not None:
                memory.dialogs.append(step.state.to_json())  # nothing is lost: the card stays open
            raise
        _focus(memory, step.save)
        return _with_open_question(world, memory, saved.reply)
    reply = step.replies[-1]
    if step.state is None:
        return _with_open_question(world, memory, reply)
    memory.dialogs.append(step.state.to_json())
    return reply


def _with_open_question(world: World, memory: Memory, reply: Reply) -> Reply:
    """An answer, followed by the question of the dialog that is still open."""
    with suppress(IndexError):
        flow, state = _current(memory)
        again = engine.ask_again(flow, state, world, after_aside=True)
        return Reply(f"{reply.text}\n{again.text}", (*again.buttons, *(b for b in reply.buttons if b.is_open)))
    return reply


def _current(memory: Memory) -> tuple[Flow, State]:
    """The open dialog. Raises IndexError where there is none; one whose flow is gone is forgotten."""
    while True:
        data: Mapping[str, object] = memory.dialogs[-1]
        flow = FLOWS.get(str(data.get("flow")))
        if flow is not None:
            return flow, State.from_json(data, flow)
        memory.dialogs.pop()


def _focus(memory: Memory, values: Values) -> None:
    """What was just saved is what the talk is about: 「他的电话」, "that customer"."""
    for kind in ("customer", "contact", "opportunity"):
        value = values.get(kind)
        if isinstance(value, dict) and "id" in value:
            memory.focus[kind] = value["id"]
