"""What a job gets to work with: a unit, and the ways to write records in it."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar, cast

from storage.unit import Unit

if TYPE_CHECKING:
    from storage.records import Tracked
    from storage.session import RecordSession

R = TypeVar("R", bound="Tracked")


@dataclass(slots=True)
class Tx(Unit):
    """One unit of writing (or reading): a Core connection, and a session on it for those who need records.

    The ORM is loaded when the first record is touched.
    """

    @property
    def session(self) -> "RecordSession":
        """The session of this unit. It flushes; it never commits: the unit's owner does."""
        if self.held is None:
            from storage.session import RecordSession

            self.held = RecordSession(self)
        return cast("RecordSession", self.held)

    def create(self, record: R) -> R:
        """Write a new record at once and give it its id: an ``add`` and a flush at a tenth of the cost.

        Its references must be ids, not objects, and it is not to be changed in this unit. Raises RuntimeError without
        an author, IntegrityError for a duplicate.
        """
        from storage.creation import create

        return create(self, record)

    def bin_all(self, cls: "type[Tracked]", ids: Collection[int]) -> None:
        """Put records into the bin at once; those that are there already stay as they are."""
        from storage.many import bin_all

        bin_all(self, cls, ids)

    def change(self, cls: type[R], record_id: int, **values: object) -> R:
        """Change columns of a record at once: a ``get`` and a flush at a tenth of the cost. See `storage.changing`.

        What the session already holds is not told: use one or the other for a record.
        """
        from storage.changing import change

        return change(self, cls, record_id, **values)

    def fork(self) -> "Tx":
        """Another unit in the same transaction, with a session and an author of its own."""
        return Tx(self.connection, self.namer)
