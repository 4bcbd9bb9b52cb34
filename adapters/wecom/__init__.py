"""WeCom (企业微信): the self-built app, the 智能机器人, 微信客服 and a group's robot webhook."""

from typing import TYPE_CHECKING

from config.settings import Settings

if TYPE_CHECKING:
    from adapters.base import Adapter
    from adapters.wecom.store import Store


def create(settings: Settings, *, store: "Store | None" = None) -> "list[Adapter]":
    """The adapter, or nothing where no WeCom credentials are set. ``store`` None forgets with the process.

    Raises ValueError, with the setting's name and never its value, for settings that cannot work.
    """
    if "wecom" not in settings.platforms:
        return []
    # Loaded only now: the HTTP client, the cipher and the WebSocket client are of no use to other platforms' users.
    from adapters.wecom.build import build

    return [build(settings, store)]
