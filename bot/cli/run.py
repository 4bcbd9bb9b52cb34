"""`crmbot run`: the bot on the chat platforms."""

import asyncio
import os
import sys
from functools import partial
from typing import TYPE_CHECKING

import typer

from bot.cli.loading import leave_out, take_parts_of
from bot.cli.output import command_group, fail, note, say, words
from config.loading import keep
from config.settings import load_settings

if TYPE_CHECKING:
    from bot.app import Bot
    from config.settings import Settings

app = command_group()

# A fifth of the memory: httpx's own command line, another event loop, the C++ library that aiohttp's lists of three
# need, and the ciphers of Telegram's passports; of Telegram's library all but its requests and errors: two hundred
# classes for what an answer may hold; of Bolt what is not for asyncio; and of the HTTP server its command line, and
# what would watch over several of its kind.
UNUSED = ("httpx._main", "trio", "frozenlist._frozenlist")
PASSPORTS = "cryptography.hazmat.backends"
LARGE = ("telegram", "telegram.request", "slack_bolt", "uvicorn")


@app.command(help=say("run.help"))
def run() -> None:
    from bot.cli.store import make_data_dir
    from bot.logs import set_up_logging

    settings = load_settings()
    make_data_dir(settings)
    set_up_logging(settings)
    from bot.app import open_bot
    from storage.schema import ensure

    bot = open_bot(settings)
    try:
        is_new = ensure(bot.database)
        code = 0 if is_new else _serve(bot, settings)
    finally:
        bot.close()
    if is_new:
        # To make the tables took all records; whoever only runs may never need them. The process begins anew.
        os.execv(sys.executable, sys.orig_argv)  # noqa: S606 — the very command that was given
    raise typer.Exit(code)


def _serve(bot: "Bot", settings: "Settings") -> int:
    leave_out(*UNUSED)
    take_parts_of(*LARGE)
    if "wecom" not in settings.platforms:
        leave_out(PASSPORTS)
    from bot.exchange.webhooks import tell
    from bot.incoming.service import carry
    from bot.platforms import connect
    from bot.scheduler import keep_time
    from bot.serve import listening_socket, serve
    from bot.upkeep.credentials import finding

    for platform in settings.platforms:
        mark, sentence = finding(settings, platform, words())
        if mark == "bad":  # it runs as far as it can
            note("cli.check.bad", what=sentence)
    try:
        adapters = connect(settings, bot.database)
    except ValueError as error:
        return fail("run.wrong_credentials", reason=error)
    try:
        place = listening_socket(settings)
    except OSError as error:
        return fail("run.no_port", host=settings.http_host, port=settings.http_port, reason=error.strerror)
    where = {"host": settings.http_host, "port": place.getsockname()[1]}
    if adapters:
        note("run.running", platforms=", ".join(adapters), **where)
    else:
        note("run.alone", **where)
    keep()
    with place:
        asyncio.run(serve(bot, adapters, place, services=[keep_time, tell, partial(carry, adapters)]))
    return 0
