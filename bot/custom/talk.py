"""What is said with custom fields: a value told, a value asked for, records listed by it."""

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import select

from bot.custom import changing, tags
from bot.custom.fields import customs
from bot.custom.forms import kept, shown_of
from bot.custom.types import Custom
from bot.custom.wording import kind_called, patterns, singular
from bot.dialogs.model import Json, Question
from bot.dialogs.reply import Reply
from bot.dialogs.show import shortened
from bot.errors import InvalidValue
from bot.rules import products
from bot.rules.access import fetch, visible
from bot.rules.documents import named
from bot.talk.memory import Memory
from bot.talk.paging import page
from bot.world import World
from config.custom import CustomField
from nlu.names import normalise
from nlu.types import Understanding
from storage import records

_WISHED = ("website",)
_YEAR = re.compile(r"\d{4}年?")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
# The forms that change a record of a kind, with the fields of its own.
_ALONE = ("product", "reminder")  # kinds whose forms change nothing else, and ask for no record
_CHANGES = {
    **{kind: f"{kind}_update" for kind in ("customer", "opportunity", "follow_up")},
    **{kind: f"{kind}_change" for kind in ("quote", "contract", "order", "invoice", "payment")},
    "contact": "customer_update",
    "service_request": "service_update",
    **{kind: f"{kind}_own" for kind in _ALONE},
}


def answer(world: World, memory: Memory, text: str) -> Reply | None:
    """The answer to a message about the fields themselves, or what records hold in them; None for any other."""
    plain = text.strip().rstrip("。.")
    known = (
        changing.asked(world, plain)
        or tags.asked(world, memory, plain)
        or _told_of(world, plain)
        or _listed(world, memory, plain)
    )
    return known or _wished(world, plain)


def _told_of(world: World, text: str) -> Reply | None:
    """「蓝海的渠道来源是什么」, "what is Corval's lead source": the value that a record has. None for other talk."""
    for item, found in _matches(world, "custom.question", text):
        meant = world.find(item.kind, found["who"].strip(), {})
        if not meant.is_sure or len(meant.matches) != 1:
            continue
        record = fetch(world.tx, world.actor, world.crm, records.record_class(item.kind), meant.matches[0].id)
        label = item.label(world.words.language)
        value = dict(shown_of(world, record)).get(label)
        facts = {"name": meant.matches[0].name, "label": label, "value": value or ""}
        return Reply(world.words.say("custom.value" if value else "custom.no_value", **facts))
    return None


def _wished(world: World, text: str) -> Reply | None:
    """「打个标签」, 「网站是 www.…」, where there is no such field: that, and how one comes about; no note is made."""
    names = (name for name in _WISHED if world.words.pattern(f"custom.wished.{name}").search(text))
    for name in names:
        label = world.words.say(f"custom.wished_as.{name}")
        labels = (item.label(world.words.language) for item in customs(world))
        if any(normalise(one) == normalise(label) for one in labels):
            return None
        made_of = world.words.say(f"custom.wished_type.{name}")
        return Reply(world.words.say("custom.no_field", label=label, type=made_of))
    return None


def _matches(world: World, key: str, text: str) -> list[tuple[CustomField, re.Match[str]]]:
    """Each field that the message names in one of these ways, with how."""
    labels = tuple(dict.fromkeys(item.label(world.words.language) for item in customs(world)))
    if not any(singular(label.casefold()) in text.casefold() for label in labels):
        return []
    spelt = tuple(dict.fromkeys(form for label in labels for form in (label, singular(label))))
    found = [match for pattern in patterns(world.words, key, spelt) if (match := pattern.fullmatch(text))]
    return [
        (item, match)
        for match in found
        for item in customs(world)
        if singular(normalise(item.label(world.words.language))) == singular(normalise(match["label"]))
    ]


def told(world: World, heard: Understanding) -> tuple[str, Json] | None:
    """「蓝海物流的渠道来源是展会」: the form that changes the record, and what it begins with; None for other talk."""
    if not world.clauses:
        return None
    said = [item for item in customs(world) if item.label(world.words.language) in world.clauses]
    about = [(item, _record_meant(world, heard, item.kind)) for item in said if item.kind in _CHANGES]
    about = [(item, meant) for item, meant in about if meant is not None or item.kind not in _ALONE]
    for item, meant in sorted(about, key=lambda one: one[1] is None):
        return _CHANGES[item.kind], meant or _customer_meant(world, heard)
    return None


def _record_meant(world: World, heard: Understanding, kind: str) -> Json | None:
    """The record of a kind that a message names, else the one that the talk was about."""
    product = products.named_in(world, world.said) if kind == "product" else None
    if product is not None:
        return {kind: {"id": product.id, "name": product.name}}
    match = next((match.name for match in heard.names if match.name.kind == kind), None)
    if match is not None:
        return {kind: {"id": int(match.key), "name": match.name}}
    number = heard.slots.get(f"{kind}_number")
    found = world.find(kind, str(number.value), {}) if number else None
    if found is not None and len(found.matches) == 1:
        return {kind: {"id": found.matches[0].id, "name": found.matches[0].name}}
    if kind not in world.focus or any(match.name.kind == "customer" for match in heard.names):
        return None
    record: Any = fetch(world.tx, world.actor, world.crm, records.record_class(kind), world.focus[kind])
    name = next((name for name in (getattr(record, part, None) for part in ("name", "subject")) if name), None)
    return {kind: {"id": record.id, "name": shortened(name, 60)} if name else named(record)}


def _customer_meant(world: World, heard: Understanding) -> Json:
    match = next((match.name for match in heard.names if match.name.kind == "customer"), None)
    return {"customer": {"id": int(match.key), "name": match.name}} if match else {}


def _listed(world: World, memory: Memory, text: str) -> Reply | None:
    """「渠道来源是展会的客户」, "customers whose lead source is website"."""
    for item, found in _matches(world, "custom.list", text):
        if kind_called(world.words, found["kind"]) == item.kind:
            return _page(world, memory, item, found)
    return None


def _page(world: World, memory: Memory, item: CustomField, found: re.Match[str]) -> Reply:
    label = item.label(world.words.language)
    groups, said = found.groupdict(), found["value"]
    if item.type == "date" and _YEAR.fullmatch(said):  # "before 2016", "after 2016"
        said = f"{said[:4]}-01-01" if groups.get("below") else f"{said[:4]}-12-31"
    read = Custom(item, label).read(world.understand(said), world, {})
    if read is None or isinstance(read, Question):
        raise InvalidValue("custom.unfit", label=label, value=said)
    wanted = kept(item, read)
    sign = 1 if groups.get("above") else -1 if groups.get("below") else 0
    compared = (groups.get("above") or groups.get("below") or "").strip()
    is_within = compared.casefold() in world.words.words("custom.within")
    cls: Any = records.record_class(item.kind)
    query = select(cls).where(visible(world.actor, world.crm, cls), cls.custom[item.key].as_string().is_not(None))
    rows = world.session.scalars(query.order_by(cls.updated_at.desc(), cls.id).limit(2000))
    fitting = [row for row in rows if _fits(row.custom.get(item.key), wanted, sign, is_within)]
    lines = [shortened(str(getattr(row, "name", None) or getattr(row, "number", row.public_id)), 60) for row in fitting]
    return page(world, memory, "custom", lines, len(lines))


def _fits(value: Json, wanted: Json, sign: int, is_within: bool) -> bool:
    """Is the value the one that is wanted, or (``sign``) above or below it, or as much (``is_within``)?"""
    if sign:
        mine, other = _size(value), _size(wanted)
        if mine is None or other is None or _currency(value) != _currency(wanted):
            return False
        return (is_within and mine == other) or (mine > other if sign > 0 else mine < other)
    if isinstance(wanted, dict) and "id" in wanted:
        return isinstance(value, dict) and value.get("id") == wanted["id"]
    if isinstance(wanted, list):
        return isinstance(value, list) and set(wanted) <= set(value)
    if isinstance(wanted, str) and isinstance(value, str):
        return normalise(wanted) == normalise(value)
    return bool(value == wanted)


def _currency(value: Json) -> str | None:
    return value.get("currency") if isinstance(value, dict) else None


def _size(value: Json) -> Decimal | None:
    """What numbers, amounts and days are compared by; None for what has no size."""
    plain = value.get("value") if isinstance(value, dict) else value
    try:
        return Decimal(str(plain).replace("-", "") if isinstance(plain, str) and _DAY.fullmatch(plain) else str(plain))
    except InvalidOperation:
        return None
