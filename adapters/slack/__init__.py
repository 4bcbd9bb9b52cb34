"""Slack. Its libraries are loaded when it is configured."""

from collections.abc import Sequence

from adapters.base import Adapter
from config.settings import Settings


def create(settings: Settings) -> Sequence[Adapter]:
    """The adapter, where the settings name Slack."""
    if not settings.slack_bot_token:
        return ()
    from adapters.slack.adapter import Slack

    return (Slack(settings),)
