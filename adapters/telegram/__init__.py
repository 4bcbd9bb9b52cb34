"""Telegram: private chats and groups, by long polling or by webhook."""

from typing import TYPE_CHECKING

from config.settings import Settings

if TYPE_CHECKING:
    from adapters.base import Adapter


def create(settings: Settings) -> "list[Adapter]":
    """The adapter for the bot whose token the settings hold. Loads the library."""
    from adapters.telegram.adapter import Telegram

    return [Telegram(settings)]
