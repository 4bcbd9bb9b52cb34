"""What an administrator wishes of a list, done: added to, renamed, put in order, taken out of.

A change counts at once in every process, is audited and undone like any other. Nothing is taken out that records stand
on: they are moved along, or it is asked where to.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.custom.forms import undo
from bot.dialogs.model import Json
from bot.dialogs.reply import Press, Reply
from bot.errors import InvalidValue, UndoRefused
from bot.lists import entries, needs, standing
from bot.lists.entries import ORDERS
from bot.lists.keeping import begin, fits, name_of, write_list
from bot.lists.sections import crm_in
from bot.lists.standing import PLACES, kind_name
from bot.lists.wishes import Wish
from bot.talk.memory import Memory
from bot.world import World
from config.changed import STAGES
from config.crm import load_crm
from config.lists import Item, Stage

OFFERED = 4


def shown(world: World, wish: Wish) -> Reply:
    """The entries of a list; of the stages also what deals have to tell at them."""
    needed = needs.shown(world) if wish.listed == STAGES else ""
    return Reply("\n".join(filter(None, (_now(world, wish.listed, "section.shown"), needed))))


def add(world: World, wish: Wish) -> Reply:
    """New entries, in their place. Raises NotAllowed, InvalidValue."""
    begin(world, wish.listed)
    items = world.crm.items(wish.listed)
    changed, new = entries.with_new(world.crm, wish, items, PLACES[wish.listed].code_chars)
    write_list(world, wish.listed, changed)
    labels = _joined(world, [_label(world, wish.listed, item.code) for item in new])
    lines = [world.words.say("section.added", list=name_of(world, wish.listed), labels=labels)]
    lines += _notes(world, wish, new)
    return Reply("\n".join([*lines, _now(world, wish.listed)]), undo(world))


def rename(world: World, wish: Wish) -> Reply:
    """Another label, in the person's language; records that hold the words change along. Raises as `add`."""
    begin(world, wish.listed)
    items, item = _items_with(world, wish)
    old, new = item.labels[world.words.language], "".join(wish.new[:1])
    entries.check_label(new, [other for other in items if other is not item])
    renamed = entries.named(item, new, world.words.language)
    write_list(world, wish.listed, [renamed if each is item else each for each in items])
    place = PLACES[wish.listed]
    count = standing.move(world, place, [old], new) if place.holds == "words" else 0
    key = "section.renamed_carried" if count else "section.renamed"
    return Reply(world.words.say(key, old=old, new=new, count=count), undo(world))


def set_chance(world: World, wish: Wish) -> Reply:
    """Another probability of a stage. Raises as `add`."""
    begin(world, STAGES)
    items, stage = _items_with(world, wish)
    if not isinstance(stage, Stage) or stage.kind != "open":
        raise InvalidValue("section.no_chance")
    chance = entries.check_chance(wish.chance or 0)
    write_list(world, STAGES, [replace(stage, probability=chance) if each is stage else each for each in items])
    label = stage.labels[world.words.language]
    return Reply(world.words.say("section.chance_set", label=label, old=stage.probability, new=chance), undo(world))


def move(world: World, wish: Wish) -> Reply:
    """Another place in the order. Raises as `add`."""
    begin(world, wish.listed)
    items, item = _items_with(world, wish)
    others = [each for each in items if each is not item]
    at = entries.place_of(others, wish)
    if isinstance(item, Stage) and item.kind != "open":
        raise InvalidValue("section.only_before_end")
    write_list(world, wish.listed, [*others[:at], item, *others[at:]])
    moved = world.words.say("section.moved_to", label=item.labels[world.words.language])
    return Reply(f"{moved}\n{_now(world, wish.listed)}", undo(world))


def drop(world: World, wish: Wish) -> Reply:
    """Take an entry out; where records stand on it, they go ``to`` another, or it is asked where. Raises as `add`."""
    begin(world, wish.listed)
    items, item = _items_with(world, wish)
    rest = entries.without(items, item.code)
    _check_removable(world, wish.listed, item, rest)
    place = PLACES[wish.listed]
    facts: dict[str, Any] = {"list": name_of(world, wish.listed), "label": item.labels[world.words.language]}
    facts["count"] = count = standing.count(world, place, standing.values_of(place, item))
    is_kept = place.holds == "words"
    if count and not is_kept and wish.to in ("", item.code):
        return _where_to(world, wish, rest, facts)
    write_list(world, wish.listed, rest)
    key = "section.dropped_kept" if count and is_kept else "section.dropped"
    if count and wish.to not in ("", item.code):
        to = _label(world, wish.listed, wish.to) if is_kept else wish.to
        standing.move(world, place, standing.values_of(place, item), to)
        facts |= {"kind": kind_name(world, place), "to": _label(world, wish.listed, wish.to)}
        key = "section.dropped_moved"
    return Reply(world.words.say(key, **facts), undo(world))


def press(world: World, memory: Memory, action: Json) -> Reply:
    """The answer to where records go. Raises as `add`; an entry that is gone meanwhile is said to be."""
    codes = world.crm.codes(action["listed"])
    for code in (action["item"], action["to"]):
        if code not in codes:
            label = _label(world, action["listed"], code)
            raise InvalidValue("section.no_such", **_facts(world, action["listed"]), label=label)
    return drop(world, Wish(act="drop", listed=action["listed"], item=action["item"], to=action["to"]))


def check_undone(world: World) -> None:
    """Raises UndoRefused where records stand on an entry that an undo has just taken away."""
    before, after = world.crm, crm_in(world.tx, load_crm(world.settings.config))
    for listed, place in PLACES.items():
        lost = set(before.codes(listed)) - set(after.codes(listed)) if place.holds == "codes" else set()
        for code in sorted(lost):
            count = standing.count(world, place, [code])
            if count:
                label = before.label(listed, code, world.words.language)
                facts = {"count": count, "kind": kind_name(world, place), "list": name_of(world, listed)}
                raise UndoRefused("section.undo_in_use", **facts, label=label)
    world.crm = after


def _items_with(world: World, wish: Wish) -> tuple[tuple[Item, ...], Item]:
    """The list, and the entry of it that is meant. Raises InvalidValue for one that somebody has just taken out."""
    items = world.crm.items(wish.listed)
    item = next((item for item in items if item.code == wish.item), None)
    if item is None:
        raise InvalidValue("section.no_such", **_facts(world, wish.listed), label=_label(world, wish.listed, wish.item))
    return items, item


def _check_removable(world: World, listed: str, item: Item, rest: Sequence[Item]) -> None:
    label = item.labels[world.words.language]
    if isinstance(item, Stage) and not any(isinstance(each, Stage) and each.kind == item.kind for each in rest):
        raise InvalidValue("section.last_stage", label=label, kind=world.words.say(f"section.{item.kind}"))
    if not rest or not fits(world, listed, rest):
        raise InvalidValue("section.fixed", label=label)


def _notes(world: World, wish: Wish, new: Sequence[Item]) -> list[str]:
    """What was taken for granted: a probability, the moves of an order."""
    say, label = world.words.say, new[0].labels[world.words.language]
    if wish.listed == STAGES and wish.chance is None:
        chance = next(item.probability for item in new if isinstance(item, Stage))
        return [say("section.guess_chance", chance=chance, label=label, other=min(chance + 5, 95))]
    if wish.listed != ORDERS:
        return []
    sources = [_label(world, ORDERS, item.code) for item in world.crm.items(ORDERS) if new[0].code in item.next]
    targets = [_label(world, ORDERS, code) for code in new[0].next]
    key = "section.moves" if targets else "section.moves_last"
    return [say(key, label=label, sources=_joined(world, sources), targets=_joined(world, targets))]


def _where_to(world: World, wish: Wish, rest: Sequence[Item], facts: dict[str, Any]) -> Reply:
    """Records stand on what is to go: the nearest others are offered."""
    words, codes = world.words, world.crm.codes(wish.listed)
    others = [item for item in rest if not isinstance(item, Stage) or item.kind == "open"]
    near = sorted(others, key=lambda item: abs(codes.index(item.code) - codes.index(wish.item)))
    action = {"do": "section", "listed": wish.listed, "item": wish.item}
    buttons = [
        Press(words.say("section.move_them", to=item.labels[words.language]), {**action, "to": item.code})
        for item in near[:OFFERED]
    ]
    kind = kind_name(world, PLACES[wish.listed])
    return Reply(words.say("section.stands", **facts, kind=kind), tuple(buttons))


def _label(world: World, listed: str, code: str) -> str:
    return world.crm.label(listed, code, world.words.language)


def _joined(world: World, parts: Sequence[str]) -> str:
    return world.words.say("common.and_separator").join(parts)


def _facts(world: World, listed: str) -> dict[str, str]:
    """What a list is called, and its entries in order."""
    words = world.words
    labels = [
        words.say("section.entry", label=item.labels[words.language], chance=item.probability)
        if isinstance(item, Stage)
        else item.labels[words.language]
        for item in world.crm.items(listed)
    ]
    separator = " → " if listed == STAGES else words.say("common.and_separator")
    return {"list": name_of(world, listed), "entries": separator.join(labels)}


def _now(world: World, listed: str, key: str = "section.added_one_more") -> str:
    return world.words.say(key, **_facts(world, listed))
