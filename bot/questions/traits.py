"""What a question says of customers: 「上海的制造业客户」, "more than 200 people"."""

import re
from functools import lru_cache

from sqlalchemy import select

from bot.lookups.customers import are_customers_of
from bot.questions.said import Words
from bot.rules.access import visible
from bot.rules.sizes import bounds, heads_in, range_of
from bot.world import World
from config.catalog import any_of
from config.crm import Crm
from config.phrasing import number_of
from nlu.folding import fold
from storage import records

TOP = 5  # the best score
MAX_SIZES = 1000  # different ones, as they are kept


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


def heads_said(text: Words) -> tuple[str, int] | None:
    """How many people a customer is to have, "least", "most" or "about" that many; taken out."""
    for how in ("least", "most", "about"):
        found = text.pick(f"heads.{how}")
        if found is not None:
            return how, int(next(filter(None, found.groups())).replace(",", ""))
    return None


def counts_said(text: Words) -> tuple[int, int] | None:
    """From how many to how many of them somebody is to have (「拜访超过 3 次」), 0 for no limit; taken out."""
    for how in ("over", "under", "least", "most"):
        found = text.pick(f"counts.{how}")
        if found is not None:
            number = number_of(next(filter(None, found.groups())))
            return {"over": (number + 1, 0), "under": (0, number - 1), "least": (number, 0), "most": (0, number)}[how]
    return None


def scores_said(text: Words) -> tuple[int, int] | tuple[()]:
    """Between which scores the answers are to lie; taken out."""
    scores: tuple[int, int] | tuple[()] = ()
    between = text.pick("score.between")
    if between is not None:
        low, high = sorted(map(number_of, between.groups()))
        scores = (low, high)
    for name in ("under", "over", "most", "least", "exact"):
        found = text.pick(f"score.{name}")
        if found is not None:
            number = number_of(next(filter(None, found.groups())))
            below, above = (1, number - 1), (number + 1, TOP)
            limits = {"most": (1, number), "least": (number, TOP), "exact": (number, number)}
            scores = {**limits, "under": below, "over": above}[name]
    return scores


def sizes_of(world: World, how: str, heads: int) -> list[str]:
    """The sizes, as they are kept, that lie wholly above or below the number, or in the same range."""
    cls = records.Customer
    query = select(cls.size).where(visible(world.actor, world.crm, cls), cls.size.is_not(None)).distinct()
    kept = [size for size in world.session.scalars(query.limit(MAX_SIZES)) if size]
    return [size for size in kept if _fits(world, size, how, heads)]


def _fits(world: World, size: str, how: str, number: int) -> bool:
    item, heads = range_of(world.crm, size), heads_in(size)
    bound = bounds(item) if item is not None else None
    is_listed = item is not None and size in (item.code, *item.labels.values())
    low, high = bound if bound and is_listed else (heads, heads) if heads is not None else (None, None)
    if low is None or high is None:
        return False
    about = bound or (low, high)
    return {"least": low >= number, "most": high <= number, "about": about[0] <= number <= about[1]}[how]
