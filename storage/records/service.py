"""After the sale: requests for help, how they were handled, and whether the customer was satisfied."""

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.records.base import Numbered, Record, Tracked
from storage.records.customers import Contact, Customer
from storage.records.documents import Order
from storage.records.people import User


class ServiceStep(Tracked):
    """One thing done about a service request."""

    __tablename__ = "service_steps"
    kind = "service_step"

    service_request_id: Mapped[int] = mapped_column(ForeignKey("service_requests.id"), index=True)
    at: Mapped[datetime]
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    measures: Mapped[str] = mapped_column(Text)

    handler: Mapped[User | None] = relationship(foreign_keys=[handler_id])


class ServiceRequest(Numbered, Record):
    """A problem reported by or for a customer. status: open, in_progress, resolved, closed."""

    __tablename__ = "service_requests"
    kind, prefix = "service_request", "SR"

    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"), index=True)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"), index=True)
    description: Mapped[str] = mapped_column(Text)
    requested_at: Mapped[datetime]
    status: Mapped[str] = mapped_column(String(20), index=True)
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    resolved_at: Mapped[datetime | None]

    customer: Mapped[Customer] = relationship(foreign_keys=[customer_id])
    contact: Mapped[Contact | None] = relationship(foreign_keys=[contact_id])
    order: Mapped[Order | None] = relationship(foreign_keys=[order_id])
    handler: Mapped[User | None] = relationship(foreign_keys=[handler_id])
    steps: Mapped[list[ServiceStep]] = relationship(
        primaryjoin="and_(ServiceRequest.id == ServiceStep.service_request_id, ServiceStep.deleted_at.is_(None))",
        order_by=ServiceStep.at,
    )


class Survey(Record):
    """A question to a customer after a request was resolved. ``satisfaction`` is 1 (very unhappy) to 5 (very happy)."""

    __tablename__ = "surveys"
    kind, prefix = "survey", "SV"

    service_request_id: Mapped[int | None] = mapped_column(ForeignKey("service_requests.id"), index=True)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"), index=True)
    sent_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    status: Mapped[str] = mapped_column(String(20))
    satisfaction: Mapped[int | None] = mapped_column(Integer)
    comment: Mapped[str | None] = mapped_column(Text)
    answered_at: Mapped[datetime | None]
    token_sha256: Mapped[str | None] = mapped_column(String(64), unique=True)

    service_request: Mapped[ServiceRequest | None] = relationship(foreign_keys=[service_request_id])
    customer: Mapped[Customer | None] = relationship(foreign_keys=[customer_id])
    contact: Mapped[Contact | None] = relationship(foreign_keys=[contact_id])
