"""Rules about orders: placed from a contract or alone, moved as crm.toml allows, told to who should know."""

from collections import defaultdict
from decimal import Decimal

from sqlalchemy import ColumnElement, func, or_, select

from bot.dialogs.lines import total_of
from bot.dialogs.model import Json, Option, Question, Values
from bot.dialogs.reply import Reply
from bot.dialogs.show import show_money
from bot.errors import Refused
from bot.messages.notices import tell_contact, tell_user
from bot.messages.reach import reach
from bot.rules import sums, told_apart
from bot.rules.access import Named, fetch, require, visible
from bot.rules.documents import as_summed, bases_of, lines_of, next_number, write
from bot.rules.pronouns import spoken_of
from bot.rules.told_goods import as_told
from bot.world import World
from config.types import Money
from storage import records

MAX_PEOPLE = 20
MAX_TOGETHER = 20  # orders that move at once
CANCELLED = "cancelled"


def allowed(world: World, status: str) -> tuple[str, ...]:
    """The states that an order may move to. Where crm.toml names no moves at all, any other one."""
    items = world.crm.items("order_statuses")
    if not any(item.next for item in items):
        return tuple(item.code for item in items if item.code != status)
    return next((item.next for item in items if item.code == status), ())


def may_become(world: World, status: str) -> "ColumnElement[bool]":
    """The condition under which an order may move to a state."""
    codes = [code for code in world.crm.codes("order_statuses") if status in allowed(world, code)]
    return records.Order.status.in_(codes)


def likely_before(world: World, status: str, customer: Json | None) -> "ColumnElement[bool]":
    """The condition under which an order is likely to move to a state: what arrives was sent, if anything was."""
    sent = [order for order in that_may_become(world, customer, status) if order.status == "shipped"]
    return records.Order.status == "shipped" if sent and status == "delivered" else may_become(world, status)


def that_may_become(world: World, customer: Json | None, status: str) -> "list[records.Order]":
    """The customer's orders that may move to a state, the oldest first."""
    cls = records.Order
    if not isinstance(customer, dict) or "id" not in customer:
        return []
    mine = (visible(world.actor, world.crm, cls), cls.customer_id == customer["id"], may_become(world, status))
    return list(world.session.scalars(select(cls).where(*mine).order_by(cls.id).limit(MAX_TOGETHER)))


def contracts_without(world: World, customer_id: int) -> "list[records.Contract]":
    """The customer's contracts that have no order, the oldest first."""
    contract, order = records.Contract, records.Order
    with_order = select(order.contract_id).where(
        order.contract_id.is_not(None), order.deleted_at.is_(None), order.status != "cancelled"
    )
    query = select(contract).where(
        visible(world.actor, world.crm, contract),
        contract.customer_id == customer_id,
        contract.status == "active",
        contract.id.not_in(with_order),
    )
    return list(world.session.scalars(query.order_by(contract.id).limit(20)))


def contracts_left(world: World, customer_id: int) -> "list[records.Contract]":
    """The customer's contracts of which something is still to be ordered, the oldest first."""
    cls = records.Contract
    mine = (visible(world.actor, world.crm, cls), cls.customer_id == customer_id, cls.status == "active")
    found = world.session.scalars(select(cls).where(*mine).order_by(cls.id).limit(20)).all()
    return [contract for contract in found if left_of(world, contract).value > 0]


def names_what_is_left(world: World, contract: "records.Contract") -> bool:
    """Does the message name goods of a contract that no order of it has?"""
    left = [line["product"] for line in lines_left(world, contract)]
    query = select(records.Order).where(records.Order.contract_id == contract.id, records.Order.deleted_at.is_(None))
    ordered = {line.product for order in world.session.scalars(query) for line in order.lines}
    return bool(told_apart.spans(world.said, (name for name in left if name not in ordered)))


def quoted_left(world: World, values: Values, *, drafts: bool = False) -> list[Json]:
    """The lines of the customer's quote that stands, where no contract was made of it, less what was ordered since.
    ``drafts``: one that nobody has sent may be meant, too."""
    quote = _standing(world, values, ("accepted", "sent", "draft")) if drafts else _standing(world, values)
    order = records.Order
    if quote is None:
        return []
    since = (order.customer_id == quote.customer_id, order.contract_id.is_(None), order.created_at >= quote.created_at)
    return _left(world, lines_of(quote), *since)


def _standing(world: World, values: Values, statuses: tuple[str, ...] = ("accepted", "sent")) -> "records.Quote | None":
    """The customer's newest quote that was accepted, else sent, else made; None where a contract came after it."""
    cls, contract, whose = records.Quote, records.Contract, values.get("customer") or spoken_of(world, "customer")
    if not whose or "id" not in whose:
        return None
    mine = (visible(world.actor, world.crm, cls), cls.customer_id == whose["id"], cls.status.in_(statuses))
    quote = world.session.scalars(
        select(cls).where(*mine).order_by(cls.status == "draft", cls.status, cls.id.desc()).limit(1)
    ).first()
    if quote is None:
        return None
    later = (contract.customer_id == whose["id"], contract.created_at >= quote.created_at)
    return None if world.session.scalar(select(contract.id).where(*later).limit(1)) else quote


def last_of(world: World, values: Values) -> "records.Order | None":
    """The customer's newest order: goods of which no price is said cost what they did then."""
    cls, whose = records.Order, values.get("customer") or spoken_of(world, "customer")
    if not whose or "id" not in whose:
        return None
    mine = (visible(world.actor, world.crm, cls), cls.customer_id == whose["id"], cls.status != CANCELLED)
    return world.session.scalars(select(cls).where(*mine).order_by(cls.id.desc()).limit(1)).first()


def create(world: World, customer: Named, values: Values) -> "records.Order":
    require(world.actor, world.crm, "order", "create")
    order = records.Order(
        number=values.get("order_number") or next_number(world, "order"),
        customer_id=customer.id,
        contract_id=values["contract"]["id"] if "contract" in values else None,
        status=values.get("order_status") or "placed",
    )
    order.amount, order.tax = Money.from_json(values["amount"]), values.get("tax")
    return write(world, order, values.get("lines", ()))


def lines_within(value: Json, world: World, values: Values) -> Json | Question:
    """A check of lines, as `priced`; that they come to more than the contract leaves is asked about. What the contract
    has agreed goes for goods of which nothing but their number is said."""
    contract = next(iter(bases_of(world, values, "contract")), None)
    is_bare = any(line["unit_price"] is None for line in value)
    base = contract if contract is not None or not is_bare else _standing(world, values) or last_of(world, values)
    lines = as_told(_as_agreed(value, base) if base is not None else value, world, values)
    if isinstance(lines, Question):
        return lines
    return _over(world, total_of(lines), lines, values) or lines


def _as_agreed(lines: list[Json], base: "records.Contract | records.Quote | records.Order") -> list[Json]:
    agreed, found = lines_of(base), []
    for line in lines:
        same = [one for one in agreed if told_apart.spans(line["product"], (one["product"],))]
        is_bare = line["unit_price"] is None and len(same) == 1
        found.append({**same[0], "quantity": line["quantity"]} if is_bare else line)
    return found


def amount_within(value: Json, world: World, values: Values) -> Json | Question:
    """A check of an amount, as `as_summed`; where there are no lines, that it is more than the contract leaves.
    Without a currency that of the contract is meant."""
    contract = next(iter(bases_of(world, values, "contract")), None)
    if value.get("is_assumed") and contract is not None and contract.amount_currency:
        value = {**value, "currency": contract.amount_currency}
    amount = as_summed(value, world, values) or value
    if isinstance(amount, Question) or values.get("lines"):
        return amount
    return _over(world, Money.from_json(amount), amount, values) or amount


def _over(world: World, money: Money | None, value: Json, values: Values) -> Question | None:
    """Is it meant to be more than what is still to be ordered on the contract?"""
    contract = next(iter(bases_of(world, values, "contract")), None)
    if contract is None or money is None:
        return None
    left = left_of(world, contract)
    if money.currency != left.currency or money.value <= left.value:
        return None
    words = world.words
    facts = {"amount": show_money(money, words), "rest": show_money(left, words), "number": contract.number}
    options = (Option(words.say("order.over_yes"), value), Option(words.say("order.over_no"), None))
    return Question(words.say("order.over", **facts), options, is_yes_no=True)


def left_of(world: World, contract: "records.Contract") -> Money:
    """What is still to be ordered on a contract."""
    order = records.Order
    mine = (order.contract_id == contract.id, order.deleted_at.is_(None), order.status != "cancelled")
    ordered = world.session.scalar(select(func.coalesce(func.sum(order.amount_minor), 0)).where(*mine))
    return sums.rest(contract, int(ordered or 0))


def lines_left(world: World, contract: "records.Contract") -> list[Json]:
    """The lines of a contract, less what was ordered of each; those that are ordered are left out."""
    return _left(world, lines_of(contract), records.Order.contract_id == contract.id)


def _left(world: World, lines: list[Json], *mine: "ColumnElement[bool]") -> list[Json]:
    """Lines less what such orders have of each."""
    order = records.Order
    ordered: dict[str, Decimal] = defaultdict(Decimal)
    for placed in world.session.scalars(
        select(order).where(*mine, order.deleted_at.is_(None), order.status != CANCELLED)
    ):
        for line in placed.lines:
            ordered[line.product] += line.quantity
    left = [{**line, "quantity": Decimal(line["quantity"]) - ordered[line["product"]]} for line in lines]
    return [{**line, "quantity": f"{line['quantity']:f}"} for line in left if line["quantity"] > 0]


def move(world: World, order: "records.Order", status: str) -> None:
    """Move an order to a state, and tell its owner, once, unless it was they. Raises Refused."""
    if status not in allowed(world, order.status):
        labels = [world.crm.label("order_statuses", code, world.words.language) for code in (order.status, status)]
        raise Refused("error.status_not_allowed", frm=labels[0], to=labels[1])
    order.status = status
    world.session.flush()
    if order.owner_id in (None, world.actor.user_id):
        return
    facts = {"number": order.number, "customer": order.customer.name, "who": world.actor.name}
    tell_user(
        world.tx,
        world.settings,
        order.owner_id,
        lambda words: Reply(
            words.say("order.moved", status=world.crm.label("order_statuses", status, words.language), **facts)
        ),
        key=f"order:{order.id}:{order.version}",
    )


def fetch_order(world: World, order_id: int) -> "records.Order":
    return fetch(world.tx, world.actor, world.crm, records.Order, order_id, "edit")


def person_to_tell(world: World, order: "records.Order") -> "records.Contact | None":
    """The customer's person who can be written to: of those reached by a chat, the one first known."""
    cls = records.Contact
    people = select(cls).where(cls.customer_id == order.customer_id, cls.deleted_at.is_(None)).order_by(cls.id)
    found = world.session.scalars(people.limit(MAX_PEOPLE)).all()
    return next((person for person in found if reach(world.tx, contact_id=person.id)), None)


def tell_customer(world: World, order_id: int) -> bool:
    """Tell the customer how the order stands, once for each state; False where that has been done, or cannot be."""
    order = fetch_order(world, order_id)
    person = person_to_tell(world, order)
    if person is None:
        return False
    status = order.status
    return tell_contact(
        world.tx,
        world.settings,
        person.id,
        lambda words: Reply(
            words.say(
                "order.to_customer",
                number=order.number,
                status=world.crm.label("order_statuses", status, words.language),
            )
        ),
        key=f"order:{order.id}:{status}",
    )


def settle(world: World, payment: "records.Payment") -> "list[records.Order]":
    """Move the orders to paid whose money is all there by this payment: their own, or that of their whole contract."""
    order = records.Order
    theirs = order.id == payment.order_id
    if payment.contract_id is not None:
        theirs = or_(theirs, order.contract_id == payment.contract_id)
    found = world.session.scalars(select(order).where(theirs, order.deleted_at.is_(None)).order_by(order.id)).all()
    done = [item for item in found if "paid" in allowed(world, item.status) and _is_paid(world, item)]
    for item in done:
        move(world, item, "paid")
    return done


def unsettle(world: World, payment: "records.Payment") -> None:
    """Have orders that were paid wait for their money again, where a payment that changed or is void leaves them
    short."""
    order = records.Order
    theirs = order.id == payment.order_id
    if payment.contract_id is not None:
        theirs = or_(theirs, order.contract_id == payment.contract_id)
    query = select(order).where(theirs, order.status == "paid", order.deleted_at.is_(None)).order_by(order.id)
    for item in world.session.scalars(query).all():
        if not _is_paid(world, item):
            item.status = "awaiting_payment"
    world.session.flush()


def _is_paid(world: World, order: "records.Order") -> bool:
    documents = [document for document in (order, order.contract) if document is not None]
    return any(sums.paid(world.tx, item) >= (item.amount_minor or 0) > 0 for item in documents)
