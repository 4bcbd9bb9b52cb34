"""What somebody wants to be told again and again: a day's work in the morning, what changed in a week."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.records.base import Record
from storage.tables import some_rows


class Digest(Record):
    """A digest for one user, or for a group chat and the team that it is bound to (``binding_id``).

    ``name``: morning or weekly. ``rule`` is an RFC 5545 rule in the wall time of ``zone``, ``next_at`` the next instant
    (``wall_time`` is what the wall shows then). status: active, stopped. ``last_at``: when it was last looked at;
    ``last_seen``: a mark of what it said then, so that the same is not said twice.
    """

    __tablename__ = "digests"
    __table_args__ = (some_rows("ix_digests_due", "next_at", where="status = 'active' AND deleted_at IS NULL"),)
    kind, prefix = "digest", "DG"

    name: Mapped[str] = mapped_column(String(20))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    binding_id: Mapped[int | None] = mapped_column(ForeignKey("channel_bindings.id"))
    rule: Mapped[str] = mapped_column(String(200))
    wall_time: Mapped[str] = mapped_column(String(32))
    zone: Mapped[str] = mapped_column(String(64))
    next_at: Mapped[datetime]
    status: Mapped[str] = mapped_column(String(10))
    last_at: Mapped[datetime | None]
    last_seen: Mapped[str | None] = mapped_column(String(64))
