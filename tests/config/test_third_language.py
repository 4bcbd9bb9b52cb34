"""A language is a folder: who adds one changes no code, and what is not translated yet is said in English."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WORDS = {
    "dialog.toml": 'saved = "Konservita: {parts}."\nundo = "Malfari"\n',
    "follow_up.toml": '[customer]\nask = "Kiu kliento?"\n',
    "upkeep.toml": '[ask]\ntour = ["montru al mi"]\n',
    "practice.toml": 'tour_tell = "Tri minutoj. Provu: {example}"\n',
}


@pytest.fixture
def esperanto(tmp_path):
    """The configuration with one folder more, found before the shipped one: runs a command, gives its code and text."""
    shutil.copytree(ROOT / "config", tmp_path / "config", ignore=shutil.ignore_patterns("__pycache__"))
    folder = tmp_path / "config" / "messages" / "eo"
    folder.mkdir()
    for name, text in WORDS.items():
        (folder / name).write_text(text, "utf-8")
    environ = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join((str(tmp_path), str(ROOT))),
        "CRMBOT_DATA_DIR": str(tmp_path),
    }

    def crmbot(*arguments, lines=()):
        command = [sys.executable, "-c", "from bot.cli.root import main; main()", *arguments]
        done = subprocess.run(
            command, input="\n".join(lines), capture_output=True, text=True, cwd=tmp_path, env=environ, timeout=60
        )
        return done.returncode, done.stdout

    crmbot.folder = folder
    return crmbot


def test_a_folder_is_a_language(esperanto):
    lines = ["log a follow-up", "Northwind", "cancel", "new customer Northwind", "save", "montru al mi"]
    code, said = esperanto("chat", "--as", "Zamenhof", "--lang", "eo", lines=lines)
    assert code == 0
    assert "Kiu kliento?" in said  # translated
    assert "Save" in said  # not yet: English
    assert "Konservita: customer Northwind" in said
    assert "Tri minutoj. Provu: Met Sarah Lin at Northwind" in said


def test_the_check_tells_how_far_it_is_and_what_in_it_is_nothing_the_bot_says(esperanto):
    code, said = esperanto("check", "--offline")
    assert code == 0
    assert re.search(r"eo.* 5 .*[1-9]\d{3}", said)
    (esperanto.folder / "dialog.toml").write_text('saved = "Konservita: {partoj}."\nundoo = "Malfari"\n', "utf-8")
    code, said = esperanto("check", "--offline")
    assert code == 1
    assert "dialog.saved" in said
    assert "dialog.undoo" in said
