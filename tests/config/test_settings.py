"""Settings: what is given comes in order, what is wrong is named, what is secret stays so."""

import pytest

from config.errors import ConfigError
from config.settings import Secret, load_settings


@pytest.fixture
def environ(tmp_path):
    return {"CRMBOT_DATA_DIR": str(tmp_path), "PATH": "/bin"}


def write(tmp_path, text):
    (tmp_path / "crmbot.toml").write_text(text, "utf-8")


def test_defaults_need_nothing(environ, tmp_path):
    settings = load_settings(environ)
    assert (settings.language, settings.currency, settings.http_port) == ("zh", "CNY", 8080)
    assert settings.database_url == f"sqlite:///{tmp_path}/crmbot.db"
    assert settings.platforms == ()


def test_the_environment_wins_over_the_file(environ, tmp_path):
    write(tmp_path, 'language = "en"\nhttp_port = 9000\n')
    settings = load_settings({**environ, "CRMBOT_HTTP_PORT": "9001"})
    assert (settings.language, settings.http_port) == ("en", 9001)


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("CRMBOT_LANGUGE", "en", "environment: CRMBOT_LANGUGE is not a key (did you mean CRMBOT_LANGUAGE?)"),
        ("CRMBOT_LANGUAGE", "fr", "environment: CRMBOT_LANGUAGE = fr is not possible (expected: zh, en)"),
        ("CRMBOT_SECRETS_KEY", "c2hvcnQ=", "openssl rand -base64 32"),
        ("CRMBOT_HTTP_PORT", "70000", "environment: CRMBOT_HTTP_PORT = 70000 is not possible (expected: 0 – 65535)"),
        ("CRMBOT_TIMEZONE", "Mars/Base", "CRMBOT_TIMEZONE = Mars/Base"),
        ("CRMBOT_DATABASE_URL", "mysql://u:pw@h/d", "CRMBOT_DATABASE_URL = … is not possible"),
    ],
)
def test_a_wrong_variable_is_named(environ, key, value, said):
    with pytest.raises(ConfigError) as caught:
        load_settings({**environ, key: value})
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('langage = "en"', "crmbot.toml: langage is not a key (did you mean language?)"),
        ('slack_bot_token = "xoxb-1"', "crmbot.toml: slack_bot_token is a secret"),
        ('database_url = "postgresql+psycopg://u:pw@h/d"', "crmbot.toml: database_url is a secret"),
        ("language = [1]", "crmbot.toml: language must be"),
        ("language =", "crmbot.toml: is not TOML"),
    ],
)
def test_a_wrong_file_is_named_and_shows_no_secret(environ, tmp_path, text, said):
    write(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        load_settings(environ)
    assert said in str(caught.value)
    assert "xoxb-1" not in str(caught.value)
    assert "pw" not in str(caught.value)


def test_a_secret_may_lie_in_a_file(environ, tmp_path):
    (tmp_path / "token").write_text("xoxb-2\n")
    settings = load_settings({**environ, "CRMBOT_SLACK_BOT_TOKEN_FILE": str(tmp_path / "token")})
    assert settings.slack_bot_token.reveal() == "xoxb-2"
    assert settings.platforms == ("slack",)


def test_a_secret_is_given_once(environ, tmp_path):
    both = {"CRMBOT_SLACK_BOT_TOKEN": "a", "CRMBOT_SLACK_BOT_TOKEN_FILE": str(tmp_path / "token")}
    with pytest.raises(ConfigError):
        load_settings({**environ, **both})


def test_secrets_never_show(environ):
    settings = load_settings({**environ, "CRMBOT_SLACK_BOT_TOKEN": "xoxb-3", "CRMBOT_DATABASE_URL": "sqlite:///x.db"})
    shown = f"{settings!r} {settings} {settings.slack_bot_token} {[settings.slack_bot_token]}"
    assert "xoxb-3" not in shown
    assert "x.db" not in shown
    assert Secret("a") == Secret("a") != Secret("b")


def test_a_webhook_of_a_wecom_group_is_enough_to_speak_there(tmp_path):
    settings = load_settings(
        {"CRMBOT_DATA_DIR": str(tmp_path), "CRMBOT_WECOM_ROBOT_WEBHOOK": "https://x.example?key=k"}
    )
    assert settings.platforms == ("wecom",)
