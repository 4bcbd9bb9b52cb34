"""The whole card on one sheet: where a platform has forms, all its values can be changed at once."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.dialogs import amend, labels
from bot.dialogs.draft import drop
from bot.dialogs.model import Field, Flow, Json, World
from bot.dialogs.render import label_of, may_change
from bot.dialogs.reply import Entry, Sheet
from bot.dialogs.state import State
from bot.dialogs.types import Choice, LongText
from bot.errors import InvalidValue


@dataclass(frozen=True, slots=True)
class Filled:
    """What a sheet that was sent off says, by field: new values, and a sentence about each that did not fit."""

    changes: labels.Changes
    problems: dict[str, str]


def sheet(flow: Flow, state: State, world: World) -> Sheet:
    """Every value that may be changed, as a person would type it; choices as lists."""
    words = world.words
    fields = [field for field in flow.fields if may_change(flow, field, state)]
    return Sheet(
        flow=flow.kind,
        title=words.say("dialog.sheet"),
        submit=words.say("dialog.sheet_done"),
        cancel=words.say("dialog.cancel"),
        entries=tuple(_entry(flow, field, state, world) for field in fields),
    )


def filled(flow: Flow, state: State, answers: Mapping[str, str], world: World) -> Filled:
    """Read what was filled in. Only what differs from what was shown is a change; an emptied optional field is cleared
    in ``state``."""
    changes: labels.Changes = {}
    problems: dict[str, str] = {}
    for entry in sheet(flow, state, world).entries:
        typed = answers.get(entry.name, entry.value).strip()
        if typed == entry.value:
            continue
        field = flow.field(entry.name)
        if not typed and not field.required:
            drop(state, field.name)
            state.skipped.append(field.name)
            continue
        try:
            change = read_typed(field, typed, state, world) if typed else None
        except InvalidValue as error:
            problems[field.name] = world.words.say(error.sentence, **error.params)
            continue
        if change is None:
            problems[field.name] = world.words.say("dialog.sheet_again", label=entry.label, said=typed)
        else:
            changes[field.name] = change
    return Filled(changes, problems)


def _entry(flow: Flow, field: Field, state: State, world: World) -> Entry:
    value = state.values.get(field.name)
    options = field.type.options(world, state.values) if isinstance(field.type, Choice) else ()
    return Entry(
        name=field.name,
        label=label_of(world.words, flow.kind, field.name),
        value="" if value is None else _typed(field, value, world),
        options=tuple(option.label for option in options),
        is_long=isinstance(field.type, LongText),
        is_required=field.required,
    )


def _typed(field: Field, value: Json, world: World) -> str:
    """A value as it would be typed: of a record its name alone."""
    if isinstance(value, dict) and ("name" in value or "new" in value):
        return str(value.get("name") or value.get("new"))
    return field.type.show(value, world).strip()


def read_typed(field: Field, typed: str, state: State, world: World) -> labels.Change | None:
    """What was typed as the value of a field; None where it is none. Raises InvalidValue."""
    if isinstance(field.type, Choice):
        option = amend.matching_option(field.type.options(world, state.values), typed)
        return labels.Change(option.value, typed) if option else None
    if isinstance(field.type, LongText):
        return labels.Change(typed, typed)
    return labels.change_of(field, world.understand(typed), world, state)
