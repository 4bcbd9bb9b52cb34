"""The invented company, in each language, once for a file of tests."""

from collections.abc import Iterator

import pytest

from config.types import LANGUAGES
from tests.demo.company import Company


@pytest.fixture(scope="module", params=LANGUAGES)
def company(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    found = Company(tmp_path_factory.mktemp("company"), request.param)
    yield found
    found.connection.close()
    found.talk.close()
