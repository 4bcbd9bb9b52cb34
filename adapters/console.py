"""The console: a terminal or a pipe as a chat platform."""

from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

from adapters.base import Inbound, Limits, Outbound, Platform, Receive, Upload, number_buttons, uploads


class Console:
    """Writes what the bot says to a terminal. Reading lines is the command's business: it knows prompt and history."""

    platform: Platform = "console"
    limits = Limits()

    def __init__(self, write: Callable[[str], None], keep: Callable[[Upload], str]) -> None:
        """``keep`` puts away what a terminal cannot show, and gives a line that says where; "" where it does not."""
        self._write = write
        self._keep = keep

    def routes(self, receive: Receive) -> tuple[()]:
        return ()

    async def run(self, receive: Receive) -> None:
        """Nothing arrives by itself."""

    async def send(self, message: Outbound) -> str:
        kept = [line for upload in uploads(message) if (line := self._keep(upload))]
        self._write("\n".join([*kept, number_buttons(message)]))
        return uuid4().hex


def to_inbound(line: str, *, sender: str, sent_at: datetime) -> Inbound:
    """One line typed by a person is one message."""
    return Inbound(
        platform="console", event_id=uuid4().hex, chat_id=sender, sender_id=sender, text=line, sent_at=sent_at
    )
