"""What the engine shows: a question with its likely answers, the card, the menu of what to change."""

from collections.abc import Iterable

from bot.dialogs.model import CONFIRM, EDIT, Field, Flow, Line, Option, Press, Question, Reply, State, World
from config.catalog import Catalog

MAX_OPTIONS = 8  # more do not fit a phone; who wants another types it


def field_words(words: Catalog, kind: str, field: str, what: str, **params: object) -> str:
    """Words of a field: the flow's own, else those that the field has in every flow, else the general ones."""
    for key in (f"{kind}.{field}.{what}", f"field.{field}.{what}"):
        if words.has(key):
            return words.say(key, **params)
    if what == "label":
        return field
    return words.say(f"dialog.{what}", label=field_words(words, kind, field, "label"))


def question(flow: Flow, state: State, field: Field, world: World) -> Reply:
    """The question for a field, or the one that its value has raised."""
    words = world.words
    raised = state.open.get(field.name)
    if raised is not None:
        asked = Question.from_json(raised)
        return Reply(asked.text, (*_picks(field, asked.options), _cancel(words)))
    text = field_words(words, flow.kind, field.name, "ask", **shown(flow, state, world))
    buttons = _picks(field, field.type.options(world, state.values)[:MAX_OPTIONS])
    if not field.required:
        buttons = (*buttons, Press(words.say("dialog.skip"), {"do": "skip"}))
    return Reply(text, (*buttons, _cancel(words)))


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
        if texts.get(name) and old is not None and old != state.values[name]:
            texts[name] = world.words.say("dialog.was", new=texts[name], old=flow.field(name).type.show(old, world))
    return [text for line in flow.card if (text := _line(line, texts, world))]


def shown(flow: Flow, state: State, world: World) -> dict[str, str]:
    """Every field of the flow as people read it, "" where it has no value; guesses carry the sign for it."""
    texts = {}
    for field in flow.fields:
        value = state.values.get(field.name)
        applies = field.applies is None or field.applies(state.values)
        text = field.type.show(value, world) if value is not None and applies else ""
        if text and field.name in state.unsure:
            text = world.words.say("dialog.unsure", value=text)
        texts[field.name] = text
    return texts


def edit_menu(flow: Flow, state: State, world: World) -> Reply:
    """Which of the values should change? A press, or the words of the change themselves."""
    words = world.words
    buttons = tuple(
        Press(field_words(words, flow.kind, field.name, "label"), {"do": "edit_field", "field": field.name})
        for field in flow.fields
        if field.name in state.values or field.ask != "never"
    )
    own = f"{flow.kind}.edit_which"
    return Reply(words.say(own if words.has(own) else "dialog.edit_which"), (*buttons[:MAX_OPTIONS], _cancel(words)))


def resumed(flow: Flow, state: State, field: Field | None, world: World) -> Reply:
    """The open question after an aside, in brackets, saying what it belongs to."""
    words = world.words
    texts = shown(flow, state, world)
    what = words.say(f"{flow.kind}.{'title' if texts[flow.titled_by] else 'title_bare'}", **texts)
    if field is None or state.asking in (CONFIRM, EDIT):
        current = card(flow, state, world)
        return Reply(words.say("dialog.resume_card", what=what), current.buttons)
    asked = question(flow, state, field, world)
    label = field_words(words, flow.kind, field.name, "label")
    return Reply(words.say("dialog.resume", what=what, label=label, question=asked.text), asked.buttons)


def _picks(field: Field, options: Iterable[Option]) -> tuple[Press, ...]:
    return tuple(Press(item.label, {"do": "pick", "field": field.name, "value": item.value}) for item in options)


def _cancel(words: Catalog) -> Press:
    return Press(words.say("dialog.cancel"), {"do": "cancel"})


def _line(line: Line, texts: dict[str, str], world: World) -> str:
    values = world.words.say("common.value_separator").join(texts[name] for name in line.fields if texts[name])
    return world.words.say(line.key, values=values) if values else ""
