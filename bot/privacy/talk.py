"""An administrator sees to what is kept of one person: 「P-3 的个人数据」, 「抹去 何经理」; a preview, then one tap."""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from bot.dialogs.model import Found, Json, Match
from bot.dialogs.reply import Document, Press, Reply
from bot.dialogs.show import labelled, which
from bot.errors import NotAllowed, Stale
from bot.privacy.erase import erase
from bot.privacy.person import KINDS_OF_PEOPLE, Person, find_person, known_of, people_called, person_of
from bot.rules.hints import with_hints
from bot.talk.memory import Memory
from bot.upkeep.hearing import require_admin
from bot.world import World
from storage import records
from storage.tables import access_log

MAX_PEOPLE = 5  # of the same name


def asked(world: World, said: str) -> Reply:
    """What is kept of the person, or who of several is meant. Raises NotAllowed, InvalidValue for nobody."""
    _check(world)
    said = world.words.pattern("person.called").sub("", said)
    people = people_called(world.tx, said) or _addressed(world, said)
    if len(people) > 1:
        return _which(world, said, people[:MAX_PEOPLE])
    return _kept(world, person_of(world.tx, *people[0]) if people else find_person(world.tx, said))


def ask_admin(world: World, said: str) -> Reply | None:
    """Who sees to it, for somebody who does not; None where no contact of theirs is meant."""
    found = world.find("contact", said, {})
    if not (found.matches and found.is_sure):
        return None
    cls: Any = records.User
    admins = [code for code in world.crm.roles if world.crm.level(code, "user", "edit") == "all"]
    query = select(cls.name).where(cls.active.is_(True), cls.deleted_at.is_(None), cls.role.in_(admins))
    names = world.tx.connection.execute(query.order_by(cls.id)).scalars().all()
    who = world.words.say("common.list_separator").join(names[:MAX_PEOPLE]) or world.words.say("person.an_admin")
    return Reply(world.words.say("person.ask_admin", who=who))


def _addressed(world: World, said: str) -> list[tuple[str, int]]:
    """Those who are called so: 「张总」."""
    found = world.find("contact", said, {})
    return [("contact", match.id) for match in found.matches] if found.is_sure else []


def _which(world: World, said: str, people: Sequence[tuple[str, int]]) -> Reply:
    """Who of several of the name, each with a telling second fact."""
    matches: list[tuple[str, Match]] = []
    for kind in KINDS_OF_PEOPLE:
        named = tuple(Match(number, person_of(world.tx, kind, number).name) for one, number in people if one == kind)
        hinted = with_hints(world.tx, world.actor, world.words, kind, Found(named))
        matches += [(kind, match) for match in hinted.matches]
    found = Found(tuple(match for _kind, match in matches))
    buttons = tuple(
        Press(label, {"do": "person", "kind": kind, "id": match.id, "step": "show"}, is_open=True)
        for (kind, match), (_match, label) in zip(matches, labelled(found), strict=True)
    )
    return Reply(which(said, found, world.words), buttons)


def _kept(world: World, person: Person) -> Reply:
    """What is kept of the person, by kind, and the two things that can be done: have it as a file, have it erased."""
    words = world.words
    counts = Counter(item["kind"] for item in known_of(world.tx, world.actor, world.crm, person))
    kinds = (words.say("person.part", kind=_label(world, kind), count=count) for kind, count in counts.items())
    lines = [
        words.say("person.kept", name=person.name, id=person.public_id),
        words.line(kinds),
        words.say("person.stays", word=words.say("person.word")),
    ]
    about = {"do": "person", "kind": person.kind, "id": person.id}
    buttons = (
        Press(words.say("person.button.export"), {**about, "step": "export"}, is_open=True),
        Press(words.say("person.button.erase"), {**about, "step": "erase"}, "danger", is_open=True),
    )
    return Reply("\n".join(lines), buttons)


def _label(world: World, kind: str) -> str:
    key = f"common.kind.{kind}"
    return world.words.say(key if world.words.has(key) else f"person.kind.{kind}")


def handle(world: World, memory: Memory, action: Json) -> Reply:
    """Hand out or erase what is kept of a person. Raises NotAllowed, Stale for who is erased already."""
    _check(world)
    record: Any = world.session.get(records.record_class(action["kind"]), action["id"])
    if record is None or record.name == world.words.say("person.word"):
        raise Stale
    person = person_of(world.tx, action["kind"], action["id"])
    if action["step"] == "show":
        return _kept(world, person)
    return _handed_out(world, person) if action["step"] == "export" else _erased(world, memory, person)


def _handed_out(world: World, person: Person) -> Reply:
    rows = list(known_of(world.tx, world.actor, world.crm, person))
    content = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
    what = {"kind": person.kind, "id": person.id}
    row = {"user_id": world.actor.user_id, "chat_key": world.chat_key, "action": "person", "what": what}
    world.tx.connection.execute(access_log.insert(), row | {"at": world.now})
    text = world.words.say("person.exported", name=person.name, count=len(rows))
    return Reply(text, file=Document(f"{person.public_id}.jsonl", content))


def _erased(world: World, memory: Memory, person: Person) -> Reply:
    """Nothing of them is left, and this talk holds nothing of them either."""
    world.sign()
    count = erase(world.tx, person, world.words.say("person.word"))
    memory.dialogs, memory.focus, memory.listing, memory.report = [], {}, {}, {}
    return Reply(world.words.say("person.erased", id=person.public_id, count=count))


def _check(world: World) -> None:
    require_admin(world)
    if not world.is_private:
        raise NotAllowed("person.only_private")
