"""Telephone numbers: the key they are stored and compared by.

E.164 (ITU-T) as `phonenumbers` works it out, mainland China where no country is written. The library is loaded at the
first number that is not a plain Chinese mobile.
"""

import re
from functools import cache, lru_cache
from types import ModuleType

from nlu.patterns import pattern

__all__ = ["HOME", "phone_key", "phone_kind", "phone_region", "phone_within", "spaced", "split_extension"]

HOME = "CN"  # where a number is that names no country
_MOBILE = pattern(r"(?:\+?86)?(1[3-9]\d{9})")
_JUNK = pattern(r"[\s\-\u2010-\u2015().（）·]+")
_EXTENSION = pattern(
    r"\s*(?:;ext=|转(?:分机)?|轉(?:分機)?|分机(?:号)?|分機|ext(?:ension)?\.?|x|#)\s*:?\s*(\d{1,6})\s*$", re.I
)
_HONG_KONG = pattern(r"\+?852\d{8}")


@cache
def _library() -> ModuleType:
    import phonenumbers

    return phonenumbers


def split_extension(text: str) -> tuple[str, str]:
    """The number and its extension ("" when there is none): 「010-58856600转801」 → ("010-58856600", "801")."""
    found = _EXTENSION.search(text)
    return (text[: found.start()], found.group(1)) if found else (text, "")


def phone_key(text: str, region: str = HOME) -> str:
    """E.164 of the number as written, "+8613800138000"; "" when no valid number stands there.

    The extension is left out: see ``split_extension``.
    """
    return _key(text[:64], region)


@lru_cache(maxsize=8192)
def _key(text: str, region: str) -> str:
    is_plain = text.removeprefix("+").isdecimal()  # as most are that are kept
    plain = text if is_plain else _JUNK.sub("", split_extension(text)[0])
    mobile = _MOBILE.fullmatch(plain)
    if mobile and region == HOME:
        return "+86" + mobile.group(1)
    if plain.startswith("+86") and plain[3:4] == "0":
        plain = "+86" + plain[4:]  # +86 (0)10 …
    for candidate, country in _candidates(plain, region):
        key = _parse(candidate, country)
        if key:
            return key
    return ""


def _candidates(plain: str, region: str) -> list[tuple[str, str | None]]:
    """The readings to try in turn: as written, then with the plus sign that people leave out (86-10-…, 852 …)."""
    if plain.startswith("00"):
        return [("+" + plain[2:], None)]
    if plain.startswith("+"):
        return [(plain, None)]
    tries: list[tuple[str, str | None]] = [(plain, region)]
    if plain.startswith("86") and len(plain) >= 12:
        tries.insert(0, ("+" + plain, None))
    elif _HONG_KONG.fullmatch(plain):
        tries.append(("+" + plain, None))
    return tries


def _parse(number: str, region: str | None) -> str:
    library = _library()
    try:
        parsed = library.parse(number, region)
    except library.NumberParseException:
        return ""
    if not library.is_possible_number(parsed):
        return ""
    key: str = library.format_number(parsed, library.PhoneNumberFormat.E164)
    return key if library.is_valid_number(parsed) or number.startswith("+") else ""


_CHINESE = pattern(r"(?:\+86)?(1[3-9]\d)(\d{4})(\d{4})|\+86(10|2\d|[3-9]\d{2})(\d{3,4})(\d{4})")


def spaced(number: str) -> str:
    """A stored number, without its extension, as people read it aloud: 138 0013 8000, 0512 6677 8899; one of another
    country, or that was kept as it was written, as it stands."""
    number = split_extension(number)[0]
    chinese = _CHINESE.fullmatch(number)
    if chinese is None:
        return number
    mobile, landline = chinese.groups()[:3], chinese.groups()[3:]
    return " ".join(mobile) if mobile[0] else f"0{' '.join(landline)}"


def phone_within(number: str) -> str:
    """The digits of a stored number as they are dialled within its country, without the zero before: "2079460958"."""
    number = split_extension(number)[0]
    if number.startswith("+86"):
        return number.removeprefix("+86")
    library = _library() if number.startswith("+") else None
    return str(library.parse(number, None).national_number) if library is not None else number


def phone_region(number: str) -> str:
    """The country (ISO 3166) of a number that names it, "US" for "+1 415 555 2671"; "" where it names none."""
    key = phone_key(number)
    if not key:
        return ""
    library = _library()
    return str(library.region_code_for_number(library.parse(key, None)) or "")


def phone_kind(number: str) -> str:
    """ "mobile", "office" for a landline or one with an extension, "" where the number does not tell."""
    plain, extension = split_extension(number)
    if extension:
        return "office"
    if plain.startswith("+"):
        return _kind(plain)
    digits = _JUNK.sub("", plain)
    return "mobile" if digits.startswith("07") or _MOBILE.fullmatch(digits) else "office"


@lru_cache(maxsize=1024)
def _kind(number: str) -> str:
    chinese = _CHINESE.fullmatch(number)
    if chinese is not None:
        return "mobile" if chinese.group(1) else "office"
    library = _library()
    try:
        kind = library.number_type(library.parse(number, None))
    except library.NumberParseException:
        return ""
    kinds = {library.PhoneNumberType.MOBILE: "mobile", library.PhoneNumberType.FIXED_LINE: "office"}
    return kinds.get(kind, "")
