"""Bare answers: 「拜访」, 「13800138000」, 「下周三下午三点」, "Jack Morrow". Nothing but one value, so no intent."""

from collections.abc import Sequence

from nlu.company_like import is_company_like
from nlu.entities import find_entities
from nlu.folding import fold
from nlu.profile import fill_contact_data
from nlu.scene import Scene
from nlu.types import Value

__all__ = ["fill_bare", "is_bare", "is_one_value"]

_PLAIN = ("channel.", "order_status.", "request_status.", "stage.")
_NAMING = ("phone", "email", "code", "person", "known.customer", "known.contact", "company.known")
_VERBS = ("verb.", "create.", "log.", "question.", "meta.", "service.", "person.say")
_LONGEST = 32
_MARKS = " 。.!！，,"


def is_one_value(text: str, values: Sequence[Value]) -> bool:
    """Is the whole message one time or one amount? That is known before anything else of it is."""
    if len(values) != 1 or len(text) > _LONGEST or not (values[0].is_time or values[0].money):
        return False
    if text[: values[0].start].strip() or text[values[0].end :].strip(_MARKS):
        return False
    return not find_entities(fold(text))


def is_bare(s: Scene) -> bool:
    """Is the whole message one channel, state, stage, name, telephone number or e-mail address?"""
    low = s.m.low
    if len(low) > _LONGEST:
        return False
    if is_company_like(low.strip()) and not s.m.values and not any(c.kind.startswith(_VERBS) for c in s.m.cues):
        return True
    if len(s.tokens) != 1:
        return False
    token = s.tokens[0]
    if low[: token.start].strip() or low[token.end :].strip(_MARKS):
        return False
    return any(kind in _NAMING or kind.startswith(_PLAIN) for kind in token.kinds)


def fill_bare(s: Scene) -> None:
    """The one slot that is sure."""
    fill_contact_data(s)
    if len(s.tokens) != 1:
        return
    token = s.tokens[0]
    for kind in token.kinds:
        section, _, code = kind.partition(".")
        if section in ("stage", "channel", "order_status", "request_status"):
            s.put(section, code, token.start, token.end, why="the whole answer")
        elif kind == "person":
            s.put_text("contact", token.start, token.end, why="the whole answer")
