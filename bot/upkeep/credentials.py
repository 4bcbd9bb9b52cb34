"""Which credentials a platform needs, and whether those given can be right, as far as that is seen from here."""

import re

from config.settings import Secret, Settings

# What credentials look like. A secret that matches may still be wrong; one that does not cannot be right.
_SHAPES = {
    "slack_bot_token": r"xoxb-\S+",
    "slack_app_token": r"xapp-\S+",
    "telegram_token": r"\d+:[\w-]{30,}",
    "wecom_aes_key": r"[A-Za-z0-9]{43}",
    "wecom_aibot_aes_key": r"[A-Za-z0-9]{43}",
}


def problems(settings: Settings, platform: str) -> tuple[list[str], list[str]] | None:
    """What is missing and what is malformed, as names of variables; None where the platform is not configured."""
    given = [name for name in _own(platform) if _value(settings, name)]
    if not given:
        return None
    missing = [name for name in _needed(settings, platform) if not _value(settings, name)]
    wrong = [name for name in given if name in _SHAPES and not re.fullmatch(_SHAPES[name], _value(settings, name))]
    return [_variable(name) for name in missing], [_variable(name) for name in wrong]


def _own(platform: str) -> list[str]:
    """The settings of a platform that have no default."""
    names = [name for name in Settings.__slots__ if name.startswith(f"{platform}_")]
    return [name for name in names if not name.endswith(("_url", "_mode"))]


def _needed(settings: Settings, platform: str) -> list[str]:
    if platform == "slack":
        return ["slack_bot_token", *([] if settings.slack_app_token else ["slack_signing_secret"])]
    if platform == "telegram":
        is_webhook = settings.telegram_mode == "webhook"
        return ["telegram_token", *(["telegram_webhook_secret", "public_url"] if is_webhook else [])]
    needed = []
    if settings.wecom_corp_id or not settings.wecom_aibot_id:
        needed += [f"wecom_{name}" for name in ("corp_id", "agent_id", "secret", "token", "aes_key")]
    if settings.wecom_aibot_id and not settings.wecom_aibot_secret:
        needed += ["wecom_aibot_token", "wecom_aibot_aes_key"]
    return needed


def _value(settings: Settings, name: str) -> str:
    value = getattr(settings, name)
    return value.reveal() if isinstance(value, Secret) else str(value)


def _variable(name: str) -> str:
    return f"CRMBOT_{name.upper()}"
