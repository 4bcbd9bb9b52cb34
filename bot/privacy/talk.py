"""An administrator sees to what is kept of one person: 「P-3 的个人数据」, 「抹去 何经理」; a preview, then one tap."""

import json
from collections import Counter
from typing import Any

from bot.dialogs.model import Document, Json, Press, Reply
from bot.errors import NotAllowed, Stale
from bot.privacy.erase import erase
from bot.privacy.person import Person, find_person, known_of, person_of
from bot.talk.memory import Memory
from bot.upkeep.hearing import require_admin
from bot.world import World
from storage import records
from storage.tables import access_log


def asked(world: World, said: str) -> Reply:
    """What is kept of the person, by kind, and the two things that can be done: have it as a file, have it erased.

    Raises NotAllowed, InvalidValue where there is no such person, or several.
    """
    _check(world)
    person = find_person(world.tx, said)
    words = world.words
    counts = Counter(item["kind"] for item in known_of(world.tx, world.actor, world.crm, person))
    kinds = (words.say("person.part", kind=_label(world, kind), count=count) for kind, count in counts.items())
    lines = [
        words.say("person.kept", name=person.name, id=person.public_id),
        words.say("common.value_separator").join(kinds),
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
