"""Bare answers: 「拜访」, 「13800138000」, 「下周三下午三点」, "Jack Morrow". Nothing but one value, so no intent."""

from nlu.profile import fill_contact_data
from nlu.scene import Scene

__all__ = ["fill_bare", "is_bare"]

_PLAIN = ("channel.", "order_status.", "request_status.", "stage.")
_LONGEST = 32


def is_bare(s: Scene) -> bool:
    """Is the whole message one channel, state, stage, name, telephone number or e-mail address?"""
    low = s.m.low
    if len(low) > _LONGEST or len(s.tokens) != 1:
        return False
    token = s.tokens[0]
    if low[: token.start].strip() or low[token.end :].strip(" 。.!！，,"):
        return False
    return any(kind in ("phone", "email", "code", "person") or kind.startswith(_PLAIN) for kind in token.kinds)


def fill_bare(s: Scene) -> None:
    """The one slot that is sure."""
    fill_contact_data(s)
    token = s.tokens[0]
    for kind in token.kinds:
        section, _, code = kind.partition(".")
        if section in ("stage", "channel", "order_status", "request_status"):
            s.put(section, code, token.start, token.end, why="the whole answer")
        elif kind == "person":
            s.put_text("contact", token.start, token.end, why="the whole answer")
