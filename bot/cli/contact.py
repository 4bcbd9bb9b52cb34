"""`crmbot contact`: the people at customers who write to the bot themselves."""

from typing import Annotated, TypeAlias

import typer

from bot.cli.output import command_group, note, put, say
from bot.cli.store import change, open_store
from bot.errors import InvalidValue

app = command_group("cli.help.contact")

Name: TypeAlias = Annotated[str, typer.Argument(help=say("cli.help.contact_name"))]
Customer: TypeAlias = Annotated[str | None, typer.Option(help=say("cli.help.contact_customer"))]


@app.command(help=say("cli.help.contact_code"))
def code(name: Name, customer: Customer = None) -> None:
    from bot.clock import system_clock
    from bot.rules.guests import contact_for
    from bot.rules.people import CODE_FOR_CUSTOMERS, make_code

    now = system_clock()
    with open_store() as database:
        made = change(
            database,
            "contact code",
            lambda session: make_code(session, contact_for(session, name, customer), now=now),
        )
    put(made)
    note("cli.contact.code", name=name, days=CODE_FOR_CUSTOMERS.days)


@app.command(help=say("cli.help.contact_link"))
def link(
    name: Name,
    customer: Customer = None,
    slack: Annotated[str | None, typer.Option(help=say("cli.help.slack"))] = None,
    telegram: Annotated[str | None, typer.Option(help=say("cli.help.telegram"))] = None,
    wecom: Annotated[str | None, typer.Option(help=say("cli.help.contact_wecom"))] = None,
) -> None:
    given = {"slack": slack, "telegram": telegram, "wecom": wecom}
    put(link_contact(name, customer, {platform: account for platform, account in given.items() if account}))
    note("cli.contact.linked", name=name)


def link_contact(name: str, customer: str | None, accounts: dict[str, str]) -> str:
    """Tie accounts to a contact; the contact's id. One on WeCom is that of the 微信客服 account in the settings."""
    from adapters.base import DESK
    from bot.clock import system_clock
    from bot.rules.guests import contact_for, link_guest
    from bot.rules.people import Account
    from config.settings import load_settings
    from storage.session import RecordSession

    if not accounts:
        raise InvalidValue("cli.error.no_account")
    open_kfid = load_settings().wecom_kf_open_id
    now = system_clock()

    def link_all(session: RecordSession) -> str:
        contact = contact_for(session, name, customer)
        for platform, external_id in accounts.items():
            account = f"{DESK}{open_kfid}" if platform == "wecom" and open_kfid else ""
            link_guest(session, contact, Account(platform, external_id.strip(), account), now=now)
        return contact.public_id

    with open_store() as database:
        return change(database, "contact link", link_all)
