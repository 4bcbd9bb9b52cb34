"""A running dialog, as it is kept between two messages, and what one answer leads to."""

from dataclasses import dataclass, field, fields
from operator import attrgetter
from types import NoneType

from bot.dialogs.model import Field, Flow, Json, Values
from bot.dialogs.reply import Reply

CONFIRM = "="
EDIT = "?"


@dataclass(slots=True)
class State:
    """A running dialog. JSON by field name, never by position; ``trail`` is the order of the questions asked,
    ``declined`` the fields whose proposed values were turned down; ``is_recalled``: an aside has mentioned its card.

    asking: a field's name, CONFIRM for the card, EDIT for the choice of what to change, None before the first question.
    """

    flow: str
    values: dict[str, Json] = field(default_factory=dict)
    asking: str | None = None
    open: dict[str, Json] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)
    unsure: list[str] = field(default_factory=list)
    declined: list[str] = field(default_factory=list)
    trail: list[str] = field(default_factory=list)
    is_guided: bool = False
    verbatim: str = ""
    version: int = 1
    is_recalled: bool = False

    def copy(self) -> "State":
        """Another state with the same contents, to be changed without the first one noticing; not yet recalled."""
        return State(
            self.flow,
            self.values.copy(),
            self.asking,
            self.open.copy(),
            self.said.copy(),
            self.skipped.copy(),
            self.unsure.copy(),
            self.declined.copy(),
            self.trail.copy(),
            self.is_guided,
            self.verbatim,
            self.version,
        )

    def to_json(self) -> Json:
        return dict(zip(_NAMES, _EACH(self), strict=True))

    @classmethod
    def from_json(cls, data: Json, flow: Flow) -> "State":
        """The state as this flow can use it: what an older or newer version no longer knows is left behind."""
        names = flow.by_name
        state = cls(
            flow.kind, **{key: data[key] for key, shape in _SHAPES if isinstance(data.get(key, _NOTHING), shape)}
        )
        for kept in (state.values, state.open, state.said):
            for gone in kept.keys() - names.keys() if kept else ():
                del kept[gone]
        for listed in (state.trail, state.skipped, state.unsure, state.declined):
            if listed:
                listed[:] = [key for key in listed if isinstance(key, str) and key in names]
        if state.asking not in names and state.asking not in (CONFIRM, EDIT):
            state.asking = None
        state.version = flow.version
        return state


_NAMES = tuple(one.name for one in fields(State))
_EACH = attrgetter(*_NAMES)
_NOTHING = object()
# What is taken over from a stored state, if it is of the shape that it has in a fresh one.
_SHAPES: tuple[tuple[str, tuple[type, ...]], ...] = (
    *((name, (dict,)) for name in ("values", "open", "said")),
    *((name, (list,)) for name in ("skipped", "unsure", "declined", "trail")),
    ("asking", (str, NoneType)),
    ("is_guided", (bool,)),
    ("is_recalled", (bool,)),
    ("verbatim", (str,)),
)


@dataclass(frozen=True, slots=True)
class Step:
    """What one answer led to. state None: the dialog is over. ``save``: the confirmed values. ``is_mine`` False: the
    message was no answer; somebody else may know what to do with it."""

    state: State | None
    replies: tuple[Reply, ...] = ()
    save: Values | None = None
    is_mine: bool = True


def applies(field: Field, state: State) -> bool:
    """Does the field belong to this draft as it stands?"""
    return field.applies is None or field.applies(state.values)
