"""What falls due by itself, as the clock sees it: a duty looks for its work at every tick and does a bounded piece.

A duty runs in a transaction of its own, marks what it did in it, and puts what is to be sent into the outbox under a
key of that occurrence: any number of processes may tick, and none does it twice.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from bot.house import House
from storage.database import Tx


@dataclass(frozen=True, slots=True)
class Done:
    """What a duty did: the chats to wake, and whether more is waiting (then it is called again at once)."""

    chats: tuple[str, ...] = ()
    has_more: bool = False


Duty: TypeAlias = Callable[[House, Tx, datetime], Done]
