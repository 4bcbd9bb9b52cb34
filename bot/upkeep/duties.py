"""What nobody waits for: looked after while the bot runs, and not loaded before the first answer in a terminal."""

from datetime import datetime

from bot.duty import Done, Duty
from bot.exchange.forgetting import forget_tokens
from bot.house import House
from bot.incoming import waiting
from bot.messages import inbox
from bot.upkeep import retention, watch
from storage import seals
from storage.database import Tx


def _forget(_house: House, tx: Tx, now: datetime) -> Done:
    """Drop the messages by whose keys nobody can be recognised any more."""
    return Done(has_more=inbox.forget(tx.connection, now - inbox.KEEP_FOR))


def _forget_files(_house: House, tx: Tx, now: datetime) -> Done:
    """Put aside tables that were sent and that nobody gave a word for."""
    waiting.forget(tx, now)
    return Done()


def _seal(_house: House, tx: Tx, now: datetime) -> Done:
    """Seal the trails of changes and accesses."""
    return Done(has_more=seals.seal(tx.connection, now))


# Name → (how often to look, in seconds; the duty).
UPKEEP: dict[str, tuple[float, Duty]] = {
    "inbox/forget": (3600.0, _forget),
    "seals": (10.0, _seal),
    "tokens/forget": (10.0, forget_tokens),
    "incoming/forget": (3600.0, _forget_files),
    "watch": (60.0, watch.look),
    "retention": (3600.0, retention.keep),
}
