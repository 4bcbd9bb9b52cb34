"""The files of deploy/ and the pages for connecting name only settings and commands that there are."""

import re
from pathlib import Path

import pytest

from bot.cli.root import COMMANDS
from config.errors import ConfigError
from config.settings import load_settings

ROOT = Path(__file__).parents[1]
FILES = sorted([*(ROOT / "deploy").iterdir(), *(ROOT / "docs").glob("*.md")])


@pytest.mark.parametrize("path", [path for path in FILES if path.is_file()], ids=lambda path: path.name)
def test_settings_and_commands_exist(path, tmp_path):
    text = path.read_text("utf-8")
    for name in set(re.findall(r"\bCRMBOT_[A-Z_]+\b", text)):
        assert problem_with(name, tmp_path) != "unknown_key", name
    for word in re.findall(r"(?<!@)\bcrmbot ([a-z]+(?:-[a-z]+)*)\b", code(text) if path.suffix == ".md" else text):
        assert word in COMMANDS, word


def problem_with(name, folder):
    """What the settings say against a variable that is set alone."""
    value = folder / "value"
    value.write_text("polling")
    try:
        load_settings({"CRMBOT_DATA_DIR": str(folder), name: str(value)})
    except ConfigError as error:
        return error.problem
    return None


def code(text):
    """What a page shows as typed: blocks, and words between backticks."""
    return "\n".join(re.findall(r"```.*?```|`[^`\n]+`", text, re.DOTALL))
