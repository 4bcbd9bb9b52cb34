"""Texts without any date, time or amount: nothing may be printed for them."""

from datetime import datetime
from pathlib import Path

import pytest

from config.types import Language
from nlu.values import find_values, values_json

NOW = datetime.fromisoformat("2026-11-23T14:30:00+08:00")
TEXTS = Path(__file__).parent / "nothing"  # one text a line, a file for each language


def _lines(lang: Language) -> list[tuple[str, Language]]:
    return [(text, lang) for text in (TEXTS / f"{lang}.txt").read_text("utf-8").splitlines()]


@pytest.mark.parametrize(("text", "lang"), [*_lines("zh"), *_lines("en")])
def test_nothing_is_found(text: str, lang: Language) -> None:
    assert values_json(find_values(text, now=NOW, lang=lang), NOW) == []
