"""One-time codes as people read them out, type them and follow them as links: "K7QF-2M9X".

No letters that look alike, and always a digit that is no letter's likeness, which tells a code from a word.
"""

import hashlib
import re
import secrets
from functools import cache

from config.phrasing import any_way

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 8
_PLAIN_DIGITS = frozenset("23456789")
_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1"})


def new_code() -> str:
    """A code that nobody can guess (40 bits, good for a few days, five tries an hour)."""
    code = ""
    while not _PLAIN_DIGITS & set(code):
        code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    return code


def shown(code: str) -> str:
    """In two groups, as people remember it."""
    return f"{code[:4]}-{code[4:]}"


def code_in(text: str) -> str | None:
    """The code that a message consists of, perhaps behind a word for it; None where it is no code."""
    found = _code().fullmatch(text.strip())
    if found is None:
        return None
    code = (found["first"] + found["second"]).upper().translate(_ALIKE)
    return code if _PLAIN_DIGITS & set(code) and set(code) <= set(LETTERS) else None


@cache
def _code() -> re.Pattern[str]:
    digits = r"(?P<first>[0-9A-Za-z]{4})[-\s‐–—]?(?P<second>[0-9A-Za-z]{4})"
    return re.compile(rf"{any_way('code_word')}?[\s:：]*{digits}", re.IGNORECASE)


def digest_of(secret: str) -> str:
    """What is stored of a code or a token that gives access: SHA-256, in hexadecimal."""
    return hashlib.sha256(secret.encode()).hexdigest()
