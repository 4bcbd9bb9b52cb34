"""Under which forms each kind of record can be found. The store asks this whenever a record changes."""

from collections.abc import Callable, Mapping, Sequence, Set
from typing import Any

from nlu.names import bare_name, core_name, given_name, normalise, phone_key, short_keys, spoken
from nlu.people import addressed
from storage.search import Forms

# Longer names with one wrong character are found through their pieces; short ones have too few pieces left.
MAX_DROP = 6
TAIL = 4  # people remember the last four digits of a number


def forms_of(record: Any) -> Forms | None:
    """The forms of a customer, contact, opportunity, user or note; None for kinds that nobody looks for by name."""
    find = _FORMS.get(record.kind)
    return find(record) if find is not None else None


_FORMS: Mapping[str, Callable[[Any], Forms]] = {
    "customer": lambda record: _named(record, record.aliases or ()),
    "contact": lambda record: _named(
        record,
        [record.title] if record.title not in (None, record.name) else (),
        called=_called(record.name, record.position or ""),
    ),
    "opportunity": lambda record: Forms(frozenset({("name", normalise(record.name))}), record.name),
    "user": lambda record: Forms(frozenset({("name", normalise(record.name))})),
    "follow_up": lambda record: Forms(text="\n".join(filter(None, (record.content, record.feedback, record.verbatim)))),
    "service_request": lambda record: Forms(text=record.description),
}

KINDS = tuple(_FORMS)


def _called(name: str, position: str) -> set[str]:
    """How a person is called for short: by their given name, or by their post."""
    given = given_name(name)
    return addressed(name, position) if given is None else {given}


def _named(record: Any, aliases: Sequence[str], called: Set[str] = frozenset()) -> Forms:
    """The forms of somebody with a name and perhaps phones and e-mails. ``called``: more short forms."""
    name = record.name
    shorts = short_keys(name) | called
    whole, others = normalise(name), set(map(normalise, aliases))
    keys = {("name", whole), *(("short", short) for short in shorts), *(("alias", alias) for alias in others)}
    # The legal body has no sound of its own: who is looked for is asked about without it, too.
    heard = {whole, *shorts} if normalise(bare_name(name)) == whole else shorts
    for form in {*heard, *others}:
        sound, initials = spoken(form)
        if sound == form:
            continue  # of letters: found as it is written
        keys.add(("pinyin", sound))
        if form not in others:
            keys.add(("initials", initials))
    for form in {normalise(core_name(name)), whole}:
        keys |= {("drop", dropped) for dropped in without_one(form)}
    for phone in record.phones or ():
        key = phone_key(phone) or normalise(phone)
        keys |= {("phone", key), ("tail", key[-TAIL:])}
    keys |= {("email", email.strip().casefold()) for email in record.emails or ()}
    return Forms(frozenset(item for item in keys if item[1]), " ".join([name, *aliases]))


def without_one(name: str) -> set[str]:
    """The name with each of its characters left out, and whole: two names that share one differ in one character."""
    if not 3 <= len(name) <= MAX_DROP:
        return set()
    return {name, *(name[:i] + name[i + 1 :] for i in range(len(name)))}
