"""Which column of a table is which field, and what the table holds: guessed from its head, corrected by who knows."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.errors import InvalidValue
from bot.exchange.cells import DECIMAL_COMMA, CellReader, Signs, region_said
from bot.exchange.files import Cells, Sheet, text_of
from bot.exchange.load import Row
from bot.exchange.shapes import Attribute, attributes
from config.catalog import Catalog, catalog
from config.columns import codes_called, country_code, currency_code, field_called, plain, without_table
from config.kinds import KINDS
from config.types import LANGUAGES

_SLASHED = re.compile(r"\s*(\d{1,2})/(\d{1,2})/\d{4}")
_HAN = re.compile("[\u3400-\u9fff]")
# Columns that one field takes beside its own: the id of a reference, the currency of an amount, the halves of a name.
_SECOND = {"amount_currency": "amount", "unit_price_currency": "unit_price", "period_start": "period",
           "period_end": "period", "about_kind": "about", "about_id": "about"}  # fmt: skip
_HALVES = ("family_name", "given_name")
PLACES = ("province", "city", "district", "postcode", "country")  # parts of an address, which others keep apart
OUTCOME, ENDS = "outcome", ("won", "lost")  # won or lost, which others keep beside the stage
_CREATED = Attribute("created_at", "instant")
CUSTOM = "custom."
NEARLY = 3  # for each date of a column that is written otherwise


@dataclass(frozen=True, slots=True)
class Plan:
    """The kind of a table, and the field of each of its columns: "" for one that is left out, "custom.x" for x."""

    kind: str
    fields: tuple[str, ...]
    same: Mapping[str, str] = field(default_factory=dict)  # what is the same in every row


def plan_of(
    sheet: Sheet, kind: str | None, named: Mapping[str, str], same: Mapping[str, str], customs: "Customs"
) -> Plan:
    """Find the kind (unless it is given) and the fields. ``named``: {column: field} as somebody has said.

    Raises InvalidValue where the kind cannot be told, or a column or field that was named is not there.
    """
    for column in named:
        if plain(column) not in map(plain, sheet.head):
            raise InvalidValue("import.no_column", column=column)
    kinds = [kind] if kind else [one for one in _likely(sheet) if _has(one, named.values())]
    plans = [replace(_plan(sheet, one, named, customs), same=same) for one in kinds or ["customer"]]
    best = max(plans, key=lambda plan: (_is_whole(plan), len({*plan.fields} - {""})), default=None)
    if best is None or not any(best.fields) or (kind is None and not _is_whole(best)):
        raise InvalidValue("import.no_kind", columns=" · ".join(filter(None, sheet.head))[:200])
    return best


Customs = Mapping[str, Mapping[str, str]]  # kind → the plain name of a column → the key of a custom field


def _likely(sheet: Sheet) -> Sequence[str]:
    """A sheet may be named after its kind, as ours are; or each of its columns, as Pipedrive's."""
    name = without_table(sheet.head)[0] or sheet.name.split(" ")[0].casefold()
    return (name,) if name in KINDS else KINDS


def _has(kind: str, names: Iterable[str]) -> bool:
    """Does the kind have the fields that were named?"""
    return all(not name or name in writable(kind) or name.startswith(CUSTOM) for name in names)


def _plan(sheet: Sheet, kind: str, named: Mapping[str, str], customs: Customs) -> Plan:
    told = {plain(column): name for column, name in named.items()}
    fields: list[str] = []
    for head, bare in zip(sheet.head, without_table(sheet.head)[1], strict=True):
        name = told[plain(head)] if plain(head) in told else _field(kind, bare, customs.get(kind, {}))
        if plain(head) in told and not _has(kind, [name]):
            raise InvalidValue("import.no_field", field=name, fields=", ".join(sorted(writable(kind))))
        fields.append(name)
    if kind == "contact" and "position" not in fields and "family_name" in fields:
        # Who parts names calls what somebody does their title; how they are addressed has a column of its own.
        fields = ["position" if plain(head) == "title" else name for head, name in zip(sheet.head, fields, strict=True)]
    return Plan(kind, tuple(fields))


def writable(kind: str) -> set[str]:
    names = set(attributes(kind))
    seconds = {second for second, first in _SECOND.items() if first in names}
    ids = {f"{name}_id" for name, attribute in attributes(kind).items() if attribute.form == "reference"}
    halves = set(_HALVES) if kind == "contact" else set()
    places = set(PLACES) if "address" in names else {"country"} if "phones" in names else set()
    ends = {OUTCOME} if kind == "opportunity" else set()
    return names | seconds | ids | halves | places | ends | {"id", "created_at"}


def _field(kind: str, head: str, customs: Mapping[str, str]) -> str:
    """The field that a column's name means, or ""."""
    name = plain(head)
    own = name.replace(" ", "_")
    if own in writable(kind):
        return own
    if name in customs:
        return f"{CUSTOM}{customs[name]}"
    return field_called(kind, head) or next((field for field in sorted(writable(kind)) if name in _labels(field)), "")


def _labels(name: str) -> set[str]:
    return {label_in(catalog(language), name).casefold() for language in LANGUAGES}


def label_in(words: Catalog, name: str) -> str:
    """What a field of the contract is called, or the second column of one; its plain name where the catalog has no
    other."""
    if name.endswith("_id"):
        return words.say("record.id_of", field=label_in(words, name.removesuffix("_id")))
    name = name.removeprefix(CUSTOM)
    key = f"record.place.{name}" if name in PLACES else f"record.field.{name}"
    return words.say(key) if words.has(key) else name


def _is_whole(plan: Plan) -> bool:
    """Does the table have a column for all that a record of the kind must have?"""
    there = {*plan.fields, *plan.same, *(_SECOND.get(name, name) for name in plan.fields)}
    there |= {"name"} if there & set(_HALVES) else set()
    halves = {"period_start", "period_end"}
    there -= {"period"} if len(there & halves) == 1 else set()
    return all(name in there for name, attribute in attributes(plan.kind).items() if attribute.required)


def signs_of(plan: Plan, rows: Iterable[Sequence[Any]]) -> Signs:
    """What the cells of a table tell of one another."""
    known = {**attributes(plan.kind), "created_at": _CREATED}
    columns = [(n, name, known[name].form) for n, name in enumerate(plan.fields) if name in known]
    dates = [(n, name) for n, name, form in columns if form in ("date", "instant")]
    numbers = [n for n, _name, form in columns if form in ("money", "decimal", "integer")]
    phones = [n for n, name, _form in columns if name == "phones"]
    orders: dict[str, Counter[bool]] = defaultdict(Counter)
    regions: set[str] = set()
    has_comma = False
    for values in rows:
        for n, name in dates:
            for found in map(_SLASHED.match, _texts_at(values, (n,))):
                if found is not None and (int(found[1]) > 12) != (int(found[2]) > 12):
                    orders[name][int(found[1]) > 12] += 1
        has_comma = has_comma or any(DECIMAL_COMMA.search(text) for text in _texts_at(values, numbers))
        regions |= {region for text in _texts_at(values, phones) if (region := region_said(text))}
    region = regions.pop() if len(regions) == 1 else ""
    return Signs(_day_leads(orders, [name for _n, name in dates]), has_comma, region)


def _day_leads(orders: Mapping[str, Counter[bool]], names: Iterable[str]) -> dict[str, bool | None]:
    """Does the day stand before the month, "31/12/2026"? As the dates of the column say that can be read in one way
    only, or nearly all of them; where they say nothing, as the other columns do."""
    told = {name: _nearly_all(counts) for name, counts in orders.items()}
    others = set(told.values())
    usual = others.pop() if len(others) == 1 else None
    return {name: told.get(name, usual) for name in names}


def _nearly_all(counts: Counter[bool]) -> bool | None:
    (most, many), *rest = counts.most_common()
    return most if not rest or many >= NEARLY * rest[0][1] else None


def _texts_at(values: Sequence[Any], places: Sequence[int]) -> Iterator[str]:
    return (values[n] for n in places if n < len(values) and isinstance(values[n], str))


def rows_of(sheet: Sheet, plan: Plan, reader: CellReader) -> Iterator[Row]:
    """The rows of a table in the shape of the contract."""
    for cells in sheet.rows:
        if cells.problem:
            problem = InvalidValue(cells.problem, columns=len(sheet.head), found=len(cells.values))
            yield Row(cells.number, plan.kind, {}, cells.values, problem)
            continue
        try:
            yield Row(cells.number, plan.kind, _data(cells, plan, reader), cells.values)
        except InvalidValue as error:
            yield Row(cells.number, plan.kind, {}, cells.values, error)


def _data(cells: Cells, plan: Plan, reader: CellReader) -> dict[str, Any]:
    known = attributes(plan.kind)
    data: dict[str, Any] = {}
    beside: dict[str, str] = {}
    given = [*plan.same.items(), *zip(plan.fields, map(text_of, cells.values), strict=True)]
    reader = reader.within(_region(given)) if "phones" in known else reader
    for name, text in given:
        if not name or not text:
            continue
        if name not in known and name != "created_at":
            beside.setdefault(name, text)
            continue
        if name in data and known[name].form != "texts":
            continue  # of several columns for one value, the first that says something
        try:
            value = reader.value(known.get(name, _CREATED), text)
        except InvalidValue as error:
            error.params.setdefault("field", name)
            raise
        data[name] = [*data[name], *value] if isinstance(value, list) and name in data else value
    if "address" not in known:
        beside.pop("country", None)  # it says where the telephones are
    _merge(data, beside)
    return data


def _region(given: Sequence[tuple[str, str]]) -> str:
    """The country (ISO 3166) that a row names in a column of its own, or at the end of its address; "" for none."""
    said = {name: text for name, text in given if name in ("country", "address") and text}
    return country_code(said.get("country", "")) or country_code(re.split(r"[,，\n]", said.get("address", ""))[-1])


def _merge(data: dict[str, Any], beside: Mapping[str, str]) -> None:
    """Bring the second columns of fields to the first ones."""
    for name, text in beside.items():
        if name == "id":
            data[name] = text
        elif name.endswith("_currency"):
            first = _SECOND[name]
            data |= {first: {**data[first], "currency": currency_code(text)}} if data.get(first) else {}
        elif name.startswith("period_"):
            data.setdefault("period", {})[name.removeprefix("period_")] = text
        elif name.startswith("about_"):
            data.setdefault("about", {})[name.removeprefix("about_")] = text
        elif name.startswith(CUSTOM):
            data.setdefault("custom", {})[name.removeprefix(CUSTOM)] = text
        elif name == OUTCOME:
            data |= {"stage": end} if (end := codes_called("stages").get(plain(text))) in ENDS else {}
        elif name.endswith("_id"):
            first = name.removesuffix("_id")
            data[first] = {**(data.get(first) or {}), "id": text}
    if any(name in beside for name in PLACES):
        data["address"] = _address(data.get("address") or "", beside)
    halves = [beside[name] for name in _HALVES if name in beside]
    if halves and "name" not in data:
        is_han = any(_HAN.search(half) for half in halves)
        data["name"] = "".join(halves) if is_han else " ".join(reversed(halves))


def _address(street: str, beside: Mapping[str, str]) -> str:
    """The whole address: 「上海市浦东新区1 号」, "1 High St, London, UK"; what the street says already is said once."""
    parts = {name: beside[name] for name in PLACES if beside.get(name) and beside[name] not in street}
    if any(_HAN.search(part) for part in (street, *parts.values())):
        above = dict.fromkeys(parts[name] for name in ("province", "city", "district") if name in parts)
        return "".join([*above, street])
    return ", ".join(
        filter(None, [street, *(parts.get(name, "") for name in ("city", "province", "postcode", "country"))])
    )
