"""What someone wants to be told, and when."""

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, String, Text, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.records.base import Record
from storage.records.people import User
from storage.tables import some_rows
from storage.types import BigKey


class Reminder(Record):
    """A reminder for one user.

    ``wall_time`` ("2027-03-14T02:30") and ``zone`` are what was promised; ``remind_at`` is the instant computed from
    them. ``is_exact`` False: only a day was promised. ``repeat`` is an RFC 5545 rule or None; one that repeats stays
    pending, at its next time. status: pending, fired, done, cancelled. ``fired_at``: when it was last sent, None once
    that time of a repeating one is settled. ``about_kind`` and ``about_id`` name the record it is about,
    ``follow_up_id`` the note whose plan it is. ``promised_by``: us or them, where it was promised.
    """

    __tablename__ = "reminders"
    __table_args__ = (
        Index("ix_reminders_about", "about_id", "about_kind", "status", "user_id"),
        some_rows("ix_reminders_due", "remind_at", where="status = 'pending' AND deleted_at IS NULL"),
    )
    kind, prefix = "reminder", "R"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    subject: Mapped[str] = mapped_column(Text)
    remind_at: Mapped[datetime]
    wall_time: Mapped[str] = mapped_column(String(32))
    zone: Mapped[str] = mapped_column(String(64))
    repeat: Mapped[str | None] = mapped_column(String(200))
    about_kind: Mapped[str | None] = mapped_column(String(40))
    about_id: Mapped[int | None] = mapped_column(BigKey)
    status: Mapped[str] = mapped_column(String(20))
    is_exact: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true(), sort_order=1)
    fired_at: Mapped[datetime | None] = mapped_column(sort_order=1)
    follow_up_id: Mapped[int | None] = mapped_column(BigKey, sort_order=1)
    promised_by: Mapped[str | None] = mapped_column(String(8), sort_order=1)

    user: Mapped[User] = relationship(foreign_keys=[user_id])
