"""When people may be disturbed: working days, quiet hours, holidays, and how much is too much."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time

from config.reading import Table

_SHIPPED = frozenset({"", "CN", "HK", "SG", "JP", "GB-ENG", "DE"})
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Attention:
    """The organisation's ways; a person may have quiet hours of their own.

    ``work_days``: 0 is Monday. ``holidays``: a country's code, with that of a part of it
    ("GB-ENG") where one is meant, "" for none; ``zones`` names others by time zone.
    ``days_off``: on which the organisation itself is closed.
    """

    work_days: frozenset[int]
    quiet_from: time
    quiet_to: time
    holidays: str
    zones: Mapping[str, str]
    bundle_minutes: int
    overdue_at_once: int
    daily_cap: int
    days_off: frozenset[date] = frozenset()

    def country(self, zone: str) -> str:
        """Whose holidays are kept in a time zone."""
        return self.zones.get(zone, self.holidays)


def _is_country(code: str) -> bool:
    """Is it a country whose holidays are known? The shipped ones are not looked up: the list costs half a second."""
    if code in _SHIPPED:
        return True
    from holidays import list_supported_countries

    country, _dash, part = code.partition("-")
    known = list_supported_countries()
    return country in known and (not part or part in known[country])


def _days_off(row: Table) -> frozenset[date]:
    days = set()
    for text in row.texts("days_off") if row.has("days_off") else ():
        try:
            days.add(date.fromisoformat(text))
        except ValueError as error:
            raise row.error("days_off", "not_allowed", value=text, expected="2026-12-25, …") from error
    return frozenset(days)


def read_attention(row: Table) -> Attention:
    """The ``[attention]`` table. Raises `ConfigError`."""
    days = row.texts("work_days")
    for day in days:
        if day not in DAYS:
            raise row.error("work_days", "not_allowed", value=day, expected=", ".join(DAYS))
    zones = row.table("zones")
    holidays = row.text("holidays", "")
    countries = [(row, "holidays", holidays), *((zones, *pair) for pair in zones.mapping().items())]
    for table, key, code in countries:
        if not _is_country(code):
            raise table.error(key, "not_allowed", value=code, expected="CN, DE, GB, HK, JP, SG, US, …")
    found = Attention(
        work_days=frozenset(DAYS.index(day) for day in days),
        quiet_from=row.clock("quiet_from"),
        quiet_to=row.clock("quiet_to"),
        holidays=holidays,
        zones=zones.mapping(),
        bundle_minutes=row.number("bundle_minutes", at_most=60),
        overdue_at_once=row.number("overdue_at_once", at_least=1),
        daily_cap=row.number("daily_cap", at_least=1),
        days_off=_days_off(row),
    )
    row.finish()
    return found
