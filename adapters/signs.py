"""What people see as one sign may be several characters: no text is cut within one."""

from unicodedata import category

JOINER = "\u200d"
LONGEST = 40  # characters of one sign; a longer heap of marks is nobody's sign


def whole(text: str, end: int) -> int:
    """The last place not after ``end`` that cuts no sign in two; ``end`` itself where there is none near."""
    place = end
    while end - LONGEST < place and 0 < place < len(text) and _is_within(text, place):
        place -= 1
    return place if place > 0 and not (place < len(text) and _is_within(text, place)) else end


def _is_within(text: str, place: int) -> bool:
    character, previous = text[place], text[place - 1]
    if character < "\u0300":
        return False
    if JOINER in (character, previous) or "🏻" <= character <= "🏿" or category(character).startswith("M"):
        return True
    if not (_is_of_flag(character) and _is_of_flag(previous)):
        return False
    before = place
    while before > 0 and _is_of_flag(text[before - 1]):
        before -= 1
    return (place - before) % 2 == 1


def _is_of_flag(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"
