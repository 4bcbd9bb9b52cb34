"""Tags of customers, given and taken at once: 「给蓝海打上 重点客户 标签」, "tag Acme as VIP"; which there are."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select

from bot.custom.fields import customs
from bot.custom.learning import learn
from bot.custom.types import tags_in
from bot.dialogs.reply import Press, Reply
from bot.errors import NotFound
from bot.rules.access import fetch, visible
from bot.rules.named import one_named
from bot.talk.memory import Memory
from bot.world import World
from config.custom import TAGS, CustomField
from config.phrasing import phrasing
from nlu.names import normalise
from storage import records

MAX_CHARS = 120
_MARKS = " ,，.。「」\"'"


def asked(world: World, memory: Memory, text: str) -> Reply | None:
    """The answer to a message about tags; None for any other, and where tags are a field of another kind.

    Raises NotFound, NotAllowed, InvalidValue.
    """
    if len(text) > MAX_CHARS or world.words.pattern("tags.about").search(text) is None:
        return None
    item = next((item for item in customs(world) if item.key == TAGS), None)
    if item is None:
        return None
    said = text.strip().rstrip("。.!！?？")
    for name, act in _ACTS.items():
        for pattern in world.words.each(f"tags.{name}"):
            found = pattern.fullmatch(said)
            reply = act(world, memory, item, found.groupdict()) if found else None
            if reply is not None:
                return reply
    return None


Said = Mapping[str, str | None]


def _add(world: World, memory: Memory, item: CustomField, said: Said) -> Reply | None:
    return _change(world, memory, item, said, lambda held, tags: [*dict.fromkeys((*held, *tags))])


def _take(world: World, memory: Memory, item: CustomField, said: Said) -> Reply | None:
    return _change(world, memory, item, said, lambda held, tags: [tag for tag in held if tag not in tags])


def _change(
    world: World, memory: Memory, item: CustomField, said: Said, how: Callable[[list[str], list[str]], list[str]]
) -> Reply | None:
    """None where nobody is meant. Raises NotFound, NotAllowed, InvalidValue."""
    tags = tags_in(said.get("tags") or "", item.choices)
    customers = _customers(world, said.get("who")) if tags else []
    if not customers or not tags:
        return None
    for customer in customers:
        customer.custom = {**customer.custom, TAGS: how(customer.custom.get(TAGS, []), tags)}
    learn(world.tx, world.crm, [tag for tag in tags if any(tag in customer.custom[TAGS] for customer in customers)])
    world.session.flush()
    memory.focus["customer"] = customers[-1].id
    world.customs = None
    lines = [_held(world, customer) for customer in customers]
    step = world.tx.author.step_id if world.tx.author else None
    undo = (Press(world.words.say("dialog.undo"), {"do": "undo", "step": step}, is_open=True),) if step else ()
    return Reply("\n".join(lines), undo)


def _customers(world: World, said: str | None) -> list[Any]:
    """Those that are named, or the one that the talk is about. Raises NotFound, InvalidValue, NotAllowed."""
    cls = records.Customer
    if said is None or normalise(said) in map(normalise, world.words.words("common.pronoun.customer")):
        numbers = [world.focus["customer"]] if "customer" in world.focus else []
    else:
        whole = one_named(world, "customer", said.strip(_MARKS))
        parts = [part.strip(_MARKS) for part in phrasing("between_entries").split(said)] if whole is None else []
        each = [one_named(world, "customer", part) for part in parts if part]
        if len(each) > 1 and None in each and any(each):
            unknown = next(part for part, number in zip(filter(None, parts), each, strict=True) if number is None)
            raise NotFound(name=unknown)
        numbers = [number for number in ([whole] if whole is not None else each) if number is not None]
        if not numbers:
            raise NotFound(name=said.strip(_MARKS))
    return [fetch(world.tx, world.actor, world.crm, cls, number, "edit") for number in numbers]


def _held(world: World, customer: Any) -> str:
    held = world.words.say("common.and_separator").join(customer.custom.get(TAGS, ()))
    return world.words.say("tags.held" if held else "tags.none", name=customer.name, tags=held)


def _of(world: World, memory: Memory, item: CustomField, said: Said) -> Reply | None:
    """Which tags a customer has."""
    customers = _customers(world, said.get("who"))
    return Reply("\n".join(_held(world, customer) for customer in customers)) if customers else None


def _all(world: World, memory: Memory, item: CustomField, said: Said) -> Reply:
    """The tags that are in use on what the person sees, the most used first."""
    cls = records.Customer
    held = cls.custom[TAGS].as_string()
    query = select(cls.custom).where(visible(world.actor, world.crm, cls), held.is_not(None))
    counts: dict[str, int] = {}
    for custom in world.session.scalars(query):
        for tag in custom[TAGS]:
            counts[tag] = counts.get(tag, 0) + 1
    if not counts:
        return Reply(world.words.say("tags.nowhere"))
    told = [world.words.say("tags.one", tag=tag, count=n) for tag, n in sorted(counts.items(), key=lambda one: -one[1])]
    return Reply(world.words.say("tags.listed", tags=world.words.say("common.and_separator").join(told)))


_ACTS: Mapping[str, Callable[[World, Memory, CustomField, Said], Reply | None]] = {
    "all": _all, "of": _of, "take": _take, "add": _add,
}  # fmt: skip
