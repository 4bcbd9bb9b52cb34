"""The dialog engine: from a flow, a state and what was said to the next state and what to answer. It does no I/O.

Reading an answer and asking the next question are apart: every answer, correction or press ends in `forward.proceed`,
which looks for what is still missing and asks for it, or shows the card.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from bot.dialogs import amend, answers, elsewhere, labels, story
from bot.dialogs.controls import CONTROLS, ask_again, picked
from bot.dialogs.corrected import put_anew
from bot.dialogs.draft import attempt, fill, guess_anew, put
from bot.dialogs.forward import already_so, ask, asked_field, proceed, says_anything
from bot.dialogs.in_speech import begins_with_another
from bot.dialogs.model import Field, Flow, Parts, Question, Values, World
from bot.dialogs.render import card, field_words, label_of
from bot.dialogs.sheet import filled, read_typed
from bot.dialogs.show import shortened
from bot.dialogs.state import CONFIRM, EDIT, State, Step, applies
from bot.dialogs.types import LongText, Ref, Text
from bot.dialogs.values import Moment
from bot.errors import InvalidValue
from nlu.types import Understanding

__all__ = ["PRESSES", "advance", "answer", "ask_again", "fill_in", "press", "start"]

# What buttons of a card or a question do.
PRESSES = frozenset({"pick", "edit_field", *CONTROLS})
MAX_SHOWN = 60  # characters of a changed value that are repeated


def start(
    flow: Flow, heard: Understanding, world: World, *, given: Values | None = None, first: str | None = None
) -> Step:
    """Open the flow with all that the message gives.

    ``given``: values known from elsewhere, e.g. a button; ``first``: the field to ask for before all others.
    """
    state = State(flow.kind, version=flow.version)
    for name, value in (given or {}).items():
        put(flow, state, flow.field(name), value, world)
    whose = {name: slot for name, slot in heard.slots.items() if name == "customer"}
    lead = [
        *fill(flow, state, whose, world),  # in what currency prices are depends on who buys
        *answers.gather(flow, state, heard, world),
        *fill(flow, state, {name: slot for name, slot in heard.slots.items() if name not in whose}, world),
        *answers.fill_values(flow, state, None, heard, world),
    ]
    lead += story.keep_between(flow, state, heard, world)
    is_told = any(isinstance(flow.field(name).type, LongText) for name in given or ())
    state.is_guided = not (heard.slots or is_told or any(name in state.values for name in flow.known_by))
    if state.is_guided and len(heard.text) > world.crm.limits.max_name and isinstance(flow.fields[0].type, Text):
        lead.append(world.words.say("dialog.too_long", max=world.crm.limits.max_name))
    if first is not None:
        return ask(flow, state, flow.field(first), world, lead)
    return proceed(flow, state, world, lead)


def answer(flow: Flow, state: State, heard: Understanding, world: World) -> Step | None:
    """Take a message that is nothing but an answer or a word of control, whatever else it could mean; None for any
    other: see `advance`."""
    is_none = answers.had_none(flow, state, heard, world) is not None or answers.says_done(flow, state, heard, world)
    if heard.control is not None or is_none:
        step = advance(flow, state, heard, world)
        return step if step.is_mine else None
    if not answers.is_plain(flow, state, heard):
        return None
    state = state.copy()
    asked = flow.field(state.asking or "")
    problem = attempt(lambda: _read(flow, state, asked, heard, world), world)
    if problem:
        return ask(flow, state, asked, world, problem)
    is_read = asked.name in state.values or asked.name in state.open
    return proceed(flow, state, world) if is_read else None


def advance(flow: Flow, state: State, heard: Understanding, world: World) -> Step:
    """Take a message as an answer, a correction or a command; ``is_mine`` False where it is neither."""
    state = state.copy()
    if state.asking is None:  # the field that was asked for is one no longer
        proceed(flow, state, world)
    option = answers.option_said(flow, state, heard)
    if option is not None:
        return picked(flow, state, option[0], option[1], world)
    if answers.says_done(flow, state, heard, world):
        return CONTROLS["yes" if state.asking == CONFIRM else "skip"](flow, state, world)
    none = answers.had_none(flow, state, heard, world)
    if none is not None and none.name == state.asking:
        return CONTROLS["skip"](flow, state, world)
    if none is not None and state.asking == CONFIRM:
        return Step(state, (card(flow, state, world),))  # 「金额还没谈」: nothing to fill in
    if none is not None:
        state.skipped.append(none.name)
        return proceed(flow, state, world)
    if heard.control is not None and not answers.tells(flow, state, heard, world):
        handle = CONTROLS.get(heard.control)
        return handle(flow, state, world) if handle else Step(state, is_mine=False)
    if heard.is_small_talk:
        return Step(state, is_mine=False)
    try:
        return _take_in(flow, state, heard, world)
    except InvalidValue as error:  # a correction to what cannot be
        lead = [world.words.say(error.sentence, **error.params)]
        asked = asked_field(flow, state)
        is_in_parts = asked is not None and isinstance(asked.type, Parts)
        return ask(flow, state, asked, world, lead) if asked and is_in_parts else proceed(flow, state, world, lead)


def _take_in(flow: Flow, state: State, heard: Understanding, world: World) -> Step:
    if elsewhere.only_begins_as_correction(flow, heard):
        heard = replace(heard, correction=None)
    changes = amend.corrected(flow, state, heard, world)
    if changes:
        return _amended(flow, state, changes, world)
    asked = asked_field(flow, state)
    if amend.contrasts(heard) and (asked is None or isinstance(asked.type, Ref)):
        added = story.added_to_story(flow, state, replace(heard, intent="other"), world)
        if added:
            return proceed(flow, state, world, added)
    if asked is None:
        return _amend_card(flow, state, heard, world)
    return _answer(flow, state, asked, heard, world)


def press(flow: Flow, state: State, action: Values, world: World) -> Step:
    """Do what a button of the current card says."""
    state = state.copy()
    kind = action["do"]
    if kind == "pick":
        return picked(flow, state, flow.field(action["field"]), action["value"], world)
    if kind == "edit_field":
        return ask(flow, state, flow.field(action["field"]), world)
    return CONTROLS[kind](flow, state, world)


def fill_in(flow: Flow, state: State, typed: Mapping[str, str], world: World) -> Step:
    """Take the values of a sheet, by field; the whole card is shown again, with what did not fit."""
    state = state.copy()
    found = filled(flow, state, typed, world)
    state.asking = None
    return _amended(flow, state, found.changes, world, found.problems.values())


def add(flow: Flow, state: State, told: Mapping[str, str], world: World) -> Step:
    """Take facts that are known to be the card's, by field, as they were said."""
    state = state.copy()
    read = {name: read_typed(flow.field(name), said, state, world) for name, said in told.items()}
    return _amended(flow, state, {name: change for name, change in read.items() if change is not None}, world)


def tell_on(flow: Flow, state: State, heard: Understanding, world: World, facts: Iterable[str] = ()) -> Step | None:
    """The card of a story with a sentence more, and of what was heard in it the ``facts``; None for any other card."""
    state = state.copy()
    added = story.added_to_story(flow, state, replace(heard, intent="other"), world)
    if not added:
        return None
    told = {name: labels.change_of(flow.field(name), heard, world, state) for name in facts if name in heard.slots}
    return _amended(flow, state, {name: change for name, change in told.items() if change}, world, added)


def _answer(flow: Flow, state: State, asked: Field, heard: Understanding, world: World) -> Step:
    """Read an answer to the question that is open, with whatever else the message gives."""
    if elsewhere.is_no_answer(flow, state, asked, heard, world):
        return Step(state, is_mine=False)
    how = answers.only_a_choice(flow, state, asked, heard, world)
    if how is not None:
        put(flow, state, how[0], how[1], world, said=heard.text)
        return ask(flow, state, asked, world)
    if answers.is_only_a_value(asked, heard):
        found = amend.from_facts(flow, state, heard, world)
        if found:
            return _amended(flow, state, found, world)
        return ask(flow, state, asked, world, [field_words(world.words, flow.kind, asked.name, "again")])
    if isinstance(asked.type, Ref) and asked.name != "customer" and begins_with_another(state, heard, world):
        return Step(state, is_mine=False)
    told = answers.without_guesses(asked, heard)
    if heard.intent in flow.starts_on and elsewhere.is_about_another(flow, state, told):
        return Step(state, is_mine=False)
    heard = answers.in_context(flow, asked, heard, world)
    others = answers.others(flow, asked, heard)
    before = (dict(state.values), dict(state.open))
    own = answers.own_words(flow, asked, heard, others, world)
    lead = attempt(lambda: _read(flow, state, asked, own, world), world) if own is not None else []
    lead += fill(flow, state, others, world, only_new=True)
    if not asked.is_whole:
        lead += answers.fill_values(flow, state, asked, heard, world)
        lead += answers.gather(flow, state, heard, world)
    if before == (state.values, state.open) and not lead:
        lead += story.keep_story(flow, state, asked, heard, world)
    is_read = before != (state.values, state.open) or (lead and not isinstance(asked.type, Ref))
    if not is_read and elsewhere.is_sentence(asked, heard):
        return Step(state, is_mine=False)
    is_named = asked.name in state.values or asked.name in state.open
    if elsewhere.is_likely_else(flow, heard) and (
        not is_read or (not is_named and heard.intent.startswith(("create", "log")))
    ):
        return Step(state, is_mine=False)
    if before != (state.values, state.open):
        is_one_part = (
            isinstance(asked.type, Parts)
            and asked.type.goes_on
            and "\n" not in heard.text.strip()
            and asked.name not in state.open
        )
        return ask(flow, state, asked, world, lead) if is_one_part else proceed(flow, state, world, lead)
    if elsewhere.says_none(asked, heard) and not lead:
        return Step(state, is_mine=False)
    return ask(flow, state, asked, world, lead or [field_words(world.words, flow.kind, asked.name, "again")])


def _read(flow: Flow, state: State, asked: Field, heard: Understanding, world: World) -> None:
    is_verbatim = isinstance(asked.type, LongText) and asked.type.is_verbatim
    slot = None if is_verbatim else heard.slots.get(asked.slot or asked.name)
    value = asked.type.take(slot, world, state.values) if slot else asked.type.read(heard, world, state.values)
    if isinstance(asked.type, Moment) and isinstance(value, dict) and asked.name in state.open:
        day = Question.from_json(state.open[asked.name]).options[0].value  # 「上午」, to 「周六是休息日，就这天吗？」
        value = asked.type.moved(day, value) if value.get("is_hour") else value
    if value is not None:
        state.open.pop(asked.name, None)
        put(flow, state, asked, value, world, said=str(slot.value) if slot else heard.text)


def _amend_card(flow: Flow, state: State, heard: Understanding, world: World) -> Step:
    """A message while the card is shown: facts it gives go to their fields; anything else is somebody else's."""
    chosen = labels.field_called(flow, heard.text, world)
    if chosen is not None and not any(answers.is_all_of_it(field, heard) for field in flow.fields):
        return ask(flow, state, chosen, world)
    is_reminder = elsewhere.asks_to_be_reminded(heard) and heard.intent not in flow.starts_on
    if not heard.names and "customer" not in heard.slots and not is_reminder:
        found = amend.gathered(flow, state, heard, world)
        if found:
            return _amended(flow, state, found, world)
    if elsewhere.is_no_change(flow, state, heard, world):
        return Step(state, is_mine=False)
    changes = story.going_on(flow, state, heard, amend.from_facts(flow, state, heard, world), world)
    if changes:
        return _amended(flow, state, changes, world)
    added = story.added_to_story(flow, state, heard, world)
    return proceed(flow, state, world, added) if added else Step(state, is_mine=False)


def _amended(flow: Flow, state: State, changes: labels.Changes, world: World, lead: Iterable[str] = ()) -> Step:
    """Apply corrections and say what changed; what was still a question about a field is then settled."""
    lead = [*lead]
    changed: list[str] = []
    before = {*state.values}
    for name, value in changes.items():
        problems = attempt(lambda name=name, value=value: put_anew(flow, state, name, value, world), world)  # type: ignore[misc]
        lead += problems
        if not problems and name in state.values:
            changed.append(name)
    words = world.words
    parts = [_changed(flow, state, name, world) for name in changed if applies(flow.field(name), state)]
    if parts:
        lead.append(words.say("dialog.changed", parts=words.say("common.list_separator").join(parts)))
    asked = asked_field(flow, state)
    if asked is not None and asked.name in changed and isinstance(asked.type, Parts):
        return ask(flow, state, asked, world, lead)
    if changed and state.asking == EDIT and flow.needs_any and not says_anything(flow, state, world):
        return already_so(flow, state, world)
    is_wide = any(_is_wide(flow, name) for name in changed)
    if any(isinstance(flow.field(name).type, LongText) for name in changed):
        is_wide |= guess_anew(flow, state, world)
    is_amended = bool(parts) and state.asking in (CONFIRM, EDIT) and not is_wide
    return proceed(flow, state, world, lead, shown={*before, *changed} if is_amended else None)


def _is_wide(flow: Flow, name: str) -> bool:
    """Does a change of this field change more than one line of the card?"""
    return isinstance(flow.field(name).type, Parts) or any(f.is_derived and name in f.within for f in flow.fields)


def _changed(flow: Flow, state: State, name: str, world: World) -> str:
    field = flow.field(name)
    label = label_of(world.words, flow.kind, name)
    if isinstance(field.type, Parts):
        return label
    shown = field.type.show(state.values[name], world)
    return world.words.say("dialog.changed_part", label=label, value=shortened(shown, MAX_SHOWN))
