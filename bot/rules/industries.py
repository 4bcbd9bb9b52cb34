"""Industries: by which words each of the organisation's list is known, in records and in messages."""

import re
from collections.abc import Mapping
from functools import lru_cache

from config.catalog import Catalog
from config.crm import Crm
from config.phrasing import ways


@lru_cache(maxsize=8)
def industries(crm: Crm) -> Mapping[str, str]:
    """The codes of the list by what a record may hold: the code, or what it is called in any language."""
    found = {item.code: item.code for item in crm.items("industries")}
    for item in crm.items("industries"):
        for label in item.labels.values():
            found |= {label + end: item.code for end in ("", *ways("industry_end"))}
    return found


def industry_of(crm: Crm, said: str) -> str:
    """The code that a word stands for, ""."""
    return _folded(crm).get(said.casefold().strip(), "")


def kept_as(crm: Crm, code: str) -> list[str]:
    """All that a record of the industry may hold."""
    return [form for form, known in industries(crm).items() if known == code]


def industry_in(crm: Crm, words: Catalog, text: str) -> tuple[str, tuple[int, int]] | None:
    """The industry that a folded text surely speaks of (「物流行业」, "education"), and where."""
    by_form, pattern = _said(crm, words)
    found = pattern.search(text)
    return (by_form[found.group()], found.span()) if found else None


@lru_cache(maxsize=8)
def _folded(crm: Crm) -> dict[str, str]:
    return {form.casefold(): code for form, code in industries(crm).items()}


@lru_cache(maxsize=8)
def _said(crm: Crm, words: Catalog) -> tuple[dict[str, str], re.Pattern[str]]:
    by_form = {
        form.replace("…", item.labels[words.language]).casefold(): item.code
        for item in crm.items("industries")
        for form in words.words("customer.industry_said")
        if item.code != "other"
    }
    longest_first = sorted(by_form, key=len, reverse=True)
    parts = [rf"(?<![a-z]){re.escape(form)}(?![a-z])" if form.isascii() else re.escape(form) for form in longest_first]
    return by_form, re.compile("|".join(parts) or "(?!)")
