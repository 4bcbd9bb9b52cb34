"""What somebody at the customer says of the paper that the talk is about: 「黄经理说一吨 1.18 万」, "Priya says make it
300 mats".

Who speaks is nothing of the paper, so that the words are read as if "they" had said them.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy import select

from bot.listening.sold_facts import customers, paper_of_talk
from bot.rules.pronouns import spoken_of
from bot.world import World
from config.catalog import catalog
from nlu.folding import fold
from nlu.patterns import pattern
from nlu.types import Understanding
from storage import records

MAX_PEOPLE = 50
_LAST_CLAUSE = pattern(r"[,，;；](?!\d)[^,，;；]+$")
_FIGURE = pattern(r"[£$€¥]?\d[\d,.]*(?:[万千k]|元|块)*[.。!！]?")
LEAST_NAME = 3  # letters of a first name
MAX_CHARS = 120  # who says more tells a story


def in_their_words(world: World, heard: Understanding) -> Understanding:
    """The message without the one at the customer who speaks; as it is where nobody does, or no paper was spoken of."""
    customer = spoken_of(world, "customer") if paper_of_talk(world.focus) is not None else None
    if customer is None or len(heard.text) > MAX_CHARS or any(one["id"] != customer["id"] for one in customers(heard)):
        return heard
    words, text = catalog(heard.lang), heard.text.lstrip()
    named, end = speaker(world, heard, customer["id"])
    if not end:
        return heard
    says = words.pattern("sold.says").match(text, end)
    if says is None and not named:
        return heard
    rest = text[says.end() if says is not None else end :].lstrip()
    lead = "they" if says is None else "they_want" if _FIGURE.fullmatch(fold(rest)) else ""  # 「邵总说 |2.15万|」
    said = world.understand(f"{words.say(f'sold.{lead}') if lead else ''}{rest}")
    return replace(said, lang=heard.lang)  # 「林姐 ok」


def speaker(world: World, heard: Understanding, customer_id: int) -> tuple[bool, int]:
    """Is somebody of the customer named who speaks, and how far do they, or who speaks for all, go; 0 for nobody."""
    text = heard.text.lstrip()
    end = max(_ends(world, text, customer_id), default=0)
    said = catalog(heard.lang).pattern("sold.speaker").match(text) if not end else None
    if said is None:
        return bool(end), end
    is_theirs = not said.group().isascii() and any(name.startswith(text[0]) for name in _people(world, customer_id))
    return is_theirs, said.end()  # 「郭姐」, where 郭敏 works


def _ends(world: World, text: str, customer_id: int) -> Iterator[int]:
    """How far the name of one of the customer's people goes with which a text begins, if it does."""
    low = fold(text)
    for name in _people(world, customer_id):
        called = {name, *(word for word in name.split() if len(word) >= LEAST_NAME)}
        yield from (found.end() for one in called if (found := re.match(_whole(one), low)))


def _people(world: World, customer_id: int) -> list[str]:
    cls = records.Contact
    people = select(cls.name).where(cls.customer_id == customer_id, cls.deleted_at.is_(None)).limit(MAX_PEOPLE)
    return [*map(fold, world.session.scalars(people))]


def _whole(name: str) -> str:
    """An expression for a name; a Latin one ends with the word: 「陈老板ok了」."""
    return re.escape(name) + (r"(?![a-z'])" if name.isascii() else "")


def without_later(world: World, heard: Understanding) -> Understanding:
    """ "saws shipped|, extractor to follow|": the message without the clause that only says what is still to come."""
    found = _LAST_CLAUSE.search(heard.text) if paper_of_talk(world.focus) is not None else None
    if found is None or not catalog(heard.lang).pattern("sold.later").search(fold(found.group())):
        return heard
    if any(value.is_time for value in heard.values if value.start >= found.start()):
        return heard  # by a day: a promise
    world.said = heard.text[: found.start()]
    return replace(world.understand(world.said), lang=heard.lang)
