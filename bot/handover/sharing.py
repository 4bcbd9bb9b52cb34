"""A customer or a deal shared with a colleague or a team, 「把华为共享给华南组」, "share Corval with Ben"; taken back.

Who is shared with sees the record, and what hangs on a customer, as `bot/rules/access.py` says; whose it is stays as
it was. One may share what one may change.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import select

from bot.custom.forms import undo
from bot.dialogs.reply import Reply
from bot.errors import NotFound
from bot.messages.notices import tell_user
from bot.rules.access import fetch, teams_below
from bot.rules.named import one_named
from bot.talk.memory import Memory
from bot.world import World
from nlu.names import normalise
from storage import records

MAX_CHARS = 100  # a longer message tells a story
KINDS = ("customer", "opportunity")


@dataclass(frozen=True, slots=True)
class Circle:
    """With whom something is shared: a colleague, or a team with those below it."""

    name: str
    user_id: int | None = None
    team_ids: tuple[int, ...] = ()


Act: TypeAlias = Callable[[World, Memory, Any, Circle | None], Reply | None]


def asked(world: World, memory: Memory, text: str) -> Reply | None:
    """The answer to a message about sharing; None for any other."""
    plain = text.strip().rstrip("。.!！?？")
    if len(plain) > MAX_CHARS or not any(cue in plain.casefold() for cue in world.words.words("share.cues")):
        return None
    if any(re.fullmatch(way, plain, re.I) for way in world.words.words("share.stop_it")):
        return _stop_it(world, memory)
    for name, act in (("stop", _stop), ("shown", _shown), ("asked", _share)):
        for pattern in world.words.words(f"share.{name}"):
            found = re.fullmatch(pattern, plain, re.I)
            reply = _done(world, memory, act, found) if found else None
            if reply is not None:
                return reply
    return None


def _stop_it(world: World, memory: Memory) -> Reply:
    """「取消共享」, of the customer that the open card or the talk is about."""
    draft = (memory.dialogs[-1].get("values", {}).get("customer") or {}) if memory.dialogs else {}
    number = draft.get("id") or world.focus.get("customer")
    if number is None:
        return Reply(world.words.say("share.which"))
    return _stop(world, memory, fetch(world.tx, world.actor, world.crm, records.Customer, number), None)


def _done(world: World, memory: Memory, act: Act, found: re.Match[str]) -> Reply | None:
    """None where neither the record nor whom it is for is known: that may be another matter altogether.

    Raises NotFound where only one of them is.
    """
    what, who = _record(world, found["what"]), found.groupdict().get("who")
    if what is not None:
        return act(world, memory, what, _circle(world, who) if who else None)
    circle = None
    with suppress(NotFound):
        circle = _circle(world, who) if who else None
    if circle is not None:
        raise NotFound(name=found["what"].strip())
    return None


def _record(world: World, said: str) -> Any:
    """The customer or deal of this name; None where there is none."""
    name = said.strip(" 「」\"'")
    for kind in KINDS:
        number = one_named(world, kind, name)
        if number is not None:
            return fetch(world.tx, world.actor, world.crm, records.record_class(kind), number)
    return None


def _circle(world: World, said: str) -> Circle:
    """Raises NotFound, InvalidValue."""
    name = said.strip(" 「」\"'")
    team = _team(world, name)
    if team is not None:
        return Circle(team.name, team_ids=tuple(sorted(teams_below(world.tx, team.id))))
    number = one_named(world, "user", name)
    user = world.session.get_one(records.User, number) if number is not None else None
    if user is None or not user.active:
        raise NotFound(name=user.name if user is not None else name)
    return Circle(user.name, user_id=user.id)


def _team(world: World, name: str) -> "records.Team | None":
    """The team of this name, with or without the word for a team behind it."""
    bare = {name, *(re.sub(f"{word}$", "", name, flags=re.I).strip() for word in world.words.words("share.team_words"))}
    wanted = {normalise(form) for form in bare} - {""}
    cls = records.Team
    teams = world.session.scalars(select(cls).where(cls.deleted_at.is_(None)).order_by(cls.id))
    return next((team for team in teams if normalise(team.name) in wanted), None)


def _share(world: World, memory: Memory, record: Any, circle: Circle | None) -> Reply | None:
    """Raises NotAllowed for what one may only look at."""
    fetch(world.tx, world.actor, world.crm, type(record), record.id, "edit")
    facts = {"name": record.name, "who": circle.name if circle else ""}
    if circle is None or circle.user_id == record.owner_id:
        return Reply(world.words.say("share.owner", **facts))
    there = {(share.with_user_id, share.with_team_id) for share in _shares(world, record)}
    wanted = {(circle.user_id, None)} if circle.user_id else {(None, team) for team in circle.team_ids}
    if wanted <= there:
        return Reply(world.words.say("share.already", **facts))
    for user_id, team_id in sorted(wanted - there, key=str):
        share = records.Share(with_user_id=user_id, with_team_id=team_id)
        setattr(share, f"{record.kind}_id", record.id)
        world.create(share)
    if circle.user_id is not None:
        told = {"by": world.actor.name, "name": record.name}
        key = f"share:{record.public_id}:{world.now.isoformat()}"
        tell_user(
            world.tx, world.settings, circle.user_id, lambda words: Reply(words.say("share.told", **told)), key=key
        )
    memory.focus[record.kind] = record.id
    return Reply(world.words.say(f"share.done_{record.kind}", **facts), undo(world))


def _stop(world: World, memory: Memory, record: Any, circle: Circle | None) -> Reply:
    """Take back what one shared; without a name, from everybody."""
    fetch(world.tx, world.actor, world.crm, type(record), record.id, "edit")
    gone = [share for share in _shares(world, record) if circle is None or _is_with(share, circle)]
    facts = {"name": record.name, "who": _listed(world, gone)}
    if not gone:
        return Reply(world.words.say("share.none", **facts))
    for share in gone:
        share.deleted_at = world.now
    world.session.flush()
    return Reply(world.words.say("share.stopped", **facts), undo(world))


def _is_with(share: "records.Share", circle: Circle) -> bool:
    return share.with_team_id in circle.team_ids or (
        share.with_user_id == circle.user_id and circle.user_id is not None
    )


def _shown(world: World, memory: Memory, record: Any, circle: Circle | None) -> Reply:
    """With whom something is shared."""
    shares = _shares(world, record)
    key = "share.with" if shares else "share.none"
    return Reply(world.words.say(key, name=record.name, who=_listed(world, shares)))


def _listed(world: World, shares: "list[records.Share]") -> str:
    names = (share.team.name if share.team else share.user.name if share.user else "" for share in shares)
    return world.words.say("common.and_separator").join(dict.fromkeys(names))


def _shares(world: World, record: Any) -> "list[records.Share]":
    cls = records.Share
    is_of = getattr(cls, f"{record.kind}_id") == record.id
    return list(world.session.scalars(select(cls).where(is_of, cls.deleted_at.is_(None)).order_by(cls.id)))
