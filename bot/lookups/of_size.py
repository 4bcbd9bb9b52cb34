"""Deals as large, or as small, as a message says, read like those of a report."""

from typing import TYPE_CHECKING

from bot.reports.conditions import read_sizes
from bot.reports.found import Found
from bot.reports.kinds import sized
from bot.reports.said import Said
from bot.world import World
from config.types import Money
from nlu.types import Understanding
from storage import records

if TYPE_CHECKING:
    from sqlalchemy import Select


def of_size(world: World, query: "Select[records.Opportunity]", heard: Understanding) -> "Select[records.Opportunity]":
    """「超过100万的」, "under $50k", "between 100k and 200k"; an amount alone is the least."""
    found, cls = Found(), records.Opportunity
    amount = heard.get("amount") or next((value.money for value in heard.of_kind("money") if value.money), None)
    if not read_sizes(heard, found, Said(world.words, heard)) and isinstance(amount, Money):
        found.which.least = amount
    for limit, is_least in ((found.which.least, True), (found.which.most, False)):
        if limit is not None:
            query = query.where(sized(world, cls, limit, is_least=is_least))
    return query
