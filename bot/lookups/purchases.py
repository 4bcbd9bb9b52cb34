"""「远洲的购买记录」, "what have they bought so far": purchases, invoices and payments of a customer by their days."""

from decimal import Decimal
from typing import Any

from sqlalchemy import select

from bot.dialogs.lines import show_quantity
from bot.dialogs.model import Json
from bot.dialogs.reply import Reply
from bot.dialogs.show import shortened, show_day, show_money
from bot.rules.access import visible
from bot.rules.bought import Bought, day_of, lines_bought, purchases
from bot.world import World
from storage import records

MAX_ROWS = 12
MAX_GOODS = 60


def of_customer(world: World, fact: str, customer: Any) -> Reply:
    """The newest first, each with the number by which it is found again."""
    paid = [one for cls in (records.Invoice, records.Payment) for one in _paid(world, cls, customer)]
    found = sorted((*purchases(world, customer.id), *paid), key=lambda bought: bought.day, reverse=True)
    if not found:
        return Reply(world.words.say("purchase.none", name=customer.name), is_empty=True)
    lines = [
        world.words.say(
            "purchase.line",
            day=show_day(bought.day, world.words, today=world.now.date()),
            what=_what(world, bought.item),
        )
        for bought in found[:MAX_ROWS]
    ]
    left = [world.words.say("list.rest", count=len(found) - MAX_ROWS)] if len(found) > MAX_ROWS else []
    head = world.words.say("purchase.list_head", name=customer.name, count=len(found))
    return Reply("\n".join([head, *lines, *left]), has_heading=True)


def shown_goods(world: World, lines: list[Json], most: int) -> str:
    """The first lines of a purchase in a few words."""
    goods = [
        f"{line['product']} {show_quantity(Decimal(line['quantity']), line['unit'], world.words)}" for line in lines[:3]
    ]
    return shortened(world.words.say("common.and_separator").join(goods), most)


def _paid(world: World, cls: Any, customer: Any) -> list[Bought]:
    query = select(cls).where(visible(world.actor, world.crm, cls), cls.customer_id == customer.id)
    return [
        Bought(day_of(world, item), item) for item in world.session.scalars(query.order_by(cls.id.desc()).limit(50))
    ]


def _what(world: World, item: Any) -> str:
    has_lines = item.kind in ("order", "contract", "opportunity")
    status = world.crm.label("order_statuses", item.status, world.words.language) if item.kind == "order" else ""
    facts = (
        world.words.say(f"common.kind.{item.kind}"),
        getattr(item, "number", getattr(item, "name", "")),
        shown_goods(world, lines_bought(world, item), MAX_GOODS) if has_lines else "",
        show_money(item.amount, world.words) if item.amount else "",
        status,
    )
    return world.words.line(facts)
