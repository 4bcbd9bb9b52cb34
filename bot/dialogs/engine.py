"""The dialog engine: from a flow, a state and what was said to the next state and what to answer. It does no I/O.

Reading an answer and asking the next question are apart: every answer, correction or press ends in `_proceed`, which
looks for what is still missing and asks for it, or shows the card.
"""

from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy

from bot.dialogs import amend
from bot.dialogs.model import CONFIRM, EDIT, Field, Flow, Json, Question, Reply, State, Step, Values, World
from bot.dialogs.render import card, edit_menu, field_words, question, resumed
from bot.dialogs.types import LongText, Ref, Text
from bot.errors import InvalidValue
from nlu.types import Slot, Understanding

# A text that means something else with at least this certainty is no answer to the open question.
SURE_DIGRESSION = 0.8
# Below this a value read from running text is marked on the card as a guess.
SURE_VALUE = 0.75


def start(flow: Flow, heard: Understanding, world: World, *, given: Values | None = None) -> Step:
    """Open the flow with all that the message gives; ``given`` are values known from elsewhere, e.g. a button."""
    state = State(flow.kind, version=flow.version, verbatim=heard.text)
    for name, value in (given or {}).items():
        _put(flow, state, flow.field(name), value, world)
    lead = _fill(flow, state, heard.slots, world)
    state.is_guided = not state.values and not state.open
    return _proceed(flow, state, world, lead)


def advance(flow: Flow, state: State, heard: Understanding, world: World) -> Step:
    """Take a message as an answer, a correction or a command; ``is_mine`` False where it is neither."""
    state = deepcopy(state)
    if heard.control is not None:
        handle = _CONTROLS.get(heard.control)
        return handle(flow, state, world) if handle else Step(state, is_mine=False)
    if heard.is_small_talk:
        return Step(state, is_mine=False)
    if state.asking == EDIT:
        chosen = next(
            (f for f in flow.fields if heard.text.strip() == field_words(world.words, flow.kind, f.name, "label")), None
        )
        if chosen is not None:
            return _ask(flow, state, chosen, world)
    if heard.correction is not None:
        changes = amend.corrected(flow, state, heard, world)
        if changes:
            return _amended(flow, state, changes, world)
    asked = next((item for item in flow.fields if item.name == state.asking), None)
    if asked is None:
        return _amend_card(flow, state, heard, world)
    return _answer(flow, state, asked, heard, world)


def press(flow: Flow, state: State, action: Values, world: World) -> Step:
    """Do what a button of the current card says."""
    state = deepcopy(state)
    kind = action["do"]
    if kind == "pick":
        return _picked(flow, state, flow.field(action["field"]), action["value"], world)
    if kind == "edit_field":
        return _ask(flow, state, flow.field(action["field"]), world)
    return _CONTROLS[kind](flow, state, world)


def ask_again(flow: Flow, state: State, world: World, *, after_aside: bool = False) -> Reply:
    """The open question once more; after something else was answered, with a word on what it belongs to."""
    field = next((item for item in flow.fields if item.name == state.asking), None)
    if after_aside:
        return resumed(flow, state, field, world)
    return question(flow, state, field, world) if field else card(flow, state, world)


# ── answers ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _answer(flow: Flow, state: State, asked: Field, heard: Understanding, world: World) -> Step:
    """Read an answer to the question that is open, with whatever else the message gives."""
    if _means_something_else(flow, asked, heard):
        return Step(state, is_mine=False)
    others = {name: slot for name, slot in heard.slots.items() if name != (asked.slot or asked.name)}
    lead: list[str] = []
    before = set(state.values)
    if _may_answer(asked, heard, others):
        lead += _try(lambda: _read(flow, state, asked, heard, world), world)
    is_read = asked.name in state.values or asked.name in state.open
    lead += _fill(flow, state, others, world, only_new=True)
    if not is_read and set(state.values) == before and not lead:
        lead.append(field_words(world.words, flow.kind, asked.name, "again"))
    return _proceed(flow, state, world, lead)


def _read(flow: Flow, state: State, asked: Field, heard: Understanding, world: World) -> None:
    if asked.name in state.open:
        options = Question.from_json(state.open[asked.name]).options
        chosen = amend.matching_option(options, heard.text)
        if chosen is not None:
            _picked_value(flow, state, asked, chosen.value, world)
            return
    slot = heard.slots.get(asked.slot or asked.name)
    if slot is not None:
        value = asked.type.take(slot, world, state.values)
    else:
        value = asked.type.read(heard, world, state.values)
    if value is not None:
        state.open.pop(asked.name, None)
        _put(flow, state, asked, value, world, said=heard.text)


def _may_answer(asked: Field, heard: Understanding, others: dict[str, Slot]) -> bool:
    """Free text takes everything, but a message that is nothing but other facts (a phone number) is no name."""
    if not isinstance(asked.type, Text | Ref) or not others:
        return True
    if (asked.slot or asked.name) in heard.slots:
        return True
    rest = heard.text
    for slot in sorted(others.values(), key=lambda found: -found.start):
        rest = rest[: slot.start] + rest[slot.end :]
    return sum(character.isalnum() for character in rest) > 3


def _means_something_else(flow: Flow, asked: Field, heard: Understanding) -> bool:
    if heard.intent in ("other", *flow.starts_on) or heard.sure < SURE_DIGRESSION:
        return False
    own = heard.slots.get(asked.slot or asked.name)
    if own is not None and own.end - own.start >= len(heard.text.strip()):
        return False
    return not (isinstance(asked.type, LongText) and heard.intent.startswith(("update", "log", "create")))


def _amend_card(flow: Flow, state: State, heard: Understanding, world: World) -> Step:
    """A message while the card is shown: facts it gives go to their fields; anything else is somebody else's."""
    if heard.intent not in ("other", *flow.starts_on) and heard.sure >= SURE_DIGRESSION:
        return Step(state, is_mine=False)
    if heard.intent in flow.starts_on and amend.is_about_another(flow, state, heard):
        return Step(state, is_mine=False)
    changes = amend.from_facts(flow, state, heard, world)
    return _amended(flow, state, changes, world) if changes else Step(state, is_mine=False)


def _amended(flow: Flow, state: State, changes: amend.Changes, world: World) -> Step:
    """Apply corrections and say what changed."""
    changed: list[str] = []
    lead: list[str] = []
    for name, value in changes.items():
        field = flow.field(name)
        problems = _try(lambda field=field, value=value: _put(flow, state, field, value, world), world)  # type: ignore[misc]
        lead += problems
        if not problems and name in state.values:
            changed.append(name)
            if name in state.unsure:
                state.unsure.remove(name)
    if changed:
        parts = [
            world.words.say(
                "dialog.changed_part",
                label=field_words(world.words, flow.kind, name, "label"),
                value=flow.field(name).type.show(state.values[name], world),
            )
            for name in changed
        ]
        lead.append(world.words.say("dialog.changed", parts=world.words.say("common.list_separator").join(parts)))
    return _proceed(flow, state, world, lead, is_amended=bool(changed))


# ── presses and words of control ─────────────────────────────────────────────────────────────────────────────────────


def _picked(flow: Flow, state: State, field: Field, value: Json, world: World) -> Step:
    lead = _try(lambda: _picked_value(flow, state, field, value, world), world)
    return _proceed(flow, state, world, lead)


def _picked_value(flow: Flow, state: State, field: Field, value: Json, world: World) -> None:
    """An option was chosen: it is sure, and needs no further question; None asks the field anew."""
    state.open.pop(field.name, None)
    if value is None:
        state.values.pop(field.name, None)
        state.said.pop(field.name, None)
        return
    _put(flow, state, field, value, world, is_checked=True)


def _confirm(flow: Flow, state: State, world: World) -> Step:
    if state.asking == CONFIRM:
        return Step(state, save=dict(state.values))
    field = next((item for item in flow.fields if item.name == state.asking), None)
    options = Question.from_json(state.open[field.name]).options if field and field.name in state.open else ()
    if field is not None and options and options[0].value is not None:
        return _picked(flow, state, field, options[0].value, world)  # yes to "did you mean" and to "really?"
    return _proceed(flow, state, world, [])


def _deny(flow: Flow, state: State, world: World) -> Step:
    if state.asking in (CONFIRM, EDIT):
        return _edit(flow, state, world)
    field = flow.field(state.asking) if state.asking else None
    if field is not None and field.name in state.open:
        options = Question.from_json(state.open[field.name]).options
        return _picked(flow, state, field, options[-1].value if len(options) > 1 else None, world)
    return _skip(flow, state, world)


def _skip(flow: Flow, state: State, world: World) -> Step:
    field = next((item for item in flow.fields if item.name == state.asking), None)
    if field is None:
        return _proceed(flow, state, world, [])
    if field.required and field.name not in state.values:
        return _proceed(flow, state, world, [world.words.say("dialog.cannot_skip")])
    state.open.pop(field.name, None)
    state.skipped.append(field.name)
    return _proceed(flow, state, world, [])


def _back(flow: Flow, state: State, world: World) -> Step:
    if state.asking in state.trail:
        state.trail = state.trail[: state.trail.index(state.asking)]
    if not state.trail:
        if state.asking == CONFIRM:
            return _edit(flow, state, world)
        return _proceed(flow, state, world, [world.words.say("dialog.is_first")])
    name = state.trail.pop()
    for gone in (state.values, state.open, state.said):
        gone.pop(name, None)
    state.skipped = [item for item in state.skipped if item != name]
    return _ask(flow, state, flow.field(name), world)


def _cancel(flow: Flow, state: State, world: World) -> Step:
    return Step(None, (Reply(world.words.say("dialog.cancelled")),))


def _edit(flow: Flow, state: State, world: World) -> Step:
    state.asking = EDIT
    return Step(state, (edit_menu(flow, state, world),))


def _help(flow: Flow, state: State, world: World) -> Step:
    words = world.words
    is_field = state.asking not in (None, CONFIRM, EDIT)
    text = field_words(words, flow.kind, str(state.asking), "help") if is_field else words.say("dialog.help")
    again = ask_again(flow, state, world)
    return Step(state, (Reply(f"{text}\n{again.text}", again.buttons),))


def _resume(flow: Flow, state: State, world: World) -> Step:
    return Step(state, (ask_again(flow, state, world),))


_CONTROLS: dict[str, Callable[[Flow, State, World], Step]] = {
    "yes": _confirm,
    "save": _confirm,
    "no": _deny,
    "skip": _skip,
    "back": _back,
    "cancel": _cancel,
    "edit": _edit,
    "help": _help,
    "resume": _resume,
}


# ── the way forward ──────────────────────────────────────────────────────────────────────────────────────────────────


def _proceed(flow: Flow, state: State, world: World, lead: Iterable[str], *, is_amended: bool = False) -> Step:
    """Offer what can be offered, then ask for what is missing, or show the card."""
    lead = [*lead, *_propose(flow, state, world)]
    missing = _missing(flow, state)
    if missing is not None:
        return _ask(flow, state, missing, world, lead)
    if flow.needs_any and not any(name in state.values for name in flow.needs_any):
        return _edit(flow, state, world)
    state.asking = CONFIRM
    return Step(state, (card(flow, state, world, lead, is_short=is_amended),))


def _missing(flow: Flow, state: State) -> Field | None:
    for field in flow.fields:
        if field.applies is not None and not field.applies(state.values):
            continue
        if field.name in state.open:
            return field
        if field.name in state.values or field.name in state.skipped:
            continue
        if field.ask == "always" or (field.ask == "guided" and state.is_guided):
            return field
    return None


def _propose(flow: Flow, state: State, world: World) -> list[str]:
    lead: list[str] = []
    for field in flow.fields:
        is_settled = field.name in state.values or field.name in state.open or field.name in state.skipped
        if field.propose is None or is_settled or (field.applies and not field.applies(state.values)):
            continue
        offered = field.propose(state.values, world)
        if offered is not None:
            lead += _try(lambda field=field, offered=offered: _put(flow, state, field, offered, world), world)  # type: ignore[misc]
    return lead


def _ask(flow: Flow, state: State, field: Field, world: World, lead: Iterable[str] = ()) -> Step:
    state.asking = field.name
    if field.name not in state.trail:
        state.trail.append(field.name)
    asked = question(flow, state, field, world)
    return Step(state, (Reply("\n".join([*lead, asked.text]), asked.buttons),))


def _fill(flow: Flow, state: State, slots: Mapping[str, Slot], world: World, *, only_new: bool = False) -> list[str]:
    """Put the slots into their fields, in the order of the form; gives the sentences about those that did not fit."""
    lead: list[str] = []
    for field in flow.fields:
        slot = slots.get(field.slot or field.name)
        if slot is None or (only_new and field.name in state.values):
            continue

        def take(field: Field = field, slot: Slot = slot) -> None:
            value = field.type.take(slot, world, state.values)
            if value is not None:
                _put(flow, state, field, value, world, said=str(slot.value))
                if slot.sure < SURE_VALUE:
                    state.unsure.append(field.name)

        lead += _try(take, world)
    return lead


def _put(
    flow: Flow,
    state: State,
    field: Field,
    value: "Json | Question",
    world: World,
    *,
    said: str | None = None,
    is_checked: bool = False,
) -> None:
    """Set a field, or open the question its value raises; what was found within the old value is looked up anew."""
    if not isinstance(value, Question) and field.check is not None and not is_checked:
        value = field.check(value, world, state.values) or value
    if said is not None:
        state.said[field.name] = said
    if isinstance(value, Question):
        state.open[field.name] = value.to_json()
        state.values.pop(field.name, None)
        return
    has_changed = field.name in state.values and state.values[field.name] != value
    state.values[field.name] = value
    state.open.pop(field.name, None)
    if has_changed:
        for other in flow.fields:
            if other.within == field.name:
                _look_up_anew(flow, state, other, world)


def _look_up_anew(flow: Flow, state: State, field: Field, world: World) -> None:
    said = state.said.get(field.name)
    state.values.pop(field.name, None)
    state.open.pop(field.name, None)
    if said and isinstance(field.type, Ref):
        value = field.type.settle(said, world, state.values)
        if value is not None:
            _put(flow, state, field, value, world)


def _try(act: Callable[[], None], world: World) -> list[str]:
    """Act; what did not fit comes back as a sentence."""
    try:
        act()
    except InvalidValue as error:
        return [world.words.say(error.sentence, **error.params)]
    return []
