"""`crmbot user`: the colleagues, their roles, and the accounts they write from."""

import sys
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from bot.cli.contact import link_contact
from bot.cli.output import command_group, note, put, put_table, say
from bot.cli.store import change, open_store
from bot.errors import InvalidValue
from bot.people.identity import OUTSIDE
from config.settings import load_settings
from config.types import LANGUAGES

if TYPE_CHECKING:
    from storage import records

app = command_group("cli.help.user")

Name: TypeAlias = Annotated[str, typer.Argument(help=say("cli.help.user_name"))]
Role: TypeAlias = Annotated[str | None, typer.Option(help=say("cli.help.role"))]
Team: TypeAlias = Annotated[str | None, typer.Option(help=say("cli.help.user_team"))]
Manager: TypeAlias = Annotated[bool, typer.Option("--manager", help=say("cli.help.manager"))]
Lang: TypeAlias = Annotated[str | None, typer.Option(help=say("cli.help.lang"))]
Timezone: TypeAlias = Annotated[str | None, typer.Option(help=say("cli.help.timezone"))]
Slack: TypeAlias = Annotated[str | None, typer.Option(help=say("cli.help.slack"))]
Telegram: TypeAlias = Annotated[str | None, typer.Option(help=say("cli.help.telegram"))]
Wecom: TypeAlias = Annotated[str | None, typer.Option(help=say("cli.help.wecom"))]
Email: TypeAlias = Annotated[str | None, typer.Option(help=say("people.help.email"))]


@app.command(help=say("cli.help.user_add"))
def add(
    name: Name,
    role: Annotated[str, typer.Option(help=say("cli.help.role"))],
    team: Team = None,
    manager: Manager = False,
    lang: Lang = None,
    timezone: Timezone = None,
    slack: Slack = None,
    telegram: Telegram = None,
    wecom: Wecom = None,
    email: Email = None,
) -> None:
    from bot.rules.staff import add_user

    facts = _facts(role=role, team=team, language=lang, timezone=timezone)
    accounts = _accounts(slack=slack, telegram=telegram, wecom=wecom, email=email and email.lower())
    if role == OUTSIDE and accounts:
        put(link_contact(name, None, accounts))
        note("cli.contact.linked", name=name)
        return
    crm = _crm()
    with open_store() as database:
        public_id = change(
            database,
            "user add",
            lambda session: add_user(session, crm, name, facts=facts, accounts=accounts, manages=manager).public_id,
        )
    put(public_id)
    note("cli.user.added", name=name)


@app.command("set", help=say("cli.help.user_set"))
def alter(
    name: Name,
    role: Role = None,
    team: Team = None,
    manager: Manager = False,
    lang: Lang = None,
    timezone: Timezone = None,
    slack: Slack = None,
    telegram: Telegram = None,
    wecom: Wecom = None,
    email: Email = None,
) -> None:
    from bot.rules.staff import set_user, user_named

    facts = _facts(role=role, team=team, language=lang, timezone=timezone)
    accounts = _accounts(slack=slack, telegram=telegram, wecom=wecom, email=email and email.lower())
    crm = _crm()
    with open_store() as database:
        change(
            database,
            "user set",
            lambda session: set_user(
                session, crm, user_named(session, name), facts=facts, accounts=accounts, manages=manager
            ),
        )
    note("cli.user.changed", name=name)


@app.command(help=say("cli.help.user_deactivate"))
def deactivate(name: Name, to: Annotated[str | None, typer.Option(help=say("handover.help.to"))] = None) -> None:
    from bot.cli.hand_over import give, in_world, left_with
    from bot.rules.staff import user_named

    settings = load_settings()
    with open_store(settings=settings) as database:
        left = in_world(database, settings, lambda world: left_with(world, name))
        if left and to is None and sys.stdin.isatty():
            to = typer.prompt(say("handover.who_takes", name=name, what=left), default="", show_default=False) or None
        if left and to is not None:
            give(database, settings, (name, to), asks=False)
        change(database, "user deactivate", lambda session: setattr(user_named(session, name), "active", False))
    note("cli.user.deactivated", name=name)
    if left and to is None:
        note("handover.left", name=name, what=left)


@app.command(help=say("people.help.code"))
def code(name: Name) -> None:
    from bot.clock import system_clock
    from bot.rules.people import CODE_FOR, make_code
    from bot.rules.staff import user_named

    now = system_clock()
    with open_store() as database:
        made = change(database, "user code", lambda session: make_code(session, user_named(session, name), now=now))
    put(made)
    note("people.made", name=name, days=CODE_FOR.days)


@app.command("list", help=say("cli.help.user_list"))
def show(json: Annotated[bool, typer.Option("--json", help=say("cli.help.json"))] = False) -> None:
    from sqlalchemy import select

    from storage import records

    with open_store() as database, database.read() as tx:
        users = tx.session.scalars(select(records.User).where(records.User.deleted_at.is_(None)).order_by("id"))
        rows = [_row(user) for user in users]
    heads = ("id", "name", "role", "team", "language", "timezone", "active", "accounts")
    put_table(heads, rows, as_json=json)


def _row(user: "records.User") -> tuple[Any, ...]:
    accounts = ", ".join(f"{account.platform}:{account.external_id}" for account in user.identities)
    team = user.team.name if user.team else None
    return user.public_id, user.name, user.role, team, user.language, user.timezone, user.active, accounts


def _facts(*, role: str | None, team: str | None, language: str | None, timezone: str | None) -> dict[str, str | None]:
    """What is to be known of a user, checked as far as it can be without the store."""
    if language is not None and language not in LANGUAGES:
        raise InvalidValue("cli.error.no_language", language=language, languages=", ".join(LANGUAGES))
    if timezone is not None:
        from zoneinfo import ZoneInfo

        try:
            ZoneInfo(timezone)
        except (KeyError, ValueError, OSError) as error:
            raise InvalidValue("cli.error.no_timezone", zone=timezone) from error
    return {"role": role, "team": team, "language": language, "timezone": timezone}


def _accounts(**given: str | None) -> dict[str, str]:
    return {platform: account.strip() for platform, account in given.items() if account and account.strip()}


def _crm() -> Any:
    from config.crm import load_crm
    from config.settings import load_settings

    return load_crm(load_settings().config)
