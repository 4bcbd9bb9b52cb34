"""What an answer holds beside the value that was asked for, what of it is that value, and that there is none."""

from collections.abc import Sequence
from dataclasses import replace

from bot.dialogs.amend import matching_option
from bot.dialogs.draft import attempt, put
from bot.dialogs.forward import asked_field, is_unfinished
from bot.dialogs.model import Field, Flow, Gathers, Json, Parts, Question, World
from bot.dialogs.render import label_of
from bot.dialogs.repeats import Repeat
from bot.dialogs.state import CONFIRM, EDIT, State
from bot.dialogs.story import tells_a_story, weight
from bot.dialogs.types import Choice, Exact, LongText, Ref, Text
from bot.dialogs.values import Amount, Day, Moment
from bot.talk.phrases import fillings
from config.catalog import Catalog
from config.phrasing import phrasing
from nlu.folding import fold
from nlu.types import NameMatch, Slot, Understanding, Value

MAX_NAME = 8  # no more than a name is understood without its context
MIN_WORD = 2
MAX_NONE = 40  # characters in which somebody says that there is none
SURE_NAME = 0.8  # below this a name that nobody has is a guess


def in_context(flow: Flow, asked: Field, heard: Understanding, world: World) -> Understanding:
    """The answer as part of what it belongs to: 「明天给张总发报价」 says more once it is known to be a reminder."""
    key = f"{flow.kind}.lead_in"
    is_story = isinstance(asked.type, LongText) or (isinstance(asked.type, Ref) and weight(heard.text) > MAX_NAME)
    if heard.intent in flow.starts_on or asked.is_whole or not is_story or not world.words.has(key):
        return heard
    lead_in = world.words.say(key)
    wider = world.understand(lead_in + heard.text)
    if wider.intent not in flow.starts_on or _is_cut(asked, wider):
        return heard
    size = len(lead_in)
    slots = {
        name: replace(slot, start=slot.start - size, end=slot.end - size)
        for name, slot in wider.slots.items()
        if slot.start >= size
    }
    return replace(heard, slots=slots)


def _is_cut(asked: Field, heard: Understanding) -> bool:
    """Is a name that nobody has divided: "Royal Liverpool | University Hospital"? More may follow a known one."""
    named = heard.slots.get(asked.slot or asked.name)
    if named is None or any(name.start <= named.start < name.end for name in heard.names):
        return False
    behind = min((slot.start for slot in heard.slots.values() if slot.start >= named.end), default=None)
    return behind is not None and not heard.text[named.end : behind].strip()


def without_guesses(asked: Field, heard: Understanding) -> Understanding:
    """The answer without what only looks like a name: in a story 「颜色和尺寸」 are things, unless it is known."""
    if not isinstance(asked.type, LongText):
        return heard
    known = {name.start for name in heard.names}
    slots = {
        name: slot
        for name, slot in heard.slots.items()
        if slot.sure >= SURE_NAME or slot.start in known or not isinstance(slot.value, str)
    }
    return replace(heard, slots=slots)


def others(flow: Flow, asked: Field, heard: Understanding) -> dict[str, Slot]:
    """The slots of other fields; a text that may be anything is left to the field that asks for it."""
    if asked.is_whole or is_all_of_it(asked, heard):
        return {}
    texts = {field.slot or field.name for field in flow.of_type(LongText)}
    is_text = isinstance(asked.type, LongText)
    length = len(heard.text.strip())
    return {
        name: slot
        for name, slot in heard.slots.items()
        if name != (asked.slot or asked.name) and not (name in texts and (is_text or slot.end - slot.start >= length))
    }


def own_words(
    flow: Flow, asked: Field, heard: Understanding, besides: dict[str, Slot], world: World
) -> Understanding | None:
    """The message as far as it answers the question; None where it is nothing but other facts (a phone number)."""
    if tells_a_story(flow, asked, heard) or _says_only_with_whom(flow, asked, heard):
        return None
    is_name = isinstance(asked.type, Text | Ref)
    if not is_name or not besides or (asked.slot or asked.name) in heard.slots:
        return heard
    rest = heard.text
    for slot in sorted(besides.values(), key=lambda found: -found.start):
        rest = rest[: slot.start] + rest[slot.end :]
    for field in flow.fields:
        rest = rest.replace(label_of(world.words, flow.kind, field.name), "")
    rest = rest.strip(" ,，。.、:：;；")
    return replace(heard, text=rest, slots={}) if weight(rest) >= MIN_WORD * 2 else None


def _says_only_with_whom(flow: Flow, asked: Field, heard: Understanding) -> bool:
    """「何经理」, to 「聊了什么？」: with whom, and nothing of what was said."""
    if not isinstance(asked.type, LongText):
        return False
    if any(is_all_of_it(field, heard) for field in flow.of_type(Ref)):
        return True
    rest = heard.text
    for match in heard.names:
        rest = rest.replace(heard.text[match.start : match.end], "")
    return bool(heard.names) and phrasing("beside_name").fullmatch(rest) is not None


def fill_values(flow: Flow, state: State, asked: Field | None, heard: Understanding, world: World) -> list[str]:
    """What no slot tells: the amount that is named beside an answer is the deal's; how often something comes again; a
    telephone number beside a name."""
    types: list[type] = [] if asked is None else [Exact]
    if any(True for _ in heard.of_kind("recurrence")):
        types.append(Repeat)
    if asked is not None and not isinstance(asked.type, Amount | Parts) and any(True for _ in heard.of_kind("money")):
        types.append(Amount)
    lead: list[str] = []
    for field in (field for type_ in types for field in flow.of_type(type_)):
        if field.name not in state.values:
            value = field.type.read(heard, world, state.values)
            if value is None:
                continue
            lead += attempt(lambda field=field, value=value: put(flow, state, field, value, world), world)  # type: ignore[misc]
    return lead


def gather(flow: Flow, state: State, heard: Understanding, world: World) -> list[str]:
    """The values that field types find for themselves."""
    lead: list[str] = []

    def take(field: Field, type_: Gathers) -> None:
        value = type_.gather(heard, world, state.values)
        if value is not None:
            put(flow, state, field, value, world, said=heard.text)

    for field in flow.gathering:
        if isinstance(field.type, Gathers) and field.name not in state.values:
            problems = attempt(lambda field=field, type_=field.type: take(field, type_), world)  # type: ignore[misc]
            if problems and isinstance(field.type, Parts):
                state.declined.append(field.name)  # other lines were told: none are proposed, they are asked for
            lead += problems
    return lead


def only_a_choice(
    flow: Flow, state: State, asked: Field, heard: Understanding, world: World
) -> tuple[Field, Json] | None:
    """「微信」, to 「聊了什么？」: how they were in touch, and nothing of what was said."""
    if not isinstance(asked.type, LongText):
        return None
    said = heard.text.strip(" 。.!！").casefold()
    for field in flow.of_type(Choice):
        if field.ask == "guided" and field.name not in state.values:
            options = field.type.options(world, state.values)
            found = next((option for option in options if said == option.label.casefold()), None)
            if found is not None:
                return field, found.value
    return None


def is_only_a_value(asked: Field, heard: Understanding) -> bool:
    """「大概120w」, 「明天下午三点」, where a name or a text is asked for: a time or an amount, and nothing else."""
    if not isinstance(asked.type, Text | LongText | Ref) or asked.is_whole:
        return False
    values = [value for value in heard.values if value.is_time or (value.money is not None and value.kind == "money")]
    rest = heard.text
    for value in sorted(values, key=lambda value: -value.start):
        rest = rest[: value.start] + rest[value.end :]
    return bool(values) and phrasing("beside_value").fullmatch(rest) is not None


def is_all_ours(flow: Flow, asked: Field, heard: Understanding) -> bool:
    """「蓝海的周总，总经理，139…」, where it is asked at whom: the answer, and nothing that the form would not take."""
    is_person = isinstance(asked.type, Text) and asked.type.is_person and heard.correction is None
    is_ref = isinstance(asked.type, Ref) and len(heard.slots) > 1
    if not (is_person or is_ref) or (asked.slot or asked.name) not in heard.slots:
        return False
    return heard.slots.keys() <= {field.slot or field.name for field in flow.fields}


def is_all_of_it(asked: Field, heard: Understanding) -> bool:
    """Is the message nothing but the value that was asked for?"""
    own = heard.slots.get(asked.slot or asked.name)
    return own is not None and own.end - own.start >= len(heard.text.strip())


def is_plain(flow: Flow, state: State, heard: Understanding) -> bool:
    """Is the message nothing but what was asked for, whatever else its words could mean: a time, an amount, one of the
    choices, the name of such a record?"""
    asked = asked_field(flow, state)
    if asked is None or heard.intent != "other" or heard.control is not None or asked.name in state.open:
        return False
    if isinstance(asked.type, Choice):
        return is_all_of_it(asked, heard)
    found: Sequence[Value | NameMatch] = ()
    if isinstance(asked.type, Moment | Day):
        found = [value for value in heard.values if value.kind in ("date", "datetime", "range")]
    elif isinstance(asked.type, Amount):
        found = [value for value in heard.values if value.money is not None]
    elif isinstance(asked.type, Ref):
        found = [match for match in heard.names if match.name.kind == asked.type.kind]
    return len(found) == 1 and found[0].end - found[0].start >= len(heard.text.strip())


def option_said(flow: Flow, state: State, heard: Understanding) -> "tuple[Field, object] | None":
    """The option of the open question that was typed out instead of pressed."""
    field = asked_field(flow, state)
    if field is None or field.name not in state.open:
        return None
    chosen = matching_option(Question.from_json(state.open[field.name]).options, heard.text)
    return (field, chosen.value) if chosen else None


def says_done(flow: Flow, state: State, heard: Understanding, world: World) -> bool:
    """「完成」, "that's all": nothing more is to be added to a value of several parts, or to the card."""
    if not _is_done(heard.text, world.words):
        return False
    field = asked_field(flow, state)
    if state.asking == CONFIRM:
        return True
    if field is not None and isinstance(field.type, Text) and not field.required and field.name not in state.values:
        return True  # 「没了，就这些」 names nobody
    if field is None or not isinstance(field.type, Parts) or not state.values.get(field.name):
        return False
    return not is_unfinished(field, state)


def _is_done(text: str, words: Catalog) -> bool:
    """「没了就这些」, "no that's all": nothing but words that say so, one after the other."""
    rest, is_said = fold(text).strip(" 。.!！"), False
    known = sorted(words.words("dialog.done_words"), key=len, reverse=True)
    leads = words.words("dialog.done_lead")
    while rest:
        found = next((word for word in (*known, *leads) if rest.startswith(word)), None)
        if found is None:
            return False
        is_said = is_said or found in known
        rest = rest[len(found) :].lstrip(" ,，。.")
    return is_said


def tells(flow: Flow, state: State, heard: Understanding, world: World) -> bool:
    """Is "don't know yet" what was asked for? Where a text is required, all but the word of the button is one."""
    field = asked_field(flow, state)
    is_text = field is not None and isinstance(field.type, LongText) and field.required
    return is_text and heard.control == "skip" and heard.text.casefold() != world.words.say("dialog.skip").casefold()


def had_none(flow: Flow, state: State, heard: Understanding, world: World) -> Field | None:
    """The field of which somebody says that there is nothing to say: 「没有电话」, "no phone"."""
    said = phrasing("trailing").sub("", heard.text.strip()).casefold()
    if state.asking in (None, EDIT) or len(said) > MAX_NONE:
        return None
    missed = fillings(world.words, "dialog.none_of", said)
    for field in flow.fields if missed else ():
        is_there = not field.required and field.name not in state.values
        if is_there and label_of(world.words, flow.kind, field.name).casefold() in missed:
            return field
    return None
