"""To whom a reminder goes. One about a customer follows the customer; one of somebody who has left goes no further."""

from datetime import datetime

from sqlalchemy import select

from bot.people.identity import actor_of
from bot.rules.access import Actor, visible
from config.crm import Crm
from config.settings import Settings
from storage import records
from storage.database import Tx
from storage.tables import audit


def receiver(tx: Tx, crm: Crm, settings: Settings, reminder: "records.Reminder") -> Actor | None:
    """Whose it is, unless the customer was handed over since or is out of their sight: then the customer's owner,
    else the manager of its team. None: there is nobody."""
    own = actor_of(tx, reminder.user_id, settings)
    customer = customer_of(tx, reminder)
    if customer is None:
        return own
    if own is not None and not _has_lost(tx, crm, own, customer, reminder.created_at):
        return own
    team = tx.session.get(records.Team, customer.team_id) if customer.team_id else None
    for user_id in (customer.owner_id, team.manager_id if team else None):
        found = actor_of(tx, user_id, settings) if user_id is not None else None
        if found is not None:
            return found
    return own


def customer_of(tx: Tx, reminder: "records.Reminder") -> "records.Customer | None":
    """The customer that a reminder is about."""
    if reminder.about_kind != "customer" or reminder.about_id is None:
        return None
    return tx.session.get(records.Customer, reminder.about_id)


def _has_lost(tx: Tx, crm: Crm, actor: Actor, customer: "records.Customer", since: datetime) -> bool:
    """Was the customer taken from this person since, or out of their sight?"""
    if customer.owner_id == actor.user_id or customer.deleted_at is not None:
        return False
    cls = records.Customer
    if tx.session.scalar(select(cls.id).where(cls.id == customer.id, visible(actor, crm, cls))) is None:
        return True
    changes = select(audit.c.changes).where(
        audit.c.kind == cls.kind, audit.c.record_id == customer.id, audit.c.at >= since
    )
    owners = (row.get("owner_id") for row in tx.connection.execute(changes).scalars())
    return any(owner is not None and owner[0] == actor.user_id for owner in owners)
