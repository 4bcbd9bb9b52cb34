"""Under which forms each kind of record can be found. The store asks this whenever a record changes."""

from nlu.names import core_name, normalise, phone_key, pinyin, pinyin_initials, short_forms
from storage import records
from storage.search import Forms

# Longer names with one wrong character are found through their pieces; short ones have too few pieces left.
MAX_DROP = 6
TAIL = 4  # people remember the last four digits of a number


def forms_of(record: "records.Tracked") -> Forms | None:
    """The forms of a customer, contact, opportunity, user or note; None for kinds that nobody looks for by name."""
    if isinstance(record, records.Customer):
        record_forms = _named(record.name, aliases=record.aliases, phones=record.phones, emails=record.emails)
    elif isinstance(record, records.Contact):
        record_forms = _named(record.name, phones=record.phones, emails=record.emails)
    elif isinstance(record, records.Opportunity):
        record_forms = Forms(frozenset({("name", normalise(record.name))}), record.name)
    elif isinstance(record, records.User):
        record_forms = Forms(frozenset({("name", normalise(record.name))}))
    elif isinstance(record, records.FollowUp):
        record_forms = Forms(text=f"{record.content}\n{record.feedback or ''}")
    elif isinstance(record, records.ServiceRequest):
        record_forms = Forms(text=record.description)
    else:
        return None
    return record_forms


def _named(
    name: str, *, aliases: list[str] | None = None, phones: list[str] | None = None, emails: list[str] | None = None
) -> Forms:
    keys = {("name", normalise(name)), ("pinyin", pinyin(name)), ("initials", pinyin_initials(name))}
    shorts = {normalise(short) for short in short_forms(name)}
    keys |= {("short", short) for short in shorts}
    keys |= {("pinyin", pinyin(short)) for short in shorts}
    keys |= {("initials", pinyin_initials(short)) for short in shorts}
    for alias in aliases or ():
        keys |= {("alias", normalise(alias)), ("pinyin", pinyin(alias))}
    for form in {normalise(core_name(name)), normalise(name)}:
        keys |= {("drop", dropped) for dropped in without_one(form)}
    for phone in phones or ():
        key = phone_key(phone) or normalise(phone)
        keys |= {("phone", key), ("tail", key[-TAIL:])}
    keys |= {("email", email.strip().casefold()) for email in emails or ()}
    return Forms(frozenset((form, key) for form, key in keys if key), " ".join([name, *(aliases or ())]))


def without_one(name: str) -> set[str]:
    """The name with each of its characters left out, and whole: two names that share one differ in one character."""
    if not 3 <= len(name) <= MAX_DROP:
        return set()
    return {name, *(name[:i] + name[i + 1 :] for i in range(len(name)))}
