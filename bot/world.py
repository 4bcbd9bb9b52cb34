"""What one turn works with: the person, the moment, the words, and the one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from bot.dialogs.model import Found, Json, Match, Values
from bot.lazy import Lazy
from bot.people.vocabulary import lexicon_in
from bot.rules import find, hints
from bot.rules.access import Actor
from bot.rules.fields import veil_for
from bot.rules.meant import narrowed
from bot.rules.pronouns import found_by_pronoun, of_talk
from config.catalog import Catalog
from config.crm import Crm
from config.custom import Clause, CustomField
from config.settings import Settings
from config.types import COMPLETE, Language
from nlu.lexicon import Lexicon
from nlu.types import Known, NoNames, Understanding, Value
from storage.author import Author
from storage.database import Tx

if TYPE_CHECKING:
    from storage.records import Tracked
    from storage.session import RecordSession

MIN_PART = 2  # letters of a name that may stand for it
R = TypeVar("R", bound="Tracked")

# Loaded where words are read: what the bot says by itself needs none of it.
UNDERSTAND: Lazy[..., Understanding] = Lazy("nlu.understand:understand")
VALUES_IN: Lazy[..., tuple[Value, ...]] = Lazy("nlu.understand:values_in")


def is_first_name(name: str, said: str) -> bool:
    """「Tom」 of Tom Becker."""
    return said.strip().casefold() in name.casefold().split()


@dataclass(slots=True)
class World:
    """The surroundings of one turn. ``now`` is in the person's zone; ``focus`` is what the talk is about, by kind."""

    tx: Tx
    actor: Actor
    crm: Crm
    settings: Settings
    words: Catalog
    now: datetime
    known: Known = field(default_factory=NoNames)
    focus: dict[str, Json] = field(default_factory=dict)
    inbox_id: int | None = None
    chat_key: str = ""
    is_private: bool = True
    said: str = ""  # the message, word for word
    customs: tuple[CustomField, ...] | None = None  # looked up when first needed, see bot/custom/fields.py
    clauses: Mapping[str, Clause] = field(default_factory=dict)  # what the message says of them, by label
    unbound: str = ""  # in a group that is bound to no team: what is said instead of looking anything up
    files: list[Json] = field(default_factory=list)  # that came along with the message
    is_caption: bool = False  # do the words stand below what came along with them?
    place: tuple[float, float] | None = None  # where it was sent from: latitude, longitude

    def __post_init__(self) -> None:
        self.speak_to(self.actor)

    def speak_to(self, actor: Actor) -> None:
        """What is read from now on is for the actor: with what they, or those who listen, may see of each record."""
        self.actor = actor
        self.tx.see_through(veil_for(self.tx, actor, self.crm))

    @property
    def lexicon(self) -> Lexicon:
        """The words to read by, with those that were taught."""
        return lexicon_in(self.tx, self.crm)

    @property
    def currency(self) -> str:
        return self.settings.currency

    def counting_in(self, currency: str) -> "World":
        """The same turn, its sums told in another currency."""
        return replace(self, settings=replace(self.settings, currency=currency))

    @property
    def session(self) -> "RecordSession":
        """The session of this turn, writing in the name of its person."""
        self.sign()
        return self.tx.session

    def create(self, record: R) -> R:
        """Write a new record in the person's name; it is finished, see `Tx.create`."""
        self.sign()
        return self.tx.create(record)

    def change(self, cls: type[R], record_id: int, **values: object) -> R:
        """Change columns of a record in the person's name, see `Tx.change`."""
        self.sign()
        return self.tx.change(cls, record_id, **values)

    def sign(self) -> None:
        """Have what is written from now on bear the person's name."""
        if self.tx.author is None:
            self.tx.author = Author(
                user_id=self.actor.user_id or None,
                team_id=self.actor.team_id,
                at=self.now,
                inbox_id=self.inbox_id,
                chat_key=self.chat_key,
            )

    def find(self, kind: str, said: str, values: Values) -> Found:
        """Which records of the kind a name means to this person, with a telling second fact where there are several."""
        if kind in ("customer", "contact"):
            may_be_pronoun = "customer" not in values
        else:
            may_be_pronoun = kind == "opportunity" and kind in self.focus and bool(said)
        meant = found_by_pronoun(self, kind, said) if may_be_pronoun else Found()
        if meant.matches:
            return meant
        found = find.find(self.tx, self.actor, self.crm, kind, said, values)
        if kind == "customer" and len(found.matches) > 1:
            found = narrowed(self.tx, self.actor, self.crm, found, said=said, text=self.said)
        if kind == "contact" and len(found.matches) > 1:
            found = of_talk(self, found)
        if len(found.matches) == 1 and (
            self._is_spoken_of(kind, found.matches[0], said)
            or (kind == "customer" and _is_part_of(found.matches[0].name, said))
            or (kind == "contact" and is_first_name(found.matches[0].name, said))
        ):
            found = replace(found, is_sure=True)
        return hints.with_hints(self.tx, self.actor, self.words, kind, found)

    def _is_spoken_of(self, kind: str, match: Match, said: str) -> bool:
        """「Tom」, while the talk is about Tom Becker."""
        return self.focus.get(kind) == match.id and said.strip().casefold() in match.name.casefold()

    def understand(self, text: str) -> Understanding:
        return UNDERSTAND(text, now=self.now, lang=self._read_as, known=self.known, lexicon=self.lexicon)

    def values_in(self, text: str) -> tuple[Value, ...]:
        return VALUES_IN(text, now=self.now, lang=self._read_as, lexicon=self.lexicon)

    @property
    def _read_as(self) -> Language | None:
        return self.actor.language if self.actor.language in COMPLETE else None  # else the script tells


def _is_part_of(name: str, said: str) -> bool:
    """Does the name of the only customer that is like it hold what was said: 「锦园」 of 郫县锦园园林?"""
    said, name = said.strip().casefold(), name.casefold()
    return said in name and len(said) >= MIN_PART and (not said.isascii() or " " in said)
