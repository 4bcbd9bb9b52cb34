"""Finds the names the CRM knows in running text, in memory: longest match, short forms, near misses.

The database has its own index for a million names; this one serves `crmbot parse` and lists of up to some hundred
thousand. Every form of a name is one entry of a dict; a text costs one look-up per place and possible length.
"""

from collections.abc import Iterable, Mapping

from nlu.folding import fold
from nlu.name_forms import normalise, short_forms
from nlu.sounds import pinyin, syllable
from nlu.types import Name, NameMatch
from nlu.wordlists import words

__all__ = ["NameIndex"]

_EXACT, _SHORT, _SOUND, _TYPO = 1.0, 0.9, 0.75, 0.7
# A near miss of two characters must stand where a name stands: at the head, or after one of these.
_BEFORE = frozenset("跟和与见给去到访了在约找客户的把帮为对，。；：、 \n,;:从查看")


class NameIndex:
    """A ``Known`` built from lists; records can be added and removed as they change."""

    def __init__(self, names: Iterable[Name] = ()) -> None:
        self._forms: dict[str, tuple[tuple[Name, float], ...]] = {}
        self._heads: dict[str, tuple[int, ...]] = {}
        self._sounds: dict[str, tuple[str, ...]] = {}  # pinyin → the forms that sound so
        self._openings: dict[str, tuple[int, ...]] = {}  # first syllable → lengths of the sounding forms
        self._has_latin = False
        for name in names:
            self.add(name)

    @classmethod
    def from_lists(cls, known: Mapping[str, Iterable[str]]) -> "NameIndex":
        """From {"customers": […], "contacts": […], "opportunities": […], "users": […]} of the parse contract."""
        kinds = {"customers": "customer", "contacts": "contact", "opportunities": "opportunity", "users": "user"}
        return cls(
            Name(kind, name)
            for plural, kind in kinds.items()
            for name in known.get(plural) or ()
            if isinstance(name, str) and name.strip()
        )

    def add(self, name: Name, aliases: Iterable[str] = ()) -> None:
        """Takes in a name, its aliases and, for companies and opportunities, its short forms."""
        self._put(normalise(name.name), name, _EXACT)
        for alias in aliases:
            self._put(normalise(alias), name, _EXACT)
        if name.kind in ("customer", "opportunity"):
            for form in short_forms(name.name):
                self._put(normalise(form), name, _SHORT)

    def remove(self, name: Name) -> None:
        """Forgets a name under all its forms. Costs a walk over the index: meant for lists, not for each turn."""
        for form, held in list(self._forms.items()):
            left = tuple(entry for entry in held if entry[0] != name)
            if left:
                self._forms[form] = left
            else:
                del self._forms[form]

    def _put(self, form: str, name: Name, sure: float) -> None:
        if len(form) < 2:
            return
        held = self._forms.get(form, ())
        if any(entry[0] == name for entry in held):
            return
        self._forms[form] = (*held, (name, sure))
        lengths = self._heads.get(form[:2], ())
        if len(form) not in lengths:
            self._heads[form[:2]] = tuple(sorted((*lengths, len(form)), reverse=True))
        if "\u4e00" <= form[0] <= "\u9fff" and 2 <= len(form) <= 8 and name.kind != "user":
            sound = pinyin(form)
            if form not in self._sounds.get(sound, ()):
                self._sounds[sound] = (*self._sounds.get(sound, ()), form)
                opening = syllable(form[0])
                lengths = self._openings.get(opening, ())
                if len(form) not in lengths:
                    self._openings[opening] = (*lengths, len(form))

    def find(self, text: str) -> list[NameMatch]:
        """Every known name in the text, left to right, the longest at each place; near misses where nothing else is."""
        if not self._forms:
            return []
        low = fold(text)
        places = [i for i, char in enumerate(low) if char.isalnum()]
        compact = "".join([low[i] for i in places])
        found = self._exact(low, compact, places)
        if self._sounds and not low.isascii():
            found += self._near(low, compact, places, found)
            found.sort(key=lambda match: (match.start, -match.end))
        return found

    def _exact(self, low: str, compact: str, places: list[int]) -> list[NameMatch]:
        found: list[NameMatch] = []
        heads, forms, done = self._heads, self._forms, -1
        for at in range(len(compact) - 1):
            lengths = heads.get(compact[at : at + 2])
            if lengths is None or at < done or _inside_word(low, places[at] - 1, places[at]):
                continue
            for length in lengths:
                held = forms.get(compact[at : at + length])
                if held is None or at + length > len(compact):
                    continue
                start, end = places[at], places[at + length - 1] + 1
                if _inside_word(low, end - 1, end):
                    continue
                found += [NameMatch(start, end, name, sure) for name, sure in held]
                done = at + length
                break
        return found

    def _near(self, low: str, compact: str, places: list[int], found: list[NameMatch]) -> list[NameMatch]:
        """Homophones: 华维 for 华为."""
        taken = [(match.start, match.end) for match in found]
        near: list[NameMatch] = []
        sounds = [syllable(char) for char in compact]
        for at, sound in enumerate(sounds):
            for length in self._openings.get(sound, ()):
                forms = self._sounds.get("".join(sounds[at : at + length])) if at + length <= len(compact) else None
                if forms:
                    start, end = places[at], places[at + length - 1] + 1
                    is_free = not any(a < end and start < b for a, b in taken)
                    if is_free and _fits(low, start, compact[at : at + length], forms):
                        taken.append((start, end))
                        near += [
                            NameMatch(start, end, n, _SOUND) for form in forms for n, _ in self._forms.get(form, ())
                        ]
        return near


def _inside_word(low: str, left: int, right: int) -> bool:
    """Do these two neighbours belong to one Latin word or number?"""
    return (
        left >= 0
        and right < len(low)
        and low[left].isascii()
        and low[right].isascii()
        and low[left].isalnum()
        and low[right].isalnum()
    )


def _fits(low: str, start: int, piece: str, forms: tuple[str, ...]) -> bool:
    if piece in forms or piece in words("everyday"):
        return False
    shared = max(sum(a == b for a, b in zip(piece, form, strict=False)) for form in forms)
    if shared == 0:
        return False
    return len(piece) > 2 or start == 0 or low[start - 1] in _BEFORE
