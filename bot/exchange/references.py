"""Which record a reference in a file or a request means: by its id, or by its name where only one has it."""

from typing import Any

from sqlalchemy import select

from bot.errors import InvalidValue
from bot.exchange.ids import number_of
from bot.rules.access import Actor, visible
from config.crm import Crm
from nlu.folding import clean
from nlu.names import normalise
from storage import records, search
from storage.database import Tx

NAMED = ("customer", "contact", "opportunity", "user")  # found through the index of names


class References:
    """Looks references up for one actor, and remembers what it has found.

    ``moved``: where records of a file went, by (kind, id in the file). ``trusts_ids`` False: an id of a file counts
    only for what came with the same file, or where the name is the same too.
    """

    def __init__(self, tx: Tx, actor: Actor, crm: Crm, *, trusts_ids: bool = True) -> None:
        self._tx, self._actor, self._crm = tx, actor, crm
        self._trusts_ids = trusts_ids
        self._known: dict[tuple[str, str, str], int] = {}
        self.moved: dict[tuple[str, str], int] = {}

    def find(self, kind: str, value: Any) -> int:
        """The id of the record that {"id", "name"} or a text means. Raises InvalidValue."""
        given = {"name": value} if isinstance(value, str) else value
        public_id, name = (clean(str(given.get(key) or "")) for key in ("id", "name"))
        moved = self.moved.get((kind, public_id))
        if moved is not None:
            return moved
        key = (kind, public_id, name)
        if key not in self._known:
            self._known[key] = self._look_up(kind, public_id, name)
        return self._known[key]

    def _look_up(self, kind: str, public_id: str, name: str) -> int:
        spoken = number_of(public_id or name)
        if spoken is not None and spoken[0] == kind:
            found = self._named(kind, [spoken[1]])
            is_meant = self._trusts_ids or not public_id or not name
            if found and (is_meant or normalise(found[spoken[1]]) == normalise(name)):
                return spoken[1]
        ids = list(self._named(kind, self._called(kind, name))) if name else []
        if not ids:
            raise InvalidValue("entry.no_such", kind=kind, name=name or public_id)
        if len(ids) > 1:
            raise InvalidValue("entry.several", kind=kind, name=name)
        return ids[0]

    def _called(self, kind: str, name: str) -> list[int]:
        """Ids of the records that go by exactly this name or number; the name itself before its short form."""
        connection = self._tx.connection
        if kind not in NAMED:
            cls: Any = records.record_class(kind)
            label = cls.number if hasattr(cls, "number") else getattr(cls, "name", None)
            return [] if label is None else list(connection.execute(select(cls.id).where(label == name)).scalars())
        for forms in (("name",), ("alias", "short")):
            ids = search.by_key(connection, kind, {normalise(name)}, forms)
            if self._named(kind, ids):
                return ids
        return []

    def _named(self, kind: str, ids: list[int]) -> dict[int, str]:
        """Those of the records that the actor may see, with their names or numbers."""
        if not ids:
            return {}
        cls: Any = records.record_class(kind)
        label = getattr(cls, "number", None) or getattr(cls, "name", None) or cls.id
        # Who one's colleagues are everybody knows.
        seen = cls.deleted_at.is_(None) if kind in ("user", "team") else visible(self._actor, self._crm, cls)
        query = select(cls.id, label).where(cls.id.in_(ids), seen)
        return {row[0]: str(row[1]) for row in self._tx.connection.execute(query)}
