"""What is said in a chat about tables to be imported: one is sent, a column is put right, it is agreed to or not."""

from functools import lru_cache

from adapters.base import Attachment, Inbound
from bot.dialogs.model import Json
from bot.dialogs.reply import Reply
from bot.errors import InvalidValue, NotAllowed
from bot.exchange.columns import label_in
from bot.exchange.importing import last_import
from bot.exchange.shapes import attributes
from bot.incoming import waiting
from bot.incoming.waiting import Sent
from bot.rules.undo import undo
from bot.talk.memory import Memory
from bot.talk.phrases import holds_phrase
from bot.world import World
from config.catalog import Catalog, catalog
from config.columns import fields_called, plain
from config.phrasing import phrasing
from config.roles import Level
from config.types import LANGUAGES
from nlu.names import normalise

ENDINGS = (".csv", ".tsv", ".xlsx", ".xls", ".jsonl")
MAX_CHARS = 100
_MARKS = " 。.「」\"'“”"


def heard(world: World, memory: Memory, inbound: Inbound) -> Reply | None:
    """The answer to tables that came along; None where they are no import: they belong to a note then."""
    tables = [item for item in inbound.attachments if _is_table(item)]
    if not tables or memory.practice:
        return None
    is_asked = holds_phrase(world.words, "incoming.asked", inbound.text)
    if not is_asked and (inbound.text.strip() or memory.dialogs or not _is_their_work(world, memory)):
        return None
    if not world.is_private:
        return Reply(world.words.say("incoming.only_private"))
    if not _rights(world):
        raise NotAllowed
    for item in tables:
        file = {"file_id": item.file_id, "name": item.name}
        waiting.add(world.tx, world.actor.user_id, inbound, file, world.now)
    names = world.words.say("common.list_separator").join(item.name for item in tables)
    return Reply(world.words.say("incoming.got", name=names))


def _is_table(item: Attachment) -> bool:
    return item.kind == "file" and bool(item.file_id) and item.name.lower().endswith(ENDINGS)


def _rights(world: World) -> set[Level]:
    """How far the person's right to create reaches, over all kinds that are imported."""
    kinds = ("customer", "contact", "opportunity", "product", "order", "invoice", "payment")
    return {world.crm.level(world.actor.role, kind, "create") for kind in kinds} - {"none"}


def _is_their_work(world: World, memory: Memory) -> bool:
    """Whether a table without a word is to be imported: not for who records for themselves, nor right after a note."""
    if world.actor.role == "admin":
        return True
    return bool(_rights(world) & {"team", "all"}) and "follow_up" not in memory.focus


def handle(world: World, memory: Memory, action: Json) -> Reply:
    """A button below a preview."""
    sent = waiting.latest(world.tx, world.actor.user_id, ("shown",), action["file"])
    if sent is None:
        return Reply(world.words.say("incoming.decided"))
    return _decide(world, sent, action)


def _decide(world: World, sent: Sent, action: Json) -> Reply:
    words, now = world.words, world.now
    if action["act"] == "cancel":
        waiting.decide(world.tx, sent, "cancelled", now)
        return Reply(words.say("incoming.cancelled", name=sent.name))
    if action["act"] == "kind":
        waiting.decide(world.tx, sent, "here", now, wish={**sent.wish, "kind": action["kind"]})
        return Reply(words.say("incoming.looking", name=sent.name))
    waiting.decide(world.tx, sent, "agreed", now, wish={**sent.wish, "policy": action["policy"]})
    return Reply(words.say("incoming.begun", name=sent.name))


def asked(world: World, memory: Memory, text: str) -> Reply | None:
    """What a message says of an import; None for any other."""
    if len(text) > MAX_CHARS or memory.dialogs:
        return None
    said = normalise(text)
    if said in _phrases(world.words, "undo"):
        return _undo(world)
    if said in _phrases(world.words, "how"):
        return Reply(world.words.say("incoming.how"))
    sent = waiting.latest(world.tx, world.actor.user_id, ("shown", "agreed"))
    if sent is None:
        return None
    if sent.status == "agreed":
        is_asked = said in _phrases(world.words, "how_far")
        return Reply(world.words.say("incoming.so_far", name=sent.name, done=f"{sent.done:,}")) if is_asked else None
    if said in _phrases(world.words, "yes") and sent.seen.get("heads") is not None:
        return _decide(world, sent, {"act": "go", "policy": "skip" if sent.seen.get("new") else "both"})
    if said in _phrases(world.words, "update"):
        return _decide(world, sent, {"act": "go", "policy": "both"})
    if said in _phrases(world.words, "no"):
        return _decide(world, sent, {"act": "cancel"})
    return _put_right(world, sent, text)


def _undo(world: World) -> Reply:
    """Take the person's last import back, whatever they have saved since. Raises InvalidValue, UndoRefused."""
    step_id = last_import(world.tx, world.actor.user_id)
    if step_id is None:
        raise InvalidValue("import.none_to_undo")
    return undo(world, step_id)


def _put_right(world: World, sent: Sent, text: str) -> Reply | None:
    """「备注 当作 需求」, "Mobile is phone", 「电话 不导入」: only where a column is called so."""
    heads = {plain(head): head for head in sent.seen.get("heads") or ()}
    sides = phrasing("column_is").search(text)
    if sides is None or not heads:
        return None
    column = heads.get(plain(phrasing("around_column").sub("", text[: sides.start()].strip(_MARKS)).strip(_MARKS)))
    if column is None:
        return None
    wanted = text[sides.end() :].strip(_MARKS)
    is_out = not wanted or normalise(wanted) in _phrases(world.words, "leave_out")
    name = "" if is_out else _field(sent.seen["kinds"], wanted)
    if name is None:
        fields = {name for kind in sent.seen["kinds"] for name in attributes(kind)}
        shown = world.words.say("common.list_separator").join(label_in(world.words, one) for one in sorted(fields))
        return Reply(world.words.say("import.no_field", field=wanted, fields=shown))
    wish = {**sent.wish, "named": {**sent.wish.get("named", {}), column: name}}
    if len(set(sent.seen["kinds"])) == 1:
        wish["kind"] = sent.seen["kinds"][0]  # a field is named of this kind: it is not guessed anew
    waiting.decide(world.tx, sent, "here", world.now, wish=wish)
    return Reply(world.words.say("incoming.looking", name=sent.name))


def _field(kinds: list[str], said: str) -> str | None:
    """The field of one of the kinds that people call so."""
    for kind in kinds:
        if said in attributes(kind):
            return said
        found = fields_called(kind).get(plain(said))
        if found:
            return found
        for name in attributes(kind):
            if any(plain(label_in(catalog(language), name)) == plain(said) for language in LANGUAGES):
                return name
    return None


@lru_cache
def _phrases(words: Catalog, name: str) -> frozenset[str]:
    return frozenset(map(normalise, words.words(f"incoming.phrases.{name}")))
