"""A company that is asked over HTTP."""

import pytest
from starlette.applications import Starlette

from bot.exchange import api
from tests.exchange.asking import NOW, Client, token_of
from tests.transcripts.talk import Talk


@pytest.fixture
def talk(tmp_path, database_url, monkeypatch):
    monkeypatch.setattr(api, "BURST", 10_000)
    talk = Talk(tmp_path, NOW, url=database_url)
    for name, role, team in (("李雷", "rep", "华东"), ("Anna", "rep", "华南"), ("老板", "admin", "总部")):
        talk.add("user", {"name": name, "role": role, "team": team, "language": "en" if name == "Anna" else "zh"})
    yield talk
    talk.close()


@pytest.fixture
def client(talk):
    app = Starlette(routes=api.routes(talk.bot))

    def as_(name):
        headers = {"Authorization": f"Bearer {token_of(talk, name)}"} if name else {}
        return Client(app, headers)

    return as_
