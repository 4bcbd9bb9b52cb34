"""After the sale: requests for help, how they were handled, and whether the customer was satisfied."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text
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


class ServiceEvent(Tracked):
    """Something that happened to a service request; together they are its history.

    what: reported, assigned (to ``user_id``), taken (by ``user_id``), returned, message (``text``, what the customer
    added), resolved, reopened, closed. ``user_id`` is the handler then, ``contact_id`` the customer's person who
    did it.
    """

    __tablename__ = "service_events"
    kind = "service_event"

    service_request_id: Mapped[int] = mapped_column(ForeignKey("service_requests.id"), index=True)
    at: Mapped[datetime]
    what: Mapped[str] = mapped_column(String(20))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"))
    text: Mapped[str | None] = mapped_column(Text)


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
    events: Mapped[list[ServiceEvent]] = relationship(
        primaryjoin="and_(ServiceRequest.id == ServiceEvent.service_request_id, ServiceEvent.deleted_at.is_(None))",
        order_by=ServiceEvent.id,
        viewonly=True,
    )


class Survey(Record):
    """A question to a customer, as a rule after a request was resolved. ``satisfaction``: 1 (very unhappy) to 5.

    status: planned (for ``due_at``), sent, answered, expired, cancelled (the request was opened again), withheld (opted
    out, asked not long ago, or not to be reached). ``wave`` counts the surveys about the same thing; ``occasion`` is
    "service" or the code of a survey from crm.toml. ``handler_id`` had the request when it was resolved. A survey is
    answered in the conversation ``asked_in``, or by the link whose token has the digest ``token_sha256``.
    """

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
    occasion: Mapped[str] = mapped_column(String(40), default="service", server_default="service", sort_order=1)
    wave: Mapped[int] = mapped_column(Integer, default=1, server_default="1", sort_order=1)
    due_at: Mapped[datetime | None] = mapped_column(sort_order=1)
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True, sort_order=1)
    opportunity_id: Mapped[int | None] = mapped_column(ForeignKey("opportunities.id"), index=True, sort_order=1)
    asked_in: Mapped[str | None] = mapped_column(String(500), sort_order=1)

    service_request: Mapped[ServiceRequest | None] = relationship(foreign_keys=[service_request_id])
    customer: Mapped[Customer | None] = relationship(foreign_keys=[customer_id])
    contact: Mapped[Contact | None] = relationship(foreign_keys=[contact_id])
    handler: Mapped[User | None] = relationship(foreign_keys=[handler_id])


Index("ix_surveys_due", Survey.status, Survey.due_at)
