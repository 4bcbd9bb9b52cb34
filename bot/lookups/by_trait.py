"""「谁喜欢羽毛球」, "who likes sailing?", 「哪些客户需要MES」: people and customers by what is told of them."""

from typing import Any

from sqlalchemy import ColumnElement, or_, select

from bot.dialogs.model import Json
from bot.dialogs.reply import Reply
from bot.dialogs.show import shortened
from bot.rules.access import visible
from bot.rules.needs import open_needs
from bot.talk.memory import Memory
from bot.talk.paging import page
from bot.talk.phrases import gaps_of, is_phrase
from bot.world import World
from storage import records

MAX_ROWS = 100
MAX_WHAT = 30  # letters; who asks for more tells something
MAX_SHOWN = 60
_LIKES = ("preferences", "interests")


def asked(world: World, text: str) -> Json | None:
    """The command of a message that asks who likes, or who needs, something."""
    for name in ("likes", "needs"):
        gaps = gaps_of(world.words, f"who.{name}", text)
        if gaps and 0 < len(gaps["what"]) <= MAX_WHAT and not world.words.pattern("who.no_need").search(gaps["what"]):
            return {"do": "by_trait", "of": name, "what": gaps["what"]}
    gaps = gaps_of(world.words, "who.avoids", text)
    if gaps and 0 < len(gaps["what"]) <= MAX_WHAT:
        return {"do": "by_trait", "of": "likes", "what": world.words.say("who.not", what=gaps["what"])}
    return {"do": "by_trait", "of": "needs", "what": ""} if is_phrase(world.words, "who.open_needs", text) else None


def answer(world: World, memory: Memory, action: Json) -> Reply:
    """A line for each, with what is told of them; nobody is said by what was asked for."""
    kinds = (records.Contact, records.Customer) if action["of"] == "likes" else (records.Customer,)
    lines = [line for cls in kinds for line in _lines(world, cls, action)]
    reply = page(world, memory, f"who_{action['of']}", lines, len(lines))
    if lines or not action["what"]:
        return reply
    return Reply(world.words.say(f"who.nobody_{action['of']}", what=action["what"]), is_empty=True)


def _lines(world: World, cls: Any, action: Json) -> list[str]:
    columns = [getattr(cls, name) for name in (_LIKES if action["of"] == "likes" else ("needs",))]
    query = select(cls).where(visible(world.actor, world.crm, cls), _holds(columns, action["what"]))
    found = world.session.scalars(query.order_by(cls.id).limit(MAX_ROWS))
    what = action["what"].casefold()
    return [
        _line(world, record, columns)
        for record in found
        if any(value and what in value.casefold() for value in (_value(record, column.key) for column in columns))
    ]


def _holds(columns: list[Any], what: str) -> "ColumnElement[bool]":
    if not what:
        return or_(*(column.is_not(None) for column in columns))
    return or_(*(column.icontains(what, autoescape=True) for column in columns))


def _value(record: Any, name: str) -> str:
    """What is told; of needs, what is still to be met."""
    value = getattr(record, name)
    return open_needs(value) if name == "needs" else value or ""


def _line(world: World, record: Any, columns: list[Any]) -> str:
    told = [value for column in columns if (value := _value(record, column.key))]
    customer = record.customer if isinstance(record, records.Contact) else None
    name = world.words.say("fact.named", name=record.name, customer=customer.name) if customer else record.name
    value = world.words.line(told)
    return world.words.say("fact.is", name=name, value=shortened(value, MAX_SHOWN))
