"""Goods with their prices that were told before there was a paper: in a note, or as a deal was won.

They go into the first paper of that customer, so that nobody types them again.
"""

from datetime import timedelta

from sqlalchemy import select

from bot.dialogs.line_changes import dump
from bot.dialogs.lines import in_currency
from bot.dialogs.model import Guess, Json, Values
from bot.rules.access import visible
from bot.world import World
from nlu.goods import read_goods
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


def _notes(world: World, customer_id: int) -> "list[records.FollowUp]":
    cls = records.FollowUp
    mine = (cls.customer_id == customer_id, cls.occurred_at >= world.now - RECENT)
    query = select(cls).where(visible(world.actor, world.crm, cls), *mine).order_by(cls.occurred_at.desc())
    return list(world.session.scalars(query.limit(MAX_NOTES)))


def _of(note: "records.FollowUp", world: World) -> list[Json]:
    return next(
        filter(None, (read_priced(world.understand(said)) for said in (note.feedback, note.content) if said)), []
    )
