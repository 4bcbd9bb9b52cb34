"""The command line as a whole: help, exit codes, one line for each trouble, and a light start."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from string import Formatter

import pytest

from bot.cli.root import COMMANDS
from config.catalog import MESSAGES, catalog
from config.types import LANGUAGES

SOURCES = Path(__file__).parents[2] / "bot"


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_command_has_help(crmbot, command, language):
    done = crmbot(command, "--help", LANGUAGE=language)
    assert (done.code, done.err) == (0, "")
    assert f"Usage: crmbot {command}" in done.out


def flat(table, path=""):
    for key, value in table.items():
        yield from flat(value, f"{path}.{key}") if isinstance(value, dict) else [(f"{path}.{key}", value)]


def test_both_languages_say_the_same_things():
    zh, en = (dict(flat(tomllib.loads((MESSAGES / lang / "cli.toml").read_text("utf-8")))) for lang in ("zh", "en"))
    assert list(zh) == list(en)
    for key, text in zh.items():
        names = [{name for _text, name, _spec, _conv in Formatter().parse(each) if name} for each in (text, en[key])]
        assert names[0] == names[1], key


def test_every_sentence_that_is_used_exists():
    text = "\n".join(path.read_text("utf-8") for path in SOURCES.rglob("*.py"))
    used = set(re.findall(r'"(cli\.[a-z_]+\.[a-zA-Z_]+)"', text))
    assert len(used) > 50
    assert [key for key in sorted(used) for lang in LANGUAGES if not catalog(lang).has(key)] == []


def test_every_error_of_the_store_and_the_configuration_has_its_sentence():
    import storage.errors
    from config.errors import _ENGLISH
    from storage.errors import StorageError

    kinds = [name for name, item in vars(storage.errors).items() if isinstance(item, type) and item is not StorageError]
    keys = [*(f"cli.storage.{name}" for name in kinds), *(f"cli.config.{problem}" for problem in _ENGLISH)]
    assert [key for key in keys for lang in LANGUAGES if not catalog(lang).has(key)] == []


def test_a_wrong_setting_is_one_line(crmbot):
    done = crmbot("team", "list", HTTP_PRT="1")
    assert (done.code, done.out) == (1, "")
    assert done.err == "environment：没有 CRMBOT_HTTP_PRT 这一项（是不是 CRMBOT_HTTP_PORT？）。\n"


def test_a_wrong_configuration_is_one_line(crmbot, tmp_path):
    (tmp_path / "own.toml").write_text("[limits]\nlist_row = 3\n")
    done = crmbot("check", CONFIG=tmp_path / "own.toml", LANGUAGE="en")
    assert (done.code, done.err) == (1, "own.toml: limits.list_row is not a key (did you mean list_rows?).\n")


def test_a_file_that_is_no_database_is_one_line(crmbot, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "crmbot.db").write_text("Dear diary")
    for command in (
        ["user", "list"],
        ["db", "status"],
        ["check"],
        ["export", tmp_path / "x"],
        ["backup", tmp_path / "y"],
    ):
        done = crmbot(*command)
        assert (done.code, done.err) == (1, "这个文件不是 crmbot 的数据库，没有动它。\n")
    assert (tmp_path / "data" / "crmbot.db").read_text() == "Dear diary"


def test_a_place_that_cannot_be_written_is_one_line(crmbot, tmp_path):
    (tmp_path / "file").write_text("")
    done = crmbot("user", "list", DATA_DIR=tmp_path / "file" / "data")
    assert (done.code, done.err.count("\n")) == (1, 1)


def test_check_tells_what_is_missing(crmbot):
    crmbot("team", "add", "x")
    assert crmbot("check").code == 0
    done = crmbot("check", SLACK_BOT_TOKEN="xoxb-secret-1", TELEGRAM_TOKEN="short", LANGUAGE="en")
    assert done.code == 1
    assert "slack: CRMBOT_SLACK_APP_TOKEN / CRMBOT_SLACK_SIGNING_SECRET still missing" in done.out
    assert "telegram: malformed: CRMBOT_TELEGRAM_TOKEN (1234567890:AAE…)" in done.out
    assert "xoxb-secret-1" not in done.out + done.err


def test_status_and_upgrade(crmbot):
    assert crmbot("db", "status").out.startswith("-\t")
    assert crmbot("db", "upgrade").code == 0
    current, newest = crmbot("db", "status").out.split()
    assert current == newest
    assert crmbot("db", "upgrade").code == 0
    crmbot("user", "add", "Ann", "--role", "rep")
    assert "1 " in crmbot("db", "refile").err


def test_backup_and_restore(crmbot, tmp_path):
    crmbot("user", "add", "Ann", "--role", "rep")
    assert crmbot("backup", tmp_path / "b").code == 0
    assert crmbot("backup", tmp_path / "b").code == 1  # nothing is overwritten
    assert crmbot("restore", tmp_path / "b").code == 1  # there is data already
    assert crmbot("restore", tmp_path / "b", DATA_DIR=tmp_path / "other").code == 0
    assert "Ann" in crmbot("user", "list", DATA_DIR=tmp_path / "other").out


def test_parse_reads_lines_and_goes_on_after_a_bad_one(tmp_path):
    lines = [
        b'{"id": 1, "text": "50\xe4\xb8\x87", "now": "2026-11-23T09:00:00+08:00"}', b"", b"nope", b'{"id": 2}', b"\xff",
        b'{"id": 3, "text": "hello", "now": "2026-11-23T09:00:00+08:00"}',
    ]  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", "from bot.cli import main; main()", "parse", "--values"],
        input=b"\n".join(lines), capture_output=True, check=False, cwd=SOURCES.parent,
    )  # fmt: skip
    assert done.returncode == 1
    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        {"id": 1, "values": [{"value": "500000", "currency": "CNY"}]},
        {"id": 3, "values": []},
    ]
    assert len(done.stderr.splitlines()) == 3


# Other forms, and what looks into a message, which a phrase that opens a form makes needless.
NOT_FOR_A_FORM = (
    *("bot.flows.quote", "bot.flows.reminder", "bot.flows.follow_up_save", "bot.dialogs.lines", "bot.rules.products"),
    *("bot.listening.openers", "bot.listening.answerers", "bot.lookups.lists", "bot.reports.query", "nlu.papers"),
)


@pytest.mark.parametrize(("said", "others"), [("hi", ()), ("log a visit", NOT_FOR_A_FORM)])
def test_the_terminal_chat_loads_nothing_heavy(tmp_path, said, others):
    code = (
        "import sys; sys.argv = ['crmbot', 'chat', '--as', 'Ann'];"
        "from bot.cli import chat; chat.CLOCK_AFTER_S = 1e3;"  # a slow machine has not answered when the clock starts
        "from bot.cli.root import build, run; code = run(build);"
        "heavy = {'alembic', 'openpyxl', 'rich', 'jieba', 'psycopg', 'storage.records.base', 'numpy', 'PIL',"
        "'apscheduler', 'phonenumbers', 'pypinyin', 'holidays', 'sqlalchemy.orm',"
        "'sqlalchemy.dialects.postgresql', 'bot.listening.sales', 'bot.guest.chat', 'bot.exchange.entry',"
        "'bot.reports.why', 'bot.reports.summary', 'bot.reports.bridge', 'bot.lookups.products',"
        f"*{others}}} & set(sys.modules);"
        "print(code, sorted(heavy), file=sys.stderr)"
    )
    environ = {"CRMBOT_DATA_DIR": str(tmp_path), "PATH": "/usr/bin:/bin"}
    for _again in range(2):  # the first time the database is made, for which the records are needed
        done = subprocess.run(
            [sys.executable, "-c", code],
            input=f"{said}\n".encode(),
            capture_output=True,
            check=False,
            cwd=SOURCES.parent,
            env=environ,
        )
    assert done.stderr.decode().splitlines()[-1] == "0 []"


def test_the_terminal_chat_makes_a_paper_though_it_leaves_out_what_speaks_over_the_network(tmp_path):
    said = "new customer Corval\nsave\nquote for Corval: 200 gateways at $1,250\nsave\nPDF\n"
    done = subprocess.run(
        [sys.executable, "-c", "from bot.cli import main; main()", "chat", "--as", "Ann", "--lang", "en"],
        input=said.encode(),
        capture_output=True,
        check=False,
        cwd=SOURCES.parent,
        env={"CRMBOT_DATA_DIR": str(tmp_path), "PATH": "/usr/bin:/bin"},
    )
    assert done.returncode == 0
    assert [path.read_bytes()[:5] for path in tmp_path.glob("files/*.pdf")] == [b"%PDF-"]


def test_a_backup_that_was_cut_is_named_as_that(crmbot, tmp_path):
    crmbot("demo", "--size", "small")
    whole, cut = tmp_path / "whole.db", tmp_path / "cut.db"
    crmbot("backup", whole)
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    done = crmbot("restore", cut, DATA_DIR=tmp_path / "elsewhere")
    assert (done.code, "cut.db" in done.err, "备份" in done.err) == (1, True, True)


def test_nobody_is_erased_unasked(crmbot, tmp_path):
    crmbot("demo", "--size", "small")
    done = crmbot("person", "erase", "P-1")
    assert (done.code, "--yes" in done.err) == (1, True)
    assert crmbot("person", "show", "P-1").code == 0


def test_the_forecast_is_json_where_json_is_wanted(crmbot):
    crmbot("demo", "--size", "small")
    found = json.loads(crmbot("forecast", "--json").out)
    assert {"period", "won", "low", "expected", "high", "weighted"} <= found.keys()


def test_a_chat_that_cannot_show_its_answers_fails(tmp_path):
    environ = {**os.environ, "CRMBOT_DATA_DIR": str(tmp_path), "CRMBOT_LANGUAGE": "en"}
    command = [sys.executable, "-c", "from bot.cli import main; main()", "chat", "--as", "Ada"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, input=b"hello\n", stdout=full, stderr=subprocess.PIPE, env=environ, check=False)
    assert (done.returncode, done.stderr.decode().strip()) == (1, "Could not read or write: No space left on device.")
