"""What was sent with buttons or a sheet, looked up again when one is pressed. Only where it was sent: another
conversation has nothing to press there."""

from typing import Any

from sqlalchemy import Connection, bindparam, or_, select

from bot.dialogs.reply import Press
from storage.prepared import Prepared, always
from storage.tables import outbox


def sheet_of(connection: Connection, outbox_id: int, conversation: str) -> str | None:
    """The flow whose card a message of this conversation lets change on a sheet; None where there is none such."""
    query = select(outbox.c.payload).where(outbox.c.id == outbox_id, outbox.c.conversation_key == conversation)
    payload: dict[str, Any] = connection.execute(query).scalar_one_or_none() or {}
    return str(payload["sheet"]["flow"]) if "sheet" in payload else None


def pressed(connection: Connection, outbox_id: int, number: int, conversation: str, *, chat: str = "") -> Press | None:
    """The button with this number of a message that was sent to this conversation, or anywhere in this ``chat``; None
    where there is none such."""
    buttons = buttons_of(connection, outbox_id, conversation, chat)
    return buttons[number] if 0 <= number < len(buttons) else None


def buttons_of(connection: Connection, outbox_id: int, conversation: str, chat: str = "") -> list[Press]:
    """The buttons of such a message, in order."""
    rows = _BUTTONS.rows(connection, {"b_id": outbox_id, "b_conversation": conversation, "b_chat": chat})
    return [Press(*button) for button in rows[0].payload["buttons"]] if rows else []


_BUTTONS = Prepared(
    always(
        select(outbox.c.payload).where(
            outbox.c.id == bindparam("b_id"),
            or_(outbox.c.conversation_key == bindparam("b_conversation"), outbox.c.chat_key == bindparam("b_chat")),
        )
    )
)
