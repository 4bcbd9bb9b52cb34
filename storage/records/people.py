"""Who is who: teams, users, the chat accounts that belong to them, and the group chats bound to a team."""

from datetime import datetime

from sqlalchemy import JSON, Boolean, CheckConstraint, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.records.base import Record, unique_alive
from storage.types import JsonObject


class Team(Record):
    """A team; teams form a tree through ``parent``."""

    __tablename__ = "teams"
    __table_args__ = (unique_alive("teams", "name"),)
    kind, prefix = "team", "TM"

    name: Mapped[str] = mapped_column(String(200))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"), index=True)
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", use_alter=True))

    parent: Mapped["Team | None"] = relationship(remote_side="Team.id", foreign_keys=[parent_id])
    manager: Mapped["User | None"] = relationship(foreign_keys=[manager_id])


class User(Record):
    """A colleague. ``language`` and ``timezone`` are None where the organisation's apply.

    ``attention``: when they do not want to be disturbed, where that differs from the organisation's ways.
    """

    __tablename__ = "users"
    kind, prefix = "user", "U"

    name: Mapped[str] = mapped_column(String(200), index=True)
    role: Mapped[str] = mapped_column(String(20))
    language: Mapped[str | None] = mapped_column(String(8))
    timezone: Mapped[str | None] = mapped_column(String(64))
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    attention: Mapped[JsonObject | None] = mapped_column(JSON(none_as_null=True), sort_order=1)

    team: Mapped[Team | None] = relationship(foreign_keys="User.team_id")
    identities: Mapped[list["Identity"]] = relationship(
        primaryjoin="and_(User.id == Identity.user_id, Identity.deleted_at.is_(None))", back_populates="user"
    )


class Identity(Record):
    """An account on a chat platform that belongs to one user (a colleague) or one contact (a customer's person)."""

    __tablename__ = "identities"
    __table_args__ = (
        unique_alive("identities", "platform", "account", "external_id"),
        CheckConstraint("(user_id IS NULL) <> (contact_id IS NULL)", name="one_person"),
    )
    kind, prefix = "identity", "ID"

    platform: Mapped[str] = mapped_column(String(20))
    account: Mapped[str] = mapped_column(String(100), default="")
    external_id: Mapped[str] = mapped_column(String(200))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"), index=True)

    user: Mapped[User | None] = relationship(back_populates="identities", foreign_keys=[user_id])


class ChannelBinding(Record):
    """A group chat bound to a team: in it the bot says only what that team may see."""

    __tablename__ = "channel_bindings"
    __table_args__ = (unique_alive("channel_bindings", "platform", "chat_id"),)
    kind, prefix = "channel_binding", "CB"

    platform: Mapped[str] = mapped_column(String(20))
    chat_id: Mapped[str] = mapped_column(String(200))

    team: Mapped[Team] = relationship(foreign_keys="ChannelBinding.team_id")


class LinkCode(Record):
    """A one-time code that ties a chat account to a user or a contact. Only its SHA-256 is kept."""

    __tablename__ = "link_codes"
    kind, prefix = "link_code", "LC"

    code_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(Integer, default=0)
