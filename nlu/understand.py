"""A text becomes an intent with slots. The whole way: fold → take apart → decide → fill.

Pure and without exception: whatever the text, there is an ``Understanding``. Text beyond 6,000 characters is not read.
"""

from datetime import datetime

from config.types import Language
from nlu.bare import fill_bare, is_bare
from nlu.controls import is_small_talk, read_control
from nlu.corrections import read_correction
from nlu.fill import fill
from nlu.folding import clean, has_han
from nlu.intents import decide
from nlu.lexicon import Lexicon, default_lexicon
from nlu.message import take_apart
from nlu.raising import raise_names
from nlu.scene import set_scene
from nlu.types import Intent, Known, NoNames, Understanding

__all__ = ["MAX_TEXT", "understand"]

MAX_TEXT = 6_000
_BY_CONTROL: dict[str, Intent] = {"help": "help", "cancel": "cancel", "undo": "undo"}


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
    message = take_apart(plain, now=now, lang=lang, known=known, lexicon=words)
    scene = set_scene(message)
    if is_bare(scene):
        fill_bare(scene)
        return Understanding(
            text,
            spoken,
            now,
            "other",
            0.5,
            scene.slots,
            message.values,
            tuple(message.names),
            control,
            read_correction(message),
        )
    decision = decide(scene)
    scene.marks = decision.marks
    fill(scene, decision.intent)
    return Understanding(
        text, spoken, now, decision.intent, decision.sure, scene.slots, message.values, tuple(message.names), control,
        read_correction(message), is_small_talk(message, decision),
    )  # fmt: skip
