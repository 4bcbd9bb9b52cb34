"""People from outside the company in a group: where there are any, nothing of the company is said.

No platform lists a group's people to a bot. So whoever is seen there is noted: who speaks, who comes in, and where the
platform itself says that the chat is shared with another organisation. Who becomes a colleague is no outsider any more,
nor who leaves; and binding the group to a team anew says that everybody in it may hear what the team may.
"""

from collections.abc import Iterable

from sqlalchemy import Connection, and_, bindparam, column, delete, exists, select, table, true, update

from adapters.base import Inbound
from storage.database import Tx
from storage.prepared import Prepared, always, insert_new
from storage.tables import outsiders

SHARED = "*"  # stands for whoever the other organisation sends

# Light stand-ins for the mapped classes, as in `identity`: a group's every message asks this.
_users = table("users", *map(column, ("id", "active", "deleted_at")))
_identities = table("identities", *map(column, ("platform", "account", "external_id", "user_id", "deleted_at")))
_is_colleague = exists(
    select(_users.c.id)
    .join(_identities, _identities.c.user_id == _users.c.id)
    .where(
        _identities.c.platform == outsiders.c.platform,
        _identities.c.account == outsiders.c.account,
        _identities.c.external_id == outsiders.c.sender_id,
        _identities.c.deleted_at.is_(None),
        _users.c.deleted_at.is_(None),
        _users.c.active == true(),
    )
)
_THERE = Prepared(
    always(
        select(outsiders.c.sender_id)
        .where(outsiders.c.platform == bindparam("platform"), outsiders.c.chat_id == bindparam("chat"), ~_is_colleague)
        .limit(1)
    )
)
_ADD = Prepared(insert_new(outsiders), ("platform", "account", "chat_id", "sender_id"))


def are_in(tx: Tx, platform: str, chat_id: str) -> bool:
    """Whether somebody in the group is, as far as we know, none of ours."""
    return bool(_THERE.rows(tx.connection, {"platform": platform, "chat": chat_id}))


def note(tx: Tx, inbound: Inbound, *, is_colleague: bool, is_customer: bool) -> None:
    """Keep in mind what a message says about who is in its group."""
    if inbound.is_private:
        return
    seen = [inbound.sender_id] if is_customer or (inbound.is_outside and not is_colleague) else []
    _add(tx, inbound, [*seen, SHARED] if inbound.is_shared else seen)


def come_and_gone(tx: Tx, inbound: Inbound) -> None:
    """People came into a group, or went."""
    _add(tx, inbound, inbound.joined)
    c = outsiders.c
    gone = and_(c.platform == inbound.platform, c.chat_id == inbound.chat_id, c.sender_id.in_(inbound.left))
    tx.connection.execute(delete(outsiders).where(gone))


def forget(connection: Connection, platform: str, chat_id: str) -> None:
    """Everybody in the group is one of ours, or may hear what it is told."""
    connection.execute(delete(outsiders).where(outsiders.c.platform == platform, outsiders.c.chat_id == chat_id))


def move(tx: Tx, platform: str, chat_id: str, new: str) -> None:
    """The group has another id."""
    c = outsiders.c
    there = select(c.sender_id).where(c.platform == platform, c.chat_id == new)
    moved = and_(c.platform == platform, c.chat_id == chat_id)
    tx.connection.execute(update(outsiders).where(moved, c.sender_id.not_in(there)).values(chat_id=new))


def _add(tx: Tx, inbound: Inbound, senders: Iterable[str]) -> None:
    for sender in senders:
        row = {"platform": inbound.platform, "account": inbound.account, "chat_id": inbound.chat_id}
        _ADD.many(tx.connection, [row | {"sender_id": sender}])
