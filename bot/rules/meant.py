"""Of several customers of a name, which one a message means: as it goes on, whom it names there, whose they are."""

import re

from sqlalchemy import select

from bot.dialogs.model import Found, Match
from bot.rules.access import Actor, visible
from config.crm import Crm
from storage import records
from storage.database import Tx

_NEXT_WORD = re.compile(r"[\s-]+([\w&]+)")
_WORD = re.compile(r"\w[\w'’-]*")
MIN_NAME = 3  # letters of a part of somebody's name


def narrowed(tx: Tx, actor: Actor, crm: Crm, found: Found, *, said: str, text: str) -> Found:
    """The same with fewer matches, where the message tells more than the name ``said``; never with none."""
    left = _going_on(found.matches, said, text)
    left = _with_person(tx, actor, crm, left, text) if len(left) > 1 else left
    left = _own(tx, actor, left) if len(left) > 1 and found.is_sure else left
    return Found(left, found.is_sure)


def words_of(name: str) -> list[str]:
    """The words of a name as they are compared."""
    return [word.strip(".,()") for word in name.casefold().split()]


def _going_on(matches: tuple[Match, ...], said: str, text: str) -> tuple[Match, ...]:
    """Those whose names go on as the message does: "met Brackenridge Foods" is about no Brackenridge Systems."""
    at = text.casefold().find(said.casefold())
    rest, known = text[at + len(said) :] if at >= 0 else "", set(words_of(said))
    while (more := _NEXT_WORD.match(rest)) is not None:
        word = more[1].casefold()
        fitting = tuple(one for one in matches if word in set(words_of(one.name)) - known)
        if not fitting:
            break
        matches, rest, known = fitting, rest[more.end() :], known | {word}
    return matches


def _with_person(tx: Tx, actor: Actor, crm: Crm, matches: tuple[Match, ...], text: str) -> tuple[Match, ...]:
    """Those where somebody works whom the message names: "Ashgrove, Fiona liked the demo", 「中兴的李工」."""
    taken = {word for one in matches for word in words_of(one.name)}
    named = {word for word in map(str.casefold, _WORD.findall(text)) if len(word) >= MIN_NAME} - taken
    cls = records.Contact
    at = cls.customer_id.in_([one.id for one in matches])
    people = tx.connection.execute(select(cls.customer_id, cls.name, cls.title).where(visible(actor, crm, cls), at))
    there = {row.customer_id for row in people if _is_named(row.name, row.title, named, text)}
    return tuple(one for one in matches if one.id in there) or matches


def _is_named(name: str, title: str | None, named: set[str], text: str) -> bool:
    """Does a message name somebody: in words, or, where none are parted, by the name or as they are addressed?"""
    if name.isascii():
        return not named.isdisjoint(words_of(name))
    return name in text or (title is not None and title in text)


def _own(tx: Tx, actor: Actor, matches: tuple[Match, ...]) -> tuple[Match, ...]:
    """The only one that is the person's own: nobody calls a colleague's customer by half its name."""
    cls = records.Customer
    query = select(cls.id).where(cls.id.in_([one.id for one in matches]), cls.owner_id == actor.user_id)
    own = set(tx.connection.execute(query).scalars())
    return tuple(one for one in matches if one.id in own) if len(own) == 1 else matches
