"""Products, and the paper of a sale: quotes, contracts with their instalments, orders, invoices and payments."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Boolean, CheckConstraint, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from config.types import Money
from storage.records.base import HasAmount, Numbered, Record, Tracked, unique_alive
from storage.records.customers import Customer
from storage.records.opportunities import Opportunity
from storage.types import ExactDecimal


class Product(Record):
    """What is sold, with its list price. Kept by administrators; ``unit`` is what it is counted in."""

    __tablename__ = "products"
    __table_args__ = (unique_alive("products", "name_key"),)
    kind, prefix = "product", "PD"

    name: Mapped[str] = mapped_column(String(500))
    name_key: Mapped[str] = mapped_column(String(500))
    unit: Mapped[str | None] = mapped_column(String(40))
    unit_price_minor: Mapped[int | None] = mapped_column(BigInteger)
    unit_price_currency: Mapped[str | None] = mapped_column(String(3))

    @property
    def unit_price(self) -> Money | None:
        if self.unit_price_minor is None or self.unit_price_currency is None:
            return None
        return Money.from_minor(self.unit_price_minor, self.unit_price_currency)

    @unit_price.setter
    def unit_price(self, money: Money | None) -> None:
        self.unit_price_minor = money.to_minor() if money else None
        self.unit_price_currency = money.currency if money else None


class Voidable:
    """A paper that may turn out not to count. Quotes, contracts and orders are cancelled, invoices and payments go to
    the bin; why, where it was said, stands here."""

    void_reason: Mapped[str | None] = mapped_column(Text, sort_order=2)


class Taxed:
    """What is said of tax: whether it is in the amounts (None: nothing was said), and the rate, 0.13 for 13 %."""

    if TYPE_CHECKING:  # each paper has the column as it needs it
        tax_included: Any
    tax_rate: Mapped[Decimal | None] = mapped_column(ExactDecimal, sort_order=3)

    @property
    def tax(self) -> dict[str, Any] | None:
        """As a draft holds it."""
        if self.tax_included is None:
            return None
        return {"included": self.tax_included, "rate": None if self.tax_rate is None else f"{self.tax_rate:f}"}

    @tax.setter
    def tax(self, value: Mapping[str, Any] | None) -> None:
        self.tax_included = value["included"] if value else None
        self.tax_rate = Decimal(value["rate"]) if value and value["rate"] is not None else None


class LineItem(Tracked):
    """One line of a quote, a contract or an order. ``discount`` is the share taken off: 0.1 for 9 折."""

    __tablename__ = "line_items"
    __table_args__ = (CheckConstraint("coalesce(quote_id, contract_id, order_id) IS NOT NULL", name="has_document"),)
    kind = "line_item"

    quote_id: Mapped[int | None] = mapped_column(ForeignKey("quotes.id"), index=True)
    contract_id: Mapped[int | None] = mapped_column(ForeignKey("contracts.id"), index=True)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    product: Mapped[str] = mapped_column(String(500))
    quantity: Mapped[Decimal] = mapped_column(ExactDecimal)
    unit: Mapped[str | None] = mapped_column(String(40))
    unit_price_minor: Mapped[int | None] = mapped_column(BigInteger)
    unit_price_currency: Mapped[str | None] = mapped_column(String(3))
    discount: Mapped[Decimal | None] = mapped_column(ExactDecimal)

    @property
    def unit_price(self) -> Money | None:
        if self.unit_price_minor is None or self.unit_price_currency is None:
            return None
        return Money.from_minor(self.unit_price_minor, self.unit_price_currency)


class Quote(Numbered, HasAmount, Voidable, Taxed, Record):
    """An offer. status: draft, sent, accepted, declined, expired, cancelled."""

    __tablename__ = "quotes"
    kind, prefix = "quote", "Q"

    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    opportunity_id: Mapped[int | None] = mapped_column(ForeignKey("opportunities.id"), index=True)
    valid_until: Mapped[date | None]
    status: Mapped[str] = mapped_column(String(20))
    tax_included: Mapped[bool | None] = mapped_column(Boolean, sort_order=3)

    customer: Mapped[Customer] = relationship(foreign_keys=[customer_id])
    opportunity: Mapped[Opportunity | None] = relationship(foreign_keys=[opportunity_id])
    lines: Mapped[list[LineItem]] = relationship(
        primaryjoin="and_(Quote.id == LineItem.quote_id, LineItem.deleted_at.is_(None))", order_by=LineItem.position
    )


class Contract(Numbered, HasAmount, Voidable, Taxed, Record):
    """A signed agreement. ``payment_terms`` are the words; ``instalments`` what they come to."""

    __tablename__ = "contracts"
    kind, prefix = "contract", "K"

    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    opportunity_id: Mapped[int | None] = mapped_column(ForeignKey("opportunities.id"), index=True)
    payment_terms: Mapped[str | None] = mapped_column(Text)
    tax_included: Mapped[bool] = mapped_column(Boolean, default=True)
    signed_on: Mapped[date | None]
    status: Mapped[str] = mapped_column(String(20))

    customer: Mapped[Customer] = relationship(foreign_keys=[customer_id])
    opportunity: Mapped[Opportunity | None] = relationship(foreign_keys=[opportunity_id])
    lines: Mapped[list[LineItem]] = relationship(
        primaryjoin="and_(Contract.id == LineItem.contract_id, LineItem.deleted_at.is_(None))",
        order_by=LineItem.position,
    )
    instalments: Mapped[list["Instalment"]] = relationship(
        primaryjoin="and_(Contract.id == Instalment.contract_id, Instalment.deleted_at.is_(None))",
        order_by="Instalment.position",
    )


class Instalment(HasAmount, Tracked):
    """One of the payments that a contract is paid in. ``milestone``: what it follows, of [sales.due_days] or ""."""

    __tablename__ = "instalments"
    kind = "instalment"

    contract_id: Mapped[int] = mapped_column(ForeignKey("contracts.id"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    share: Mapped[Decimal] = mapped_column(ExactDecimal)
    milestone: Mapped[str] = mapped_column(String(40))
    due_on: Mapped[date | None] = mapped_column(index=True)


class Order(Numbered, HasAmount, Voidable, Taxed, Record):
    """A purchase. status: placed, awaiting_payment, paid, shipped, delivered, cancelled, and those of crm.toml."""

    __tablename__ = "orders"
    kind, prefix = "order", "SO"

    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    contract_id: Mapped[int | None] = mapped_column(ForeignKey("contracts.id"), index=True)
    status: Mapped[str] = mapped_column(String(20))
    tax_included: Mapped[bool | None] = mapped_column(Boolean, sort_order=3)

    customer: Mapped[Customer] = relationship(foreign_keys=[customer_id])
    contract: Mapped[Contract | None] = relationship(foreign_keys=[contract_id])
    lines: Mapped[list[LineItem]] = relationship(
        primaryjoin="and_(Order.id == LineItem.order_id, LineItem.deleted_at.is_(None))", order_by=LineItem.position
    )


class Invoice(Numbered, HasAmount, Voidable, Taxed, Record):
    __tablename__ = "invoices"
    kind, prefix = "invoice", "INV"

    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    contract_id: Mapped[int | None] = mapped_column(ForeignKey("contracts.id"), index=True)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"), index=True)
    issued_on: Mapped[date]
    tax_included: Mapped[bool | None] = mapped_column(Boolean, sort_order=3)

    customer: Mapped[Customer] = relationship(foreign_keys=[customer_id])
    contract: Mapped[Contract | None] = relationship(foreign_keys=[contract_id])
    order: Mapped[Order | None] = relationship(foreign_keys=[order_id])


class Payment(HasAmount, Voidable, Record):
    """Money received, or below zero paid back. ``instalment_id``: the instalment it was said to be for; else it settles
    the oldest first."""

    __tablename__ = "payments"
    kind, prefix = "payment", "PAY"

    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    contract_id: Mapped[int | None] = mapped_column(ForeignKey("contracts.id"), index=True)
    invoice_id: Mapped[int | None] = mapped_column(ForeignKey("invoices.id"), index=True)
    received_on: Mapped[date]
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"), index=True, sort_order=1)
    instalment_id: Mapped[int | None] = mapped_column(ForeignKey("instalments.id"), index=True, sort_order=1)

    customer: Mapped[Customer] = relationship(foreign_keys=[customer_id])
    contract: Mapped[Contract | None] = relationship(foreign_keys=[contract_id])
    invoice: Mapped[Invoice | None] = relationship(foreign_keys=[invoice_id])
    order: Mapped[Order | None] = relationship(foreign_keys=[order_id])
