"""A running dialog, as it is kept between two messages, and what one answer leads to."""

from dataclasses import dataclass, field

from bot.dialogs.model import Field, Flow, Json, Reply, Values

CONFIRM = "="
EDIT = "?"


@dataclass(slots=True)
class State:
    """A running dialog. JSON by field name, never by position; ``trail`` is the order of the questions asked,
    ``declined`` the fields whose proposed values were turned down.

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

    def copy(self) -> "State":
        """Another state with the same contents: to be changed without the first one noticing."""
        twin = State(self.flow)
        for name in self.__slots__:
            value = getattr(self, name)
            setattr(twin, name, value.copy() if isinstance(value, dict | list) else value)
        return twin

    def to_json(self) -> Json:
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def from_json(cls, data: Json, flow: Flow) -> "State":
        """The state as this flow can use it: what an older or newer version no longer knows is left behind."""
        names = flow.by_name
        state = cls(flow.kind)
        for key in cls.__slots__:
            if key in data and key != "flow" and _fits(data[key], getattr(state, key)):
                setattr(state, key, data[key])
        for kept in (state.values, state.open, state.said):
            for gone in [key for key in kept if key not in names]:
                del kept[gone]
        for listed in (state.trail, state.skipped, state.unsure, state.declined):
            if listed:
                listed[:] = [key for key in listed if isinstance(key, str) and key in names]
        if state.asking not in names and state.asking not in (CONFIRM, EDIT):
            state.asking = None
        state.version = flow.version
        return state


def _fits(value: Json, usual: object) -> bool:
    """Whether a stored value is of the shape that it has in a fresh state; ``asking`` is a name or nothing."""
    return isinstance(value, str | None) if usual is None else isinstance(value, type(usual))


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
