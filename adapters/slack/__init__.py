"""Slack. Its libraries are loaded when it is configured."""

from collections.abc import Sequence

from adapters.base import Adapter
from config.settings import Settings


def create(settings: Settings, *, shows_home: bool = False) -> Sequence[Adapter]:
    """The adapter, where the settings name Slack. Raises ValueError, naming the setting, for what cannot work.

    ``shows_home``: whoever listens answers `Inbound.surface` "home" with a page; else such visits are not told.
    """
    if not settings.slack_bot_token:
        return ()
    if not (settings.slack_app_token or settings.slack_signing_secret):
        raise ValueError("CRMBOT_SLACK_APP_TOKEN / CRMBOT_SLACK_SIGNING_SECRET")
    from adapters.slack.adapter import Slack

    return (Slack(settings, shows_home=shows_home),)
