"""What other systems call our fields and our codes: the names in ``columns.toml``, made easy to compare."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import tomli

FILE = Path(__file__).parent / "columns.toml"
_ASIDE = re.compile(r"[（(【\[][^（）()【】\[\]]*[)）】\]]|^[*＊]+|[*＊]+$")
_JOINTS = re.compile(r"[\s_\-]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_BELONGS = re.compile(r"(?P<table>.+?)\s+[-–]\s+(?P<column>.+)")


def plain(head: str) -> str:
    """The name of a column as it is compared: 「*客户名称（必填）」 → 「客户名称」, "Account_Name" → "account name"."""
    return _JOINTS.sub(" ", _ASIDE.sub("", head.strip())).strip().casefold()


@cache
def fields_called(kind: str) -> Mapping[str, str]:
    """The fields of a kind by the plain names that other systems have for them."""
    return {plain(name): field for field, names in _file().get(kind, {}).items() for name in names}


def field_called(kind: str, head: str) -> str:
    """The field that other systems call so, "Billing Street" or "BillingStreet"; "" for none."""
    fields = fields_called(kind)
    return fields.get(plain(head)) or fields.get(plain(_CAMEL.sub(" ", head)), "")


def without_table(head: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """The kind of record that is said before nearly all columns, and the columns without it: "Deal - Title". Of several
    kinds the first is meant, "Organization - Address" beside it is of another record. "" for none."""
    kinds = {name.casefold(): kind for kind, names in _file()["tables"].items() for name in names}
    parts = [_BELONGS.fullmatch(column) for column in head]
    named = [kinds.get(part["table"].casefold(), "") if part else "" for part in parts]
    if sum(map(bool, named)) * 2 <= sum(map(bool, head)):
        return "", tuple(head)
    first = next(filter(None, named))
    return first, tuple(
        part["column"] if part and kind == first else column
        for part, kind, column in zip(parts, named, head, strict=True)
    )


@cache
def codes_called(listed: str) -> Mapping[str, str]:
    """The codes of a list by the names that other systems have for them."""
    return {plain(name): code for code, names in _file()["codes"].get(listed, {}).items() for name in names}


@cache
def _countries() -> Mapping[str, str]:
    codes = _file()["countries"]
    return {plain(name): code for code, names in codes.items() for name in (code, *names)}


def country_code(name: str) -> str:
    """The code (ISO 3166) of a country by what people and other systems call it; "" for what is none."""
    return _countries().get(plain(name).replace(".", ""), "") if name else ""


@cache
def _currencies() -> Mapping[str, str]:
    return {plain(name): code for code, names in _file()["currencies"].items() for name in names}


def currency_code(name: str) -> str:
    """The code (ISO 4217) of a currency by what people and other systems call it; any other name in capitals."""
    return _currencies().get(plain(name), name.strip().upper())


@cache
def _file() -> dict[str, Any]:
    return tomli.loads(FILE.read_text("utf-8"))
