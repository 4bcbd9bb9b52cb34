"""A new field, as an administrator says it: 「给客户加一个字段 渠道来源：选项 展会、官网、转介绍」."""

import re
from collections.abc import Mapping
from functools import lru_cache

from bot.custom.fields import customs, of_kind
from bot.custom.forms import undo
from bot.custom.wording import kind_called, type_called
from bot.dialogs.reply import Reply
from bot.errors import InvalidValue, NotAllowed
from bot.world import World
from config.catalog import Catalog
from config.custom import TYPES, CustomField, FieldType
from config.phrasing import phrasing
from nlu.names import normalise
from storage import records

MAX_LABEL, MAX_CHOICES, MAX_FIELDS = 30, 50, 100
_PART = re.compile(r"[：:，,（(]|\s[-–—]\s")


def require_admin(world: World) -> None:
    if world.crm.level(world.actor.role, "user", "edit") != "all":
        raise NotAllowed


def add(world: World, said: Mapping[str, str | None]) -> Reply:
    """A field of a kind, with its type and choices. Raises NotAllowed, InvalidValue."""
    require_admin(world)
    words, kind = world.words, kind_called(world.words, said["kind"]) or ""
    named = type_called(words, said.get("type") or "")
    label, rest = _halves(words, said.get("label"), said.get("rest") or "", named)
    label = checked_label(world, kind, label)
    if words.has(f"record.field.{label}"):
        raise InvalidValue("custom.exists", label=label)
    field_type, choices = _type_in(words, rest, named)
    if len(customs(world)) >= MAX_FIELDS:
        raise InvalidValue("custom.too_many", max=MAX_FIELDS)
    world.create(records.CustomField(for_kind=kind, label=label, field_type=field_type, choices=list(choices)))
    item = CustomField(kind=kind, key=label, labels={"zh": label, "en": label}, type=field_type, choices=choices)
    example = choices[0] if choices else words.say(f"custom.example.{field_type}")
    text = words.say("custom.added", kind=words.say(f"common.kind.{kind}"), label=label, what=_what(words, item))
    return Reply(f"{text}\n{words.say('custom.how', label=label, example=example)}", undo(world))


def checked_label(world: World, kind: str, said: str) -> str:
    """A name that a new or renamed field may have. Raises InvalidValue."""
    label = unquoted(said)
    if not 1 <= len(label) <= MAX_LABEL or not any(c.isalnum() for c in label) or "." in label:
        raise InvalidValue("custom.bad_label", max=MAX_LABEL)
    taken = {normalise(item.label(world.words.language)) for item in of_kind(world, kind)}
    if normalise(label) in taken:
        raise InvalidValue("custom.exists", label=label)
    return label


def unquoted(said: str) -> str:
    return said.strip(" :：「」“”\"'。.")


def _halves(words: Catalog, label: str | None, rest: str, named: FieldType | None) -> tuple[str, str]:
    """The label, and what is said of the type behind it."""
    if label is not None:
        return label, rest
    rest = rest.strip(" :：")
    found = _type_word(words).search(rest)
    if found is not None and not _PART.search(rest[: found.start()]):  # 「员工数 数字」
        return rest[: found.start()], rest[found.start() :]
    mark = _PART.search(rest)
    if mark is None and (named or "").startswith("choice"):  # 「多选字段 认证 ISO9001、CMMI」
        name, _space, after = rest.partition(" ")
        return name, after
    return (rest[: mark.start()], rest[mark.end() :]) if mark else (rest, "")


@lru_cache
def _type_word(words: Catalog) -> re.Pattern[str]:
    """A word for a type that stands by itself."""
    listed = (re.escape(word) for name in TYPES for word in words.words(f"custom.types.{name}"))
    return re.compile(rf"\s(?:{'|'.join(listed)})(?=[\s:：]|$)", re.I)


def _type_in(words: Catalog, said: str, named: FieldType | None) -> tuple[FieldType, tuple[str, ...]]:
    """The type that the words name, and the choices. Raises InvalidValue for a choice without any."""
    plain = said.strip(" :：，,（）()-–—")
    for field_type in ("choices", *(name for name in TYPES if name != "choices")):
        for word in words.words(f"custom.types.{field_type}"):
            if plain.casefold().startswith(word):
                return _with_choices(named or field_type, _items(plain[len(word) :]))  # type: ignore[arg-type]
    items = _items(plain)
    return _with_choices(named or ("choice" if len(items) > 1 else "text"), items)


def _with_choices(field_type: FieldType, items: tuple[str, ...]) -> tuple[FieldType, tuple[str, ...]]:
    if not field_type.startswith("choice"):
        return field_type, ()
    if not items:
        raise InvalidValue("custom.no_choices")
    return field_type, items


def _items(text: str) -> tuple[str, ...]:
    plain = phrasing("choice_of").sub("", text.strip(" :：。."))  # "a choice of fair, website", 「月结、现结两种」
    parts = (unquoted(part) for part in phrasing("between_choices").split(plain))
    return tuple(dict.fromkeys(part for part in parts if part))[:MAX_CHOICES]


def _what(words: Catalog, item: CustomField) -> str:
    name = words.say(f"custom.type_name.{item.type}")
    choices = words.say("common.and_separator").join(item.choices)
    return words.say("custom.with_choices", type=name, choices=choices) if choices else name
