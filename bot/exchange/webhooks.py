"""Telling other programs of changes: signed, in order, tried again, each once by its id, never to an address inside
the house.

A change is noted for each webhook in a table of its own (`webhook_deliveries`) and posted from there, one after the
other: while one is to be tried again, the later ones wait. The receiver knows a repeat by the id, and who sent it by
``HMAC-SHA256(secret, "<timestamp>.<body>")``.
"""

import asyncio
import hashlib
import hmac
import ipaddress
import json
import logging
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, func, insert, literal, literal_column, select, text, update

from bot.app import Bot
from bot.beat import rest
from bot.errors import InvalidValue
from bot.exchange.sealed import Unreadable, cover_stored, reveal
from bot.landing import landed
from bot.rules.fields import as_role_sees
from config.settings import Secret
from storage import records
from storage.database import Tx
from storage.errors import DatabaseUnavailable
from storage.prepared import Prepared, always
from storage.tables import audit, webhook_deliveries

if TYPE_CHECKING:
    import httpx

    from config.crm import Crm

log = logging.getLogger(__name__)

EVERY_S, TIMEOUT_S = 1.0, 10.0
MAX_TRIES, MANY = 12, 20
LEASE = timedelta(minutes=1)  # after which a delivery whose process died is tried again
_TOLD = ("create", "update", "delete", "restore")
_SECRET = ("access_token", "webhook", "link_code")
# Asked without the mapped class: few have webhooks, and the others are spared the records. One that was ended
# counts too: its secret may still have to be covered.
_ANY = Prepared(always(select(literal_column("id")).select_from(text("webhooks")).limit(1)))
ROLE = "role"  # likewise: of a change what this role sees is told; without one, what every role sees
PRIVATE = "may_be_private"  # in the webhook's ``custom``: an administrator has said that the address is their own


@dataclass(frozen=True, slots=True)
class Delivery:
    """One change to be told to one webhook."""

    id: int
    webhook_id: int
    attempts: int
    url: str
    secret: str  # as it is stored
    may_be_private: bool
    body: bytes


async def tell(bot: Bot, _wake: Callable[[str], None]) -> None:
    """Go on telling until cancelled."""
    while True:
        try:
            if await round_once(bot, _client) >= MANY:
                continue
        except DatabaseUnavailable:
            log.warning("webhooks wait for the database")
        await rest(EVERY_S)


def _client() -> "httpx.AsyncClient":
    import httpx  # few have webhooks: the others are spared the library

    return httpx.AsyncClient(timeout=TIMEOUT_S, follow_redirects=False, trust_env=False)


async def round_once(bot: Bot, connect: "Callable[[], httpx.AsyncClient]") -> int:
    """Note what is new, post what is due; how many were posted."""
    now = bot.clock()
    due: list[Delivery] = await landed(
        bot.database.submit(lambda tx: _take(tx, now, bot.settings.secrets_key, bot.crm))
    )
    if due:
        by_hook = [list(items) for _hook, items in groupby(due, key=lambda item: item.webhook_id)]
        async with connect() as client:
            results = await asyncio.gather(*(_post_in_order(bot, client, items) for items in by_hook))
        pairs = [pair for items, told in zip(by_hook, results, strict=True) for pair in zip(items, told, strict=True)]
        await landed(bot.database.submit(lambda tx: _settle(tx, pairs, bot.clock())))
        return sum(problem is not None for _item, problem in pairs)
    return 0


async def _post_in_order(bot: Bot, client: "httpx.AsyncClient", items: list[Delivery]) -> list[str | None]:
    """What became of each, see `_post`; None for those that wait behind one that was not taken, or for the next
    round, since nobody else may post them before the lease is over."""
    begun = bot.clock()
    results: list[str | None] = []
    for item in items:
        waits = any(results) or None in results or bot.clock() - begun > LEASE / 2
        results.append(None if waits else await _post(client, item, bot.clock(), bot.settings.secrets_key))
    return results


def begin(connection: Connection, webhook: "records.Webhook", now: datetime) -> None:
    """Mark where a new webhook begins: with what changes after it was made."""
    newest = connection.scalar(select(func.coalesce(func.max(audit.c.id), 0)))
    row = {"webhook_id": webhook.id, "audit_id": newest, "status": "sent", "attempts": 0, "try_at": now}
    connection.execute(insert(webhook_deliveries), row)


def _take(tx: Tx, now: datetime, key: Secret, crm: "Crm") -> list[Delivery]:
    """Note new changes for each webhook, and claim those that are due."""
    if not _ANY.rows(tx.connection, {}):
        return []
    cover_stored(tx, key)
    cls = records.Webhook
    hooks = {hook.id: hook for hook in tx.session.scalars(select(cls).where(cls.deleted_at.is_(None)))}
    table = webhook_deliveries
    for hook in hooks.values():
        seen = select(func.coalesce(func.max(table.c.audit_id), 0)).where(table.c.webhook_id == hook.id)
        newest = tx.connection.scalar(seen) or 0
        told = (
            audit.c.kind.in_(hook.kinds)
            if hook.kinds
            else audit.c.kind.not_in(("access_token", "webhook", "link_code"))
        )
        new = select(literal(hook.id), audit.c.id, literal("waiting"), literal(0), literal(now, table.c.try_at.type))
        new = new.where(audit.c.id > newest, audit.c.action.in_(_TOLD), told).order_by(audit.c.id).limit(1000)
        columns = ["webhook_id", "audit_id", "status", "attempts", "try_at"]
        tx.connection.execute(insert(table).from_select(columns, new))
    waiting = table.c.status == "waiting", table.c.webhook_id.in_(hooks)
    heads = select(func.min(table.c.id)).where(*waiting).group_by(table.c.webhook_id)
    due = select(table.c.webhook_id, table.c.id).where(table.c.id.in_(heads), table.c.try_at <= now)
    first = {row.webhook_id: row.id for row in tx.connection.execute(due)}
    query = select(table, audit.c.kind, audit.c.record_id, audit.c.action, audit.c.changes, audit.c.at)
    query = query.join(audit, audit.c.id == table.c.audit_id).where(waiting[0], table.c.webhook_id.in_(first))
    query = query.order_by(table.c.id).limit(MANY).with_for_update(of=table, skip_locked=True)
    found = sorted(tx.connection.execute(query).all(), key=lambda row: row.webhook_id)
    of_hooks = groupby(found, key=lambda row: row.webhook_id)
    # Where another process has just taken the first ones, the others wait for these.
    rows = [row for hook, of_hook in of_hooks for row in _from_first(list(of_hook), first[hook])]
    if rows:
        mine = table.c.id.in_([row.id for row in rows])
        tx.connection.execute(update(table).where(mine).values(try_at=now + LEASE, attempts=table.c.attempts + 1))
    return [_delivery(row, hooks[row.webhook_id], crm) for row in rows]


def _from_first(rows: list[Any], first: int) -> list[Any]:
    return rows if rows[0].id == first else []


def _delivery(row: Any, hook: "records.Webhook", crm: "Crm") -> Delivery:
    new = {key: value for key, (_old, value) in row.changes.items()}
    prefix = getattr(records.tracked_class(row.kind), "prefix", "")
    data = {
        "id": f"{row.webhook_id}-{row.audit_id}",
        "kind": row.kind,
        "record": f"{prefix}-{row.record_id}" if prefix else row.record_id,
        "action": row.action,
        "changes": as_role_sees(crm, hook.custom.get(ROLE), row.kind, new),
        "at": row.at.isoformat(),
    }
    body = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    return Delivery(
        row.id, row.webhook_id, row.attempts + 1, hook.url, hook.secret, bool(hook.custom.get(PRIVATE)), body
    )


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """What the receiver works out too, to know who sent it and when."""
    digest = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={timestamp},v1={digest}"


async def _post(client: "httpx.AsyncClient", item: Delivery, now: datetime, key: Secret) -> str:
    """ "" where it was taken, else why not."""
    import httpx

    try:
        address = await asyncio.to_thread(address_of, item.url, may_be_private=item.may_be_private)
        parts = urlsplit(item.url)
        headers = {
            "Host": parts.netloc.rpartition("@")[2],
            "Content-Type": "application/json",
            "X-Crmbot-Delivery": json.loads(item.body)["id"],
            "X-Crmbot-Signature": signature(reveal(item.secret, key), int(now.timestamp()), item.body),
        }
        url = httpx.URL(item.url).copy_with(host=address)
        answer = await client.post(
            url, content=item.body, headers=headers, extensions={"sni_hostname": parts.hostname or ""}
        )
    except Unreadable as error:
        log.error("the secret of a webhook cannot be read: it was stored under another CRMBOT_SECRETS_KEY")
        return error.sentence
    except InvalidValue as error:
        return error.sentence
    except (httpx.HTTPError, OSError, ValueError) as error:
        return type(error).__name__
    return "" if answer.is_success else f"HTTP {answer.status_code}"


def address_of(url: str, *, may_be_private: bool) -> str:
    """The address that a webhook's name stands for now; it is the one that is called, whatever the name says later.

    Raises InvalidValue for what is no http address and for one inside the house, OSError where there is none.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InvalidValue("webhook.bad_url", url=url[:100])
    port = parts.port or (443 if parts.scheme == "https" else 80)
    for *_kind, place in socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM):
        address = ipaddress.ip_address(str(place[0]).partition("%")[0])
        address = getattr(address, "ipv4_mapped", None) or address
        if may_be_private or (address.is_global and not address.is_multicast):
            return str(address)
    raise InvalidValue("webhook.private", url=url[:100])


def _settle(tx: Tx, results: list[tuple[Delivery, str | None]], now: datetime) -> None:
    """Note what became of each: sent, to be tried again later and later, given up, or not tried yet."""
    for item, problem in results:
        values: dict[str, Any] = {"status": "sent", "error": None}
        if problem is None:
            values = {"attempts": item.attempts - 1, "try_at": now}
        elif problem:
            is_over = problem == "webhook.private" or (item.attempts >= MAX_TRIES and problem != Unreadable.key)
            wait = timedelta(seconds=min(3600, 2**item.attempts))
            values = {"status": "dead" if is_over else "waiting", "error": problem, "try_at": now + wait}
        tx.connection.execute(update(webhook_deliveries).where(webhook_deliveries.c.id == item.id).values(values))
