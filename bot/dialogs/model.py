"""What a flow is declared with.

A flow is a form: fields in the order of asking, a card, and what saving does. The engine never learns which flow it
runs. All values in a state are JSON; a field's type knows how to read, check and show them.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol, TypeAlias

from config.catalog import Catalog
from config.crm import Crm
from config.roles import Action
from nlu.lexicon import Lexicon
from nlu.types import Slot, Understanding, Value

if TYPE_CHECKING:
    from bot.dialogs.reply import Saved

Json: TypeAlias = Any
Values: TypeAlias = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that can be picked. ``value`` None: back to the plain question."""

    label: str
    value: Json


@dataclass(frozen=True, slots=True)
class Question:
    """A question that came up about a value: which of two, or really? ``text`` is said; one of the options answers.

    ``is_yes_no``: yes means the first option, no the last.
    """

    text: str
    options: tuple[Option, ...]
    is_yes_no: bool = False

    def to_json(self) -> Json:
        options = [[option.label, option.value] for option in self.options]
        return {"text": self.text, "options": options, "is_yes_no": self.is_yes_no}

    @classmethod
    def from_json(cls, data: Json) -> "Question":
        options = tuple(Option(label, value) for label, value in data["options"])
        return cls(data["text"], options, bool(data.get("is_yes_no")))


@dataclass(frozen=True, slots=True)
class Guess:
    """A value that is proposed but not sure: the card marks it, one word changes it."""

    value: Json


@dataclass(frozen=True, slots=True)
class Match:
    """A record that a name may mean. ``hint`` is the telling second fact: a place, the last contact, a phone tail."""

    id: int
    name: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What a name led to. ``is_sure`` False: the matches are only near (a wrong character, the same sound)."""

    matches: tuple[Match, ...] = ()
    is_sure: bool = True


class World(Protocol):
    """What the engine may ask of its surroundings. Looking changes nothing."""

    words: Catalog
    crm: Crm
    now: datetime  # in the person's zone

    @property
    def currency(self) -> str: ...

    @property
    def lexicon(self) -> Lexicon: ...

    def find(self, kind: str, said: str, values: Values) -> Found:
        """Which records of the kind a name means, to this person, given what the draft already knows."""
        ...

    def understand(self, text: str) -> Understanding: ...

    def values_in(self, text: str) -> tuple[Value, ...]:
        """The dates, amounts … of a text, at a tenth of the cost of understanding it."""
        ...


class FieldType(Protocol):
    """How one kind of value is read, written and shown. Raises `bot.errors.InvalidValue` for what does not fit."""

    def read(self, answer: Understanding, world: World, values: Values) -> "Json | Question | None":
        """The value in an answer to this field's question; None where the answer has nothing of the kind."""
        ...

    def take(self, slot: Slot, world: World, values: Values) -> "Json | Question | None":
        """The value of a slot that understanding found in a longer text."""
        ...

    def show(self, value: Json, world: World) -> str: ...

    def options(self, world: World, values: Values) -> tuple[Option, ...]:
        """The likely answers, as buttons; () where a list would not fit."""
        ...


class Gathers(ABC):
    """A field type that finds its value anywhere in a message, where understanding has no slot for it."""

    __slots__ = ()

    @abstractmethod
    def gather(self, heard: Understanding, world: World, values: Values) -> "Json | Question | None": ...


class Parts(Gathers):
    """A field type whose value has parts: an answer adds to them, a correction may be about one of them.

    Its question is asked again after each part, until the person says that it is done; unless ``goes_on`` is False.
    """

    __slots__ = ()
    goes_on: ClassVar[bool] = True

    @abstractmethod
    def amend(self, value: Json, heard: Understanding, world: World) -> Json | None:
        """The value as a correction wants it; None where the message is not about it."""

    @abstractmethod
    def is_unfinished(self, value: Json) -> bool:
        """Is a part still to be completed?"""

    @abstractmethod
    def ask_more(self, value: Json, words: Catalog) -> str:
        """The question that goes on where there are parts already."""


Check: TypeAlias = Callable[[Json, Any, Values], "Json | Question | None"]
Propose: TypeAlias = Callable[[Values, Any], "Json | Guess | Question | None"]


@dataclass(frozen=True, slots=True)
class Field:
    """A place in a form. Its words are ``<kind>.<name>.ask|label|help`` in the catalogs.

    ask: always (whenever it is missing; skippable unless required), guided (only when the form was opened bare, and
    then rather than guessed), never.
    slot: the slot of understanding that fills it, when not of the same name.
    check: None where the value fits, else the value or the question that it becomes; raises `InvalidValue`.
    propose: a value to offer when none was given, a `Guess`, or a `Question` to ask first.
    applies: False hides the field.
    wanted: asked where this holds, whatever ``ask`` says.
    after_skip: asked once one of these fields was skipped; it tells why.
    within: the fields whose change makes this one be looked up (or proposed) anew.
    is_whole: an answer to its question is nothing but its value, however much else seems to stand in it.
    is_derived: it follows from others, and is not offered for a change.
    adds: what more is told of it comes to what is on the card already.
    """

    name: str
    type: FieldType
    required: bool = True
    ask: Literal["always", "guided", "never"] = "always"
    slot: str | None = None
    check: Check | None = None
    propose: Propose | None = None
    applies: Callable[[Values], bool] | None = None
    wanted: Callable[[Values, Any], bool] | None = None
    after_skip: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    is_whole: bool = False
    is_derived: bool = False
    adds: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the card: the catalog sentence ``key`` with {values}, the shown fields joined by " · "."""

    key: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Flow:
    """A declared form. ``starts_on``: the intents that open it; ``save`` is called with the confirmed values.

    ``openings``: the lists of phrases in the catalogs that open it, with what each stands for. A phrase may have gaps,
    "…" for anything and "{customer}" for the words of a slot: then it opens what also ``fits``.
    ``fits`` decides between flows that start on one intent. ``needs_any``: at least one of these must have a value.
    ``needs``: the right without which it is not even begun, as (kind of record, action).
    ``along``: the kinds of other records that it may change, too.
    ``instead``: another form that does it, and what that is given, where what it would change is not there yet.
    ``known_by``: given one of these, the rest is known from there, and nothing optional is asked.
    ``gathers``: the fields that tell whose card it is; what more is told of the same one gathers on the open card.
    ``titled_by``: the field that names a draft that waits.
    ``before`` gives the present values of the record that is changed, so that the card can show them beside.
    ``proposing``, ``gathering`` and (by name) ``in_parts``: the fields of these kinds, sorted out once; ``sorted_out``:
    see `of_type`.
    """

    kind: str
    fields: tuple[Field, ...]
    card: tuple[Line, ...]
    save: Callable[[Any, Values], "Saved"]
    starts_on: tuple[str, ...] = ()
    openings: Mapping[str, Callable[[Any], Values]] = field(default_factory=lambda: {"start": lambda world: {}})
    fits: Callable[[Understanding, Any], bool] | None = None
    needs_any: tuple[str, ...] = ()
    before: Callable[[Values, Any], Values] | None = None
    titled_by: str = "customer"
    gathers: tuple[str, ...] = ()
    known_by: tuple[str, ...] = ()
    needs: tuple[str, Action] | None = None
    along: tuple[str, ...] = ()
    instead: Callable[[Values, Any], tuple[str, Values] | None] | None = None
    version: int = 1
    by_name: Mapping[str, Field] = field(init=False, repr=False, compare=False)
    proposing: tuple[Field, ...] = field(init=False, repr=False, compare=False)
    gathering: tuple[Field, ...] = field(init=False, repr=False, compare=False)
    in_parts: Mapping[str, Field] = field(init=False, repr=False, compare=False)
    sorted_out: dict[type, tuple[Field, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        fields = self.fields
        object.__setattr__(self, "sorted_out", {})
        object.__setattr__(self, "by_name", {item.name: item for item in fields})
        object.__setattr__(self, "proposing", tuple(item for item in fields if item.propose is not None))
        object.__setattr__(self, "gathering", tuple(item for item in fields if isinstance(item.type, Gathers)))
        object.__setattr__(self, "in_parts", {item.name: item for item in fields if isinstance(item.type, Parts)})

    def field(self, name: str) -> Field:
        return self.by_name[name]

    def of_type(self, kind: type) -> tuple[Field, ...]:
        """The fields of a type, in the order of the form."""
        if kind not in self.sorted_out:
            self.sorted_out[kind] = tuple(item for item in self.fields if isinstance(item.type, kind))
        return self.sorted_out[kind]
