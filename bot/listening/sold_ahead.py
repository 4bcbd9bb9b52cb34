"""What is still to be sent or paid: 「课桌明天发货」, "they'll settle the rest on Friday"."""

from bot.dialogs.model import Values
from bot.flows.documents import spoken
from bot.listening.sold_facts import PAPERS, customers
from bot.reminders.promised import By, Promised, at_of
from bot.rules.pronouns import spoken_of
from bot.world import World
from config.catalog import catalog
from nlu.folding import fold
from nlu.patterns import pattern
from nlu.terms import read_terms
from nlu.types import Understanding

_NOT_AHEAD = ("create_contract", "create_customer", "create_invoice", "create_opportunity", "set_reminder")
_CLAUSE = pattern(r"(?:[^，,;；]|,(?=\d))+")
SURE_REMINDER = 0.5


def promised(world: World, heard: Understanding, *, is_of_sale: bool = False) -> Values | None:
    """What a message about a sale promises, with its customer where one is known: no state of a paper; None for any
    other message. ``is_of_sale``: what was said before it tells of a sale."""
    days = [value for value in heard.values if value.is_time]
    is_told = catalog(heard.lang).pattern("sold.they_will").search(fold(heard.text)) is not None
    is_reminder = heard.intent == "set_reminder" and (
        is_told or heard.sure < SURE_REMINDER
    )  # "the line ships on Thursday"
    if len(days) != 1 or (heard.intent.startswith(_NOT_AHEAD) and not (is_reminder or is_of_sale)):
        return None
    words, low = catalog(heard.lang), fold(heard.text)
    sides: tuple[By, ...] = ("them", "us") if is_told else ("us", "them")
    day = days[0]
    clause = next(said for said in _CLAUSE.finditer(low) if said.start() <= day.start < said.end()).group()
    by = next((by for by in sides if words.pattern(f"sold.ahead_{by}").search(clause)), None)
    if by is None or read_terms(heard):
        return None
    by = "them" if is_told else by  # "he'll send the rest"
    is_over = words.pattern("sold.over").search(low) is not None and day.past is not None
    if day.future is None or is_over or day.future.days.start <= world.now.date():
        return None
    whose = next(iter(customers(heard)), None) or spoken_of(world, "customer")
    if not is_of_sale and (whose is None or not any(spoken(world, kind, whose) for kind in PAPERS)):
        return None
    apart = "" if heard.lang == "zh" else " "
    what = f"{heard.text[: day.start].rstrip()}{apart}{heard.text[day.end :].lstrip()}"
    what = " ".join(words.pattern("sold.around_ahead").sub(" ", what).strip(" ,.，。").split())
    given = {"by": by, "subject": what, "remind_at": at_of(Promised(by, what, day.future.days.end), world)}
    return {**given, "customer": whose} if whose is not None else given
