"""One message, one answer: which dialog, look-up or command it is for."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace

from adapters.base import Inbound
from bot.custom import talk as custom
from bot.custom.forms import extended, keep, set_aside
from bot.dialogs import amend, engine
from bot.dialogs.day_parts import with_hours
from bot.dialogs.forward import asked_field
from bot.dialogs.model import EDIT, Flow, Json, Press, Reply, State, Step, Values
from bot.dialogs.types import LongText, Ref
from bot.dialogs.values import Amount
from bot.digests.hearing import asked_for
from bot.errors import CrmError, NotFound, Stale
from bot.flows.follow_up_update import FOLLOW_UP_UPDATE, note_values
from bot.flows.opportunity import OPPORTUNITY_UPDATE
from bot.flows.registry import FLOWS, flow_for
from bot.flows.word import teaching
from bot.messages import outbox
from bot.people.known import DatabaseNames
from bot.reports import tell
from bot.rules.access import require
from bot.talk import binned, merging, spoken
from bot.talk.answers import ANSWERS, answer_to_name, is_only_a_number
from bot.talk.commands import COMMANDS
from bot.talk.emoji import as_wanted
from bot.talk.focus import meant, spoken_of, with_person
from bot.talk.memory import Conversation, Memory
from bot.talk.subjects import lead_of
from bot.world import World
from nlu.types import Understanding

SAID_ANYWHERE = frozenset(
    {"undo", "help", "small_talk", "yes", "no", "save", "skip", "back", "cancel", "resume", "edit"}
)  # what looks nothing up
MAX_LABEL = 20  # letters of a button that somebody types out
SURE_INTENT = 0.5  # below this an intent is a guess, and the person is asked


def respond(world: World, conversation: Conversation, inbound: Inbound, heard: Understanding) -> Reply:
    """The answer to a message; the conversation's memory is brought up to date."""
    reply = _respond(world, conversation, inbound, heard)
    return as_wanted(reply, world.crm)


def _respond(world: World, conversation: Conversation, inbound: Inbound, heard: Understanding) -> Reply:
    memory = conversation.memory
    memory.dialogs = [data for data in memory.dialogs if data.get("flow") in FLOWS]  # what no version knows any more
    world.sign()
    world.focus = dict(memory.focus)
    memory.focus.pop("reminder", None)  # 「完成了」 is about a reminder only right after it was spoken of
    longest = world.crm.limits.max_message
    if len(inbound.text) > longest:
        return _with_open_question(world, memory, Reply(world.words.say("error.too_long", max=longest)))
    try:
        if inbound.answers is not None:
            return _fill_in(world, conversation, inbound)
        press = _pressed(world, conversation, inbound)
        if press is not None:
            return _act(world, memory, press, heard)
        heard = with_hours(heard, world.words, world.crm.hours)
        return _hear(world, memory, heard) or _otherwise(world, conversation, heard)
    except CrmError as error:
        said = Reply(world.words.say(error.sentence, **error.params), is_empty=isinstance(error, NotFound))
        return _with_open_question(world, memory, said)


def _is_row(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 18


def _pressed(world: World, conversation: Conversation, inbound: Inbound) -> Press | None:
    """The button that was pressed, or whose number was typed. Raises Stale for one that is no longer there."""
    last = conversation.last_outbox_id
    if inbound.action is None:
        number = inbound.text.strip()
        if last is None or not (number.isascii() and number.isdigit() and len(number) <= 2):
            return None
        if inbound.platform != "console" and _asks_for_number(world, conversation.memory):
            return None  # where buttons are drawn, 2 is an amount and not the second button
        return outbox.pressed(world.tx.connection, last, int(number) - 1, conversation.key)
    row, _, place = inbound.action.partition(".")
    press = None
    if _is_row(row) and _is_row(place):
        press = outbox.pressed(world.tx.connection, int(row), int(place), conversation.key)
    if press is None or not (press.is_open or int(row) == last):
        raise Stale
    return press


def _fill_in(world: World, conversation: Conversation, inbound: Inbound) -> Reply:
    """Take a sheet that was filled in for the card that is open. Raises Stale where it is another one by now."""
    memory = conversation.memory
    row, _, _ = (inbound.action or "").partition(".")
    sheet_of = outbox.sheet_of(world.tx.connection, int(row), conversation.key) if _is_row(row) else None
    if not memory.dialogs or sheet_of != memory.dialogs[-1].get("flow"):
        raise Stale
    flow, state = _current(world, memory)
    return _after(world, memory, flow, engine.fill_in(flow, state, inbound.answers or {}, world))


def _asks_for_number(world: World, memory: Memory) -> bool:
    if not memory.dialogs:
        return False
    flow, state = _current(world, memory)
    field = asked_field(flow, state)
    return field is not None and isinstance(field.type, Amount) and field.name not in state.open


def _is_told(world: World, memory: Memory) -> bool:
    """Is a story being asked for? Then a message is part of it, whatever phrases stand in it."""
    if not memory.dialogs:
        return False
    field = asked_field(*_current(world, memory))
    return field is not None and isinstance(field.type, LongText)


def _act(world: World, memory: Memory, press: Press, heard: Understanding) -> Reply:
    """Do what a button says: a step of the open dialog, a command, or the start of another flow."""
    action = press.action
    if action["do"] == "start":
        return _start(world, memory, FLOWS[action["flow"]], heard, given=action.get("values"), first=action.get("ask"))
    if action["do"] in engine.PRESSES:
        if not memory.dialogs:
            raise Stale
        flow, state = _current(world, memory)
        return _after(world, memory, flow, engine.press(flow, state, action, world))
    return _aside(world, memory, action["do"], lambda: COMMANDS[action["do"]](world, memory, action))


def _aside(world: World, memory: Memory, name: str, find: Callable[[], Reply]) -> Reply:
    """What was looked up or done on the way, and the open question again. A group that is bound to no team is told so
    instead."""
    reply = Reply(world.unbound) if world.unbound and name not in SAID_ANYWHERE else find()
    return _with_open_question(world, memory, reply)


def _otherwise(world: World, conversation: Conversation, heard: Understanding) -> Reply:
    """A message that means nothing by itself: the label of a button that is there, a name, or nothing that is known."""
    memory, last, said = conversation.memory, conversation.last_outbox_id, heard.text.strip()
    if last is not None and len(said) <= MAX_LABEL:
        press = outbox.labelled(world.tx.connection, last, said, conversation.key)
        if press is not None:
            return _act(world, memory, press, heard)
    return _aside(world, memory, "find", lambda: answer_to_name(world, memory, heard))


def _hear(world: World, memory: Memory, heard: Understanding) -> Reply | None:
    """What a typed message leads to: a fixed phrase, an answer to the open question, or something new."""
    digest = asked_for(world, heard.text)  # 「每周一把周报发到这个群」 is no question about the week
    if digest is not None:
        return _with_open_question(world, memory, COMMANDS[digest["do"]](world, memory, digest))
    for answer in () if _is_told(world, memory) else (custom.answer, binned.asked, merging.asked):
        upkeep = answer(world, memory, heard.text)
        if upkeep is not None:
            return _with_open_question(world, memory, upkeep)
    heard = set_aside(world, heard)
    lead = lead_of(world, heard) or teaching(world, heard)
    if lead is None and not memory.dialogs and not spoken.is_list(world, heard.text):
        told = tell.hear(world, memory, heard)
        if told is not None:
            return told
    action = spoken.command(world, heard.text)
    if action is not None and not (memory.dialogs and _may_be_an_answer(action)):
        return _aside(world, memory, action["do"], lambda: COMMANDS[action["do"]](world, memory, action))
    if lead is not None and lead["do"] == "start":
        return _start(world, memory, FLOWS[lead["flow"]], replace(heard, slots={}), given=lead["values"])
    if lead is not None:
        return _aside(world, memory, lead["do"], lambda: COMMANDS[lead["do"]](world, memory, lead))
    opening = spoken.opening(world, heard.text)
    if opening is not None and not opening[1] and memory.dialogs and _current(world, memory)[0].kind == opening[0].kind:
        flow, state = _current(world, memory)
        return _after(world, memory, flow, engine.press(flow, state, {"do": "resume"}, world))
    if opening is not None:
        return _start(world, memory, opening[0], replace(heard, slots={}), given=opening[1])
    found = spoken.said(world, heard) if not _is_told(world, memory) else None
    if found is not None:
        flow, values, heard = found
        return _start(world, memory, flow, heard, given=values)
    if memory.dialogs:
        flow, state = _current(world, memory)
        step = engine.advance(flow, state, heard, world)
        if step.is_mine:
            return _after(world, memory, flow, step)
    return _new(world, memory, heard)


def _may_be_an_answer(action: Json) -> bool:
    """「完成」 or 「改成周五」, without a reminder that was just spoken of, is for the dialog that is open."""
    return bool(action["do"] == "reminder" and (action["id"] is None or action.get("is_guess")))


def _new(world: World, memory: Memory, heard: Understanding) -> Reply | None:
    """A message that is no answer to an open question."""
    if is_only_a_number(heard):
        return _aside(world, memory, "find", lambda: ANSWERS["find_customer"](world, memory, heard))
    told = tell.hear(world, memory, heard) if memory.dialogs else None
    if told is not None:
        return _with_open_question(world, memory, told)
    told_of = custom.told(world, heard)
    flow = flow_for(heard, world)
    if told_of is not None and (flow is None or flow.needs is None or flow.needs[1] != "create"):
        return _start(world, memory, FLOWS[told_of[0]], replace(heard, slots={}), given=told_of[1])
    if flow is not None:
        heard = with_person(world, flow, heard)
        return _start(world, memory, flow, heard, given=meant(world, flow, heard))
    if heard.control in COMMANDS:
        control = COMMANDS[heard.control]
        return _aside(world, memory, heard.control, lambda: control(world, memory, {}))
    answer = ANSWERS.get(heard.intent)
    if answer is not None and heard.sure >= SURE_INTENT:
        return _aside(world, memory, heard.intent, lambda: answer(world, memory, heard))
    if heard.is_small_talk:
        return _aside(world, memory, "small_talk", lambda: COMMANDS["small_talk"](world, memory, {}))
    return _late_correction(world, memory, heard)


def _late_correction(world: World, memory: Memory, heard: Understanding) -> Reply | None:
    """「不对，是80万」, after it was saved: a change to the deal that was spoken of, or to the words of the note; None
    where it fits nothing."""
    if memory.dialogs or not world.focus:
        return None
    about = {kind: spoken_of(world, kind) for kind in ("customer", "opportunity")}
    deal = {kind: value for kind, value in about.items() if value is not None}
    late = _corrected(world, memory, OPPORTUNITY_UPDATE, deal, heard) if deal else None
    old = heard.correction.old if heard.correction else None
    if late is not None or not old or "follow_up" not in world.focus:
        return late
    with suppress(NotFound):
        note = note_values(world, world.focus["follow_up"])
        if any(old in note.get(name, "") for name in FOLLOW_UP_UPDATE.needs_any):
            return _corrected(world, memory, FOLLOW_UP_UPDATE, note, heard)
    return None


def _corrected(world: World, memory: Memory, flow: Flow, known: Values, heard: Understanding) -> Reply | None:
    """The card of a change to what is saved, where the message is one."""
    state = State(flow.kind, values=dict(known), asking=EDIT)
    if not amend.corrected(flow, state, heard, world):
        return None
    step = engine.advance(flow, state, heard, world)
    if step.state is None or not any(name in step.state.values for name in flow.needs_any):
        return None
    return _after(world, memory, flow, engine.press(flow, step.state, {"do": "resume"}, world), is_new=True)


def _start(
    world: World,
    memory: Memory,
    flow: Flow,
    heard: Understanding,
    *,
    given: Values | None = None,
    first: str | None = None,
) -> Reply:
    """Open a flow; a dialog that was open waits beneath it."""
    if flow.needs is not None:
        require(world.actor, world.crm, *flow.needs)
    if memory.dialogs and _is_about_nothing(*_current(world, memory)):
        memory.dialogs.pop()
    flow = extended(flow, world)
    step = engine.start(flow, heard, world, given=given, first=first)
    return _after(world, memory, flow, step, is_new=True)


def _is_about_nothing(flow: Flow, state: State) -> bool:
    """Is it a change to a record that nobody has found yet? Nothing is lost with it when the talk moves on."""
    asked = asked_field(flow, state)
    is_change = flow.needs is not None and flow.needs[1] == "edit"
    is_found = any(isinstance(value, dict) and "id" in value for value in state.values.values())
    return is_change and not is_found and asked is not None and isinstance(asked.type, Ref) and not state.open


def _after(world: World, memory: Memory, flow: Flow, step: Step, *, is_new: bool = False) -> Reply:
    """Keep the state a step led to, or save and close; then come back to what waited beneath."""
    if not is_new:
        memory.dialogs.pop()
    if step.save is not None:
        try:
            with world.tx.savepoint():
                saved = keep(world, flow, step.save, flow.save(world, step.save))
        except CrmError:
            if step.state is not None:
                memory.dialogs.append(step.state.to_json())  # nothing is lost: the card stays open
            raise
        _talk_about(memory, saved.about)
        if isinstance(world.known, DatabaseNames):
            world.known.forget(_new_names(step.save))
        return _with_open_question(world, memory, saved.reply)
    reply = step.replies[-1]
    if step.state is None:
        return _with_open_question(world, memory, reply)
    memory.dialogs.append(step.state.to_json())
    return reply


def _new_names(values: Values) -> list[str]:
    """The names that a save has given."""
    new = [value["new"] for value in values.values() if isinstance(value, dict) and "new" in value]
    return [*new, *(str(values[name]) for name in ("name", "contact") if isinstance(values.get(name), str))]


def _with_open_question(world: World, memory: Memory, reply: Reply) -> Reply:
    """An answer, followed by the question of the dialog that is still open."""
    with suppress(IndexError):
        flow, state = _current(world, memory)
        again = engine.ask_again(flow, state, world, after_aside=True)
        buttons = (*again.buttons, *(button for button in reply.buttons if button.is_open))
        return replace(reply, text=f"{reply.text}\n{again.text}", buttons=buttons)
    return reply


def _current(world: World, memory: Memory) -> tuple[Flow, State]:
    """The open dialog. Raises IndexError where there is none."""
    data: Mapping[str, object] = memory.dialogs[-1]
    flow = extended(FLOWS[str(data["flow"])], world)
    return flow, State.from_json(data, flow)


def _talk_about(memory: Memory, about: Mapping[str, int]) -> None:
    """What was just saved is what the talk is about: 「他的电话」, "that customer"; what was about another is not."""
    if memory.focus.get("customer") not in (None, about.get("customer")) and "customer" in about:
        for kind in ("contact", "opportunity", "service_request"):
            memory.focus.pop(kind, None)
    memory.focus.update(about)
