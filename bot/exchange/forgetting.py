"""Secrets that were shown in a chat are taken out of the stored message once it is sent: only their digest is kept."""

import re
from datetime import datetime, timedelta

from sqlalchemy import column, select, table, update

from bot.duty import Done
from bot.house import House
from storage.database import Tx
from storage.tables import audit, outbox, steps
from storage.types import UtcDateTime

LATELY = timedelta(days=2)  # a message that was not sent by then will not be
_TOKEN = re.compile(r"crm_[\w-]{43}")
# A light stand-in for the mapped class: most looks find nothing.
_tokens = table("access_tokens", column("id"), column("created_at", UtcDateTime))


def forget_tokens(_house: House, tx: Tx, now: datetime) -> Done:
    """Empty the messages in which new tokens were given."""
    made = select(_tokens.c.id).where(_tokens.c.created_at > now - LATELY)
    turns = (
        select(steps.c.inbox_id)
        .join(audit, audit.c.step_id == steps.c.id)
        .where(audit.c.kind == "access_token", audit.c.record_id.in_(made), audit.c.action == "create")
    )
    keys = [f"turn:{number}:0" for number in tx.connection.execute(turns).scalars() if number is not None]
    sent = select(outbox.c.id, outbox.c.payload).where(outbox.c.dedupe_key.in_(keys), outbox.c.status == "sent")
    for row in tx.connection.execute(sent).all() if keys else ():
        text = _TOKEN.sub("crm_…", row.payload["text"])
        if text != row.payload["text"]:
            payload = row.payload | {"text": text}
            tx.connection.execute(update(outbox).where(outbox.c.id == row.id).values(payload=payload))
    return Done()
