"""What belongs to a note or a customer beside words: files that were sent along, and where a customer was visited."""

from sqlalchemy import Float, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.records.base import Tracked


class Enclosure(Tracked):
    """A file kept with a note. The platform keeps the bytes; ``file_id`` is its handle. media: photo, file, voice."""

    __tablename__ = "enclosures"
    kind = "enclosure"

    follow_up_id: Mapped[int] = mapped_column(ForeignKey("follow_ups.id"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    platform: Mapped[str] = mapped_column(String(20))
    account: Mapped[str] = mapped_column(String(100), default="")
    media: Mapped[str] = mapped_column(String(10))
    file_id: Mapped[str] = mapped_column(String(500))
    name: Mapped[str] = mapped_column(String(200), default="")


class Place(Tracked):
    """Where a customer was visited, in degrees rounded to three decimals (about 100 m): finer is nobody's business."""

    __tablename__ = "places"
    __table_args__ = (Index("ix_places_where", "latitude", "longitude"),)
    kind = "place"

    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    latitude: Mapped[float] = mapped_column(Float)
    longitude: Mapped[float] = mapped_column(Float)
