"""Books of customers that went from one colleague to another."""

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.records.base import Record
from storage.records.people import User


class HandOver(Record):
    """A hand-over. What went is in the trail: the changes of the step that created this.

    ``trial_until``: the day on which it is asked whether it stays; ``returned_at``: when it was taken back.
    """

    __tablename__ = "hand_overs"
    kind, prefix = "hand_over", "HO"

    from_user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    to_user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    trial_until: Mapped[date | None]
    returned_at: Mapped[datetime | None]

    giver: Mapped[User] = relationship(foreign_keys=[from_user_id])
    taker: Mapped[User] = relationship(foreign_keys=[to_user_id])
