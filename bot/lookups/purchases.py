"""「远洲的购买记录」, "what have they bought so far": a customer's orders, invoices and payments by their days."""

from datetime import date
from typing import Any

from sqlalchemy import select

from bot.dialogs.lines import show_quantity
from bot.dialogs.model import Reply
from bot.dialogs.show import shortened, show_day, show_money
from bot.rules.access import visible
from bot.world import World
from storage import records

MAX_ROWS = 12
MAX_GOODS = 60


def of_customer(world: World, fact: str, customer: Any) -> Reply:
    """The newest first, each with the number by which it is found again."""
    kinds = (records.Order, records.Invoice, records.Payment)
    rows = sorted((row for cls in kinds for row in _rows(world, cls, customer)), key=lambda row: row[0], reverse=True)
    if not rows:
        return Reply(world.words.say("purchase.none", name=customer.name), is_empty=True)
    lines = [world.words.say("purchase.line", day=_shown(world, day), what=what) for day, what in rows[:MAX_ROWS]]
    left = [world.words.say("list.rest", count=len(rows) - MAX_ROWS)] if len(rows) > MAX_ROWS else []
    head = world.words.say("purchase.list_head", name=customer.name, count=len(rows))
    return Reply("\n".join([head, *lines, *left]), has_heading=True)


def _day(world: World, item: Any) -> date:
    """The day that it counts from."""
    told: date | None = getattr(item, "issued_on", None) or getattr(item, "received_on", None)
    placed: date = item.created_at.astimezone(world.now.tzinfo).date()
    return told or placed


def _rows(world: World, cls: Any, customer: Any) -> list[tuple[date, str]]:
    query = select(cls).where(visible(world.actor, world.crm, cls), cls.customer_id == customer.id)
    if cls.kind == "order":
        query = query.where(cls.status != "cancelled")
    items = world.session.scalars(query.order_by(cls.id.desc()).limit(50))
    return [(_day(world, item), _what(world, item)) for item in items]


def _what(world: World, item: Any) -> str:
    lines = getattr(item, "lines", ())
    goods = [f"{line.product} {show_quantity(line.quantity, line.unit, world.words)}" for line in lines[:3]]
    status = world.crm.label("order_statuses", item.status, world.words.language) if item.kind == "order" else ""
    facts = (
        world.words.say(f"common.kind.{item.kind}"),
        getattr(item, "number", ""),
        shortened(world.words.say("common.and_separator").join(goods), MAX_GOODS),
        show_money(item.amount, world.words) if item.amount else "",
        status,
    )
    return world.words.say("common.value_separator").join(fact for fact in facts if fact)


def _shown(world: World, day: date) -> str:
    return show_day(day, world.words, today=world.now.date())
