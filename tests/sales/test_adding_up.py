"""Money adds up: lines to their total, instalments to the amount, accounts after any chain of documents and undos."""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.dialogs.lines import line_total, total_of
from bot.errors import CrmError, InvalidValue
from bot.rules import contracts, orders, papers, payments, returns
from bot.rules.access import Actor, Named
from bot.rules.accounts import accounts
from bot.rules.documents import lines_of, named
from bot.rules.instalments import plan, settled
from bot.rules.undo import undo
from bot.world import World
from config.catalog import catalog
from config.crm import load_crm
from config.settings import Settings
from config.types import Money
from nlu.term_parts import Part
from nlu.terms import read_terms
from nlu.understand import understand
from storage import records
from storage.author import Author

NOW = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)
TERMS = {
    "said": "3-7",
    "parts": [
        {"share": "30", "milestone": "signing", "due_on": None, "after_days": None},
        {"share": "70", "milestone": "acceptance", "due_on": None, "after_days": None},
    ],
}
PRICES = st.decimals(Decimal("0.01"), Decimal("99999.99"), places=2)
LINES = st.lists(
    st.fixed_dictionaries(
        {
            "product": st.just("x"),
            "quantity": st.decimals(Decimal("0.001"), Decimal(9999), places=3).map(lambda d: f"{d:f}"),
            "unit": st.none(),
            "unit_price": PRICES.map(lambda d: {"value": f"{d:f}", "currency": "CNY"}),
            "discount": st.none() | st.decimals(0, 1, places=2).map(lambda d: f"{d:f}"),
        }
    ),
    min_size=1,
    max_size=20,
)


@given(LINES)
def test_the_total_is_the_sum_of_the_lines_as_they_are_shown(lines):
    totals = [line_total(line) for line in lines]
    assert total_of(lines) == Money(sum((t.value for t in totals), Decimal(0)), "CNY")
    for line, total in zip(lines, totals, strict=True):
        exact = Decimal(line["quantity"]) * Decimal(line["unit_price"]["value"]) * (1 - Decimal(line["discount"] or 0))
        assert abs(total.value - exact) <= Decimal("0.005")


@given(
    st.lists(st.integers(1, 97), min_size=1, max_size=8),
    st.integers(1, 10**13),
    st.sampled_from(["CNY", "JPY", "KWD"]),
)
def test_instalments_make_up_the_amount(weights, minor, currency):
    shares = [Decimal(w * 100) / sum(weights) for w in weights]
    parts = [{"share": f"{s:f}", "milestone": "signing", "due_on": None, "after_days": None} for s in shares]
    dues = plan(parts, Money.from_minor(minor, currency), date(2026, 11, 26), load_crm().sales)
    assert sum(due.amount_minor for due in dues) == minor
    assert all(due.amount_minor >= 0 for due in dues)


RATIOS = [parts for size in (2, 3, 4) for parts in product(range(1, 10), repeat=size) if sum(parts) == 10]


@given(st.sampled_from(RATIOS))
def test_a_ratio_is_read_as_it_is_written(parts):
    read = read_terms(understand("付款 " + "-".join(map(str, parts)), now=NOW))
    assert [part.share for part in read] == [Decimal(part * 10) for part in parts]
    assert all(isinstance(part, Part) and part.milestone for part in read)


@settings(deadline=None)  # the first example maps the records
@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=5), st.lists(st.integers(1, 10**6), max_size=6))
def test_payments_settle_the_oldest_first_and_nothing_is_lost(amounts, received):
    instalments = [records.Instalment(id=n, amount_minor=minor) for n, minor in enumerate(amounts, 1)]
    paid, beyond = settled(instalments, [records.Payment(amount_minor=minor) for minor in received])
    assert sum(paid.values()) + beyond == sum(received)
    assert all(0 <= paid[item.id] <= item.amount_minor for item in instalments)
    open_ones = [item.id for item in instalments if paid[item.id] < item.amount_minor]
    assert all(paid[item.id] == 0 for item in instalments if open_ones and item.id > open_ones[0])


CHANGES = [f"{act}_{kind}" for act in ("change", "void") for kind in ("contract", "invoice", "payment")]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                *("contract", "order", "order_alone", "goods", "goods_back", "invoice", "payment", "payment_alone"),
                *("cancel", "undo", *CHANGES),
            ]
        ),
        st.integers(1, 5_000_00),
        st.sampled_from(["CNY", "USD"]),
    ),
    min_size=1,
    max_size=14,
)


class Shop:
    """One customer of one rep, and the steps of a sale done by the rules."""

    def __init__(self, database):
        self.database = database
        self.ids = database.write(self._people)

    @staticmethod
    def _people(tx):
        tx.author = Author(user_id=None, at=NOW)
        user = records.User(name="李雷", role="admin", language="zh", timezone="Asia/Shanghai")
        customer = records.Customer(name="星河", name_key="星河")
        tx.session.add_all([user, customer])
        tx.session.flush()
        return user.id, customer.id

    def do(self, job):
        def work(tx):
            actor = Actor(self.ids[0], "李雷", "admin", None, "zh", UTC, "UTC")
            world = World(tx, actor, load_crm(), Settings(data_dir=Path()), catalog("zh"), NOW)
            world.sign()
            try:
                with tx.savepoint():
                    return job(world)
            except CrmError:
                return None

        return self.database.write(work)

    def step(self, kind, minor, currency):
        self.do(lambda world: getattr(self, f"_{kind}")(world, Money.from_minor(minor, currency).to_json()))

    @property
    def customer(self):
        return Named(self.ids[1], "星河", "C-1")

    def _newest(self, world, kind, currency):
        cls = records.record_class(kind)
        found = list(world.session.query(cls).filter(cls.deleted_at.is_(None), cls.customer_id == self.ids[1]))
        return next((item for item in reversed(found) if item.amount_currency == currency), None)

    def _contract(self, world, amount):
        values = {
            "amount": amount,
            "signed_on": "2026-11-26",
            "tax": {"included": True, "rate": None},
            "payment_terms": TERMS,
        }
        contracts.create(world, self.customer, values)

    def _order(self, world, amount):
        contract = self._newest(world, "contract", amount["currency"])
        values = {"amount": amount, "contract": {"id": contract.id}} if contract else {"amount": amount}
        orders.create(world, self.customer, values)

    def _order_alone(self, world, amount):
        orders.create(world, self.customer, {"amount": amount})

    def _invoice(self, world, amount):
        kind = "contract" if self._newest(world, "contract", amount["currency"]) else "order"
        document = self._newest(world, kind, amount["currency"])
        if document is not None:
            payments.within_rest(amount, world, [document], is_payment=False)
        base = {kind: {"id": document.id}} if document else {}
        payments.bill(world, self.customer, {"amount": amount, "invoice_date": "2026-11-26", **base})

    def _payment(self, world, amount):
        invoice = self._newest(world, "invoice", amount["currency"])
        if invoice is None:
            raise InvalidValue
        payments.within_rest(amount, world, [invoice], is_payment=True)
        values = {"amount": amount, "received_on": "2026-11-26", "invoice": {"id": invoice.id}}
        payments.receive(world, self.customer, values)

    def _payment_alone(self, world, amount):
        payments.receive(world, self.customer, {"amount": amount, "received_on": "2026-11-26"})

    def _goods(self, world, amount):
        """Four of something, of a contract where there is one that leaves so much."""
        line = {"product": "x", "quantity": "4", "unit": None, "unit_price": amount, "discount": None}
        total = total_of([line])
        contract = self._newest(world, "contract", amount["currency"])
        leaves = contract is not None and orders.left_of(world, contract).value >= total.value
        base = {"contract": {"id": contract.id}} if leaves else {}
        orders.create(world, self.customer, {"amount": total.to_json(), "lines": [line], **base})

    def _goods_back(self, world, amount):
        """One of them, or all, comes back."""
        order = self._newest(world, "order", amount["currency"])
        if order is None or not order.lines or order.status == "cancelled":
            raise InvalidValue
        held = lines_of(order)
        one = [{**held[0], "quantity": "1"}]
        returns.take_back(world, order, one if int(Decimal(amount["value"])) % 2 else held)

    def _cancel(self, world, amount):
        order = self._newest(world, "order", amount["currency"])
        if order is not None:
            orders.move(world, order, "cancelled")

    def _change(self, world, kind, amount):
        paper = self._newest(world, kind, amount["currency"])
        if paper is not None:
            draft = {**papers.present(world, paper), kind: named(paper), "amount": amount}
            papers.fits(kind)(amount, world, draft)
            papers.change(world, kind, draft)

    def _void(self, world, kind, amount):
        paper = self._newest(world, kind, amount["currency"])
        if paper is not None:
            papers.void(world, kind, paper.id, "x")

    def __getattr__(self, name):
        """ "_change_contract", "_void_payment": a step done to the newest paper of the kind."""
        act, _, kind = name.removeprefix("_").partition("_")
        if act not in ("change", "void") or not kind:
            raise AttributeError(name)
        return lambda world, amount: getattr(self, f"_{act}")(world, kind, amount)

    def _undo(self, world, amount):
        undo(world)

    def check(self):
        self.do(self._adds_up)

    def _adds_up(self, world):
        found = accounts(world, self.ids[1])
        for kind in ("contract", "order", "invoice", "payment"):
            cls = records.record_class(kind)
            rows = world.session.query(cls).filter(cls.deleted_at.is_(None), cls.customer_id == self.ids[1])
            stored = [row for row in rows if getattr(row, "status", "") != "cancelled"]
            for account in found:
                documents = getattr(account, f"{kind}s")
                own = [row.amount_minor for row in stored if row.amount_currency == account.currency]
                assert sum(d.amount_minor for d in documents) == sum(own)
        for contract in world.session.query(records.Contract).filter(records.Contract.deleted_at.is_(None)):
            parts = [item.amount_minor for item in contract.instalments]
            assert sum(parts) == contract.amount_minor
            assert all(part >= 0 for part in parts)
        for account in found:
            sums = {}
            for item in account.differences():
                sums[item.kind] = sums.get(item.kind, 0) + item.minor
            linked = sum(o.amount_minor for o in account.orders) - (account.agreed - account.contracted)
            assert sums.get("unordered", 0) == account.contracted - linked
            left = sums.get("uninvoiced", 0) + sums.get("loose_invoice", 0)
            assert left == account.agreed - account.invoiced
            assert sums.get("unpaid", 0) + sums.get("loose_payment", 0) == account.invoiced - account.paid


@settings(deadline=None)
@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=4), st.integers(1, 10**7), st.integers(2, 12))
def test_what_the_sums_of_terms_leave_is_shared_out(sums, rest, count):
    """「先付 3 万，余款分三期」: the sums stand as they are told, and all of it comes to the amount."""
    told = [{"share": "0", "milestone": "signing", "due_on": None, "after_days": None} for _ in sums]
    told = [{**part, "amount": {"value": f"{n}", "currency": None}} for part, n in zip(told, sums, strict=True)]
    share = f"{(Decimal(100) / count).quantize(Decimal('0.000001'))}"
    parts = [*told, *({"share": share, "milestone": "", "due_on": None, "after_days": None} for _ in range(count))]
    whole = Money.from_minor(sum(sums) * 100 + rest, "CNY")
    due = plan(parts, whole, date(2026, 11, 26), load_crm().sales)
    assert [item.amount_minor for item in due[: len(sums)]] == [n * 100 for n in sums]
    assert sum(item.amount_minor for item in due) == whole.to_minor()
    assert all(item.amount_minor >= 0 for item in due)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_accounts_add_up_after_any_chain(database, steps):
    shop = Shop(database)
    for step in steps:
        shop.step(*step)
        shop.check()


@pytest.mark.parametrize("kind", ["invoice", "payment"])
def test_no_more_than_is_owed(database, kind):
    shop = Shop(database)
    shop.step("contract", 100_00, "CNY")
    shop.step("invoice", 100_01, "CNY")
    shop.step("invoice", 60_00, "CNY")
    shop.step("payment", 60_01, "CNY")
    shop.step("payment", 60_00, "CNY")
    shop.step("payment", 1, "CNY")

    def amounts(world):
        cls = records.record_class(kind)
        return [row.amount_minor for row in world.session.query(cls)]

    assert shop.do(amounts) == [60_00]
