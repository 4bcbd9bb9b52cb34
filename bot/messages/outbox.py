"""What goes out: every message to be sent, once, in the order of its chat.

A row is written in the transaction that decides it. `sending` is committed before the platform is called; a row found
in it after a crash may have been delivered: `unsure`. Replies are then sent again, reminders and surveys are not.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, and_, bindparam, false, func, or_, select, update

from bot.messages.address import chat_key, conversation_key
from bot.messages.message import Lane, Message, Row, payload_of
from storage.leases import processes, this_process
from storage.prepared import Prepared, always, insert_new
from storage.tables import outbox

MAX_TRIES = 12
LEFT = timedelta(seconds=5)  # after which what is in hand is asked for
JUST = timedelta(seconds=3)  # the window in which a chat bears few messages
REMEMBERED = 20_000  # rows, of all chats, among which the message is looked for that somebody replies to
NEARBY = 200  # rows before a message among which others to its chat are looked for


def enqueue(connection: Connection, messages: Sequence[Message], *, now: datetime) -> list[int | None]:
    """Add messages; the outbox id of each, None where its key is there already."""
    return [_add(connection, message, payload_of(message), now=now) for message in messages]


def hand_over(connection: Connection, message: Message, *, now: datetime) -> Row | None:
    """Add a message that this process sends now: it need not be claimed any more. None, and nothing is added, where
    another one to its chat comes first."""
    chat = chat_key(message.to)
    if _NEXT.rows(connection, {"b_chat": chat}):
        return None
    payload = payload_of(message)
    added = _add(connection, message, payload, now=now, sender=this_process())
    picture, file = _along(message)
    return Row(added, chat, message.lane, payload, 0, picture, file) if added is not None else None


def _add(
    connection: Connection, message: Message, payload: Mapping[str, Any], *, now: datetime, sender: str | None = None
) -> int | None:
    picture, file = _along(message)
    row = {
        "dedupe_key": message.dedupe_key,
        "chat_key": chat_key(message.to),
        "conversation_key": conversation_key(message.to),
        "lane": message.lane,
        "payload": payload,
        "picture": picture,
        "file": file,
        "status": "waiting" if sender is None else "sending",
        "attempts": 0,
        "try_at": now,
        "created_at": now,
        "claimed_by": sender,
    }
    return _ENQUEUE.insert(connection, row)


def _along(message: Message) -> tuple[bytes | None, bytes | None]:
    """The picture and the file that go with it."""
    reply = message.reply
    return reply.picture, (reply.file.content or None) if reply.file else None


_COLUMNS = (
    "dedupe_key",
    "chat_key",
    "conversation_key",
    "lane",
    "payload",
    "picture",
    "file",
    "status",
    "attempts",
    "try_at",
    "created_at",
    "claimed_by",
)
_ENQUEUE = Prepared(insert_new(outbox), _COLUMNS)


def next_of(connection: Connection, chat: str, now: datetime) -> Row | None:
    """The first message of the chat that is not settled, if it may be tried now; None while another process sends it.

    One that this process is sending according to the store, though it is not, was claimed by a commit of which no
    answer came back: nobody has sent it.
    """
    rows = _NEXT.rows(connection, {"b_chat": chat})
    if not rows:
        return None
    row = rows[0]
    is_free = row.try_at <= now if row.status == "waiting" else row.claimed_by == this_process()
    return Row(row.id, chat, row.lane, row.payload, row.attempts, row.picture, row.file) if is_free else None


def sent(connection: Connection, row_id: int) -> tuple[Row, str] | None:
    """A message that has arrived, and the platform's id of it."""
    columns = (outbox.c.chat_key, outbox.c.lane, outbox.c.payload, outbox.c.attempts, outbox.c.platform_message_id)
    row = connection.execute(select(*columns).where(outbox.c.id == row_id, outbox.c.status == "sent")).first()
    if row is None or not row.platform_message_id:
        return None
    return Row(row_id, row.chat_key, row.lane, row.payload, row.attempts), row.platform_message_id


def is_others(connection: Connection, row: Row, now: datetime) -> bool:
    """Whether another process has just sent to the chat of a message: two together would exceed its limits."""
    asked = {
        "b_chat": row.chat_key,
        "b_me": this_process(),
        "b_since": now - JUST,
        "b_first": row.id - NEARBY,
        "b_last": row.id,
    }
    return bool(_OTHERS.rows(connection, asked))


def open_chats(
    connection: Connection, now: datetime, platforms: Sequence[str], limit: int = 1000
) -> list[tuple[str, Lane]]:
    """Chats on these platforms with messages that may be sent now, and the lanes of these.

    Among them a reply that this process has had in hand for a while: whoever was to send it may have been cancelled,
    as a request is whose caller hangs up. Where it is under way indeed, its chat is being served: nothing is doubled.
    """
    asked = {"b_now": now, "b_me": this_process(), "b_left": now - LEFT}
    found = _open(tuple(platforms), limit).rows(connection, asked)
    return [(row.chat_key, row.lane) for row in found]


def claim(connection: Connection, row_id: int) -> bool:
    """Mark a message as being sent by this process; False when another took it first."""
    return _CLAIM.many(connection, [{"b_id": row_id, "b_me": this_process()}]) == 1


def answered(connection: Connection, chat: str, sent_as: str) -> tuple[int, dict[str, Any]] | None:
    """The message of ours that the platform knows by this id, and what stands in it; None for one of long ago."""
    newest = connection.execute(select(func.max(outbox.c.id))).scalar() or 0
    query = select(outbox.c.id, outbox.c.payload).where(
        outbox.c.id > newest - REMEMBERED, outbox.c.chat_key == chat, outbox.c.platform_message_id == sent_as
    )
    row = connection.execute(query.order_by(outbox.c.id.desc()).limit(1)).one_or_none()
    return (row.id, row.payload) if row is not None else None


def settle(connection: Connection, row_id: int, *, now: datetime, platform_message_id: str) -> None:
    """It has arrived."""
    sent = {"b_id": row_id, "b_me": this_process(), "sent_at": now, "platform_message_id": platform_message_id[:200]}
    _SETTLE.many(connection, [sent])


def postpone(connection: Connection, row: Row, *, now: datetime, after_s: float, error: str, counts: bool) -> None:
    """Try again later; after `MAX_TRIES` it is dead. A wait that the platform asked for does not count as a try."""
    attempts = row.attempts + (1 if counts else 0)
    status = "dead" if attempts >= MAX_TRIES else "waiting"
    try_at = now + timedelta(seconds=after_s)
    _note(connection, row.id, status=status, attempts=attempts, try_at=try_at, error=error[:500])


def bury(connection: Connection, row_id: int, error: str) -> None:
    """It will never arrive."""
    _note(connection, row_id, status="dead", error=error[:500])


def doubt(connection: Connection, row_id: int) -> None:
    """Nobody knows whether it arrived; it stays visible to its owner as maybe not delivered."""
    _note(connection, row_id, status="unsure")


def recently_sent(connection: Connection, since: datetime) -> list[tuple[str, bool, datetime]]:
    """Chat, whether it is a group, and moment of what was sent last, oldest first: limits outlive a process."""
    last = select(outbox.c.chat_key, outbox.c.payload, outbox.c.sent_at).order_by(outbox.c.id.desc()).limit(500)
    rows = [row for row in connection.execute(last) if row.sent_at is not None and row.sent_at >= since]
    return [(row.chat_key, bool(row.payload.get("group")), row.sent_at) for row in reversed(rows)]


def take_over(connection: Connection, platforms: Sequence[str], now: datetime) -> int:
    """What processes were sending that have ended: it goes out again if it is a reply, and is `unsure` otherwise.

    What a running process sends is left to it. Gives how many messages there were.
    """
    columns = (outbox.c.id, outbox.c.chat_key, outbox.c.lane, outbox.c.claimed_by)
    found = connection.execute(select(*columns).where(outbox.c.status == "sending")).all()
    found = [row for row in found if row.chat_key.partition("|")[0] in platforms]
    if not found:
        return 0
    running = processes(connection) | {this_process()}
    count = 0
    for row in found:
        if row.claimed_by in running:
            continue
        values = {"status": "waiting", "try_at": now} if row.lane == "reply" else {"status": "unsure"}
        mine = (outbox.c.id == row.id, outbox.c.status == "sending", outbox.c.claimed_by == row.claimed_by)
        count += connection.execute(update(outbox).where(*mine).values(**values)).rowcount
    return count


def hurry(connection: Connection, now: datetime) -> None:
    """What was to go at once, and seems to lie ahead, goes now: the clock was set back since. What a platform or a
    failure put off waits on."""
    ahead = outbox.c.status == "waiting", outbox.c.try_at > now, outbox.c.try_at == outbox.c.created_at
    connection.execute(update(outbox).where(*ahead).values(try_at=now))


def _note(connection: Connection, row_id: int, **values: Any) -> None:
    """What became of a message that this process sent; if another has taken it over, that one knows better."""
    mine = (outbox.c.id == row_id, outbox.c.status == "sending", outbox.c.claimed_by == this_process())
    connection.execute(update(outbox).where(*mine).values(**values))


@lru_cache
def _open(platforms: tuple[str, ...], limit: int) -> Prepared:
    on_platform = (outbox.c.chat_key.startswith(f"{platform}|", autoescape=True) for platform in platforms)
    may_go = and_(outbox.c.status == "waiting", outbox.c.try_at <= bindparam("b_now"))
    is_mine = and_(outbox.c.status == "sending", outbox.c.claimed_by == bindparam("b_me"))
    is_left = and_(is_mine, outbox.c.lane == "reply", outbox.c.created_at <= bindparam("b_left"))
    is_open = or_(may_go, is_left), or_(false(), *on_platform)
    return Prepared(always(select(outbox.c.chat_key, outbox.c.lane).where(*is_open).distinct().limit(limit)))


_NEXT = Prepared(
    always(
        select(
            *(outbox.c[name] for name in ("id", "lane", "payload", "picture", "file", "attempts", "try_at", "status")),
            outbox.c.claimed_by,
        )
        .where(outbox.c.chat_key == bindparam("b_chat"), outbox.c.status.in_(("waiting", "sending")))
        .order_by(outbox.c.id)
        .limit(1)
    )
)
_OTHERS = Prepared(
    always(
        select(outbox.c.id)
        .where(
            outbox.c.id.between(bindparam("b_first"), bindparam("b_last")),
            outbox.c.chat_key == bindparam("b_chat"),
            outbox.c.status == "sent",
            outbox.c.sent_at > bindparam("b_since"),
            outbox.c.claimed_by != bindparam("b_me"),
        )
        .limit(1)
    )
)
_CLAIM = Prepared(
    always(
        update(outbox)
        .where(
            outbox.c.id == bindparam("b_id"),
            or_(
                outbox.c.status == "waiting",
                and_(outbox.c.status == "sending", outbox.c.claimed_by == bindparam("b_me")),
            ),
        )
        .values(status="sending", claimed_by=bindparam("b_me"))
    )
)
_SETTLE = Prepared(
    always(
        update(outbox)
        .where(outbox.c.id == bindparam("b_id"), outbox.c.status == "sending", outbox.c.claimed_by == bindparam("b_me"))
        .values(status="sent", sent_at=bindparam("sent_at"), platform_message_id=bindparam("platform_message_id"))
    )
)
