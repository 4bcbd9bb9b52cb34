"""The console: a terminal or a pipe as a chat platform."""

from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

from adapters.base import Inbound, Limits, Outbound, Platform, Receive, number_buttons


class Console:
    """Writes what the bot says to a terminal. Reading lines is the command's business: it knows prompt and history."""

    platform: Platform = "console"
    limits = Limits()

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write

    def routes(self, receive: Receive) -> tuple[()]:
        return ()

    async def run(self, receive: Receive) -> None:
        """Nothing arrives by itself."""

    async def send(self, message: Outbound) -> str:
        self._write(number_buttons(message))
        return uuid4().hex


def to_inbound(line: str, *, sender: str, sent_at: datetime) -> Inbound:
    """One line typed by a person is one message."""
    return Inbound(
        platform="console", event_id=uuid4().hex, chat_id=sender, sender_id=sender, text=line, sent_at=sent_at
    )
