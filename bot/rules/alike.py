"""Under which keys a name could be filed, and how alike two names are."""

from collections.abc import Callable, Iterable
from typing import Any

from bot.people.naming import MAX_DROP, TAIL, without_one
from nlu.names import bare_name, body_initials, core_name, normalise, phone_key, pinyin, spoken, syllable
from nlu.people import is_way_of_address

MIN_ALIKE = 4  # letters


def _initials(said: str) -> set[str]:
    whole = normalise(said)
    if not (whole.isascii() and whole.isalpha()):
        return set()
    body = next((body for body in body_initials() if whole.endswith(body)), "")
    return {form for form in (whole, whole.removesuffix(body)) if len(form) >= 2}


def _tail(said: str) -> set[str]:
    whole = normalise(said)
    return {whole} if whole.isdigit() and len(whole) == TAIL else set()


def _sound(said: str) -> set[str]:
    forms = {normalise(said), normalise(bare_name(said))}
    return {spoken(form)[0] for form in forms if len(form) >= 2 and not form.isdigit()}


def _dropped(said: str) -> set[str]:
    whole = normalise(said)
    return without_one(whole) if 3 <= len(whole) <= MAX_DROP + 1 else set()


# Under which keys a name could be filed, by form; worked out only for the forms that are asked.
KEYS: dict[str, Callable[[str], set[str]]] = {
    "name": lambda said: {normalise(said)},
    "alias": lambda said: {normalise(said)},
    "short": lambda said: {normalise(said), normalise(core_name(said))},
    "email": lambda said: {said.strip().casefold()},
    "phone": lambda said: {phone_key(said)} - {""} if any(c.isdigit() for c in said) else set(),
    "tail": _tail,
    "initials": _initials,
    "pinyin": _sound,
    "drop": _dropped,
}


def forms_of(item: Any) -> Iterable[str]:
    """What the name of a record is compared by."""
    return (normalise(item.name), normalise(core_name(item.name)), *map(normalise, getattr(item, "aliases", ())))


def is_another(said: str, name: str) -> bool:
    """陈经理 is nobody who mistyped 何经理."""
    one, other = normalise(said), normalise(name)
    if not is_way_of_address(one) or not is_way_of_address(other):
        return False
    return syllable(one[0]) != syllable(other[0])


def are_much_alike(one: str, other: str) -> bool:
    """Do two names, with or without their legal bodies, sound the same or differ in one letter? Short ones differ by
    that."""
    for form in (core_name, str):
        first, second = normalise(form(one)), normalise(form(other))
        is_long = min(len(first), len(second)) >= MIN_ALIKE
        if is_long and (is_near(first, second) or pinyin(first) == pinyin(second)):
            return True
    return False


def is_near(one: str, other: str) -> bool:
    """One character wrong, missing or too many."""
    if abs(len(one) - len(other)) > 1:
        return False
    if len(one) == len(other):
        return sum(a != b for a, b in zip(one, other, strict=True)) <= 1
    short, long = sorted((one, other), key=len)
    return any(long[:i] + long[i + 1 :] == short for i in range(len(long)))
