"""What may be sold, and every conversation about it."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.records.base import HasAmount, Record
from storage.records.customers import Contact, Customer

CLOSES = "coalesce(closed_on, expected_close)"  # when it closed, or is expected to
_SUMMED = ("stage", "amount_currency", "amount_minor")


class Opportunity(HasAmount, Record):
    """A possible sale. ``stage`` is a code of crm.toml; ``closed_on`` is set when it is won or lost."""

    __tablename__ = "opportunities"
    # Everything a summary of a team or of a person needs stands in the index itself.
    __table_args__ = (
        Index("ix_opportunities_team_closes", "team_id", text(CLOSES), "deleted_at", *_SUMMED),
        Index("ix_opportunities_owner_closes", "owner_id", text(CLOSES), "deleted_at", *_SUMMED),
        Index("ix_opportunities_product", text("lower(product)")),
    )
    kind, prefix = "opportunity", "O"

    name: Mapped[str] = mapped_column(String(500))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"), index=True)
    stage: Mapped[str] = mapped_column(String(40), index=True)
    expected_close: Mapped[date | None]
    product: Mapped[str | None] = mapped_column(String(500))
    next_step: Mapped[str | None] = mapped_column(Text)
    competitor: Mapped[str | None] = mapped_column(String(500))
    lost_reason: Mapped[str | None] = mapped_column(Text)
    closed_on: Mapped[date | None]

    customer: Mapped[Customer] = relationship(foreign_keys=[customer_id])
    contact: Mapped[Contact | None] = relationship(foreign_keys=[contact_id])


class FollowUp(Record):
    """One contact with a customer: when, how, what was said, and what comes next.

    ``occurred_has_time`` and ``next_has_time`` are False where only the day was given; the instant is then the start of
    the local day, or for the plan the hour at which the reminder comes. ``verbatim`` is the message as typed.
    """

    __tablename__ = "follow_ups"
    __table_args__ = (Index("ix_follow_ups_history", "customer_id", "occurred_at", "id"),)
    kind, prefix = "follow_up", "F"

    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"), index=True)
    opportunity_id: Mapped[int | None] = mapped_column(ForeignKey("opportunities.id"), index=True)
    channel: Mapped[str] = mapped_column(String(20))
    occurred_at: Mapped[datetime] = mapped_column(index=True)
    occurred_has_time: Mapped[bool] = mapped_column(default=False)
    content: Mapped[str] = mapped_column(Text)
    feedback: Mapped[str | None] = mapped_column(Text)
    next_follow_up_at: Mapped[datetime | None]
    next_has_time: Mapped[bool] = mapped_column(default=False)
    verbatim: Mapped[str | None] = mapped_column(Text)

    customer: Mapped[Customer] = relationship(foreign_keys=[customer_id])
    contact: Mapped[Contact | None] = relationship(foreign_keys=[contact_id])
    opportunity: Mapped[Opportunity | None] = relationship(foreign_keys=[opportunity_id])
