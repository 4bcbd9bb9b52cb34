"""What a customer's words against it are about: price, a rival, timing … by the words of ``report.theme_words``."""

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
    return words.pattern(f"report.theme_words.{theme}").search(text) is not None


def themes_of(words: Catalog, text: str) -> tuple[str, ...]:
    """What a customer's words are about: one theme or several, "other" for none of the known ones."""
    return tuple(theme for theme in THEMES if is_about(words, theme, text)) or ("other",)
