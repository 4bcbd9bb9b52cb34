"""Quote goods to a customer; note what became of a quote."""

from typing import Any

from bot.dialogs.agreed import TaxType
from bot.dialogs.lines import Lines, Total
from bot.dialogs.model import Field, Flow, Guess, Json, Line, Question, Values
from bot.dialogs.reply import Saved
from bot.dialogs.show import show_money
from bot.dialogs.types import Ref
from bot.dialogs.until import Until
from bot.flows.documents import (
    NextStatus,
    change_button,
    choice,
    hangs_on,
    legal,
    moves,
    only_open_deal,
    papers,
    start_button,
    whom_we_spoke_of,
)
from bot.flows.shared import new_ones, ref, saved
from bot.rules import quotes
from bot.rules.customers import customer_of
from bot.rules.documents import as_summed, named, summed
from bot.rules.told_goods import as_told, told_lines
from bot.world import World
from config.phrasing import phrasing
from nlu.goods import read_goods
from nlu.types import Understanding
from storage import records

SHORT = 24  # characters: who says no more than that wants to be asked for the goods


def _create(world: World, values: Values) -> Saved:
    customer = customer_of(world, values["customer"])
    quote = quotes.create(world, customer, values)
    return _saved(world, quote, *new_ones(world, customer, None))


def _saved(world: World, quote: "records.Quote", *besides: str) -> Saved:
    words = world.words
    key = "quote.saved" if quote.status == "draft" else "quote_update.saved"
    status = world.crm.label("quote_statuses", quote.status, words.language)
    amount = show_money(quote.amount, words) if quote.amount else ""
    said = words.say(key, number=quote.number, customer=quote.customer.name, amount=amount, status=status)
    buttons = (*moves(world, quote, "quote_update", quotes.allowed), *papers(world, quote))
    if quote.status != "accepted":
        buttons = (*buttons, change_button(world, quote))
    else:
        contract = start_button(world, "contract", customer=ref(quote.customer), quote=named(quote))
        buttons = (contract, *buttons)
    about = {"customer": quote.customer, "opportunity": quote.opportunity, "quote": quote}
    return saved(world, said, *besides, buttons=buttons, about=about)


def _is_quote(heard: Understanding, world: World) -> bool:
    """Goods are named, or nothing but the wish to quote: 「给蓝海报价了，他们觉得贵」 is a note."""
    said = heard.text.strip()
    return bool(read_goods(heard)) or (len(said) <= SHORT and not phrasing("told").search(said))


QUOTE = Flow(
    kind="quote",
    needs=("quote", "create"),
    fits=_is_quote,
    fields=(
        Field("customer", Ref("customer", if_unknown="create"), propose=whom_we_spoke_of),
        hangs_on("opportunity", only_open_deal),
        Field("lines", Lines(needs_price=True), check=as_told, propose=told_lines),
        Field("amount", Total(), ask="never", propose=summed, check=as_summed, within=("lines",)),
        Field("tax", TaxType(), required=False, ask="never"),
        Field(
            "valid_until",
            Until("future", last=True, key="quote.validity"),
            ask="never",
            propose=quotes.usual_validity,
            check=quotes.still_to_come,
        ),
    ),
    card=(
        Line("quote.card.head", ("customer", "opportunity")),
        Line("quote.card.lines", ("lines",)),
        Line("quote.card.amount", ("amount", "tax")),
        Line("quote.card.valid", ("valid_until",)),
    ),
    save=_create,
)


def _which(values: Values, world: World) -> Json | Guess | Question | None:
    """The quote meant: one that may move so, of the customer, the one spoken of first."""
    status = values.get("quote_status")
    may = [code for code, codes in quotes.MOVES.items() if status is None or status in codes]
    return choice(world, values, "quote", records.Quote.status.in_(may))


def _update(world: World, values: Values) -> Saved:
    return _saved(world, quotes.move(world, values["quote"]["id"], values["quote_status"]))


def _status(code: str) -> Any:
    return lambda world: {"quote_status": code}


QUOTE_UPDATE = Flow(
    kind="quote_update",
    needs=("quote", "edit"),
    titled_by="quote",
    openings={code: _status(code) for code in ("sent", "accepted", "declined")},
    fields=(
        Field("customer", Ref("customer"), required=False, ask="never"),
        Field("quote", Ref("quote"), propose=_which, within=("customer",)),
        Field(
            "quote_status",
            NextStatus("quote_statuses", "quote_status", kind="quote", allowed=quotes.allowed),
            check=legal("quote", quotes.allowed),
            within=("quote",),
        ),
    ),
    card=(
        Line("quote_update.card.which", ("quote", "customer")),
        Line("quote_update.card.status", ("quote_status",)),
    ),
    save=_update,
)
