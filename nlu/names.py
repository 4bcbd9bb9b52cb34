"""Names: the forms they are written in, the key a telephone number has, and the index that finds them in text."""

from nlu.name_forms import core_name, normalise, pinyin, pinyin_initials, short_forms, spoken, syllable
from nlu.name_index import NameIndex
from nlu.phones import phone_key, split_extension

__all__ = [
    "NameIndex", "core_name", "normalise", "phone_key", "pinyin", "pinyin_initials", "short_forms", "split_extension",
    "spoken", "syllable",
]  # fmt: skip
