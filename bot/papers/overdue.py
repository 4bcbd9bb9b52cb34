"""What the owner of a contract hears of an overdue instalment."""

from datetime import date
from typing import Any

from sqlalchemy import select

from bot.dialogs.agreed import when
from bot.dialogs.reply import Press, Reply
from bot.dialogs.show import show_day, show_money
from bot.house import House
from bot.messages.address import chat_key
from bot.messages.notices import tell_user
from bot.messages.reach import reach
from bot.rules.instalments import settled
from config.catalog import Catalog
from config.types import Money
from storage import records
from storage.database import Tx


def tell(house: House, tx: Tx, item: "records.Instalment", today: date) -> list[str]:
    """Tell the owner, once for each time that it is told of; the chat to wake."""
    contract = tx.session.get_one(records.Contract, item.contract_id)
    payment = records.Payment
    received = select(payment).where(payment.contract_id == contract.id, payment.deleted_at.is_(None))
    paid, _beyond = settled(
        contract.instalments, tx.session.scalars(received.order_by(payment.received_on, payment.id))
    )
    left = (item.amount_minor or 0) - paid.get(item.id, 0)
    to = reach(tx, user_id=contract.owner_id) if contract.owner_id is not None else None
    if left <= 0 or to is None:
        return []
    is_told = tell_user(
        tx,
        house.settings,
        contract.owner_id,
        lambda words: _overdue(words, contract, item, left, today),
        key=f"overdue:{item.id}:{item.due_on}:{_turn(house, item, today)}",
        lane="reminder",
    )
    return [chat_key(to)] if is_told else []


def _turn(house: House, item: "records.Instalment", today: date) -> int:
    """How often it has been told of by now, had a process always run."""
    days = (today - item.due_on).days if item.due_on is not None else 0
    return (days - 1) // house.crm.sales.overdue_every


def _overdue(words: Catalog, contract: Any, item: Any, left: int, today: date) -> Reply:
    facts = {
        "number": contract.number,
        "customer": contract.customer.name,
        "when": when(item.milestone, words),
        "amount": show_money(Money.from_minor(left, item.amount_currency), words),
        "due": show_day(item.due_on, words, today=today),
        "days": (today - item.due_on).days,
    }
    known = {
        "customer": {"id": contract.customer_id, "name": contract.customer.name},
        "contract": {"id": contract.id, "name": contract.number},
    }
    pay = Press(words.say("payment.button"), {"do": "start", "flow": "payment", "values": known}, is_open=True)
    return Reply(words.say("payment.overdue", **facts), (pay,))
