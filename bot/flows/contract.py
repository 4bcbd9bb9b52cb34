"""Sign a contract: alone, from a quote, or from a won opportunity with nothing typed again."""

from collections.abc import Iterator

from bot.dialogs.agreed import Instalments, TaxType, Terms
from bot.dialogs.lines import Lines
from bot.dialogs.model import Field, Flow, Guess, Json, Line, Option, Question, Values
from bot.dialogs.model import World as AnyWorld
from bot.dialogs.reply import Press, Saved
from bot.dialogs.show import show_money
from bot.dialogs.types import Ref
from bot.dialogs.until import Until
from bot.dialogs.values import Amount
from bot.flows.closing import day_told
from bot.flows.documents import NUMBER, USUAL_TAX, change_button, hangs_on, papers, start_button, whom_we_spoke_of
from bot.flows.shared import name_of, new_ones, ref, saved, today
from bot.flows.stage_needs import lacking
from bot.rules import contracts, opportunities, quotes
from bot.rules.customers import customer_of
from bot.rules.documents import as_summed, named, priced, summed, unused
from bot.rules.told_apart import named_in
from bot.rules.told_goods import told_lines
from bot.world import World
from config.catalog import catalog
from config.types import Money
from nlu.folding import fold
from nlu.terms import read_terms
from nlu.types import Slot, Understanding
from storage import records


def _deal(values: Values, world: World) -> Json | Guess | Question | None:
    """The won opportunity that still lacks its contract, else the open one that is signed by it; where there are
    several, which."""
    customer = values.get("customer")
    if not isinstance(customer, dict) or "id" not in customer:
        return None
    if world.words.pattern("contract.another").search(fold(world.said)):
        return None
    found = named_in(world.said, contracts.won_without(world, customer["id"]))
    if not found:
        return contracts.signed_by(world, customer["id"], values)
    if len(found) < 2:
        return ref(found[0]) if found else None
    options = tuple(Option(item.name, ref(item)) for item in found[:6])
    return Question(world.words.say("opportunity.which", customer=name_of(customer)), options)


def _quote(values: Values, world: World) -> Json | None:
    quote = contracts.quoted(world, values)
    return named(quote) if quote else None


def _lines(values: Values, world: World) -> Json | Guess | None:
    """Those of the quote; without any quote what was told of the goods."""
    if contracts.quoted(world, values) is not None:
        return contracts.quoted_lines(values, world)
    return told_lines(values, world) or contracts.ordered_lines(world, values)


def _amount(values: Values, world: World) -> Json | None:
    """The sum of the lines, else the amount of the quote or the opportunity."""
    total, quote = summed(values, world), contracts.quoted(world, values)
    if total is None and "lines" not in values and quote is not None and quote.amount:
        return quote.amount.to_json()
    if total is not None or "lines" in values or "opportunity" not in values:
        return total
    deal = world.session.get(records.Opportunity, values["opportunity"]["id"])
    return deal.amount.to_json() if deal and deal.amount else None


class _Agreed(Amount):
    """What the contract comes to; a sum that is only the first of its payments is not that, "$5,000 now"."""

    def take(self, slot: Slot, world: AnyWorld, values: Values) -> Json | Question | None:
        assert isinstance(world, World)  # noqa: S101 — flows run in the bot's own world
        heard = world.understand(world.said)
        sums = [part for part in read_terms(heard) if part.amount is not None]
        if not isinstance(slot.value, Money) or all(
            part.amount.value != slot.value.value for part in sums if part.amount
        ):
            return Amount.take(self, slot, world, values)
        outside = [v for v in heard.of_kind("money") if v.money and not any(p.start <= v.start < p.end for p in sums)]
        return self._dump(outside[0].money, world, values) if len(outside) == 1 and outside[0].money else None


def _is_contract(heard: Understanding, world: World) -> bool:
    """An amount, goods or terms are told: 「签合同的时候他们又提了新要求」 is a note; a question
    about one is none."""
    if catalog(heard.lang).pattern("sold.asks").search(heard.text):
        return False
    facts = ("amount", "payment_terms", "contract_number")
    has_terms = bool(read_terms(heard))
    return heard.intent == "create_contract" or has_terms or any(name in heard.slots for name in facts)


def _terms(values: Values, world: World) -> Json | None:
    """What was told of them in this talk, as the deal was won; of goods for a year it is enough how often."""
    goods = "，".join(line["product"] for line in values.get("lines", ()))
    paid = Terms().gather(world.understand(f"{world.said}，{goods}"), world, {}) if goods else None
    is_reckoned = paid is not None and paid["parts"]
    said = paid if is_reckoned else Terms().gather(world.understand(world.said), world, {})
    if said is not None:
        return said
    customer, told = values.get("customer") or {}, world.focus.get("goods") or {}
    is_theirs = told.get("customer") in (None, customer.get("id")) and "opportunity" in values
    return Terms().gather(world.understand(told["terms"]), world, {}) if told.get("terms") and is_theirs else None


def _tax(values: Values, world: World) -> Json:
    """That of the quote; in the amounts, where nobody says so."""
    quote = contracts.quoted(world, values)
    return (quote.tax if quote else None) or USUAL_TAX


def _sign(world: World, values: Values) -> Saved:
    customer = customer_of(world, values["customer"])
    contract = contracts.create(world, customer, values)
    words = world.words
    amount = show_money(contract.amount, words) if contract.amount else ""
    return saved(
        world,
        words.say("contract.saved", number=contract.number, customer=customer.name, amount=amount),
        *_brought_along(world, contract, values),
        *new_ones(world, customer, None),
        buttons=_then(world, contract),
        about={"customer": contract.customer, "opportunity": contract.opportunity, "contract": contract},
    )


def _brought_along(world: World, contract: "records.Contract", values: Values) -> Iterator[str]:
    """What is so with the signature: its quote is accepted, its deal is won, unless that lacks what it has to tell."""
    words, quote, deal = world.words, contracts.quoted(world, values), contract.opportunity
    for order in contracts.ordered_before(world, contract):
        order.contract_id = contract.id
        yield words.say("contract.order_joined", number=order.number)
    if quote is not None and "accepted" in quotes.allowed(world, quote.status):
        quotes.move(world, quote.id, "accepted")
        yield words.say("contract.quote_accepted", number=quote.number)
    won = world.crm.stages_of("won")[0].code
    if deal is None or won not in opportunities.allowed_moves(world, deal.stage):
        return
    known = {"opportunity": ref(deal)}
    if not lacking(world, {**known, "stage": won}):
        opportunities.change(world, ref(deal), {"stage": won, "closed_on": values["signed_on"]})
        yield words.say("contract.deal_won", name=deal.name)


def _signed(values: Values, world: World) -> Json:
    """The day behind that the message tells, else today."""
    return day_told(world) or today(values, world)


def _then(world: World, contract: "records.Contract") -> tuple[Press, ...]:
    """What usually follows, each begun with what is known."""
    known = {"customer": ref(contract.customer), "contract": named(contract)}
    after = tuple(start_button(world, flow, **known) for flow in ("order", "invoice", "payment"))
    return (*after, *papers(world, contract), change_button(world, contract))


CONTRACT = Flow(
    kind="contract",
    needs=("contract", "create"),
    fits=_is_contract,
    starts_on=("create_contract",),
    known_by=("opportunity", "quote", "payment_terms"),
    fields=(
        Field("customer", Ref("customer", if_unknown="create"), propose=whom_we_spoke_of),
        hangs_on("opportunity", _deal),
        hangs_on("quote", _quote, within="opportunity"),
        Field("contract_number", NUMBER, required=False, ask="never", check=unused("contract")),
        Field(
            "lines",
            Lines(),
            required=False,
            ask="guided",
            check=priced,
            propose=_lines,
            within=("quote",),
        ),
        Field("amount", _Agreed(), propose=_amount, check=as_summed, within=("lines", "opportunity")),
        Field("tax", TaxType(), ask="never", propose=_tax, within=("quote",)),
        Field("payment_terms", Terms(), required=False, ask="guided", slot="-", propose=_terms),
        Field(
            "signed_on", Until("past", key="contract.signed", close="contract.signing"), ask="never", propose=_signed
        ),
        Field(
            "instalments",
            Instalments(),
            required=False,
            ask="never",
            propose=contracts.planned,
            within=("amount", "payment_terms", "signed_on"),
            is_derived=True,
        ),
    ),
    card=(
        Line("contract.card.head", ("customer", "opportunity", "quote")),
        Line("contract.card.number", ("contract_number",)),
        Line("contract.card.lines", ("lines",)),
        Line("contract.card.amount", ("amount", "tax")),
        Line("contract.card.terms", ("payment_terms",)),
        Line("contract.card.instalments", ("instalments",)),
        Line("contract.card.signed", ("signed_on",)),
    ),
    save=_sign,
)
