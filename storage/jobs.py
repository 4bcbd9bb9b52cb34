"""What a writer is given to do: a job, or arguments that one piece of work takes many of at once."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from storage.errors import DatabaseUnavailable
from storage.tx import Tx

T = TypeVar("T")
A = TypeVar("A")

Job: TypeAlias = Callable[[Tx], T]
# Does the work of several arguments at once; gives a result for each, in their order.
Together: TypeAlias = Callable[[Tx, Sequence[A]], Sequence[T]]
# Does what is left to do when a job has raised.
Rescue: TypeAlias = Callable[[Tx, Exception], T]


@dataclass(slots=True)
class Item:
    """Something to do, and who waits for it."""

    together: "Together[Any, Any] | None"  # None: the argument is a job of its own
    argument: Any
    rescue: "Rescue[Any] | None"
    future: "Future[Any]"
    prepare: "Callable[[Any], Any] | None" = None  # makes the argument of what was given, before the transaction
    result: Any = None
    error: BaseException | None = None

    def is_ready(self) -> bool:
        """Prepare the argument, where that is needed. Where it fails, the rescue is what is left to do; without one the
        future is told, and there is nothing to do."""
        if self.prepare is None:
            return True
        try:
            self.argument = self.prepare(self.argument)
        except Exception as error:
            rescue = self.rescue
            if rescue is None or isinstance(error, DatabaseUnavailable):
                self.future.set_exception(error)
                return False
            reason = error  # the name of an except clause is gone when the clause is
            self.together, self.argument, self.rescue = None, lambda tx: rescue(tx, reason), None
        return True
