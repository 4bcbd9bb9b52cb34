"""The words by which a question about the numbers is known. They stand in ``report.toml``, each a pattern."""

import re
from functools import lru_cache

from bot.reports.query import By, What
from bot.talk.splits import split_by
from config.catalog import Catalog

# What a message may ask for; where it holds cues of several, the first of these is meant.
WHATS: tuple[What, ...] = (
    "cycle", "resolving", "activity", "feedback", "watch",
    "slipped", "moved_back", "moved_up", "changes", "rate", "newcomers", "opened",
    "lost", "won", "pipeline",
)  # fmt: skip
# Asked for only where nothing else is.
PLAIN: tuple[What, ...] = ("stays", "customers")
# Nouns that say what is counted where it is counted per head.
EACH: dict[What, str] = {"activity": "notes_each", "customers": "customers_each"}
BYS: tuple[By, ...] = (
    "rival", "owner", "place", "team", "product", "industry", "source", "size", "customer", "month", "quarter", "day",
    "stage", "reason", "buyers",
)  # fmt: skip
GRAINS = ("week", "month", "quarter", "year")
# Cues that make a message a question by themselves, and what it is then about.
ALONE: dict[str, What] = {
    "odds": "odds", "due": "pipeline", "due_ones": "pipeline", "biggest": "pipeline", "average": "won",
    "to_year": "won", "versus": "won", "top_people": "won", "top_customers": "won", "top_products": "won",
    "by_rival": "lost",
    "to_rival": "lost", "beside": "changes", "undated": "pipeline", "new_buyers": "won", "old_buyers": "won",
    "churn": "lost", "share": "won", "per_head": "won", "who_bought": "won",
    "stays": "stays", "customers": "customers", "won_nothing": "won",
    "by_buyers": "won", "who_has": "pipeline", "why_lost": "lost",
    "best_of": "won", "at_stage": "pipeline", "doomed": "watch",
}  # fmt: skip
# Cues that ask who, or what, sells most.
TOPS: dict[str, By] = {"top_people": "owner", "top_customers": "customer", "top_products": "product"}


@lru_cache(maxsize=300)
def cue(words: Catalog, name: str, table: str = "cue") -> re.Pattern[str]:
    """The cues of a list, the longest first; Latin ones as whole words."""
    cues = sorted(words.words(f"report.{table}.{name}"), key=len, reverse=True)
    parts = [rf"(?<![a-z]){cue}(?![a-z])" if cue[0].isascii() and cue[0] not in "[(" else cue for cue in cues]
    parts += filter(None, (split_by(words, name.removeprefix("by_")) if name.startswith("by_") else "",))
    return re.compile("|".join(parts) or r"(?!)")


def holds(words: Catalog, name: str, text: str, table: str = "cue") -> str:
    """The first cue of a list that stands in the folded text, ""."""
    match = cue(words, name, table).search(text)
    return match.group() if match else ""


def colleague_meant(words: Catalog, text: str) -> bool:
    """Whether a word stands for a colleague: 「他」, "her"."""
    return bool(holds(words, "them", text.casefold()))


def asks_for_numbers(words: Catalog, text: str) -> bool:
    """Whether any cue stands in the folded text that a question may begin with."""
    return any(holds(words, name, text) for name in (*WHATS, *ALONE))
