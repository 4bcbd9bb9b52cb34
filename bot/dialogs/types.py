"""Field types for words: texts, choices, numbers and addresses that have a form, references to other records.

Each reads an answer or a slot, and shows its value; all values are JSON.
"""

import re
from dataclasses import dataclass
from typing import Literal

from bot.dialogs.model import Found, Json, Option, Question, Values, World
from bot.dialogs.show import labelled, show_phone, which
from bot.errors import InvalidValue
from config.phrasing import phrasing
from nlu.entities import find_entities
from nlu.folding import fold
from nlu.goods import read_goods
from nlu.people import bare_name
from nlu.types import Slot, Understanding

_NAME = re.compile(r"[^\W\d_]{2}|^\w{1,4}$")  # 「380 9折」 is none

_SENTENCE = re.compile(r"[，。；！？]")  # what stands between these is no name


def asks_back(said: str) -> bool:
    """Is it a question rather than an answer?"""
    return phrasing("asks_back").search(said) is not None


MIN_NAME = 2
_PARTIES = ("customer", "contact")


def is_no_name(said: str) -> bool:
    """Is it a question, a sentence about somebody, or no word at all?"""
    return (
        asks_back(said)
        or not _NAME.search(said)
        or _SENTENCE.search(said) is not None
        or (phrasing("tells_of").match(said.strip()) is not None and not _is_titled(said))
    )


def _is_titled(said: str) -> bool:
    """ "The Copper Pot": several words, each with a capital."""
    words = said.split()
    return len(words) > 1 and all(word[0].isupper() for word in words)


def _tells_value(answer: Understanding) -> bool:
    """Does it hold a time or an amount beside other words: "Thu 10 to 11" is nobody's name?"""
    told = (value for value in answer.values if value.is_time or value.money)
    return any(item.unit_price for item in read_goods(answer)) or any(
        value.end - value.start < len(answer.text.strip()) for value in told
    )


def _check_length(text: str, longest: int) -> None:
    if len(text) > longest:
        raise InvalidValue("dialog.too_long", max=longest)


@dataclass(frozen=True, slots=True)
class Text:
    """A short text: a name, a position. One line. ``listed``: a list of the organisation's that suggests answers;
    ``is_person``: how somebody is called, which a question or a sentence about somebody is not; ``is_number``: what a
    paper is numbered, which words without a digit are not."""

    max_chars: int | None = None  # None: as long as a name may be
    slot: str | None = None  # the slot that holds it in a longer answer
    listed: str = ""
    is_person: bool = False
    is_number: bool = False

    def read(self, answer: Understanding, world: World, values: Values) -> Json | None:
        found = answer.get(self.slot) if self.slot else None
        said = found if isinstance(found, str) else answer.text
        first = re.split("[,，]", said)[0].strip() if self.is_person else said
        if self.is_number and not any(map(str.isdecimal, said)):
            return None
        if self.is_person and not found and not bare_name(first) and is_no_name(answer.text):
            return None
        return self._checked(first, world)

    def take(self, slot: Slot, world: World, values: Values) -> Json:
        return self._checked(str(slot.value), world)

    def show(self, value: Json, world: World) -> str:
        return str(value)

    def options(self, world: World, values: Values) -> tuple[Option, ...]:
        items = world.crm.items(self.listed) if self.listed else ()
        labels = [item.labels[world.words.language] for item in items]
        return tuple(Option(label, label) for label in labels)

    def _checked(self, text: str, world: World) -> Json | None:
        line = " ".join(text.split())
        _check_length(line, self.max_chars or world.crm.limits.max_name)
        return line if any(character.isalnum() for character in line) else None


@dataclass(frozen=True, slots=True)
class LongText:
    """What was said, in as many words as it took. ``is_verbatim``: an answer is kept whole, whatever else it tells."""

    slot: str | None = None
    max_chars: int | None = None  # None: as long as a note may be
    is_verbatim: bool = False

    def read(self, answer: Understanding, world: World, values: Values) -> Json | None:
        found = answer.get(self.slot) if self.slot and not self.is_verbatim else None
        return self._checked(found if isinstance(found, str) else answer.text, world)

    def take(self, slot: Slot, world: World, values: Values) -> Json | None:
        return self._checked(str(slot.value), world)

    def show(self, value: Json, world: World) -> str:
        return str(value)

    def options(self, world: World, values: Values) -> tuple[Option, ...]:
        return ()

    def _checked(self, text: str, world: World) -> Json | None:
        text = text.strip()
        _check_length(text, self.max_chars or world.crm.limits.max_text)
        return text if any(character.isalnum() for character in text) else None


@dataclass(frozen=True, slots=True)
class Choice:
    """A code of one of the organisation's lists (channels, stages …), shown by its label."""

    listed: str
    slot: str
    only: tuple[str, ...] = ()  # the codes that fit here; () = all

    def read(self, answer: Understanding, world: World, values: Values) -> Json | None:
        found = answer.get(self.slot)
        if found in self._codes(world):
            return found
        said = answer.text.strip().casefold()
        for option in self.options(world, values):
            if said in (option.label.casefold(), option.value):
                return option.value
        # The words of the lexicon: its sections have the names of the slots.
        cues = {cue.kind.removeprefix(f"{self.slot}.") for cue in world.lexicon.scan(fold(answer.text))}
        fitting = [code for code in self._codes(world) if code in cues]
        return fitting[0] if len(fitting) == 1 else None

    def take(self, slot: Slot, world: World, values: Values) -> Json | None:
        return slot.value if slot.value in self._codes(world) else None

    def show(self, value: Json, world: World) -> str:
        return world.crm.label(self.listed, value, world.words.language)

    def options(self, world: World, values: Values) -> tuple[Option, ...]:
        return tuple(Option(self.show(code, world), code) for code in self._codes(world))

    def _codes(self, world: World) -> tuple[str, ...]:
        codes = world.crm.codes(self.listed)
        return tuple(code for code in codes if code in self.only) if self.only else codes


@dataclass(frozen=True, slots=True)
class Along:
    """What came along with a message and is never typed: files, a place. ``key``: how it is shown, by {count}."""

    key: str

    def read(self, answer: Understanding, world: World, values: Values) -> None:
        return None

    def take(self, slot: Slot, world: World, values: Values) -> None:
        return None

    def show(self, value: Json, world: World) -> str:
        names = world.words.say("common.list_separator").join(item["name"] for item in value if item.get("name"))
        return world.words.say(self.key, count=len(value), names=names).strip()

    def options(self, world: World, values: Values) -> tuple[Option, ...]:
        return ()


@dataclass(frozen=True, slots=True)
class Verbatim(Along):
    """The words in which something was told, as they came."""

    def show(self, value: Json, world: World) -> str:
        return str(value)


@dataclass(frozen=True, slots=True)
class Exact:
    """A value that understanding finds by its form: a phone number, an e-mail address."""

    slot: Literal["phone", "email"]

    def read(self, answer: Understanding, world: World, values: Values) -> Json | None:
        found = answer.get(self.slot) or next(iter(self._in(answer)), None)
        return str(found) if found else None

    def _in(self, answer: Understanding) -> list[str]:
        """What has the form, whatever else the text seems to want: 「手机号是 139…」."""
        found = find_entities(fold(answer.text), chinese=answer.lang == "zh")
        return [entity.value for entity in found if entity.kind == self.slot]

    def take(self, slot: Slot, world: World, values: Values) -> Json:
        return str(slot.value)

    def show(self, value: Json, world: World) -> str:
        return show_phone(value, world.words) if self.slot == "phone" else str(value)

    def options(self, world: World, values: Values) -> tuple[Option, ...]:
        return ()


@dataclass(frozen=True, slots=True)
class Ref:
    """Another record. JSON: {"id": 7, "name": "华为技术有限公司"}, or {"new": "华为"} for one to be created.

    A name that fits several is asked with a telling second fact; one that is only near is asked too; an unknown one is
    created, refused, or ignored where the record is a mere addition. ``doubt``: a name that nobody has is not taken for
    a new one where it was understood with less certainty.
    """

    kind: str
    if_unknown: Literal["create", "refuse", "ignore"] = "refuse"
    slot: str | None = None
    doubt: float = 0.3

    def read(self, answer: Understanding, world: World, values: Values) -> Json | Question | None:
        found = answer.get(self.slot or self.kind)
        said = found if isinstance(found, str) else " ".join(answer.text.split())
        said = phrasing("behind_name").sub("", said) or said
        value = self.settle(said, world, values) if any(c.isalnum() for c in said) else None
        is_new = isinstance(value, dict) and "new" in value
        is_one_letter = len(said) < MIN_NAME  # 「唉」
        is_none = is_one_letter or is_no_name(said) or (self.kind in _PARTIES and _tells_value(answer))
        return None if is_new and not found and is_none else value

    def take(self, slot: Slot, world: World, values: Values) -> Json | Question | None:
        return self.settle(str(slot.value), world, values)

    def settle(self, said: str, world: World, values: Values) -> Json | Question | None:
        """The record that a name means. Raises `InvalidValue` where there is none and none may be created."""
        _check_length(said, world.crm.limits.max_name)
        found = world.find(self.kind, said, values)
        if found.is_sure and len(found.matches) == 1:
            return {"id": found.matches[0].id, "name": found.matches[0].name}
        if found.matches and (found.is_sure or self.if_unknown != "ignore"):
            return self._which(said, found, world)
        if self.if_unknown == "ignore" or is_no_name(said):
            return None
        if self.if_unknown == "refuse":
            own = f"{self.kind}.name_of_kind"  # kinds without a flow have no words of their own
            kind = world.words.say(own if world.words.has(own) else f"common.kind.{self.kind}")
            raise InvalidValue("dialog.unknown", name=said, kind=kind)
        return {"new": said.title() if self.kind == "contact" and said.isascii() and said.islower() else said}

    def show(self, value: Json, world: World) -> str:
        if "id" in value:
            return str(value["name"])
        return world.words.say(f"{self.kind}.new_one", name=value["new"])

    def options(self, world: World, values: Values) -> tuple[Option, ...]:
        matches = world.find(self.kind, "", values).matches
        return tuple(Option(match.name, {"id": match.id, "name": match.name}) for match in matches)

    def _which(self, said: str, found: Found, world: World) -> Question:
        options = [Option(label, {"id": m.id, "name": m.name}) for m, label in labelled(found)]
        if self.if_unknown == "create":
            options.append(Option(world.words.say(f"{self.kind}.create_new", name=said), {"new": said}))
        is_yes_no = len(found.matches) == 1
        return Question(which(said, found, world.words), tuple(options), is_yes_no)
