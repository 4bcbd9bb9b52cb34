"""Goods with their prices that were told before there was a paper: in a note, or as a deal was won.

They go into the first paper of that customer, so that nobody types them again.
"""

from datetime import timedelta

from sqlalchemy import select

from bot.dialogs.line_changes import dump
from bot.dialogs.lines import in_currency
from bot.dialogs.model import Guess, Json, Question, Values
from bot.rules import told_apart
from bot.rules.access import visible
from bot.rules.documents import priced
from bot.rules.pronouns import spoken_of
from bot.world import World
from nlu.folding import fold
from nlu.goods import Goods, read_goods
from nlu.types import Understanding
from storage import records

RECENT = timedelta(days=60)
MAX_NOTES = 3  # the newest that are looked into


def read_priced(heard: Understanding) -> list[Json]:
    """The goods of a message that have a name, a quantity and a price, as lines."""
    return [dump(item) for item in read_goods(heard) if item.product and item.quantity and item.unit_price]


def told_lines(values: Values, world: World) -> Guess | None:
    """What was told of the customer's goods in this talk, else in one of their latest notes."""
    customer = values.get("customer")
    if not isinstance(customer, dict) or "id" not in customer or "amount" in values:
        return None
    told = world.focus.get("goods") or {}
    lines = told.get("lines") if told.get("customer") in (None, customer["id"]) else None
    lines = lines or next(filter(None, (_of(note, world) for note in _notes(world, customer["id"]))), None)
    return Guess(in_currency(lines, values, world.currency)) if lines else None


def as_told(value: Json, world: World, values: Values) -> Json | Question:
    """A check of lines, as `priced`; where only the price of one was told, 「课桌 260 一张」, as many as one of the
    customer's latest notes tells of are meant."""
    customer = values.get("customer") or spoken_of(world, "customer") or {}
    wanted = _counted(world, customer["id"]) if "id" in customer and any(map(_is_each, value)) else []
    lines = []
    for line in value:
        of_it = [item for item in wanted if _is_each(line) and told_apart.spans(line["product"], (item.product,))]
        told = {"quantity": f"{of_it[0].quantity:f}", "unit": of_it[0].unit or line["unit"]} if of_it else {}
        lines.append({**{key: one for key, one in line.items() if key != "is_each"}, **told})
    return priced(lines, world, values)


def wanted_at(world: World, customer_id: int) -> str:
    """What the customer's newest note tells they want, 「要|冷水机|」; "" where none does."""
    wants = world.words.pattern("sold.wanted")
    said = (text for note in _notes(world, customer_id) for text in (note.content, note.feedback) if text)
    found = (wants.search(fold(text)) for text in said)
    return next((one["goods"].strip() for one in found if one is not None), "")


def _is_each(line: Json) -> bool:
    return bool(line.get("is_each"))


def _counted(world: World, customer_id: int) -> list[Goods]:
    """The goods of which the customer's latest notes tell how many are wanted, the newest first."""
    said = [text for note in _notes(world, customer_id) for text in (note.feedback, note.content) if text]
    return [item for text in said for item in read_goods(world.understand(text)) if item.quantity and item.product]


def _notes(world: World, customer_id: int) -> "list[records.FollowUp]":
    cls = records.FollowUp
    mine = (cls.customer_id == customer_id, cls.occurred_at >= world.now - RECENT)
    query = select(cls).where(visible(world.actor, world.crm, cls), *mine).order_by(cls.occurred_at.desc())
    return list(world.session.scalars(query.limit(MAX_NOTES)))


def _of(note: "records.FollowUp", world: World) -> list[Json]:
    return next(
        filter(None, (read_priced(world.understand(said)) for said in (note.feedback, note.content) if said)), []
    )
