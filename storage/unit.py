"""The unit in which everything is written: one connection, in the name of one author."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import Connection

from storage.author import Author
from storage.failures import is_lost
from storage.prepared import control
from storage.search import Forms
from storage.veil import Veil, lay

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

# Under what a record can be found; None for kinds that nobody looks for. It is shown a record, or its columns and kind
# as attributes of another object.
Namer: TypeAlias = Callable[[Any], Forms | None]


@dataclass(slots=True)
class Unit:
    """A part of a transaction that belongs to somebody else, who commits it. Nothing is written without an ``author``.

    ``held`` is the session of those who need records, once somebody did.
    """

    connection: Connection
    namer: Namer | None = None
    author: Author | None = None
    held: "Session | None" = field(default=None)

    def __post_init__(self) -> None:
        lay(self.connection, None)

    def see_through(self, veil: Veil | None) -> None:
        """Read as somebody for whom the veil lies over some columns; what was read before is read anew."""
        if lay(self.connection, veil) and self.held is not None:
            self.held.flush()
            self.held.expire_all()

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What fails in it is taken back, and the unit goes on."""
        self.finish()
        step_id = self.author.step_id if self.author else None
        control(self.connection, "SAVEPOINT part")
        try:
            yield
            self.finish()
        except Exception as error:
            self.abandon()
            if not is_lost(error):
                control(self.connection, "ROLLBACK TO SAVEPOINT part")
                control(self.connection, "RELEASE SAVEPOINT part")
            if self.author is not None:
                self.author.step_id = step_id  # a step that was begun in it went with it
            raise
        control(self.connection, "RELEASE SAVEPOINT part")

    def flush(self) -> None:
        """Write what the session holds; it goes on."""
        if self.held is not None:
            self.held.flush()

    def finish(self) -> None:
        """Bring what the session still holds to the connection."""
        if self.held is not None:
            self.held.commit()  # of its own savepoint; the transaction is the owner's
            self.held.close()
            self.held = None

    def abandon(self) -> None:
        """Forget what the session holds; the owner rolls the connection back."""
        if self.held is not None:
            self.held.close()
            self.held = None
