"""The words and buttons that steer a dialog: yes, no, skip, back, cancel, edit, help. No flow writes them."""

from collections.abc import Callable
from dataclasses import replace

from bot.dialogs.draft import attempt, choose, drop
from bot.dialogs.forward import already_so, ask, asked_field, edit, proceed, says_anything
from bot.dialogs.model import Field, Flow, Json, Question, World
from bot.dialogs.render import card, field_words, label_of, question, resumed
from bot.dialogs.reply import Reply
from bot.dialogs.state import CONFIRM, EDIT, State, Step
from bot.dialogs.types import Ref


def picked(flow: Flow, state: State, field: Field, value: Json, world: World) -> Step:
    """One of the offered answers was chosen."""
    lead = attempt(lambda: choose(flow, state, field, value, world), world)
    return proceed(flow, state, world, lead)


def ask_again(flow: Flow, state: State, world: World, *, after_aside: bool = False) -> Reply:
    """The open question once more; after something else was answered, with a word on what it belongs to."""
    field = asked_field(flow, state)
    if after_aside:
        return resumed(flow, state, field, world)
    return question(flow, state, field, world) if field else card(flow, state, world)


def _confirm(flow: Flow, state: State, world: World) -> Step:
    if state.asking == CONFIRM:
        return Step(state, save=dict(state.values))
    if state.asking == EDIT and flow.needs_any and not says_anything(flow, state, world):
        return already_so(flow, state, world)  # there is nothing to save
    field = asked_field(flow, state)
    if field is not None and field.name in state.open:
        asked = Question.from_json(state.open[field.name])
        if asked.is_yes_no:
            return picked(flow, state, field, asked.options[0].value, world)
    only = _only_offer(state, field, world) if field is not None else None
    if field is not None and only is not None:
        return picked(flow, state, field, only, world)
    return proceed(flow, state, world)


def _only_offer(state: State, field: Field, world: World) -> Json | None:
    """The one record that is offered below the question: yes means that one, which the card then shows."""
    if not isinstance(field.type, Ref) or not field.required or field.name in state.values | state.open:
        return None
    offered = field.type.options(world, state.values)
    return offered[0].value if len(offered) == 1 else None


def _save(flow: Flow, state: State, world: World) -> Step:
    """Save the card; before it is there, say what is missing."""
    field = asked_field(flow, state)
    if field is None or field.name in state.open:
        return _confirm(flow, state, world)
    if not field.required or field.name in state.values:
        return _skip(flow, state, world)
    only = _only_offer(state, field, world)
    if only is not None:
        return picked(flow, state, field, only, world)
    label = label_of(world.words, flow.kind, field.name)
    return proceed(flow, state, world, [world.words.say("dialog.still_missing", label=label)])


def _deny(flow: Flow, state: State, world: World) -> Step:
    if state.asking in (CONFIRM, EDIT):
        return edit(flow, state, world)
    field = asked_field(flow, state)
    if field is not None and field.name in state.open:
        asked = Question.from_json(state.open[field.name])
        return picked(flow, state, field, asked.options[-1].value if asked.is_yes_no else None, world)
    return _skip(flow, state, world)


def _skip(flow: Flow, state: State, world: World) -> Step:
    field = asked_field(flow, state)
    if state.asking == CONFIRM:
        return Step(state, (replace(card(flow, state, world), text=world.words.say("dialog.set_aside")),))
    if field is None:
        return proceed(flow, state, world)
    if field.required and field.name not in state.values:
        return proceed(flow, state, world, [world.words.say("dialog.cannot_skip")])
    state.open.pop(field.name, None)
    state.skipped.append(field.name)
    return proceed(flow, state, world)


def _back(flow: Flow, state: State, world: World) -> Step:
    """To the question before, which is asked anew; from the card of a message to the choice of what to change."""
    if state.asking in state.trail:
        state.trail = state.trail[: state.trail.index(state.asking)]
    if not state.trail:
        if state.asking == CONFIRM:
            return edit(flow, state, world)
        return proceed(flow, state, world, [world.words.say("dialog.is_first")])
    name = state.trail.pop()
    drop(state, name)
    return ask(flow, state, flow.field(name), world)


def _cancel(flow: Flow, state: State, world: World) -> Step:
    return Step(None, (Reply(world.words.say("dialog.cancelled")),))


def _help(flow: Flow, state: State, world: World) -> Step:
    field = asked_field(flow, state)
    key = "dialog.help_card" if state.asking in (CONFIRM, EDIT) else "dialog.help"
    text = field_words(world.words, flow.kind, field.name, "help") if field else world.words.say(key)
    again = ask_again(flow, state, world)
    return Step(state, (Reply(f"{text}\n{again.text}", again.buttons),))


def _resume(flow: Flow, state: State, world: World) -> Step:
    return Step(state, (ask_again(flow, state, world),))


CONTROLS: dict[str, Callable[[Flow, State, World], Step]] = {
    "yes": _confirm,
    "save": _save,
    "no": _deny,
    "skip": _skip,
    "back": _back,
    "cancel": _cancel,
    "edit": edit,
    "help": _help,
    "resume": _resume,
}
