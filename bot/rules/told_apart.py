"""Which of several papers a message means by what they are about: 「船舶维护的合同」, "the maintenance contract".

A paper is about its deal and its goods. Nobody says their whole names: a word of them is enough in English, two
characters in a row in Chinese.
"""

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import select

from bot.rules.access import visible
from bot.world import World
from nlu.name_parts import spans
from storage import records

__all__ = ["named_in", "names_at", "spans"]

P = TypeVar("P")
MAX_PAPERS = 20  # of one customer, of a kind


def named_in(said: str, papers: Sequence[P]) -> list[P]:
    """Those that a message names best; all of them where it names none."""
    scores = [sum(end - start for start, end in spans(said, _about(paper))) for paper in papers]
    best = max(scores, default=0)
    return [paper for paper, score in zip(papers, scores, strict=True) if score == best]


def names_at(world: World, customer_id: int) -> list[str]:
    """What the papers of a customer are about."""
    names: list[str] = []
    for kind in ("contract", "order", "quote"):
        cls: Any = records.record_class(kind)
        query = select(cls).where(visible(world.actor, world.crm, cls), cls.customer_id == customer_id)
        for paper in world.session.scalars(query.order_by(cls.id.desc()).limit(MAX_PAPERS)):
            names += _about(paper)
    return list(dict.fromkeys(names))


def _about(paper: Any) -> list[str]:
    """The names of a paper's deal and goods; of one without goods of its own, those of what it is for."""
    if paper.kind == "opportunity":
        return [paper.name]
    base = next((one for one in (getattr(paper, kind, None) for kind in ("order", "contract")) if one), None)
    goods = [line.product for line in getattr(paper, "lines", ())]
    deal = getattr(paper, "opportunity", None) or getattr(base, "opportunity", None)
    return goods + ([deal.name] if deal is not None else []) + (_about(base) if base is not None and not goods else [])
