"""What the engine shows: a question with its likely answers, the card, the menu of what to change."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from bot.dialogs.model import Field, Flow, Guess, Line, Option, Parts, Question, World
from bot.dialogs.reply import Press, Reply
from bot.dialogs.show import shortened
from bot.dialogs.state import CONFIRM, EDIT, State, applies
from bot.dialogs.types import Along
from config.catalog import Catalog

_NOTHING: Mapping[str, object] = {}
MAX_TITLE = 40
MAX_OPTIONS = 8  # more do not fit a phone; who wants another types it


def field_words(words: Catalog, kind: str, field: str, what: str, params: Mapping[str, object] = _NOTHING) -> str:
    """Words of a field: the flow's own, else those that the field has in every flow, else the general ones."""
    key = _key(words, kind, field, what)
    if key is not None:
        return words.fill(key, params)
    if what == "label":
        return field
    return words.say(f"dialog.{what}", label=label_of(words, kind, field))


@lru_cache(maxsize=4000)
def _key(words: Catalog, kind: str, field: str, what: str) -> str | None:
    """Where the words of a field stand that are not the general ones."""
    keys = (f"{kind}.{field}.{what}", f"field.{field}.{what}")
    return next((key for key in keys if words.has(key)), None)


@lru_cache(maxsize=2000)
def label_of(words: Catalog, kind: str, field: str) -> str:
    """What a field is called."""
    return field_words(words, kind, field, "label")


def question(flow: Flow, state: State, field: Field, world: World) -> Reply:
    """The question for a field, or the one that its value has raised."""
    words = world.words
    raised = state.open.get(field.name)
    if raised is not None:
        asked = Question.from_json(raised)
        return Reply(asked.text, (*_picks(field, asked.options), _cancel(words)))
    value = state.values.get(field.name)
    if isinstance(field.type, Parts) and value:
        done = Press(words.say("dialog.done"), {"do": "skip"}, "primary")
        more = (_cancel(words),) if field.type.is_unfinished(value) else (done, _cancel(words))
        return Reply(f"{field.type.show(value, world)}\n{field.type.ask_more(value, words)}", more)
    text = field_words(words, flow.kind, field.name, "ask", _Shown(flow, state, world))
    options = field.type.options(world, state.values)[:MAX_OPTIONS] or _guessed(field, state, world)
    buttons = _picks(field, options)
    if not field.required:
        buttons = (*buttons, Press(words.say("dialog.skip"), {"do": "skip"}))
    return Reply(text, (*buttons, _cancel(words)))


def _guessed(field: Field, state: State, world: World) -> tuple[Option, ...]:
    """What would have been guessed of a message, as a button."""
    guess = field.propose(state.values, world) if field.propose is not None and field.ask == "guided" else None
    return (Option(field.type.show(guess.value, world), guess.value),) if isinstance(guess, Guess) else ()


def card(flow: Flow, state: State, world: World, lead: Iterable[str] = (), *, is_short: bool = False) -> Reply:
    """All that will be saved, one line a record or fact; ``is_short`` says only what has changed."""
    words = world.words
    lines = [*lead] if is_short else [*lead, words.say(f"{flow.kind}.confirm"), *card_lines(flow, state, world)]
    buttons = (
        Press(words.say("dialog.save"), {"do": "save"}, "primary"),
        Press(words.say("dialog.edit"), {"do": "edit"}),
        _cancel(words),
    )
    return Reply("\n".join(lines), buttons)


def card_lines(flow: Flow, state: State, world: World) -> list[str]:
    """The lines of the card that have something to show."""
    texts = shown(flow, state, world)
    before = flow.before(state.values, world) if flow.before else {}
    for name, old in before.items():
        if not texts.get(name) or old is None or isinstance(flow.field(name).type, Parts):
            continue  # of a table that stands beside another, neither is read
        shown_old = flow.field(name).type.show(old, world)
        if shown_old and shown_old != flow.field(name).type.show(state.values[name], world):
            texts[name] = world.words.say("dialog.was", new=texts[name], old=shown_old)
    return [text for line in flow.card if (text := _line(line, texts, world))]


def shown(flow: Flow, state: State, world: World) -> dict[str, str]:
    """Every field of the flow as people read it, "" where it has no value; guesses carry the sign for it."""
    return {field.name: _show(field, state, world) for field in flow.fields}


def _show(field: Field, state: State, world: World) -> str:
    value = state.values.get(field.name)
    if value is None or not applies(field, state):
        return ""
    text = field.type.show(value, world)
    return world.words.say("dialog.unsure", value=text) if text and field.name in state.unsure else text


class _Shown(dict[str, str]):
    """`shown`, each field when it is asked for: a question names one or two."""

    def __init__(self, flow: Flow, state: State, world: World) -> None:
        super().__init__()
        self._flow, self._state, self._world = flow, state, world

    def __missing__(self, name: str) -> str:
        return _show(self._flow.field(name), self._state, self._world)


def edit_menu(flow: Flow, state: State, world: World) -> Reply:
    """Which of the values should change? A press, or the words of the change themselves."""
    words = world.words
    buttons = tuple(
        Press(_button_label(words, flow.kind, field.name), {"do": "edit_field", "field": field.name})
        for field in flow.fields
        if may_change(flow, field, state)
    )
    own = f"{flow.kind}.edit_which"
    return Reply(words.say(own if words.has(own) else "dialog.edit_which"), (*buttons[:MAX_OPTIONS], _cancel(words)))


def resumed(flow: Flow, state: State, field: Field | None, world: World) -> Reply:
    """The open question after an aside, in brackets, saying what it belongs to."""
    words = world.words
    what = title(flow, state, world)
    if field is None or state.asking in (CONFIRM, EDIT):
        current = card(flow, state, world)
        return Reply(words.say("dialog.resume_card", what=what), current.buttons)
    asked = question(flow, state, field, world)
    label = label_of(words, flow.kind, field.name)
    is_raised = field.name in state.open
    key = "dialog.resume_raised" if is_raised else "dialog.resume" if field.required else "dialog.resume_optional"
    return Reply(words.say(key, what=what, label=label, question=asked.text), asked.buttons)


def may_change(flow: Flow, field: Field, state: State) -> bool:
    if isinstance(field.type, Along):
        return False
    is_asked = field.name in state.values or field.name in flow.needs_any or field.ask != "never"
    return is_asked and not field.is_derived and applies(field, state)


def title(flow: Flow, state: State, world: World) -> str:
    """What a draft that waits is called, by the plain name of what it is about."""
    whose = next((name for name in reversed(flow.gathers) if name in state.values), flow.titled_by)
    value = state.values.get(whose)
    if value is None:
        return world.words.say(f"{flow.kind}.title_bare")
    name = value.get("name") or value.get("new") if isinstance(value, dict) else value
    return world.words.say(f"{flow.kind}.title", **{flow.titled_by: shortened(str(name), MAX_TITLE)})


def _button_label(words: Catalog, kind: str, field: str) -> str:
    label = label_of(words, kind, field)
    return f"{label[:1].upper()}{label[1:]}"


def _picks(field: Field, options: Iterable[Option]) -> tuple[Press, ...]:
    return tuple(Press(item.label, {"do": "pick", "field": field.name, "value": item.value}) for item in options)


def _cancel(words: Catalog) -> Press:
    return Press(words.say("dialog.cancel"), {"do": "cancel"})


def _line(line: Line, texts: dict[str, str], world: World) -> str:
    values = world.words.line(texts[name] for name in line.fields)
    return world.words.say(line.key, values=values, label=line.fields[0]) if values else ""
