"""What other systems call our fields and our codes: the names in ``columns.toml``, made easy to compare."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import tomli

FILE = Path(__file__).parent / "columns.toml"
_ASIDE = re.compile(r"[（(【\[][^（）()【】\[\]]*[)）】\]]|^[*＊]+|[*＊]+$")
_JOINTS = re.compile(r"[\s_\-]+")


def plain(head: str) -> str:
    """The name of a column as it is compared: 「*客户名称（必填）」 → 「客户名称」, "Account_Name" → "account name"."""
    return _JOINTS.sub(" ", _ASIDE.sub("", head.strip())).strip().casefold()


@cache
def fields_called(kind: str) -> Mapping[str, str]:
    """The fields of a kind by the plain names that other systems have for them."""
    return {plain(name): field for field, names in _file().get(kind, {}).items() for name in names}


@cache
def codes_called(listed: str) -> Mapping[str, str]:
    """The codes of a list by the names that other systems have for them."""
    return {name.casefold(): code for code, names in _file()["codes"].get(listed, {}).items() for name in names}


@cache
def _file() -> dict[str, Any]:
    return tomli.loads(FILE.read_text("utf-8"))
