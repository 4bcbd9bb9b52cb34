"""「把握六成」, "I'd say 60%": how likely somebody thinks a deal is. The pipeline goes by stages; a note keeps it."""

from dataclasses import replace

from bot.dialogs import engine
from bot.dialogs.reply import Reply
from bot.flows.focus import deal_spoken_of
from bot.listening.as_note import noted
from bot.listening.dialogs import went_on
from bot.listening.listener import Talk
from bot.listening.listeners import hear_text
from config.phrasing import phrasing
from nlu.types import Understanding


def odds(talk: Talk, heard: Understanding) -> Reply | None:
    """More of the note whose card is shown, else a note on the deal that the talk is about. Before the questions, one
    of which asks what is most likely."""
    about, text = deal_spoken_of(talk.world), heard.text.strip(" 。.!！")
    if phrasing("tells_odds").fullmatch(text) is None:
        return _beside_worth(talk, text)
    step = engine.tell_on(*talk.opened, heard, talk.world) if talk.opened is not None else None
    if step is not None and talk.opened is not None:
        return went_on(talk.world, talk.memory, talk.opened[0], step)
    if "customer" not in about:
        return None
    card = noted(talk, replace(heard, slots={}), about)
    return replace(card, text=f"{talk.world.words.say('opportunity.odds_noted')}\n{card.text}")


def _beside_worth(talk: Talk, text: str) -> Reply | None:
    """ "worth about 16k, likely 50/50": what a deal comes to; of the rest is told that it is not kept."""
    worth, _comma, odds = text.rpartition(",")
    if not (phrasing("tells_worth").fullmatch(worth.strip()) and phrasing("tells_odds").fullmatch(odds.strip())):
        return None
    told = hear_text(talk, worth.strip())
    left = talk.world.words.say("opportunity.odds_left", odds=odds.strip())
    return replace(told, text=f"{told.text}\n{left}")
