"""Which credentials a platform needs, and whether those given can be right, as far as that is seen from here."""

import re

from config.catalog import Catalog
from config.settings import Secret, Settings

# What credentials look like, and how that is shown. A secret that matches may still be wrong; one that does not
# cannot be right.
_SHAPES = {
    "slack_bot_token": (r"xoxb-\S+", "xoxb-…"),
    "slack_app_token": (r"xapp-\S+", "xapp-…"),
    "slack_signing_secret": (r"\S+", "32 × 0–9 a–f"),
    "telegram_token": (r"\d+:[\w-]{30,}", "1234567890:AAE…"),
    "telegram_webhook_secret": (r"[\w-]{1,256}", "A–Z a–z 0–9 _ -"),
    # Looked at for Telegram only, which calls no other ports.
    "public_url": (r"https://(\[[\da-f:]+\]|[^\s/:]+)(:(443|80|88|8443))?(/\S*)?", "https://… :443 :80 :88 :8443"),
    "wecom_corp_id": (r"\S+", "ww…"),
    "wecom_agent_id": (r"\d+", "1000002"),
    "wecom_secret": (r"\S+", "43 × A–Z a–z 0–9 _ -"),
    "wecom_aes_key": (r"[A-Za-z0-9]{43}", "43 × A–Z a–z 0–9"),
    "wecom_aibot_ws_url": (r"wss?://\S+", "wss://…"),
    "wecom_aibot_aes_key": (r"[A-Za-z0-9]{43}", "43 × A–Z a–z 0–9"),
    "wecom_robot_webhook": (r"https?://\S+[?&]key=\S+", "https://…?key=…"),
}

_APP = ("corp_id", "agent_id", "secret", "token", "aes_key")

_OR = {"slack_signing_secret": "slack_app_token"}  # what does as well where it is missing


def problems(settings: Settings, platform: str) -> tuple[list[str], list[str]] | None:
    """What is missing and what is malformed, as names of variables, the latter with how they look; None where the
    platform is not configured."""
    given = [name for name in _own(platform) if _value(settings, name)]
    if not given:
        return None
    needed = _needed(settings, platform)
    missing = [name for name in needed if not _value(settings, name)]
    looked_at = dict.fromkeys([*given, *needed, *(["wecom_aibot_ws_url"] if platform == "wecom" else [])])
    wrong = [name for name in looked_at if name not in missing and not _can_be_right(settings, name)]
    return [_or(name) for name in missing], [f"{_variable(name)} ({_SHAPES[name][1]})" for name in wrong]


def finding(settings: Settings, platform: str, words: Catalog) -> tuple[str, str]:
    """``ok``, ``bad`` or ``off``, and the sentence."""
    found = problems(settings, platform)
    if found is None:
        return "off", words.say("cli.check.platform_off", platform=platform)
    lacks, wrong = (", ".join(names) for names in found)
    if lacks and wrong:
        return "bad", words.say("cli.check.platform_both", platform=platform, lacks=lacks, wrong=wrong)
    if lacks or wrong:
        key = "lacks" if lacks else "wrong"
        return "bad", words.say(f"cli.check.platform_{key}", platform=platform, names=lacks or wrong)
    return "ok", words.say("cli.check.platform", platform=platform)


def complete(settings: Settings) -> list[str]:
    """The platforms to which nothing is missing, as far as that is seen from here."""
    return [platform for platform in settings.platforms if problems(settings, platform) == ([], [])]


def _can_be_right(settings: Settings, name: str) -> bool:
    return name not in _SHAPES or re.fullmatch(_SHAPES[name][0], _value(settings, name), re.ASCII) is not None


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
    given = {name for name in _own("wecom") if _value(settings, name)}
    app, callback = [f"wecom_{name}" for name in _APP], ["wecom_aibot_token", "wecom_aibot_aes_key"]
    robot = callback if given.intersection(callback) else ["wecom_aibot_id", "wecom_aibot_secret"]
    needed = app if given.intersection((*app, "wecom_kf_open_id")) else []
    return needed + (robot if given.intersection((*robot, "wecom_aibot_id")) else [])


def _value(settings: Settings, name: str) -> str:
    value = getattr(settings, name)
    return value.reveal() if isinstance(value, Secret) else str(value)


def _or(name: str) -> str:
    return f"{_variable(_OR[name])} / {_variable(name)}" if name in _OR else _variable(name)


def _variable(name: str) -> str:
    return f"CRMBOT_{name.upper()}"
