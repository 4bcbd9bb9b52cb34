"""Names: the forms they are written in, the key a telephone number has, and the index that finds them in text."""

from nlu.name_forms import (
    bare_name,
    body_initials,
    core_name,
    given_name,
    is_trade,
    normalise,
    pinyin,
    pinyin_initials,
    short_forms,
    short_keys,
    spoken,
    syllable,
)
from nlu.name_index import NameIndex
from nlu.phones import phone_key, split_extension

__all__ = [
    "NameIndex", "bare_name", "body_initials", "core_name", "given_name", "is_trade", "normalise", "phone_key",
    "pinyin", "pinyin_initials", "short_forms", "short_keys", "split_extension", "spoken", "syllable",
]  # fmt: skip
