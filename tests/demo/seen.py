"""The invented company, and its world as an administrator sees it: fixtures for whoever imports them."""

from pathlib import Path

import pytest

from bot.cli.export import administrator
from bot.world import World
from config.catalog import catalog
from config.crm import load_crm
from config.settings import Settings
from storage.database import Database
from tests.demo.test_demo import NOW, filled

SETTINGS = Settings(data_dir=Path(), database_url="")


@pytest.fixture(scope="module")
def company(new_database_url):
    database = filled(new_database_url())
    yield database
    database.close()


@pytest.fixture
def world(company: Database):
    with company.read() as tx:
        actor = administrator(SETTINGS)
        yield World(tx=tx, actor=actor, crm=load_crm(), settings=SETTINGS, words=catalog("zh"), now=NOW)
