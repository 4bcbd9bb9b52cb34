"""「上海的制造业客户」, "which of my customers are in logistics": customers by several conditions at once.

A message is such a question when it speaks of customers, asks, and all else in it is a condition: whose, of which
industry, where, how large.
"""

import re
from functools import lru_cache

from sqlalchemy import ColumnElement, and_, select

from bot.dialogs.model import Json, Reply
from bot.lookups.customers import are_customers_of, condition_of, listed
from bot.reports.scope import book_of, scope_of
from bot.rules.access import visible
from bot.rules.sizes import bounds, heads_in, range_of
from bot.talk.cues import cues_in, pieces
from bot.talk.memory import Memory
from bot.world import World
from config.catalog import any_of, catalog
from config.crm import Crm
from nlu.folding import fold
from nlu.types import Understanding
from storage import records

MAX_CHARS = 80
_MARKS = " 。.!！?？"
_ASKING = frozenset({"find_customer", "list_opportunities", "list_follow_ups", "pipeline_summary", "other", "help"})
MAX_SIZES = 1000  # different ones, as they are kept


def asked(world: World, heard: Understanding) -> Json | None:
    """The conditions that the message names; None for any other message."""
    words, text = catalog(heard.lang), fold(heard.text.strip(_MARKS))
    if len(text) > MAX_CHARS or any(match.name.kind == "customer" for match in heard.names):
        return None
    cues = cues_in(words, "which", ("noun", "asking", "mine"), text)
    nouns = [span for name, span in cues if name == "noun"]
    asks = any(name == "asking" for name, _span in cues)
    is_asked = text.isascii() or (nouns and nouns[-1][1] == len(text))  # 「客户在上海」 tells, 「上海的客户」 asks
    if not nouns or not (asks or (heard.intent in _ASKING and is_asked)):
        return None
    size = words.pattern("which.size").search(text)
    spans = [span for _name, span in cues] + ([size.span()] if size else [])
    conditions: list[str] = []
    for piece in pieces(words, "which.fillers", text, spans):
        parts = parts_of(world, piece)
        if not parts:
            return None
        conditions += parts
    if not (conditions or size):
        return None
    sizes = _sizes(world, size) if size else None
    mine = any(name == "mine" for name, _span in cues)
    return {"do": "which_customers", "of": conditions, "sizes": sizes, "mine": mine}


def parts_of(world: World, piece: str) -> tuple[str, ...]:
    """The conditions in a piece: itself, or an industry and what is beside it (「上海制造业」); () where it is none.
    Each is looked for in the database: a piece is cut only where an industry tells where."""
    piece = _bare(piece)
    if are_customers_of(world, piece):
        return (piece,)
    found = _industries(world.crm).search(piece)
    beside = _bare(piece[: found.start()] + piece[found.end() :]) if found else ""
    return (beside, found.group()) if found and are_customers_of(world, beside) else ()


@lru_cache(maxsize=8)
def _industries(crm: Crm) -> re.Pattern[str]:
    return any_of(fold(label) for item in crm.items("industries") for label in item.labels.values())


def _bare(piece: str) -> str:
    return piece.strip().removesuffix("'s").removesuffix("'")


def _sizes(world: World, said: re.Match[str]) -> list[str]:
    """The sizes, as they are kept, that lie wholly above or below the number, or in the same range."""
    how, number = next((name, int(digits.replace(",", ""))) for name, digits in said.groupdict().items() if digits)
    cls = records.Customer
    query = select(cls.size).where(visible(world.actor, world.crm, cls), cls.size.is_not(None)).distinct()
    kept = [size for size in world.session.scalars(query.limit(MAX_SIZES)) if size]
    return [size for size in kept if _fits(world, size, how.partition("_")[0], number)]


def _fits(world: World, size: str, how: str, number: int) -> bool:
    item, heads = range_of(world.crm, size), heads_in(size)
    bound = bounds(item) if item is not None else None
    is_listed = item is not None and size in (item.code, *item.labels.values())
    low, high = bound if bound and is_listed else (heads, heads) if heads is not None else (None, None)
    if low is None or high is None:
        return False
    about = bound or (low, high)
    return {"least": low >= number, "most": high <= number, "about": about[0] <= number <= about[1]}[how]


def answer(world: World, memory: Memory, action: Json) -> Reply:
    """The customers to whom all of it applies, those spoken to last on top."""
    cls = records.Customer
    found = [condition_of(world, said) for said in action["of"]]
    conditions: list[ColumnElement[bool]] = [condition for condition in found if condition is not None]
    if action["sizes"] is not None:
        conditions.append(cls.size.in_(action["sizes"]))
    if action["mine"]:
        conditions.append(scope_of(world, book_of(world.actor, world.crm)).condition(cls))
    return listed(world, memory, and_(*conditions))
