"""`crmbot webhook`: which programs are told of changes."""

import secrets
from typing import Annotated

import typer

from bot.cli.output import command_group, note, put, put_table, say
from bot.cli.store import change, open_store
from bot.clock import system_clock
from bot.errors import InvalidValue

app = command_group("webhook.help.webhook")


@app.command(help=say("webhook.help.add"))
def add(
    url: Annotated[str, typer.Argument(help=say("webhook.help.url"))],
    kind: Annotated[list[str] | None, typer.Option(help=say("webhook.help.kind"))] = None,
    private: Annotated[bool, typer.Option("--private", help=say("webhook.help.private"))] = False,
    role: Annotated[str | None, typer.Option(help=say("webhook.help.role"))] = None,
) -> None:
    from bot.exchange.sealed import cover
    from bot.exchange.webhooks import PRIVATE, ROLE, address_of, begin
    from config.crm import load_crm
    from config.kinds import KINDS
    from config.settings import load_settings
    from storage import records
    from storage.session import RecordSession

    for name in kind or ():
        if name not in KINDS:
            raise InvalidValue("cli.error.no_kind", kind=name, kinds=", ".join(KINDS))
    roles = load_crm(load_settings().config).roles
    if role is not None and role not in roles:
        raise InvalidValue("cli.error.no_role", role=role, roles=", ".join(roles))
    try:
        address_of(url, may_be_private=private)
    except OSError as error:
        raise InvalidValue("webhook.no_host", url=url[:100]) from error
    secret, settings = secrets.token_urlsafe(32), load_settings()
    stored = cover(secret, settings.secrets_key)

    def work(session: RecordSession) -> str:
        how = {PRIVATE: private or None, ROLE: role}
        custom = {key: value for key, value in how.items() if value is not None}
        hook = records.Webhook(url=url, secret=stored, kinds=kind or [], custom=custom)
        session.add(hook)
        session.flush()
        begin(session.connection(), hook, system_clock())
        return hook.public_id

    with open_store(settings=settings) as database:
        public_id = change(database, "webhook add", work)
    put(secret)
    note("webhook.added", id=public_id)
    if role is None:
        note("webhook.told_to_all")


@app.command("list", help=say("webhook.help.list"))
def show(json: Annotated[bool, typer.Option("--json", help=say("cli.help.json"))] = False) -> None:
    from sqlalchemy import func, select

    from bot.exchange.sealed import unreadable
    from bot.exchange.webhooks import ROLE
    from config.settings import load_settings
    from storage import records
    from storage.tables import webhook_deliveries as table

    settings = load_settings()
    with open_store(settings=settings) as database, database.read() as tx:
        cls = records.Webhook
        rows = []
        for hook in tx.session.scalars(select(cls).where(cls.deleted_at.is_(None)).order_by(cls.id)):
            count = select(func.count()).where(table.c.webhook_id == hook.id, table.c.status == "dead")
            role = hook.custom.get(ROLE, "")
            rows.append((hook.public_id, hook.url, ", ".join(hook.kinds), role, tx.connection.scalar(count)))
        shut = unreadable(tx.connection, settings.secrets_key)
    put_table(("id", "url", "kind", "role", "dead"), rows, as_json=json)
    for public_id in shut:
        note("webhook.unreadable", id=public_id)


@app.command(help=say("webhook.help.remove"))
def remove(webhook: Annotated[str, typer.Argument(help=say("webhook.help.id"))]) -> None:
    from storage import records
    from storage.session import RecordSession

    def work(session: RecordSession) -> None:
        digits = webhook.upper().removeprefix("WH-")
        hook = session.get(records.Webhook, int(digits)) if digits.isascii() and digits.isdigit() else None
        if hook is None or hook.deleted_at is not None:
            raise InvalidValue("webhook.none", id=webhook)
        hook.deleted_at = system_clock()

    with open_store() as database:
        change(database, "webhook remove", work)
    note("webhook.removed", id=webhook)
