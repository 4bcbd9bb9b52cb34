"""A rehearsal: what people say most, said once to a bot with an empty store of its own.

What a turn loads, compiles and remembers for the life of the process is then at hand. It takes half a second, which no
message should wait for.
"""

import logging

from adapters.base import Inbound
from bot.app import Bot
from bot.clock import system_clock
from bot.logs import bare
from bot.people.naming import forms_of
from config.catalog import catalog
from config.crm import Crm
from config.settings import Settings
from storage.database import Database

log = logging.getLogger(__name__)

STORE = "sqlite:///file:rehearsal?mode=memory&cache=shared&uri=true"
PERSON = "rehearsal"


def rehearse(settings: Settings, crm: Crm) -> None:
    """Hold it, in the language of the organisation. What goes wrong in it concerns nobody."""
    bot = Bot(Database(STORE, namer=forms_of), settings, crm)
    try:
        _hold(bot)
    except Exception as error:
        log.warning("the rehearsal failed", exc_info=bare(error))
    finally:
        bot.close()


def _hold(bot: Bot) -> None:
    from bot.rules.people import add_console_user
    from storage import schema

    now = system_clock()
    words = catalog(bot.settings.language)
    schema.ensure(bot.database)
    bot.database.write(
        lambda tx: add_console_user(
            tx, name=PERSON, role="rep", language=bot.settings.language, team_name=PERSON, now=now
        )
    )
    for number, text in enumerate(words.words("rehearsal.said")):
        message = Inbound(
            platform="console", event_id=str(number), chat_id=PERSON, sender_id=PERSON, text=text, sent_at=now
        )
        bot.receive(message).result()
