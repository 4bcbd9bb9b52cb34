"""The fields themselves, shown and changed by an administrator: added, renamed with what is kept under them, their
choices added to, renamed and taken away, and taken away as a whole."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select

from bot.custom.defining import MAX_CHOICES, add, checked_label, require_admin, unquoted
from bot.custom.fields import customs, in_use
from bot.custom.forms import undo
from bot.custom.wording import kind_called, patterns
from bot.dialogs.reply import Reply
from bot.errors import InvalidValue
from bot.talk.phrases import is_phrase
from bot.world import World
from config.phrasing import phrasing
from nlu.names import normalise
from storage import records

Groups = Mapping[str, str | None]


def asked(world: World, text: str) -> Reply | None:
    """The answer to a message about the fields; None for any other."""
    words = world.words
    if is_phrase(words, "custom.shown", text):
        return shown(world)
    labels = tuple(dict.fromkeys(item.label(words.language) for item in customs(world)))
    is_named = any(label.casefold() in text.casefold() for label in labels)
    if not (is_named or words.pattern("custom.about").search(text)):
        return None
    for name, act in _ACTS.items():
        for pattern in patterns(words, f"custom.{name}", labels):
            found = pattern.fullmatch(text)
            if found is not None:
                return act(world, found.groupdict())
    return None


def shown(world: World) -> Reply:
    """Which fields of one's own there are, by kind."""
    words = world.words
    fields = in_use(customs(world))
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


def _drop(world: World, said: Groups) -> Reply:
    """Take a field away; what records hold under it stays with them."""
    field = _field(world, said)
    field.deleted_at = world.now
    world.session.flush()
    return Reply(world.words.say("custom.dropped", label=field.label), undo(world))


def _rename(world: World, said: Groups) -> Reply:
    """Another name for a field; what records hold under the old one goes along."""
    field = _field(world, said)
    new = checked_label(world, field.for_kind, said["new"] or "")
    old, field.label = field.label, new
    count = _rewrite(world, field.for_kind, old, lambda custom: {**_without(custom, old), new: custom[old]})
    return Reply(world.words.say("custom.renamed", old=old, new=new, count=count), undo(world))


def _more(world: World, said: Groups) -> Reply:
    """More choices for a field that has some."""
    field = _field(world, said)
    new = [choice for choice in _entries(said["choices"]) if choice not in field.choices]
    if not field.choices or not new:
        raise InvalidValue("custom.no_choices")
    return _choose(world, field, [*field.choices, *new])


def _fewer(world: World, said: Groups) -> Reply:
    """Choices that are offered no longer; records that have them keep them."""
    field = _field(world, said)
    gone = {_choice(world, field, choice) for choice in _entries(said["choices"])}
    left = [choice for choice in field.choices if choice not in gone]
    if not left:
        raise InvalidValue("custom.last_choice", label=field.label)
    return _choose(world, field, left)


def _relabel(world: World, said: Groups) -> Reply:
    """Another name for a choice; records that have it go along."""
    field = _field(world, said)
    old, new = _choice(world, field, said["old"] or ""), unquoted(said["new"] or "")
    if not new or new in field.choices:
        raise InvalidValue("custom.no_choices")

    def chosen(value: Any) -> Any:
        return [new if one == old else one for one in value] if isinstance(value, list) else new

    def is_old(value: Any) -> bool:
        return old in value if isinstance(value, list) else bool(value == old)

    label = field.label
    _rewrite(
        world,
        field.for_kind,
        label,
        lambda custom: {**custom, label: chosen(custom[label])} if is_old(custom[label]) else custom,
    )
    return _choose(world, field, [new if choice == old else choice for choice in field.choices])


_ACTS: Mapping[str, Callable[[World, Groups], Reply]] = {
    "add": add,
    "drop": _drop,
    "rename": _rename,
    "relabel": _relabel,
    "fewer": _fewer,
    "more": _more,
}


def _entries(said: str | None) -> list[str]:
    parts = (unquoted(part) for part in phrasing("between_entries").split(said or ""))
    return [part for part in dict.fromkeys(parts) if part]


def _choice(world: World, field: "records.CustomField", said: str) -> str:
    """The choice of this name. Raises InvalidValue with those there are."""
    plain = normalise(unquoted(said))
    found = next((choice for choice in field.choices if normalise(choice) == plain), None)
    if found is None:
        choices = world.words.say("common.and_separator").join(field.choices)
        raise InvalidValue("custom.not_a_choice", label=field.label, value=unquoted(said)[:40], choices=choices)
    return found


def _choose(world: World, field: "records.CustomField", choices: list[str]) -> Reply:
    field.choices = choices[:MAX_CHOICES]
    world.session.flush()
    listed = world.words.say("common.and_separator").join(field.choices)
    return Reply(world.words.say("custom.more_choices", label=field.label, choices=listed), undo(world))


def _rewrite(world: World, kind: str, key: str, how: Callable[[dict[str, Any]], dict[str, Any]]) -> int:
    """Change what records hold in their own fields, where they hold something under the key; how many do."""
    cls = records.record_class(kind)
    holding: Any = select(cls).where(cls.custom[key].as_string().is_not(None))
    count = 0
    for record in world.session.scalars(holding):
        record.custom = how(record.custom)
        count += 1
    world.session.flush()
    return count


def _without(custom: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in custom.items() if name != key}


def _field(world: World, said: Groups) -> "records.CustomField":
    """The field of this name that was added in chat. Raises InvalidValue, NotAllowed."""
    require_admin(world)
    words, label = world.words, unquoted(said["label"] or "")
    kind = kind_called(words, said.get("kind"))
    cls = records.CustomField
    query = select(cls).where(cls.deleted_at.is_(None), *([cls.for_kind == kind] if kind else []))
    found = [item for item in world.session.scalars(query) if normalise(item.label) == normalise(label)]
    if len(found) > 1:
        kinds = words.say("common.and_separator").join(words.say(f"common.kind.{item.for_kind}") for item in found)
        raise InvalidValue("custom.of_which", label=label, kinds=kinds)
    if not found:
        is_declared = any(normalise(label) in map(normalise, item.labels.values()) for item in world.crm.customs)
        raise InvalidValue("custom.declared" if is_declared else "custom.no_such", label=label)
    return found[0]
