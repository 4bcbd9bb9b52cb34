"""A text becomes an intent with slots. The whole way: fold → take apart → decide → fill.

Pure and without exception: whatever the text, there is an ``Understanding``. Text beyond 6,000 characters is not read.
"""

from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from types import MappingProxyType

from config.types import Language
from nlu.bare import fill_bare, is_bare, is_one_value
from nlu.controls import is_small_talk, read_control
from nlu.corrections import read_correction
from nlu.fill import fill
from nlu.folding import clean, has_han
from nlu.intents import decide
from nlu.lexicon import Lexicon, default_lexicon
from nlu.message import take_apart
from nlu.raising import raise_names
from nlu.scene import Scene, set_scene
from nlu.types import Intent, Known, NameMatch, NoNames, Understanding, Value
from nlu.values import find_values

__all__ = ["MAX_TEXT", "read_scene", "understand", "values_in"]

MAX_TEXT = 6_000
SHORT = 24  # characters; such messages come again and again: 拜访, 电话, "log a call", the names of customers
_BY_CONTROL: dict[str, Intent] = {"help": "help", "cancel": "cancel", "undo": "undo"}
_NEVER = datetime.min.replace(tzinfo=UTC)


def read_scene(plain: str, *, now: datetime, lang: Language, known: Known, lexicon: Lexicon) -> Scene:
    """The message taken apart, before anything is decided about it."""
    if lang == "en":
        plain = raise_names(plain, lexicon)
    values = find_values(plain, now=now, lang=lang)
    return set_scene(
        take_apart(plain, now=now, lang=lang, names=tuple(known.find(plain)), values=values, lexicon=lexicon)
    )


def understand(
    text: str,
    *,
    now: datetime,
    lang: Language | None = None,
    known: Known = NoNames(),  # noqa: B008  (immutable)
    lexicon: Lexicon | None = None,
) -> Understanding:
    """What the text says, read at ``now`` (aware). ``lang`` None: Chinese if a Chinese character stands in it."""
    words = lexicon or default_lexicon()
    plain = clean(text[:MAX_TEXT])
    spoken: Language = lang or ("zh" if has_han(plain) else "en")
    control = read_control(plain, words)
    if control or not plain.strip():
        return Understanding(text, spoken, now, _BY_CONTROL.get(control or "", "other"), 1.0, control=control)
    if spoken == "en":
        plain = raise_names(plain, words)
    names = tuple(known.find(plain))
    values = _outside(names, find_values(plain, now=now, lang=spoken))
    if is_one_value(plain, values):
        return Understanding(text, spoken, now, "other", 0.5, values=values, names=names)
    if len(plain) > SHORT or any(value.is_time for value in values):
        return _read(text, plain, now, spoken, names, values, words)
    return replace(_read_short(plain, spoken, names, values, words, words.edition), text=text, now=now)


def _outside(names: tuple[NameMatch, ...], values: tuple[Value, ...]) -> tuple[Value, ...]:
    """The values that are no part of a known name: 「三号冷库」 tells no day."""
    spans = [(match.start, match.end) for match in names if match.sure == 1]

    def is_part(value: Value) -> bool:
        own = value.start, value.end
        return any(start <= own[0] and own[1] <= end and own != (start, end) for start, end in spans)

    return tuple(value for value in values if not is_part(value))


def values_in(text: str, *, now: datetime, lang: Language | None, lexicon: Lexicon) -> tuple[Value, ...]:
    """The values that understanding the text would find in it, and nothing else."""
    plain = clean(text[:MAX_TEXT])
    spoken: Language = lang or ("zh" if has_han(plain) else "en")
    return find_values(raise_names(plain, lexicon) if spoken == "en" else plain, now=now, lang=spoken)


@lru_cache(maxsize=4096)
def _read_short(
    plain: str,
    lang: Language,
    names: tuple[NameMatch, ...],
    values: tuple[Value, ...],
    words: Lexicon,
    _edition: int,
) -> Understanding:
    """What a text says in which no time stands: it says the same whenever it is said."""
    return _read(plain, plain, _NEVER, lang, names, values, words)


def _read(
    text: str,
    plain: str,
    now: datetime,
    lang: Language,
    names: tuple[NameMatch, ...],
    values: tuple[Value, ...],
    words: Lexicon,
) -> Understanding:
    """What the text says, given the names and values that stand in it."""
    message = take_apart(plain, now=now, lang=lang, names=names, values=values, lexicon=words)
    scene = set_scene(message)
    correction = read_correction(message)
    steers = read_control(correction.new, words) if correction is not None and not correction.old else None
    if steers in ("undo", "cancel", "back"):  # "actually no, undo that"
        return Understanding(text, lang, now, _BY_CONTROL.get(steers, "other"), 1.0, control=steers)
    found = (message.values, tuple(message.names), None, correction)
    if is_bare(scene):
        fill_bare(scene)
        return Understanding(text, lang, now, "other", 0.5, MappingProxyType(scene.slots), *found)
    decision = decide(scene)
    scene.marks = decision.marks
    fill(scene, decision.intent)
    is_talk = is_small_talk(message, decision)
    slots = MappingProxyType(scene.slots)  # a short message's are remembered, and nobody's to change
    return Understanding(text, lang, now, decision.intent, decision.sure, slots, *found, is_talk)
