"""A question in other words than the house knows: the phrase of the catalogs that says the same, its gaps filled.

What a whole phrase of the catalogs asks is asked in many ways; nobody can list them all. `Likeness` finds the phrase
that says the same, and the message is answered as if that had been typed. What the message says beside, a name or a
day, has to find its place in the phrase: nothing of it is dropped in silence.

To teach a way to ask, add it to ``paraphrase.toml``: under ``[ways.<name>]``, ``as`` is a phrase that is understood,
with the gaps ``{who?}`` and ``{when?}`` where it can take them, and ``said`` are other ways to say it, without gaps.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from bot.listening.own import COMMANDS as OWN
from bot.listening.spoken import LISTS
from bot.lookups.facts import FACTS
from bot.reports.cues import colleague_meant
from bot.rules.colleagues import colleagues_in
from bot.rules.industries import industry_in
from bot.rules.pronouns import pattern_of
from bot.talk.cues import Span
from bot.talk.likeness import Likeness
from bot.talk.mood import asks
from bot.upkeep.primer import TOPICS as PRIMER
from bot.world import World
from config.catalog import Catalog, any_of, catalog
from nlu.folding import fold
from nlu.names import normalise
from nlu.types import Understanding

_MARKS = " 。.!！?？"
GAP = re.compile(r"…|\{([a-z_]+)(\??)\}")
# Where the catalogs hold the phrases that ask for something, and change nothing.
_KEYS = (
    *(f"list.{name}.asked" for name in LISTS),
    *(f"list.{name}.theirs" for name in ("opportunities", "follow_ups")),
    *(f"own.{name}" for name in (*(name for name in OWN if name != "redo"), "busy")),
    *(f"fact.{name}" for name in FACTS),
    *(f"promise.asked_{whose}" for whose in ("us", "them", "both")),
    *(f"upkeep.ask.{name}" for name in ("tour", "practice", "health", "exports", "usage", "feedback")),
    "receivables.owed", "accounts.asked", "solved.asked", "zone.asked", "request.card.asked_spoken", "custom.shown",
    *(f"primer.asked.{name}" for name in (*PRIMER, "saved")),
    "attention.fewer",
)  # fmt: skip
# Phrases that do something: what is as like one of these asks for nothing else.
_OTHERS = tuple(
    f"upkeep.{name}" for name in ("add_user", "resume_user", "stop_user", "add_team", "changed", "looked", "person")
)
MARGIN = 0.1  # what is so much less like the message than another phrase is not meant


@dataclass(frozen=True, slots=True)
class Guess:
    """What a message may mean: in words that are surely understood, and how like those are to it (0 to 1)."""

    text: str
    score: float


@dataclass(frozen=True, slots=True)
class _Way:
    """A way to ask: as it is compared with a message, and the phrase that asks the same; what is asked is the key.
    ``implied``: times that say nothing beside it, as does today beside the report of the day."""

    compared: str
    phrase: str
    key: str
    implied: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Message:
    """A message without its names and times; what these were; and what else it says in figures."""

    text: str
    names: tuple[str, ...]
    times: tuple[str, ...]
    figures: tuple[str, ...]

    def put_into(self, way: _Way) -> str | None:
        """The phrase of the way with its gaps filled; None where it has too few, or too many."""
        names, times = list(self.names), [each for each in self.times if fold(each) not in way.implied]

        def fill(gap: re.Match[str]) -> str:
            left = times if gap[1] == "when" else names
            if left:
                return left.pop(0)
            return "" if gap[2] else gap[0]  # what need not be filled is left out

        filled = GAP.sub(fill, way.phrase)
        has_place = not names and not times and all(fold(figure) in fold(way.compared) for figure in self.figures)
        return " ".join(filled.split()) if has_place and GAP.search(filled) is None else None


def guesses(world: World, heard: Understanding) -> list[Guess]:
    """What the message may ask, the likest first, each thing once; [] where it steers, corrects or is such a phrase,
    and where it names a customer or contact and asks nothing."""
    if ":" in fold(heard.text) or heard.control or heard.correction or (heard.names and not asks(heard)):
        return []
    if "user" in world.focus and colleague_meant(catalog(heard.lang), heard.text):
        return []  # 「他还有多少应收」: no phrase has a place for him
    found: dict[str, Guess] = {}
    nearest = 0.0
    for way, score, text in _likely(world, heard):
        if text is not None and normalise(text) == normalise(heard.text):
            return []
        nearest = max(nearest, score)
        guess = Guess(text, score) if text is not None and way.key not in _OTHERS else None
        if guess is not None and (way.key not in found or _rank(heard, guess) > _rank(heard, found[way.key])):
            found[way.key] = guess
    near = (guess for guess in found.values() if guess.score > nearest - MARGIN)
    return sorted(near, key=lambda guess: -guess.score)


def _likely(world: World, heard: Understanding) -> Iterator[tuple[_Way, float, str | None]]:
    """The ways that the message is like, how like, and the phrase with its gaps filled where it can be."""
    words = catalog(heard.lang)
    ways, likeness = _ways(words)
    denies = _denies(words, heard.text)
    for message in _compared(world, heard):
        for like in likeness.find(message.text) if not likeness.is_strange(message.text) else ():
            way = ways[like.index]
            if _denies(words, way.compared) == denies and told_apart(words, heard.text) <= _told_apart_by(words, way):
                yield way, like.score, message.put_into(way)


def _rank(heard: Understanding, guess: Guess) -> tuple[float, float]:
    """Of phrases that are alike but for words without weight, the one with the most of them in common."""
    return round(guess.score, 2), SequenceMatcher(None, guess.text, heard.text).ratio()


def _compared(world: World, heard: Understanding) -> Iterator[_Message]:
    """The message as it is compared: without its names and times; and with the times, since some phrases hold one
    (「今天做什么」)."""
    times = {(value.start, value.end) for value in heard.values if value.is_time}
    figures = {(value.start, value.end) for value in heard.values} - times
    trade = industry_in(world.crm, catalog(heard.lang), fold(heard.text))
    figures |= {trade[1]} if trade is not None else set()
    stage = heard.slots.get("stage")
    figures |= {(stage.start, stage.end)} if stage is not None else set()
    for names in _names(world, heard):
        yield _without(heard.text, names, times, figures)
        if times:
            yield _without(heard.text, names, set(), figures | times)


def _names(world: World, heard: Understanding) -> Iterator[set[Span]]:
    """Where somebody is named: a customer, a contact, a colleague, a team. Where nobody is, a pronoun may stand for
    somebody, or be but a word: "how long does it take"."""
    known = {(match.start, match.end) for match in heard.names}
    known |= {(one.start, one.end) for one in colleagues_in(world.tx, world.actor, world.crm, heard.text)}
    yield known
    if not known:
        text, words = fold(heard.text), catalog(heard.lang)
        yield {found.span() for kind in ("customer", "contact") for found in pattern_of(words, kind).finditer(text)}


def _without(text: str, names: set[Span], times: set[Span], figures: set[Span]) -> _Message:
    said: dict[bool, list[str]] = {True: [], False: []}
    rest, at = "", 0
    for start, end in sorted(names | times, key=lambda span: (span[0], -span[1])):
        if start >= at:
            said[(start, end) in names].append(text[start:end])
            rest, at = f"{rest}{text[at:start]} ", end
    return _Message(rest + text[at:], tuple(said[True]), tuple(said[False]), tuple(text[a:b] for a, b in figures))


def _denies(words: Catalog, text: str) -> bool:
    """Does it say no? The last word of 「还能找回来不」 only asks."""
    said = _plain(text).rstrip(_MARKS)
    ending = next((end for end in words.words("paraphrase.asking_ends") if said.endswith(end)), "")
    return _cue(words, "negations").search(said.removesuffix(ending)) is not None


def told_apart(words: Catalog, text: str) -> frozenset[str]:
    """What a message is about that no phrase about something else may answer: teams, what is unpaid, invoices."""
    said = _plain(text).casefold()
    return frozenset(name for name in words.table("paraphrase.apart") if _cue(words, f"apart.{name}").search(said))


@lru_cache(maxsize=5_000)
def _told_apart_by(words: Catalog, way: _Way) -> frozenset[str]:
    return told_apart(words, f"{way.compared} {way.phrase}")


def _plain(text: str) -> str:
    """The text without apostrophes, which are left out as often as they are typed."""
    return fold(text).replace("'", "")


@lru_cache
def _cue(words: Catalog, name: str) -> re.Pattern[str]:
    return any_of(_plain(word) for word in words.words(f"paraphrase.{name}"))


@lru_cache
def _ways(words: Catalog) -> tuple[tuple[_Way, ...], Likeness]:
    ways = (*_phrases(words), *_taught(words))
    fillers, endings = (words.words(f"paraphrase.{name}") for name in ("fillers", "endings"))
    same = words.table("paraphrase.same").values()
    return ways, Likeness([way.compared for way in ways], fillers, same, endings)


def _phrases(words: Catalog) -> Iterator[_Way]:
    for key in (*_KEYS, *_OTHERS):
        for phrase in words.words(key):
            yield _Way(GAP.sub(" ", phrase), phrase, key, _implied(words, key.removeprefix("own.")))


def _taught(words: Catalog) -> Iterator[_Way]:
    for name, way in words.table("paraphrase.ways").items():
        for said in (way["as"], *way["said"]):
            yield _Way(GAP.sub(" ", said), way["as"], name, _implied(words, name))


def _implied(words: Catalog, name: str) -> frozenset[str]:
    return frozenset(map(fold, words.table("paraphrase.implied").get(name, ())))
