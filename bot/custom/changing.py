"""The fields themselves, shown and changed by an administrator: renamed with what is kept under them, choices added."""

import re
from typing import Any

from sqlalchemy import select

from bot.custom.fields import customs, of_kind
from bot.custom.forms import undo
from bot.dialogs.model import Reply
from bot.errors import InvalidValue, NotAllowed
from bot.world import World
from config.phrasing import phrasing
from nlu.names import normalise
from storage import records

MAX_LABEL, MAX_CHOICES = 30, 50


def require_admin(world: World) -> None:
    if world.crm.level(world.actor.role, "user", "edit") != "all":
        raise NotAllowed


def shown(world: World) -> Reply:
    """Which fields of one's own there are, by kind."""
    words = world.words
    fields = customs(world)
    if not fields:
        return Reply(words.say("custom.none"))
    lines = [words.say("custom.head", count=len(fields))]
    for item in fields:
        kind = words.say(f"common.kind.{item.kind}")
        what = words.say(f"custom.type_name.{item.type}")
        if item.choices:
            choices = words.say("common.and_separator").join(item.choices)
            what = words.say("custom.with_choices", type=what, choices=choices)
        lines.append(words.say("custom.row", kind=kind, label=item.label(words.language), what=what))
    return Reply("\n".join(lines))


def rename(world: World, kind: str, found: re.Match[str]) -> Reply:
    """Another name for a field; what records hold under the old one goes along. Raises InvalidValue, NotAllowed."""
    require_admin(world)
    field, new = _field(world, kind, found["label"]), found["new"].strip(" :：「」\"'")
    if not 1 <= len(new) <= MAX_LABEL or not any(c.isalnum() for c in new) or "." in new:
        raise InvalidValue("custom.bad_label", max=MAX_LABEL)
    if normalise(new) in {normalise(item.label(world.words.language)) for item in of_kind(world, kind)}:
        raise InvalidValue("custom.exists", label=new)
    old, cls = field.label, records.record_class(kind)
    field.label = new
    holding: Any = select(cls).where(cls.custom[old].as_string().is_not(None))
    count = 0
    for record in world.session.scalars(holding):
        record.custom = {new if key == old else key: value for key, value in record.custom.items()}
        count += 1
    world.session.flush()
    return Reply(world.words.say("custom.renamed", old=old, new=new, count=count), undo(world))


def add_choices(world: World, kind: str, found: re.Match[str]) -> Reply:
    """More choices for a field that has some. Raises InvalidValue, NotAllowed."""
    require_admin(world)
    field = _field(world, kind, found["label"])
    given = (part.strip(" 「」\"'。.") for part in phrasing("between_entries").split(found["choices"]))
    new = [part for part in dict.fromkeys(given) if part and part not in field.choices]
    if not field.choices or not new:
        raise InvalidValue("custom.no_choices")
    field.choices = [*field.choices, *new][:MAX_CHOICES]
    world.session.flush()
    choices = world.words.say("common.and_separator").join(field.choices)
    return Reply(world.words.say("custom.more_choices", label=field.label, choices=choices), undo(world))


def _field(world: World, kind: str, said: str) -> "records.CustomField":
    """The field of this name that was added in chat. Raises InvalidValue."""
    label = said.strip(" :：「」\"'")
    cls = records.CustomField
    query = select(cls).where(cls.deleted_at.is_(None), cls.for_kind == kind)
    field = next((item for item in world.session.scalars(query) if normalise(item.label) == normalise(label)), None)
    if field is None:
        raise InvalidValue("custom.no_such", label=label)
    return field
