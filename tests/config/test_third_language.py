"""A language is a folder: who adds one changes no code, and what is not translated yet is said in English."""

import os
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
    """The configuration with one folder more, found before the shipped one; gives what the bot says to some lines."""
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

    def say(*lines):
        run = "from bot.cli.root import main; main()"
        command = [sys.executable, "-c", run, "chat", "--as", "Zamenhof", "--lang", "eo"]
        done = subprocess.run(
            command, input="\n".join(lines), capture_output=True, text=True, cwd=tmp_path, env=environ, timeout=60
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return say


def test_a_folder_is_a_language(esperanto):
    said = esperanto("log a follow-up", "Northwind", "cancel", "new customer Northwind", "save", "montru al mi")
    assert "Kiu kliento?" in said  # translated
    assert "Save" in said  # not yet: English
    assert "Konservita: customer Northwind" in said
    assert "Tri minutoj. Provu: Met Sarah Lin at Northwind" in said
