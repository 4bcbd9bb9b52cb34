"""「把握六成」, "I'd say 60%": how likely somebody thinks a deal is. The pipeline goes by stages; a note keeps it."""

import re
from dataclasses import replace

from bot.dialogs import engine
from bot.dialogs.model import Values
from bot.dialogs.reply import Reply
from bot.flows.focus import customer_named, deal_spoken_of
from bot.listening.as_note import noted
from bot.listening.dialogs import went_on
from bot.listening.listener import Talk
from config.phrasing import phrasing
from nlu.types import Slot, Understanding

_OF_DEALS = ("create_opportunity", "update_opportunity", "log_follow_up", "other")
_GAP = re.compile(r"[,，]\s*|\s+")  # before how likely it is


def odds(talk: Talk, heard: Understanding) -> Reply | None:
    """More of the note whose card is shown, else a note on the deal that the talk is about. Before the questions, one
    of which asks what is most likely."""
    about, text = deal_spoken_of(talk.world), heard.text.strip(" 。.!！")
    if phrasing("tells_odds").fullmatch(text) is None:
        return _beside_worth(talk, heard) if talk.opened is None else None
    step = engine.tell_on(*talk.opened, heard, talk.world) if talk.opened is not None else None
    if step is not None and talk.opened is not None:
        return went_on(talk.world, talk.memory, talk.opened[0], step)
    if "customer" not in about:
        return None
    return _noted(talk, replace(heard, slots={}), about)


def _beside_worth(talk: Talk, heard: Understanding) -> Reply | None:
    """ "worth about 16k, likely 50/50", 「这单估计2万左右 七成把握」: what a deal comes to, in a note that tells the
    rest, too."""
    text, told = heard.text.strip(" 。.!！"), [value for value in heard.of_kind("money") if value.money]
    is_told = any(phrasing("tells_odds").fullmatch(text, gap.end()) for gap in _GAP.finditer(text))
    if len(told) != 1 or heard.intent not in _OF_DEALS or not is_told:
        return None
    about = customer_named(heard) or deal_spoken_of(talk.world)
    if "customer" not in about:
        return None
    amount = Slot(told[0].money, told[0].start, told[0].end, 1.0, "what it is worth")  # type: ignore[arg-type]
    return _noted(talk, replace(heard, slots={"amount": amount}), about)


def _noted(talk: Talk, heard: Understanding, about: Values) -> Reply:
    card = noted(talk, heard, about)
    return replace(card, text=f"{talk.world.words.say('opportunity.odds_noted')}\n{card.text}")
