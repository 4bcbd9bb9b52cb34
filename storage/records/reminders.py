"""What someone wants to be told, and when."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.records.base import Record
from storage.records.people import User
from storage.types import BigKey


class Reminder(Record):
    """A reminder for one user.

    ``wall_time`` ("2027-03-14T02:30") and ``zone`` are what was promised; ``remind_at`` is the instant computed from
    them, and is computed anew when the zone's rules change. ``repeat`` is an RFC 5545 rule or None.
    status: pending, fired, done, cancelled. ``about_kind`` and ``about_id`` name the record it is about.
    """

    __tablename__ = "reminders"
    __table_args__ = (
        Index("ix_reminders_about", "about_id", "about_kind", "remind_at"),
        Index(
            "ix_reminders_due",
            "remind_at",
            sqlite_where=text("status = 'pending' AND deleted_at IS NULL"),
            postgresql_where=text("status = 'pending' AND deleted_at IS NULL"),
        ),
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

    user: Mapped[User] = relationship(foreign_keys=[user_id])
