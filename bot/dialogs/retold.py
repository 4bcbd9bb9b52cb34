"""Goods of a paper as a message tells them anew, a change a clause: 「椅子改成 72 把，550」, "5 ovens, 6k each".

A clause is about the goods that it names, else those of the clause before it. Such a message is known by having no word
left over: figures and names aside, every word of it is one that is said of quantities and prices. The words stand in
``sold.toml`` of both languages.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from bot.dialogs.line_changes import NEAR, apart, dump, share_off, with_new
from bot.dialogs.model import Json, World
from config.catalog import Catalog, catalog
from config.phrasing import phrasing
from config.types import Money
from nlu.folding import fold
from nlu.goods import LEAST_PRICE, Goods, read_goods
from nlu.goods_words import EACH, SPLIT
from nlu.name_parts import spans
from nlu.patterns import pattern
from nlu.types import Understanding, Value

MAX_CHARS = 120  # who says more tells a story
MAX_REASON = 12  # Han characters, or four times as many letters
_SPACE = pattern(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])|(?<=[\da-z])\s+(?=再?加[^到])")
_UNITLESS = ("单", "笔", "份", "期", "次", "批")


def retold(lines: Sequence[Json], heard: Understanding, world: World) -> list[Json] | None:
    """The lines after all that the message changes or adds; None where it tells anything else, or nothing new."""
    words, found, rows = catalog(heard.lang), [*lines], list[int]()
    if len(heard.text) > MAX_CHARS:
        return None
    for start, clause, is_besides in _clauses(heard, world):
        told = _spans(clause.text, found)
        named = [n for n, where in enumerate(told) if where]
        if not named and (new := _added(world.understand(heard.text[start:]), is_besides=is_besides)):
            return [*found, *new]
        if not any(True for _ in _figures(clause)):
            if not _is_reason(clause, words):
                return None
            continue
        if words.pattern("sold.of_each").search(fold(clause.text)):  # "64 of each"
            counted = [n for n, line in enumerate(found) if Decimal(line["quantity"]) != 1]  # not the carriage
            rows, part = named or counted or [*range(len(found))], _count_each(clause)
        else:
            everything = [*range(len(found))] if len(found) == 1 or _is_off(clause) else []
            rows = _best(told) if named else rows or everything
            part = _part(clause, [found[n] for n in rows], words, [span for where in told for span in where])
        if not rows or part is None:
            return None
        found = [with_new(line, part) if n in rows else line for n, line in enumerate(found)]
    return found if found != [*lines] else None


def _clauses(heard: Understanding, world: World) -> Iterator[tuple[int, Understanding, bool]]:
    """Where each clause begins, what it says alone, and whether the word before it says that something is added."""
    low, start, is_besides = fold(heard.text), 0, False
    marks = sorted({mark.span() for source in (SPLIT, _SPACE) for mark in source.finditer(low)})
    for end, after in (*marks, (len(low), len(low))):
        said = heard.text[start:end].strip(" .。!！")
        if any(map(str.isalnum, said)):
            yield start, replace(world.understand(said), lang=heard.lang), is_besides
        is_besides = any(map(str.isalpha, low[end:after]))
        start = after


def _count_each(clause: Understanding) -> dict[str, Json] | None:
    numbers = [value for value in _figures(clause) if value.kind == "number"]
    return _quantity(numbers[0]) if len(numbers) == 1 else None


def _figures(clause: Understanding) -> Iterator[Value]:
    yield from (value for value in clause.of_kind("number", "money", "percent") if value.unit not in _UNITLESS)


def _is_reason(clause: Understanding, words: Catalog) -> bool:
    """「客户嫌贵」: does it only say why?"""
    size = sum(1 if letter > "\u2fff" else 0.25 for letter in clause.text)
    return size <= MAX_REASON and words.pattern("sold.why_changed").search(fold(clause.text)) is not None


def _is_off(clause: Understanding) -> bool:
    """Is it a discount, which may be on all goods?"""
    return any(clause.of_kind("percent")) and phrasing("discount").search(fold(clause.text)) is not None


def _spans(said: str, lines: Sequence[Json]) -> list[list[tuple[int, int]]]:
    return [spans(said, (line["product"],)) for line in lines]


def _best(told: Sequence[Sequence[tuple[int, int]]]) -> list[int]:
    sizes = [sum(end - start for start, end in where) for where in told]
    return [n for n, size in enumerate(sizes) if size == max(sizes)]


def _added(rest: Understanding, *, is_besides: bool) -> list[Json]:
    """「再加一年备件包 8000」, "plus a rack at 90": the goods that are added from here on, where each has its price."""
    add = phrasing("adds").match(fold(rest.text))
    if add is None and not is_besides:
        return []
    start = add.end() if add is not None else 0
    values = tuple(replace(v, start=v.start - start, end=v.end - start) for v in rest.values if v.start >= start)
    goods = read_goods(replace(rest, text=rest.text[start:], values=values, names=()), is_list=True)
    lines = [dump(_with_price(item)) for item in goods]
    return lines if all(line["unit_price"] for line in lines) else []


def _part(
    clause: Understanding, lines: Sequence[Json], words: Catalog, names: Sequence[tuple[int, int]]
) -> dict[str, Json] | None:
    """What a clause says anew of these lines: their quantity, their price or what is taken off; None where it says
    anything else."""
    low = fold(clause.text)
    figures = [*_figures(clause)]
    plain = list(low)
    for start, end in (*((v.start, v.end) for v in figures), *names):
        plain[start:end] = " " * (end - start)
    if any(map(str.isalnum, words.pattern("sold.retold").sub(" ", "".join(plain)))):
        return None
    if any(v.kind == "percent" for v in figures):
        is_only = len(figures) == 1 and _is_off(clause)
        return {"discount": share_off(figures[0], low)} if is_only else None
    sign = next((sign for sign, name in ((1, "more"), (-1, "fewer")) if phrasing(name).search(low)), 0)
    if sign:
        return {"more": f"{sign * figures[0].number:f}"} if len(figures) == 1 and figures[0].number else None
    return _measures(lines, figures, low)


def _measures(lines: Sequence[Json], figures: Sequence[Value], low: str) -> dict[str, Json] | None:
    """So many, at such a price, or one of the two; a figure that is neither surely is what it is nearest to."""
    figures = [v for v in figures if not (v.unit and EACH.search(low[: v.end]))] or figures
    if len(figures) == 2:
        return {**_quantity(figures[0]), **_price(figures[1])}
    if len(figures) != 1:
        return None
    (value,) = figures
    if any(phrasing(name).search(low) for name in ("price", "price_of_each")):
        return _price(value)
    if value.unit or phrasing("quantity").search(low):
        return _quantity(value)
    number = f"{value.money.value if value.money else value.number:f}"
    priced = [line for line in lines if line["unit_price"]]
    totals = [Decimal(line["quantity"]) * Decimal(line["unit_price"]["value"]) for line in priced]
    total = apart(f"{sum(totals)}", number) if priced else NEAR
    of_price = min((apart(line["unit_price"]["value"], number) for line in priced), default=NEAR)
    of_count = min((apart(line["quantity"], number) for line in lines), default=NEAR) if not value.money else NEAR
    if min(of_price, of_count) >= NEAR or total < min(of_price, of_count):
        return None
    return _price(value) if of_price <= of_count else _quantity(value)


def _quantity(value: Value) -> dict[str, Json]:
    number = value.money.value if value.money else value.number
    return {"quantity": f"{number:f}", **({"unit": value.unit} if value.unit else {})}


def _price(value: Value) -> dict[str, Json]:
    money = value.money or Money(value.number or Decimal(0))
    return {"unit_price": (Money(money.value) if value.is_bare else money).to_json()}


def _with_price(item: Goods) -> Goods:
    """An item that is added: the large number behind its name is its price, 「备件包 8000」."""
    is_price = item.unit_price is None and item.unit is None and (item.quantity or 0) >= LEAST_PRICE
    return replace(item, quantity=Decimal(1), unit_price=Money(item.quantity or Decimal(0))) if is_price else item
