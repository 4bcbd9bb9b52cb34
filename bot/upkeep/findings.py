"""Is everything in order? One sentence for each thing that is looked at: at the command line, and to an administrator
in chat. Nothing goes over the network, and no secret is named."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TypeAlias

from sqlalchemy import ColumnElement, Connection, FromClause, func, select

from bot.exchange.sealed import unreadable
from bot.reminders.due import unsent
from bot.upkeep import credentials
from config.catalog import Catalog
from config.crm import Crm
from config.settings import PLATFORMS, Settings
from config.translation import translation
from config.types import COMPLETE, LANGUAGES
from storage import schema, seals
from storage.tables import inbox, outbox

Finding: TypeAlias = tuple[str, str]  # ok, bad or off; and the sentence
LATE_AFTER = timedelta(minutes=2)  # what is due for longer is not just about to go out


_NOBODY_ASKED: Mapping[str, Finding] = MappingProxyType({})


def of_settings(
    settings: Settings, crm: Crm, words: Catalog, asked: Mapping[str, Finding] = _NOBODY_ASKED
) -> Iterator[Finding]:
    """``asked``: what platforms whose credentials are complete have said to them."""
    yield "ok", words.say("cli.check.settings", path=settings.data_dir)
    yield "ok", words.say("cli.check.crm", stages=len(crm.stages), roles=len(crm.roles))
    yield from _languages(words)
    for platform in PLATFORMS:
        found = credentials.finding(settings, platform, words)
        yield asked.get(platform, found) if found[0] == "ok" else found


def _languages(words: Catalog) -> Iterator[Finding]:
    """How far the languages are that were added as a folder."""
    for language in LANGUAGES[len(COMPLETE) :]:
        found = translation(language)
        yield "ok", words.say("cli.check.language", language=language, done=found.done, total=found.total)
        for key in found.wrong:
            yield "bad", words.say("cli.check.language_wrong", language=language, entry=key)


def of_store(connection: Connection, words: Catalog, now: datetime, *, newest: int | None = None) -> Iterator[Finding]:
    """``newest``: how many seals of each trail to hold against it; None: all."""
    current, head = schema.current(connection), schema.versions()[-1]
    engine = "SQLite" if connection.dialect.name == "sqlite" else "PostgreSQL"
    yield "ok", words.say("cli.check.database", engine=engine)
    if current != head:
        yield "bad", words.say("cli.check.schema_old", version=current or "-", head=head)
        return
    yield "ok", words.say("cli.check.schema", version=head)
    yield from _queues(connection, words, now - LATE_AFTER)
    for chain in seals.chains(connection, newest=newest):
        trail = words.say(f"cli.check.trail.{chain.trail}")
        if not chain.rows:
            continue
        if chain.broken_at is None:
            yield "ok", words.say("cli.check.sealed", trail=trail, rows=chain.rows, digest=chain.digest[:16])
        else:
            yield "bad", words.say("cli.check.broken", trail=trail, row=chain.broken_at)


def of_secrets(connection: Connection, settings: Settings, words: Catalog) -> Iterator[Finding]:
    """Secrets of webhooks that were stored under a key that is not there any more."""
    if schema.current(connection) == schema.versions()[-1]:
        for public_id in unreadable(connection, settings.secrets_key):
            yield "bad", words.say("webhook.unreadable", id=public_id)


def _queues(connection: Connection, words: Catalog, late: datetime) -> Iterator[Finding]:
    """What should have gone out and did not, and what waits for a person."""

    def count(source: FromClause, *conditions: "ColumnElement[bool]") -> int:
        return connection.execute(select(func.count()).select_from(source).where(*conditions)).scalar_one()

    messages = count(outbox, outbox.c.status == "waiting", outbox.c.try_at < late)
    due = connection.execute(unsent(late)).scalar_one()
    if messages or due:
        yield "bad", words.say("cli.check.queue_late", messages=messages, reminders=due)
    else:
        yield "ok", words.say("cli.check.queue")
    stuck = {status: count(outbox, outbox.c.status == status) for status in ("dead", "unsure", "held")}
    if any(stuck.values()):
        yield "bad", words.say("cli.check.queue_stuck", **stuck)
    dead = count(inbox, inbox.c.status == "dead")
    if dead:
        yield "bad", words.say("cli.check.inbox_dead", dead=dead)
