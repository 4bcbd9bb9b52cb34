"""From settings to the WeCom adapter with the channels that they ask for."""

import httpx

from adapters.wecom.adapter import Channel, Hears, Runs, WeCom
from adapters.wecom.aibot_callback import AibotCallback
from adapters.wecom.aibot_messages import THREAD as AIBOT
from adapters.wecom.api import Api, new_http
from adapters.wecom.app import App
from adapters.wecom.app_messages import APP
from adapters.wecom.callback import Errands
from adapters.wecom.crypto import Seal
from adapters.wecom.kf import Kf
from adapters.wecom.robot import ACCOUNT as ROBOT
from adapters.wecom.robot import Robot
from adapters.wecom.store import MemoryStore, Store
from config.catalog import catalog
from config.settings import Secret, Settings


def build(settings: Settings, store: Store | None) -> WeCom:
    """Raises ValueError for keys that are none."""
    store = store or MemoryStore()
    http, errands = new_http(), Errands()
    channels: dict[str, Channel] = {}
    hearing: list[Hears] = []
    running: list[Runs] = []
    api = None
    if settings.wecom_corp_id and settings.wecom_secret:
        api = Api(settings.wecom_base_url, settings.wecom_corp_id, settings.wecom_secret.reveal(), http)
        kf = Kf(api, settings.wecom_kf_open_id, store, errands) if settings.wecom_kf_open_id else None
        answered = catalog(settings.language).say("wecom.answered")
        seal = _app_seal(settings)
        app = App(api, settings.wecom_agent_id, seal=seal, errands=errands, kf=kf, answered=answered)
        channels[APP] = app
        hearing.append(app)
        if kf is not None:
            channels[kf.account] = kf
            running.append(kf)
    _add_robots(settings, store, http, errands, channels, hearing, running)
    return WeCom(channels, hearing=hearing, running=running, errands=errands, http=http, media=api)


def _add_robots(
    settings: Settings,
    store: Store,
    http: httpx.AsyncClient,
    errands: Errands,
    channels: dict[str, Channel],
    hearing: list[Hears],
    running: list[Runs],
) -> None:
    seal = _seal("CRMBOT_WECOM_AIBOT_AES_KEY", settings.wecom_aibot_token, settings.wecom_aibot_aes_key, "")
    if seal is not None:
        callback = AibotCallback(seal, store, http, otherwise=channels.get(APP))
        channels[AIBOT] = callback
        hearing.append(callback)
    if settings.wecom_aibot_id and settings.wecom_aibot_secret:
        from adapters.wecom.aibot import Aibot  # with it comes the WebSocket library: 15 MB, which others do not need
        from adapters.wecom.connection import Connection

        url, secret = settings.wecom_aibot_ws_url, settings.wecom_aibot_secret.reveal()
        aibot = Aibot(Connection(url, settings.wecom_aibot_id, secret), errands)
        channels[AIBOT] = aibot
        channels.setdefault(APP, aibot)  # without an app the robot is how members are reached
        running.append(aibot)
    if settings.wecom_robot_webhook:
        channels[ROBOT] = Robot(settings.wecom_robot_webhook.reveal(), http)


def _app_seal(settings: Settings) -> Seal | None:
    return _seal("CRMBOT_WECOM_AES_KEY", settings.wecom_token, settings.wecom_aes_key, settings.wecom_corp_id)


def _seal(name: str, token: Secret, aes_key: Secret, receive_id: str) -> Seal | None:
    if not token or not aes_key:
        return None
    try:
        return Seal(token.reveal(), aes_key.reveal(), receive_id)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None
