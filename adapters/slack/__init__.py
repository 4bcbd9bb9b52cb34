"""Slack. Its libraries are loaded when it is configured."""

from collections.abc import Sequence

from adapters.base import Adapter
from config.settings import Settings


def create(settings: Settings) -> Sequence[Adapter]:
    """The adapter, where the settings name Slack. Raises ValueError, naming the setting, for what cannot work."""
    if not settings.slack_bot_token:
        return ()
    if not (settings.slack_app_token or settings.slack_signing_secret):
        raise ValueError("CRMBOT_SLACK_SIGNING_SECRET")
    from adapters.slack.adapter import Slack

    return (Slack(settings),)
