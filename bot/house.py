"""What stands while the bot runs, whoever writes and whatever falls due."""

from dataclasses import dataclass

from bot.people.prefixes import PrefixCache, Reader
from config.crm import Crm
from config.settings import Settings


@dataclass(frozen=True, slots=True)
class House:
    """What turns share: the configuration, and how names are read. ``sends``: on which platforms this process itself
    sends what it answers."""

    settings: Settings
    crm: Crm
    read: Reader
    prefixes: PrefixCache
    sends: frozenset[str] = frozenset()
