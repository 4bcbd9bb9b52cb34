"""What is aimed at, what a rep commits to, and the rates with which currencies are added up."""

from datetime import date
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.records.base import HasAmount, Record
from storage.types import ExactDecimal


class SalesTarget(Record):
    """A target of a user (``owner_id``) or, where ``for_team_id`` is set, of a team.

    metric: revenue (``value`` in ``currency``), count, or market_share (a percentage of a market of ``market_size`` in
    ``currency``, which somebody looked up at ``market_source``).
    """

    __tablename__ = "sales_targets"
    kind, prefix = "sales_target", "T"

    for_team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"), index=True)
    metric: Mapped[str] = mapped_column(String(20))
    period_start: Mapped[date]
    period_end: Mapped[date]
    value: Mapped[Decimal] = mapped_column(ExactDecimal)
    currency: Mapped[str | None] = mapped_column(String(3))
    market_size: Mapped[Decimal | None] = mapped_column(ExactDecimal, sort_order=1)
    market_source: Mapped[str | None] = mapped_column(String(200), sort_order=1)


class ForecastCommit(HasAmount, Record):
    """A rep's own forecast for a period, kept beside the computed one."""

    __tablename__ = "forecast_commits"
    kind, prefix = "forecast_commit", "FC"

    period_start: Mapped[date]
    period_end: Mapped[date]


class ExchangeRate(Record):
    """One unit of ``currency`` is ``rate`` units of ``base`` from ``valid_on`` until the next entry."""

    __tablename__ = "exchange_rates"
    __table_args__ = (Index("ix_exchange_rates_pair", "currency", "base", "valid_on"),)
    kind, prefix = "exchange_rate", "FX"

    currency: Mapped[str] = mapped_column(String(3))
    base: Mapped[str] = mapped_column(String(3))
    rate: Mapped[Decimal] = mapped_column(ExactDecimal)
    valid_on: Mapped[date]
