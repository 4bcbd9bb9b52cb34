"""What a customer's words against it are about: price, a rival, timing … by the words of ``report.theme_words``."""

import re
from functools import lru_cache

from config.catalog import Catalog

THEMES = (
    "price",
    "rival",
    "budget",
    "decision",
    "timing",
    "quality",
    "delivery",
    "service",
    "features",
    "trust",
    "contract",
)


def is_about(words: Catalog, theme: str, text: str) -> bool:
    return _theme(words, theme).search(text) is not None


def themes_of(words: Catalog, text: str) -> tuple[str, ...]:
    """What a customer's words are about: one theme or several, "other" for none of the known ones."""
    return tuple(theme for theme in THEMES if _theme(words, theme).search(text)) or ("other",)


@lru_cache
def _theme(words: Catalog, theme: str) -> re.Pattern[str]:
    return re.compile("|".join(words.words(f"report.theme_words.{theme}")), re.IGNORECASE)
