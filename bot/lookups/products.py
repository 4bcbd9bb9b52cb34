"""The price list, what sells best, and who should be ordering again."""

from bot.dialogs.lines import show_quantity
from bot.dialogs.reply import Reply
from bot.dialogs.show import show_money
from bot.rules import products
from bot.talk.memory import Memory
from bot.talk.paging import page
from bot.world import World
from config.catalog import Catalog
from storage import records


def price_list(world: World, memory: Memory) -> Reply:
    words = world.words
    lines = [words.line((item.name, _price(item, words))) for item in products.price_list(world)]
    return page(world, memory, "products", lines, len(lines))


def _price(item: "records.Product", words: Catalog) -> str:
    """「¥1,250/套」; "" for a product without a price."""
    if not item.unit_price:
        return ""
    price = show_money(item.unit_price, words)
    return words.say("product.per", price=price, unit=item.unit) if item.unit else price


def best_sold(world: World, memory: Memory) -> Reply:
    lines = [
        world.words.line(
            (sold.product, show_quantity(sold.quantity, None, world.words), show_money(sold.amount, world.words))
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
