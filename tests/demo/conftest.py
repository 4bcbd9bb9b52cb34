"""The invented company, in each language: filled once in a run, and copied for each file of tests."""

import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from config.types import LANGUAGES, Language
from tests.demo.company import Company, fill_company


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Language], Path]:
    """Gives the file of the company's database in a language, to be copied."""

    @cache
    def file(language: Language) -> Path:
        return fill_company(tmp_path_factory.mktemp("filled"), language)

    return file


@pytest.fixture(scope="module", params=LANGUAGES)
def company(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, filled: Callable[[Language], Path]
) -> Iterator[Company]:
    folder = tmp_path_factory.mktemp("company")
    shutil.copy(filled(request.param), folder / "crm.db")
    found = Company(folder, request.param)
    yield found
    found.connection.close()
    found.talk.close()
