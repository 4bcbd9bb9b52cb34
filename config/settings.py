"""Settings of one installation: where its data lies, which platforms it speaks on, with which secrets.

``CRMBOT_*`` variables come first, then ``crmbot.toml`` in the data directory, then the defaults below. An unknown name
is an error. Secrets come from the environment, or from a file that the environment names with ``…_FILE``.

This is a standard dataclass on purpose: importing pydantic-settings costs 0.15–0.19 s of CPU, and the first answer of
the bot has 0.4 s for everything.
"""

import os
from base64 import urlsafe_b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import tomli

from config.errors import ConfigError, unknown_key
from config.types import CURRENCIES, LANGUAGES, Language

PREFIX = "CRMBOT_"
FILE_NAME = "crmbot.toml"
ENVIRONMENT = "environment"


class Secret:
    """A value that shows itself only to who asks with ``reveal()``. An empty one is false."""

    __slots__ = ("_value",)

    def __init__(self, value: str = "") -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        from hmac import compare_digest  # brings OpenSSL, which a terminal can do without

        return isinstance(other, Secret) and compare_digest(self._value.encode(), other._value.encode())

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __repr__(self) -> str:
        return "Secret(set)" if self._value else "Secret(not set)"


Read = Callable[[str], Any]


def _one_of(*allowed: str) -> Read:
    def read(text: str) -> str:
        if text not in allowed:
            raise ValueError(", ".join(allowed))
        return text

    return read


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise ValueError("0 – 65535")
    return int(text)


def _zone(text: str) -> str:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError("Asia/Shanghai, Europe/London, …") from error
    return text


def _currency(text: str) -> str:
    if text not in CURRENCIES:
        raise ValueError("CNY, USD, …")
    return text


def _http_url(text: str) -> str:
    if not text.startswith(("https://", "http://")):
        raise ValueError("https://…")
    return text


def _key(text: str) -> Secret:
    """32 random bytes, as ``openssl rand -base64 32`` writes them; after a comma those that were used before."""
    for part in text.split(","):
        try:
            key = urlsafe_b64decode(part)
        except ValueError:
            key = b""
        if len(key) != 32:
            raise ValueError("openssl rand -base64 32")
    return Secret(text)


def _database_url(text: str) -> str:
    if not text.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ValueError("sqlite:///…, postgresql+psycopg://…")
    return text


def _path(text: str) -> Path:
    return Path(text).expanduser()


NOT_SET = Secret()


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings, checked. ``database_url`` may hold a password and so keeps out of ``repr``."""

    data_dir: Path
    database_url: str = field(default="", repr=False)
    language: Language = "zh"
    timezone: str = "Asia/Shanghai"
    currency: str = "CNY"
    http_host: str = "127.0.0.1"
    http_port: int = 8080
    public_url: str = ""
    log_level: str = "INFO"
    config: Path | None = None
    secrets_key: Secret = NOT_SET  # under which secrets of webhooks are stored

    telegram_token: Secret = NOT_SET
    telegram_base_url: str = "https://api.telegram.org"
    telegram_mode: str = "polling"
    telegram_webhook_secret: Secret = NOT_SET

    slack_bot_token: Secret = NOT_SET
    slack_signing_secret: Secret = NOT_SET
    slack_app_token: Secret = NOT_SET
    slack_base_url: str = "https://slack.com/api/"

    wecom_corp_id: str = ""
    wecom_agent_id: str = ""
    wecom_secret: Secret = NOT_SET
    wecom_token: Secret = NOT_SET
    wecom_aes_key: Secret = NOT_SET
    wecom_base_url: str = "https://qyapi.weixin.qq.com"
    wecom_aibot_id: str = ""
    wecom_aibot_secret: Secret = NOT_SET
    wecom_aibot_ws_url: str = "wss://openws.work.weixin.qq.com"
    wecom_aibot_token: Secret = NOT_SET
    wecom_aibot_aes_key: Secret = NOT_SET
    wecom_kf_open_id: str = ""
    wecom_robot_webhook: Secret = NOT_SET  # its address holds the key that lets one post

    @property
    def platforms(self) -> tuple[str, ...]:
        """The platforms that have credentials."""
        given = {
            "slack": bool(self.slack_bot_token),
            "telegram": bool(self.telegram_token),
            "wecom": bool(
                (self.wecom_corp_id and self.wecom_secret)
                or self.wecom_aibot_id
                or self.wecom_aibot_token
                or self.wecom_robot_webhook
            ),
        }
        return tuple(platform for platform, is_given in given.items() if is_given)


PLATFORMS = ("slack", "telegram", "wecom")
_NAMES = tuple(item.name for item in fields(Settings))
_SECRET = frozenset(item.name for item in fields(Settings) if item.default is NOT_SET)
_MAY_BE_FILE = _SECRET | {"database_url"}
_READ: dict[str, Read] = dict.fromkeys(_SECRET, Secret) | {
    "data_dir": _path,
    "database_url": _database_url,
    "language": _one_of(*LANGUAGES),
    "timezone": _zone,
    "currency": _currency,
    "http_port": _port,
    "public_url": _http_url,
    "log_level": _one_of("DEBUG", "INFO", "WARNING", "ERROR"),
    "config": _path,
    "secrets_key": _key,
    "telegram_base_url": _http_url,
    "telegram_mode": _one_of("polling", "webhook"),
    "slack_base_url": _http_url,
    "wecom_base_url": _http_url,
}


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings as environment and ``crmbot.toml`` give them. Raises `ConfigError`. Creates nothing."""
    values = _from_environment(os.environ if environ is None else environ)
    if "data_dir" not in values:
        values["data_dir"] = default_data_dir()
    values = _from_file(values["data_dir"] / FILE_NAME) | values
    values.setdefault("database_url", f"sqlite:///{values['data_dir'] / 'crmbot.db'}")
    return Settings(**values)


def default_data_dir() -> Path:
    """The platform's directory for a user's application data."""
    from platformdirs import user_data_path

    return user_data_path("crmbot", appauthor=False)


def language_of(environ: Mapping[str, str] | None = None) -> Language:
    """The language to speak when the settings themselves cannot be read."""
    given = (os.environ if environ is None else environ).get(PREFIX + "LANGUAGE")
    return next((language for language in LANGUAGES if language == given), "zh")


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    """Empty variables count as not given, as they do in compose files and shells."""
    values: dict[str, Any] = {}
    known = {PREFIX + name.upper(): name for name in _NAMES}
    files = {f"{key}_FILE": name for key, name in known.items() if name in _MAY_BE_FILE}
    for key, text in environ.items():
        if not key.startswith(PREFIX) or not text:
            continue
        name = known.get(key) or files.get(key)
        if name is None:
            raise unknown_key(ENVIRONMENT, "", key, [*known, *files])
        if name in values:
            raise ConfigError(ENVIRONMENT, PREFIX + name.upper(), "given_twice")
        values[name] = _read(ENVIRONMENT, key, name, text if key in known else _content(key, text))
    return values


def _content(key: str, path: str) -> str:
    """The text of a file that a variable names; the file's last line break is not part of it."""
    try:
        return Path(path).expanduser().read_text("utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{ENVIRONMENT}: {key}", key, "unreadable", expected=type(error).__name__) from error


def _from_file(path: Path) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, value in read_toml(path, may_be_absent=True).items():
        if key not in _NAMES or key == "data_dir":
            raise unknown_key(path.name, "", key, (name for name in _NAMES if name != "data_dir"))
        if key in _SECRET or (key == "database_url" and _has_password(str(value))):
            raise ConfigError(path.name, key, "secret_in_file")
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise ConfigError(path.name, key, "wrong_type", expected='"…"')
        values[key] = _read(path.name, key, key, str(value))
    return values


def _has_password(url: str) -> bool:
    from urllib.parse import urlsplit

    return bool(urlsplit(url).password)


def _read(file: str, key: str, name: str, text: str) -> Any:
    try:
        return _READ.get(name, str)(text)
    except ValueError as error:
        shown = "…" if name in _MAY_BE_FILE else text
        raise ConfigError(file, key, "not_allowed", value=shown, expected=str(error)) from error


def read_toml(path: Path, *, may_be_absent: bool = False) -> dict[str, Any]:
    """A TOML file's tables; {} where it may be absent and is. Raises `ConfigError`."""
    try:
        return tomli.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError as error:
        if may_be_absent:
            return {}
        raise ConfigError(path.name, "", "unreadable", expected=error.strerror) from error
    except OSError as error:
        raise ConfigError(path.name, "", "unreadable", expected=error.strerror) from error
    except (tomli.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(path.name, "", "not_toml", expected=str(error)) from error
