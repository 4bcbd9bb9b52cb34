"""Names typed without capitals: in a message all in small letters, the words in the place of a name get theirs."""

from nlu.chunks import given_names
from nlu.lexicon import Lexicon
from nlu.name_forms import company_words
from nlu.patterns import pattern
from nlu.places import is_thing
from nlu.wordlists import words

__all__ = ["raise_names"]

_WORD = pattern(r"[a-z][a-z&]*")
_ADDRESS = pattern(r"(?<!\S)(?:\S{0,64}@|\S{0,16}://|www\.)\S*")  # is kept as it was typed
_PLACE = pattern(r"\b(?:at|from|with|w/|w|for|visited|met|saw|of|by) $")
_PLACE_OF_PERSON = pattern(
    r"(?:^|[.!?,:] |\b(?:at|from|with|w/|w|for|to|visited|met|saw|of|by|called|call|"
    r"emailed|texted|told|contact|and|who is|who's|rang|ring) )$"
)
# Behind a given name and one more word: that word is the surname.
_ENDS_NAME = pattern(r"\s*(?:$|[,.;:?!(\n-]| (?:at|from|of|over at|said|says|wants|called|replied|asked|rang|told) )")
_DOES = pattern(r"'s\b| (?:at|from|said|says|wants|called|replied|asked|is|was|has|thinks|likes) ")


def raise_names(text: str, lexicon: Lexicon) -> str:
    """The text with capitals where a name must stand; unchanged if anybody has typed one. Of the same length."""
    if text.replace("I", "i") != text.lower():
        return text
    told = bytearray(len(text) + 1)
    for cue in lexicon.scan(text.lower()):
        told[cue.start : cue.end] = b"\x01" * (cue.end - cue.start)
    addresses = [match.span() for match in _ADDRESS.finditer(text)]
    letters = list(text)
    trades = frozenset(company_words()["trades_en"])
    surname_at = -1
    open_at = -1  # where a company just raised may go on
    for match in _WORD.finditer(text):
        start, end = match.span()
        word = match.group()
        if any(a <= start < b for a, b in addresses):
            continue
        before = text[max(0, start - 12) : start]
        if word in given_names():
            sure = word not in words("names_and_words") and _DOES.match(text, end) is not None
            if (_PLACE_OF_PERSON.search(before) and (sure or word not in words("names_and_words"))) or sure:
                letters[start] = word[0].upper()
                surname_at = end + 1
        elif (
            start == surname_at
            and len(word) >= 3
            and 1 not in told[start:end]
            and not is_thing(word)
            and _ENDS_NAME.match(text, end)
        ):
            letters[start] = word[0].upper()
        elif (start == open_at and (word in trades or text[start - 2] == "&")) or (
            _PLACE.search(before)
            and len(word) >= 4
            and 1 not in told[start:end]
            and word not in words("plain_en")
            and not is_thing(word)
        ):
            letters[start] = word[0].upper()
            open_at = end + (3 if text.startswith(" & ", end) else 1)
    return "".join(letters)
