"""The bin: 「删除 C-2」 puts a record there, 「回收站」 shows it, 「恢复 C-2」 brings one back with its links."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError

from bot.custom.forms import undo
from bot.dialogs.model import Found, Json
from bot.dialogs.reply import Press, Reply
from bot.dialogs.show import shortened, show_moment
from bot.errors import InvalidValue, NotFound
from bot.exchange.ids import number_of
from bot.rules.access import fetch
from bot.rules.papers import refuse_hanging
from bot.rules.reminders import next_about
from bot.talk.memory import Memory
from bot.world import World
from config.phrasing import each_way
from nlu.names import normalise
from storage import records

KEPT_FOR = timedelta(days=90)  # how far back the bin is shown
ROWS = 8
LOOKED_AT = 100  # of each kind, where one is brought back by its name
NAMED = ("customer", "contact", "opportunity")  # what can be called by its name
# What a person may throw away in chat; people and teams have commands of their own.
KINDS = (
    "customer", "contact", "opportunity", "follow_up", "quote", "contract", "order", "invoice", "payment",
    "service_request", "reminder",
)  # fmt: skip


def asked(world: World, memory: Memory, text: str) -> Reply | None:
    """The answer to a message about the bin; None for any other."""
    plain = text.strip().rstrip("。.!！?？")
    for verb, key in (("deletes", "bin.delete"), ("restores", "bin.restore")):  # 「把客户 蓝海 删了」
        meant = next(filter(None, (way.fullmatch(plain) for way in each_way(verb))), None)
        plain = f"{world.words.words(key)[0]} {meant['what']}" if meant is not None else plain
    if plain.casefold() in world.words.words("bin.shown"):
        return _shown(world)
    for key, act in (("bin.restore", _restore), ("bin.delete", _ask)):
        for word in world.words.words(key):
            said = plain[len(word) :].strip() if plain.casefold().startswith(word) else ""
            spoken = number_of(said.upper()) if re.fullmatch(r"[A-Za-z]{1,3}-\d{1,17}", said) else None
            if spoken is not None and spoken[0] in KINDS:
                return act(world, *spoken)
            if not said:
                continue
            kinds, name = _of_kind(world, said)
            if act is _ask and (named := _called(world, name, kinds)):
                return _ask(world, *named[0]) if len(named) == 1 else _ask_which(world, name, named)
            note = _note_of(world, said) if act is _ask else None
            if note is not None:
                return _ask(world, "follow_up", note)
            if act is _restore and (gone := _gone(world, name, kinds)):
                return _restore(world, gone[0].kind, gone[0].id) if len(gone) == 1 else _listed(world, gone)
    return None


def _of_kind(world: World, said: str) -> tuple[tuple[str, ...], str]:
    """「客户 蓝海」: the kinds that may be meant, and the name."""
    for kind in NAMED:
        for word in world.words.words(f"bin.called.{kind}"):
            if said.casefold().startswith(word) and len(said) > len(word):
                return (kind,), said[len(word) :].strip(" \"'“”「」")
    behind = next((w for w in world.words.words("bin.called.deal") if said.casefold().endswith(w)), "")
    if behind and said != behind:  # "the canning line deal"; of one that is itself called so, its name without it
        return ("opportunity",), said[: -len(behind)].strip(" \"'“”「」")
    return NAMED, said.strip("\"'“”「」")


def _called(world: World, said: str, kinds: Sequence[str]) -> list[tuple[str, int]]:
    """The records of exactly this name; a part of one is not enough to throw something away."""
    wanted = normalise(said)
    for kind in kinds:
        found = world.find(kind, said, {})
        exact = [match for match in found.matches if kind != "opportunity" or _bare(world, match.name) == wanted]
        if (found.is_sure or kind == "opportunity") and exact:
            return [(kind, match.id) for match in exact]
    return []


def _bare(world: World, name: str) -> str:
    """The name of a deal without the word for one: "bottle washer deal" is called "bottle washer", too."""
    behind = next((w for w in world.words.words("bin.called.deal") if name.casefold().endswith(w) and name != w), "")
    return normalise(name[: len(name) - len(behind)])


def _with_one_of(world: World, people: Sequence[int]) -> int | None:
    """The note just spoken of, where it was with one of these people; else what is planned with them may be meant:
    "drop the Olu call"."""
    spoken = world.focus.get("follow_up") if world.focus.get("last") == "follow_up" else None
    note = world.session.get(records.FollowUp, spoken) if spoken is not None else None
    return note.id if note is not None and note.contact_id in people else None


def _note_of(world: World, said: str) -> int | None:
    """ "the Kookaburra note": the person's newest one at that customer."""
    told = [found["who"] for way in each_way("note_of") if (found := way.fullmatch(said))]
    whose = (world.find("customer", name, {}) for name in told)
    who = next((found for found in whose if len(found.matches) == 1), Found())  # a near one will do: it is asked about
    people = [one.id for name in told for one in world.find("contact", name, {}).matches] if not who.matches else []
    if people:
        return _with_one_of(world, people)
    if told and not who.matches:
        raise NotFound(name=told[0])
    if len(who.matches) != 1:
        return None
    cls = records.FollowUp
    theirs = (cls.customer_id == who.matches[0].id, cls.created_by_id == world.actor.user_id, cls.deleted_at.is_(None))
    note = world.session.scalars(select(cls.id).where(*theirs).order_by(cls.id.desc()).limit(1)).first()
    if note is None and next_about(world, who.matches[0].id) is None:
        raise NotFound(name=said)
    return note


def _ask_which(world: World, said: str, found: list[tuple[str, int]]) -> Reply:
    """Which of several of a name? Each with its number."""
    tx, actor, crm = world.tx, world.actor, world.crm
    same: list[Any] = [fetch(tx, actor, crm, records.record_class(kind), number, "delete") for kind, number in found]
    buttons = tuple(
        Press(_named(world, one), _action("delete", one.kind, one.id), "danger", is_open=True) for one in same
    )
    return Reply(world.words.say("bin.which", name=said), buttons)


def _gone(world: World, said: str, kinds: Sequence[str]) -> list[Any]:
    """What lies in the actor's bin under this name."""
    wanted = normalise(said)
    return [item for item in _binned(world, kinds) if wanted in (normalise(item.name), _bare(world, item.name))]


def _binned(world: World, kinds: Sequence[str]) -> list[Any]:
    """What the actor put into the bin lately, or what was theirs, the last first."""
    found: list[Any] = []
    for kind in kinds:
        cls: Any = records.record_class(kind)
        mine = or_(cls.owner_id == world.actor.user_id, cls.created_by_id == world.actor.user_id)
        query = select(cls).where(cls.deleted_at > world.now - KEPT_FOR, mine).order_by(cls.deleted_at.desc())
        found += world.session.scalars(query.limit(LOOKED_AT))
    return sorted(found, key=lambda item: item.deleted_at, reverse=True)


def _shown(world: World) -> Reply:
    """The bin, with a button for each to have it back."""
    found = _binned(world, KINDS)[:ROWS]
    return _listed(world, found) if found else Reply(world.words.say("bin.empty"))


def _listed(world: World, found: Sequence[Any]) -> Reply:
    words = world.words
    lines = [
        words.say("bin.row", what=_named(world, item), at=show_moment(item.deleted_at, words, now=world.now))
        for item in found
    ]
    buttons = tuple(
        Press(
            words.say("bin.back", id=item.public_id), {"do": "restore", "kind": item.kind, "id": item.id}, is_open=True
        )
        for item in found
    )
    return Reply("\n".join([words.say("bin.head"), *lines]), buttons)


def _action(do: str, kind: str, number: int) -> Json:
    return {"do": do, "kind": kind, "id": number}


def restore(world: World, memory: Memory, action: Json) -> Reply:
    """Bring a record back. Raises NotFound, NotAllowed, InvalidValue where its name is taken by now."""
    return _restore(world, action["kind"], action["id"])


def _restore(world: World, kind: str, number: int) -> Reply:
    cls: Any = records.record_class(kind)
    record = world.session.get(cls, number)
    level = world.crm.level(world.actor.role, kind, "delete")
    is_mine = record is not None and world.actor.user_id in (record.owner_id, record.created_by_id)
    is_teams = record is not None and level == "team" and record.team_id in world.actor.teams
    may = level == "all" or (level in ("own", "team") and is_mine) or is_teams
    if record is None or record.deleted_at is None or not may:
        raise NotFound(name=f"{cls.prefix}-{number}")
    named = _named(world, record)
    try:
        with world.tx.savepoint():  # what is refused leaves nothing
            world.session.get_one(cls, number).deleted_at = None
            world.session.flush()
    except IntegrityError as error:
        raise InvalidValue("bin.taken", what=named) from error
    return Reply(world.words.say("bin.restored", what=named), undo(world))


def _ask(world: World, kind: str, number: int) -> Reply:
    record = fetch(world.tx, world.actor, world.crm, records.record_class(kind), number, "delete")
    refuse_hanging(world, record)
    sure = Press(world.words.say("bin.do"), _action("delete", kind, number), "danger", is_open=True)
    return Reply(world.words.say("bin.sure", what=_named(world, record)), (sure,))


def delete(world: World, memory: Memory, action: Json) -> Reply:
    """Put a record into the bin. Raises NotFound, NotAllowed, and Refused for a paper that others hang on."""
    cls = records.record_class(action["kind"])
    record: Any = fetch(world.tx, world.actor, world.crm, cls, action["id"], "delete")
    refuse_hanging(world, record)
    record.deleted_at = world.now
    world.session.flush()
    return Reply(world.words.say("bin.deleted", what=_named(world, record)), undo(world))


def _named(world: World, record: Any) -> str:
    names = (getattr(record, key, None) for key in ("name", "number", "subject", "content", "description"))
    name = next((str(found) for found in names if found), "")
    kind = world.words.say(f"common.kind.{record.kind}")
    return world.words.say("bin.named", kind=kind, name=shortened(name, 30), id=record.public_id)
