"""What is said about custom fields: a new one defined, one taken away, a value told, records listed by it."""

import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from sqlalchemy import select

from bot.custom import changing
from bot.custom.fields import customs, of_kind
from bot.custom.forms import kept, shown_of, undo
from bot.custom.types import Custom
from bot.dialogs.model import Json, Question, Reply
from bot.dialogs.show import shortened
from bot.errors import InvalidValue
from bot.rules.access import fetch, visible
from bot.rules.pronouns import spoken_of
from bot.talk.memory import Memory
from bot.talk.paging import page
from bot.talk.phrases import is_phrase
from bot.world import World
from config.catalog import Catalog
from config.custom import KINDS, TYPES, CustomField
from config.phrasing import phrasing
from nlu.names import normalise
from nlu.types import Understanding
from storage import records

MAX_LABEL, MAX_CHOICES, MAX_FIELDS = 30, 50, 100
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def answer(world: World, memory: Memory, text: str) -> Reply | None:
    """The answer to a message about the fields themselves; None for any other."""
    plain = text.strip().rstrip("。.")
    if is_phrase(world.words, "custom.shown", plain):
        return changing.shown(world)
    acts = (("add", _add), ("drop", _drop), ("rename", changing.rename), ("more", changing.add_choices))
    for name, act in acts:
        key = f"custom.{name}"
        for pattern in world.words.words(key):
            found = re.fullmatch(pattern, plain, re.I | re.S)
            kind = _kind_called(world, found["kind"]) if found else None
            if found and kind:
                return act(world, kind, found)
    return _told_of(world, plain) or _listed(world, memory, plain)


def _told_of(world: World, text: str) -> Reply | None:
    """「蓝海的渠道来源是什么」, "what is Corval's lead source": the value that a record has. None for other talk."""
    for item in customs(world):
        label = item.label(world.words.language)
        asked = (pattern.replace("LABEL", re.escape(label)) for pattern in world.words.words("custom.question"))
        found = next((match for pattern in asked if (match := re.fullmatch(pattern, text, re.I))), None)
        meant = world.find(item.kind, found["who"].strip(), {}) if found else None
        if meant is None or not meant.is_sure or len(meant.matches) != 1:
            continue
        record = fetch(world.tx, world.actor, world.crm, records.record_class(item.kind), meant.matches[0].id)
        value = dict(shown_of(world, record)).get(label)
        facts = {"name": meant.matches[0].name, "label": label, "value": value or ""}
        return Reply(world.words.say("custom.value" if value else "custom.no_value", **facts))
    return None


def _kind_called(world: World, said: str) -> str | None:
    """The kind of record that a word means, in the singular or the plural."""
    words = {normalise(word) for word in (said, said.removesuffix("s"), re.sub("ies$", "y", said))}
    return next((kind for kind in KINDS if normalise(world.words.say(f"common.kind.{kind}")) in words), None)


def _add(world: World, kind: str, found: re.Match[str]) -> Reply:
    """「给客户加一个字段 渠道来源：选项 展会、官网、转介绍」. Raises NotAllowed, InvalidValue."""
    changing.require_admin(world)
    groups = found.groupdict()
    label, _colon, rest = _halves(world, groups.get("label"), groups.get("rest") or "")
    field_type, choices = _type_in(world, rest)
    if not 1 <= len(label) <= MAX_LABEL or not any(c.isalnum() for c in label) or "." in label:
        raise InvalidValue("custom.bad_label", max=MAX_LABEL)
    taken = {normalise(item.label(world.words.language)) for item in of_kind(world, kind)}
    if normalise(label) in taken or world.words.has(f"record.field.{label}"):
        raise InvalidValue("custom.exists", label=label)
    if len(customs(world)) >= MAX_FIELDS:
        raise InvalidValue("custom.too_many", max=MAX_FIELDS)
    world.create(records.CustomField(for_kind=kind, label=label, field_type=field_type, choices=list(choices)))
    words = world.words
    item = CustomField(kind=kind, key=label, labels={"zh": label, "en": label}, type=field_type, choices=choices)
    example = choices[0] if choices else words.say(f"custom.example.{field_type}")
    text = words.say("custom.added", kind=words.say(f"common.kind.{kind}"), label=label, what=_what(world, item))
    return Reply(f"{text}\n{words.say('custom.how', label=label, example=example)}", undo(world))


def _drop(world: World, kind: str, found: re.Match[str]) -> Reply:
    """Take a field away; what records hold under it stays with them."""
    changing.require_admin(world)
    label = found["label"].strip(" :：「」\"'")
    cls = records.CustomField
    query = select(cls).where(cls.deleted_at.is_(None), cls.for_kind == kind)
    field = next((item for item in world.session.scalars(query) if normalise(item.label) == normalise(label)), None)
    if field is None:
        raise InvalidValue("custom.no_such", label=label)
    field.deleted_at = world.now
    world.session.flush()
    return Reply(world.words.say("custom.dropped", label=field.label), undo(world))


def _halves(world: World, label: str | None, rest: str) -> tuple[str, str, str]:
    """The label, and what is said of the type behind it."""
    if label is not None:
        return label.strip(" 「」\"'"), ":", rest
    rest = rest.strip(" :：")
    found = _type_word(world.words).search(rest)
    if found is not None and not re.search("[：:，,（(]", rest[: found.start()]):  # 「员工数 数字」
        return rest[: found.start()].strip(" 「」\"'"), ":", rest[found.start() :]
    name, colon, after = re.sub(r"[：，,（(]", ":", rest, count=1).partition(":")
    return name.strip(" 「」\"'"), colon, after


@lru_cache
def _type_word(words: Catalog) -> re.Pattern[str]:
    """A word for a type that stands by itself."""
    listed = (re.escape(word) for name in TYPES for word in words.words(f"custom.types.{name}"))
    return re.compile(rf"\s(?:{'|'.join(listed)})(?=[\s:：]|$)", re.I)


def _type_in(world: World, said: str) -> tuple[Any, tuple[str, ...]]:
    """The type that the words name, and the choices. Raises InvalidValue for a choice without any."""
    plain = said.strip(" :：，,（）()")
    for field_type in ("choices", *(name for name in TYPES if name != "choices")):
        for word in world.words.words(f"custom.types.{field_type}"):
            if plain.casefold().startswith(word):
                items = _items(plain[len(word) :])
                if field_type.startswith("choice") and not items:
                    raise InvalidValue("custom.no_choices")
                return field_type, items if field_type.startswith("choice") else ()
    items = _items(plain)
    return ("choice", items) if len(items) > 1 else ("text", ())


def _items(text: str) -> tuple[str, ...]:
    plain = phrasing("choice_of").sub("", text.strip(" :："))  # "a choice of fair, website"
    parts = (part.strip(" :：「」\"'.。") for part in phrasing("between_choices").split(plain))
    return tuple(dict.fromkeys(part for part in parts if part))[:MAX_CHOICES]


def _what(world: World, item: CustomField) -> str:
    name = world.words.say(f"custom.type_name.{item.type}")
    choices = world.words.say("common.and_separator").join(item.choices)
    return world.words.say("custom.with_choices", type=name, choices=choices) if choices else name


def told(world: World, heard: Understanding) -> tuple[str, Json] | None:
    """「蓝海物流的渠道来源是展会」: the form that changes the record, and what it begins with; None for other talk."""
    if not world.clauses:
        return None
    for item in customs(world):
        flow = f"{item.kind}_update"
        if item.label(world.words.language) not in world.clauses or item.kind not in ("customer", "opportunity"):
            continue
        named = next((match.name for match in heard.names if match.name.kind == item.kind), None)
        about = {"id": int(named.key), "name": named.name} if named else spoken_of(world, item.kind)
        return flow, {item.kind: about} if about else {}
    return None


def _listed(world: World, memory: Memory, text: str) -> Reply | None:
    """「渠道来源是展会的客户」, "customers whose lead source is website"."""
    for item in customs(world):
        label = re.escape(item.label(world.words.language))
        for pattern in world.words.words("custom.list"):
            found = re.fullmatch(pattern.replace("LABEL", label), text, re.I)
            if found and _kind_called(world, found["kind"]) == item.kind:
                return _page(world, memory, item, found)
    return None


def _page(world: World, memory: Memory, item: CustomField, found: re.Match[str]) -> Reply:
    label = item.label(world.words.language)
    read = Custom(item, label).read(world.understand(found["value"]), world, {})
    if read is None or isinstance(read, Question):
        raise InvalidValue("custom.unfit", label=label, value=found["value"])
    wanted = kept(item, read)
    groups = found.groupdict()
    sign = 1 if groups.get("above") else -1 if groups.get("below") else 0
    cls: Any = records.record_class(item.kind)
    query = select(cls).where(visible(world.actor, world.crm, cls), cls.custom[item.key].as_string().is_not(None))
    rows = world.session.scalars(query.order_by(cls.updated_at.desc(), cls.id).limit(2000))
    fitting = [row for row in rows if _fits(row.custom.get(item.key), wanted, sign)]
    lines = [shortened(str(getattr(row, "name", None) or getattr(row, "number", row.public_id)), 60) for row in fitting]
    return page(world, memory, "custom", lines, len(lines))


def _fits(value: Json, wanted: Json, sign: int) -> bool:
    """Is the value the one that is wanted, or (``sign``) above or below it?"""
    if sign:
        mine, other = _size(value), _size(wanted)
        return mine is not None and other is not None and (mine > other if sign > 0 else mine < other)
    if isinstance(wanted, dict) and "id" in wanted:
        return isinstance(value, dict) and value.get("id") == wanted["id"]
    if isinstance(wanted, list):
        return isinstance(value, list) and set(wanted) <= set(value)
    if isinstance(wanted, str) and isinstance(value, str):
        return normalise(wanted) == normalise(value)
    return bool(value == wanted)


def _size(value: Json) -> Decimal | None:
    """What numbers, amounts and days are compared by; None for what has no size."""
    plain = value.get("value") if isinstance(value, dict) else value
    try:
        return Decimal(str(plain).replace("-", "") if isinstance(plain, str) and _DAY.fullmatch(plain) else str(plain))
    except InvalidOperation:
        return None
