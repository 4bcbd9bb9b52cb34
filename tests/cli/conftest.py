import sys
from dataclasses import dataclass

import pytest

from bot.cli.output import SPOKEN, configured
from bot.cli.root import build, run


@dataclass(frozen=True)
class Done:
    """What became of a command."""

    code: int
    out: str
    err: str


@pytest.fixture
def crmbot_on(monkeypatch, capsys, tmp_path):
    """Runs a command on the database of this URL ("" = SQLite in the data directory)."""

    def call(url, *arguments, **environ):
        for key, value in {"DATA_DIR": tmp_path / "data", "DATABASE_URL": url, "LANGUAGE": "zh", **environ}.items():
            monkeypatch.setenv(f"CRMBOT_{key}", str(value))
        monkeypatch.setattr(sys, "argv", ["crmbot", *map(str, arguments)])
        configured.cache_clear()
        SPOKEN.set(None)
        capsys.readouterr()
        code = run(build)
        return Done(code, *capsys.readouterr())

    return call


@pytest.fixture
def crmbot(crmbot_on, request):
    """Runs a command on the database of the test, on each engine in turn; on an embedded one where it has none."""
    url = request.getfixturevalue("database_url") if "database_url" in request.fixturenames else ""
    return lambda *arguments, **environ: crmbot_on(url, *arguments, **environ)
