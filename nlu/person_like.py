"""What looks like the name of a person, whatever stands beside it."""

from nlu.chunks import given_names
from nlu.company_like import is_company_like
from nlu.patterns import pattern
from nlu.people import bare_name
from nlu.wordlists import words

__all__ = ["looks_like_person", "person_at"]

_PERSON_WORD = pattern(r"[A-ZÀ-Þ][\w'’.-]*(?: [A-ZÀ-Þ][\w'’.-]*){0,2}")


def looks_like_person(text: str) -> bool:
    """Latin script only: a common given name first, or a Chinese name in pinyin."""
    if not _PERSON_WORD.fullmatch(text):
        return False
    parts = text.casefold().replace(".", "").split()
    if is_company_like(" ".join(parts)):
        return False
    if parts[0] in given_names():
        return True
    return len(parts) == 2 and bool(words("pinyin_surnames") & set(parts)) and all(len(word) <= 6 for word in parts)


def person_at(text: str) -> bool:
    """Could the whole text be a person's name, in either script?"""
    return bare_name(text) or looks_like_person(text)
