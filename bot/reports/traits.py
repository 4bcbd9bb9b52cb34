"""By what customers are told apart: industry, source, size, place. A way to split what is theirs, and a condition.

What a record holds counts as an item of the organisation's list where it says one by its code, by what it is called in
any language, or by the number of people; of an address counts the town.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from bot.reports.query import By, Query
from bot.rules.access import visible
from bot.rules.industries import industries
from bot.rules.sizes import range_of
from bot.world import World
from config.catalog import Catalog
from config.crm import Crm
from config.phrasing import phrasing
from storage import records

TRAITS: dict[By, str] = {"industry": "industry", "source": "source", "size": "size", "place": "address"}
_LISTS = {"industry": "industries", "source": "sources", "size": "sizes"}
_MAX_FORMS = 1000  # ways in which one of them is written
_MAX_PLACES = 50  # addresses that are looked at for a town


def trait_column(by: By, columns: Any) -> Any:
    """What the customer of a deal or a note holds, or a customer itself."""
    customer = records.Customer
    if columns is customer:
        return getattr(customer, TRAITS[by])
    column = getattr(customer, TRAITS[by])
    return select(column).where(customer.id == columns.customer_id).scalar_subquery()


def trait_of(crm: Crm, by: By, kept: str | None) -> str:
    """What that counts as: the code of an item of the list, a town, or itself; "" for nothing."""
    said = (kept or "").strip()
    if not said or by == "place":
        return town_of(said)
    if by == "size":
        item = range_of(crm, said)
        return item.code if item is not None else said
    return _codes(crm, by).get(said, said)


@lru_cache(maxsize=16)
def _codes(crm: Crm, by: By) -> Mapping[str, str]:
    if by == "industry":
        return industries(crm)
    items = crm.items(_LISTS[by])
    return {form: item.code for item in items for form in (item.code, *item.labels.values())}


def town_of(address: str) -> str:
    """The town in an address: 「杭州市滨江区…」, "12 Mill Lane, Leeds LS1 4AP"; the address where none stands out."""
    town = phrasing("town").match(address)
    return town[town.lastindex or 0] if town is not None else address


def trait_label(world: World, by: By, key: str) -> str:
    """What it is called."""
    words = world.words
    if not key:
        return words.say(f"report.no_{by}")
    return world.crm.label(_LISTS[by], key, words.language) if by in _LISTS else key


def traits_of(world: World, query: Query, columns: Any) -> list[ColumnElement[bool]]:
    """The conditions of a question about whose deals, or notes, or which customers they are."""
    wanted: dict[By, str | None] = {
        "industry": query.industry, "source": query.source, "size": query.size, "place": query.place,
    }  # fmt: skip
    found = [_is(world, by, key, columns) for by, key in wanted.items() if key is not None]
    if query.among and query.by in TRAITS:
        found.append(or_(*(_is(world, query.by, key, columns) for key in query.among)))
    elif query.among:
        found.append(columns.product.in_(query.among))
    return found


def _is(world: World, by: By, key: str, columns: Any) -> ColumnElement[bool]:
    column: ColumnElement[str | None] = trait_column(by, columns)
    if not key:
        return func.coalesce(column, "") == ""
    if by in ("industry", "source"):
        return column.in_([key, *(form for form, code in _codes(world.crm, by).items() if code == key)])
    own: Any = getattr(records.Customer, TRAITS[by])
    written = select(own).where(own.is_not(None)).distinct()
    if by == "size":
        kept = world.tx.connection.scalars(written.limit(_MAX_FORMS))
        return column.in_([form for form in kept if trait_of(world.crm, by, form) == key])
    holds = world.tx.connection.scalars(written.where(own.contains(key, autoescape=True)))
    return column.contains(key, autoescape=True) & column.not_in([one for one in holds if town_of(one) != key])


def town_called(world: World, said: str) -> str:
    """The town of that name in which customers are that the person may see, ""."""
    cls: Any = records.Customer
    seen = visible(world.actor, world.crm, cls)
    found = select(cls.address).where(seen, cls.address.icontains(said, autoescape=True)).limit(_MAX_PLACES)
    towns = (town_of(address) for address in world.tx.connection.scalars(found))
    return next((town for town in towns if town.casefold() == said.casefold()), "")


def source_in(crm: Crm, words: Catalog, text: str) -> tuple[str, tuple[int, int]] | None:
    """The source of the list that a folded text speaks of, by its label or in other words, and where: 「展会来的」,
    "from referrals", "web leads"."""
    for item in crm.items("sources"):
        label = item.labels[words.language].casefold()
        said = _source(words, item.code, label).search(text) if item.code != "other" else None
        if said is not None:
            return item.code, said.span()
    return None


@lru_cache(maxsize=100)
def _source(words: Catalog, code: str, label: str) -> re.Pattern[str]:
    key = f"report.source_said.{code}"
    others = words.words(key) if words.has(key) else ()
    return re.compile("|".join((f"{re.escape(label)}s?" if label.isascii() else label, *others)))
