"""Names: how they are written and how they sound, the key of a telephone number, the index that finds them in text."""

from nlu.name_forms import bare_name, core_name, given_name, is_trade, normalise, short_forms, short_keys
from nlu.name_index import NameIndex
from nlu.phones import phone_key, split_extension
from nlu.sounds import body_initials, pinyin, pinyin_initials, spoken, syllable

__all__ = [
    "NameIndex", "bare_name", "body_initials", "core_name", "given_name", "is_trade", "normalise", "phone_key",
    "pinyin", "pinyin_initials", "short_forms", "short_keys", "split_extension", "spoken", "syllable",
]  # fmt: skip
