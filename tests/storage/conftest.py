import pytest

from storage.database import Database
from tests.storage.samples import forms_of


@pytest.fixture
def database(database_url):
    """A fresh database with the newest schema that indexes names as the samples say."""
    opened = Database(database_url, namer=forms_of)
    yield opened
    opened.close()
