"""The price list, what sells best, and who should be ordering again."""

from bot.dialogs.lines import show_quantity
from bot.dialogs.reply import Reply
from bot.dialogs.show import show_money
from bot.rules import products
from bot.talk.memory import Memory
from bot.talk.paging import page
from bot.world import World


def price_list(world: World, memory: Memory) -> Reply:
    words = world.words
    lines = [
        _joined(
            world,
            item.name,
            words.say("product.per", price=show_money(item.unit_price, words), unit=item.unit)
            if item.unit_price and item.unit
            else show_money(item.unit_price, words)
            if item.unit_price
            else "",
        )
        for item in products.price_list(world)
    ]
    return page(world, memory, "products", lines, len(lines))


def best_sold(world: World, memory: Memory) -> Reply:
    lines = [
        _joined(
            world, sold.product, show_quantity(sold.quantity, None, world.words), show_money(sold.amount, world.words)
        )
        for sold in products.best_sold(world)
    ]
    return page(world, memory, "top_products", lines, len(lines))


def reorder_gaps(world: World, memory: Memory) -> Reply:
    lines = [
        world.words.say("product.gap", customer=gap.customer.name, usual=gap.usual, since=gap.since)
        for gap in products.reorder_gaps(world)
    ]
    return page(world, memory, "reorder_gaps", lines, len(lines))


def _joined(world: World, *facts: str) -> str:
    return world.words.line(facts)
