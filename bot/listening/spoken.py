"""Fixed phrases: short messages that mean one thing whatever else is going on. Their words stand in the catalogs."""

from functools import lru_cache

from bot.dialogs.model import Found, Json
from bot.listening import language, quiet, zone
from bot.listening.openings import MAX_CHARS, unwrapped
from bot.lookups import by_trait, calendar_day, exchange_rates, own_work, promised, receivables, requests, silent
from bot.lookups.accounts import asked
from bot.lookups.customers import are_customers_of, quiet_days
from bot.reminders.words import about_reminder
from bot.rules.colleagues import colleagues_in
from bot.talk.phrases import filled, phrases
from bot.world import World
from config.catalog import Catalog
from config.phrasing import phrasing
from nlu.names import normalise

LISTS = (
    "customers", "quiet_customers", "opportunities", "follow_ups", "reminders", "service_requests", "my_requests",
    "free_requests", "late_requests",
    "won_without_contract", "aging", "products", "top_products", "reorder_gaps",
)  # fmt: skip
MAX_NAME = 30  # letters of a name that is looked up


def command(world: World, text: str) -> Json | None:
    """The command that a phrase stands for: a list, or what becomes of the reminder that was just spoken of."""
    said = normalise(text)
    if len(said) > MAX_CHARS:
        return None
    lists = _lists(world.words)
    name = lists.get(said) or lists.get(normalise(unwrapped(world.words, text)))
    if name is not None:
        return {"do": "list", "name": name}
    plain = text.strip().rstrip("。.!！?？")
    account = receivables.asked(world, plain) or asked(world, plain)
    account = account or requests.asked(world, plain) or promised.asked(world, plain)
    account = account or silent.asked(world, plain) or own_work.asked(world, plain) or by_trait.asked(world, plain)
    if account is not None:
        return account
    whose = filled(world.words, "files.of", plain)
    if whose and len(whose) <= MAX_NAME:
        return {"do": "files", "said": whose}
    who = phrasing("behind_name").sub("", filled(world.words, "card.asked", plain) or "")
    if who and len(who) <= MAX_NAME and not _is_colleague(world, who):
        return {"do": "find", "said": who}
    shown = filled(world.words, "card.shown", plain)
    if shown and len(shown) <= MAX_NAME and is_party(world, shown):
        return {"do": "find", "said": shown}
    return (
        _listed(world, plain)
        or about_reminder(world, plain)
        or quiet.asked_for(world, plain)
        or zone.asked_for(world, plain)
        or language.asked_for(world, plain)
        or exchange_rates.asked(world, plain)
        or calendar_day.asked(world, plain)
    )


def is_party(world: World, said: str) -> bool:
    """Is it the name of a customer or a contact, or begins it the name of a customer?"""
    found = world.find("customer", said, {})
    is_begun = len(found.matches) == 1 and found.matches[0].name.startswith(said)
    return found.is_sure or is_begun or world.find("contact", said, {}).is_sure


def _is_colleague(world: World, said: str) -> bool:
    """ "how's Harbour doing" asks for the figures of a team."""
    known = colleagues_in(world.tx, world.actor, world.crm, said)
    return any(one.end - one.start == len(said.strip()) for one in known)


def is_list(world: World, text: str) -> bool:
    """Is the message nothing but the wish for one of the lists?"""
    return normalise(text) in _lists(world.words)


@lru_cache
def _lists(words: Catalog) -> dict[str, str]:
    """By each phrase that asks for a list: the list's name."""
    return {phrase: name for name in reversed(LISTS) for phrase in phrases(words, f"list.{name}.asked")}


def _listed(world: World, text: str) -> Json | None:
    """A list with a condition: notes that hold some words, those of a time, the deals of whom the talk is about."""
    for name in ("opportunities", "follow_ups"):
        who = filled(world.words, f"list.{name}.theirs", text)
        found = world.find("customer", who, {}) if who else Found()
        if found.is_sure and len(found.matches) == 1:
            return {"do": "list", "name": name, "customer": found.matches[0].id}
    days = quiet_days(world, filled(world.words, "list.quiet_customers.longer", text) or "")
    if days is not None:
        return {"do": "list", "name": "quiet_customers", "days": days}
    which = filled(world.words, "list.customers.of", text)
    if which and are_customers_of(world, which):
        return {"do": "list", "name": "customers", "of": which}
    searched = world.words.pattern("list.follow_ups.searched").fullmatch(text)
    words = searched["words"] if searched else filled(world.words, "list.follow_ups.search", text)
    if words:
        return {"do": "list", "name": "follow_ups", "words": words}
    said = filled(world.words, "list.follow_ups.during", text)
    period = next(iter(world.understand(said).of_kind("date", "range")), None) if said else None
    if period is not None and period.past is not None and period.end - period.start >= len(said or ""):
        return {"do": "list", "name": "follow_ups", "period": period.past.days.to_json()}
    return None
