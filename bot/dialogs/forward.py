"""The way forward in a form: offer what can be offered, then ask for what is missing, or show the card."""

from collections.abc import Collection, Iterable

from bot.dialogs.draft import offer
from bot.dialogs.model import Field, Flow, Json, Parts, World
from bot.dialogs.render import card, card_lines, edit_menu, question, title
from bot.dialogs.reply import Reply
from bot.dialogs.sheet import sheet
from bot.dialogs.state import CONFIRM, EDIT, State, Step, applies
from bot.dialogs.types import Ref


def proceed(
    flow: Flow, state: State, world: World, lead: Iterable[str] = (), *, shown: Collection[str] | None = None
) -> Step:
    """Every answer, correction and press ends here. ``shown``: the fields of the card that is there already; where
    nobody new came onto it, what ``lead`` says of the change is enough."""
    lead = list(dict.fromkeys([*lead, *offer(flow, state, world)]))  # what does not fit is said once
    missing = _missing(flow, state, world)
    if missing is not None:
        return ask(flow, state, missing, world, [*lead, *_guessed_title(flow, state, world)])
    if flow.needs_any and not says_anything(flow, state, world):
        if not state.trail and any(name in state.said for name in flow.needs_any):
            return already_so(flow, state, world)
        return edit(flow, state, world, [*lead, *card_lines(flow, state, world)])
    state.asking = CONFIRM
    is_short = shown is not None and not any(
        isinstance(flow.field(name).type, Ref) and name not in shown for name in state.values
    )
    return Step(state, (card(flow, state, world, lead, is_short=is_short),))


def already_so(flow: Flow, state: State, world: World) -> Step:
    """The end of a change that changes nothing."""
    return Step(None, (Reply("\n".join([world.words.say("dialog.already_so"), *card_lines(flow, state, world)])),))


def _guessed_title(flow: Flow, state: State, world: World) -> list[str]:
    """Before the first question about something of somebody who was guessed: whose it is."""
    is_told = state.trail or flow.titled_by not in state.unsure or flow.titled_by not in state.values
    return [] if is_told else [world.words.say("dialog.unsure", value=title(flow, state, world))]


def says_anything(flow: Flow, state: State, world: World) -> bool:
    """Is there one of the values without which nothing would change, other than it is?"""
    before = flow.before(state.values, world) if flow.before else {}
    return any(name in state.values and not _is_so(state.values[name], before.get(name)) for name in flow.needs_any)


def _is_so(value: Json, before: Json) -> bool:
    """Is it the same value, whatever was assumed of its currency?"""
    if isinstance(value, dict) and isinstance(before, dict) and "is_assumed" in value:
        return {**value, "is_assumed": True} == {**before, "is_assumed": True}
    return bool(value == before)


def ask(flow: Flow, state: State, field: Field, world: World, lead: Iterable[str] = ()) -> Step:
    """Ask for one field."""
    state.asking = field.name
    if field.name not in state.trail:
        state.trail.append(field.name)
    asked = question(flow, state, field, world)
    return Step(state, (Reply("\n".join([*lead, asked.text]), asked.buttons),))


def edit(flow: Flow, state: State, world: World, lead: Iterable[str] = ()) -> Step:
    """Ask what should be changed."""
    state.asking = EDIT
    menu = edit_menu(flow, state, world)
    return Step(state, (Reply("\n".join([*lead, menu.text]), menu.buttons, sheet=sheet(flow, state, world)),))


def asked_field(flow: Flow, state: State) -> Field | None:
    """The field whose question is open, None where the card or the choice of a change is."""
    return flow.by_name.get(state.asking or "")


def is_unfinished(field: Field, state: State) -> bool:
    """Does a part of the field's value lack something?"""
    return (
        isinstance(field.type, Parts)
        and bool(state.values.get(field.name))
        and field.type.is_unfinished(state.values[field.name])
    )


def _missing(flow: Flow, state: State, world: World) -> Field | None:
    """The next field to ask for: first those whose value has raised a question, then those that have none."""
    for field in flow.fields if state.open else ():
        if field.name in state.open and applies(field, state):
            return field
    for field in flow.fields:
        if field.name in state.values:
            is_wanted = field.name in flow.in_parts and is_unfinished(field, state)
        elif field.name in state.skipped:
            is_wanted = False
        else:
            is_wanted = _is_asked(field, state, world)
        if is_wanted and applies(field, state):
            return field
    return None


def _is_asked(field: Field, state: State, world: World) -> bool:
    """Is a field that has no value asked for in this draft?"""
    if field.ask == "always" or (field.ask == "guided" and state.is_guided):
        return True
    if state.skipped and any(name in state.skipped for name in field.after_skip):
        return True
    if field.name in state.declined and isinstance(field.type, Parts):
        return True
    return field.wanted is not None and field.wanted(state.values, world)
