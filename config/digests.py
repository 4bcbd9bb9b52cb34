"""The digests that everybody of a role, or every bound group, gets without asking."""

from dataclasses import dataclass
from datetime import time

from config.attention import DAYS
from config.reading import Table

NAMES = ("morning", "weekly")


@dataclass(frozen=True, slots=True)
class PlannedDigest:
    """One digest: for whom, on which days (0 is Monday), and when on their wall."""

    name: str
    roles: frozenset[str]
    in_groups: bool
    days: tuple[int, ...]
    at: time

    @property
    def rule(self) -> str:
        """The RFC 5545 rule of its days."""
        days = ",".join(DAYS[day][:2].upper() for day in self.days)
        return f"FREQ=WEEKLY;BYDAY={days};BYHOUR={self.at.hour};BYMINUTE={self.at.minute}"


def read_digests(table: Table, roles: frozenset[str]) -> tuple[PlannedDigest, ...]:
    """The ``digests`` list. Raises `ConfigError`."""
    return tuple(_digest(row, roles) for row in table.rows("digests"))


def _digest(row: Table, known: frozenset[str]) -> PlannedDigest:
    name = row.text("name")
    if name not in NAMES:
        raise row.error("name", "not_allowed", value=name, expected=", ".join(NAMES))
    roles = row.texts("roles") if row.has("roles") else ()
    days = row.texts("days")
    for key, values, allowed in (("roles", roles, sorted(known)), ("days", days, DAYS)):
        for value in values:
            if value not in allowed:
                raise row.error(key, "not_allowed", value=value, expected=", ".join(allowed))
    in_groups = row.flag("groups") if row.has("groups") else False
    found = PlannedDigest(name, frozenset(roles), in_groups, tuple(map(DAYS.index, days)), row.clock("at"))
    row.finish()
    return found
