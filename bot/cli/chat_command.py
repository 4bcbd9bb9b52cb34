"""`crmbot chat`: the arguments of talking to the bot in a terminal."""

from datetime import datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.loading import leave_out
from bot.cli.output import SPOKEN, command_group, say
from bot.clock import Clock, system_clock
from bot.errors import InvalidValue
from config.crm import load_crm
from config.loading import load
from config.settings import load_settings
from config.types import LANGUAGES, Language

if TYPE_CHECKING:
    from config.settings import Settings

app = command_group()

# OpenSSL, a twelfth of the memory: a terminal speaks to nobody over the network, and Python has hashes of its own.
OPENSSL = ("ssl", "_hashlib")


@app.command(help=say("cli.help.chat"))
def chat(
    name: Annotated[str | None, typer.Option("--as", help=say("cli.help.as"))] = None,
    role: Annotated[str | None, typer.Option(help=say("cli.help.role"))] = None,
    lang: Annotated[str | None, typer.Option(help=say("cli.help.lang"))] = None,
    now: Annotated[str | None, typer.Option(help=say("cli.help.now"))] = None,
) -> None:
    language = _language(lang)
    SPOKEN.set(language)
    if find_spec("_md5"):  # not every distribution's Python has them
        leave_out(*OPENSSL)
    from bot.cli.store import make_data_dir

    run_chat = load("bot.cli.chat").run_chat
    settings = load_settings()
    make_data_dir(settings)
    run_chat(settings, name=name, role=_role(role, settings), language=language, clock=clock_at(now, settings))


def _language(given: str | None) -> Language | None:
    if given is None:
        return None
    for language in LANGUAGES:
        if language == given:
            return language
    raise InvalidValue("cli.error.no_language", language=given, languages=", ".join(LANGUAGES))


def _role(given: str | None, settings: "Settings") -> str | None:
    roles = load_crm(settings.config).roles
    if given is not None and given not in roles:
        raise InvalidValue("cli.error.no_role", role=given, roles=", ".join(roles))
    return given


def clock_at(now: str | None, settings: "Settings") -> Clock:
    """A clock that starts at the given moment (in the organisation's zone where it names none) and then runs on."""
    if now is None:
        return system_clock
    from zoneinfo import ZoneInfo

    try:
        start = datetime.fromisoformat(now)
    except ValueError as error:
        raise InvalidValue("cli.error.no_moment", moment=now) from error
    if start.tzinfo is None:
        start = start.replace(tzinfo=ZoneInfo(settings.timezone))
    ahead = start - system_clock()
    return lambda: system_clock() + ahead
