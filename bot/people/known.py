"""The names the CRM knows, found in running text through the database: always current, whatever their number."""

import calendar
import re
from collections.abc import Iterable, Sequence

from bot.people.prefixes import PrefixCache, Reader
from bot.rules.access import Actor, names_of
from config.crm import Crm
from nlu.folding import fold
from nlu.names import is_trade
from nlu.types import Name, NameMatch
from storage import records, search
from storage.database import Tx

_SURNAME = re.compile(r" ([A-Z][a-z]+)\b(?!['’]s\b)")
_CAPITALS = re.compile(r"(?: (?:[A-Z][\w'’-]*|&|and(?= [A-Z])))*")
_ADDRESS_BEFORE = re.compile(r"[a-z0-9][.@]$")
_ADDRESS_BEHIND = re.compile(r"[.@][a-z0-9]")
_DAYS = frozenset((*calendar.day_name, *calendar.day_abbr, *calendar.month_name, *calendar.month_abbr))


class DatabaseNames:
    """`nlu.types.Known` over the database, for one actor: what they may not see is not known."""

    def __init__(self, read: Reader, actor: Actor, crm: Crm, prefixes: PrefixCache) -> None:
        self._read = read
        self._actor = actor
        self._crm = crm
        self._prefixes = prefixes

    def as_seen_by(self, actor: Actor) -> "DatabaseNames":
        """The same names, for somebody else."""
        return DatabaseNames(self._read, actor, self._crm, self._prefixes)

    def forget(self, names: Iterable[str]) -> None:
        """See `PrefixCache.forget`."""
        self._prefixes.forget(names)

    def find(self, text: str) -> Sequence[NameMatch]:
        folded = fold(text)
        places = [i for i, character in enumerate(folded) if character.isalnum()]
        joined = "".join(folded[i] for i in places)
        spans = search.candidate_spans(joined, lambda prefixes: self._prefixes.lengths(self._read, prefixes))
        if not spans:
            return ()
        with self._read() as tx:
            found = search.names_at(tx.connection, spans)
            names = self._names(tx, {(kind, record_id) for _start, _end, kind, record_id in found})
        matches = [
            NameMatch(places[start], places[end - 1] + 1, names[kind, record_id])
            for start, end, kind, record_id in found
            if (kind, record_id) in names
        ]
        whole = [match for match in matches if _is_whole_word(folded, match.start, match.end)]
        return [match for match in _longest(whole) if not _is_namesake(text, match)]

    def _names(self, tx: Tx, ids: set[tuple[str, int]]) -> dict[tuple[str, int], Name]:
        """The names of those records that the actor may see."""
        names: dict[tuple[str, int], Name] = {}
        for kind in {kind for kind, _id in ids}:
            wanted = [record_id for other, record_id in ids if other == kind]
            for item in names_of(tx, self._actor, self._crm, records.record_class(kind), wanted):
                names[kind, item.id] = Name(kind, item.name, str(item.id))
        return names


def _longest(matches: list[NameMatch]) -> list[NameMatch]:
    """From left to right the longest at each place, as `nlu.name_index.NameIndex` gives them."""
    kept: list[NameMatch] = []
    for match in sorted(matches, key=lambda match: (match.start, -match.end)):
        if not kept or match.start >= kept[-1].end or (match.start, match.end) == (kept[-1].start, kept[-1].end):
            kept.append(match)
    return kept


def _is_namesake(text: str, match: NameMatch) -> bool:
    """「Laura Chen」 is not Laura Hollis, whom her given name may mean; nor is Harbour Construction Harbour Foods."""
    if match.name.kind == "customer":
        return _is_of_another_trade(text, match)
    surname = _SURNAME.match(text, match.end)
    if match.name.kind != "contact" or surname is None or surname[1] in _DAYS:
        return False
    return (
        text[match.start : match.end].casefold()
        == match.name.name.split(" ")[0].casefold()
        != match.name.name.casefold()
    )


def _is_of_another_trade(text: str, match: NameMatch) -> bool:
    """Do words go on, up to one for a trade, that the name of the company known has not?"""
    following = _CAPITALS.match(text, match.end)
    words = following.group().casefold().split() if following is not None else []
    if words[:1] in (["and"], ["&"]) and fold(text[match.start : match.end]) == fold(match.name.name):
        return False  # all of its name, and then another: "Harbour Kitchens and Bondi Bistro"
    while words and not is_trade(words[-1]):
        words.pop()
    return not set(words) <= {word.strip(".,()") for word in match.name.name.casefold().split()}


def _is_whole_word(text: str, start: int, end: int) -> bool:
    """Latin names stand between other than letters: "hp" is not in "shipping", nor "corval" in "www.corval.example"."""
    if _ADDRESS_BEFORE.match(text[max(0, start - 2) : start]) or _ADDRESS_BEHIND.match(text, end):
        return False
    before = text[start - 1 : start]
    after = text[end : end + 1]
    cuts_before = text[start].isascii() and before.isascii() and before.isalnum()
    cuts_after = text[end - 1].isascii() and after.isascii() and after.isalnum()
    return not cuts_before and not cuts_after
