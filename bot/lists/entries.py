"""The entries of a list as they would be after a change: their codes, their order, what they lead to. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.errors import InvalidValue
from bot.lists.wishes import Wish
from config.changed import STAGES
from config.crm import Crm
from config.lists import Item, Stage
from config.types import Language
from nlu.names import normalise

MAX_LABEL, MAX_ENTRIES = 30, 50
ORDERS = "order_statuses"


def with_new(crm: Crm, wish: Wish, items: Sequence[Item], longest: int) -> tuple[list[Item], list[Item]]:
    """The list with the new entries of a wish, and these. ``longest``: characters of a code. Raises InvalidValue."""
    new: list[Item] = []
    at = place_of(items, wish)
    for label in wish.new:
        check_label(label, [*items, *new])
        new.append(_new(crm, wish, label, [*items[:at], *new, *items[at:]], longest))
    if len(items) + len(new) > MAX_ENTRIES:
        raise InvalidValue("section.too_many", max=MAX_ENTRIES)
    changed = [*items[:at], *new, *items[at:]]
    if wish.listed == ORDERS:
        changed = _with_moves(changed, at, len(new))
    return changed, changed[at : at + len(new)]


def without(items: Sequence[Item], code: str) -> list[Item]:
    """The list without an entry, to which nothing leads any more."""
    rest = [replace(each, next=tuple(other for other in each.next if other != code)) for each in items]
    return [each for each in rest if each.code != code]


def named(item: Item, new: str, language: Language) -> Item:
    """The entry with another label; in all languages, where it has but one."""
    is_one = len(set(item.labels.values())) == 1
    labels: Mapping[Language, str] = dict.fromkeys(item.labels, new) if is_one else {**item.labels, language: new}
    return replace(item, labels=labels)


def check_label(label: str, others: Sequence[Item]) -> None:
    """Raises InvalidValue for what is no name, or is one already."""
    if not 1 <= len(label) <= MAX_LABEL or not any(c.isalnum() for c in label) or "." in label:
        raise InvalidValue("section.bad_label", max=MAX_LABEL)
    if normalise(label) in {normalise(name) for item in others for name in item.labels.values()}:
        raise InvalidValue("section.exists", label=label)


def check_chance(chance: int) -> int:
    if chance > 100:
        raise InvalidValue("section.bad_chance")
    return chance


def place_of(items: Sequence[Item], wish: Wish) -> int:
    """Where in the list an entry goes: as it was said, else behind the others, and before the end of a sale."""
    codes = [item.code for item in items]
    end = end_of(items)
    if wish.before in codes:
        return min(codes.index(wish.before), end)
    return min(codes.index(wish.after) + 1, end) if wish.after in codes else end


def end_of(items: Sequence[Item]) -> int:
    """Behind the last open stage, or the last state of an order that is not cancelled; of other lists, the last."""
    if isinstance(items[0], Stage):
        return 1 + max(n for n, item in enumerate(items) if isinstance(item, Stage) and item.kind == "open")
    return next((n for n, item in enumerate(items) if item.code == "cancelled"), len(items))


def _new(crm: Crm, wish: Wish, label: str, items: Sequence[Item], longest: int) -> Item:
    """A new entry; one that was taken out before comes back as it was."""
    gone = {
        normalise(name): (code, labels)
        for (listed, code), labels in crm.before.items()
        if listed == wish.listed and code not in crm.codes(listed)
        for name in labels.values()
    }
    code, labels = gone.get(normalise(label), ("", dict.fromkeys(items[0].labels, label)))
    code = code or _code(label, longest, [item.code for item in items])
    if wish.listed != STAGES:
        return Item(code=code, labels=labels)
    chance = _between(items, place_of(items, wish)) if wish.chance is None else check_chance(wish.chance)
    return Stage(code=code, labels=labels, probability=chance)


def _code(label: str, longest: int, taken: Sequence[str]) -> str:
    """What is stored and exported for a label: "Legal review" → legal_review, 法务审核 as it is."""
    plain = "_".join("".join(c if c.isalnum() else " " for c in label.lower()).split())[: longest - 3]
    code, n = plain, 2
    while code in taken:
        code, n = f"{plain}_{n}", n + 1
    return code


def _between(items: Sequence[Item], at: int) -> int:
    """A probability between those of the neighbours."""
    chances = [item.probability for item in items if isinstance(item, Stage)]
    low, high = chances[at - 1] if at else 0, chances[at] if at < len(chances) else 100
    return (low + max(low, high)) // 2


def _with_moves(items: Sequence[Item], at: int, count: int) -> list[Item]:
    """New states of orders are reached from the state before them, and lead to where that led, one after the other."""
    changed = list(items)
    for n in range(max(at, 1), at + count):
        before = changed[n - 1]
        changed[n] = replace(changed[n], next=before.next)
        changed[n - 1] = replace(before, next=(changed[n].code, *before.next))
    return changed
