"""What users wish for or stumble over, told to the bot."""

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.records.base import Record


class Feedback(Record):
    """The words of the one who made it (``created_by``). status: new, done."""

    __tablename__ = "feedback"
    kind, prefix = "feedback", "FB"

    text: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(10), default="new")
