"""Books of customers that went from one colleague to another, and what is shared with others."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.records.base import Record
from storage.records.people import Team, User


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


class Share(Record):
    """A customer or an opportunity that a colleague, or the people of a team, may see beside those whose it is."""

    __tablename__ = "shares"
    __table_args__ = (
        CheckConstraint("(customer_id IS NULL) <> (opportunity_id IS NULL)", name="is_of_one"),
        CheckConstraint("(with_user_id IS NULL) <> (with_team_id IS NULL)", name="is_with_one"),
    )
    kind, prefix = "share", "SH"

    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"), index=True)
    opportunity_id: Mapped[int | None] = mapped_column(ForeignKey("opportunities.id"), index=True)
    with_user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    with_team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"), index=True)

    user: Mapped[User | None] = relationship(foreign_keys=[with_user_id])
    team: Mapped[Team | None] = relationship(foreign_keys=[with_team_id])
