"""Customers (companies or persons) and the people to talk to there.

``im``: their names in messengers, as "wechat:zhang_huawei".
"""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String, Text, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.records.base import Record
from storage.tables import some_rows


class Customer(Record):
    """A company or a person one sells to.

    ``name_key`` is the normalised core of the name (set by the name index); within a team, or for its owner where there
    is no team, one live customer has it. Two people who create the same customer at once so end with one.
    """

    __tablename__ = "customers"
    kind, prefix = "customer", "C"

    name: Mapped[str] = mapped_column(String(500))
    name_key: Mapped[str] = mapped_column(String(500), default="")
    customer_type: Mapped[str] = mapped_column(String(20), default="company")
    aliases: Mapped[list[str]] = mapped_column(JSON, default=list)
    phones: Mapped[list[str]] = mapped_column(JSON, default=list)
    emails: Mapped[list[str]] = mapped_column(JSON, default=list)
    address: Mapped[str | None] = mapped_column(Text)
    industry: Mapped[str | None] = mapped_column(String(200))
    size: Mapped[str | None] = mapped_column(String(100))
    preferences: Mapped[str | None] = mapped_column(Text)
    needs: Mapped[str | None] = mapped_column(Text)
    interests: Mapped[str | None] = mapped_column(Text)
    source: Mapped[str | None] = mapped_column(String(200))
    im: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True), sort_order=1)

    contacts: Mapped[list["Contact"]] = relationship(
        primaryjoin="and_(Customer.id == Contact.customer_id, Contact.deleted_at.is_(None))", back_populates="customer"
    )


some_rows(
    "uq_customers_name_in_scope",
    func.coalesce(Customer.team_id, -Customer.owner_id),
    Customer.name_key,
    where="deleted_at IS NULL",
    unique=True,
)


class Contact(Record):
    """A person, at a customer or on their own.

    ``language``: the one they write in, as far as they have written. ``no_surveys_at``: since when they want to be
    asked nothing.
    """

    __tablename__ = "contacts"
    kind, prefix = "contact", "P"

    name: Mapped[str] = mapped_column(String(500))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"), index=True)
    title: Mapped[str | None] = mapped_column(String(200))
    phones: Mapped[list[str]] = mapped_column(JSON, default=list)
    emails: Mapped[list[str]] = mapped_column(JSON, default=list)
    position: Mapped[str | None] = mapped_column(String(200))
    department: Mapped[str | None] = mapped_column(String(200))
    decision_role: Mapped[str | None] = mapped_column(String(40))
    preferences: Mapped[str | None] = mapped_column(Text)
    interests: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str | None] = mapped_column(String(8), sort_order=1)
    no_surveys_at: Mapped[datetime | None] = mapped_column(sort_order=1)
    im: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True), sort_order=1)

    customer: Mapped[Customer | None] = relationship(back_populates="contacts", foreign_keys=[customer_id])
