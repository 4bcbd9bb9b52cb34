"""New records from entries, and entries laid over records: whose they are, and what follows from them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from bot.errors import NotAllowed
from bot.exchange.entry import Entry
from bot.exchange.shapes import DEFAULTS
from bot.rules.access import Actor, fetch
from config.crm import Crm
from nlu.names import normalise
from storage import records
from storage.database import Tx

UNNUMBERED = "new-"  # begins a number that is yet to become the id
_OWNERLESS = ("team", "user", "identity", "exchange_rate")


class Maker:
    """Makes and changes records for one actor."""

    def __init__(self, tx: Tx, actor: Actor, crm: Crm, now: datetime) -> None:
        self._tx, self._actor, self._crm, self._now = tx, actor, crm, now
        self._teams: dict[int, int | None] = {}

    def columns(self, kind: str, entry: Entry, history: Mapping[str, Any], *, is_exact: bool = False) -> dict[str, Any]:
        """The columns of a new record. ``is_exact``: nothing is worked out for it. Raises NotAllowed."""
        columns = {key: value for key, value in entry.columns.items() if value is not None}
        for name, default in DEFAULTS.get(kind, {}).items():
            if columns.get(name) is None:
                columns[name] = self._default(default, history.get("created_at"))
        if kind not in _OWNERLESS:
            owner = columns.get("owner_id")
            columns["team_id"] = self.team_of(owner) if owner else None
            self._check_owner(kind, owner)
        self._complete(kind, columns, is_exact=is_exact)
        return {**columns, **history}

    def change(self, kind: str, record_id: int, entry: Entry) -> bool:
        """Lay what the entry says over the record; what it leaves empty stays, lists grow. True where that changes it.

        Raises NotFound, NotAllowed.
        """
        record = fetch(self._tx, self._actor, self._crm, records.record_class(kind), record_id, "edit")
        for key, value in entry.columns.items():
            old = getattr(record, key)
            if value in (None, "", [], {}):
                continue
            if isinstance(value, list):
                value = [*old, *(item for item in value if item not in old)]
            elif isinstance(value, dict):
                value = {**old, **value}
            if value != old:
                setattr(record, key, value)
        if not self._tx.session.is_modified(record):
            return False
        self.follow(record)
        return True

    def follow(self, record: Any) -> None:
        """Bring up to date what depends on the fields of a changed record. Raises NotAllowed."""
        if isinstance(record, records.Customer | records.Product):
            record.name_key = normalise(record.name)
        if record.kind not in _OWNERLESS and record.owner_id:
            team_id = self.team_of(record.owner_id)
            if team_id != record.team_id:
                self._check_owner(record.kind, record.owner_id)
                record.team_id = team_id
        if isinstance(record, records.Reminder):
            record.wall_time, record.zone = self._wall(record.remind_at)

    def team_of(self, user_id: int) -> int | None:
        if user_id not in self._teams:
            query = select(records.User.team_id).where(records.User.id == user_id)
            self._teams[user_id] = self._tx.connection.execute(query).scalar_one_or_none()
        return self._teams[user_id]

    def _check_owner(self, kind: str, owner_id: int | None) -> None:
        """May the actor create records for this colleague?"""
        level = self._crm.level(self._actor.role, kind, "create")
        is_mine = owner_id in (None, self._actor.user_id)
        if level == "all" or (is_mine and level != "none"):
            return
        if level != "team" or self.team_of(owner_id or 0) not in self._actor.teams:
            raise NotAllowed

    def _default(self, name: str, since: datetime | None) -> Any:
        """``since``: when the record began, where that is told; then it happened."""
        if name == "now":
            return since or self._now
        if name == "own":
            return f"{UNNUMBERED}{uuid4()}"
        return self._crm.stages_of("open")[0].code if name == "first" else name

    def _complete(self, kind: str, columns: dict[str, Any], *, is_exact: bool) -> None:
        if kind in ("customer", "product"):
            columns["name_key"] = normalise(columns["name"])
        elif kind == "reminder":
            columns["wall_time"], columns["zone"] = self._wall(columns["remind_at"])
        elif kind == "opportunity" and not is_exact and not columns.get("closed_on"):
            stage = self._crm.stage(columns["stage"])
            if stage is not None and stage.kind != "open":
                today = self._now.date()
                columns["closed_on"] = min(columns.get("expected_close") or today, today)

    def _wall(self, at: datetime) -> tuple[str, str]:
        local = at.astimezone(self._actor.zone)
        return local.replace(tzinfo=None).isoformat(timespec="seconds"), self._actor.zone_name
