"""What an organisation adds to the records, and who may reach them from outside the chats."""

from datetime import date

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.records.base import Record, unique_alive
from storage.records.people import User


class CustomField(Record):
    """A field that an administrator added in chat. Its values stand in ``custom`` of the records, under its label."""

    __tablename__ = "custom_fields"
    __table_args__ = (unique_alive("custom_fields", "for_kind", "label"),)
    kind, prefix = "custom_field", "CF"

    for_kind: Mapped[str] = mapped_column(String(40))
    label: Mapped[str] = mapped_column(String(100))
    field_type: Mapped[str] = mapped_column(String(20))
    choices: Mapped[list[str]] = mapped_column(JSON, default=list)

    @property
    def name(self) -> str:
        return self.label


class AccessToken(Record):
    """A secret by which somebody is known outside the chats; only its SHA-256 is kept. In the bin means revoked.

    purpose: api (read and write over HTTP), calendar (the feed of one's plans). ``last_used_on``: the day of the last
    use, in UTC; it is no change that anybody made, and is in no trail.
    """

    __tablename__ = "access_tokens"
    kind, prefix = "access_token", "AT"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(20))
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    last_used_on: Mapped[date | None] = mapped_column(sort_order=1)

    user: Mapped[User] = relationship(foreign_keys=[user_id])


class Webhook(Record):
    """Where changes are told to. ``secret`` signs what is sent (`bot.exchange.sealed`); ``kinds`` is empty for all."""

    __tablename__ = "webhooks"
    kind, prefix = "webhook", "WH"

    url: Mapped[str] = mapped_column(Text)
    secret: Mapped[str] = mapped_column(String(300))
    kinds: Mapped[list[str]] = mapped_column(JSON, default=list)
