"""Does a message ask, want something done, or tell? The form of the sentence says so, whatever it is about.

Chinese asks by particles (吗, 没), by 「有没有」 and by 谁, 哪, 几, 多少 anywhere in a clause; English by a word or a
turned order of words at its beginning. What somebody else asked or said, 「客户问能不能便宜」, is told. A message of
several clauses of which one tells is a note with a question in it. "could you log a call …?" asks nothing: it is an
order.
"""

import re
from functools import lru_cache
from typing import Literal

from bot.talk.splits import any_split
from config.catalog import Catalog, catalog
from nlu.folding import fold
from nlu.types import Understanding

Mood = Literal["asks", "tells", "open"]
SURE = 0.9  # an intent that sure tells, where the form of the sentence leaves it open
LIKELY = 0.5  # ... and one that is likelier than not where there is more than one clause, and no mark
IN_ONE_BREATH, AT_ITS_END = 40, 10  # letters of a story without a mark, and of its end
_TELLS, _ORDERS = ("log_", "create_service", "update_service"), ("create_", "set_", "log_")
_CLAUSE_END = re.compile(r"[，。；;！!？?\n]+|,\s*|(?<=\w\w)\.(?:\s+|$)|\s[-–—]\s")
_MARKS = " 。.!！?？~～"
_NAME = "@"  # stands for a name, of which no letter asks
_RUN = re.compile(f"{_NAME}+")
_CAPITALS = re.compile(r"(?<=[\w,] )(?!I\b)[A-Z][\w&'-]*(?: (?:& )?[A-Z][\w&'-]*)*")  # what is spelt like a name


def mood(heard: Understanding) -> Mood:
    """Is it a question or the wish to be shown something, is it surely told, or may it be either? What steers is open;
    of what corrects, the mark alone makes no question."""
    if heard.control is not None or heard.is_small_talk:
        return "open"
    intent: str = heard.intent
    if heard.correction is not None and heard.sure < SURE:
        intent = "set_right"
    return _mood(catalog(heard.lang), without_names(heard), intent, heard.sure)


def asks(heard: Understanding) -> bool:
    return mood(heard) == "asks"


def as_put(words: Catalog, text: str) -> str:
    """The text put directly: without what makes an order polite, 「能提醒我明天开会吗」, or a question indirect,
    "not sure whether we quoted them"."""
    said = words.pattern("mood.softener").sub("", text.rstrip())
    unsure = words.pattern("mood.unsure").match(said)
    if unsure is not None and _CLAUSE_END.search(said.rstrip(_MARKS)) is None:
        return f"{said[unsure.end() :].strip(_MARKS)}?"
    found = _order(words).match(said)
    if found is None:
        tail = words.pattern("mood.tail").search(said)
        if tail is None:
            return said
        before = said[: tail.start()]
        return said if _asks(words, before.lower(), "", 0) else before
    rest = words.pattern("mood.if_you_please").sub("", found["what"])
    rest = words.pattern("mood.aside_please").sub(words.say("mood.then"), rest, count=1)
    deed, meant = next((pair for pair in _deeds(words) if rest.lower().startswith(pair[0])), ("", ""))
    return meant + rest[len(deed) :]


@lru_cache(maxsize=256)
def _mood(words: Catalog, said: str, intent: str, sure: float) -> Mood:
    if _asks(words, said, intent, sure):
        return "asks"
    return "tells" if words.pattern("mood.tells").search(said) is not None else "open"


def _asks(words: Catalog, said: str, intent: str, sure: float) -> bool:
    text = said.strip()
    clauses = [words.pattern("mood.lead").sub("", each.strip()) for each in _CLAUSE_END.split(text) if each.strip()]
    if not clauses:
        return False
    is_marked, is_one = text.endswith(("?", "？")), len(clauses) == 1
    is_told = intent.startswith(_TELLS) and sure >= (SURE if is_one or is_marked else LIKELY)
    if is_told and is_one and not is_marked and len(text) >= IN_ONE_BREATH:
        clauses = [text[-AT_ITS_END:]]  # 「……总监叫什么来着哦对姓卞……」: what is asked in passing asks nothing
    is_ordered = intent.startswith(_ORDERS) and sure >= LIKELY
    is_open = not (is_told or is_ordered) and (is_marked or is_one)
    asking = [_is_question(words, clause, is_open=is_open, is_first=at == 0) for at, clause in enumerate(clauses)]
    if is_told and not is_one:
        return all(asking)
    if any(asking):
        return True
    has_tag = is_marked and words.pattern("mood.tag").search(text) is not None
    is_order = intent.startswith(_ORDERS) and sure >= SURE
    is_order = is_order or words.pattern("mood.does").match(clauses[0]) is not None  # "push it to Friday?"
    return has_tag or (is_marked and is_one and not is_order)


def _is_question(words: Catalog, clause: str, *, is_open: bool, is_first: bool) -> bool:
    """「不知道谁拍板」 asks at the beginning; behind what was told it tells on. ``is_open``: where words may ask and
    may tell, they ask."""
    if words.pattern("mood.unsure").match(clause) is not None:
        return is_first
    if is_first and words.pattern("mood.looks").match(clause) is not None:
        return True
    said = words.pattern("mood.no_question").sub("", clause)
    said = words.pattern("mood.told_by_others").sub("", said)
    if words.pattern("mood.asks").search(said) is not None:
        return True
    if any_split(words).fullmatch(said.strip()) is not None:
        return True  # 「…，按行业」, "…, per rep"
    if not is_open:
        return False
    return words.pattern("mood.may_ask").search(said) is not None or any_split(words).search(said) is not None


def without_names(heard: Understanding) -> str:
    """The message with a sign for each name, of which no letter asks or wants anything."""
    letters = list(heard.text)
    for match in heard.names:
        letters[match.start : match.end] = _NAME * (match.end - match.start)
    text = _RUN.sub(_NAME, "".join(letters))
    return fold(_CAPITALS.sub(_NAME, text) if heard.lang == "en" else text)


@lru_cache
def _order(words: Catalog) -> re.Pattern[str]:
    please, does, to_whom = ("|".join(words.words(f"mood.{name}")) or "(?!)" for name in ("please", "does", "does_to"))
    does = "|".join((does, *(re.escape(said) for said, _meant in _deeds(words))))
    return re.compile(rf"^(?:{please})(?P<what>(?:{to_whom})?(?:{does}).*)$", re.IGNORECASE | re.DOTALL)


@lru_cache
def _deeds(words: Catalog) -> tuple[tuple[str, str], ...]:
    """What is said of a deed, and what is meant: ("adding ", "add ")."""
    pairs = (pair.partition("=") for pair in words.words("mood.deeds"))
    return tuple((said, meant) for said, _equals, meant in pairs)
