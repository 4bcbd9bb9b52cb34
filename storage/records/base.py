"""What every record has in common: an id one can say aloud, an owner, a history, and a way back from the bin."""

from datetime import datetime
from functools import cache
from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, String, event, inspect
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from config.types import Money
from storage.tables import metadata, some_rows
from storage.types import BigKey, JsonObject, UtcDateTime


class Base(DeclarativeBase):
    metadata = metadata
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UtcDateTime, JsonObject: JSON, list[str]: JSON}


class Tracked(Base):
    """A row whose every change is written to the audit trail, and which undo can take back.

    ``version`` grows with each change; a write that finds another version than it read fails as a whole.
    ``deleted_at`` set means in the bin: invisible everywhere, and restorable.
    """

    __abstract__ = True
    kind: ClassVar[str]

    id: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=True, sort_order=-1)
    version: Mapped[int] = mapped_column(Integer, nullable=False)
    deleted_at: Mapped[datetime | None]

    def __init__(self, **values: Any) -> None:
        """A new row. It has no history yet, so its columns are set past the instrumentation that keeps one."""
        columns = _columns(type(self))
        for name, value in values.items():
            if name in columns:
                self.__dict__[name] = value
            elif hasattr(type(self), name):
                setattr(self, name, value)
            else:
                raise TypeError(f"{name!r} is no attribute of {type(self).__name__}")

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 — SQLAlchemy calls it on the class
        return {"version_id_col": cls.version, "eager_defaults": False}


@event.listens_for(Tracked, "attribute_instrument", propagate=True)
def _remember(_cls: type, _key: str, attribute: Any) -> None:
    """Have the old value of a column looked up where it is not at hand: undo needs it. It stands here, since it has to
    be heard while the records are mapped, whoever asks for the first one.

    This is all that a listener with ``active_history`` would set; one for each of several hundred columns takes a
    quarter of the time of mapping them.
    """
    if hasattr(attribute.property, "columns"):
        attribute.dispatch._active_history = True


@cache
def _columns(cls: type[Tracked]) -> frozenset[str]:
    return frozenset(attribute.key for attribute in inspect(cls).column_attrs)


def _user_key(owner: Any) -> ForeignKey:
    """A reference to a user. Users have a team and teams have users: the teams' side is added once both are there."""
    return ForeignKey("users.id", use_alter=owner.__tablename__ == "teams")


def unique_alive(table: str, *columns: str) -> Index:
    """Uniqueness among what is not in the bin: what was taken back may be entered again."""
    return some_rows("_".join(("uq", table, *columns)), *columns, where="deleted_at IS NULL", unique=True)


class Record(Tracked):
    """A record of the CRM with the fields common to all kinds.

    ``team_id`` is the team that owned the record when it was last assigned; who may see it is decided on it.
    """

    __abstract__ = True
    prefix: ClassVar[str]

    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    custom: Mapped[JsonObject] = mapped_column(default=dict)

    @declared_attr
    def created_by_id(cls) -> Mapped[int | None]:  # noqa: N805
        return mapped_column(_user_key(cls))

    @declared_attr
    def owner_id(cls) -> Mapped[int | None]:  # noqa: N805
        return mapped_column(_user_key(cls), index=True)

    @declared_attr
    def team_id(cls) -> Mapped[int | None]:  # noqa: N805
        return mapped_column(ForeignKey("teams.id"), index=True)

    @property
    def public_id(self) -> str:
        """The id as people see and say it: F-1042."""
        return f"{self.prefix}-{self.id}"


class Numbered:
    """A number that people write on paper and say on the phone, unique among its kind."""

    number: Mapped[str] = mapped_column(String(100))

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:  # noqa: N805
        return (unique_alive(cls.__tablename__, "number"),)  # type: ignore[attr-defined]


class HasAmount:
    """An exact amount, kept as integer minor units and an ISO 4217 code."""

    amount_minor: Mapped[int | None] = mapped_column(BigInteger)
    amount_currency: Mapped[str | None] = mapped_column(String(3))

    @property
    def amount(self) -> Money | None:
        if self.amount_minor is None or self.amount_currency is None:
            return None
        return Money.from_minor(self.amount_minor, self.amount_currency)

    @amount.setter
    def amount(self, money: Money | None) -> None:
        self.amount_minor = money.to_minor() if money else None
        self.amount_currency = money.currency if money else None
