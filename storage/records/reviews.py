"""That somebody looked at a deal and said how it stands."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.records.base import Tracked
from storage.records.opportunities import Opportunity
from storage.records.people import User

_REFERRED = (Opportunity, User)  # their tables come first


class DealReview(Tracked):
    """A card of the clean-up deck that was settled. verdict: still, push, won, lost, ask."""

    __tablename__ = "deal_reviews"
    __table_args__ = (Index("ix_deal_reviews_user", "user_id", "at"),)
    kind = "deal_review"

    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunities.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    verdict: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]
